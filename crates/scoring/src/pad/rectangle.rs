//! Measures a sharp rectangle around the face: the edge of a screen or a sheet.

use super::region::luma;
use image::RgbaImage;
use nearfar::frame::Rect;

/// Width of the reduced picture.
const COLUMNS: usize = 160;
/// Greatest tilt of a side, in steps of [`SLOPE_STEP`].
const MAX_TILT: i32 = 4;
/// One step of tilt, as a slope.
const SLOPE_STEP: f32 = 0.03;
/// The part of the picture that a side has to cross. Below it shoulders hide the background.
const SPAN: (f32, f32) = (0.1, 0.9);
/// Least difference of luma across a side, 0 to 255.
const MIN_STEP: f32 = 6.0;

/// How much of each side is a straight edge that is lighter on the same side throughout, 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Sides {
    /// The second best side: a door frame produces one or two.
    pub second: f32,
    /// The third best side.
    pub third: f32,
    /// The side below the face: no edge of the background crosses a body.
    pub below: f32,
}

/// Measures the sides outside the box of the face.
pub(super) fn sides(picture: &RgbaImage, face: &Rect) -> Sides {
    let small = ReducedLuma::new(picture);
    let scale = COLUMNS as f32 / picture.width() as f32;
    let (left, top) = (face.x * scale, face.y * scale);
    let (right, bottom) = (left + face.width * scale, top + face.height * scale);
    let (width, height) = (small.width as f32, small.height as f32);
    let upright = |from: f32, to: f32| best(from, to, height, |along, across| small.horizontal_step(across, along));
    let level = |from: f32, to: f32| best(from, to, width, |along, across| small.vertical_step(along, across));
    let below = level(bottom, height - 2.0);
    let mut all = [upright(2.0, left), upright(right, width - 2.0), level(2.0, top), below];
    all.sort_by(|a, b| b.total_cmp(a));
    Sides { second: all[1], third: all[2], below }
}

/// The best line whose middle is between `from` and `to`, through a picture of `length`.
fn best(from: f32, to: f32, length: f32, step: impl Fn(f32, f32) -> f32) -> f32 {
    let steps = ((SPAN.1 - SPAN.0) * length / 1.5).ceil() as usize;
    let mut best = 0;
    let mut at = from;
    while at < to {
        for tilt in -MAX_TILT..=MAX_TILT {
            let slope = tilt as f32 * SLOPE_STEP;
            let (mut lighter, mut darker) = (0, 0);
            for done in 0..steps {
                let along = SPAN.0 * length + 1.5 * done as f32;
                let difference = step(along, at + slope * (along - length / 2.0));
                lighter += usize::from(difference > MIN_STEP);
                darker += usize::from(difference < -MIN_STEP);
                // Most lines cannot become the best after a few steps.
                if lighter.max(darker) + (steps - done) <= best {
                    break;
                }
            }
            best = best.max(lighter.max(darker));
        }
        at += 0.7;
    }
    best as f32 / steps.max(1) as f32
}

/// The luma of a reduced picture.
struct ReducedLuma {
    width: usize,
    height: usize,
    luma: Vec<f32>,
}

impl ReducedLuma {
    fn new(picture: &RgbaImage) -> Self {
        let (wide, high) = (picture.width() as usize, picture.height() as usize);
        let height = (COLUMNS * high / wide).clamp(8, 4 * COLUMNS);
        let pixels = picture.as_raw().as_chunks::<4>().0;
        // Two by two pixels of a cell average out enough noise.
        let cell = |x: usize, y: usize| {
            let at = |part: usize, count: usize, length: usize| (4 * part + 1) * length / (4 * count);
            let later = |part: usize, count: usize, length: usize| (4 * part + 3) * length / (4 * count);
            let (rows, columns) =
                ([at(y, height, high), later(y, height, high)], [at(x, COLUMNS, wide), later(x, COLUMNS, wide)]);
            let all = rows.iter().flat_map(|row| columns.iter().map(move |column| luma(pixels[row * wide + column])));
            all.sum::<f32>() / 4.0
        };
        let luma = (0..height).flat_map(|y| (0..COLUMNS).map(move |x| (x, y))).map(|(x, y)| cell(x, y)).collect();
        ReducedLuma { width: COLUMNS, height, luma }
    }

    fn at(&self, x: f32, y: f32) -> f32 {
        let place = |value: f32, most: usize| (value.max(0.0) as usize).min(most - 1);
        self.luma[place(y, self.height) * self.width + place(x, self.width)]
    }

    /// Difference of luma between right and left of a point.
    fn horizontal_step(&self, x: f32, y: f32) -> f32 {
        self.at(x + 1.0, y) - self.at(x - 1.0, y)
    }

    /// Difference of luma between below and above a point.
    fn vertical_step(&self, x: f32, y: f32) -> f32 {
        self.at(x, y + 1.0) - self.at(x, y - 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::{face, noisy, room};
    use super::*;

    fn of(light: impl Fn(f32, f32) -> [f32; 3]) -> Sides {
        sides(&noisy(&light), &face())
    }

    #[test]
    fn the_edge_of_a_phone_has_four_sides() {
        let found = of(|x, y| {
            // Tilted by two degrees.
            let (u, v) = (x + 0.035 * (y - 240.0) - 180.0, y - 0.035 * (x - 180.0) - 240.0);
            if u.abs() < 150.0 && v.abs() < 215.0 { room(x, y) } else { [14.0; 3] }
        });
        assert!(found.third > 0.85 && found.below > 0.85, "{found:?}");
    }

    #[test]
    fn a_door_frame_has_two_sides_and_does_not_cross_the_body() {
        let found = of(|x, y| {
            let frame = y < 330.0 && ((40.0..55.0).contains(&x) || (300.0..318.0).contains(&x));
            if frame { [90.0, 60.0, 40.0] } else { room(x, y) }
        });
        assert!(found.below < 0.7 && found.third < 0.7, "{found:?}");
        let plain = of(room);
        assert!(plain.second < 0.7, "{plain:?}");
    }
}
