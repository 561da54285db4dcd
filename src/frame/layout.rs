//! The memory layout of a frame, validated once so that sampling need not check bounds.

use super::{Point, Size};
use crate::message::{error_by_message, message};

/// Pixel formats that browsers deliver (`VideoFrame.format`); alpha is ignored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PixelFormat {
    /// Planes Y, U, V; chroma halved in both directions. Also `I420A`.
    I420,
    /// Planes Y, U, V; chroma halved horizontally. Also `I422A`.
    I422,
    /// Planes Y, U, V, all of full size. Also `I444A`.
    I444,
    /// Plane Y and a plane of U, V pairs; chroma halved in both directions. Also `NV12A`.
    Nv12,
    /// Four bytes per pixel. Also `RGBX`.
    Rgba,
    /// Four bytes per pixel. Also `BGRX`.
    Bgra,
}

impl PixelFormat {
    /// The format of a `VideoFrame.format` string; `None` for an unknown one (the caller then lets the browser convert
    /// to RGBA).
    pub fn from_web_name(name: &str) -> Option<Self> {
        Some(match name {
            "I420" | "I420A" => Self::I420,
            "I422" | "I422A" => Self::I422,
            "I444" | "I444A" => Self::I444,
            "NV12" | "NV12A" => Self::Nv12,
            "RGBA" | "RGBX" => Self::Rgba,
            "BGRA" | "BGRX" => Self::Bgra,
            _ => return None,
        })
    }

    /// Number of planes.
    pub fn plane_count(self) -> usize {
        match self {
            Self::I420 | Self::I422 | Self::I444 => 3,
            Self::Nv12 => 2,
            Self::Rgba | Self::Bgra => 1,
        }
    }

    /// Columns and rows per chroma sample; `(1, 1)` for RGB formats.
    pub fn chroma_subsampling(self) -> (u32, u32) {
        match self {
            Self::I420 | Self::Nv12 => (2, 2),
            Self::I422 => (2, 1),
            Self::I444 | Self::Rgba | Self::Bgra => (1, 1),
        }
    }

    /// Bytes per row and number of rows of plane `index` in a frame of `size`.
    pub fn plane_extent(self, index: usize, size: Size) -> (usize, usize) {
        let (w, h) = (size.width as usize, size.height as usize);
        let (sx, sy) = self.chroma_subsampling();
        let (cw, ch) = (w.div_ceil(sx as usize), h.div_ceil(sy as usize));
        match (self, index) {
            (Self::Rgba | Self::Bgra, _) => (w * 4, h),
            (_, 0) => (w, h),
            (Self::Nv12, _) => (cw * 2, ch),
            _ => (cw, ch),
        }
    }
}

/// Position of a plane in the buffer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Plane {
    /// Offset of the first byte.
    pub offset: usize,
    /// Bytes from row to row, at least the length of a row.
    pub stride: usize,
}

/// Clockwise rotation that makes the stored picture upright (`VideoFrame.rotation`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rotation {
    /// Stored upright.
    #[default]
    None,
    /// Rotated by 90° clockwise to be upright.
    Clockwise90,
    /// Upside down.
    Half,
    /// Rotated by 270° clockwise to be upright.
    Clockwise270,
}

impl Rotation {
    /// Converts degrees clockwise, rounded to a quarter turn as in WebCodecs.
    pub fn from_degrees(degrees: f64) -> Self {
        match (degrees / 90.0).round().rem_euclid(4.0) as u8 {
            1 => Self::Clockwise90,
            2 => Self::Half,
            3 => Self::Clockwise270,
            _ => Self::None,
        }
    }

    /// Whether width and height swap.
    pub fn swaps_sides(self) -> bool {
        matches!(self, Self::Clockwise90 | Self::Clockwise270)
    }
}

/// YUV to RGB matrix (`VideoColorSpace.matrix`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ColorMatrix {
    /// ITU-R BT.601, which JPEG uses too.
    #[default]
    Bt601,
    /// ITU-R BT.709.
    Bt709,
}

/// The layout of a frame's bytes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Layout {
    /// Pixel format.
    pub format: PixelFormat,
    /// Size as stored, before rotation.
    pub coded: Size,
    /// The planes; those past `format.plane_count()` are ignored.
    pub planes: [Plane; 3],
    /// Rotation that makes the picture upright; applied before `flip`.
    pub rotation: Rotation,
    /// Mirrored left to right after the rotation (`VideoFrame.flip`).
    pub flip: bool,
    /// Colour matrix of the YUV formats.
    pub matrix: ColorMatrix,
    /// Whether luma has the range 0..=255 instead of 16..=235.
    pub full_range: bool,
}

impl Layout {
    /// Packed planes without padding, upright, BT.601 limited range (full range for RGB), as tests and decoders produce
    /// them.
    pub fn packed(format: PixelFormat, size: Size) -> Self {
        let mut planes = [Plane::default(); 3];
        let mut offset = 0;
        for (index, plane) in planes.iter_mut().enumerate().take(format.plane_count()) {
            let (stride, rows) = format.plane_extent(index, size);
            *plane = Plane { offset, stride };
            offset += stride * rows;
        }
        let full_range = matches!(format, PixelFormat::Rgba | PixelFormat::Bgra);
        Layout {
            format,
            coded: size,
            planes,
            rotation: Rotation::None,
            flip: false,
            matrix: ColorMatrix::Bt601,
            full_range,
        }
    }

