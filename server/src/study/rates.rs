//! Error rates of a study with their intervals.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use nearfar_protocol::result::Decision;
use nearfar_protocol::study::{BONA_FIDE, Half};
use nearfar_scoring::interval::clopper_pearson;

/// Rows of [`table`]: numbers of captures.
const TRIALS: [usize; 7] = [10, 30, 60, 100, 150, 300, 1000];
/// Columns of [`table`]: numbers of errors.
const ERRORS: [usize; 4] = [0, 1, 2, 5];

/// A rate and its 95 % confidence interval.
pub fn rate(errors: usize, trials: usize) -> String {
    let share = errors as f64 / trials.max(1) as f64;
    let (low, high) = clopper_pearson(errors, trials);
    format!("{errors} of {trials}: {:.1} % ({:.1} to {:.1} %)", 100.0 * share, 100.0 * low, 100.0 * high)
}

/// The table of intervals.
pub fn table() -> String {
    let head = ERRORS.map(|errors| if errors == 1 { "1 error".to_owned() } else { format!("{errors} errors") });
    let mut text = format!("| captures | {} |\n|---|{}\n", head.join(" | "), "---|".repeat(ERRORS.len()));
    for trials in TRIALS {
        let cells = ERRORS.map(|errors| {
            let (low, high) = clopper_pearson(errors, trials);
            format!("{:.1} to {:.1} %", 100.0 * low, 100.0 * high)
        });
        let _ = writeln!(text, "| {trials} | {} |", cells.join(" | "));
    }
    text
}

/// The outcome of one presentation.
#[derive(Clone, Debug)]
pub struct ScoredPresentation<'a> {
    /// The person's half.
    pub half: Half,
    /// The species, or [`BONA_FIDE`].
    pub presentation: &'a str,
    /// The person shown.
    pub person: &'a str,
    /// The service's verdict; `None` if nothing was captured.
    pub verdict: Option<Decision>,
}

/// Counts of one species in one half.
#[derive(Default)]
struct Row<'a> {
    people: BTreeSet<&'a str>,
    live: usize,
    attack: usize,
    inconclusive: usize,
    uncaptured: usize,
}

/// The service's own verdicts by half and species: BPCER of bona fide presentations, APCER of attacks, and
/// presentations without an answer, including those without a capture.
pub fn verdicts(scored: &[ScoredPresentation<'_>]) -> String {
    let mut rows: BTreeMap<(Half, bool, &str), Row<'_>> = BTreeMap::new();
    for one in scored {
        let row = rows.entry((one.half, one.presentation != BONA_FIDE, one.presentation)).or_default();
        row.people.insert(one.person);
        *match one.verdict {
            Some(Decision::Live) => &mut row.live,
            Some(Decision::Attack) => &mut row.attack,
            Some(Decision::Inconclusive) => &mut row.inconclusive,
            None => &mut row.uncaptured,
        } += 1;
    }
    let head = "| half | species | people | wrong | no answer | of these never captured |\n|---|---|---|---|---|---|\n";
    let mut text = head.to_owned();
    for ((half, is_attack, species), row) in rows {
        let timed_out = row.inconclusive + row.uncaptured;
        let all = row.live + row.attack + timed_out;
        let (error, wrong) = if is_attack { ("APCER", row.live) } else { ("BPCER", row.attack) };
        let (people, silent, uncaptured) = (row.people.len(), rate(timed_out, all), row.uncaptured);
        let wrong = rate(wrong, all);
        let _ = writeln!(text, "| {half} | {species} | {people} | {error} {wrong} | {silent} | {uncaptured} |");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_have_their_intervals() {
        assert_eq!(rate(0, 10), "0 of 10: 0.0 % (0.0 to 30.8 %)");
        assert_eq!(rate(1, 300), "1 of 300: 0.3 % (0.0 to 1.8 %)");
        assert_eq!(rate(0, 0), "0 of 0: 0.0 % (0.0 to 100.0 %)");
    }

    #[test]
    fn errors_are_counted_by_half_and_species() {
        let one = |half, presentation, person, verdict| ScoredPresentation { half, presentation, person, verdict };
        let text = verdicts(&[
            one(Half::Fit, "print", "P1", Some(Decision::Live)),
            one(Half::Fit, "print", "P1", None),
            one(Half::Fit, BONA_FIDE, "P1", Some(Decision::Live)),
            one(Half::Fit, BONA_FIDE, "P1", Some(Decision::Inconclusive)),
            one(Half::Test, BONA_FIDE, "P2", Some(Decision::Attack)),
        ]);
        let rows: Vec<&str> = text.lines().skip(2).collect();
        assert_eq!(
            rows,
            [
                "| fit | bona-fide | 1 | BPCER 0 of 2: 0.0 % (0.0 to 84.2 %) | 1 of 2: 50.0 % (1.3 to 98.7 %) | 0 |",
                "| fit | print | 1 | APCER 1 of 2: 50.0 % (1.3 to 98.7 %) | 1 of 2: 50.0 % (1.3 to 98.7 %) | 1 |",
                "| test | bona-fide | 1 | BPCER 1 of 1: 100.0 % (2.5 to 100.0 %) | 0 of 1: 0.0 % (0.0 to 97.5 %) | 0 |",
            ]
        );
    }
}
