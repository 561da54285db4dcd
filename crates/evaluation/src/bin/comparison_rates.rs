//! `comparison_rates`: error rates of the comparison of far and near on simulated captures, and the fit of its model.
//!
//! The results are reproducible: the same photographs give the same figures.
#![allow(clippy::unwrap_used, reason = "a command of developers ends with the first error")]

use clap::Parser;
use image::RgbImage;
use nearfar_evaluation::captures::evidence::evidence;
use nearfar_evaluation::captures::scene::{Position, match_colors, native_width, vary_light, with_random_expression};
use nearfar_evaluation::captures::{all_portraits, model};
use nearfar_evaluation::metrics::coefficients::CoefficientFile;
use nearfar_evaluation::metrics::logistic::{Model, logistic};
use nearfar_evaluation::metrics::roc::area_under_curve;
use nearfar_protocol::result::LIVE_SCORE;
use nearfar_rendering::portraits::Portrait;
use nearfar_rendering::random::Random;
use nearfar_rendering::scene::{Head, Surface};
use nearfar_scoring::comparison::FEATURE_NAMES;
use nearfar_scoring::{Check, GeometryScorer, Limits, Scorer, Verdict};
use std::collections::BTreeMap;

/// The kinds of simulated captures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// One portrait, cropped and scaled, which is also the view of a photograph in front of the camera.
    Flat,
    /// One portrait on a 3D head at 60 and 25 cm that moves a little.
    Depth,
    /// Two people, each photograph with its own light.
    Two,
    /// Two people; the colours of the second match the first.
    TwoMatched,
}

impl Kind {
    fn is_one_person(self) -> bool {
        matches!(self, Kind::Flat | Kind::Depth)
    }
}

/// One scored pair.
struct ScoredPair {
    kind: Kind,
    people: [usize; 2],
    verdict: Verdict,
}

impl ScoredPair {
    /// The features of the comparison, if the scorer reached it.
    fn features(&self) -> Option<Vec<f32>> {
        let figures = &self.verdict.outcome(Check::SameFace)?.figures;
        FEATURE_NAMES.iter().map(|name| figures.get(*name).map(|figure| *figure as f32)).collect()
    }
}

/// Random captures of each kind and person.
const DRAWS: u32 = 4;
/// Other people that each person is paired with.
const OTHERS: usize = 8;

/// Scores simulated captures of many portraits and prints error rates: captures of one person, flat and in depth, and
/// captures whose near picture shows another person.
#[derive(Parser)]
#[command(name = "comparison_rates", version)]
struct Arguments {
    /// Fits new coefficients and writes them to crates/scoring/src/comparison/model.rs
    #[arg(long)]
    fit: bool,
    /// Prints every misclassified capture with its failed checks
    #[arg(long)]
    show: bool,
}

fn main() {
    let Arguments { fit, show } = Arguments::parse();
    let people = all_portraits();
    let strict = GeometryScorer::new(&model(), Limits::default(), 1).unwrap();
    println!("{} people; their unmodified far and near pictures with the default limits:", people.len());
    println!("{:?}", unmodified(&people, &strict).1);
    // Too few people look straight into the camera, so the comparison is measured with wide limits of pose.
    let mut wide = Limits::default();
    (wide.thresholds.max_yaw, wide.thresholds.max_pitch, wide.thresholds.max_roll) = (45.0, 35.0, 45.0);
    let scorer = GeometryScorer::new(&model(), wide, 2).unwrap();
    let (compared, rejected) = unmodified(&people, &scorer);
    println!("with wide limits of pose: {rejected:?}");
    let people: Vec<Portrait> =
        people.into_iter().zip(compared).filter(|(_, compared)| *compared).map(|(portrait, _)| portrait).collect();
    println!("{} people are compared", people.len());
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let all: Vec<ScoredPair> = std::thread::scope(|scope| {
        let (people, scorer) = (&people, &scorer);
        let share = |first: usize| {
            scope.spawn(move || {
                (first..people.len()).step_by(threads).flat_map(|i| score_person(people, i, scorer)).collect()
            })
        };
        let running: Vec<_> = (0..threads).map(share).collect();
        running.into_iter().flat_map(|thread| -> Vec<ScoredPair> { thread.join().unwrap() }).collect()
    });
    print_rates(&all);
    cross_validate(&all, people.len());
    if show {
        for pair in all.iter().filter(|pair| pair.kind.is_one_person() != (pair.verdict.score >= Some(LIVE_SCORE))) {
            let names = pair.people.map(|index| people[index].person.as_str());
            let failed: Vec<_> = pair.verdict.checks.iter().filter(|check| check.has_failed()).collect();
            let notes: Vec<_> = failed.iter().map(|check| format!("{} {:?}", check.note, check.figures)).collect();
            println!("{:?} {names:?} {:?} {:?} {notes:?}", pair.kind, pair.verdict.code, pair.verdict.score);
        }
    }
    if fit {
        CoefficientFile::Comparison.write(&fitted(all.iter())).unwrap();
    }
}

/// Which portraits give an unmodified pair that the scorer compares, and the counts of the verdicts.
fn unmodified(people: &[Portrait], scorer: &GeometryScorer) -> (Vec<bool>, BTreeMap<String, usize>) {
    let mut verdicts: BTreeMap<String, usize> = BTreeMap::new();
    let compared = people.iter().map(|person| {
        let size = picture_size(person);
        let head = Surface::Head(Head::mean());
        let [far, near] = [Position::FAR, Position::NEAR].map(|position| position.render(person, &head, size));
        let verdict = scorer.score(&evidence(&far, &near));
        let passed = verdict.score.is_some_and(|score| score >= LIVE_SCORE);
        let failed = verdict.checks.iter().find(|check| check.has_failed()).map(|check| check.check);
        let key = if passed { "passed".into() } else { format!("{} by {failed:?}", verdict.code.code()) };
        *verdicts.entry(key).or_default() += 1;
        verdict.score.is_some()
    });
    (compared.collect(), verdicts)
}

