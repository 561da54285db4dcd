//! Coefficients of the likelihood ratio. Written by
//! `cargo run --profile service -p nearfar-evaluation --features commands --bin pad_artefacts -- --fit`: do not edit.

use super::odds::EVIDENCE;

/// Log odds of all-zero evidence.
pub(super) const BIAS: f32 = 24.354;
/// One for each number of evidence: grid, bands, sides, depth.
pub(super) const WEIGHTS: [f32; EVIDENCE] = [-5.796, -3.688, -4.777, 0.579];
