//! Judges staged captures of many portraits and prints how many are told right: those of one person, flat and in
//! depth, and those whose near picture shows another person. With `--fit` new coefficients of the likelihood, too.
//!
//! `node crates/evaluation/corpus/fetch.mjs`, then
//! `cargo run --release -p nearfar-evaluation --features commands --bin comparison_rates -- [--fit] [--show]`
//!
//! Everything is repeatable: the same photographs give the same figures.
#![allow(clippy::unwrap_used)]

use clap::Parser;
use image::RgbImage;
use nearfar_evaluation::captures::evidence::evidence;
use nearfar_evaluation::captures::scene::{Position, fitting_width, matched, moved, relit};
use nearfar_evaluation::captures::{all_portraits, model};
use nearfar_evaluation::metrics::logistic::logistic;
use nearfar_evaluation::metrics::roc::area_under_curve;
use nearfar_inspect::model::workspace;
use nearfar_rendering::portraits::Portrait;
use nearfar_rendering::random::Random;
use nearfar_rendering::scene::{Head, Surface};
use nearfar_scoring::comparison::FEATURE_NAMES;
use nearfar_scoring::{Check, GeometryScorer, Limits, Scorer, Verdict};
use std::collections::BTreeMap;

/// What is staged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// One portrait, cropped and scaled: also what a photograph held before the camera looks like.
    Flat,
    /// One portrait on a head in depth, seen from 60 and 25 cm, that moves a little.
    Depth,
    /// Two people, each photograph with its own light.
    Two,
    /// Two people, the second brought to the colours of the first.
    TwoMatched,
}

impl Kind {
    fn one_person(self) -> bool {
        matches!(self, Kind::Flat | Kind::Depth)
    }
}

/// One judged pair.
struct Judged {
    kind: Kind,
    people: [usize; 2],
    verdict: Verdict,
}

impl Judged {
    /// The figures of likeness, where it came to them.
    fn features(&self) -> Option<Vec<f32>> {
        let figures = &self.verdict.outcome(Check::SameFace)?.figures;
        FEATURE_NAMES.iter().map(|name| figures.get(*name).map(|figure| *figure as f32)).collect()
    }
}

const DRAWS: u32 = 4;
const OTHERS: usize = 8;

/// Scores staged captures of many portraits and prints how many are told right: those of one person, flat and in depth,
/// and those whose near picture shows another person.
#[derive(Parser)]
#[command(name = "rates", version)]
struct Arguments {
    /// Writes new coefficients of the likelihood to crates/scoring/src/comparison/model.rs
    #[arg(long)]
    fit: bool,
    /// Prints every capture that was told wrong, with its failed checks
    #[arg(long)]
    show: bool,
}

fn main() {
    let Arguments { fit, show } = Arguments::parse();
    let people = all_portraits();
    let strict = GeometryScorer::new(&model(), Limits::default(), 1).unwrap();
    println!("{} people; their untouched far and near pictures with the default limits:", people.len());
    println!("{:?}", untouched(&people, &strict).1);
    // Likeness is measured on people who look elsewhere, too: there are too few who look straight into the camera.
    let mut lax = Limits::default();
    (lax.thresholds.max_yaw, lax.thresholds.max_pitch, lax.thresholds.max_roll) = (45.0, 35.0, 45.0);
    let scorer = GeometryScorer::new(&model(), lax, 2).unwrap();
    let (kept, refused) = untouched(&people, &scorer);
    println!("with wide limits of pose: {refused:?}");
    let people: Vec<Portrait> =
        people.into_iter().zip(kept).filter(|(_, kept)| *kept).map(|(portrait, _)| portrait).collect();
    println!("{} people are compared", people.len());
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let all: Vec<Judged> = std::thread::scope(|scope| {
        let (people, scorer) = (&people, &scorer);
        let share = |first: usize| {
            scope.spawn(move || (first..people.len()).step_by(threads).flat_map(|i| judge(people, i, scorer)).collect())
        };
        let running: Vec<_> = (0..threads).map(share).collect();
        running.into_iter().flat_map(|thread| -> Vec<Judged> { thread.join().unwrap() }).collect()
    });
    print_rates(&all);
    cross_validate(&all, people.len());
    if show {
        for judged in all.iter().filter(|judged| judged.kind.one_person() != (judged.verdict.score >= Some(50))) {
            let names = judged.people.map(|index| people[index].person.as_str());
            let failed: Vec<_> = judged.verdict.checks.iter().filter(|check| check.has_failed()).collect();
            let told: Vec<_> = failed.iter().map(|check| format!("{} {:?}", check.note, check.figures)).collect();
            println!("{:?} {names:?} {:?} {:?} {told:?}", judged.kind, judged.verdict.code, judged.verdict.score);
        }
    }
    if fit {
        let path = workspace().join("crates/scoring/src/comparison/model.rs");
        std::fs::write(&path, source(&fitted(all.iter()))).unwrap();
        println!("wrote {}; run cargo fmt", path.display());
    }
}

