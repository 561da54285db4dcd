//! Fitted coefficients of the parallax, see `docs/LIVENESS.md`. Do not edit; written by
//! `cargo run --profile service -p nearfar-evaluation --features commands --bin parallax_rates -- --fit`.

use crate::evidence::EVIDENCE_COUNT;

/// Log odds of all-zero evidence.
pub(crate) const BIAS: f32 = 1.383;
/// One for each of [`crate::EVIDENCE_NAMES`].
pub(crate) const WEIGHTS: [f32; EVIDENCE_COUNT] = [8.873, 25.860, 2.711];
