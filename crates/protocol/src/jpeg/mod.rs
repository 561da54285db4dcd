//! Checks the structure of a JPEG file before anything decodes it.
//!
//! JPEG decoders accept far more than the page writes: progressive files with dozens of scans, CMYK, colour profiles of
//! a megabyte, trailing data. Such a file costs many times the usual processor time and memory. The page has only two
//! encoders, and the service accepts only what they write, by one rule each.
//!
//! Nothing is decoded here. A file that passes has one interleaved baseline scan that lasts to the end of the file, and
//! a size within its rule. Both bound the time and memory of decoding.

mod canvas;
mod engine;
mod error;
mod frame;
mod reader;

use std::ops::RangeInclusive;

pub use error::JpegError;
pub use frame::Dimensions;

use crate::light;
use crate::manifest::{AUDIT_PREFIX, FAR, Manifest, NEAR, STOP_PREFIX};
use crate::result::CameraType;

/// The encoder of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JpegEncoder {
    /// The engine's encoder (`src/encoding/jpeg.rs`), which always writes the same segments.
    Engine,
    /// A browser's canvas.
    Canvas,
}

/// The rule for a picture of an upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PictureRule {
    /// The encoder.
    pub encoder: JpegEncoder,
    /// Minimum and maximum side, in pixels.
    pub sides: RangeInclusive<u16>,
    /// Maximum number of pixels.
    pub max_pixels: u32,
}

impl PictureRule {
    /// The far and near pictures of the engine. No camera delivers more than 4096x3072 pixels.
    pub const STILL: Self = Self { encoder: JpegEncoder::Engine, sides: 256..=4096, max_pixels: 4096 * 3072 };
    /// An audit picture of the engine.
    pub const AUDIT: Self = Self { encoder: JpegEncoder::Engine, sides: 16..=320, max_pixels: 320 * 320 };
    /// A photo of the device's own camera app, redrawn on a canvas by the page.
    pub const PHOTO: Self = Self { encoder: JpegEncoder::Canvas, sides: 256..=2048, max_pixels: 2048 * 2048 };
    /// A picture of the light challenge.
    pub const LIGHT: Self = Self { encoder: JpegEncoder::Canvas, sides: 16..=320, max_pixels: 320 * 320 };

    /// Checks a whole file.
    ///
    /// # Errors
    /// [`JpegError`] for the first part that the page does not write.
    ///
    /// ```
    /// use nearfar_protocol::jpeg::{JpegError, PictureRule};
    /// assert_eq!(PictureRule::STILL.check(b"GIF89a"), Err(JpegError::NotJpeg));
    /// ```
    pub fn check(&self, bytes: &[u8]) -> Result<Dimensions, JpegError> {
        match self.encoder {
            JpegEncoder::Engine => engine::check(bytes, self),
            JpegEncoder::Canvas => canvas::check(bytes, self),
        }
    }

    /// Checks the size before the scan is read.
    fn check_size(&self, size: Dimensions) -> Result<(), JpegError> {
        let Dimensions { width, height } = size;
        let pixels = u32::from(width) * u32::from(height);
        if [width, height].iter().all(|side| self.sides.contains(side)) && pixels <= self.max_pixels {
            return Ok(());
        }
        let (min, max) = (*self.sides.start(), *self.sides.end());
        Err(JpegError::Size { width, height, min, max, max_pixels: self.max_pixels })
    }
}

impl Manifest {
    /// The rule for the picture with that name; `None` if it is no picture.
    pub fn picture_rule(&self, name: &str) -> Option<PictureRule> {
        match (name, self.camera_type) {
            (FAR | NEAR, CameraType::WebCamera) => Some(PictureRule::STILL),
            (FAR | NEAR, CameraType::SystemCamera) => Some(PictureRule::PHOTO),
            // Only the engine supports motion challenges.
            _ if name.starts_with(STOP_PREFIX) => Some(PictureRule::STILL),
            _ if !name.starts_with(AUDIT_PREFIX) => None,
            _ => {
                let is_lit = self.audit.iter().any(|entry| entry.name == name && entry.phase == light::PHASE);
                Some(if is_lit { PictureRule::LIGHT } else { PictureRule::AUDIT })
            }
        }
    }
}
