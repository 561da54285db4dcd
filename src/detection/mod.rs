//! Face detection with BlazeFace short range.

pub mod anchors;
pub(crate) mod area;
pub(crate) mod block;
mod detector;
pub(crate) mod kernels;
pub mod model;
pub mod network;
pub mod nms;
pub(crate) mod plane;
mod prominence;
pub mod roi;
mod roi_detector;
pub mod simd;
mod sort;
mod wide_kernels;

pub use anchors::RawFace;
pub use detector::Detector;
pub use model::{KEYPOINTS, ModelError};
pub use nms::MAX_IOU;
pub(crate) use prominence::SWITCH_RATIO;
pub use roi_detector::MIN_SCORE;

use crate::frame::{Point, Rect};
use serde::{Deserialize, Serialize};

/// One detected face, in upright frame pixels.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Face {
    /// The face box: about brow to chin, roughly square.
    pub bbox: Rect,
    /// Six landmarks in the model's order: [`Face::RIGHT_EYE`], [`Face::LEFT_EYE`], [`Face::NOSE`], [`Face::MOUTH`],
    /// [`Face::RIGHT_EAR`], [`Face::LEFT_EAR`]. Right and left are the person's own: the right eye is on the left of an
    /// unmirrored picture.
    pub keypoints: [Point; KEYPOINTS],
    /// Detection score, 0 to 1.
    pub score: f32,
}

impl Face {
    /// Centre of the person's right eye.
    pub const RIGHT_EYE: usize = 0;
    /// Centre of the person's left eye.
    pub const LEFT_EYE: usize = 1;
    /// Tip of the nose.
    pub const NOSE: usize = 2;
    /// Centre of the mouth.
    pub const MOUTH: usize = 3;
    /// The person's right ear tragion.
    pub const RIGHT_EAR: usize = 4;
    /// The person's left ear tragion.
    pub const LEFT_EAR: usize = 5;
}
