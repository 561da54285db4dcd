//! A portrait on a surface, seen by a camera in true perspective.
//!
//! Lengths are distances between the eyes. The object's axes run to the right and down in the portrait and towards the
//! camera, from the point between the eyes.

use super::portraits::Portrait;
use crate::random::Random;
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
    /// A print folded along one or two creases.
    Folded(Fold),
    /// A flat print whose nose stands out.
    PaperNose(PaperNose),
    /// A head.
    Head(Head),
}

/// Parallel creases in a print. With both at one place there is one.
#[derive(Clone, Copy, Debug)]
pub struct Fold {
    /// Of the creases from the vertical, radians.
    pub angle: f32,
    /// Where they are, across them, from the middle of the face; the lesser first.
    pub places: [f32; 2],
    /// How steeply the print rises towards the camera before the first, between them and after the second.
    pub slopes: [f32; 3],
}

/// A nose made of the print itself: a triangle from between the eyes to below the nose, bent or pressed out.
#[derive(Clone, Copy, Debug)]
pub struct PaperNose {
    /// How far its tip stands out.
    pub high: f32,
    /// Half its width at the tip.
    pub wide: f32,
    /// Cut free at its sides, which leaves it flat; else it is pressed out and has a ridge.
    pub is_cut: bool,
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

