//! Face coordinates that follow the yaw of the head. Covers are drawn in them.
//!
//! `a` runs from -1 (the person's right ear, on the left of the picture) to 1 (the left ear), 0 on the line from
//! between the eyes down to the mouth; `b` from 0 (eyes) to 1 (mouth).

use nearfar::detection::Face;
use nearfar::frame::Point;

/// Converts picture coordinates to face coordinates of one face.
#[derive(Clone, Copy, Debug)]
pub struct FaceMap {
    eyes: Point,
    down: Point,
    right: Point,
    /// Distance of eyes and mouth, pixels.
    pub height: f32,
    right_half: f32,
    left_half: f32,
    /// The face.
    pub face: Face,
}

impl FaceMap {
    /// Creates the map of `face`.
    pub fn new(face: &Face) -> Self {
        let [right_eye, left_eye, _, mouth, right_ear, left_ear] = face.keypoints;
        let eyes = Point { x: (right_eye.x + left_eye.x) / 2.0, y: (right_eye.y + left_eye.y) / 2.0 };
        let height = eyes.distance(mouth).max(1.0);
        let down = Point { x: (mouth.x - eyes.x) / height, y: (mouth.y - eyes.y) / height };
        let right = Point { x: down.y, y: -down.x };
        let across = |p: Point| (p.x - eyes.x) * right.x + (p.y - eyes.y) * right.y;
        let least = 0.35 * height;
        FaceMap {
            eyes,
            down,
            right,
            height,
            right_half: (-across(right_ear)).max(least),
            left_half: across(left_ear).max(least),
            face: *face,
        }
    }

    /// The point between the eyes.
    pub fn eyes(&self) -> Point {
        self.eyes
    }

    /// Face coordinates of a picture point.
    pub fn at(&self, x: f32, y: f32) -> (f32, f32) {
        let (dx, dy) = (x - self.eyes.x, y - self.eyes.y);
        let across = dx * self.right.x + dy * self.right.y;
        let b = (dx * self.down.x + dy * self.down.y) / self.height;
        (across / if across < 0.0 { self.right_half } else { self.left_half }, b)
    }

    /// Offset of a point from a centre along the axes of the face, right and down, in eye-mouth distances.
    pub fn offset(&self, x: f32, y: f32, center: Point) -> (f32, f32) {
        let (dx, dy) = (x - center.x, y - center.y);
        ((dx * self.right.x + dy * self.right.y) / self.height, (dx * self.down.x + dy * self.down.y) / self.height)
    }

    /// The picture point at an offset; the inverse of [`FaceMap::offset`].
    pub fn point(&self, center: Point, u: f32, v: f32) -> Point {
        let (u, v) = (u * self.height, v * self.height);
        Point { x: center.x + u * self.right.x + v * self.down.x, y: center.y + u * self.right.y + v * self.down.y }
    }
}
