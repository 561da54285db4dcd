//! A face in a colour's light: how bright its skin is, and how much its features stand out.

use image::RgbaImage;
use nearfar::detection::Face;
use nearfar_protocol::light::linear;
use std::array::from_fn;
use std::ops::Range;
use std::sync::LazyLock;

/// Faces have this size at least and at most, over that of the near picture.
const SIZES: Range<f32> = 0.6..1.6;
/// Squares within which features are looked at, so many over the width of a face: brows, lips and lashes differ within
/// one, the light of a lamp at the side does not.
const SQUARES: f32 = 10.0;
/// No smaller, pixels: JPEG keeps the colour of two by two.
const LEAST_SQUARE: u32 = 6;

/// The face between brow and chin: red, green and blue, 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Skin {
    /// The mean light.
    pub light: [f32; 3],
    /// How far the light within small squares is from their means, as a root of mean squares. In a coloured light it
    /// grows as the light does, for what is dark reflects less of it; light that a pane adds does not change it.
    pub detail: [f32; 3],
}

/// Measures the face; `near` is the width of the near face over that of its picture.
///
/// # Errors
/// Why it cannot be had, for the operator.
pub fn skin(picture: &RgbaImage, face: Option<&Face>, near: f32) -> Result<Skin, String> {
    let face = face.ok_or("no face is seen in a colour's light")?;
    if !SIZES.contains(&(face.bbox.width / picture.width().max(1) as f32 / near)) {
        return Err("the face in a colour's light is not where the near one was".into());
    }
    let middle = face.bbox.center();
    let side = |middle: f32, reach: f32, most: u32| {
        let at = |value: f32| value.clamp(0.0, most as f32) as u32;
        at(middle - reach)..at(middle + reach)
    };
    let columns = side(middle.x, 0.3 * face.bbox.width, picture.width());
    let rows = side(middle.y, 0.35 * face.bbox.height, picture.height());
    let square = ((face.bbox.width / SQUARES) as u32).max(LEAST_SQUARE);
    let all = columns.len() * rows.len();
    let (mut whole, mut squares) = (Sums::default(), 0.0);
    let mut spread = [0.0f64; 3];
    for y in rows.clone().step_by(square as usize) {
        for x in columns.clone().step_by(square as usize) {
            let part = Sums::of(picture, x..(x + square).min(columns.end), y..(y + square).min(rows.end));
            for (spread, variance) in spread.iter_mut().zip(part.variance()) {
                *spread += variance * part.count;
            }
            squares += part.count;
            whole.add(&part);
        }
    }
    if whole.count < 100.0 || whole.count * 2.0 < all as f64 {
        return Err("the face in a colour's light is too bright".into());
    }
    Ok(Skin { light: whole.mean().map(|mean| mean as f32), detail: spread.map(|sum| (sum / squares).sqrt() as f32) })
}

/// Sums over pixels, of each channel.
#[derive(Default)]
struct Sums {
    count: f64,
    light: [f64; 3],
    squared: [f64; 3],
}

impl Sums {
    fn of(picture: &RgbaImage, columns: Range<u32>, rows: Range<u32>) -> Sums {
        let mut sums = Sums::default();
        for (x, y) in rows.flat_map(|y| columns.clone().map(move |x| (x, y))) {
            let [red, green, blue, _] = picture.get_pixel(x, y).0;
            // A channel that is full no longer tells how much light there is.
            if red.max(green).max(blue) >= 250 {
                continue;
            }
            sums.count += 1.0;
            for (channel, value) in [red, green, blue].into_iter().enumerate() {
                let light = f64::from(LINEAR[usize::from(value)]);
                sums.light[channel] += light;
                sums.squared[channel] += light * light;
            }
        }
        sums
    }

    fn add(&mut self, other: &Sums) {
        self.count += other.count;
        for channel in 0..3 {
            self.light[channel] += other.light[channel];
            self.squared[channel] += other.squared[channel];
        }
    }

    fn mean(&self) -> [f64; 3] {
        self.light.map(|sum| sum / self.count.max(1.0))
    }

    fn variance(&self) -> [f64; 3] {
        let mean = self.mean();
        from_fn(|channel| (self.squared[channel] / self.count.max(1.0) - mean[channel] * mean[channel]).max(0.0))
    }
}

static LINEAR: LazyLock<[f32; 256]> = LazyLock::new(|| from_fn(|value| linear(value as f32 / 255.0)));
