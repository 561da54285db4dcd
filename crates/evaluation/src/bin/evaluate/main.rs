//! `npm run evaluate`: how many presentation attacks the score lets pass, by species, and how many honest people it
//! refuses, in the words of ISO/IEC 30107-3. Stages captures of its own, or judges folders of somebody's pictures.
//!
//! Everything is repeatable: the same photographs give the same figures.
#![allow(clippy::unwrap_used)]

mod bands;
mod docs;
mod films;
mod groups;
mod levels;
mod plot;
mod rates;

use anyhow::{Context, Result, ensure};
use bands::Bands;
use clap::{Parser, ValueEnum};
use docs::{write_docs, write_level};
use groups::{by_group, groups};
use levels::{LevelTable, focal_lengths};
use nearfar::detection::Detector;
use nearfar_evaluation::captures::{all_portraits, model};
use nearfar_evaluation::datasets::folders::read_captures;
use nearfar_evaluation::datasets::frames;
use nearfar_evaluation::datasets::videos::{self, files_in};
use nearfar_evaluation::species::{Challenges, Species};
use nearfar_inspect::model::detector;
use nearfar_pad::{Models, open_image};
use nearfar_protocol::level::Level;
use nearfar_protocol::motion::PathLength;
use nearfar_protocol::result::ResultCode;
use nearfar_rendering::portraits::{Portrait, Worn};
use nearfar_scoring::{Check, CheckOutcome, Evidence, GeometryScorer, Limits, LoadError, Outcome, Scorer, Verdict};
use rates::{Judged, Table, proposal, reflections};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Judges bona fide presentations and attacks as the service does, and prints error rates by species with their
/// confidence intervals.
#[derive(Parser)]
#[command(name = "evaluate")]
struct Arguments {
    /// Staged captures of each species and person
    #[arg(long, value_name = "N", default_value_t = 8)]
    samples: u32,
    /// Stages this species alone, as the table calls it; may be given several times
    #[arg(long, value_name = "SPECIES", value_parser = named_species, conflicts_with_all = ["docs", "bona_fide", "attack", "video", "frames", "films"])]
    species: Vec<Species>,
    /// A folder of captures of honest people, in place of staged ones: NAME-far.jpg and NAME-near.jpg
    #[arg(long, value_name = "FOLDER")]
    bona_fide: Option<PathBuf>,
    /// A folder of such captures of one species of attack; may be given several times
    #[arg(long, value_name = "SPECIES=FOLDER", value_parser = named_folder)]
    attack: Vec<(String, PathBuf)>,
    /// A folder of videos of one species, or of "bona fide"; far and near are chosen as the page does. ffmpeg reads all but
    /// NAME.mjpeg, which is taken to have 30 frames a second. May be given several times
    #[arg(long, value_name = "SPECIES=FOLDER", value_parser = named_folder)]
    video: Vec<(String, PathBuf)>,
    /// A folder of single pictures of one species, or of "bona fide", which the only network of --pad judges alone. May be
    /// given several times
    #[arg(long, value_name = "SPECIES=FOLDER", value_parser = named_folder, requires = "pad", conflicts_with_all = ["bona_fide", "attack", "video"])]
    frames: Vec<(String, PathBuf)>,
    /// The configuration of a service, whose networks for presentation attack detection judge too: [[pad.models]]. What they
    /// change is shown in a table of its own
    #[arg(long, value_name = "TOML-FILE")]
    pad: Option<PathBuf>,
    /// The score from which on a capture passes
    #[arg(long, value_name = "SCORE", default_value_t = 50)]
    line: u8,
    /// Writes the detection error trade-off as a picture
    #[arg(long, value_name = "SVG-FILE")]
    plot: Option<PathBuf>,
    /// The level of staged captures. PRO leads along a path: of two stops, or of one where there is a light challenge
    #[arg(long, value_name = "LEVEL", value_parser = named_level, default_value = "STANDARD")]
    level: Level,
    /// The light challenge of staged captures: off, offered or required
    #[arg(long, value_enum, default_value_t = Light::Off)]
    light: Light,
    /// Prints every capture that is told wrong, and every honest one without an answer
    #[arg(long)]
    show: bool,
    /// Writes films of each species in place of judging captures, FOLDER/SPECIES/PERSON.mjpeg, for a browser to play as
    /// its camera (`npm run evaluate:page`)
    #[arg(long, value_name = "FOLDER", conflicts_with_all = ["docs", "plot", "bona_fide", "attack", "video", "frames"])]
    films: Option<PathBuf>,
    /// Of how many people; those with the largest faces of all who look straight
    #[arg(long, value_name = "N", default_value_t = 2, requires = "films")]
    people: usize,
    /// Writes table and picture into docs/
    #[arg(long, conflicts_with_all = ["bona_fide", "attack", "video", "frames"])]
    docs: bool,
}

/// What the light challenge counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Light {
    Off,
    Offered,
    Required,
}

impl Arguments {
    /// What is asked of staged captures.
    fn challenges(&self) -> Challenges {
        let is_lit = self.light != Light::Off;
        let length = if is_lit { PathLength::Short } else { PathLength::Long };
        Challenges { is_lit, path: (self.level == Level::Pro).then_some(length) }
    }

