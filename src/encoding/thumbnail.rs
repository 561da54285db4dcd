//! Small pictures of the session for its audit: cheap to keep with every frame, encoded only at the end.

use super::jpeg::{EncodeError, Jpeg, Written, write};
use super::picture::Picture;
use crate::frame::{Frame, Size};

/// Longest side of an audit picture, pixels.
pub const AUDIT_SIDE: u32 = 320;

/// JPEG quality of an audit picture.
pub const AUDIT_QUALITY: u8 = 80;

/// A shrunk upright frame, kept as planes (320x180: 86 kB). Filling allocates nothing after the first time.
#[derive(Clone, Debug, Default)]
pub struct Thumbnail {
    picture: Picture,
}

impl Thumbnail {
    /// Takes over `frame`, shrunk evenly until no side exceeds `max_side` (at least 1).
    pub fn fill(&mut self, frame: &Frame, max_side: u32) {
        self.picture.fill(frame, Picture::fitted(frame, max_side));
    }

    /// Size in pixels; 0x0 before the first fill.
    pub fn size(&self) -> Size {
        self.picture.size()
    }

    /// The thumbnail as a JPEG.
    ///
    /// # Errors
    /// [`EncodeError::TooSmall`] when it was never filled.
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

/// A small JPEG of `frame` for the audit, its longer side at most `max_side` pixels.
///
/// # Errors
/// [`EncodeError`], when the encoder fails.
pub fn audit_jpeg(frame: &Frame, max_side: u32) -> Result<Jpeg, EncodeError> {
    let mut thumbnail = Thumbnail::default();
    thumbnail.fill(frame, max_side);
    thumbnail.encode(AUDIT_QUALITY)
}
