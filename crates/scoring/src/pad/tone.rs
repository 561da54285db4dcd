//! Measures black level and gamut: the black of a screen emits and reflects light, and its primaries limit its colours.

use super::region::{PixelRegion, luma, row};
use image::RgbaImage;

/// Black level and gamut of a picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Tone {
    /// The 1 % quantile of luma relative to the 99 % quantile, 0 to 1.
    pub black: f32,
    /// The 95 % quantile of saturation: the difference of the greatest and the least channel relative to the greatest,
    /// 0 to 1.
    pub gamut: f32,
}

/// Measures every fourth pixel of every fourth row.
pub(super) fn tone(picture: &RgbaImage) -> Tone {
    let (width, height) = picture.dimensions();
    let whole = PixelRegion { left: 0, top: 0, width, height };
    let (mut light, mut color) = (Histogram::new(), Histogram::new());
    for y in (0..height).step_by(4) {
        for pixel in row(picture, whole, y).iter().step_by(4) {
            light.add(luma(*pixel));
            let [red, green, blue, _] = *pixel;
            let (most, least) = (f32::from(red.max(green).max(blue)), f32::from(red.min(green).min(blue)));
            // In the dark, colour is noise.
            color.add(255.0 * (most - least) / most.max(40.0));
        }
    }
    Tone { black: light.quantile(0.01) / light.quantile(0.99).max(1.0), gamut: color.quantile(0.95) / 255.0 }
}

/// Counts of values 0 to 255.
struct Histogram([u32; 256]);

impl Histogram {
    fn new() -> Self {
        Histogram([0; 256])
    }

    fn add(&mut self, value: f32) {
        self.0[value.clamp(0.0, 255.0) as usize] += 1;
    }

    /// The value that this share of the counts is below.
    fn quantile(&self, share: f32) -> f32 {
        let wanted = share * self.0.iter().sum::<u32>() as f32;
        let mut sum = 0;
        let found = self.0.iter().position(|count| {
            sum += count;
            sum as f32 > wanted
        });
        found.unwrap_or(255) as f32
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::{noisy, room};
    use super::*;

    #[test]
    fn a_veil_of_light_raises_black_and_lowers_saturation() {
        let plain = tone(&noisy(&room));
        let veiled = tone(&noisy(&|x, y| room(x, y).map(|value| 40.0 + 0.8 * value)));
        assert!(veiled.black > plain.black + 0.1 && veiled.gamut < plain.gamut - 0.05, "{veiled:?} {plain:?}");
    }
}
