//! Far and near are one capture: shape, face, background. The background refuses nobody.

use crate::comparison::{Comparison, FEATURE_NAMES};
use crate::limits::Limits;
use crate::verdict::{Check, CheckOutcome};
use nearfar::frame::Size;

/// Both pictures have the same aspect ratio. Their sizes may differ: a picture that is too long a file is shrunk.
pub fn shape(far: Size, near: Size, limits: &Limits) -> CheckOutcome {
    let aspect = |size: Size| size.width as f32 / size.height.max(1) as f32;
    let difference = (aspect(far) / aspect(near)).ln().abs();
    CheckOutcome::passed(Check::Shape)
        .with("aspectDifference", difference)
        .require(difference <= limits.max_aspect_difference, || "far and near have other shapes".into())
}

/// Both show the same face.
pub fn face(comparison: &Comparison, limits: &Limits) -> CheckOutcome {
    let likelihood = comparison.likelihood();
    let outcome = CheckOutcome::passed(Check::SameFace).with("likelihood", likelihood);
    FEATURE_NAMES
        .into_iter()
        .zip(comparison.features)
        .fold(outcome, |outcome, (name, figure)| outcome.with(name, figure))
        .require(likelihood >= limits.min_likelihood, || "far and near hardly show one face in one capture".into())
}

/// What backgrounds without a colour in common take off the log odds of an honest capture. Chosen, not measured: a phone
/// that is moved sees another room, and a camera that sets its exposure anew sees it in other colours.
const OTHER_BACKGROUND: f32 = 0.5;
/// Least share of the near background's colours that the far one has.
const LEAST_BACKGROUND: f32 = 0.02;

/// What the backgrounds take off the log odds, 0 to 0.5.
pub fn background_doubt(comparison: &Comparison) -> f32 {
    if comparison.background.is_some_and(|share| share < LEAST_BACKGROUND) { OTHER_BACKGROUND } else { 0.0 }
}

/// How much the backgrounds have in common.
pub fn background(comparison: &Comparison) -> CheckOutcome {
    match comparison.background {
        Some(share) => CheckOutcome::passed(Check::Background)
            .with("commonShare", share)
            .with("doubt", background_doubt(comparison)),
        None => CheckOutcome::skipped(Check::Background, "a face fills its picture"),
    }
}
