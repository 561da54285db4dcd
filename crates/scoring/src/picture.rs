//! Decodes JPEG files to upright pixels and checks their limits before decoding.

use crate::limits::PictureLimits;
use image::codecs::jpeg::JpegDecoder;
use image::{DynamicImage, ImageDecoder, Limits as DecoderLimits, RgbaImage};
use nearfar::frame::{Frame, FrameError, Layout, PixelFormat, Size};
use std::io::Cursor;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

/// Why a picture cannot be decoded.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    /// The file reaches the limit of bytes.
    #[error("{bytes} bytes are not below {limit}")]
    TooLong {
        /// Bytes of the file.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// The file does not begin and end like JPEG.
    #[error("not a whole JPEG file")]
    NotJpeg,
    /// A side is out of range.
    #[error("{width}x{height} pixels, a side is outside {min} to {max}")]
    Size {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
        /// Least side.
        min: u32,
        /// Greatest side.
        max: u32,
    },
    /// The decoder failed.
    #[error("cannot be decoded: {0}")]
    Broken(String),
}

/// Start of image and the first byte of the next marker.
const START: [u8; 3] = [0xff, 0xd8, 0xff];
/// End of image.
const END: [u8; 2] = [0xff, 0xd9];

/// Decodes a JPEG and applies its Exif orientation.
///
/// The size in the header is checked before pixels are allocated. The decoder limits the number of scans.
///
/// # Errors
/// [`PictureError`]. A truncated file is an error, although decoders would fill it with grey.
pub fn decode(bytes: &[u8], limits: &PictureLimits) -> Result<RgbaImage, PictureError> {
    if bytes.len() >= limits.max_bytes {
        return Err(PictureError::TooLong { bytes: bytes.len(), limit: limits.max_bytes });
    }
    if !bytes.starts_with(&START) || !bytes.ends_with(&END) {
        return Err(PictureError::NotJpeg);
    }
    let broken = |error: image::ImageError| PictureError::Broken(error.to_string());
    let mut decoder = JpegDecoder::new(Cursor::new(bytes)).map_err(broken)?;
    let (width, height) = decoder.dimensions();
    let (min, max) = (limits.min_side, limits.max_side);
    if width.min(height) < min || width.max(height) > max {
        return Err(PictureError::Size { width, height, min, max });
    }
    let mut memory = DecoderLimits::default();
    memory.max_image_width = Some(max);
    memory.max_image_height = Some(max);
    decoder.set_limits(memory).map_err(broken)?;
    let orientation = decoder.orientation().map_err(broken)?;
    let mut picture = match four_channels(bytes, (width, height)) {
        Some(picture) => picture.into(),
        None => DynamicImage::from_decoder(decoder).map_err(broken)?,
    };
    picture.apply_orientation(orientation);
    Ok(picture.into_rgba8())
}

/// Decodes a picture of luma and chroma, which every camera makes, to pixels with an opaque alpha channel. `image`
/// decodes to three bytes a pixel first, and copying them takes a quarter of the time. `None` for other files and on
/// errors, which `image` reports.
fn four_channels(bytes: &[u8], (width, height): (u32, u32)) -> Option<RgbaImage> {
    let options = DecoderOptions::default()
        .jpeg_set_out_colorspace(ColorSpace::RGBA)
        .set_strict_mode(false)
        .set_max_width(width as usize)
        .set_max_height(height as usize);
    let mut decoder = zune_jpeg::JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().ok()?;
    if decoder.input_colorspace() != Some(ColorSpace::YCbCr) {
        return None;
    }
    let mut picture = RgbaImage::new(width, height);
    (decoder.output_buffer_size() == Some(picture.len())).then_some(())?;
    decoder.decode_into(&mut picture).ok()?;
    Some(picture)
}

/// Luma of a colour in its own units: BT.601, full range, as in JPEG.
#[inline(always)]
pub fn luma([r, g, b]: [f32; 3]) -> f32 {
    0.299 * r + 0.587 * g + 0.114 * b
}

/// Wraps a picture as a frame for the detection crate.
///
/// # Errors
/// If a side exceeds the limit of frames, which [`decode`] rules out.
pub fn frame(picture: &RgbaImage) -> Result<Frame<'_>, FrameError> {
    let size = Size { width: picture.width(), height: picture.height() };
    Frame::new(Layout::packed(PixelFormat::Rgba, size), picture.as_raw())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Limits;
    use image::codecs::jpeg::JpegEncoder;
    use image::{GrayImage, Luma, Rgb, RgbImage};

    fn pixel(x: u32, y: u32) -> [u8; 3] {
        [(3 * x + y) as u8, (x * y / 16) as u8, (200 - y / 2) as u8]
    }

    #[test]
    fn pixels_are_those_of_the_image_crate() {
        let mut colored = Vec::new();
        let picture = RgbImage::from_fn(323, 247, |x, y| Rgb(pixel(x, y)));
        JpegEncoder::new_with_quality(&mut colored, 85).encode_image(&picture).unwrap();
        let mut gray = Vec::new();
        let picture = GrayImage::from_fn(323, 247, |x, y| Luma([pixel(x, y)[0]]));
        JpegEncoder::new_with_quality(&mut gray, 85).encode_image(&picture).unwrap();
        assert!(four_channels(&colored, (323, 247)).is_some());
        for bytes in [colored, gray] {
            let wanted = image::load_from_memory(&bytes).unwrap().into_rgba8();
            let found = decode(&bytes, &Limits::default().audit).unwrap();
            assert!(found == wanted && found.dimensions() == (323, 247));
        }
    }
}
