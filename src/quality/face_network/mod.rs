//! The face network: which face regions are covered, whether the eyes are open, and the head pose.
//!
//! It has about 42,000 weights, stored with eight bits each, and uses BlazeFace's blocks and kernels on a picture of 64
//! x 64. `tools/faces` trains it; `docs/FACE-NETWORK.md` is its model card.

mod alignment;
mod network;

pub use crate::detection::model::WeightsError;
pub use alignment::aligned_region;
pub use network::{FaceNetwork, MAX_TAPS, SIDE};

use super::pose::Pose;

/// Predictions for one face.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct FaceAttributes {
    /// Log odds that the right eye, left eye, nose and mouth are covered.
    pub covered: [f32; 4],
    /// Log odds that the forehead is covered, for example by hair or a hat. Not a reason to reject a face.
    pub forehead_covered: f32,
    /// Log odds that the right and the left eye are open.
    pub eyes_open: [f32; 2],
    /// Head pose. From bare pixels the roll is relative to them.
    pub pose: Pose,
}

impl FaceAttributes {
    /// Log odds of the most covered region that 1 % of bare faces exceed.
    pub const LIMIT: f32 = -0.5;

    /// Likelihood that an eye, the nose or the mouth is covered, 0 to 1: that of the most covered region. 1 % of bare
    /// faces exceed 0.5.
    pub fn occlusion(&self) -> f32 {
        logistic(self.most_covered() - Self::LIMIT)
    }

    /// Log odds of the most covered of eyes, nose and mouth.
    pub fn most_covered(&self) -> f32 {
        let [a, b, c, d] = self.covered;
        a.max(b).max(c.max(d))
    }

    /// Likelihood that both eyes are open, 0 to 1: the lower of the two.
    pub fn both_eyes_open(&self) -> f32 {
        let [right, left] = self.eyes_open;
        logistic(right.min(left))
    }
}

fn logistic(log_odds: f32) -> f32 {
    1.0 / (1.0 + (-log_odds).exp())
}
