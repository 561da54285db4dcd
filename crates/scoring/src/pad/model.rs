//! Fitted coefficients of the PAD artefacts. Do not edit; written by
//! `cargo run --profile service -p nearfar-evaluation --features commands --bin pad_artefacts -- --fit`.

use super::EVIDENCE_NAMES;

/// Log odds of all-zero evidence.
pub(super) const BIAS: f32 = 24.354;
/// One for each of [`EVIDENCE_NAMES`].
pub(super) const WEIGHTS: [f32; EVIDENCE_NAMES.len()] = [-5.796, -3.688, -4.777, 0.579];
