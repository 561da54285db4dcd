//! Reading a frame as upright pixels, one by one or resampled over a region.

use super::color::{YuvToRgb, expand_luma, luma_of_rgb, yuv_to_rgb};
use super::components::Component;
use super::resample::{Resampler, resample};
use super::tilted::sample_tilted;
use super::{Frame, PixelFormat, Region};
use std::cell::RefCell;

impl Frame<'_> {
    /// Luma of upright pixel `(x, y)`, full range 0 to 255 whatever the frame's own range; 0 outside the frame.
    #[inline]
    pub fn luma_at(&self, x: u32, y: u32) -> u8 {
        if !self.contains(x, y) {
            return 0;
        }
        let (column, row) = self.layout().stored_position(x, y);
        let components = Component::of(self.layout().format);
        if self.is_rgb() {
            luma_of_rgb(components.map(|component| component.at(self, column, row)))
        } else {
            self.luma_of([components[0].at(self, column, row), 0, 0])
        }
    }

    /// Red, green and blue of upright pixel `(x, y)` by the frame's matrix and range; black outside the frame.
    #[inline]
    pub fn rgb_at(&self, x: u32, y: u32) -> [u8; 3] {
        if !self.contains(x, y) {
            return [0; 3];
        }
        let (column, row) = self.layout().stored_position(x, y);
        let [a, b, c] = Component::of(self.layout().format).map(|component| {
            let (sx, sy) = component.subsampling;
            component.at(self, column / sx, row / sy)
        });
        if self.is_rgb() { [a, b, c] } else { yuv_to_rgb(a, b, c, self.layout().matrix, self.layout().full_range) }
    }

    fn contains(&self, x: u32, y: u32) -> bool {
        let size = self.size();
        x < size.width && y < size.height
    }

    fn is_rgb(&self) -> bool {
        matches!(self.layout().format, PixelFormat::Rgba | PixelFormat::Bgra)
    }

    /// Full-range luma of a pixel's components.
    #[inline]
    fn luma_of(&self, components: [u8; 3]) -> u8 {
        if self.is_rgb() {
            luma_of_rgb(components)
        } else if self.layout().full_range {
            components[0]
        } else {
            expand_luma(components[0])
        }
    }
}

thread_local! {
    // Tables and row buffers that each call needs; kept, so that sampling a stream allocates nothing.
    static RESAMPLER: RefCell<Resampler> = RefCell::default();
}

/// Fills `out` (`out_w * out_h` RGB triples, row by row) with the picture inside `region`: averaged over each
/// output pixel's area where the region shrinks, bilinear where it grows. A pixel whose middle lies outside the
/// frame is black. An `out` of another length gets as many whole pixels as fit.
pub fn sample_rgb(frame: &Frame, region: &Region, out_w: u32, out_h: u32, out: &mut [u8]) {
    let (pixels, _) = out.as_chunks_mut::<3>();
    if frame.is_rgb() {
        sample(frame, region, out_w, out_h, 3, pixels, |components| components);
    } else {
        let yuv_to_rgb = YuvToRgb::new(frame.layout().matrix, frame.layout().full_range);
        sample(frame, region, out_w, out_h, 3, pixels, |components| yuv_to_rgb.rgb(components));
    }
}

/// As [`sample_rgb`], for full-range luma: `out` is `out_w * out_h` bytes.
pub fn sample_luma(frame: &Frame, region: &Region, out_w: u32, out_h: u32, out: &mut [u8]) {
    let needed = if frame.is_rgb() { 3 } else { 1 };
    sample(frame, region, out_w, out_h, needed, out, |components| frame.luma_of(components));
}

/// Resamples the first `needed` components and puts them together as pixels.
fn sample<P: Copy + Default>(
    frame: &Frame,
    region: &Region,
    out_w: u32,
    out_h: u32,
    needed: usize,
    out: &mut [P],
    pixel: impl Fn([u8; 3]) -> P,
) {
    out.fill(P::default());
    let numbers = [region.center.x, region.center.y, region.width, region.height, region.angle];
    let empty = out_w == 0 || out_h == 0 || region.width <= 0.0 || region.height <= 0.0;
    if empty || numbers.iter().any(|number| !number.is_finite()) {
        return;
    }
    let store = |index: usize, components: [u8; 3]| {
        if let Some(out) = out.get_mut(index) {
            *out = pixel(components);
        }
    };
    if region.angle == 0.0 {
        RESAMPLER.with_borrow_mut(|resampler| resample(resampler, frame, region, [out_w, out_h], needed, store));
    } else {
        sample_tilted(frame, region, [out_w, out_h], needed, store);
    }
}
