//! Degrades pictures as ordinary cameras and codecs do.

use crate::random::Random;
use image::codecs::jpeg::JpegEncoder;
use image::{RgbImage, imageops};

/// One camera and its codec, constant within a capture.
#[derive(Clone, Debug)]
pub struct Degradation {
    /// Sensor pixels per picture pixel; the picture is scaled up.
    scale: f32,
    /// Radius of the denoising blur, pixels.
    denoised: f32,
    /// Radius of the sharpening after scaling up.
    sharpened: Option<f32>,
    /// JPEG quality of the codec.
    quality: u8,
    /// Gamma, which crushes or lifts dark tones.
    gamma: f32,
    /// Horizontal shift between first and last row, relative to the width: a rolling shutter in motion.
    shear: f32,
}

impl Degradation {
    /// A random combination of low resolution, smoothing, sharpening and strong compression.
    pub fn new(random: &mut Random) -> Self {
        Degradation {
            scale: random.between(0.4, 1.0),
            denoised: random.between(-0.5, 1.0).max(0.0),
            sharpened: random.chance(0.5).then(|| random.between(0.6, 1.6)),
            quality: random.between(30.0, 85.0) as u8,
            gamma: random.between(0.8, 1.4),
            shear: random.between(-0.01, 0.01),
        }
    }

    /// Degrades a picture; its size stays the same.
    pub fn apply(&self, picture: &RgbImage) -> RgbImage {
        let (width, height) = picture.dimensions();
        let side = |side: u32| ((side as f32 * self.scale) as u32).max(1);
        let mut degraded = sheared(picture, self.shear);
        degraded = imageops::resize(&degraded, side(width), side(height), imageops::FilterType::Triangle);
        if self.denoised > 0.3 {
            degraded = imageops::blur(&degraded, self.denoised);
        }
        for pixel in degraded.pixels_mut() {
            pixel.0 = pixel.0.map(|value| (255.0 * (f32::from(value) / 255.0).powf(self.gamma)) as u8);
        }
        let mut jpeg = Vec::new();
        let encoded = JpegEncoder::new_with_quality(&mut jpeg, self.quality).encode_image(&degraded);
        degraded = encoded.and_then(|()| image::load_from_memory(&jpeg)).map_or(degraded, |decoded| decoded.to_rgb8());
        degraded = imageops::resize(&degraded, width, height, imageops::FilterType::CatmullRom);
        match self.sharpened {
            Some(radius) => imageops::unsharpen(&degraded, radius, 2),
            None => degraded,
        }
    }
}

fn sheared(picture: &RgbImage, shear: f32) -> RgbImage {
    let (width, height) = (picture.width() as f32, picture.height() as f32);
    RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
        let shift = shear * width * (y as f32 / height - 0.5);
        super::scene::bilinear(picture, x as f32 - shift, y as f32)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgb;

    #[test]
    fn it_removes_detail_and_keeps_size_and_position() {
        let checked = RgbImage::from_fn(60, 80, |x, y| Rgb([if (x + y) % 2 == 0 { 40 } else { 200 }; 3]));
        let edge = RgbImage::from_fn(60, 80, |x, _| Rgb([if x < 30 { 40 } else { 200 }; 3]));
        let mut random = Random::new("footage");
        for _ in 0..10 {
            let degradation = Degradation { scale: 0.5, gamma: 1.0, ..Degradation::new(&mut random) };
            let degraded = degradation.apply(&checked);
            assert_eq!(degraded.dimensions(), checked.dimensions());
            let row = (10..50).map(|x| degraded.get_pixel(x, 40)[0]);
            assert!(row.clone().max().unwrap() - row.min().unwrap() < 120, "half the pixels cannot carry this pattern");
            let degraded = degradation.apply(&edge);
            assert!(degraded.get_pixel(26, 40)[0] < 90 && degraded.get_pixel(33, 40)[0] > 150, "{degradation:?}");
        }
    }
}
