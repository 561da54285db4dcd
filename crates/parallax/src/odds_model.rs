//! Coefficients of the likelihood ratio: written by `parallax_rates --fit`, see `docs/LIVENESS.md`. Do not edit.

use crate::odds::EVIDENCE;

/// Log odds of all-zero evidence.
pub(crate) const BIAS: f32 = -4.135;
/// One for each number of evidence: correlation, over_cylinder, beyond_bending, approach.
pub(crate) const WEIGHTS: [f32; EVIDENCE] = [1.923, 4.707, 13.629, 17.717];