    /// The level with its branch, as the documents call it.
    fn branch(&self) -> String {
        format!("{}{}", self.level.code(), if self.light == Light::Off { "" } else { " with light" })
    }

    /// The capture as an account gets it.
    fn capture(&self, species: Species, person: &Portrait, index: u32) -> Evidence {
        let mut evidence = species.capture(person, index, &self.challenges());
        if let Some(light) = &mut evidence.light {
            light.required = self.light == Light::Required;
        }
        evidence
    }
}

fn named_level(text: &str) -> Result<Level, String> {
    Level::from_code(text).ok_or_else(|| "there are STANDARD and PRO".to_owned())
}

fn named_species(text: &str) -> Result<Species, String> {
    let names = || Species::ALL.map(|one| one.to_string()).join(", ");
    Species::ALL.into_iter().find(|one| one.to_string() == text).ok_or_else(|| format!("there are {}", names()))
}

fn named_folder(text: &str) -> Result<(String, PathBuf), String> {
    let (name, folder) = text.split_once('=').ok_or("it is SPECIES=FOLDER")?;
    Ok((name.to_owned(), folder.into()))
}

/// What is judged.
struct Capture<'a> {
    /// The species' name.
    species: String,
    /// The person's, or the capture's.
    name: String,
    /// What an honest person wears; `None` where nobody has looked.
    wears: Option<&'a [Worn]>,
    /// Stages or reads what is judged.
    load: Box<dyn Fn() -> Result<Sample> + Sync + 'a>,
}

/// What a capture came to.
enum Sample {
    /// An upload, for the whole score.
    Upload(Box<Evidence>),
    /// Nothing: the page takes no pictures.
    Nothing,
    /// One picture, for the networks alone.
    Frame(image::RgbaImage),
}

fn main() {
    let arguments = Arguments::parse();
    let own = arguments.bona_fide.is_some()
        || !arguments.attack.is_empty()
        || !arguments.video.is_empty()
        || !arguments.frames.is_empty();
    let people: Vec<Portrait> = if own {
        Vec::new()
    } else {
        all_portraits().into_iter().filter(|one| one.looks_straight() && one.is_alone).collect()
    };
    if let Some(folder) = &arguments.films {
        return films_of(people, arguments.people, folder);
    }
    let captures = if own { from_folders(&arguments) } else { Ok(staged(&people, &arguments)) };
    let captures = captures.and_then(|captures| {
        ensure!(!captures.is_empty(), "nothing to judge: that species needs --light");
        Ok(captures)
    });
    let judged = captures.and_then(|captures| judge(&captures, arguments.pad.as_deref()));
    let (mut judged, networks) = judged.unwrap_or_else(|error| {
        eprintln!("evaluate: {error:#}");
        std::process::exit(2);
    });
    if own {
        // Who names networks beside captures of their own wants to know what those make of them.
        for one in &mut judged {
            one.verdict = one.with_networks.take().unwrap_or_else(|| one.verdict.clone());
        }
    }
    if arguments.show {
        let is_silent = |one: &Judged| one.is_bona_fide() && one.score().is_none();
        for one in judged.iter().filter(|one| one.is_wrong(arguments.line) || is_silent(one)) {
            let (code, score) = (one.verdict.code.code(), one.verdict.score);
            println!("{} {}: {code} {score:?}; {}; {}", one.species, one.name, one.reason(), one.weighed());
        }
    }
    let table = Table::new(&judged, arguments.line);
    println!("{table}\n\n{}\n\n{}", Bands::new(&judged), by_group(&judged, arguments.line));
    let level = (!own).then(|| LevelTable::new(&judged, arguments.line, networks));
    if let Some(level) = &level {
        println!("\n{}:\n\n{level}\n{}", arguments.branch(), focal_lengths(&judged));
    }
    // A likelihood may be any, a score below 50 means an attack.
    let least = if arguments.frames.is_empty() { 50 } else { 0 };
    if let Some(text) = proposal(&judged, least).filter(|_| own) {
        println!("\n{text}");
    }
    if arguments.light != Light::Off {
        println!("\n{}", reflections(&judged));
    }
    if let Some(file) = &arguments.plot {
        plot::draw(&judged, file).unwrap();
    }
    if arguments.docs {
        if arguments.branch() == Level::Standard.code() {
            write_docs(&judged, &table, people.len(), arguments.line).unwrap();
        }
        if let Some(level) = &level {
            write_level(&arguments.branch(), level, &focal_lengths(&judged), people.len()).unwrap();
        }
    }
}

fn staged<'a>(people: &'a [Portrait], arguments: &'a Arguments) -> Vec<Capture<'a>> {
    let mut all: Vec<Capture> = Vec::new();
    let is_wanted = |one: &Species| arguments.species.is_empty() || arguments.species.contains(one);
    // Without a challenge what goes by it is another species.
    let all_species = Species::ALL.into_iter().filter(|one| one.exists(&arguments.challenges()));
    for species in all_species.filter(is_wanted) {
        for person in people {
            for index in 0..arguments.samples {
                let load = move || Ok(Sample::Upload(arguments.capture(species, person, index).into()));
                let (species, name) = (species.to_string(), person.person.clone());
                all.push(Capture { species, name, wears: Some(&person.wears), load: Box::new(load) });
            }
        }
    }
    all
}

