//! Error rates in the terms of ISO/IEC 30107-3, with confidence intervals.

use nearfar_protocol::result::{LIVE_SCORE, ResultCode};
use nearfar_scoring::interval::clopper_pearson as interval;
use nearfar_scoring::{Check, Verdict};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{Display, Formatter, Result};

use super::groups::Group;
use nearfar_evaluation::captures::species::Species;

/// One scored capture.
pub(crate) struct ScoredCapture {
    /// The name of its species.
    pub species: String,
    /// The name of the person or the capture.
    pub name: String,
    /// The verdict of the scorer.
    pub verdict: Verdict,
    /// The verdict with the operator's networks, if there are any.
    pub with_networks: Option<Verdict>,
    /// The groups of a bona fide capture.
    pub groups: Vec<Group>,
}

impl ScoredCapture {
    /// Whether it is bona fide.
    pub(crate) fn is_bona_fide(&self) -> bool {
        self.species == Species::BonaFide.to_string()
    }

    /// The score; `None` if the person is asked to try again.
    pub(crate) fn score(&self) -> Option<u8> {
        self.verdict.score.filter(|_| self.verdict.code == ResultCode::Success)
    }

    /// Whether it is a rejected bona fide capture or an accepted attack.
    pub(crate) fn is_error(&self, pass_score: u8) -> bool {
        self.score().is_some_and(|score| (score >= pass_score) != self.is_bona_fide())
    }

    /// The note of the first failed check.
    pub(crate) fn reason(&self) -> &str {
        let is_attack = self.score().is_some_and(|score| score < LIVE_SCORE);
        let none = if is_attack { "the evidence, taken together" } else { "no check failed" };
        self.verdict.checks.iter().find(|outcome| outcome.has_failed()).map_or(none, |outcome| &outcome.note)
    }

    /// The contributions to the score as log odds, if the scorer fused the evidence.
    pub(crate) fn contributions(&self) -> String {
        let figures = self.verdict.outcome(Check::Certainty).map(|outcome| &outcome.figures);
        let all = figures.into_iter().flatten().filter(|(_, figure)| **figure != 0.0);
        all.map(|(name, figure)| format!("{name} {figure:.2}")).collect::<Vec<_>>().join(", ")
    }
}

/// Counts the results of the light challenge by species.
pub(crate) fn reflections(captures: &[ScoredCapture]) -> String {
    let mut rows: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for one in captures {
        let Some(outcome) = one.verdict.outcome(Check::Reflection) else { continue };
        let note = if outcome.note.is_empty() { "the face follows the colours" } else { &outcome.note };
        *rows.entry((&one.species, note)).or_default() += 1;
    }
    let rows = rows.into_iter().map(|((species, note), count)| format!("| {species} | {note} | {count} |\n"));
    format!("| species | light challenge | captures |\n|---|---|---|\n{}", rows.collect::<String>())
}

/// Counts of one species.
#[derive(Default)]
struct Row {
    all: usize,
    people: BTreeSet<String>,
    passed: usize,
    inconclusive: usize,
    reasons: BTreeMap<String, usize>,
}

/// The error rates of each species.
pub(crate) struct Table {
    pass_score: u8,
    rows: Vec<(String, Row)>,
}

impl Table {
    /// Counts captures. A score of `pass_score` or more passes.
    pub(crate) fn new(captures: &[ScoredCapture], pass_score: u8) -> Self {
        let mut rows: Vec<(String, Row)> = Vec::new();
        for one in captures {
            let known = rows.iter().position(|(species, _)| *species == one.species).unwrap_or(rows.len());
            if known == rows.len() {
                rows.push((one.species.clone(), Row::default()));
            }
            let row = &mut rows[known].1;
            row.all += 1;
            row.people.insert(person_of(&one.name).to_owned());
            match one.score() {
                Some(score) => row.passed += usize::from(score >= pass_score),
                None => row.inconclusive += 1,
            }
            *row.reasons.entry(one.reason().to_owned()).or_default() += 1;
        }
        Table { pass_score, rows }
    }
}

