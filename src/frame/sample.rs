//! Reading a frame as upright RGB pixels, one by one or resampled over a rectangle.

use super::color::{YuvToRgb, yuv_to_rgb};
use super::components::Component;
use super::resample::{Resampler, resample};
use super::{Frame, PixelFormat, Rect};
use std::cell::RefCell;

impl Frame<'_> {
    /// Red, green and blue of the upright pixel under a point, by the frame's matrix and range; `None` outside the
    /// frame.
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

    /// Stored column and row of the upright pixel under a point.
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
    // Tables and row buffers that each call needs; kept, so that sampling a stream allocates nothing.
    static RESAMPLER: RefCell<Resampler> = RefCell::default();
}

/// Fills `out` (`out_w * out_h` RGB triples, row by row) with the picture inside `rect`, which may reach past the
/// frame: averaged over each output pixel's area where it shrinks, bilinear where it grows. A pixel whose middle lies
/// outside the frame is black. An `out` of another length gets as many whole pixels as fit.
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
