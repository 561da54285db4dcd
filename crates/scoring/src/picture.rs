//! From the bytes of a JPEG to upright pixels, within limits that hold before anything is decoded.

use crate::limits::PictureLimits;
use image::codecs::jpeg::JpegDecoder;
use image::{DynamicImage, ImageDecoder, Limits as DecoderLimits, Rgba, RgbaImage};
use nearfar::frame::{Frame, FrameError, Layout, PixelFormat, Size};
use std::io::Cursor;

/// Why bytes are no picture that can be judged.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    /// As many bytes as the limit, or more.
    #[error("{bytes} bytes are not below {limit}")]
    TooLong {
        /// Bytes of the file.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// It does not begin and end as JPEG files do.
    #[error("not a whole JPEG file")]
    NotJpeg,
    /// A side is out of range.
    #[error("{width}x{height} pixels, a side is outside {min} to {max}")]
    Size {
        /// Pixels a row.
        width: u32,
        /// Rows.
        height: u32,
        /// Least side.
        min: u32,
        /// Greatest side.
        max: u32,
    },
    /// The decoder gave up.
    #[error("cannot be decoded: {0}")]
    Broken(String),
}

/// Start of image, then the first marker; and end of image.
const START: [u8; 3] = [0xff, 0xd8, 0xff];
const END: [u8; 2] = [0xff, 0xd9];

/// Decodes a JPEG, turned as its Exif orientation says.
///
/// The size is read from the header and checked before pixels are allocated; the decoder limits the number of scans.
///
/// # Errors
/// [`PictureError`]; a file that is cut off counts as no JPEG, although decoders would fill it up with grey.
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

/// Luma of a color, in its units: BT.601, full range, as in JPEG.
pub fn luma([r, g, b]: [f32; 3]) -> f32 {
    0.299 * r + 0.587 * g + 0.114 * b
}

/// With an opaque fourth byte. The crate's own way goes through its colour spaces, and takes as long as decoding does.
fn rgba(picture: DynamicImage) -> RgbaImage {
    let DynamicImage::ImageRgb8(rgb) = picture else { return picture.into_rgba8() };
    let mut rgba = RgbaImage::from_pixel(rgb.width(), rgb.height(), Rgba([255; 4]));
    for (to, from) in rgba.as_chunks_mut::<4>().0.iter_mut().zip(rgb.as_chunks::<3>().0) {
        to[..3].copy_from_slice(from);
    }
    rgba
}

/// The picture as a frame for the detection crate.
///
/// # Errors
/// When a side is longer than frames may be, which [`decode`] has ruled out.
pub fn frame(picture: &RgbaImage) -> Result<Frame<'_>, FrameError> {
    let size = Size { width: picture.width(), height: picture.height() };
    Frame::new(Layout::packed(PixelFormat::Rgba, size), picture.as_raw())
}
