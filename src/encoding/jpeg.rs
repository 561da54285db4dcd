//! Encodes JPEGs within limits of size and length.

use super::picture::Picture;
use crate::frame::{Frame, FrameError, Size};
use crate::message::{error_by_message, message};
use jpeg_encoder::{Encoder, ImageBuffer, JpegColorType, SamplingFactor};
use std::cell::RefCell;
use std::io;

/// Limits of a JPEG. The defaults are the contract's for the far and near frames.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct JpegLimits {
    /// Minimum length of a side, pixels (1 to `max_side`). A smaller frame is rejected, never enlarged.
    pub min_side: u32,
    /// Maximum length of a side, pixels (`min_side` to 16384). A larger frame is scaled down.
    pub max_side: u32,
    /// Exclusive upper bound of the file's length.
    pub max_bytes: usize,
    /// Initial JPEG quality, 1 to 100 on libjpeg's scale.
    pub quality: u8,
    /// Minimum quality, 1 to `quality`; below it the picture is scaled down instead.
    pub min_quality: u8,
}

impl Default for JpegLimits {
    fn default() -> Self {
        JpegLimits { min_side: 256, max_side: 4096, max_bytes: 2_000_000, quality: 92, min_quality: 60 }
    }
}

impl JpegLimits {
    fn check(&self) -> Result<(), EncodeError> {
        let sides = 1 <= self.min_side && self.min_side <= self.max_side && self.max_side <= 16384;
        let quality = 1 <= self.min_quality && self.min_quality <= self.quality && self.quality <= 100;
        if sides && quality { Ok(()) } else { Err(EncodeError::Limits) }
    }
}

/// An encoded JPEG.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Jpeg {
    /// The file: JFIF, baseline, 4:2:0, no other metadata.
    pub bytes: Vec<u8>,
    /// Pixels per row.
    pub width: u32,
    /// Number of rows.
    pub height: u32,
    /// The resulting quality, 1 to 100.
    pub quality: u8,
}

/// Why a frame could not be encoded.
#[derive(Clone, Debug, PartialEq)]
pub enum EncodeError {
    /// The frame is too small, possibly only after scaling its longer side to the limit.
    TooSmall {
        /// Pixels per row.
        width: u32,
        /// Number of rows.
        height: u32,
        /// The limit.
        min_side: u32,
    },
    /// Even the smallest allowed picture at the minimum quality exceeds the limit.
    TooLong {
        /// The limit.
        max_bytes: usize,
        /// Pixels per row at the last attempt.
        width: u32,
        /// Number of rows at the last attempt.
        height: u32,
    },
    /// The frame's layout does not fit its bytes.
    Frame(FrameError),
    /// The limits contradict each other.
    Limits,
    /// The JPEG encoder failed for another reason than length.
    Encoder,
}

impl EncodeError {
    /// The error message, without a full stop.
    pub fn message(&self) -> String {
        match *self {
            Self::TooSmall { width, height, min_side } => {
                message!["a picture of ", width, "x", height, " pixels has a side under ", min_side]
            }
            Self::TooLong { max_bytes, width, height } => {
                message!["the picture does not fit into ", max_bytes, " bytes at ", width, "x", height, " pixels"]
            }
            Self::Frame(ref error) => error.message(),
            Self::Limits => message!["contradictory JPEG limits"],
            Self::Encoder => message!["the JPEG encoder failed"],
        }
    }
}

error_by_message!(EncodeError);

/// Quality decrement between attempts.
const QUALITY_STEP: u8 = 8;

/// Encodes `frame` upright within `limits`. The quality is reduced first; at `min_quality` the picture is scaled down.
/// `progress` is called with the completed share, 0 to 1, never falling; it reaches 1 on success.
///
/// # Errors
/// [`EncodeError`]; with the default limits only [`EncodeError::TooSmall`] occurs.
pub fn encode_jpeg(frame: &Frame, limits: &JpegLimits, mut progress: impl FnMut(f32)) -> Result<Jpeg, EncodeError> {
    limits.check()?;
    let mut picture = Picture::default();
    let mut size = Picture::fitted(frame, limits.max_side);
    let mut quality = limits.quality;
    let mut furthest = 0.0;
    let mut report = |share: f32| {
        if share > furthest {
            furthest = share;
            progress(share);
        }
    };
    loop {
        let Size { width, height } = size;
        if size.short_side() < limits.min_side {
            return Err(EncodeError::TooSmall { width, height, min_side: limits.min_side });
        }
        if picture.size() != size {
            picture.fill(frame, size);
        }
        match write(&picture, quality, limits.max_bytes, &mut report)? {
            Written::Whole(bytes) => {
                report(1.0);
                return Ok(Jpeg { bytes, width, height, quality });
            }
            Written::CutOff { .. } if quality > limits.min_quality => {
                quality = quality.saturating_sub(QUALITY_STEP).max(limits.min_quality);
            }
            Written::CutOff { share } => {
                size = smaller(size, share, limits.min_side).ok_or(EncodeError::TooLong {
                    max_bytes: limits.max_bytes,
                    width,
                    height,
                })?;
            }
        }
    }
}

