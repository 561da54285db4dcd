//! Coefficients of the likelihood ratio: written by `parallax_rates --fit`, see `docs/LIVENESS.md`. Do not edit.

use crate::evidence::EVIDENCE_COUNT;

/// Log odds of all-zero evidence.
pub(crate) const BIAS: f32 = 1.383;
/// One for each number of evidence: over_sheet, beyond_sheet, noise.
pub(crate) const WEIGHTS: [f32; EVIDENCE_COUNT] = [8.873, 25.860, 2.711];
