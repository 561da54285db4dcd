//! A portrait on a surface, seen by a camera in true perspective.
//!
//! Lengths are distances between the eyes. The object's axes run to the right and down in the portrait and towards the
//! camera, from the point between the eyes.

use super::portraits::Portrait;
use crate::occlusion::random::Random;
use image::{Rgb, RgbImage, imageops};
use nearfar_parallax::face_depth;
use std::f32::consts::PI;

/// What the portrait is put on.
#[derive(Clone, Debug)]
pub enum Surface {
    /// A flat print.
    Flat,
    /// A flat print cut out along the face, with what is behind it farther away.
    CutOut,
    /// A print bent around a cylinder. Its axis is at `angle` from the vertical; a negative radius is hollow.
    Cylinder {
        /// Radians.
        angle: f32,
        /// In distances between the eyes.
        radius: f32,
    },
    /// A head.
    Head(Head),
}

/// A head that is not quite the mean one.
#[derive(Clone, Debug)]
pub struct Head {
    /// Depth over that of the mean face.
    relief: f32,
    /// Middle, width and height of dents and bumps.
    bumps: [[f32; 4]; 5],
    /// How far the mouth is moved down and the brows up.
    expression: (f32, f32),
}

/// How far a room is behind a cut-out print: 20 cm.
const BEHIND: f32 = 3.2;
/// The distance from which the portraits are taken to have been made: 1 m.
const PHOTOGRAPHED_FROM: f32 = 16.0;

impl Head {
    /// The mean one.
    pub fn mean() -> Self {
        Head { relief: 1.0, bumps: [[0.0, 0.0, 1.0, 0.0]; 5], expression: (0.0, 0.0) }
    }

    /// A head of its own: relief 20 % more or less, and bumps of up to 4 mm.
    pub fn new(random: &mut Random) -> Self {
        let relief = random.between(0.8, 1.2);
        let bumps = std::array::from_fn(|_| {
            let middle = (random.between(-1.0, 1.0), random.between(-0.6, 1.6));
            [middle.0, middle.1, random.between(0.25, 0.6), random.between(-0.06, 0.06)]
        });
        Head { relief, bumps, expression: (0.0, 0.0) }
    }

    /// With the mouth moved down and the brows up by so much: another expression.
    pub fn with_expression(&self, mouth: f32, brows: f32) -> Self {
        Head { expression: (mouth, brows), ..self.clone() }
    }

    fn depth(&self, x: f32, y: f32) -> f32 {
        let bump =
            |[bx, by, wide, high]: [f32; 4]| high * (-((x - bx).powi(2) + (y - by).powi(2)) / (wide * wide)).exp();
        // Beside the face the head falls back, down to where the ears are.
        let out = ((x / 1.1).powi(2) + ((y - 0.5) / 1.4).powi(2)).sqrt();
        if out > 2.2 {
            return -1.5;
        }
        let depth = self.relief * face_depth(x, y) + self.bumps.into_iter().map(bump).sum::<f32>();
        (depth - (out - 1.1).max(0.0)).max(-1.5)
    }
}

impl Surface {
    /// Height of the surface towards the camera.
    fn depth(&self, x: f32, y: f32) -> f32 {
        match self {
            Surface::Flat => 0.0,
            Surface::CutOut => {
                if (x / 1.2).powi(2) + ((y - 0.5) / 1.5).powi(2) < 1.0 {
                    0.0
                } else {
                    -BEHIND
                }
            }
            Surface::Cylinder { angle, radius } => {
                let across = x * angle.cos() + (y - 0.5) * angle.sin();
                let inside = (radius * radius - across * across).max(0.01 * radius * radius);
                (inside.sqrt() - radius.abs()) * radius.signum()
            }
            Surface::Head(head) => head.depth(x, y),
        }
    }

    /// The point of the portrait at a point of the surface.
    fn print(&self, [x, y, z]: [f32; 3]) -> (f32, f32) {
        match self {
            Surface::Flat | Surface::CutOut => (x, y),
            Surface::Cylinder { angle, radius } => {
                let across = x * angle.cos() + (y - 0.5) * angle.sin();
                let radius = radius.abs();
                let more = radius * (across / radius).clamp(-1.0, 1.0).asin() - across;
                (x + more * angle.cos(), y + more * angle.sin())
            }
            Surface::Head(head) => {
                let shrink = 1.0 / (1.0 - z / PHOTOGRAPHED_FROM);
                let near = |middle: f32, wide: f32| (-(x / 0.6).powi(2) - ((y - middle) / wide).powi(2)).exp();
                let moved = head.expression.0 * near(1.1, 0.35) - head.expression.1 * near(-0.25, 0.25);
                (x * shrink, (y - moved) * shrink)
            }
        }
    }
}