    /// Minimum length of a buffer for this layout.
    pub fn byte_len(&self) -> usize {
        (0..self.format.plane_count())
            .map(|i| {
                let (row, rows) = self.format.plane_extent(i, self.coded);
                self.planes[i].offset + self.planes[i].stride * rows.saturating_sub(1) + row
            })
            .max()
            .unwrap_or(0)
    }

    /// Size of the upright picture.
    pub fn upright(&self) -> Size {
        if self.rotation.swaps_sides() {
            Size { width: self.coded.height, height: self.coded.width }
        } else {
            self.coded
        }
    }

    /// Maps a continuous upright position to the stored picture.
    pub fn stored_point(&self, upright: Point) -> Point {
        let size = self.upright();
        let (width, height) = (self.coded.width as f32, self.coded.height as f32);
        let x = if self.flip { size.width as f32 - upright.x } else { upright.x };
        let y = upright.y;
        match self.rotation {
            Rotation::None => Point { x, y },
            Rotation::Clockwise90 => Point { x: y, y: height - x },
            Rotation::Half => Point { x: width - x, y: height - y },
            Rotation::Clockwise270 => Point { x: width - y, y: x },
        }
    }

    /// Maps the upright pixel `(x, y)` to its stored `(column, row)`.
    #[inline]
    pub fn stored_position(&self, x: u32, y: u32) -> (u32, u32) {
        let x = if self.flip { self.upright().width - 1 - x } else { x };
        let Size { width, height } = self.coded;
        match self.rotation {
            Rotation::None => (x, y),
            Rotation::Clockwise90 => (y, height - 1 - x),
            Rotation::Half => (width - 1 - x, height - 1 - y),
            Rotation::Clockwise270 => (width - 1 - y, x),
        }
    }
}

/// Why a layout does not fit its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FrameError {
    /// A side is 0 or longer than 16384.
    Size {
        /// Stored width.
        width: u32,
        /// Stored height.
        height: u32,
    },
    /// Rows of a plane overlap.
    Stride {
        /// Index of the plane.
        plane: usize,
        /// The given stride.
        stride: usize,
        /// Length of a row.
        row: usize,
    },
    /// The buffer ends before the planes do.
    TooShort {
        /// Bytes that the layout requires.
        needed: usize,
        /// Bytes in the buffer.
        given: usize,
    },
}

impl FrameError {
    /// The error message, without a full stop.
    pub fn message(&self) -> String {
        match *self {
            Self::Size { width, height } => {
                message!["a frame of ", width, "x", height, " pixels is outside 1 to 16384 pixels a side"]
            }
            Self::Stride { plane, stride, row } => {
                message!["plane ", plane, ": a stride of ", stride, " bytes is less than its row of ", row, " bytes"]
            }
            Self::TooShort { needed, given } => message!["the frame needs ", needed, " bytes but has ", given],
        }
    }
}

error_by_message!(FrameError);

/// A frame: a validated layout over borrowed bytes.
///
/// ```
/// use nearfar::frame::{Frame, Layout, PixelFormat, Size};
/// let layout = Layout::packed(PixelFormat::Rgba, Size { width: 2, height: 1 });
/// let frame = Frame::new(layout, &[255, 0, 0, 255, 0, 0, 255, 255])?;
/// assert_eq!(frame.rgb_at(1.5, 0.5), Some([0, 0, 255]));
/// # Ok::<(), nearfar::frame::FrameError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    layout: Layout,
    data: &'a [u8],
}

impl<'a> Frame<'a> {
    /// Validates that every plane lies inside `data`.
    ///
    /// # Errors
    /// [`FrameError`] names the violated bound.
    pub fn new(layout: Layout, data: &'a [u8]) -> Result<Self, FrameError> {
        let Size { width, height } = layout.coded;
        if !(1..=16384).contains(&width) || !(1..=16384).contains(&height) {
            return Err(FrameError::Size { width, height });
        }
        for (plane, p) in layout.planes.iter().enumerate().take(layout.format.plane_count()) {
            let (row, _) = layout.format.plane_extent(plane, layout.coded);
            if p.stride < row {
                return Err(FrameError::Stride { plane, stride: p.stride, row });
            }
            let needed = p.stride.checked_mul(height as usize).and_then(|n| n.checked_add(p.offset));
            if needed.is_none() {
                return Err(FrameError::TooShort { needed: usize::MAX, given: data.len() });
            }
        }
        let needed = layout.byte_len();
        if data.len() < needed {
            return Err(FrameError::TooShort { needed, given: data.len() });
        }
        Ok(Frame { layout, data })
    }

    /// The validated layout.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// All bytes of the buffer.
    pub fn data(&self) -> &'a [u8] {
        self.data
    }

    /// Size of the upright picture.
    pub fn size(&self) -> Size {
        self.layout.upright()
    }
}
