//! `npm run evaluate`: error rates of the score by species in the terms of ISO/IEC 30107-3, on simulated captures or on
//! folders of captures.
//!
//! The results are reproducible: the same photographs give the same figures.
#![allow(clippy::unwrap_used, reason = "a command of developers ends with the first error")]

mod bands;
mod docs;
mod group_table;
mod groups;
mod levels;
mod plot;
mod rates;
mod videos;

use anyhow::{Context, Result, ensure};
use bands::Bands;
use clap::{Parser, ValueEnum};
use docs::{write_docs, write_level};
use group_table::by_group;
use groups::groups;
use levels::{LevelTable, focal_lengths};
use nearfar::detection::Detector;
use nearfar_evaluation::captures::species::{Challenges, Species};
use nearfar_evaluation::captures::{all_portraits, model};
use nearfar_evaluation::datasets::folders::read_captures;
use nearfar_evaluation::datasets::frames;
use nearfar_evaluation::datasets::videos::{capture, files_in};
use nearfar_inspect::model::detector;
use nearfar_pad::{Models, open_image};
use nearfar_protocol::level::Level;
use nearfar_protocol::motion::PathLength;
use nearfar_protocol::result::{LIVE_SCORE, ResultCode};
use nearfar_rendering::portraits::{Portrait, Worn};
use nearfar_scoring::{Check, CheckOutcome, Evidence, GeometryScorer, Limits, LoadError, Outcome, Scorer, Verdict};
use rates::{ScoredCapture, Table, propose_pass_score, reflections};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Scores bona fide captures and attacks like the service, and prints error rates by species with confidence intervals.
#[derive(Parser)]
#[command(name = "evaluate")]
struct Arguments {
    /// Simulated captures of each species and person
    #[arg(long, value_name = "N", default_value_t = 8)]
    samples: u32,
    /// Simulates only this species, by its name in the table; can be repeated
    #[arg(long, value_name = "SPECIES", value_parser = named_species, conflicts_with_all = ["docs", "bona_fide", "attack", "video", "frames", "films"])]
    species: Vec<Species>,
    /// A folder of bona fide captures to score instead of simulated ones: NAME-far.jpg and NAME-near.jpg
    #[arg(long, value_name = "FOLDER")]
    bona_fide: Option<PathBuf>,
    /// A folder of captures of one attack species; can be repeated
    #[arg(long, value_name = "SPECIES=FOLDER", value_parser = named_folder)]
    attack: Vec<(String, PathBuf)>,
    /// A folder of videos of one species or of "bona fide"; far and near are chosen as on the page. ffmpeg decodes all
    /// files but NAME.mjpeg, which has to have 30 frames per second. Can be repeated
    #[arg(long, value_name = "SPECIES=FOLDER", value_parser = named_folder)]
    video: Vec<(String, PathBuf)>,
    /// A folder of single pictures of one species or of "bona fide", scored only by the single network of --pad. Can be
    /// repeated
    #[arg(long, value_name = "SPECIES=FOLDER", value_parser = named_folder, requires = "pad", conflicts_with_all = ["bona_fide", "attack", "video"])]
    frames: Vec<(String, PathBuf)>,
    /// The configuration of a service whose networks for presentation attack detection, [[pad.models]], also score.
    /// Their effect is shown in separate columns
    #[arg(long, value_name = "TOML-FILE")]
    pad: Option<PathBuf>,
    /// The lowest score that passes
    #[arg(long, alias = "line", value_name = "SCORE", default_value_t = LIVE_SCORE)]
    pass_score: u8,
    /// Plots the detection error trade-off
    #[arg(long, value_name = "SVG-FILE")]
    plot: Option<PathBuf>,
    /// The level of simulated captures. PRO has a motion challenge: two stops, or one with a light challenge
    #[arg(long, value_name = "LEVEL", value_parser = named_level, default_value = "STANDARD")]
    level: Level,
    /// The light challenge of simulated captures
    #[arg(long, value_enum, default_value_t = Light::Off)]
    light: Light,
    /// Prints every error and every inconclusive bona fide capture
    #[arg(long)]
    show: bool,
    /// Writes videos of each species to FOLDER/SPECIES/PERSON.mjpeg instead of scoring captures, for a browser to play
    /// as its camera (`npm run evaluate:page`)
    #[arg(long, value_name = "FOLDER", conflicts_with_all = ["docs", "plot", "bona_fide", "attack", "video", "frames"])]
    films: Option<PathBuf>,
    /// Number of people in the videos; those with the largest frontal faces
    #[arg(long, value_name = "N", default_value_t = 2, requires = "films")]
    people: usize,
    /// Writes tables and plot into docs/
    #[arg(long, conflicts_with_all = ["bona_fide", "attack", "video", "frames"])]
    docs: bool,
}

/// Whether there is a light challenge, and whether it decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Light {
    /// No light challenge
    Off,
    /// It only lowers the score
    Offered,
    /// Only a face that follows it passes
    Required,
}