/// Which portraits make an untouched pair that is compared at all, and the verdicts' codes and scores.
fn untouched(people: &[Portrait], scorer: &GeometryScorer) -> (Vec<bool>, BTreeMap<String, usize>) {
    let mut told: BTreeMap<String, usize> = BTreeMap::new();
    let kept = people.iter().map(|person| {
        let size = picture_size(person);
        let head = Surface::Head(Head::mean());
        let [far, near] = [Position::FAR, Position::NEAR].map(|position| position.shot(person, &head, size));
        let verdict = scorer.score(&evidence(&far, &near));
        let passed = verdict.score.is_some_and(|score| score >= 50);
        let failed = verdict.checks.iter().find(|check| check.has_failed()).map(|check| check.check);
        let key = if passed { "passed".into() } else { format!("{} by {failed:?}", verdict.code.code()) };
        *told.entry(key).or_default() += 1;
        verdict.score.is_some()
    });
    (kept.collect(), told)
}

fn alive(position: Position, person: &Portrait, head: &Head, size: (u32, u32), random: &mut Random) -> RgbImage {
    position.alive(random).shot(person, &moved(head, random), size)
}

fn picture_size(person: &Portrait) -> (u32, u32) {
    let width = fitting_width(person);
    (width, width * 4 / 3)
}

/// All captures whose far picture shows this person.
fn judge(people: &[Portrait], index: usize, scorer: &GeometryScorer) -> Vec<Judged> {
    let person = &people[index];
    let size = picture_size(person);
    let mut judged = Vec::new();
    let mut random = Random::new(&person.person);
    for draw in 0..DRAWS {
        for kind in [Kind::Flat, Kind::Depth] {
            let head = Head::new(&mut random);
            // The first flat one is left as it is.
            let strength = if kind == Kind::Flat && draw == 0 { 0.0 } else { 0.35 };
            let mut seen = |position: Position| {
                let picture = match kind {
                    Kind::Depth => alive(position, person, &head, size, &mut random),
                    _ => position.shot(person, &Surface::Flat, size),
                };
                relit(&picture, strength, &mut random)
            };
            let (far, near) = (seen(Position::FAR), seen(Position::NEAR));
            let verdict = scorer.score(&evidence(&far, &near));
            judged.push(Judged { kind, people: [index, index], verdict });
        }
    }
    for step in 1..=OTHERS {
        let other = (index + step * people.len() / (OTHERS + 1)) % people.len();
        let mut seen = |position: Position, person: &Portrait| {
            let head = Head::new(&mut random);
            let picture = alive(position, person, &head, size, &mut random);
            relit(&picture, 0.35, &mut random)
        };
        let (far, near) = (seen(Position::FAR, person), seen(Position::NEAR, &people[other]));
        for (kind, near) in [(Kind::TwoMatched, matched(&near, &far)), (Kind::Two, near)] {
            let verdict = scorer.score(&evidence(&far, &near));
            judged.push(Judged { kind, people: [index, other], verdict });
        }
    }
    judged
}

