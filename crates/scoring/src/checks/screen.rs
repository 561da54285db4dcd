//! Whether a screen or a print is between the face and the camera, by the signs that these leave in the pictures.

use super::depth::likelihood;
use crate::limits::Limits;
use crate::signs::{SIGN_NAMES, Signs};
use crate::verdict::{Check, CheckOutcome};

/// What the signs leave of the score, 0 to 1. A good screen that fills the picture shows none, so that none does not
/// speak for a person: only more of them than a screen has as often as a person takes off.
pub fn left(ratio: f32) -> f32 {
    (2.0 * likelihood(ratio)).min(1.0)
}

/// No screen or print is between the face and the camera. `ratio`: that of [`Signs::log_likelihood_ratio`].
pub fn check(signs: &Signs, ratio: f32, limits: &Limits) -> CheckOutcome {
    let likelihood = likelihood(ratio);
    let outcome = CheckOutcome::passed(Check::Screen).with("likelihood", likelihood);
    SIGN_NAMES
        .into_iter()
        .zip(signs.figures)
        .fold(outcome, |outcome, (name, figure)| outcome.with(name, figure))
        .require(likelihood >= limits.min_direct, || "far and near show a screen or a print".into())
}
