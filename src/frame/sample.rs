//! Reads a frame as upright RGB: single pixels, or a resampled rectangle.

use super::color::{YuvToRgb, yuv_to_rgb};
use super::components::Component;
use super::resample::{Resampler, resample};
use super::{Frame, PixelFormat, Rect};
use std::cell::RefCell;

impl Frame<'_> {
    /// RGB of the upright pixel at a point, converted with the frame's matrix and range. `None` outside the frame.
    #[inline]
    pub fn rgb_at(&self, x: f32, y: f32) -> Option<[u8; 3]> {
        let (column, row) = self.stored_pixel(x, y)?;
        let [a, b, c] = Component::of(self.layout().format).map(|component| {
            let (sx, sy) = component.subsampling;
            component.at(self, column / sx, row / sy)
        });
        Some(if self.is_rgb() {
            [a, b, c]
        } else {
            yuv_to_rgb(a, b, c, self.layout().matrix, self.layout().full_range)
        })
    }

    /// Stored column and row of the upright pixel at a point.
    #[inline]
    pub fn stored_pixel(&self, x: f32, y: f32) -> Option<(u32, u32)> {
        let size = self.size();
        let inside = x >= 0.0 && y >= 0.0 && x < size.width as f32 && y < size.height as f32;
        inside.then(|| self.layout().stored_position(x as u32, y as u32))
    }

    pub(super) fn is_rgb(&self) -> bool {
        matches!(self.layout().format, PixelFormat::Rgba | PixelFormat::Bgra)
    }
}

thread_local! {
    // Tables and buffers that are reused, so that sampling a stream does not allocate.
    static RESAMPLER: RefCell<Resampler> = RefCell::default();
}

/// Fills `out` (`out_w * out_h` RGB triples, row by row) with the picture inside `rect`, which may extend past the
/// frame. Shrinking averages over each output pixel's area, enlarging is bilinear. Pixels whose centre lies outside the
/// frame are black. If `out` has another length, it gets as many whole pixels as fit.
pub fn sample_rgb(frame: &Frame, rect: &Rect, out_w: u32, out_h: u32, out: &mut [u8]) {
    let (pixels, _) = out.as_chunks_mut::<3>();
    pixels.fill([0; 3]);
    let empty = out_w == 0 || out_h == 0 || rect.width <= 0.0 || rect.height <= 0.0;
    if empty || ![rect.x, rect.y, rect.width, rect.height].iter().all(|number| number.is_finite()) {
        return;
    }
    let to_rgb = (!frame.is_rgb()).then(|| YuvToRgb::new(frame.layout().matrix, frame.layout().full_range));
    RESAMPLER.with_borrow_mut(|resampler| {
        resample(resampler, frame, rect, [out_w, out_h], |index, components| {
            if let Some(pixel) = pixels.get_mut(index) {
                *pixel = to_rgb.map_or(components, |to_rgb| to_rgb.rgb(components));
            }
        });
    });
}
