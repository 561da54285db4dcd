//! Pictures of the operator's own.

use image::{DynamicImage, ImageDecoder, ImageReader, ImageResult, RgbaImage};
use std::path::Path;

/// A JPEG or PNG, turned as its Exif orientation says.
///
/// # Errors
/// When it cannot be read or is neither.
pub fn open_image(path: &Path) -> ImageResult<RgbaImage> {
    let mut decoder = ImageReader::open(path)?.with_guessed_format()?.into_decoder()?;
    let orientation = decoder.orientation()?;
    let mut picture = DynamicImage::from_decoder(decoder)?;
    picture.apply_orientation(orientation);
    Ok(picture.into_rgba8())
}