/// The axis that somebody bends a print about, radians from the vertical: mostly an upright or a level one.
pub fn bending_axis(random: &mut Random) -> f32 {
    let upright = random.between(-0.2, 0.2) + if random.chance(0.3) { PI / 2.0 } else { 0.0 };
    if random.chance(0.25) { random.between(0.0, PI) } else { upright }
}

/// Where the camera is and how the object is turned.
#[derive(Clone, Copy, Debug)]
pub struct Camera {
    /// From the eyes.
    pub distance: f32,
    /// Focal length in pixels.
    pub focal: f32,
    /// Turn about the vertical, nod, tilt: radians.
    pub turn: [f32; 3],
    /// Where the point between the eyes is seen, over the sides of the picture.
    pub middle: (f32, f32),
}

/// The detector's box of a face that looks straight ahead: about so wide, ...
const BOX_WIDTH: f32 = 2.4;
/// ... and its middle so far below the eyes.
const BOX_MIDDLE: f32 = 0.5;

impl Camera {
    /// One from which a face that is `distance` away fills `share` of the width of a picture of this size, straight
    /// ahead; `middle`: of the face's box, over the sides of the picture.
    pub fn filled(distance: f32, share: f32, middle: (f32, f32), (width, height): (u32, u32)) -> Self {
        let unit = share * width as f32 / BOX_WIDTH;
        let middle = (middle.0, middle.1 - BOX_MIDDLE * unit / height as f32);
        Camera { distance, focal: unit * distance, turn: [0.0; 3], middle }
    }
}

/// What the camera sees in a picture of `size`. What the portrait does not show is continued from its edge.
pub fn shot(portrait: &Portrait, surface: &Surface, camera: &Camera, size: (u32, u32)) -> RgbImage {
    let [yaw, pitch, roll] = camera.turn.map(f32::sin_cos);
    // From the world to the object: the turns backwards.
    let into = |[x, y, z]: [f32; 3]| {
        let (x, y) = (x * roll.1 + y * roll.0, y * roll.1 - x * roll.0);
        let (y, z) = (y * pitch.1 + z * pitch.0, z * pitch.1 - y * pitch.0);
        [x * yaw.1 - z * yaw.0, y, z * yaw.1 + x * yaw.0]
    };
    let (width, height) = (size.0 as f32, size.1 as f32);
    // What is seen smaller than it was photographed is made smaller first, or its pixels would flicker.
    let shrink = (camera.focal / camera.distance / portrait.unit()).min(1.0);
    let side = |length: u32| ((length as f32 * shrink).round() as u32).max(1);
    let whole = &portrait.picture;
    let picture = imageops::resize(whole, side(whole.width()), side(whole.height()), imageops::FilterType::Triangle);
    let shrunk = (picture.width() as f32 / whole.width() as f32, picture.height() as f32 / whole.height() as f32);
    let aside = |middle: f32, side: f32| -(middle - 0.5) * side * camera.distance / camera.focal;
    let eye = into([aside(camera.middle.0, width), aside(camera.middle.1, height), camera.distance]);
    RgbImage::from_fn(size.0, size.1, |column, row| {
        let ray = |at: u32, side: f32| (at as f32 + 0.5 - side / 2.0) / camera.focal;
        let ray = into([ray(column, width), ray(row, height), -1.0]);
        // The surface is a height over a plane: go to the plane at its height, look again, damped where it is steep.
        let mut height = 0.0;
        let mut at = eye;
        for _ in 0..14 {
            let far = (height - eye[2]) / ray[2];
            at = [0, 1, 2].map(|i| eye[i] + far * ray[i]);
            let higher = 0.7 * (surface.depth(at[0], at[1]) - height);
            height += higher;
            if higher.abs() < 1e-4 {
                break;
            }
        }
        let (u, v) = surface.print(at);
        let (x, y) = portrait.pixel(u, v);
        bilinear(&picture, x * shrunk.0 - 0.5, y * shrunk.1 - 0.5)
    })
}

pub(super) fn bilinear(picture: &RgbImage, x: f32, y: f32) -> Rgb<u8> {
    let clamp = |value: f32, length: u32| value.clamp(0.0, (length - 1) as f32);
    let (x, y) = (clamp(x, picture.width()), clamp(y, picture.height()));
    let (left, top) = (x as u32, y as u32);
    let (right, below) = ((left + 1).min(picture.width() - 1), (top + 1).min(picture.height() - 1));
    let (fx, fy) = (x - left as f32, y - top as f32);
    let corners = [(left, top), (right, top), (left, below), (right, below)].map(|(x, y)| picture.get_pixel(x, y).0);
    let weights = [(1.0 - fx) * (1.0 - fy), fx * (1.0 - fy), (1.0 - fx) * fy, fx * fy];
    Rgb([0, 1, 2].map(|channel| {
        let sum: f32 = corners.iter().zip(weights).map(|(corner, weight)| f32::from(corner[channel]) * weight).sum();
        (sum + 0.5) as u8
    }))
}
