//! Augmentation of photographs: crop, random light, lens and JPEG. Also converts pictures to frames.

use super::random::Random;
use anyhow::{Context, Result};
use image::codecs::jpeg::JpegEncoder;
use image::{RgbImage, imageops};
use nearfar::frame::{Frame, Layout, PixelFormat, Size};

/// A square crop of `photo` around `(x, y)`, `width` pixels wide, resized to `side`. Outside the photo it is black.
pub fn crop(photo: &RgbImage, x: f32, y: f32, width: f32, side: u32) -> RgbImage {
    let whole = width.round().max(1.0) as u32;
    let mut cut = RgbImage::new(whole, whole);
    imageops::replace(&mut cut, photo, i64::from(whole / 2) - x as i64, i64::from(whole / 2) - y as i64);
    imageops::resize(&cut, side, side, imageops::FilterType::Triangle)
}

/// Simulates another camera and another light by random gain, gamma, colour cast, side light, blur, noise and JPEG.
///
/// # Errors
/// When the picture cannot be encoded or decoded.
pub fn vary(picture: &RgbImage, random: &mut Random) -> Result<RgbImage> {
    let side = picture.width() as f32;
    let gain = random.between(0.65, 1.2);
    let gamma = random.between(0.8, 1.3);
    let cast = [(); 3].map(|()| random.between(0.92, 1.08));
    let angle = random.between(0.0, std::f32::consts::TAU);
    let slope = random.between(0.0, 0.7);
    let noise = random.between(0.0, 5.0);
    let blur = random.between(-0.5, 1.4);
    let curves = cast.map(|cast| {
        let curve = |value: usize| 255.0 * (value as f32 / 255.0).powf(gamma) * gain * cast;
        std::array::from_fn::<f32, 256, _>(curve)
    });
    let mut changed = if blur > 0.2 { imageops::blur(picture, blur) } else { picture.clone() };
    for (x, y, pixel) in changed.enumerate_pixels_mut() {
        let (dx, dy) = (x as f32 / side - 0.5, y as f32 / side - 0.5);
        let light = 1.0 + slope * (dx * angle.cos() + dy * angle.sin());
        for (channel, curve) in pixel.0.iter_mut().zip(&curves) {
            let value = curve[usize::from(*channel)] * light;
            *channel = (value + noise * random.normal()).clamp(0.0, 255.0) as u8;
        }
    }
    let mut jpeg = Vec::new();
    let quality = random.between(60.0, 95.0) as u8;
    JpegEncoder::new_with_quality(&mut jpeg, quality).encode_image(&changed).context("encoding a varied picture")?;
    Ok(image::load_from_memory(&jpeg).context("decoding a varied picture")?.to_rgb8())
}

/// Calls `work` with the picture as a frame.
///
/// # Errors
/// If the picture is not a valid frame. This does not happen for pictures with an area and up to 16384 pixels a side.
pub fn with_frame<T>(picture: &RgbImage, work: impl FnOnce(&Frame) -> T) -> Result<T> {
    let rgba: Vec<u8> = picture.pixels().flat_map(|p| [p[0], p[1], p[2], 255]).collect();
    let size = Size { width: picture.width(), height: picture.height() };
    let frame = Frame::new(Layout::packed(PixelFormat::Rgba, size), &rgba)?;
    Ok(work(&frame))
}
