//! Measures a face in the light of a colour: the mean light of the skin and the contrast of the features.

use image::RgbaImage;
use nearfar::detection::Face;
use nearfar_protocol::light::linear;
use std::array::from_fn;
use std::ops::Range;
use std::sync::LazyLock;

/// Allowed sizes of the face relative to the near face.
const SIZE_RANGE: Range<f32> = 0.6..1.6;
/// The number of squares across the width of a face. Within a square brows, lips and lashes have contrast; the light of
/// a lamp at the side does not.
const SQUARES_ACROSS: f32 = 10.0;
/// Least side of a square, pixels: JPEG stores one colour for two by two.
const MIN_SQUARE: u32 = 6;

/// The light of a face between brow and chin: red, green and blue, linear, 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SkinLight {
    /// The mean light.
    pub light: [f32; 3],
    /// Root mean square deviation from the mean of each small square. On a face it grows with the light, since dark
    /// parts reflect less of it; light added by a pane does not change it.
    pub detail: [f32; 3],
}

/// Measures the face. `near` is the width of the near face relative to its picture.
///
/// # Errors
/// A note for the operator that says why it cannot be measured.
pub fn skin_light(picture: &RgbaImage, face: Option<&Face>, near: f32) -> Result<SkinLight, String> {
    let face = face.ok_or("no face is seen in a colour's light")?;
    if !SIZE_RANGE.contains(&(face.bbox.width / picture.width().max(1) as f32 / near)) {
        return Err("the face in a colour's light is not where the near one was".into());
    }
    let middle = face.bbox.center();
    let side = |middle: f32, reach: f32, most: u32| {
        let at = |value: f32| value.clamp(0.0, most as f32) as u32;
        at(middle - reach)..at(middle + reach)
    };
    let columns = side(middle.x, 0.3 * face.bbox.width, picture.width());
    let rows = side(middle.y, 0.35 * face.bbox.height, picture.height());
    let square = ((face.bbox.width / SQUARES_ACROSS) as u32).max(MIN_SQUARE);
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
    Ok(SkinLight {
        light: whole.mean().map(|mean| mean as f32),
        detail: spread.map(|sum| (sum / squares).sqrt() as f32),
    })
}

/// Sums of each channel over pixels.
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
            // A saturated channel does not measure the light.
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
