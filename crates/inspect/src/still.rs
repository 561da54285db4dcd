//! Reads still images as upright frames.

use anyhow::{Context, Result};
use image::{DynamicImage, ImageDecoder, ImageReader, RgbaImage};
use nearfar::frame::{Frame, FrameError, Layout, PixelFormat, Size};
use std::path::Path;

/// Reads a PNG or JPEG and applies its EXIF orientation.
///
/// # Errors
/// If the file cannot be read or decoded.
pub fn open(path: &Path) -> Result<RgbaImage> {
    let reader =
        ImageReader::open(path).context("cannot be opened")?.with_guessed_format().context("cannot be read")?;
    let mut decoder = reader.into_decoder().context("is not a PNG or JPEG")?;
    let orientation = decoder.orientation().context("has a broken orientation")?;
    let mut image = DynamicImage::from_decoder(decoder).context("cannot be decoded")?;
    image.apply_orientation(orientation);
    Ok(image.to_rgba8())
}

/// Wraps an image as a frame.
///
/// # Errors
/// If a side exceeds the limit of frames.
pub fn frame(image: &RgbaImage) -> Result<Frame<'_>, FrameError> {
    let size = Size { width: image.width(), height: image.height() };
    Frame::new(Layout::packed(PixelFormat::Rgba, size), image.as_raw())
}
