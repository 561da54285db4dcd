//! Reports the scores of the operator's networks for presentation attack detection, if there are any (`docs/PAD.md`).

use crate::verdict::{Bounds, Check, CheckOutcome};
use nearfar_pad::{RunError, Score, Scores};

/// The log odds of each network for each picture. The check fails if a network fails: the attempt then neither passes
/// without that network nor counts as an attack.
pub fn check(scores: &Result<Option<Scores>, RunError>) -> CheckOutcome {
    match scores {
        Ok(Some(scores)) => {
            let outcome =
                CheckOutcome::passed(Check::Pad).with_bounds("logOdds", scores.log_odds, Bounds::at_least(0.0));
            let named = |outcome: CheckOutcome, score: &Score| {
                outcome.with(format!("{} {}", score.picture, score.model), score.log_odds)
            };
            scores.each.iter().fold(outcome, named)
        }
        Ok(None) => CheckOutcome::skipped(
            Check::Pad,
            "no model is configured: only the light challenge detects a film on a screen",
        ),
        Err(error) => CheckOutcome::failed(Check::Pad, error.to_string()),
    }
}
