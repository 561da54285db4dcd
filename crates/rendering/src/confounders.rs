//! Confounders: properties of bona fide captures that resemble PAD artefacts. Door frames, striped shirts, flickering
//! lamps, glare on glasses, haze on the lens, and cameras that sharpen, scale and compress.

use crate::random::Random;
use image::codecs::jpeg::JpegEncoder;
use image::{Rgb, RgbImage, imageops};
use std::f32::consts::TAU;

/// The confounders of one capture. Lengths are in widths of the face box.
#[derive(Clone, Debug)]
pub struct Confounders {
    /// Flicker of the lamps as a share, and the number of bands in the picture.
    lamps: (f32, f32),
    /// Vertical bars behind the head: relative middle, relative width, luma.
    bars: [Option<[f32; 3]>; 3],
    /// A horizontal bar, likewise.
    lintel: Option<[f32; 3]>,
    /// Width, direction and contrast of the stripes.
    shirt: Option<[f32; 3]>,
    /// Size and light of the glare on glasses.
    glasses: Option<(f32, f32)>,
    /// Veiling light, 0 to 255.
    haze: f32,
    /// Scale of the camera's own picture, which is scaled up.
    scaled: Option<f32>,
    sharpened: bool,
    quality: u8,
}

/// Middle and width of a face box in a picture, pixels.
#[derive(Clone, Copy, Debug)]
pub struct FacePlace {
    /// Column of the middle.
    pub x: f32,
    /// Row of the middle.
    pub y: f32,
    /// Width of the box.
    pub width: f32,
}

impl Confounders {
    /// Draws random confounders.
    pub fn new(random: &mut Random) -> Self {
        let bar = |share: f32, random: &mut Random| {
            let bar = [random.between(0.0, 1.0), random.between(0.02, 0.12), random.between(5.0, 240.0)];
            random.chance(share).then_some(bar)
        };
        let bars = [0.4, 0.3, 0.15].map(|share| bar(share, random));
        let lintel = bar(0.25, random).map(|[at, width, light]| [0.3 * at, width, light]);
        let shirt = [random.between(0.03, 0.2), random.between(0.0, TAU), random.between(0.1, 0.5)];
        let lamps = if random.chance(0.3) { random.between(0.005, 0.06) } else { 0.0 };
        let glasses = (random.between(0.02, 0.07), random.between(60.0, 200.0));
        let haze = if random.chance(0.7) { random.between(0.0, 32.0) } else { 0.0 };
        Confounders {
            bars,
            lintel,
            shirt: random.chance(0.35).then_some(shirt),
            lamps: (lamps, random.between(2.0, 8.0)),
            glasses: random.chance(0.2).then_some(glasses),
            haze,
            scaled: random.chance(0.25).then_some(random.between(0.6, 0.95)),
            sharpened: random.chance(0.3),
            quality: random.between(60.0, 96.0) as u8,
        }
    }

    /// Adds the confounders of the scene to a picture with a face at `place`.
    pub fn apply_to_scene(&self, picture: &RgbImage, place: FacePlace, random: &mut Random) -> RgbImage {
        let (width, height) = (picture.width() as f32, picture.height() as f32);
        let phase = random.between(0.0, TAU);
        let shift = random.between(-0.03, 0.03);
        let mut changed = picture.clone();
        for (column, row, pixel) in changed.enumerate_pixels_mut() {
            let (x, y) = (column as f32, row as f32);
            let (u, v) = ((x - place.x) / place.width, (y - place.y) / place.width);
            let mut color = pixel.0.map(f32::from);
            if is_background(u, v) {
                let within = |at: f32, bar: &Option<[f32; 3]>| {
                    let [middle, wide, light] = (*bar)?;
                    ((at - middle - shift).abs() < wide / 2.0).then_some(light)
                };
                let upright = self.bars.iter().find_map(|bar| within(x / width, bar));
                if let Some(light) = upright.or(within(y / height, &self.lintel)) {
                    color = [light, 0.95 * light, 0.9 * light];
                }
            } else if let Some([wide, angle, depth]) = self.shirt
                && v > 1.0
            {
                let along = (u * angle.cos() + v * angle.sin()) / wide;
                let stripe = if along.rem_euclid(2.0) < 1.0 { 1.0 - depth } else { 1.0 };
                color = color.map(|value| value * stripe);
            }
            if let Some((size, light)) = self.glasses {
                // The eyes are about a fifth of the box above the middle and to each side.
                let off = ((u.abs() - 0.24).powi(2) + (v + 0.17).powi(2)) / (size * size);
                color = color.map(|value| value + light * (-off).exp());
            }
            let lamps = 1.0 + self.lamps.0 * (phase + TAU * self.lamps.1 * y / height).sin();
            let color = color.map(|value| (self.haze + value * (1.0 - self.haze / 255.0)) * lamps);
            *pixel = Rgb(color.map(|value| value.clamp(0.0, 255.0) as u8));
        }
        changed
    }

    /// Applies the camera's scaling, sharpening and compression, including to its noise.
    pub fn apply_camera(&self, picture: &RgbImage) -> RgbImage {
        let mut output = picture.clone();
        if let Some(scaled) = self.scaled {
            let (width, height) = picture.dimensions();
            let side = |side: u32| (side as f32 * scaled) as u32;
            output = imageops::resize(&output, side(width), side(height), imageops::FilterType::Triangle);
            output = imageops::resize(&output, width, height, imageops::FilterType::CatmullRom);
        }
        if self.sharpened {
            output = imageops::unsharpen(&output, 1.0, 2);
        }
        let mut jpeg = Vec::new();
        let encoded = JpegEncoder::new_with_quality(&mut jpeg, self.quality).encode_image(&output);
        encoded.and_then(|()| image::load_from_memory(&jpeg)).map_or(output, |decoded| decoded.to_rgb8())
    }
}

/// Whether a point is outside of head, hair and body.
fn is_background(u: f32, v: f32) -> bool {
    let head = (u / 0.75).powi(2) + ((v + 0.1) / 0.95).powi(2) < 1.0;
    let body = v > 0.6 && u.abs() < 0.5 + 1.3 * (v - 0.6);
    !head && !body
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_face_changes_only_by_light() {
        let mut random = Random::new("everyday");
        let gray = RgbImage::from_pixel(120, 160, Rgb([120; 3]));
        let place = FacePlace { x: 60.0, y: 70.0, width: 40.0 };
        let mut changed = 0;
        for _ in 0..20 {
            let confounders =
                Confounders { lamps: (0.0, 3.0), haze: 0.0, glasses: None, ..Confounders::new(&mut random) };
            let scene = confounders.apply_to_scene(&gray, place, &mut random);
            assert_eq!(scene.get_pixel(60, 70), gray.get_pixel(60, 70));
            changed += usize::from(scene != gray);
            assert_eq!(confounders.apply_camera(&scene).dimensions(), gray.dimensions());
        }
        assert!(changed >= 10, "{changed}");
    }
}