    /// A head unlike the mean one: relief a third more or less, and bumps and dents of up to 9 mm.
    pub fn unlike(random: &mut Random) -> Self {
        let mut head = Head::new(random);
        head.relief = random.between(0.65, 1.3);
        head.bumps.iter_mut().for_each(|[.., high]| *high *= 2.4);
        head
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
                let across = across(x, y, *angle);
                let inside = (radius * radius - across * across).max(0.01 * radius * radius);
                (inside.sqrt() - radius.abs()) * radius.signum()
            }
            Surface::Folded(fold) => fold.height(across(x, y, fold.angle)),
            Surface::PaperNose(nose) => nose.height(x, y),
            Surface::Head(head) => head.depth(x, y),
        }
    }

    /// The point of the portrait at a point of the surface.
    fn print(&self, [x, y, z]: [f32; 3]) -> (f32, f32) {
        match self {
            // A nose of paper is foreshortened by so little that it is left out.
            Surface::Flat | Surface::CutOut | Surface::PaperNose(_) => (x, y),
            Surface::Folded(fold) => {
                let seen = across(x, y, fold.angle);
                let more = fold.length(seen) - seen;
                (x + more * fold.angle.cos(), y + more * fold.angle.sin())
            }
            Surface::Cylinder { angle, radius } => {
                let across = across(x, y, *angle);
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

/// How far a point lies from the line through the middle of the face that is `angle` from the vertical.
fn across(x: f32, y: f32, angle: f32) -> f32 {
    x * angle.cos() + (y - 0.5) * angle.sin()
}

impl Fold {
    /// One crease; the print falls back from it by `falls`, on its two sides.
    pub fn once(angle: f32, place: f32, falls: [f32; 2]) -> Self {
        Fold { angle, places: [place; 2], slopes: [falls[0], 0.0, -falls[1]] }
    }

    /// What `of_slope` makes of each slope, added up along the way from the middle between the creases.
    fn along(&self, across: f32, of_slope: impl Fn(f32) -> f32) -> f32 {
        let [low, high] = self.places;
        let middle = 0.5 * (low + high);
        let inside = across.clamp(low, high) - middle;
        let [before, between, after] = self.slopes.map(of_slope);
        between * inside + before * (across - low).min(0.0) + after * (across - high).max(0.0)
    }

    fn height(&self, across: f32) -> f32 {
        self.along(across, |slope| slope)
    }

    /// Where on the print a point is that is seen `across` the creases: the print is not stretched.
    fn length(&self, across: f32) -> f32 {
        0.5 * (self.places[0] + self.places[1]) + self.along(across, |slope| slope.hypot(1.0))
    }
}

impl PaperNose {
    /// From between the eyes, ...
    const TOP: f32 = 0.05;
    /// ... to below the nose.
    const BOTTOM: f32 = 0.8;

    fn height(&self, x: f32, y: f32) -> f32 {
        let down = (y - Self::TOP) / (Self::BOTTOM - Self::TOP);
        // The side of the triangle at this height.
        let wide = self.wide * down.max(0.25);
        if !(0.0..1.0).contains(&down) || x.abs() > wide {
            return 0.0;
        }
        self.high * down * if self.is_cut { 1.0 } else { 1.0 - x.abs() / wide }
    }
}

/// The axis that somebody bends a print about, radians from the vertical: mostly an upright or a level one.
pub fn bending_axis(random: &mut Random) -> f32 {
    let upright = random.between(-0.2, 0.2) + if random.chance(0.3) { PI / 2.0 } else { 0.0 };
    if random.chance(0.25) { random.between(0.0, PI) } else { upright }
}

/// A crease that is `angle` from the vertical or a little off, near the middle of the face. Each side falls back by 7 to
/// 40 degrees, mostly alike; one in eight is hollow.
pub fn folded_once(angle: f32, random: &mut Random) -> Fold {
    let fall = random.between(0.12, 0.7);
    let falls = [fall.tan(), (fall + random.between(-0.1, 0.1)).tan()];
    let sign = if random.chance(0.125) { -1.0 } else { 1.0 };
    Fold::once(angle + random.between(-0.15, 0.15), random.between(-0.35, 0.35), falls.map(|fall| sign * fall))
}

/// Two parallel creases, mostly upright ones, 0.4 to 1.6 apart: a ridge with a flat top, a step or a groove.
pub fn folded_twice(random: &mut Random) -> Fold {
    let angle = if random.chance(0.7) { random.between(-0.15, 0.15) } else { random.between(0.0, PI) };
    let (middle, apart) = (random.between(-0.2, 0.2), random.between(0.4, 1.6));
    let mut steep = || random.between(0.12, 0.7).tan();
    let mut slopes = [steep(), 0.0, -steep()];
    match random.between(0.0, 8.0) as u32 {
        // A letter's folds.
        0 => slopes = [slopes[0], slopes[2], slopes[0]],
        1 => slopes = slopes.map(|slope| -slope),
        _ => slopes[1] = random.between(-0.2, 0.2),
    }
    Fold { angle, places: [middle - 0.5 * apart, middle + 0.5 * apart], slopes }
}

/// A nose as high as one that is small to one that is large: 0.3 to 0.75 distances between the eyes.
pub fn paper_nose(is_cut: bool, random: &mut Random) -> PaperNose {
    PaperNose { high: random.between(0.3, 0.75), wide: random.between(0.22, 0.4), is_cut }
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

/// The detector's box of a face that looks straight ahead, in distances between the eyes: about so wide, ...
pub const BOX_WIDTH: f32 = 2.4;
/// ... and its middle so far below the eyes.
pub const BOX_MIDDLE: f32 = 0.5;

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fold_does_not_stretch_its_print() {
        let mut random = Random::new("folds");
        for _ in 0..20 {
            let fold = if random.chance(0.5) { folded_once(0.4, &mut random) } else { folded_twice(&mut random) };
            let step = 0.001;
            for index in -900..900 {
                let (here, there) = (index as f32 * step, (index + 1) as f32 * step);
                let rise = fold.height(there) - fold.height(here);
                let (seen, printed) = (step.hypot(rise), fold.length(there) - fold.length(here));
                // A step over a crease bends within it.
                assert!((seen - printed).abs() < 0.3 * step, "{fold:?} {here}: {seen} {printed}");
            }
        }
    }

    #[test]
    fn a_nose_of_paper_stands_out_of_a_flat_print() {
        for is_cut in [true, false] {
            let nose = Surface::PaperNose(PaperNose { high: 0.5, wide: 0.3, is_cut });
            assert!(nose.depth(0.0, 0.75) > 0.4 && nose.depth(0.0, 0.2) < 0.2, "{nose:?}");
            assert_eq!([nose.depth(0.5, 0.7), nose.depth(0.0, -0.3), nose.depth(0.0, 1.0)], [0.0; 3]);
            assert_eq!(nose.depth(0.2, 0.75) > 0.4, is_cut, "one that is pressed out has a ridge");
        }
    }
}
