//! Locates the bytes of a pixel's components in the planes of a frame.

use super::{Frame, Layout, PixelFormat};

/// One component (Y, U, V, or R, G, B) of a frame's pixels.
#[derive(Clone, Copy, Debug)]
pub(super) struct Component {
    /// Index of its plane.
    pub plane: usize,
    /// Its byte within a pixel of that plane.
    pub offset: usize,
    /// Bytes per pixel of that plane.
    pub pixel: usize,
    /// Columns and rows of the frame per sample.
    pub subsampling: (u32, u32),
}

impl Component {
    /// The three components in the order Y, U, V or R, G, B.
    pub(super) fn of(format: PixelFormat) -> [Component; 3] {
        let component = |plane, offset, pixel, subsampling| Component { plane, offset, pixel, subsampling };
        let chroma = format.chroma_subsampling();
        match format {
            PixelFormat::Rgba => [0, 1, 2].map(|offset| component(0, offset, 4, chroma)),
            PixelFormat::Bgra => [2, 1, 0].map(|offset| component(0, offset, 4, chroma)),
            PixelFormat::Nv12 => [component(0, 0, 1, (1, 1)), component(1, 0, 2, chroma), component(1, 1, 2, chroma)],
            _ => [component(0, 0, 1, (1, 1)), component(1, 0, 1, chroma), component(2, 0, 1, chroma)],
        }
    }

    /// Columns and rows of the component's plane.
    pub(super) fn extent(&self, layout: &Layout) -> (u32, u32) {
        let (sx, sy) = self.subsampling;
        (layout.coded.width.div_ceil(sx), layout.coded.height.div_ceil(sy))
    }

    /// The sample at `(column, row)` of the plane, which must lie inside [`Component::extent`].
    #[inline]
    pub(super) fn at(&self, frame: &Frame, column: u32, row: u32) -> u8 {
        let plane = &frame.layout().planes[self.plane];
        frame.data()[plane.offset + plane.stride * row as usize + column as usize * self.pixel + self.offset]
    }
}
