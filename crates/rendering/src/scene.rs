//! Renders a portrait on a surface in true perspective.
//!
//! Lengths are in distances between the eyes. The axes of the object start between the eyes and point to the right,
//! down and towards the camera.

use super::portraits::Portrait;
use crate::random::Random;
use image::{Rgb, RgbImage, imageops};
use nearfar_parallax::face_depth;

/// The surface that carries the portrait.
#[derive(Clone, Debug)]
pub enum Surface {
    /// A flat print.
    Flat,
    /// A flat print cut out along the face, with a room behind it.
    CutOut,
    /// A print bent around a cylinder with its axis at `angle` from the vertical. A negative radius is concave.
    Cylinder {
        /// Radians.
        angle: f32,
        /// In distances between the eyes.
        radius: f32,
    },
    /// A print folded along one or two creases.
    Folded(Fold),
    /// A flat print with a raised nose.
    PaperNose(PaperNose),
    /// A head.
    Head(Head),
}

/// Two parallel creases in a print; one if both are at the same position.
#[derive(Clone, Copy, Debug)]
pub struct Fold {
    /// Angle of the creases from the vertical, radians.
    pub angle: f32,
    /// Positions of the creases relative to the middle of the face, in ascending order.
    pub positions: [f32; 2],
    /// Slopes towards the camera before, between and after the creases.
    pub slopes: [f32; 3],
}

/// A nose formed from the print itself: a triangle from between the eyes to below the nose, bent or pressed out.
#[derive(Clone, Copy, Debug)]
pub struct PaperNose {
    /// Height of the tip.
    pub height: f32,
    /// Half the width at the tip.
    pub half_width: f32,
    /// Whether its sides are cut, which leaves it flat; a pressed nose has a ridge.
    pub is_cut: bool,
}

/// A head that deviates from the mean head.
#[derive(Clone, Debug)]
pub struct Head {
    /// Depth relative to the mean face.
    relief: f32,
    /// Middle, width and height of dents and bumps.
    bumps: [[f32; 4]; 5],
    /// Shift of the mouth downwards and of the brows upwards.
    expression: (f32, f32),
}

/// Distance of the room behind a cut-out print: 20 cm.
const ROOM_DISTANCE: f32 = 3.2;
/// The assumed distance of the camera that took the portraits: 1 m.
const PORTRAIT_DISTANCE: f32 = 16.0;

impl Head {
    /// The mean head.
    pub fn mean() -> Self {
        Head { relief: 1.0, bumps: [[0.0, 0.0, 1.0, 0.0]; 5], expression: (0.0, 0.0) }
    }

    /// A random head: relief of the mean head plus or minus 20 %, and bumps of up to 4 mm.
    pub fn new(random: &mut Random) -> Self {
        let relief = random.between(0.8, 1.2);
        let bumps = std::array::from_fn(|_| {
            let middle = (random.between(-1.0, 1.0), random.between(-0.6, 1.6));
            [middle.0, middle.1, random.between(0.25, 0.6), random.between(-0.06, 0.06)]
        });
        Head { relief, bumps, expression: (0.0, 0.0) }
    }

    /// A random atypical head: relief of the mean head plus or minus a third, and bumps and dents of up to 9 mm.
    pub fn atypical(random: &mut Random) -> Self {
        let mut head = Head::new(random);
        head.relief = random.between(0.65, 1.3);
        head.bumps.iter_mut().for_each(|[.., high]| *high *= 2.4);
        head
    }

    /// The head with another expression: mouth shifted down, brows shifted up.
    pub fn with_expression(&self, mouth: f32, brows: f32) -> Self {
        Head { expression: (mouth, brows), ..self.clone() }
    }

