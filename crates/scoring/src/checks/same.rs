//! Far and near are one capture: shape, face, background.

use crate::agreement::{Comparison, FEATURE_NAMES};
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

/// The backgrounds have colours in common.
pub fn background(comparison: &Comparison, limits: &Limits) -> CheckOutcome {
    match comparison.background {
        Some(share) => CheckOutcome::passed(Check::Background)
            .with("commonShare", share)
            .require(share >= limits.min_background, || "far and near have no colour around the head in common".into()),
        None => CheckOutcome::skipped(Check::Background, "a face fills its picture"),
    }
}
