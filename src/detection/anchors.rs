//! The network's 896 anchors and the decoding of its outputs.
//!
//! The options follow MediaPipe's `face_detection_short_range` graph: fixed anchors of size 1 at the centre of each
//! cell, coordinates relative to them in units of 1/128, scores through a logistic function with logits clipped to
//! ±100.

use super::model::{ANCHORS, BOX_VALUES, COARSE_ANCHORS, COARSE_SIDE, FINE_ANCHORS, FINE_SIDE, INPUT_SIDE, KEYPOINTS};
use crate::frame::Point;

/// Logits are clipped to this magnitude.
const LOGIT_LIMIT: f32 = 100.0;

/// Centre of an anchor's cell in input pixels. Anchors 0 to 511 lie on the 16x16 grid and 512 to 895 on the 8x8 grid,
/// row by row; the anchors of one cell are consecutive.
pub fn anchor_center(anchor: usize) -> Point {
    let fine = FINE_SIDE * FINE_SIDE * FINE_ANCHORS;
    let (cell, side) = if anchor < fine {
        (anchor / FINE_ANCHORS, FINE_SIDE)
    } else {
        ((anchor.min(ANCHORS - 1) - fine) / COARSE_ANCHORS, COARSE_SIDE)
    };
    let middle = |index: usize| (index as f32 + 0.5) * (INPUT_SIDE / side) as f32;
    Point { x: middle(cell % side), y: middle(cell / side) }
}

/// Converts a logit to a score, 0 to 1.
pub fn score_of_logit(logit: f32) -> f32 {
    1.0 / (1.0 + (-logit.clamp(-LOGIT_LIMIT, LOGIT_LIMIT)).exp())
}

/// A face in pixels of the network's input; [`super::Face`] is the same in frame pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RawFace {
    /// Left, top, right and bottom edge in input pixels. May lie outside the input.
    pub edges: [f32; 4],
    /// The six landmarks in the order of [`super::Face`], in input pixels.
    pub keypoints: [Point; KEYPOINTS],
    /// Detection score, 0 to 1.
    pub score: f32,
}

/// Decodes the output values of an anchor. `None` if the size is negative or NaN.
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
