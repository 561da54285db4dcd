//! The fitted coefficients of the likelihood. Written by
//! `cargo run --release -p nearfar-evaluation --features commands --bin comparison_rates -- --fit`: do not edit.

use super::compare::FEATURES;

/// Log odds of all-zero figures.
const BIAS: f32 = 9.648;
/// One for each figure.
const WEIGHTS: [f32; FEATURES] = [-8.243, -5.562, -4.326, -3.298, -0.695, -1.038];

/// The log odds that two looks with these differences are of one face in one capture.
pub fn log_odds(features: &[f32; FEATURES]) -> f32 {
    BIAS + WEIGHTS.iter().zip(features).map(|(weight, feature)| weight * feature).sum::<f32>()
}
