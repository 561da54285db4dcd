//! Error rates of the parallax in the words of ISO/IEC 30107-3, by species.

use super::scenario::Species;
use crate::occlusion::fit::{Model, logistic};
use nearfar_parallax::{EVIDENCE, Figures, Unsure, Verdict};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{Display, Formatter, Result};

/// One judged capture.
#[derive(Clone, Debug)]
pub struct Judged {
    /// Captures of one person are never split between fitting and judging.
    pub person: String,
    /// What was held before the camera.
    pub species: Species,
    /// What was said.
    pub verdict: Verdict,
    /// What it came from.
    pub figures: Option<Figures>,
}

impl Judged {
    /// The numbers that count, where the judgement is sure.
    fn evidence(&self) -> Option<[f32; EVIDENCE]> {
        match self.verdict {
            Verdict::LogLikelihoodRatio(_) => Some(self.figures?.evidence()),
            Verdict::Unsure(_) => None,
        }
    }

    /// The log likelihood ratio by a model, where the judgement is sure.
    pub fn ratio(&self, model: &Model) -> Option<f32> {
        Some(model.log_odds(&self.evidence()?))
    }
}

/// Weight of the penalty on the size of the coefficients.
const PENALTY: f64 = 2.0;
/// Folds of the cross-validation.
const FOLDS: usize = 5;

/// A model fitted to the captures whose judgement is sure.
pub fn fit<'a>(judged: impl IntoIterator<Item = &'a Judged>) -> Model {
    let known = judged.into_iter().filter_map(|one| Some((one.evidence()?, one.species == Species::Head)));
    let known: Vec<([f32; EVIDENCE], bool)> = known.collect();
    let samples: Vec<(&[f32], bool)> = known.iter().map(|(numbers, real)| (&numbers[..], *real)).collect();
    logistic(&samples, PENALTY)
}

/// Models that nobody is judged by who was among those they were fitted to.
pub struct Folds {
    models: [Model; FOLDS],
    people: Vec<String>,
}

impl Folds {
    /// Fits each to the captures of all but every fifth person.
    pub fn new(judged: &[Judged]) -> Self {
        let people: BTreeSet<&String> = judged.iter().map(|one| &one.person).collect();
        let people: Vec<String> = people.into_iter().cloned().collect();
        let models = std::array::from_fn(|out| fit(judged.iter().filter(|one| fold(&people, one) != out)));
        Folds { models, people }
    }

    /// A capture's log likelihood ratio by the model fitted to other people, `None` where the judgement is unsure.
    pub fn ratio(&self, one: &Judged) -> Option<f32> {
        one.ratio(&self.models[fold(&self.people, one)])
    }
}

fn fold(people: &[String], one: &Judged) -> usize {
    people.iter().position(|person| *person == one.person).map_or(0, |at| at % FOLDS)
}

/// What became of each species at a limit.
pub struct Table {
    limit: f32,
    rows: BTreeMap<Species, Row>,
}

/// One species.
#[derive(Default)]
struct Row {
    captures: usize,
    people: BTreeSet<String>,
    accepted: usize,
    unsure: usize,
    ratios: Vec<f32>,
}

impl Table {
    /// Counts captures: accepted from a log likelihood ratio of `limit` on.
    pub fn new<'a>(judged: impl IntoIterator<Item = (&'a Judged, Option<f32>)>, limit: f32) -> Self {
        let mut rows: BTreeMap<Species, Row> = BTreeMap::new();
        for (one, ratio) in judged {
            let row = rows.entry(one.species).or_default();
            row.captures += 1;
            row.people.insert(one.person.clone());
            match ratio {
                Some(ratio) => {
                    row.accepted += usize::from(ratio >= limit);
                    row.ratios.push(ratio);
                }
                None => row.unsure += 1,
            }
        }
        rows.values_mut().for_each(|row| row.ratios.sort_by(f32::total_cmp));
        Table { limit, rows }
    }
}

impl Display for Table {
    fn fmt(&self, f: &mut Formatter) -> Result {
        writeln!(f, "accepted from a log likelihood ratio of {:.2} on:", self.limit)?;
        writeln!(f, "| species | captures | people | unsure | judged | error | rate | median log ratio | worst |")?;
        writeln!(f, "|---|---|---|---|---|---|---|---|---|")?;
        for (species, row) in &self.rows {
            let judged = row.ratios.len();
            let real = *species == Species::Head;
            let wrong = if real { judged - row.accepted } else { row.accepted };
            let (name, worst) = if real { ("BPCER", row.ratios.first()) } else { ("APCER", row.ratios.last()) };
            writeln!(
                f,
                "| {species:?} | {} | {} | {} | {judged} | {wrong} | {name} {:.1} % | {:.2} | {:.2} |",
                row.captures,
                row.people.len(),
                row.unsure,
                100.0 * wrong as f32 / judged.max(1) as f32,
                row.ratios.get(judged / 2).unwrap_or(&f32::NAN),
                worst.unwrap_or(&f32::NAN),
            )?;
        }
        Ok(())
    }
}

/// Why judgements are unsure, by species.
pub fn unsure(judged: &[Judged]) -> BTreeMap<Species, Vec<(Unsure, usize)>> {
    let mut all: BTreeMap<Species, Vec<(Unsure, usize)>> = BTreeMap::new();
    for one in judged {
        let Verdict::Unsure(reason) = one.verdict else { continue };
        let reasons = all.entry(one.species).or_default();
        match reasons.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, count)) => *count += 1,
            None => reasons.push((reason, 1)),
        }
    }
    all
}
