//! Checks that far and near come from one capture, by shape, face and background. The background only adds a penalty.

use crate::comparison::{Comparison, FEATURE_NAMES};
use crate::limits::Limits;
use crate::verdict::{Bounds, Check, CheckOutcome};
use nearfar::frame::Size;

/// Both pictures have the same aspect ratio. Their sizes may differ, since a picture with too many bytes is scaled
/// down.
pub fn shape(far: Size, near: Size, limits: &Limits) -> CheckOutcome {
    let aspect = |size: Size| size.width as f32 / size.height.max(1) as f32;
    let difference = (aspect(far) / aspect(near)).ln().abs();
    CheckOutcome::passed(Check::Shape)
        .with_bounds("aspectDifference", difference, Bounds::at_most(limits.max_aspect_difference))
        .require(difference <= limits.max_aspect_difference, || "far and near have other shapes".into())
}

/// Both show the same face.
pub fn face(comparison: &Comparison, limits: &Limits) -> CheckOutcome {
    let likelihood = comparison.likelihood();
    let outcome = CheckOutcome::passed(Check::SameFace).with_bounds(
        "likelihood",
        likelihood,
        Bounds::at_least(limits.min_likelihood),
    );
    FEATURE_NAMES
        .into_iter()
        .zip(comparison.features)
        .fold(outcome, |outcome, (name, figure)| outcome.with(name, figure))
        .require(likelihood >= limits.min_likelihood, || "far and near hardly show one face in one capture".into())
}

/// The penalty for backgrounds without a common colour. Chosen, not measured: a phone that is moved sees another room,
/// and a camera that adjusts its exposure sees it in other colours.
const BACKGROUND_PENALTY: f32 = 0.5;
/// The least share of the near background's colours that the far background also has.
const MIN_COMMON_SHARE: f32 = 0.02;

/// The penalty for different backgrounds, 0 to 0.5.
pub fn background_penalty(comparison: &Comparison) -> f32 {
    if comparison.background.is_some_and(|share| share < MIN_COMMON_SHARE) { BACKGROUND_PENALTY } else { 0.0 }
}

/// How much the backgrounds have in common.
pub fn background(comparison: &Comparison) -> CheckOutcome {
    match comparison.background {
        Some(share) => CheckOutcome::passed(Check::Background)
            .with_bounds("commonShare", share, Bounds::at_least(MIN_COMMON_SHARE))
            .with("doubt", background_penalty(comparison)),
        None => CheckOutcome::skipped(Check::Background, "a face fills its picture"),
    }
}
