//! How well the signs of a screen tell screens from people, cross-validated by person, and with `--fit` new weights.
//! Captures are those of `evaluate`, others of the same people.
#![allow(clippy::unwrap_used)]

#[allow(dead_code)] // Not every species is measured.
use clap::Parser;
use nearfar::detection::{Detector, Face};
use nearfar_evaluation::captures::all_portraits;
use nearfar_evaluation::metrics::logistic::{Model, logistic};
use nearfar_evaluation::metrics::roc::area_under_curve;
use nearfar_evaluation::species::{Challenges, Species};
use nearfar_inspect::model::{detector, largest, workspace};
use nearfar_parallax::{Verdict, View, parallax};
use nearfar_rendering::portraits::Portrait;
use nearfar_scoring::pad::{ARTEFACT_NAMES, EVIDENCE, EVIDENCE_NAMES, PadArtefacts};
use nearfar_scoring::picture::{decode, frame};
use nearfar_scoring::{Evidence, Limits};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Measures the signs of screens on staged captures.
#[derive(Parser)]
#[command(name = "signs")]
struct Arguments {
    /// Staged captures of each species and person; of bona fide ones three times as many
    #[arg(long, value_name = "N", default_value_t = 4)]
    samples: u32,
    /// Writes weights fitted to all of them into crates/scoring/src/pad/model.rs
    #[arg(long)]
    fit: bool,
    /// Writes every figure as a line of tab-separated values
    #[arg(long, value_name = "TSV-FILE")]
    table: Option<PathBuf>,
    /// Takes the figures from such a file and stages nothing
    #[arg(long, value_name = "TSV-FILE")]
    measured: Option<PathBuf>,
    /// Keeps the pictures in this folder
    #[arg(long, value_name = "FOLDER")]
    keep: Option<PathBuf>,
}

/// What is measured: people, screens, and prints, whose parallax is weighed, too.
const KINDS: [Species; 7] = [
    Species::BonaFide,
    Species::VideoReplay,
    Species::PhoneReplay,
    Species::StillReplay,
    Species::FlatPrint,
    Species::BentPrint,
    Species::CutOut,
];
/// The first capture's index: `evaluate` has those before it.
const FIRST: u32 = 1000;

/// One capture.
struct Measured {
    species: Species,
    person: String,
    signs: PadArtefacts,
    /// Log likelihood ratio of the parallax; `None` where it is unsure.
    depth: Option<f32>,
}

impl Measured {
    fn evidence(&self) -> Option<[f32; EVIDENCE]> {
        Some(self.signs.evidence(self.depth?))
    }
}

fn main() {
    let arguments = Arguments::parse();
    let measured = match &arguments.measured {
        Some(file) => read(&std::fs::read_to_string(file).unwrap()),
        None => {
            let people = all_portraits().into_iter().filter(|one| one.looks_straight() && one.is_alone);
            all_measured(&people.collect::<Vec<_>>(), &arguments)
        }
    };
    if let Some(file) = &arguments.table {
        let mut lines = format!("species\tperson\tdepth\t{}\n", ARTEFACT_NAMES.join("\t"));
        for one in &measured {
            let figures: Vec<String> = one.signs.figures.iter().map(|figure| format!("{figure}")).collect();
            let depth = one.depth.map_or(String::new(), |depth| depth.to_string());
            lines += &format!("{:?}\t{}\t{depth}\t{}\n", one.species, one.person, figures.join("\t"));
        }
        std::fs::write(file, lines).unwrap();
    }
    let ratios = cross_validated(&measured);
    report(&measured, &ratios);
    if arguments.fit {
        write_model(&fit(measured.iter()));
    }
}

/// The captures of a table that was written before.
fn read(table: &str) -> Vec<Measured> {
    let line = |line: &str| {
        let mut cells = line.split('\t');
        let mut next = || cells.next().unwrap();
        let (name, person, depth) = (next(), next().to_owned(), next().parse().ok());
        let species = KINDS.into_iter().find(|kind| format!("{kind:?}") == name).unwrap();
        let figures = std::array::from_fn(|_| next().parse().unwrap());
        Measured { species, person, signs: PadArtefacts { figures }, depth }
    };
    table.lines().skip(1).map(line).collect()
}

/// Weight of the penalty on the size of the coefficients.
const PENALTY: f64 = 2.0;
/// Folds of the cross-validation.
const FOLDS: usize = 5;

/// A model of what is measured where the parallax is sure.
fn fit<'a>(measured: impl Iterator<Item = &'a Measured>) -> Model {
    let known: Vec<_> = measured.filter_map(|one| Some((one.evidence()?, one.species == Species::BonaFide))).collect();
    let samples: Vec<(&[f32], bool)> = known.iter().map(|(numbers, real)| (&numbers[..], *real)).collect();
    logistic(&samples, PENALTY)
}

/// Each capture's log likelihood ratio by a model fitted to other people; `None` where the parallax is unsure.
fn cross_validated(measured: &[Measured]) -> Vec<Option<f32>> {
    let people: BTreeSet<&str> = measured.iter().map(|one| one.person.as_str()).collect();
    let fold = |one: &Measured| people.iter().position(|person| *person == one.person).map_or(0, |at| at % FOLDS);
    let models: Vec<Model> = (0..FOLDS).map(|out| fit(measured.iter().filter(|one| fold(one) != out))).collect();
    measured.iter().map(|one| Some(models[fold(one)].log_odds(&one.evidence()?))).collect()
}