impl Arguments {
    /// The challenges of simulated captures.
    fn challenges(&self) -> Challenges {
        let is_lit = self.light != Light::Off;
        let length = if is_lit { PathLength::Short } else { PathLength::Long };
        Challenges { is_lit, path: (self.level == Level::Pro).then_some(length) }
    }

    /// The name of the level with its challenges in the documents.
    fn level_name(&self) -> String {
        format!("{}{}", self.level.code(), if self.light == Light::Off { "" } else { " with light" })
    }

    /// Simulates a capture with the settings of an account.
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

/// A capture to score.
struct CaptureSource<'a> {
    /// The name of the species.
    species: String,
    /// The name of the person or the capture.
    name: String,
    /// Accessories of a bona fide person; `None` if not labelled.
    wears: Option<&'a [Worn]>,
    /// Simulates or reads the sample.
    load: Box<dyn Fn() -> Result<Sample> + Sync + 'a>,
}

/// The content of a capture.
enum Sample {
    /// An upload for the whole scorer.
    Upload(Box<Evidence>),
    /// None: the page takes no pictures.
    Nothing,
    /// One picture for the networks alone.
    Frame(image::RgbaImage),
}

fn main() {
    let arguments = Arguments::parse();
    let has_folders = arguments.bona_fide.is_some()
        || !arguments.attack.is_empty()
        || !arguments.video.is_empty()
        || !arguments.frames.is_empty();
    let people: Vec<Portrait> = if has_folders {
        Vec::new()
    } else {
        all_portraits().into_iter().filter(|one| one.is_frontal() && one.is_alone).collect()
    };
    if let Some(folder) = &arguments.films {
        return write_videos(people, arguments.people, folder);
    }
    let captures = if has_folders { from_folders(&arguments) } else { Ok(simulated(&people, &arguments)) };
    let captures = captures.and_then(|captures| {
        ensure!(!captures.is_empty(), "nothing to score: that species needs --light");
        Ok(captures)
    });
    let scored = captures.and_then(|captures| score_all(&captures, arguments.pad.as_deref()));
    let (mut scored, networks) = scored.unwrap_or_else(|error| {
        eprintln!("evaluate: {error:#}");
        std::process::exit(2);
    });
    if has_folders {
        // With captures from folders, the verdicts with networks are the interesting ones.
        for one in &mut scored {
            one.verdict = one.with_networks.take().unwrap_or_else(|| one.verdict.clone());
        }
    }
    if arguments.show {
        let is_inconclusive = |one: &ScoredCapture| one.is_bona_fide() && one.score().is_none();
        for one in scored.iter().filter(|one| one.is_error(arguments.pass_score) || is_inconclusive(one)) {
            let (code, score) = (one.verdict.code.code(), one.verdict.score);
            println!("{} {}: {code} {score:?}; {}; {}", one.species, one.name, one.reason(), one.contributions());
        }
    }
    let table = Table::new(&scored, arguments.pass_score);
    println!("{table}\n\n{}\n\n{}", Bands::new(&scored), by_group(&scored, arguments.pass_score));
    let level = (!has_folders).then(|| LevelTable::new(&scored, arguments.pass_score, networks));
    if let Some(level) = &level {
        println!("\n{}:\n\n{level}\n{}", arguments.level_name(), focal_lengths(&scored));
    }
    // A likelihood of a network can be any; a score below 50 means an attack.
    let least = if arguments.frames.is_empty() { LIVE_SCORE } else { 0 };
    if let Some(text) = propose_pass_score(&scored, least).filter(|_| has_folders) {
        println!("\n{text}");
    }
    if arguments.light != Light::Off {
        println!("\n{}", reflections(&scored));
    }
    if let Some(file) = &arguments.plot {
        plot::draw(&scored, file).unwrap();
    }
    if arguments.docs {
        if arguments.level_name() == Level::Standard.code() {
            write_docs(&scored, &table, people.len(), arguments.pass_score).unwrap();
        }
        if let Some(level) = &level {
            write_level(&arguments.level_name(), level, &focal_lengths(&scored), people.len()).unwrap();
        }
    }
}

fn simulated<'a>(people: &'a [Portrait], arguments: &'a Arguments) -> Vec<CaptureSource<'a>> {
    let mut all: Vec<CaptureSource> = Vec::new();
    let is_selected = |one: &Species| arguments.species.is_empty() || arguments.species.contains(one);
    // Some species exist only with a challenge.
    let all_species = Species::ALL.into_iter().filter(|one| one.exists(&arguments.challenges()));
    for species in all_species.filter(is_selected) {
        for person in people {
            for index in 0..arguments.samples {
                let load = move || Ok(Sample::Upload(arguments.capture(species, person, index).into()));
                let (species, name) = (species.to_string(), person.person.clone());
                all.push(CaptureSource { species, name, wears: Some(&person.wears), load: Box::new(load) });
            }
        }
    }
    all
}

