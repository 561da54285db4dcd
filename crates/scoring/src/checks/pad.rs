//! What networks for presentation attack detection say, where the operator has brought some (`docs/PAD.md`).

use crate::verdict::{Check, CheckOutcome};
use nearfar_pad::{RunError, Score, Scores};

/// Every network's log odds of every picture. It fails where a network does: an attempt that it should have seen is not let
/// pass without it, and nobody is accused either.
pub fn check(scores: &Result<Option<Scores>, RunError>) -> CheckOutcome {
    match scores {
        Ok(Some(scores)) => {
            let outcome = CheckOutcome::passed(Check::Pad).with("logOdds", scores.log_odds);
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
