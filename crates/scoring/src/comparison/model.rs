//! Fitted coefficients of the comparison. Do not edit; written by
//! `cargo run --profile service -p nearfar-evaluation --features commands --bin comparison_rates -- --fit`.

use super::FEATURE_NAMES;

/// Log odds of all-zero features.
const BIAS: f32 = 9.648;
/// One for each of [`FEATURE_NAMES`].
const WEIGHTS: [f32; FEATURE_NAMES.len()] = [-8.243, -5.562, -4.326, -3.298, -0.695, -1.038];

/// Log odds that two pictures with these features show one face in one capture.
pub(super) fn log_odds(features: &[f32; FEATURE_NAMES.len()]) -> f32 {
    BIAS + WEIGHTS.iter().zip(features).map(|(weight, feature)| weight * feature).sum::<f32>()
}
