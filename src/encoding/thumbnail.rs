//! Audit pictures: small frames of the session, cheap to keep and encoded only at its end.

use super::jpeg::{EncodeError, Jpeg, Written, write};
use super::picture::Picture;
use crate::frame::{Frame, Size};

/// Maximum length of an audit picture's side, pixels.
pub const AUDIT_SIDE: u32 = 320;

/// JPEG quality of an audit picture.
pub const AUDIT_QUALITY: u8 = 80;

/// A scaled-down upright frame, stored as planes (320x180: 86 kB). Filling does not allocate after the first time.
#[derive(Clone, Debug, Default)]
pub struct Thumbnail {
    picture: Picture,
}

impl Thumbnail {
    /// Fills the thumbnail from `frame`, scaled down until no side exceeds `max_side` (at least 1).
    pub fn fill(&mut self, frame: &Frame, max_side: u32) {
        self.picture.fill(frame, Picture::fitted(frame, max_side));
    }

    /// Size in pixels; 0x0 before the first fill.
    pub fn size(&self) -> Size {
        self.picture.size()
    }

    /// Encodes the thumbnail as JPEG.
    ///
    /// # Errors
    /// [`EncodeError::TooSmall`] if it was never filled.
    pub fn encode(&self, quality: u8) -> Result<Jpeg, EncodeError> {
        let Size { width, height } = self.size();
        if width == 0 || height == 0 {
            return Err(EncodeError::TooSmall { width, height, min_side: 1 });
        }
        let quality = quality.clamp(1, 100);
        match write(&self.picture, quality, usize::MAX, &mut |_| ())? {
            Written::Whole(bytes) => Ok(Jpeg { bytes, width, height, quality }),
            Written::CutOff { .. } => Err(EncodeError::TooLong { max_bytes: usize::MAX, width, height }),
        }
    }
}

/// Encodes a small JPEG of `frame` whose longer side is at most `max_side` pixels.
///
/// # Errors
/// [`EncodeError`] if the encoder fails.
pub fn audit_jpeg(frame: &Frame, max_side: u32) -> Result<Jpeg, EncodeError> {
    let mut thumbnail = Thumbnail::default();
    thumbnail.fill(frame, max_side);
    thumbnail.encode(AUDIT_QUALITY)
}
