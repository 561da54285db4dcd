//! Coefficients of the occlusion models: written by `occlusion_rates --fit`, see `docs/OCCLUSION.md`.

use super::occlusion::{EYE_FEATURES, MOUTH_FEATURES, NOSE_FEATURES};

pub(super) struct Weights<const N: usize> {
    pub(super) bias: f32,
    pub(super) weights: [f32; N],
}

pub(super) const LIMIT: f32 = 2.0;
pub(super) const EYE: Weights<EYE_FEATURES> = Weights { bias: -10.0, weights: [0.0; EYE_FEATURES] };
pub(super) const NOSE: Weights<NOSE_FEATURES> = Weights { bias: -10.0, weights: [0.0; NOSE_FEATURES] };
pub(super) const MOUTH: Weights<MOUTH_FEATURES> = Weights { bias: -10.0, weights: [0.0; MOUTH_FEATURES] };