fn print_rates(all: &[Judged]) {
    let mut kinds: BTreeMap<Kind, Vec<&Judged>> = BTreeMap::new();
    for judged in all {
        kinds.entry(judged.kind).or_default().push(judged);
    }
    for (kind, of_kind) in kinds {
        let compared: Vec<_> = of_kind.iter().filter(|judged| judged.features().is_some()).collect();
        let mut refused: BTreeMap<String, usize> = BTreeMap::new();
        for judged in of_kind.iter().filter(|judged| judged.features().is_none()) {
            let failed = judged.verdict.checks.iter().find(|check| check.has_failed()).map(|check| check.check);
            *refused.entry(format!("{failed:?}")).or_default() += 1;
        }
        let share = |holds: &dyn Fn(u8) -> bool| {
            let count = compared.iter().filter(|judged| judged.verdict.score.is_some_and(holds)).count();
            format!("{count} ({:.1} %)", 100.0 * count as f64 / compared.len().max(1) as f64)
        };
        let mut scores: Vec<u8> = compared.iter().filter_map(|judged| judged.verdict.score).collect();
        scores.sort_unstable();
        println!(
            "{kind:?}: {} pairs, {} compared; 50 or more {}, 1 to 49 {}, 0 {}; median {:?}; refused before {refused:?}",
            of_kind.len(),
            compared.len(),
            share(&|score| score >= 50),
            share(&|score| (1..50).contains(&score)),
            share(&|score| score == 0),
            scores.get(scores.len() / 2),
        );
    }
}

/// Each fifth of the people judged by a model fitted to the others: pairs in which any of them appears.
fn cross_validate(all: &[Judged], people: usize) {
    const FOLDS: usize = 5;
    let mut counts: BTreeMap<Kind, [usize; 3]> = BTreeMap::new();
    let mut odds_of: [Vec<f32>; 2] = Default::default();
    for fold in 0..FOLDS.min(people) {
        let held_out = |judged: &&Judged| judged.people.iter().any(|person| person % FOLDS == fold);
        let model = fitted(all.iter().filter(|judged| !held_out(judged)));
        // A pair of two folds is judged once, by the model of its first person's.
        for judged in all.iter().filter(|judged| judged.people[0] % FOLDS == fold) {
            let Some(features) = judged.features() else { continue };
            let odds = model.log_odds(&features);
            let count = counts.entry(judged.kind).or_default();
            count[0] += 1;
            count[1] += usize::from(odds >= 0.0);
            count[2] += usize::from(odds < (0.1f32 / 0.9).ln());
            odds_of[usize::from(judged.kind.one_person())].push(odds);
        }
    }
    for (kind, [of, same, none]) in counts {
        let share = |count: usize| 100.0 * count as f64 / of as f64;
        println!(
            "cross-validated {kind:?}: likelihood at least 0.5 {:.1} %, below 0.1 {:.1} % of {of}",
            share(same),
            share(none)
        );
    }
    let [two, one] = &odds_of;
    println!("cross-validated area under the curve {:.4}", area_under_curve(one, two));
}

fn fitted<'a>(judged: impl Iterator<Item = &'a Judged>) -> nearfar_evaluation::metrics::logistic::Model {
    let samples: Vec<(Vec<f32>, bool)> =
        judged.filter_map(|judged| Some((judged.features()?, judged.kind.one_person()))).collect();
    let samples: Vec<(&[f32], bool)> = samples.iter().map(|(features, same)| (&features[..], *same)).collect();
    logistic(&samples, 1.0)
}

fn source(model: &nearfar_evaluation::metrics::logistic::Model) -> String {
    let committed = include_str!("../../../scoring/src/comparison/model.rs");
    let weights: Vec<String> = model.weights.iter().map(|weight| format!("{weight:.3}")).collect();
    let lines = committed.lines().map(|line| {
        if line.starts_with("const BIAS") {
            format!("const BIAS: f32 = {:.3};", model.bias)
        } else if line.starts_with("const WEIGHTS") {
            format!("const WEIGHTS: [f32; FEATURES] = [{}];", weights.join(", "))
        } else {
            line.to_string()
        }
    });
    lines.map(|line| line + "\n").collect()
}