fn render_living(
    position: Position,
    person: &Portrait,
    head: &Head,
    size: (u32, u32),
    random: &mut Random,
) -> RgbImage {
    position.with_jitter(random).render(person, &with_random_expression(head, random), size)
}

fn picture_size(person: &Portrait) -> (u32, u32) {
    let width = native_width(person);
    (width, width * 4 / 3)
}

/// Scores all captures whose far picture shows this person.
fn score_person(people: &[Portrait], index: usize, scorer: &GeometryScorer) -> Vec<ScoredPair> {
    let person = &people[index];
    let size = picture_size(person);
    let mut pairs = Vec::new();
    let mut random = Random::new(&person.person);
    for draw in 0..DRAWS {
        for kind in [Kind::Flat, Kind::Depth] {
            let head = Head::new(&mut random);
            // The first flat capture keeps its light.
            let strength = if kind == Kind::Flat && draw == 0 { 0.0 } else { 0.35 };
            let mut render = |position: Position| {
                let picture = match kind {
                    Kind::Depth => render_living(position, person, &head, size, &mut random),
                    _ => position.render(person, &Surface::Flat, size),
                };
                vary_light(&picture, strength, &mut random)
            };
            let (far, near) = (render(Position::FAR), render(Position::NEAR));
            let verdict = scorer.score(&evidence(&far, &near));
            pairs.push(ScoredPair { kind, people: [index, index], verdict });
        }
    }
    for step in 1..=OTHERS {
        let other = (index + step * people.len() / (OTHERS + 1)) % people.len();
        let mut render = |position: Position, person: &Portrait| {
            let head = Head::new(&mut random);
            let picture = render_living(position, person, &head, size, &mut random);
            vary_light(&picture, 0.35, &mut random)
        };
        let (far, near) = (render(Position::FAR, person), render(Position::NEAR, &people[other]));
        for (kind, near) in [(Kind::TwoMatched, match_colors(&near, &far)), (Kind::Two, near)] {
            let verdict = scorer.score(&evidence(&far, &near));
            pairs.push(ScoredPair { kind, people: [index, other], verdict });
        }
    }
    pairs
}

fn print_rates(all: &[ScoredPair]) {
    let mut kinds: BTreeMap<Kind, Vec<&ScoredPair>> = BTreeMap::new();
    for pair in all {
        kinds.entry(pair.kind).or_default().push(pair);
    }
    for (kind, of_kind) in kinds {
        let compared: Vec<_> = of_kind.iter().filter(|pair| pair.features().is_some()).collect();
        let mut rejected: BTreeMap<String, usize> = BTreeMap::new();
        for pair in of_kind.iter().filter(|pair| pair.features().is_none()) {
            let failed = pair.verdict.checks.iter().find(|check| check.has_failed()).map(|check| check.check);
            *rejected.entry(format!("{failed:?}")).or_default() += 1;
        }
        let share = |includes: &dyn Fn(u8) -> bool| {
            let count = compared.iter().filter(|pair| pair.verdict.score.is_some_and(includes)).count();
            format!("{count} ({:.1} %)", 100.0 * count as f64 / compared.len().max(1) as f64)
        };
        let mut scores: Vec<u8> = compared.iter().filter_map(|pair| pair.verdict.score).collect();
        scores.sort_unstable();
        println!(
            "{kind:?}: {} pairs, {} compared; 50 or more {}, 1 to 49 {}, 0 {}; median {:?}; rejected before {rejected:?}",
            of_kind.len(),
            compared.len(),
            share(&|score| score >= LIVE_SCORE),
            share(&|score| (1..LIVE_SCORE).contains(&score)),
            share(&|score| score == 0),
            scores.get(scores.len() / 2),
        );
    }
}

/// Tests each fifth of the people by a model that was fitted to pairs without them.
fn cross_validate(all: &[ScoredPair], people: usize) {
    const FOLDS: usize = 5;
    let mut counts: BTreeMap<Kind, [usize; 3]> = BTreeMap::new();
    let mut log_odds: [Vec<f32>; 2] = Default::default();
    for fold in 0..FOLDS.min(people) {
        let held_out = |pair: &&ScoredPair| pair.people.iter().any(|person| person % FOLDS == fold);
        let model = fitted(all.iter().filter(|pair| !held_out(pair)));
        // A pair of two folds is tested once, by the model of its first person's fold.
        for pair in all.iter().filter(|pair| pair.people[0] % FOLDS == fold) {
            let Some(features) = pair.features() else { continue };
            let odds = model.log_odds(&features);
            let count = counts.entry(pair.kind).or_default();
            count[0] += 1;
            count[1] += usize::from(odds >= 0.0);
            count[2] += usize::from(odds < (0.1f32 / 0.9).ln());
            log_odds[usize::from(pair.kind.is_one_person())].push(odds);
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
    let [two_people, one_person] = &log_odds;
    println!("cross-validated area under the curve {:.4}", area_under_curve(one_person, two_people));
}

fn fitted<'a>(pair: impl Iterator<Item = &'a ScoredPair>) -> Model {
    let samples: Vec<(Vec<f32>, bool)> =
        pair.filter_map(|pair| Some((pair.features()?, pair.kind.is_one_person()))).collect();
    let samples: Vec<(&[f32], bool)> = samples.iter().map(|(features, same)| (&features[..], *same)).collect();
    logistic(&samples, 1.0)
}
