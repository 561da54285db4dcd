//! How fast a face moves between two frames.

use crate::detection::Face;

/// Speed of the face in face widths per second: the larger of how fast its middle (the mean of eyes, nose and
/// mouth, steadier than the box) travels and how fast it grows or shrinks. `dt_ms` is the time between the two
/// frames in milliseconds. 0 where the time or the faces make no sense (`dt_ms` not positive, numbers not
/// finite, no width).
pub fn motion(prev: &Face, now: &Face, dt_ms: f64) -> f32 {
    let (before, after) = (middle(prev), middle(now));
    let width = (prev.bbox.width + now.bbox.width) / 2.0;
    let travelled = (after.0 - before.0).hypot(after.1 - before.1);
    let grown = (now.bbox.width - prev.bbox.width).abs();
    let seconds = dt_ms as f32 / 1000.0;
    let speed = travelled.max(grown) / width / seconds;
    let sane = seconds > 0.0 && width > 0.0 && travelled.is_finite() && speed.is_finite();
    if sane { speed } else { 0.0 }
}

fn middle(face: &Face) -> (f32, f32) {
    let points = [Face::RIGHT_EYE, Face::LEFT_EYE, Face::NOSE, Face::MOUTH].map(|i| face.keypoints[i]);
    let sum = points.iter().fold((0.0, 0.0), |(x, y), p| (x + p.x, y + p.y));
    (sum.0 / 4.0, sum.1 / 4.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::{Point, Rect};

    fn face(x: f32, width: f32) -> Face {
        Face {
            bbox: Rect { x, y: 50.0, width, height: width },
            keypoints: [Point { x: x + width / 2.0, y: 50.0 + width / 2.0 }; 6],
            score: 0.9,
        }
    }

    #[test]
    fn a_shift_of_one_width_a_second() {
        let speed = motion(&face(100.0, 200.0), &face(120.0, 200.0), 100.0);
        assert!((speed - 1.0).abs() < 1e-4, "{speed}");
    }

    #[test]
    fn growing_counts_as_motion() {
        let mut near = face(100.0, 220.0);
        near.keypoints = face(100.0, 200.0).keypoints;
        let speed = motion(&face(100.0, 200.0), &near, 100.0);
        assert!((speed - 20.0 / 210.0 / 0.1).abs() < 1e-4, "{speed}");
    }

    #[test]
    fn nonsense_is_no_motion() {
        let good = face(0.0, 100.0);
        assert_eq!(motion(&good, &face(50.0, 100.0), 0.0), 0.0);
        assert_eq!(motion(&good, &face(50.0, 100.0), -5.0), 0.0);
        assert_eq!(motion(&good, &face(50.0, 100.0), f64::NAN), 0.0);
        assert_eq!(motion(&good, &face(f32::NAN, 100.0), 30.0), 0.0);
        assert_eq!(motion(&face(0.0, 0.0), &face(1.0, 0.0), 30.0), 0.0);
    }
}
