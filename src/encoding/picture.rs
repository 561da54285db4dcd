//! An upright picture in JPEG's colour format, filled from a frame of any layout.

use super::color::{bt709_to_bt601, rgb_to_planes};
use super::plane::{PlaneView, rotate, shrink};
use super::range_expansion::{expand_chroma, expand_luma};
use crate::frame::{ColorMatrix, Frame, PixelFormat, Size};

/// Packed luma, Cb and Cr; chroma is halved in both directions and rounded up to whole samples.
type Planes = [Vec<u8>; 3];

/// An upright picture as full-range BT.601 YCbCr with chroma halved in both directions. The buffers are reused: filling
/// does not allocate once the largest frame has been seen.
#[derive(Clone, Debug, Default)]
pub struct Picture {
    size: Size,
    planes: Planes,
    /// The planes before rotation. A plane is empty if the frame's own can be read unchanged.
    stored: Planes,
    /// Scaled pixels of an RGB frame, four bytes each.
    rgb: Vec<u8>,
    sums: Vec<u32>,
}

impl Picture {
    /// Size in pixels; 0x0 before the first fill.
    pub fn size(&self) -> Size {
        self.size
    }

    /// Luma, one byte per pixel, without row padding.
    pub fn luma(&self) -> &[u8] {
        &self.planes[0]
    }

    /// Cb and Cr, each `width.div_ceil(2)` by `height.div_ceil(2)` samples.
    pub fn chroma(&self) -> [&[u8]; 2] {
        [&self.planes[1], &self.planes[2]]
    }

    /// The upright size of `frame` scaled down until no side exceeds `max_side`; at least one pixel.
    pub fn fitted(frame: &Frame, max_side: u32) -> Size {
        let Size { width, height } = frame.size();
        let longest = width.max(height);
        if longest <= max_side {
            return Size { width, height };
        }
        let fit = |side: u32| {
            let exact = f64::from(side) * f64::from(max_side) / f64::from(longest);
            (exact.round() as u32).clamp(1, side)
        };
        Size { width: fit(width), height: fit(height) }
    }

    /// Fills the picture from the whole of `frame` at the upright size `to`, clamped to the frame's size.
    pub fn fill(&mut self, frame: &Frame, to: Size) {
        let layout = *frame.layout();
        let upright = frame.size();
        let to = Size { width: to.width.clamp(1, upright.width), height: to.height.clamp(1, upright.height) };
        let stored = if layout.rotation.swaps_sides() { Size { width: to.height, height: to.width } } else { to };
        self.size = to;

        let is_rgb = matches!(layout.format, PixelFormat::Rgba | PixelFormat::Bgra);
        if is_rgb {
            self.store_rgb(frame, stored);
        } else {
            self.store_yuv(frame, stored);
        }
        for (channel, (out, own)) in self.planes.iter_mut().zip(&self.stored).enumerate() {
            let view = if own.is_empty() {
                PlaneView::of_frame(frame, channel)
            } else {
                PlaneView::packed(own, plane_size(stored, channel))
            };
            rotate(&view, layout.rotation, layout.flip, out);
        }
        if !is_rgb {
            self.correct_colors(layout.full_range, layout.matrix);
        }
    }

    fn store_yuv(&mut self, frame: &Frame, to: Size) {
        for (channel, out) in self.stored.iter_mut().enumerate() {
            let view = PlaneView::of_frame(frame, channel);
            let to = plane_size(to, channel);
            out.clear();
            if view.size != to {
                out.resize(area(to), 0);
                shrink(&view, to, out, 1, &mut self.sums);
            }
        }
    }

    fn store_rgb(&mut self, frame: &Frame, to: Size) {
        let layout = frame.layout();
        for (channel, out) in self.stored.iter_mut().enumerate() {
            out.resize(area(plane_size(to, channel)), 0);
        }
        if to == layout.coded {
            let red = if layout.format == PixelFormat::Rgba { 0 } else { 2 };
            let plane = layout.planes[0];
            return rgb_to_planes(&frame.data()[plane.offset..], plane.stride, to, red, &mut self.stored);
        }
        self.rgb.resize(area(to) * 4, 0);
        for channel in 0..3 {
            shrink(&PlaneView::of_frame(frame, channel), to, &mut self.rgb[channel..], 4, &mut self.sums);
        }
        rgb_to_planes(&self.rgb, to.width as usize * 4, to, 0, &mut self.stored);
    }

    fn correct_colors(&mut self, full_range: bool, matrix: ColorMatrix) {
        let [luma, cb, cr] = &mut self.planes;
        if !full_range {
            expand_luma(luma);
            expand_chroma(cb);
            expand_chroma(cr);
        }
        if matrix == ColorMatrix::Bt709 {
            bt709_to_bt601(self.size, luma, cb, cr);
        }
    }
}

/// Samples per row and number of rows of a channel in a 4:2:0 picture.
fn plane_size(picture: Size, channel: usize) -> Size {
    if channel == 0 {
        return picture;
    }
    Size { width: picture.width.div_ceil(2), height: picture.height.div_ceil(2) }
}

fn area(size: Size) -> usize {
    size.width as usize * size.height as usize
}