/// The next size to try when only `share` of the rows fitted: reduces the area by that share, with a margin for rows
/// that need more bytes. `None` if the shorter side is already at its limit.
fn smaller(size: Size, share: f32, min_side: u32) -> Option<Size> {
    let factor = (share * 0.9).sqrt().clamp(0.25, 0.95);
    let floor = min_side as f32 / size.short_side() as f32;
    if floor >= 1.0 {
        return None;
    }
    let scale = |side: u32| (side as f32 * factor.max(floor)).round() as u32;
    Some(Size { width: scale(size.width).max(min_side), height: scale(size.height).max(min_side) })
}

/// Result of one attempt.
pub(super) enum Written {
    /// The complete file.
    Whole(Vec<u8>),
    /// The limit was reached after this share of the rows.
    CutOff { share: f32 },
}

/// Encodes once at a fixed quality; stops on reaching `max_bytes`.
pub(super) fn write(
    picture: &Picture,
    quality: u8,
    max_bytes: usize,
    report: &mut dyn FnMut(f32),
) -> Result<Written, EncodeError> {
    let Size { width, height } = picture.size();
    let (Ok(width), Ok(height)) = (u16::try_from(width), u16::try_from(height)) else {
        return Err(EncodeError::Encoder);
    };
    // About the length of a camera frame at quality 92, so that the buffer rarely grows.
    let expected = (usize::from(width) * usize::from(height) / 4).min(max_bytes);
    let mut sink = Sink { bytes: Vec::with_capacity(expected), max: max_bytes, full: false };
    let state = RefCell::new(Rows { done: 0.0, report });
    let mut encoder = Encoder::new(&mut sink, quality);
    encoder.set_sampling_factor(SamplingFactor::R_4_2_0);
    let outcome = encoder.encode_image(Rows420 { picture, width, height, state: &state });
    match outcome {
        Ok(()) => Ok(Written::Whole(sink.bytes)),
        Err(_) if sink.full => Ok(Written::CutOff { share: state.borrow().done }),
        Err(_) => Err(EncodeError::Encoder),
    }
}

/// A writer with a maximum length.
struct Sink {
    bytes: Vec<u8>,
    max: usize,
    full: bool,
}

impl io::Write for Sink {
    #[inline]
    fn write(&mut self, part: &[u8]) -> io::Result<usize> {
        self.write_all(part).map(|()| part.len())
    }

    #[inline]
    fn write_all(&mut self, part: &[u8]) -> io::Result<()> {
        if self.bytes.len() + part.len() >= self.max {
            self.full = true;
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.bytes.extend_from_slice(part);
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Rows that the encoder has read. Behind a cell because the encoder reads through a shared reference.
struct Rows<'a> {
    done: f32,
    report: &'a mut dyn FnMut(f32),
}

/// Passes the planes to the encoder unchanged. The encoder asks for whole rows and keeps the chroma of every other
/// column and row, so each chroma sample is duplicated horizontally, and skipped rows are filler.
struct Rows420<'a> {
    picture: &'a Picture,
    width: u16,
    height: u16,
    state: &'a RefCell<Rows<'a>>,
}

impl ImageBuffer for Rows420<'_> {
    fn get_jpeg_color_type(&self) -> JpegColorType {
        JpegColorType::Ycbcr
    }

    fn width(&self) -> u16 {
        self.width
    }

    fn height(&self) -> u16 {
        self.height
    }

    fn fill_buffers(&self, y: u16, buffers: &mut [Vec<u8>; 4]) {
        let (row, width) = (usize::from(y), usize::from(self.width));
        let [luma, chroma @ ..] = buffers;
        luma.extend_from_slice(&self.picture.luma()[row * width..][..width]);
        let chroma_width = width.div_ceil(2);
        for (plane, out) in self.picture.chroma().into_iter().zip(chroma) {
            // The last row is requested repeatedly to fill the last block, so it counts for any y.
            if y.is_multiple_of(2) || y + 1 == self.height {
                let samples = &plane[row / 2 * chroma_width..][..chroma_width];
                let start = out.len();
                out.resize(start + width, 0);
                let (pairs, last) = out[start..].as_chunks_mut();
                pairs.iter_mut().zip(samples).for_each(|(pair, &c)| *pair = [c, c]);
                // With an odd width the last column has its own sample.
                last.iter_mut().for_each(|to| *to = samples[chroma_width - 1]);
            } else {
                out.resize(out.len() + width, 0);
            }
        }
        if y.is_multiple_of(16) {
            let mut state = self.state.borrow_mut();
            state.done = f32::from(y) / f32::from(self.height);
            let done = state.done;
            (state.report)(done);
        }
    }
}
