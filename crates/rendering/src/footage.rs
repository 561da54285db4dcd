//! What ordinary cameras and codecs do to a picture before anybody sees it.

use crate::random::Random;
use image::codecs::jpeg::JpegEncoder;
use image::{RgbImage, imageops};

/// One camera and its codec, the same for all pictures of a capture.
#[derive(Clone, Debug)]
pub struct Footage {
    /// Pixels of the sensor over those of the picture, which is scaled up.
    scale: f32,
    /// Noise is taken out by a blur of so many pixels.
    denoised: f32,
    /// Sharpened by so much, after it was scaled up.
    sharpened: Option<f32>,
    /// Of the blocks that it is compressed by, as JPEG has it.
    quality: u8,
    /// Darks crushed or lifted.
    gamma: f32,
    /// How far the last row is seen aside of the first, over the width: a rolling shutter that moves.
    shear: f32,
}

impl Footage {
    /// Low resolution, a smoothing image processor, strong compression: any of them, mostly several.
    pub fn new(random: &mut Random) -> Self {
        Footage {
            scale: random.between(0.4, 1.0),
            denoised: random.between(-0.5, 1.0).max(0.0),
            sharpened: random.chance(0.5).then(|| random.between(0.6, 1.6)),
            quality: random.between(30.0, 85.0) as u8,
            gamma: random.between(0.8, 1.4),
            shear: random.between(-0.01, 0.01),
        }
    }

    /// The picture as it comes out, of the same size.
    pub fn taken(&self, picture: &RgbImage) -> RgbImage {
        let (width, height) = picture.dimensions();
        let side = |side: u32| ((side as f32 * self.scale) as u32).max(1);
        let mut taken = sheared(picture, self.shear);
        taken = imageops::resize(&taken, side(width), side(height), imageops::FilterType::Triangle);
        if self.denoised > 0.3 {
            taken = imageops::blur(&taken, self.denoised);
        }
        for pixel in taken.pixels_mut() {
            pixel.0 = pixel.0.map(|value| (255.0 * (f32::from(value) / 255.0).powf(self.gamma)) as u8);
        }
        let mut jpeg = Vec::new();
        let encoded = JpegEncoder::new_with_quality(&mut jpeg, self.quality).encode_image(&taken);
        taken = encoded.and_then(|()| image::load_from_memory(&jpeg)).map_or(taken, |decoded| decoded.to_rgb8());
        taken = imageops::resize(&taken, width, height, imageops::FilterType::CatmullRom);
        match self.sharpened {
            Some(radius) => imageops::unsharpen(&taken, radius, 2),
            None => taken,
        }
    }
}

fn sheared(picture: &RgbImage, shear: f32) -> RgbImage {
    let (width, height) = (picture.width() as f32, picture.height() as f32);
    RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
        let aside = shear * width * (y as f32 / height - 0.5);
        super::scene::bilinear(picture, x as f32 - aside, y as f32)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgb;

    #[test]
    fn it_costs_detail_and_keeps_size_and_place() {
        let checked = RgbImage::from_fn(60, 80, |x, y| Rgb([if (x + y) % 2 == 0 { 40 } else { 200 }; 3]));
        let edge = RgbImage::from_fn(60, 80, |x, _| Rgb([if x < 30 { 40 } else { 200 }; 3]));
        let mut random = Random::new("footage");
        for _ in 0..10 {
            let footage = Footage { scale: 0.5, gamma: 1.0, ..Footage::new(&mut random) };
            let taken = footage.taken(&checked);
            assert_eq!(taken.dimensions(), checked.dimensions());
            let row = (10..50).map(|x| taken.get_pixel(x, 40)[0]);
            assert!(row.clone().max().unwrap() - row.min().unwrap() < 120, "half the pixels hold no such pattern");
            let taken = footage.taken(&edge);
            assert!(taken.get_pixel(26, 40)[0] < 90 && taken.get_pixel(33, 40)[0] > 150, "{footage:?}");
        }
    }
}