    fn depth(&self, x: f32, y: f32) -> f32 {
        let bump =
            |[bx, by, wide, high]: [f32; 4]| high * (-((x - bx).powi(2) + (y - by).powi(2)) / (wide * wide)).exp();
        // At the sides the head recedes to the depth of the ears.
        let radius = ((x / 1.1).powi(2) + ((y - 0.5) / 1.4).powi(2)).sqrt();
        if radius > 2.2 {
            return -1.5;
        }
        let depth = self.relief * face_depth(x, y) + self.bumps.into_iter().map(bump).sum::<f32>();
        (depth - (radius - 1.1).max(0.0)).max(-1.5)
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
                    -ROOM_DISTANCE
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
    fn portrait_point(&self, [x, y, z]: [f32; 3]) -> (f32, f32) {
        match self {
            // The foreshortening of a paper nose is negligible.
            Surface::Flat | Surface::CutOut | Surface::PaperNose(_) => (x, y),
            Surface::Folded(fold) => {
                let visible = across(x, y, fold.angle);
                let more = fold.length(visible) - visible;
                (x + more * fold.angle.cos(), y + more * fold.angle.sin())
            }
            Surface::Cylinder { angle, radius } => {
                let across = across(x, y, *angle);
                let radius = radius.abs();
                let more = radius * (across / radius).clamp(-1.0, 1.0).asin() - across;
                (x + more * angle.cos(), y + more * angle.sin())
            }
            Surface::Head(head) => {
                let shrink = 1.0 / (1.0 - z / PORTRAIT_DISTANCE);
                let near = |middle: f32, wide: f32| (-(x / 0.6).powi(2) - ((y - middle) / wide).powi(2)).exp();
                let moved = head.expression.0 * near(1.1, 0.35) - head.expression.1 * near(-0.25, 0.25);
                (x * shrink, (y - moved) * shrink)
            }
        }
    }
}

/// Signed distance of a point from the line through the middle of the face at `angle` from the vertical.
fn across(x: f32, y: f32, angle: f32) -> f32 {
    x * angle.cos() + (y - 0.5) * angle.sin()
}

impl Fold {
    /// One crease; the print recedes from it with the slopes `falls` on its two sides.
    pub fn once(angle: f32, position: f32, falls: [f32; 2]) -> Self {
        Fold { angle, positions: [position; 2], slopes: [falls[0], 0.0, -falls[1]] }
    }

    /// Integrates `of_slope` of the slopes from the middle between the creases.
    fn integrate(&self, across: f32, of_slope: impl Fn(f32) -> f32) -> f32 {
        let [low, high] = self.positions;
        let middle = 0.5 * (low + high);
        let inside = across.clamp(low, high) - middle;
        let [before, between, after] = self.slopes.map(of_slope);
        between * inside + before * (across - low).min(0.0) + after * (across - high).max(0.0)
    }

    fn height(&self, across: f32) -> f32 {
        self.integrate(across, |slope| slope)
    }

    /// The position on the print of a point at `across`: the print is not stretched.
    fn length(&self, across: f32) -> f32 {
        0.5 * (self.positions[0] + self.positions[1]) + self.integrate(across, |slope| slope.hypot(1.0))
    }
}

impl PaperNose {
    /// Upper end, between the eyes.
    const TOP: f32 = 0.05;
    /// Lower end, below the nose.
    const BOTTOM: f32 = 0.8;

