//! Where the network's 896 answers sit, and what they mean.
//!
//! The options are those of MediaPipe's `face_detection_short_range` graph: fixed anchors of size 1 at the
//! middle of each cell, coordinates relative to them in units of 1/128, scores through a logistic function with
//! logits clipped to ±100.

use super::model::{BOX_VALUES, COARSE_ANCHORS, FINE_ANCHORS, INPUT_SIDE};
use super::network::ANCHORS;
use crate::frame::Point;

/// Logits are clipped to this magnitude.
const LOGIT_LIMIT: f32 = 100.0;

/// Middle of an anchor's cell in input pixels. Anchors 0 to 511 lie on the 16x16 grid, 512 to 895 on the 8x8
/// one, row by row, those of a cell together.
pub fn anchor_center(anchor: usize) -> Point {
    let fine = 16 * 16 * FINE_ANCHORS;
    let (cell, side) = if anchor < fine {
        (anchor / FINE_ANCHORS, 16)
    } else {
        ((anchor.min(ANCHORS - 1) - fine) / COARSE_ANCHORS, 8)
    };
    let middle = |index: usize| (index as f32 + 0.5) * (INPUT_SIDE / side) as f32;
    Point { x: middle(cell % side), y: middle(cell / side) }
}

/// A score from 0 to 1.
pub fn score_of_logit(logit: f32) -> f32 {
    1.0 / (1.0 + (-logit.clamp(-LOGIT_LIMIT, LOGIT_LIMIT)).exp())
}

/// A face in the 128-pixel input of the network: what [`super::Face`] is in the frame.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RawFace {
    /// Left, top, right, bottom edge, in input pixels; may reach past the input.
    pub edges: [f32; 4],
    /// The six landmarks in the order of [`super::Face`], in input pixels.
    pub keypoints: [Point; 6],
    /// Detection score, 0 to 1.
    pub score: f32,
}

/// The face that an anchor's values describe; `None` if its size is negative or not a number.
pub fn decode(anchor: usize, values: &[f32; BOX_VALUES], score: f32) -> Option<RawFace> {
    let middle = anchor_center(anchor);
    let at = |i: usize| Point { x: values[i] + middle.x, y: values[i + 1] + middle.y };
    let (center, [width, height]) = (at(0), [values[2], values[3]]);
    if !(width >= 0.0 && height >= 0.0) {
        return None;
    }
    let (w, h) = (width / 2.0, height / 2.0);
    Some(RawFace {
        edges: [center.x - w, center.y - h, center.x + w, center.y + h],
        keypoints: std::array::from_fn(|i| at(4 + 2 * i)),
        score,
    })
}