/// The person of a capture: `NAME` of `NAME-001`, as `nearfar-server study export` numbers captures; otherwise the name
/// of the capture.
pub(crate) fn person_of(capture: &str) -> &str {
    let stem = capture.split('.').next().unwrap_or(capture);
    let is_number = |text: &str| text.len() >= 3 && text.bytes().all(|byte| byte.is_ascii_digit());
    stem.rsplit_once('-').filter(|(_, number)| is_number(number)).map_or(capture, |(person, _)| person)
}

impl Display for Table {
    fn fmt(&self, f: &mut Formatter) -> Result {
        writeln!(
            f,
            "| species | captures | people | errors | 95 % interval | inconclusive | 95 % interval | most frequent reason |"
        )?;
        writeln!(f, "|---|---|---|---|---|---|---|---|")?;
        for (species, row) in &self.rows {
            let is_bona_fide = *species == Species::BonaFide.to_string();
            let errors = if is_bona_fide { row.all - row.inconclusive - row.passed } else { row.passed };
            let (error_name, inconclusive_name) = if is_bona_fide { ("BPCER", "BPNRR") } else { ("APCER", "APNRR") };
            let reason = row.reasons.iter().max_by_key(|(_, count)| **count).map_or("", |(reason, _)| reason);
            writeln!(
                f,
                "| {species} | {} | {} | {} | {} | {reason} |",
                row.all,
                row.people.len(),
                rate(error_name, errors, row.all),
                rate(inconclusive_name, row.inconclusive, row.all),
            )?;
        }
        write!(f, "\nA score of {} or more passes; one below {LIVE_SCORE} means an attack.", self.pass_score)
    }
}

/// The greatest percentage of bona fide captures below the proposed pass score.
const MAX_REJECTED_PERCENT: usize = 5;

/// Proposes the highest pass score, at least `least`, that rejects at most 5 % of the scored bona fide captures, and
/// states its rates. `None` if there are no bona fide captures or no attacks.
pub(crate) fn propose_pass_score(captures: &[ScoredCapture], least: u8) -> Option<String> {
    let of = |is_bona_fide: bool| captures.iter().filter(move |one| one.is_bona_fide() == is_bona_fide);
    let scores = |is_bona_fide: bool| of(is_bona_fide).filter_map(ScoredCapture::score).collect::<Vec<u8>>();
    let (mut bona_fide, attacks) = (scores(true), scores(false));
    bona_fide.sort_unstable();
    let pass_score = (*bona_fide.get(bona_fide.len() * MAX_REJECTED_PERCENT / 100)?).max(least);
    let (all, all_attacks) = (of(true).count(), of(false).count());
    let below = bona_fide.iter().filter(|score| **score < pass_score).count();
    let passing = attacks.iter().filter(|score| **score >= pass_score).count();
    let rate = |count: usize, all: usize| {
        let (low, high) = interval(count, all);
        format!("{count} of {all} ({:.1} to {:.1} %)", 100.0 * low, 100.0 * high)
    };
    let (inconclusive, below, passing) = (all - bona_fide.len(), rate(below, all), rate(passing, all_attacks));
    (all_attacks > 0).then(|| {
        format!(
            "A pass score of {pass_score} would reject {below} of the bona fide captures, with another {inconclusive} \
             inconclusive, and accept {passing} of the attacks."
        )
    })
}

/// Formats a named rate with its count and its interval.
pub(crate) fn rate(name: &str, count: usize, all: usize) -> String {
    let percent = |share: f64| format!("{:.1}", 100.0 * share);
    let (low, high) = interval(count, all);
    format!("{count}: {name} {} % | {} to {} %", percent(count as f64 / all.max(1) as f64), percent(low), percent(high))
}
