//! Decodes JPEG files to upright pixels and checks their limits before decoding.

use crate::limits::PictureLimits;
use image::codecs::jpeg::JpegDecoder;
use image::{DynamicImage, ImageDecoder, Limits as DecoderLimits, Rgba, RgbaImage};
use nearfar::frame::{Frame, FrameError, Layout, PixelFormat, Size};
use std::io::Cursor;

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
    let mut picture = DynamicImage::from_decoder(decoder).map_err(broken)?;
    picture.apply_orientation(orientation);
    Ok(rgba(picture))
}

/// Luma of a colour in its own units: BT.601, full range, as in JPEG.
pub fn luma([r, g, b]: [f32; 3]) -> f32 {
    0.299 * r + 0.587 * g + 0.114 * b
}

/// Adds an opaque alpha channel. The crate's own conversion goes through its colour spaces and takes as long as
/// decoding.
fn rgba(picture: DynamicImage) -> RgbaImage {
    let DynamicImage::ImageRgb8(rgb) = picture else { return picture.into_rgba8() };
    let mut rgba = RgbaImage::from_pixel(rgb.width(), rgb.height(), Rgba([255; 4]));
    for (to, from) in rgba.as_chunks_mut::<4>().0.iter_mut().zip(rgb.as_chunks::<3>().0) {
        to[..3].copy_from_slice(from);
    }
    rgba
}

/// Wraps a picture as a frame for the detection crate.
///
/// # Errors
/// If a side exceeds the limit of frames, which [`decode`] rules out.
pub fn frame(picture: &RgbaImage) -> Result<Frame<'_>, FrameError> {
    let size = Size { width: picture.width(), height: picture.height() };
    Frame::new(Layout::packed(PixelFormat::Rgba, size), picture.as_raw())
}