fn from_folders(arguments: &Arguments) -> Result<Vec<CaptureSource<'static>>> {
    let bona_fide = arguments.bona_fide.iter().map(|folder| (Species::BonaFide.to_string(), folder.clone()));
    let mut all: Vec<CaptureSource> = Vec::new();
    for (species, folder) in bona_fide.chain(arguments.attack.iter().cloned()) {
        for (name, evidence) in read_captures(&folder).with_context(|| folder.display().to_string())? {
            let load = Box::new(move || Ok(Sample::Upload(evidence.clone().into())));
            all.push(CaptureSource { species: species.clone(), name, wears: None, load });
        }
    }
    for (species, folder) in &arguments.video {
        for (name, video) in files_in(folder).with_context(|| folder.display().to_string())? {
            let read = move || capture(&video, &model()).with_context(|| video.display().to_string());
            let load = move || Ok(read()?.map_or(Sample::Nothing, |evidence| Sample::Upload(evidence.into())));
            all.push(CaptureSource { species: species.clone(), name, wears: None, load: Box::new(load) });
        }
    }
    for (species, folder) in &arguments.frames {
        for (name, file) in files_in(folder).with_context(|| folder.display().to_string())? {
            let load = move || Ok(Sample::Frame(open_image(&file).with_context(|| file.display().to_string())?));
            all.push(CaptureSource { species: species.clone(), name, wears: None, load: Box::new(load) });
        }
    }
    Ok(all)
}

/// Writes videos of each species, with one thread per person. Excludes people who could exceed the limits of pose while
/// they sway.
fn write_videos(mut people: Vec<Portrait>, count: usize, folder: &Path) {
    people.retain(|person| person.relative_turn() < 0.5);
    people.sort_by(|a, b| b.face.bbox.width.total_cmp(&a.face.bbox.width));
    people.truncate(count);
    std::thread::scope(|scope| {
        for person in &people {
            scope.spawn(move || {
                for species in videos::playable() {
                    videos::write(folder, species, person).unwrap();
                    eprintln!("{species}, {}", person.person);
                }
            });
        }
    });
}

/// Scores captures on all cores and prints the progress. Returns also the number of networks.
fn score_all(captures: &[CaptureSource], pad: Option<&Path>) -> Result<(Vec<ScoredCapture>, usize)> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let networks = pad.map(frames::networks).transpose()?;
    let count = networks.as_ref().map_or(0, Models::len);
    let scorer = || GeometryScorer::new(&model(), Limits::default(), threads);
    let plain = scorer()?;
    let with_networks = networks.map(|networks| Ok::<_, LoadError>(scorer()?.with_pad(networks))).transpose()?;
    let next = AtomicUsize::new(0);
    let score_one = |CaptureSource { species, name, wears, load }: &CaptureSource,
                     detector: &mut Detector|
     -> Result<ScoredCapture> {
        let sample = load()?;
        let verdict = match &sample {
            Sample::Upload(evidence) => plain.score(evidence),
            Sample::Nothing => not_captured(),
            Sample::Frame(picture) => frames::verdict(with_networks.as_ref().unwrap_or(&plain), picture)?,
        };
        // The networks cannot change a verdict that was decided before them.
        let is_decided = verdict.outcome(Check::Certainty).is_none_or(|outcome| outcome.outcome == Outcome::Skipped);
        let network_verdict = with_networks.as_ref().map(|scorer| match &sample {
            Sample::Upload(evidence) if !is_decided => scorer.score(evidence),
            _ => verdict.clone(),
        });
        let (species, name) = (species.clone(), name.clone());
        let mut one = ScoredCapture { species, name, verdict, with_networks: network_verdict, groups: Vec::new() };
        if let Sample::Upload(evidence) = sample
            && one.is_bona_fide()
        {
            one.groups = groups(&evidence, *wears, detector)?;
        }
        Ok(one)
    };
    let work = || -> Result<Vec<(usize, ScoredCapture)>> {
        let mut mine = Vec::new();
        let mut detector = detector(None)?;
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(capture) = captures.get(index) else { return Ok(mine) };
            if index.is_multiple_of(100) {
                eprintln!("{index} of {}", captures.len());
            }
            match score_one(capture, &mut detector) {
                Ok(scored) => mine.push((index, scored)),
                Err(error) => {
                    // The run has failed: stop the other threads.
                    next.store(captures.len(), Ordering::Relaxed);
                    return Err(error);
                }
            }
        }
    };
    let all: Result<Vec<Vec<(usize, ScoredCapture)>>> = std::thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        running.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let mut all: Vec<(usize, ScoredCapture)> = all?.into_iter().flatten().collect();
    all.sort_by_key(|(index, _)| *index);
    Ok((all.into_iter().map(|(_, scored)| scored).collect(), count))
}

/// The verdict on a video without a capture.
fn not_captured() -> Verdict {
    let faces = CheckOutcome::failed(Check::Faces, "the page takes no pictures of it");
    Verdict { code: ResultCode::NoFaceDetected, score: None, attack_type: None, checks: vec![faces] }
}
