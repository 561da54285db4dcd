//! Selects the person's face among several, and matches detections of the same face.

use super::Face;
use super::nms::MAX_IOU;
use crate::frame::Point;

/// A face replaces the followed one only if it is more prominent by this factor.
pub(crate) const SWITCH_RATIO: f32 = 1.5;

/// A face of this score has full weight; few patterns reach it (`docs/FRAMES.md`).
const FULL_WEIGHT_SCORE: f32 = 0.8;
/// A face of this score has (almost) no weight.
const ZERO_WEIGHT_SCORE: f32 = 0.45;
/// Minimum weight: the only face in the picture is still the person's.
const MIN_WEIGHT: f32 = 0.05;

impl Face {
    /// How likely this is the person's face among those in a picture: its width, reduced for a low score, and by half
    /// at the edge of the visible part, whose longer side is `reach` and whose centre is `middle`.
    #[inline(never)] // Called in many places, and code size matters.
    pub fn prominence(&self, middle: Point, reach: f32) -> f32 {
        let off = self.bbox.center().distance(middle) / reach.max(1.0);
        let clear = ((self.score - ZERO_WEIGHT_SCORE) / (FULL_WEIGHT_SCORE - ZERO_WEIGHT_SCORE)).clamp(MIN_WEIGHT, 1.0);
        self.bbox.width * clear * clear * (1.0 - off.min(0.5))
    }

    /// Whether two detections show the same face: they overlap well, or the centre of one lies in the core of the
    /// other.
    #[inline(never)]
    pub fn is_same_as(&self, other: &Face) -> bool {
        let (large, small) =
            if self.bbox.area() > other.bbox.area() { (&self.bbox, &other.bbox) } else { (&other.bbox, &self.bbox) };
        let (p, q) = (large.center(), small.center());
        large.iou(small) > MAX_IOU || ((p.x - q.x).abs() < large.width / 4.0 && (p.y - q.y).abs() < large.height / 4.0)
    }
}
