//! Coefficients of the likelihood ratio. Written by `cargo run --profile service -p nearfar-scoring --example signs --
//! --fit`: do not edit.

use super::odds::EVIDENCE;

/// Log odds of all-zero evidence.
pub(super) const BIAS: f32 = 21.016;
/// One for each number of evidence: grid, bands, sides, depth.
pub(super) const WEIGHTS: [f32; EVIDENCE] = [-5.868, -2.499, -10.011, 0.581];