fn from_folders(arguments: &Arguments) -> Result<Vec<Capture<'static>>> {
    let honest = arguments.bona_fide.iter().map(|folder| (Species::BonaFide.to_string(), folder.clone()));
    let mut all: Vec<Capture> = Vec::new();
    for (species, folder) in honest.chain(arguments.attack.iter().cloned()) {
        for (name, evidence) in read_captures(&folder).with_context(|| folder.display().to_string())? {
            let load = Box::new(move || Ok(Sample::Upload(evidence.clone().into())));
            all.push(Capture { species: species.clone(), name, wears: None, load });
        }
    }
    for (species, folder) in &arguments.video {
        for (name, video) in files_in(folder).with_context(|| folder.display().to_string())? {
            let capture = move || videos::capture(&video, &model()).with_context(|| video.display().to_string());
            let load = move || Ok(capture()?.map_or(Sample::Nothing, |evidence| Sample::Upload(evidence.into())));
            all.push(Capture { species: species.clone(), name, wears: None, load: Box::new(load) });
        }
    }
    for (species, folder) in &arguments.frames {
        for (name, file) in files_in(folder).with_context(|| folder.display().to_string())? {
            let load = move || Ok(Sample::Frame(open_image(&file).with_context(|| file.display().to_string())?));
            all.push(Capture { species: species.clone(), name, wears: None, load: Box::new(load) });
        }
    }
    Ok(all)
}

/// Films of each species, a person a thread. Whoever is nearly turned too far is not captured while they sway.
fn films_of(mut people: Vec<Portrait>, count: usize, folder: &Path) {
    people.retain(|person| person.turned() < 0.5);
    people.sort_by(|a, b| b.face.bbox.width.total_cmp(&a.face.bbox.width));
    people.truncate(count);
    std::thread::scope(|scope| {
        for person in &people {
            scope.spawn(move || {
                for species in films::playable() {
                    films::write(folder, species, person).unwrap();
                    eprintln!("{species}, {}", person.person);
                }
            });
        }
    });
}

/// Judges on all cores, and says how far it is; the number of networks that judge too.
fn judge(captures: &[Capture], pad: Option<&Path>) -> Result<(Vec<Judged>, usize)> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let networks = pad.map(frames::networks).transpose()?;
    let count = networks.as_ref().map_or(0, Models::len);
    let scorer = || GeometryScorer::new(&model(), Limits::default(), threads);
    let plain = scorer()?;
    let with_networks = networks.map(|networks| Ok::<_, LoadError>(scorer()?.with_pad(networks))).transpose()?;
    let next = AtomicUsize::new(0);
    let one = |Capture { species, name, wears, load }: &Capture, detector: &mut Detector| -> Result<Judged> {
        let sample = load()?;
        let verdict = match &sample {
            Sample::Upload(evidence) => plain.score(evidence),
            Sample::Nothing => not_captured(),
            Sample::Frame(picture) => frames::verdict(with_networks.as_ref().unwrap_or(&plain), picture)?,
        };
        // What was decided before the networks they cannot change.
        let is_decided = verdict.outcome(Check::Certainty).is_none_or(|outcome| outcome.outcome == Outcome::Skipped);
        let again = with_networks.as_ref().map(|scorer| match &sample {
            Sample::Upload(evidence) if !is_decided => scorer.score(evidence),
            _ => verdict.clone(),
        });
        let (species, name) = (species.clone(), name.clone());
        let mut one = Judged { species, name, verdict, with_networks: again, groups: Vec::new() };
        if let Sample::Upload(evidence) = sample
            && one.is_bona_fide()
        {
            one.groups = groups(&evidence, *wears, detector)?;
        }
        Ok(one)
    };
    let work = || -> Result<Vec<(usize, Judged)>> {
        let mut mine = Vec::new();
        let mut detector = detector(None)?;
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(capture) = captures.get(index) else { return Ok(mine) };
            if index.is_multiple_of(100) {
                eprintln!("{index} of {}", captures.len());
            }
            match one(capture, &mut detector) {
                Ok(judged) => mine.push((index, judged)),
                Err(error) => {
                    // Stops the other threads: the run has failed.
                    next.store(captures.len(), Ordering::Relaxed);
                    return Err(error);
                }
            }
        }
    };
    let all: Result<Vec<Vec<(usize, Judged)>>> = std::thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        running.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let mut all: Vec<(usize, Judged)> = all?.into_iter().flatten().collect();
    all.sort_by_key(|(index, _)| *index);
    Ok((all.into_iter().map(|(_, judged)| judged).collect(), count))
}

/// Of a video that nothing can be judged of.
fn not_captured() -> Verdict {
    let faces = CheckOutcome::failed(Check::Faces, "the page takes no pictures of it");
    Verdict { code: ResultCode::NoFaceDetected, score: None, attack_type: None, checks: vec![faces] }
}
