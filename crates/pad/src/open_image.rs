//! Opens pictures of the operator.

use image::{DynamicImage, ImageDecoder, ImageReader, ImageResult, RgbaImage};
use std::path::Path;

/// Opens a JPEG or PNG and applies its Exif orientation.
///
/// # Errors
/// If the file cannot be read or is neither.
pub fn open_image(path: &Path) -> ImageResult<RgbaImage> {
    let mut decoder = ImageReader::open(path)?.with_guessed_format()?.into_decoder()?;
    let orientation = decoder.orientation()?;
    let mut picture = DynamicImage::from_decoder(decoder)?;
    picture.apply_orientation(orientation);
    Ok(picture.into_rgba8())
}
