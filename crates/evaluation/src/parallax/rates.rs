//! Error rates of the parallax by species, in the terms of ISO/IEC 30107-3, and the fit of its model.

use super::simulated::Species;
use crate::metrics::logistic::{Model, logistic};
use nearfar_parallax::{EVIDENCE_COUNT, Figures, InconclusiveReason, Verdict};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{Display, Formatter, Result};

/// One measured capture.
#[derive(Clone, Debug)]
pub struct MeasuredCapture {
    /// The person. Captures of one person are never split between fitting and testing.
    pub person: String,
    /// The species.
    pub species: Species,
    /// The verdict.
    pub verdict: Verdict,
    /// The figures of the verdict.
    pub figures: Option<Figures>,
}

impl MeasuredCapture {
    /// The figures of a conclusive verdict.
    fn conclusive_figures(&self) -> Option<Figures> {
        self.figures.filter(|_| matches!(self.verdict, Verdict::LogLikelihoodRatio(_)))
    }

    /// The log likelihood ratio by a model of sheets; `None` if the verdict is inconclusive.
    pub fn log_ratio(&self, model: &Model) -> Option<f32> {
        let figures = self.conclusive_figures()?;
        Some(figures.log_likelihood_ratio_with(model.log_odds(&figures.evidence())))
    }
}

/// Weight of the L2 penalty on the coefficients.
const PENALTY: f64 = 2.0;
/// Folds of the cross-validation.
const FOLDS: usize = 5;

/// Fits a model of sheets to the captures with conclusive verdicts. Enlarged heads are excluded, since they are not
/// sheets.
pub fn fit<'a>(captures: impl IntoIterator<Item = &'a MeasuredCapture>) -> Model {
    let captures = captures.into_iter().filter(|one| one.species != Species::Zoomed);
    let known = captures.filter_map(|one| Some((one.conclusive_figures()?.evidence(), one.species.is_bona_fide())));
    let known: Vec<([f32; EVIDENCE_COUNT], bool)> = known.collect();
    let samples: Vec<(&[f32], bool)> = known.iter().map(|(numbers, real)| (&numbers[..], *real)).collect();
    logistic(&samples, PENALTY)
}

/// Cross-validation by person: each capture is tested by the model that was fitted without its person.
pub struct Folds {
    models: [Model; FOLDS],
    people: Vec<String>,
}

impl Folds {
    /// Fits each model to the captures of all but every fifth person.
    pub fn new(captures: &[MeasuredCapture]) -> Self {
        let people: BTreeSet<&String> = captures.iter().map(|one| &one.person).collect();
        let people: Vec<String> = people.into_iter().cloned().collect();
        let models = std::array::from_fn(|out| fit(captures.iter().filter(|one| fold(&people, one) != out)));
        Folds { models, people }
    }

    /// The log likelihood ratio of a capture by the model of other people; `None` if the verdict is inconclusive.
    pub fn log_ratio(&self, one: &MeasuredCapture) -> Option<f32> {
        one.log_ratio(&self.models[fold(&self.people, one)])
    }
}

fn fold(people: &[String], one: &MeasuredCapture) -> usize {
    people.iter().position(|person| *person == one.person).map_or(0, |at| at % FOLDS)
}

/// The log likelihood ratio below which a capture counts as an attack: a likelihood of 0.12, `Limits::attack_below`.
const ATTACK_BELOW: f32 = -2.0;

/// The error rates of each species.
pub struct Table {
    rows: BTreeMap<Species, Row>,
}

/// One species.
#[derive(Default)]
struct Row {
    captures: usize,
    people: BTreeSet<String>,
    accepted: usize,
    rejected: usize,
    ratios: Vec<f32>,
}

impl Table {
    /// Counts captures by their log likelihood ratio: accepted from 0 on, rejected below that of an attack.
    pub fn new<'a>(captures: impl IntoIterator<Item = (&'a MeasuredCapture, Option<f32>)>) -> Self {
        let mut rows: BTreeMap<Species, Row> = BTreeMap::new();
        for (one, ratio) in captures {
            let row = rows.entry(one.species).or_default();
            row.captures += 1;
            row.people.insert(one.person.clone());
            row.accepted += usize::from(ratio.is_some_and(|ratio| ratio >= 0.0));
            row.rejected += usize::from(ratio.is_some_and(|ratio| ratio < ATTACK_BELOW));
            row.ratios.extend(ratio);
        }
        rows.values_mut().for_each(|row| row.ratios.sort_by(f32::total_cmp));
        Table { rows }
    }
}

impl Display for Table {
    fn fmt(&self, f: &mut Formatter) -> Result {
        writeln!(f, "accepted from a log likelihood ratio of 0 on, refused below {ATTACK_BELOW}:")?;
        writeln!(f, "| species | captures | people | inconclusive | errors | rate | median log ratio | worst |")?;
        writeln!(f, "|---|---|---|---|---|---|---|---|")?;
        for (species, row) in &self.rows {
            let is_bona_fide = species.is_bona_fide();
            let errors = if is_bona_fide { row.rejected } else { row.accepted };
            let (name, worst) = if is_bona_fide { ("BPCER", row.ratios.first()) } else { ("APCER", row.ratios.last()) };
            writeln!(
                f,
                "| {species:?} | {} | {} | {} | {errors} | {name} {:.1} % | {:.2} | {:.2} |",
                row.captures,
                row.people.len(),
                row.captures - row.accepted - row.rejected,
                100.0 * errors as f32 / row.captures.max(1) as f32,
                row.ratios.get(row.ratios.len() / 2).unwrap_or(&f32::NAN),
                worst.unwrap_or(&f32::NAN),
            )?;
        }
        Ok(())
    }
}

/// Counts the reasons of inconclusive verdicts by species.
pub fn inconclusive_reasons(captures: &[MeasuredCapture]) -> BTreeMap<Species, Vec<(InconclusiveReason, usize)>> {
    let mut all: BTreeMap<Species, Vec<(InconclusiveReason, usize)>> = BTreeMap::new();
    for one in captures {
        let Verdict::Inconclusive(reason) = one.verdict else { continue };
        let reasons = all.entry(one.species).or_default();
        match reasons.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, count)) => *count += 1,
            None => reasons.push((reason, 1)),
        }
    }
    all
}
