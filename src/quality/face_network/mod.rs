//! Our own network on one aligned face: which parts are covered, whether the eyes are open, where the head points.
//!
//! Some 42,000 weights, of eight bits each in the file, in the blocks of BlazeFace and by its kernels, on a picture of
//! 64 x 64. `tools/faces` trains it; `docs/FACE-NETWORK.md` is its model card.

mod alignment;
mod network;
mod weights;

pub use alignment::aligned_region;
pub use network::{FaceNetwork, MAX_TAPS, SIDE};
pub use weights::WeightsError;

use super::pose::Pose;

/// What the network says of one face.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct FaceAttributes {
    /// Log odds that right eye, left eye, nose and mouth are covered.
    pub covered: [f32; 4],
    /// Log odds that the forehead is covered, as by hair or a hat: no reason to refuse a face.
    pub forehead_covered: f32,
    /// Log odds that the right and the left eye are open.
    pub eyes_open: [f32; 2],
    /// Where the head points; of bare pixels the roll is that within them.
    pub pose: Pose,
}

impl FaceAttributes {
    /// Log odds that 1 % of bare faces exceed in their most covered part.
    pub const LIMIT: f32 = -0.5;

    /// How likely something covers an eye, the nose or the mouth: 0 to 1, the most covered part's, 0.5 where 1 % of bare
    /// faces lie above.
    pub fn occlusion(&self) -> f32 {
        logistic(self.most_covered() - Self::LIMIT)
    }

    /// Log odds that the most covered of eyes, nose and mouth is covered.
    pub fn most_covered(&self) -> f32 {
        let [a, b, c, d] = self.covered;
        a.max(b).max(c.max(d))
    }

    /// How likely both eyes are open, 0 to 1: the lesser of the two.
    pub fn both_eyes_open(&self) -> f32 {
        let [right, left] = self.eyes_open;
        logistic(right.min(left))
    }
}

fn logistic(log_odds: f32) -> f32 {
    1.0 / (1.0 + (-log_odds).exp())
}
