//! Error rates at one level, without and with the operator's networks.

use super::rates::ScoredCapture;
use nearfar_evaluation::captures::species::Species;
use nearfar_protocol::result::ResultCode;
use nearfar_scoring::interval::clopper_pearson as interval;
use nearfar_scoring::{Check, Verdict};
use std::fmt::{Display, Formatter, Result};

/// Counts of one species.
#[derive(Clone, Copy, Default)]
struct Counts {
    errors: usize,
    inconclusive: usize,
}

/// One row for each species, with columns of the networks if there are any.
pub(crate) struct LevelTable {
    rows: Vec<(String, usize, Counts, Option<Counts>)>,
    networks: usize,
}

impl LevelTable {
    /// Counts captures. A score of `pass_score` or more passes.
    pub(crate) fn new(captures: &[ScoredCapture], pass_score: u8, networks: usize) -> Self {
        let mut species: Vec<&str> = captures.iter().map(|one| &*one.species).collect();
        species.dedup();
        let row = |name: &str| {
            let of: Vec<&ScoredCapture> = captures.iter().filter(|one| one.species == name).collect();
            let is_bona_fide = name == Species::BonaFide.to_string();
            let counts = |verdicts: &mut dyn Iterator<Item = &Verdict>| {
                let mut counts = Counts::default();
                for verdict in verdicts {
                    match verdict.score.filter(|_| verdict.code == ResultCode::Success) {
                        Some(score) => counts.errors += usize::from((score >= pass_score) != is_bona_fide),
                        None => counts.inconclusive += 1,
                    }
                }
                counts
            };
            let plain = counts(&mut of.iter().map(|one| &one.verdict));
            let with = (networks > 0).then(|| counts(&mut of.iter().filter_map(|one| one.with_networks.as_ref())));
            (name.to_owned(), of.len(), plain, with)
        };
        LevelTable { rows: species.into_iter().map(row).collect(), networks }
    }
}

impl Display for LevelTable {
    fn fmt(&self, f: &mut Formatter) -> Result {
        let more = match self.networks {
            0 => String::new(),
            count => format!(" with {count} networks: errors | 95 % interval | inconclusive |"),
        };
        writeln!(f, "| species | captures | errors | 95 % interval | inconclusive |{more}")?;
        writeln!(f, "|---|---|---|---|---|{}", if self.networks > 0 { "---|---|---|" } else { "" })?;
        for (species, all, plain, with) in &self.rows {
            let cells = |counts: &Counts| {
                let (low, high) = interval(counts.errors, *all);
                let percent = |count: usize| 100.0 * count as f64 / (*all).max(1) as f64;
                format!(
                    "{}: {:.1} % | {:.1} to {:.1} % | {}: {:.1} %",
                    counts.errors,
                    percent(counts.errors),
                    100.0 * low,
                    100.0 * high,
                    counts.inconclusive,
                    percent(counts.inconclusive),
                )
            };
            write!(f, "| {species} | {all} | {} |", cells(plain))?;
            match with {
                Some(with) => writeln!(f, " {} |", cells(with))?,
                None => writeln!(f)?,
            }
        }
        Ok(())
    }
}

/// The distribution of the inverse focal length by species; empty without a path.
pub(crate) fn focal_lengths(captures: &[ScoredCapture]) -> String {
    let mut species: Vec<&str> = captures.iter().map(|one| &*one.species).collect();
    species.dedup();
    let mut text = String::new();
    for name in species {
        let figures = |figure: &str| {
            let of = captures.iter().filter(|one| one.species == name);
            let all = of.filter_map(|one| one.verdict.outcome(Check::FocalLength)?.figures.get(figure).copied());
            let mut all: Vec<f64> = all.collect();
            all.sort_by(f64::total_cmp);
            all
        };
        let inverses = figures("inverseFocal");
        if inverses.is_empty() {
            continue;
        }
        let quantiles = |all: &[f64]| {
            let at = |share: f64| all[((all.len() - 1) as f64 * share).round() as usize];
            [0.02, 0.1, 0.5, 0.9, 0.98].map(|share| format!("{:.2}", at(share))).join(", ")
        };
        text += &format!("| {name} | {} | {} |\n", inverses.len(), quantiles(&inverses));
    }
    if text.is_empty() {
        return text;
    }
    format!("| species | captures | inverse focal length: 2, 10, 50, 90, 98 % |\n|---|---|---|\n{text}")
}
