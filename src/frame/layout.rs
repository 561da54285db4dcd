//! How the bytes of a frame lie in memory, checked once so that sampling need not.

use super::{Point, Size};
use crate::message::{error_by_message, message};

/// Pixel formats that browsers hand out (`VideoFrame.format`); alpha is ignored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PixelFormat {
    /// Planes Y, U, V; chroma halved both ways. Also `I420A`.
    I420,
    /// Planes Y, U, V; chroma halved across. Also `I422A`.
    I422,
    /// Planes Y, U, V, all full size. Also `I444A`.
    I444,
    /// Plane Y and one plane of U, V pairs; chroma halved both ways. Also `NV12A`.
    Nv12,
    /// Four bytes a pixel. Also `RGBX`.
    Rgba,
    /// Four bytes a pixel. Also `BGRX`.
    Bgra,
}

impl PixelFormat {
    /// The format behind a `VideoFrame.format` string, `None` for one that is not known
    /// (the caller then asks the browser to convert to RGBA).
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

    /// Planes that are read.
    pub fn plane_count(self) -> usize {
        match self {
            Self::I420 | Self::I422 | Self::I444 => 3,
            Self::Nv12 => 2,
            Self::Rgba | Self::Bgra => 1,
        }
    }

    /// `(columns, rows)` that one chroma sample covers; `(1, 1)` for RGB formats.
    pub fn chroma_subsampling(self) -> (u32, u32) {
        match self {
            Self::I420 | Self::Nv12 => (2, 2),
            Self::I422 => (2, 1),
            Self::I444 | Self::Rgba | Self::Bgra => (1, 1),
        }
    }

    /// Bytes in a row and rows of plane `index` of a frame of `size`.
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

/// Where one plane starts in the buffer, and the bytes from one row to the next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Plane {
    /// Offset of the first byte.
    pub offset: usize,
    /// Bytes from row to row, at least the row's own length.
    pub stride: usize,
}

/// Clockwise turn that makes the stored picture upright (`VideoFrame.rotation`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rotation {
    /// Stored upright.
    #[default]
    None,
    /// Turn by 90° clockwise to see it upright.
    Clockwise90,
    /// Upside down.
    Half,
    /// Turn by 270° clockwise to see it upright.
    Clockwise270,
}

impl Rotation {
    /// From degrees clockwise, rounded to a quarter turn as WebCodecs does.
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

/// How Y, U, V become R, G, B (`VideoColorSpace.matrix`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ColorMatrix {
    /// ITU-R BT.601, which JPEG uses too.
    #[default]
    Bt601,
    /// ITU-R BT.709.
    Bt709,
}

/// Everything about a frame but its bytes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Layout {
    /// Pixel format.
    pub format: PixelFormat,
    /// Size as stored, before rotation.
    pub coded: Size,
    /// The planes; those past `format.plane_count()` are ignored.
    pub planes: [Plane; 3],
    /// Turn that makes it upright; applied before `flip`.
    pub rotation: Rotation,
    /// Mirrored left to right after the rotation (`VideoFrame.flip`).
    pub flip: bool,
    /// Colour matrix of the YUV formats.
    pub matrix: ColorMatrix,
    /// Whether luma runs 0..=255 rather than 16..=235.
    pub full_range: bool,
}

impl Layout {
    /// Planes packed one after the other with no padding, upright, BT.601 limited range (full range for RGB):
    /// what a test or a decoder makes.
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

    /// Bytes that the planes reach to: the least length of a buffer for this layout.
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

    /// Where a continuous upright position lies in the stored picture.
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

    /// Stored pixel `(column, row)` that shows at upright pixel `(x, y)`.
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

/// A frame whose layout does not fit its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FrameError {
    /// A side of length 0, or longer than 16384.
    Size {
        /// Stored width.
        width: u32,
        /// Stored height.
        height: u32,
    },
    /// Rows of a plane overlap.
    Stride {
        /// Which plane.
        plane: usize,
        /// The stride given.
        stride: usize,
        /// The row's length.
        row: usize,
    },
    /// The buffer ends before the planes do.
    TooShort {
        /// Bytes the layout reaches to.
        needed: usize,
        /// Bytes in the buffer.
        given: usize,
    },
}

impl FrameError {
    /// What is wrong, in a sentence without an end.
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

/// One frame: a checked layout over borrowed bytes.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    layout: Layout,
    data: &'a [u8],
}

impl<'a> Frame<'a> {
    /// Checks that every plane lies inside `data`.
    ///
    /// # Errors
    /// [`FrameError`] says which bound is broken.
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

    /// The layout that was checked.
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
