//! What networks for presentation attack detection say, where the operator has brought some (`docs/PAD.md`).

use crate::verdict::{Check, CheckOutcome};
use nearfar_pad::{Judgement, RunError};

/// Every network's log odds of every picture. It fails where a network does: an attempt that it should have seen is not let
/// pass without it, and nobody is accused either.
pub fn check(judged: &Result<Option<Judgement>, RunError>) -> CheckOutcome {
    match judged {
        Ok(Some(judgement)) => {
            let outcome = CheckOutcome::passed(Check::Pad).with("logOdds", judgement.log_odds);
            let each = judgement.each.iter();
            each.fold(outcome, |outcome, (model, picture, odds)| outcome.with(format!("{picture} {model}"), *odds))
        }
        Ok(None) => {
            CheckOutcome::skipped(Check::Pad, "no model is configured: nothing here detects a film on a screen")
        }
        Err(error) => CheckOutcome::failed(Check::Pad, error.to_string()),
    }
}
