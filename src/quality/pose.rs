//! Head pose from the six facial keypoints.

use crate::detection::{Face, KEYPOINTS};
use crate::frame::Point;
use serde::{Deserialize, Serialize};

/// Head pose in degrees; 0, 0, 0 faces the camera.
///
/// Signs refer to an *unmirrored* picture, as the camera takes it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Pose {
    /// Positive when the person turns to their own left: the nose moves to the right in the picture. -90 to 90.
    pub yaw: f32,
    /// Positive when the person looks up. -90 to 90.
    pub pitch: f32,
    /// Positive when the head tilts clockwise in the picture (towards the person's own left shoulder). -180 to 180.
    pub roll: f32,
}

/// A frontal face in the detector's keypoint order: right, down and towards the camera, in eye distances, relative to
/// the point between the eyes.
///
/// The first two coordinates are medians of BlazeFace's keypoints on 250 pictures of 28 people who face the camera
/// roughly (portraits of `crates/rendering/corpus/photographs.json`). The detector is biased: its ears are nearer than
/// those of a measured head. Depths are those of MediaPipe's canonical face model (eyes 33/133, nose tip 1, lips 13/14,
/// tragions 234).
const FRONTAL: [[f32; 3]; KEYPOINTS] = [
    [-0.5, 0.0, 0.0],
    [0.5, 0.0, 0.0],
    [0.0, 0.57, 0.64],
    [0.0, 1.07, 0.29],
    [-1.04, 0.25, -0.95],
    [1.04, 0.25, -0.95],
];

/// Estimates yaw, pitch and roll from the six keypoints: the scaled rotation that best maps the frontal face to the
/// keypoints (weak perspective, least squares). All zero if the keypoints are not finite or coincide.
///
/// BlazeFace guesses hidden ears and eyes and shows no perspective. The angles suffice to ask for a frontal face, not
/// to measure: on renders of one scanned head, yaws of 10, 20, 30 and -20 degrees came out as 6, 23, 37 and -29,
/// pitches of 20, 10, 0, -10 and -20 as 26, 13, 4, -4 and -12.
pub fn pose(face: &Face) -> Pose {
    match rotation(&face.keypoints) {
        Some((right, down)) => angles(right, down),
        None => Pose::default(),
    }
}

/// The picture's horizontal and vertical axis in head coordinates, of unit length.
fn rotation(keypoints: &[Point; KEYPOINTS]) -> Option<([f32; 3], [f32; 3])> {
    const COUNT: f32 = KEYPOINTS as f32;
    let mean = FRONTAL.iter().fold([0.0; 3], |m: [f32; 3], p| [0, 1, 2].map(|i| m[i] + p[i] / COUNT));
    let (cx, cy) = keypoints.iter().fold((0.0, 0.0), |(x, y), p| (x + p.x / COUNT, y + p.y / COUNT));
    // The model is symmetric, so the horizontal axis decouples from the vertical one and depth in the normal equations.
    let (mut xx, mut yy, mut yz, mut zz) = (0.0, 0.0, 0.0, 0.0);
    let (mut of_x, mut of_y) = ([0.0f32; 3], [0.0f32; 3]);
    for (model, point) in FRONTAL.iter().zip(keypoints) {
        let m = [0, 1, 2].map(|i| model[i] - mean[i]);
        xx += m[0] * m[0];
        yy += m[1] * m[1];
        yz += m[1] * m[2];
        zz += m[2] * m[2];
        for i in 0..3 {
            of_x[i] += m[i] * (point.x - cx);
            of_y[i] += m[i] * (point.y - cy);
        }
    }
    let det = yy * zz - yz * yz;
    let solve = |s: [f32; 3]| [s[0] / xx, (s[1] * zz - s[2] * yz) / det, (s[2] * yy - s[1] * yz) / det];
    let unit = |v: [f32; 3]| {
        let length = (v[0] * v[0] + v[1] * v[1] + v[2] * v[2]).sqrt();
        (length.is_finite() && length > 1e-6).then(|| v.map(|c| c / length))
    };
    Some((unit(solve(of_x))?, unit(solve(of_y))?))
}

fn angles(right: [f32; 3], down: [f32; 3]) -> Pose {
    // The depth along the picture's axes gives yaw and pitch; the head's right and down axes give the roll.
    let (across, along) = (down[0] - right[1], right[0] + down[1]);
    let roll = across.atan2(along);
    let length = across.hypot(along);
    let (sin, cos) = if length > 0.0 { (across / length, along / length) } else { (0.0, 1.0) };
    let yaw = (right[2] * cos + down[2] * sin).clamp(-1.0, 1.0).asin().to_degrees();
    let pitch = (right[2] * sin - down[2] * cos).clamp(-1.0, 1.0).asin().to_degrees();
    Pose { yaw, pitch, roll: roll.to_degrees() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::Rect;

    /// The frontal face with a given pose, seen from far away.
    fn posed(pose: Pose) -> Face {
        let [yaw, pitch, roll] = [pose.yaw, pose.pitch, pose.roll].map(|a| a.to_radians().sin_cos());
        let keypoints = FRONTAL.map(|[x, y, z]| {
            let (y, z) = (y * pitch.1 - z * pitch.0, z * pitch.1 + y * pitch.0);
            let x = x * yaw.1 + z * yaw.0;
            let (x, y) = (x * roll.1 - y * roll.0, x * roll.0 + y * roll.1);
            Point { x: 640.0 + 90.0 * x, y: 360.0 + 90.0 * y }
        });
        Face { bbox: Rect { x: 540.0, y: 260.0, width: 200.0, height: 200.0 }, keypoints, score: 0.9 }
    }

    #[test]
    fn angles_are_recovered_with_their_signs() {
        for (yaw, pitch, roll) in
            [(0.0, 0.0, 0.0), (25.0, 0.0, 0.0), (0.0, 20.0, 0.0), (0.0, 0.0, 30.0), (-20.0, -15.0, -40.0)]
        {
            let given = Pose { yaw, pitch, roll };
            let back = pose(&posed(given));
            for (a, b) in [(back.yaw, yaw), (back.pitch, pitch), (back.roll, roll)] {
                assert!((a - b).abs() < 4.0, "{given:?} came back as {back:?}");
            }
        }
    }

    #[test]
    fn a_nose_to_the_right_is_a_positive_yaw_and_up_a_positive_pitch() {
        let mut face = posed(Pose::default());
        face.keypoints[Face::NOSE].x += 20.0;
        assert!(pose(&face).yaw > 2.0);
        let mut face = posed(Pose::default());
        face.keypoints[Face::NOSE].y -= 20.0;
        assert!(pose(&face).pitch > 2.0);
    }

    #[test]
    fn invalid_keypoints_give_a_frontal_pose() {
        let mut face = posed(Pose::default());
        face.keypoints[Face::NOSE].x = f32::NAN;
        assert_eq!(pose(&face), Pose::default());
        face.keypoints = [Point { x: 3.0, y: 4.0 }; KEYPOINTS];
        assert_eq!(pose(&face), Pose::default());
        face.keypoints = [Point { x: f32::MAX, y: -f32::MAX }; KEYPOINTS];
        assert_eq!(pose(&face), Pose::default());
    }
}