/// Prints how well each sign and the model tell each species from people.
fn report(measured: &[Measured], ratios: &[Option<f32>]) {
    let of = |species: Species, figure: &dyn Fn(usize) -> Option<f32>| -> Vec<f32> {
        let all = (0..measured.len()).filter(|index| measured[*index].species == species);
        let mut all: Vec<f32> = all.filter_map(figure).collect();
        all.sort_by(f32::total_cmp);
        all
    };
    let attacks = || KINDS.into_iter().filter(|species| *species != Species::BonaFide);
    println!("area under the curve, 0.5 for no difference from people:\n");
    println!(
        "| artefact | bona fide: median, 95 % | {} |",
        attacks().map(|one| one.to_string()).collect::<Vec<_>>().join(" | ")
    );
    println!("|---|---{}|", "|---".repeat(KINDS.len() - 1));
    for (at, name) in ARTEFACT_NAMES.into_iter().enumerate() {
        let figure = |index: usize| Some(measured[index].signs.figures[at]);
        let people = of(Species::BonaFide, &figure);
        let areas = attacks().map(|species| format!("{:.2}", area_under_curve(&of(species, &figure), &people)));
        let quantile = |share: f32| people[((people.len() as f32 * share) as usize).min(people.len() - 1)];
        let areas = areas.collect::<Vec<_>>().join(" | ");
        println!("| `{name}` | {:.2}, {:.2} | {areas} |", quantile(0.5), quantile(0.95));
    }
    let ratio = |index: usize| ratios[index];
    let people = of(Species::BonaFide, &ratio);
    let limit = people[people.len() / 20];
    println!("\ncross-validated; limit of 5 %: {limit:.2}\n");
    println!("| species | captures | area | error rate at the 5 % limit |");
    println!("|---|---|---|---|");
    for species in KINDS {
        let all = of(species, &ratio);
        let real = species == Species::BonaFide;
        let wrong = all.iter().filter(|ratio| (**ratio < limit) == real).count();
        let share = 100.0 * wrong as f32 / all.len().max(1) as f32;
        let area = area_under_curve(&people, &all);
        let word = if real { "BPCER" } else { "APCER" };
        println!("| {species} | {} | {area:.2} | {word} {share:.1} % |", all.len());
    }
}

fn write_model(model: &Model) {
    let weights: Vec<String> = model.weights.iter().map(|weight| format!("{weight:.3}")).collect();
    let path = workspace().join("crates/scoring/src/pad/model.rs");
    let text = format!(
        "//! Coefficients of the likelihood ratio. Written by\n//! `cargo run --profile service -p nearfar-evaluation \
         --features commands --bin pad_artefacts -- --fit`: do not edit.\n\n\
         use super::odds::EVIDENCE;\n\n\
         /// Log odds of all-zero evidence.\n\
         pub(super) const BIAS: f32 = {:.3};\n\
         /// One for each number of evidence: {}.\n\
         pub(super) const WEIGHTS: [f32; EVIDENCE] = [{}];\n",
        model.bias,
        EVIDENCE_NAMES.join(", "),
        weights.join(", ")
    );
    std::fs::write(&path, text).unwrap();
    println!("\nWrote {}; run cargo fmt.", path.display());
}

fn all_measured(people: &[Portrait], arguments: &Arguments) -> Vec<Measured> {
    let mut wanted = Vec::new();
    for (person, species) in people.iter().flat_map(|person| KINDS.map(|species| (person, species))) {
        let count = arguments.samples * if species == Species::BonaFide { 3 } else { 1 };
        wanted.extend((0..count).map(|index| (person, species, FIRST + index)));
    }
    let next = AtomicUsize::new(0);
    let work = || {
        let mut detector = detector(None).unwrap();
        let mut mine = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some((person, species, sample)) = wanted.get(index) else { return mine };
            let capture = species.capture(person, *sample, &Challenges::default());
            if let Some(folder) = &arguments.keep {
                keep(folder, &format!("{species:?}-{}-{sample}", person.person), &capture);
            }
            if let Some((signs, depth)) = measure(&capture, &mut detector) {
                mine.push((index, Measured { species: *species, person: person.person.clone(), signs, depth }));
            }
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let mut all: Vec<(usize, Measured)> = std::thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        running.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    all.sort_by_key(|(index, _)| *index);
    all.into_iter().map(|(_, one)| one).collect()
}

/// The signs and the parallax; `None` where a face is not found.
fn measure(capture: &Evidence, detector: &mut Detector) -> Option<(PadArtefacts, Option<f32>)> {
    let [far, near] = ["far", "near"].map(|name| decode(&capture.files[name], &Limits::default().picture).unwrap());
    let mut face = |picture| -> Option<Face> { largest(detector.detect_still(&frame(picture).unwrap())) };
    let (far_face, near_face) = (face(&far)?, face(&near)?);
    let signs = PadArtefacts::new((&far, &far_face.bbox), (&near, &near_face.bbox));
    let (far, near) = (frame(&far).unwrap(), frame(&near).unwrap());
    let judged = parallax(View { frame: &far, face: &far_face }, View { frame: &near, face: &near_face }, 1);
    let depth = match judged.verdict {
        Verdict::LogLikelihoodRatio(ratio) => Some(ratio),
        Verdict::Inconclusive(_) => None,
    };
    Some((signs, depth))
}

fn keep(folder: &Path, name: &str, capture: &Evidence) {
    std::fs::create_dir_all(folder).unwrap();
    for stage in ["far", "near"] {
        std::fs::write(folder.join(format!("{name}-{stage}.jpg")), &capture.files[stage]).unwrap();
    }
}
