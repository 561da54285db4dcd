//! Error rates of the parallax in the words of ISO/IEC 30107-3, by species.

use super::scenario::Species;
use crate::metrics::logistic::{Model, logistic};
use nearfar_parallax::{EVIDENCE_COUNT, Figures, InconclusiveReason, Verdict};
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
    /// What it came from, where the judgement is sure.
    fn sure(&self) -> Option<Figures> {
        self.figures.filter(|_| matches!(self.verdict, Verdict::LogLikelihoodRatio(_)))
    }

    /// The log likelihood ratio by a model of sheets, where the judgement is sure.
    pub fn ratio(&self, model: &Model) -> Option<f32> {
        let figures = self.sure()?;
        Some(figures.log_likelihood_ratio_with(model.log_odds(&figures.evidence())))
    }
}

/// Weight of the penalty on the size of the coefficients.
const PENALTY: f64 = 2.0;
/// Folds of the cross-validation.
const FOLDS: usize = 5;

/// A model of sheets, fitted to the captures whose judgement is sure. A head that was enlarged is no sheet.
pub fn fit<'a>(judged: impl IntoIterator<Item = &'a Judged>) -> Model {
    let of_model = judged.into_iter().filter(|one| one.species != Species::Zoomed);
    let known = of_model.filter_map(|one| Some((one.sure()?.evidence(), one.species.is_bona_fide())));
    let known: Vec<([f32; EVIDENCE_COUNT], bool)> = known.collect();
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

/// The log likelihood ratio below which a capture counts as an attack: that of a likelihood of 0.12, `Limits::attack_below`.
const ATTACK: f32 = -2.0;

/// What became of each species.
pub struct Table {
    rows: BTreeMap<Species, Row>,
}

/// One species.
#[derive(Default)]
struct Row {
    captures: usize,
    people: BTreeSet<String>,
    accepted: usize,
    refused: usize,
    ratios: Vec<f32>,
}

impl Table {
    /// Counts captures by their log likelihood ratio: accepted from 0 on, refused below that of an attack.
    pub fn new<'a>(judged: impl IntoIterator<Item = (&'a Judged, Option<f32>)>) -> Self {
        let mut rows: BTreeMap<Species, Row> = BTreeMap::new();
        for (one, ratio) in judged {
            let row = rows.entry(one.species).or_default();
            row.captures += 1;
            row.people.insert(one.person.clone());
            row.accepted += usize::from(ratio.is_some_and(|ratio| ratio >= 0.0));
            row.refused += usize::from(ratio.is_some_and(|ratio| ratio < ATTACK));
            row.ratios.extend(ratio);
        }
        rows.values_mut().for_each(|row| row.ratios.sort_by(f32::total_cmp));
        Table { rows }
    }
}

impl Display for Table {
    fn fmt(&self, f: &mut Formatter) -> Result {
        writeln!(f, "accepted from a log likelihood ratio of 0 on, refused below {ATTACK}:")?;
        writeln!(f, "| species | captures | people | inconclusive | errors | rate | median log ratio | worst |")?;
        writeln!(f, "|---|---|---|---|---|---|---|---|")?;
        for (species, row) in &self.rows {
            let real = species.is_bona_fide();
            let wrong = if real { row.refused } else { row.accepted };
            let (name, worst) = if real { ("BPCER", row.ratios.first()) } else { ("APCER", row.ratios.last()) };
            writeln!(
                f,
                "| {species:?} | {} | {} | {} | {wrong} | {name} {:.1} % | {:.2} | {:.2} |",
                row.captures,
                row.people.len(),
                row.captures - row.accepted - row.refused,
                100.0 * wrong as f32 / row.captures.max(1) as f32,
                row.ratios.get(row.ratios.len() / 2).unwrap_or(&f32::NAN),
                worst.unwrap_or(&f32::NAN),
            )?;
        }
        Ok(())
    }
}

/// Why judgements are unsure, by species.
pub fn unsure(judged: &[Judged]) -> BTreeMap<Species, Vec<(InconclusiveReason, usize)>> {
    let mut all: BTreeMap<Species, Vec<(InconclusiveReason, usize)>> = BTreeMap::new();
    for one in judged {
        let Verdict::Inconclusive(reason) = one.verdict else { continue };
        let reasons = all.entry(one.species).or_default();
        match reasons.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, count)) => *count += 1,
            None => reasons.push((reason, 1)),
        }
    }
    all
}