    fn height(&self, x: f32, y: f32) -> f32 {
        let down = (y - Self::TOP) / (Self::BOTTOM - Self::TOP);
        // Half the width of the triangle at this height.
        let half_width = self.half_width * down.max(0.25);
        if !(0.0..1.0).contains(&down) || x.abs() > half_width {
            return 0.0;
        }
        self.height * down * if self.is_cut { 1.0 } else { 1.0 - x.abs() / half_width }
    }
}

/// The camera and the orientation of the object.
#[derive(Clone, Copy, Debug)]
pub struct Camera {
    /// Distance from the eyes.
    pub distance: f32,
    /// Focal length in pixels.
    pub focal: f32,
    /// Yaw, pitch and roll, radians.
    pub turn: [f32; 3],
    /// Image of the point between the eyes, relative to the sides of the picture.
    pub middle: (f32, f32),
}

/// Approximate width of the detector's box of a frontal face.
pub const BOX_WIDTH: f32 = 2.4;
/// Approximate distance of the middle of that box below the eyes.
pub const BOX_MIDDLE: f32 = 0.5;

impl Camera {
    /// A camera for which a frontal face at `distance` fills `share` of the width of a picture of this size. `middle`
    /// is the middle of the face box relative to the sides of the picture.
    pub fn framing(distance: f32, share: f32, middle: (f32, f32), (width, height): (u32, u32)) -> Self {
        let unit = share * width as f32 / BOX_WIDTH;
        let middle = (middle.0, middle.1 - BOX_MIDDLE * unit / height as f32);
        Camera { distance, focal: unit * distance, turn: [0.0; 3], middle }
    }
}

/// Renders the portrait as the camera sees it in a picture of `size`. Beyond the portrait its edge continues.
pub fn render(portrait: &Portrait, surface: &Surface, camera: &Camera, size: (u32, u32)) -> RgbImage {
    let [yaw, pitch, roll] = camera.turn.map(f32::sin_cos);
    // From world to object coordinates: the inverse rotations.
    let into = |[x, y, z]: [f32; 3]| {
        let (x, y) = (x * roll.1 + y * roll.0, y * roll.1 - x * roll.0);
        let (y, z) = (y * pitch.1 + z * pitch.0, z * pitch.1 - y * pitch.0);
        [x * yaw.1 - z * yaw.0, y, z * yaw.1 + x * yaw.0]
    };
    let (width, height) = (size.0 as f32, size.1 as f32);
    // Minification: scale the portrait down first to avoid aliasing.
    let shrink = (camera.focal / camera.distance / portrait.face_unit()).min(1.0);
    let side = |length: u32| ((length as f32 * shrink).round() as u32).max(1);
    let whole = &portrait.picture;
    let picture = imageops::resize(whole, side(whole.width()), side(whole.height()), imageops::FilterType::Triangle);
    let shrunk = (picture.width() as f32 / whole.width() as f32, picture.height() as f32 / whole.height() as f32);
    let offset = |middle: f32, side: f32| -(middle - 0.5) * side * camera.distance / camera.focal;
    let eye = into([offset(camera.middle.0, width), offset(camera.middle.1, height), camera.distance]);
    RgbImage::from_fn(size.0, size.1, |column, row| {
        let ray = |at: u32, side: f32| (at as f32 + 0.5 - side / 2.0) / camera.focal;
        let ray = into([ray(column, width), ray(row, height), -1.0]);
        // The surface is a height field: intersect the plane at the current height and iterate, damped for steep parts.
        let mut height = 0.0;
        let mut at = eye;
        for _ in 0..14 {
            let t = (height - eye[2]) / ray[2];
            at = [0, 1, 2].map(|i| eye[i] + t * ray[i]);
            let higher = 0.7 * (surface.depth(at[0], at[1]) - height);
            height += higher;
            if higher.abs() < 1e-4 {
                break;
            }
        }
        let (u, v) = surface.portrait_point(at);
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
    use crate::paper::{folded_once, folded_twice};

    #[test]
    fn a_fold_does_not_stretch_its_print() {
        let mut random = Random::new("folds");
        for _ in 0..20 {
            let fold = if random.chance(0.5) { folded_once(0.4, &mut random) } else { folded_twice(&mut random) };
            let step = 0.001;
            for index in -900..900 {
                let (here, there) = (index as f32 * step, (index + 1) as f32 * step);
                let rise = fold.height(there) - fold.height(here);
                let (visible, printed) = (step.hypot(rise), fold.length(there) - fold.length(here));
                // A step across a crease bends within it.
                assert!((visible - printed).abs() < 0.3 * step, "{fold:?} {here}: {visible} {printed}");
            }
        }
    }

    #[test]
    fn a_paper_nose_is_raised_from_a_flat_print() {
        for is_cut in [true, false] {
            let nose = Surface::PaperNose(PaperNose { height: 0.5, half_width: 0.3, is_cut });
            assert!(nose.depth(0.0, 0.75) > 0.4 && nose.depth(0.0, 0.2) < 0.2, "{nose:?}");
            assert_eq!([nose.depth(0.5, 0.7), nose.depth(0.0, -0.3), nose.depth(0.0, 1.0)], [0.0; 3]);
            assert_eq!(nose.depth(0.2, 0.75) > 0.4, is_cut, "a pressed nose has a ridge");
        }
    }
}
