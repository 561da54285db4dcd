//! Faces and scenes for the tests of guidance and session.
#![allow(dead_code)] // Each test binary uses a subset.

use nearfar::detection::Face;
use nearfar::frame::{Point, Rect, Size};
use nearfar::guidance::{Stage, Target, Thresholds, Viewport};
use nearfar::quality::FaceMeasurements;

/// A portrait phone frame.
pub(crate) const PORTRAIT: Size = Size { width: 720, height: 1280 };
/// A laptop's frame.
pub(crate) const LANDSCAPE: Size = Size { width: 1280, height: 720 };

/// A viewport that shows the whole frame.
pub(crate) fn whole(size: Size) -> Viewport {
    Viewport { width: size.width as f32, height: size.height as f32 }
}

/// The target for a fully visible portrait frame with the default thresholds.
pub(crate) fn target(stage: Stage) -> Target {
    Target::new(stage, PORTRAIT, whole(PORTRAIT), &Thresholds::default())
}

/// A square face with this centre.
pub(crate) fn face(x: f32, y: f32, width: f32) -> Face {
    let at = |dx: f32, dy: f32| Point { x: x + dx * width, y: y + dy * width };
    Face {
        bbox: Rect { x: x - width / 2.0, y: y - width / 2.0, width, height: width },
        keypoints: [at(-0.2, -0.2), at(0.2, -0.2), at(0.0, 0.05), at(0.0, 0.25), at(-0.45, -0.1), at(0.45, -0.1)],
        score: 0.9,
    }
}

/// A face that matches the target.
pub(crate) fn good_face(target: &Target) -> Face {
    face(target.face_center.x, target.face_center.y, (target.min_face + target.max_face) / 2.0)
}

/// Measurements of a good face.
pub(crate) fn good_measurements() -> FaceMeasurements {
    FaceMeasurements { sharpness: 0.6, brightness: 0.5, eyes_open: 1.0, ..FaceMeasurements::default() }
}
