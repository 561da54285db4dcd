//! Which of several faces is the person's, and whether two boxes are of one face.

use super::{Face, MAX_IOU};
use crate::frame::Point;

/// By how much another face has to be more prominent than the one that is followed to take its place.
pub const SWITCH_RATIO: f32 = 1.5;

/// A face of this score counts in full: few patterns have as much (`docs/FRAMES.md`).
const FULL_WEIGHT_SCORE: f32 = 0.8;
/// A face of this score counts for next to nothing.
const ZERO_WEIGHT_SCORE: f32 = 0.45;
/// What is left of the most doubtful face: alone it is still the person's.
const MIN_WEIGHT: f32 = 0.05;

impl Face {
    /// How likely this is the person's face among those in a picture: its width, less for a doubtful one, and half of it at
    /// the edge of what is seen, which reaches `reach` across around `middle`.
    #[inline(never)] // Used in many places, and bytes count.
    pub fn prominence(&self, middle: Point, reach: f32) -> f32 {
        let off = self.bbox.center().distance(middle) / reach.max(1.0);
        let clear = ((self.score - ZERO_WEIGHT_SCORE) / (FULL_WEIGHT_SCORE - ZERO_WEIGHT_SCORE)).clamp(MIN_WEIGHT, 1.0);
        self.bbox.width * clear * clear * (1.0 - off.min(0.5))
    }

    /// Whether two detections are of one face: they overlap well, or one's middle lies in the heart of the other.
    #[inline(never)]
    pub fn is_same_as(&self, other: &Face) -> bool {
        let (large, small) =
            if self.bbox.area() > other.bbox.area() { (&self.bbox, &other.bbox) } else { (&other.bbox, &self.bbox) };
        let (p, q) = (large.center(), small.center());
        large.iou(small) > MAX_IOU || ((p.x - q.x).abs() < large.width / 4.0 && (p.y - q.y).abs() < large.height / 4.0)
    }
}
