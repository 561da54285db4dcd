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
    let (horizontal, vertical) = (Steps::horizontal(&small), Steps::vertical(&small));
    let upright = |from: f32, to: f32| best(from, to, height, &horizontal);
    let level = |from: f32, to: f32| best(from, to, width, &vertical);
    let below = level(bottom, height - 2.0);
    let mut all = [upright(2.0, left), upright(right, width - 2.0), level(2.0, top), below];
    all.sort_by(|a, b| b.total_cmp(a));
    Sides { second: all[1], third: all[2], below }
}

/// The best line whose middle is between `from` and `to`, through a picture of `length`.
fn best(from: f32, to: f32, length: f32, differences: &Steps) -> f32 {
    let steps = ((SPAN.1 - SPAN.0) * length / 1.5).ceil() as usize;
    let points: Vec<(f32, usize)> = (0..steps)
        .map(|done| {
            let along = SPAN.0 * length + 1.5 * done as f32;
            (along - length / 2.0, place(along, differences.length) * differences.width)
        })
        .collect();
    let mut best = 0;
    let mut at = from;
    while at < to {
        for tilt in -MAX_TILT..=MAX_TILT {
            let slope = tilt as f32 * SLOPE_STEP;
            let (mut lighter, mut darker) = (0, 0);
            for (done, (from_middle, start)) in points.iter().enumerate() {
                let difference = differences.at(*start, at + slope * from_middle);
                lighter += usize::from(difference & LIGHTER);
                darker += usize::from(difference / DARKER);
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

/// The luma on one side of a place is greater by [`MIN_STEP`] than on the other.
const LIGHTER: u8 = 1;
/// It is smaller by as much.
const DARKER: u8 = 2;
/// Places outside the picture, on each side, whose neighbours are all its edge.
const MARGIN: usize = 2;

/// The differences of luma across lines, by places along the line.
struct Steps {
    /// Places along a line.
    length: usize,
    /// Places across, with the margin.
    width: usize,
    /// [`LIGHTER`], [`DARKER`] or 0.
    differences: Vec<u8>,
}

impl Steps {
    /// The differences between right and left.
    fn horizontal(small: &ReducedLuma) -> Steps {
        Steps::new(small.height, small.width, |along, across| small.luma[along * small.width + across])
    }

    /// The differences between below and above.
    fn vertical(small: &ReducedLuma) -> Steps {
        Steps::new(small.width, small.height, |along, across| small.luma[across * small.width + along])
    }

    fn new(length: usize, across: usize, luma: impl Fn(usize, usize) -> f32) -> Steps {
        let width = across + 2 * MARGIN;
        let mut differences = Vec::with_capacity(length * width);
        for along in 0..length {
            differences.extend((0..width).map(|at| {
                let inside = |at: usize| at.saturating_sub(MARGIN).min(across - 1);
                let difference = luma(along, inside(at + 1)) - luma(along, inside(at.saturating_sub(1)));
                if difference > MIN_STEP {
                    LIGHTER
                } else if difference < -MIN_STEP {
                    DARKER
                } else {
                    0
                }
            }));
        }
        Steps { length, width, differences }
    }

    /// The difference at a place across, of the place along whose first is `start`.
    #[inline(always)]
    fn at(&self, start: usize, across: f32) -> u8 {
        let place = ((across + MARGIN as f32).max(0.0) as usize).min(self.width - 1);
        self.differences.get(start + place).copied().unwrap_or_default()
    }
}

/// The whole place of a number, at most the last of `count`.
fn place(value: f32, count: usize) -> usize {
    (value.max(0.0) as usize).min(count - 1)
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
        let both = |part: usize, count: usize, length: usize| {
            [1, 3].map(|quarter| (4 * part + quarter) * length / (4 * count))
        };
        let columns: Vec<[usize; 2]> = (0..COLUMNS).map(|x| both(x, COLUMNS, wide)).collect();
        let mut cells = Vec::with_capacity(COLUMNS * height);
        for y in 0..height {
            let rows = both(y, height, high).map(|row| &pixels[row * wide..][..wide]);
            cells.extend(columns.iter().map(|[left, right]| {
                let [above, below] = rows.map(|row| [luma(row[*left]), luma(row[*right])]);
                (above[0] + above[1] + below[0] + below[1]) / 4.0
            }));
        }
        ReducedLuma { width: COLUMNS, height, luma: cells }
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
