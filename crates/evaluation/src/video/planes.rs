//! Converts pictures to the planes of luma and chroma that cameras deliver.

use image::{GrayImage, Luma, RgbImage};
use nearfar::frame::{Frame, FrameError, Layout, PixelFormat, Size};
use nearfar_scoring::picture;

/// A picture as I420, full range, BT.601.
#[derive(Clone, Debug)]
pub struct Planes {
    layout: Layout,
    bytes: Vec<u8>,
}

impl Planes {
    /// Converts a picture.
    pub fn new(picture: &RgbImage) -> Self {
        let (width, height) = picture.dimensions();
        let layout = Layout { full_range: true, ..Layout::packed(PixelFormat::I420, Size { width, height }) };
        let mut bytes: Vec<u8> = picture.pixels().map(|pixel| luma(pixel.0).round() as u8).collect();
        for (of_blue, factor) in [(true, 0.564), (false, 0.713)] {
            for y in (0..height).step_by(2) {
                for x in (0..width).step_by(2) {
                    let pixel = picture.get_pixel(x, y).0;
                    let channel = if of_blue { pixel[2] } else { pixel[0] };
                    bytes.push((128.0 + factor * (f32::from(channel) - luma(pixel))).round() as u8);
                }
            }
        }
        Planes { layout, bytes }
    }

    /// Wraps the planes as a frame.
    ///
    /// # Errors
    /// If a side exceeds the limit of frames.
    pub fn frame(&self) -> Result<Frame<'_>, FrameError> {
        Frame::new(self.layout, &self.bytes)
    }
}

/// BT.601 luma of a pixel.
pub fn luma(pixel: [u8; 3]) -> f32 {
    picture::luma(pixel.map(f32::from))
}

/// Converts a picture to luma.
pub fn grey(picture: &RgbImage) -> GrayImage {
    GrayImage::from_fn(picture.width(), picture.height(), |x, y| Luma([luma(picture.get_pixel(x, y).0).round() as u8]))
}
