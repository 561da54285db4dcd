//! `pad_artefacts`: how well the PAD artefacts separate screens from people, cross-validated by person, and the fit of
//! their model. Uses other captures of the same people than `evaluate`.
#![allow(clippy::unwrap_used, reason = "a command of developers ends with the first error")]

use clap::Parser;
use nearfar::detection::{Detector, Face};
use nearfar_evaluation::captures::all_portraits;
use nearfar_evaluation::captures::species::{Challenges, Species};
use nearfar_evaluation::metrics::coefficients::CoefficientFile;
use nearfar_evaluation::metrics::logistic::{Model, logistic};
use nearfar_evaluation::metrics::roc::area_under_curve;
use nearfar_inspect::model::{detector, largest};
use nearfar_parallax::{Verdict, View, parallax};
use nearfar_rendering::portraits::Portrait;
use nearfar_scoring::pad::{ARTEFACT_NAMES, EVIDENCE_NAMES, PadArtefacts};
use nearfar_scoring::picture::{decode, frame};
use nearfar_scoring::{Evidence, Limits};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Measures PAD artefacts on simulated captures and prints how well they separate each species from people.
#[derive(Parser)]
#[command(name = "pad_artefacts")]
struct Arguments {
    /// Simulated captures of each species and person; bona fide three times as many
    #[arg(long, value_name = "N", default_value_t = 4)]
    samples: u32,
    /// Fits weights to all captures and writes them to crates/scoring/src/pad/model.rs
    #[arg(long)]
    fit: bool,
    /// Writes all figures as tab-separated values
    #[arg(long, value_name = "TSV-FILE")]
    table: Option<PathBuf>,
    /// Reads the figures from such a file instead of simulating captures
    #[arg(long, value_name = "TSV-FILE")]
    measured: Option<PathBuf>,
    /// Saves the pictures in this folder
    #[arg(long, value_name = "FOLDER")]
    keep: Option<PathBuf>,
}

/// The measured species: people, screens, and prints, which the depth input separates.
const KINDS: [Species; 7] = [
    Species::BonaFide,
    Species::VideoReplay,
    Species::PhoneReplay,
    Species::StillReplay,
    Species::FlatPrint,
    Species::BentPrint,
    Species::CutOut,
];
/// Index of the first capture; `evaluate` uses the ones before.
const FIRST: u32 = 1000;

/// One measured capture.
struct MeasuredCapture {
    species: Species,
    person: String,
    artefacts: PadArtefacts,
    /// Log likelihood ratio of the parallax; `None` if it is inconclusive.
    depth: Option<f32>,
}

impl MeasuredCapture {
    fn evidence(&self) -> Option<[f32; EVIDENCE_NAMES.len()]> {
        Some(self.artefacts.evidence(self.depth?))
    }
}

fn main() {
    let arguments = Arguments::parse();
    let measured = match &arguments.measured {
        Some(file) => read_table(&std::fs::read_to_string(file).unwrap()),
        None => {
            let people = all_portraits().into_iter().filter(|one| one.is_frontal() && one.is_alone);
            measure_all(&people.collect::<Vec<_>>(), &arguments)
        }
    };
    if let Some(file) = &arguments.table {
        let mut lines = format!("species\tperson\tdepth\t{}\n", ARTEFACT_NAMES.join("\t"));
        for one in &measured {
            let figures: Vec<String> = one.artefacts.figures.iter().map(|figure| format!("{figure}")).collect();
            let depth = one.depth.map_or(String::new(), |depth| depth.to_string());
            lines += &format!("{:?}\t{}\t{depth}\t{}\n", one.species, one.person, figures.join("\t"));
        }
        std::fs::write(file, lines).unwrap();
    }
    let ratios = cross_validate(&measured);
    report(&measured, &ratios);
    if arguments.fit {
        CoefficientFile::Pad.write(&fit(measured.iter())).unwrap();
    }
}

/// Reads the captures of a table that `--table` wrote.
fn read_table(table: &str) -> Vec<MeasuredCapture> {
    let line = |line: &str| {
        let mut cells = line.split('\t');
        let mut next = || cells.next().unwrap();
        let (name, person, depth) = (next(), next().to_owned(), next().parse().ok());
        let species = KINDS.into_iter().find(|kind| format!("{kind:?}") == name).unwrap();
        let figures = std::array::from_fn(|_| next().parse().unwrap());
        MeasuredCapture { species, person, artefacts: PadArtefacts { figures }, depth }
    };
    table.lines().skip(1).map(line).collect()
}

