//! Error rates in the words of ISO/IEC 30107-3, with confidence intervals.

use nearfar_protocol::result::ResultCode;
use nearfar_scoring::interval::clopper_pearson as interval;
use nearfar_scoring::{Check, Verdict};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{Display, Formatter, Result};

use super::groups::Group;
use nearfar_evaluation::species::Species;

/// A lower score means an attack.
const LIVE_FROM: u8 = 50;

/// One judged capture.
pub struct Judged {
    /// Its species' name.
    pub species: String,
    /// Whose it is.
    pub name: String,
    /// What the service says.
    pub verdict: Verdict,
    /// The same with the operator's networks, where there are some beside.
    pub with_networks: Option<Verdict>,
    /// Of an honest person: what groups they belong to.
    pub groups: Vec<Group>,
}

impl Judged {
    /// Whether it is of an honest person.
    pub fn is_bona_fide(&self) -> bool {
        self.species == Species::BonaFide.to_string()
    }

    /// The score, where there was one: else the person is asked to try again.
    pub fn score(&self) -> Option<u8> {
        self.verdict.score.filter(|_| self.verdict.code == ResultCode::Success)
    }

    /// An honest person who is told an attack, or an attack that passes.
    pub fn is_wrong(&self, line: u8) -> bool {
        self.score().is_some_and(|score| (score >= line) != self.is_bona_fide())
    }

    /// The first check that failed.
    pub fn reason(&self) -> &str {
        let is_attack = self.score().is_some_and(|score| score < LIVE_FROM);
        let none = if is_attack { "the evidence, taken together" } else { "no check failed" };
        self.verdict.checks.iter().find(|outcome| outcome.has_failed()).map_or(none, |outcome| &outcome.note)
    }

    /// What the score is made of, as far as it came: log odds.
    pub fn weighed(&self) -> String {
        let figures = self.verdict.outcome(Check::Certainty).map(|outcome| &outcome.figures);
        let all = figures.into_iter().flatten().filter(|(_, figure)| **figure != 0.0);
        all.map(|(name, figure)| format!("{name} {figure:.2}")).collect::<Vec<_>>().join(", ")
    }
}

/// How many captures of each species follow the colours, by the check's note.
pub fn reflections(judged: &[Judged]) -> String {
    let mut rows: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for one in judged {
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
    unanswered: usize,
    reasons: BTreeMap<String, usize>,
}

/// What became of each species.
pub struct Table {
    line: u8,
    rows: Vec<(String, Row)>,
}

impl Table {
    /// Counts; a score of `line` or more passes.
    pub fn new(judged: &[Judged], line: u8) -> Self {
        let mut rows: Vec<(String, Row)> = Vec::new();
        for one in judged {
            let known = rows.iter().position(|(species, _)| *species == one.species).unwrap_or(rows.len());
            if known == rows.len() {
                rows.push((one.species.clone(), Row::default()));
            }
            let row = &mut rows[known].1;
            row.all += 1;
            row.people.insert(person_of(&one.name).to_owned());
            match one.score() {
                Some(score) => row.passed += usize::from(score >= line),
                None => row.unanswered += 1,
            }
            *row.reasons.entry(one.reason().to_owned()).or_default() += 1;
        }
        Table { line, rows }
    }
}

/// Whose a capture is: `NAME` of `NAME-001`, as `nearfar-server study export` numbers a person's captures; else the capture
/// counts as a person.
pub fn person_of(capture: &str) -> &str {
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
            let wrong = if is_bona_fide { row.all - row.unanswered - row.passed } else { row.passed };
            let (error, silence) = if is_bona_fide { ("BPCER", "BPNRR") } else { ("APCER", "APNRR") };
            let reason = row.reasons.iter().max_by_key(|(_, count)| **count).map_or("", |(reason, _)| reason);
            writeln!(
                f,
                "| {species} | {} | {} | {} | {} | {reason} |",
                row.all,
                row.people.len(),
                share(error, wrong, row.all),
                share(silence, row.unanswered, row.all),
            )?;
        }
        write!(f, "\nA score of {} or more passes; one below {LIVE_FROM} means an attack.", self.line)
    }
}

/// At most so many of a hundred honest captures may be below the line that is proposed.
const HONEST_BELOW: usize = 5;

/// The highest line, `least` at least, that keeps at most 5 % of the honest captures with a score out, and what passes by it;
/// `None` where either kind is missing.
pub fn proposal(judged: &[Judged], least: u8) -> Option<String> {
    let of = |is_honest: bool| judged.iter().filter(move |one| one.is_bona_fide() == is_honest);
    let scores = |is_honest: bool| of(is_honest).filter_map(Judged::score).collect::<Vec<u8>>();
    let (mut honest, attacks) = (scores(true), scores(false));
    honest.sort_unstable();
    let line = (*honest.get(honest.len() * HONEST_BELOW / 100)?).max(least);
    let (all, all_attacks) = (of(true).count(), of(false).count());
    let below = honest.iter().filter(|score| **score < line).count();
    let passing = attacks.iter().filter(|score| **score >= line).count();
    let rate = |count: usize, all: usize| {
        let (low, high) = interval(count, all);
        format!("{count} of {all} ({:.1} to {:.1} %)", 100.0 * low, 100.0 * high)
    };
    let (silent, below, passing) = (all - honest.len(), rate(below, all), rate(passing, all_attacks));
    (all_attacks > 0).then(|| {
        format!(
            "A line of {line} would keep {below} of the honest captures out, besides {silent} without an answer, and let \
             {passing} of the attacks pass."
        )
    })
}

/// A rate by its name, with its count and its interval.
pub fn share(name: &str, count: usize, all: usize) -> String {
    let percent = |share: f64| format!("{:.1}", 100.0 * share);
    let (low, high) = interval(count, all);
    format!("{count}: {name} {} % | {} to {} %", percent(count as f64 / all.max(1) as f64), percent(low), percent(high))
}
