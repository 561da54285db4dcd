//! Aligns a face for the network: upright and of one size.

use crate::detection::Face;
use crate::frame::{Point, Region, sin_cos};
use crate::quality::pose::pose;

/// Side of the region in eye distances of a frontal face: from above the brow to below the chin, from ear to ear.
const REGION_SCALE: f32 = 2.7;
/// Position of the region's centre on the line from between the eyes to the mouth.
const CENTER_OFFSET: f32 = 0.4;

/// The region around a face, in upright frame pixels. `None` if the keypoints give no scale.
pub fn aligned_region(face: &Face) -> Option<Region> {
    let points = face.keypoints;
    let (right, left, mouth) = (points[Face::RIGHT_EYE], points[Face::LEFT_EYE], points[Face::MOUTH]);
    let eyes = Point { x: (right.x + left.x) / 2.0, y: (right.y + left.y) / 2.0 };
    // A turned head shortens the distance of the eyes, a nod the distance from eyes to mouth.
    let (across, down) = (right.distance(left), eyes.distance(mouth));
    let unit = ((across * across + down * down) / 2.0).sqrt();
    let usable =
        unit.is_finite() && (1.0..1e5).contains(&unit) && points.iter().all(|p| p.x.abs() < 1e6 && p.y.abs() < 1e6);
    usable.then(|| {
        let angle = pose(face).roll.to_radians();
        let (sin, cos) = sin_cos(angle);
        // Along the head's axis rather than towards the mouth: under a mask the mouth is guessed, and would move the
        // region more.
        let far = CENTER_OFFSET * down;
        let center = Point { x: eyes.x - far * sin, y: eyes.y + far * cos };
        Region { center, width: REGION_SCALE * unit, height: REGION_SCALE * unit, angle }
    })
}