/// Weight of the L2 penalty on the coefficients.
const PENALTY: f64 = 2.0;
/// Folds of the cross-validation.
const FOLDS: usize = 5;

/// Fits a model to the captures with conclusive parallax.
fn fit<'a>(measured: impl Iterator<Item = &'a MeasuredCapture>) -> Model {
    let known: Vec<_> = measured.filter_map(|one| Some((one.evidence()?, one.species == Species::BonaFide))).collect();
    let samples: Vec<(&[f32], bool)> = known.iter().map(|(numbers, real)| (&numbers[..], *real)).collect();
    logistic(&samples, PENALTY)
}

/// The log likelihood ratio of each capture by a model of other people; `None` if the parallax is inconclusive.
fn cross_validate(measured: &[MeasuredCapture]) -> Vec<Option<f32>> {
    let people: BTreeSet<&str> = measured.iter().map(|one| one.person.as_str()).collect();
    let fold =
        |one: &MeasuredCapture| people.iter().position(|person| *person == one.person).map_or(0, |at| at % FOLDS);
    let models: Vec<Model> = (0..FOLDS).map(|out| fit(measured.iter().filter(|one| fold(one) != out))).collect();
    measured.iter().map(|one| Some(models[fold(one)].log_odds(&one.evidence()?))).collect()
}

/// Prints how well each artefact and the model separate each species from people.
fn report(measured: &[MeasuredCapture], ratios: &[Option<f32>]) {
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
        let figure = |index: usize| Some(measured[index].artefacts.figures[at]);
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
        let is_bona_fide = species == Species::BonaFide;
        let errors = all.iter().filter(|ratio| (**ratio < limit) == is_bona_fide).count();
        let share = 100.0 * errors as f32 / all.len().max(1) as f32;
        let area = area_under_curve(&people, &all);
        let name = if is_bona_fide { "BPCER" } else { "APCER" };
        println!("| {species} | {} | {area:.2} | {name} {share:.1} % |", all.len());
    }
}

fn measure_all(people: &[Portrait], arguments: &Arguments) -> Vec<MeasuredCapture> {
    let mut jobs = Vec::new();
    for (person, species) in people.iter().flat_map(|person| KINDS.map(|species| (person, species))) {
        let count = arguments.samples * if species == Species::BonaFide { 3 } else { 1 };
        jobs.extend((0..count).map(|index| (person, species, FIRST + index)));
    }
    let next = AtomicUsize::new(0);
    let work = || {
        let mut detector = detector(None).unwrap();
        let mut mine = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some((person, species, sample)) = jobs.get(index) else { return mine };
            let capture = species.capture(person, *sample, &Challenges::default());
            if let Some(folder) = &arguments.keep {
                save(folder, &format!("{species:?}-{}-{sample}", person.person), &capture);
            }
            if let Some((artefacts, depth)) = measure(&capture, &mut detector) {
                mine.push((
                    index,
                    MeasuredCapture { species: *species, person: person.person.clone(), artefacts, depth },
                ));
            }
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let mut all: Vec<(usize, MeasuredCapture)> = std::thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        running.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    all.sort_by_key(|(index, _)| *index);
    all.into_iter().map(|(_, one)| one).collect()
}

/// Measures artefacts and parallax; `None` if a face is not found.
fn measure(capture: &Evidence, detector: &mut Detector) -> Option<(PadArtefacts, Option<f32>)> {
    let [far, near] = ["far", "near"].map(|name| decode(&capture.files[name], &Limits::default().picture).unwrap());
    let mut face = |picture| -> Option<Face> { largest(detector.detect_still(&frame(picture).unwrap())) };
    let (far_face, near_face) = (face(&far)?, face(&near)?);
    let artefacts = PadArtefacts::new((&far, &far_face.bbox), (&near, &near_face.bbox));
    let (far, near) = (frame(&far).unwrap(), frame(&near).unwrap());
    let measured = parallax(View { frame: &far, face: &far_face }, View { frame: &near, face: &near_face }, 1);
    let depth = match measured.verdict {
        Verdict::LogLikelihoodRatio(ratio) => Some(ratio),
        Verdict::Inconclusive(_) => None,
    };
    Some((artefacts, depth))
}

fn save(folder: &Path, name: &str, capture: &Evidence) {
    std::fs::create_dir_all(folder).unwrap();
    for stage in ["far", "near"] {
        std::fs::write(folder.join(format!("{name}-{stage}.jpg")), &capture.files[stage]).unwrap();
    }
}
