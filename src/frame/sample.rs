//! Reading a frame as upright pixels, one by one or resampled over a region.

use super::{ColorMatrix, Frame, PixelFormat, Point, Region};

/// Most taps along each axis that are averaged into one output pixel.
const MAX_TAPS: u32 = 8;

impl Frame<'_> {
    /// Luma of upright pixel `(x, y)`, full range 0 to 255 whatever the frame's own range; 0 outside the frame.
    #[inline]
    pub fn luma_at(&self, x: u32, y: u32) -> u8 {
        if !self.contains(x, y) {
            return 0;
        }
        let layout = self.layout();
        let (column, row) = layout.stored_position(x, y);
        match layout.format {
            PixelFormat::Rgba | PixelFormat::Bgra => luma_of_rgb(self.stored_rgb(column, row)),
            _ => {
                let luma = self.byte(0, column, row);
                if layout.full_range { luma } else { expand_luma(luma) }
            }
        }
    }

    /// Red, green and blue of upright pixel `(x, y)` by the frame's matrix and range; black outside the frame.
    #[inline]
    pub fn rgb_at(&self, x: u32, y: u32) -> [u8; 3] {
        if !self.contains(x, y) {
            return [0; 3];
        }
        let layout = self.layout();
        let (column, row) = layout.stored_position(x, y);
        let (sx, sy) = layout.format.chroma_subsampling();
        let (cc, cr) = (column / sx, row / sy);
        let (u, v) = match layout.format {
            PixelFormat::Rgba | PixelFormat::Bgra => return self.stored_rgb(column, row),
            PixelFormat::Nv12 => (self.byte(1, cc * 2, cr), self.byte(1, cc * 2 + 1, cr)),
            _ => (self.byte(1, cc, cr), self.byte(2, cc, cr)),
        };
        yuv_to_rgb(self.byte(0, column, row), u, v, layout.matrix, layout.full_range)
    }

    fn contains(&self, x: u32, y: u32) -> bool {
        let size = self.size();
        x < size.width && y < size.height
    }

    #[inline]
    fn byte(&self, plane: usize, column: u32, row: u32) -> u8 {
        let plane = &self.layout().planes[plane];
        self.data()[plane.offset + plane.stride * row as usize + column as usize]
    }

    #[inline]
    fn stored_rgb(&self, column: u32, row: u32) -> [u8; 3] {
        let [a, b, c] = [0, 1, 2].map(|i| self.byte(0, column * 4 + i, row));
        if self.layout().format == PixelFormat::Bgra { [c, b, a] } else { [a, b, c] }
    }
}

/// BT.601 luma of an RGB pixel, full range.
#[inline]
pub fn luma_of_rgb([r, g, b]: [u8; 3]) -> u8 {
    ((77 * u32::from(r) + 150 * u32::from(g) + 29 * u32::from(b) + 128) >> 8) as u8
}

/// Limited-range luma (16 to 235) stretched to 0 to 255.
#[inline]
fn expand_luma(y: u8) -> u8 {
    (((i32::from(y) - 16) * 76309 + 32768) >> 16).clamp(0, 255) as u8
}

/// One YUV pixel as RGB, in 16-bit fixed point (the usual BT.601 and BT.709 constants).
#[inline]
pub fn yuv_to_rgb(y: u8, u: u8, v: u8, matrix: ColorMatrix, full_range: bool) -> [u8; 3] {
    let (luma, [rv, gu, gv, bu]) = match (matrix, full_range) {
        (ColorMatrix::Bt601, true) => (65536, [91881, 22554, 46802, 116130]),
        (ColorMatrix::Bt601, false) => (76309, [104597, 25675, 53279, 132201]),
        (ColorMatrix::Bt709, true) => (65536, [103206, 12276, 30679, 121609]),
        (ColorMatrix::Bt709, false) => (76309, [117489, 13975, 34925, 138438]),
    };
    let y = (i32::from(y) - if full_range { 0 } else { 16 }) * luma + 32768;
    let (u, v) = (i32::from(u) - 128, i32::from(v) - 128);
    [y + rv * v, y - gu * u - gv * v, y + bu * u].map(|c| (c >> 16).clamp(0, 255) as u8)
}

/// Fills `out` (`out_w * out_h` RGB triples, row by row) with the picture inside `region`: averaged over each
/// output pixel's area where the region shrinks, bilinear where it grows. What lies outside the frame is black.
/// An `out` of another length gets as many whole pixels as fit.
pub fn sample_rgb(frame: &Frame, region: &Region, out_w: u32, out_h: u32, out: &mut [u8]) {
    let mut pixels = out.chunks_exact_mut(3);
    sample(
        frame,
        region,
        out_w,
        out_h,
        |x, y| frame.rgb_at(x, y),
        |rgb| {
            if let Some(pixel) = pixels.next() {
                pixel.copy_from_slice(&rgb);
            }
        },
    );
}

/// As [`sample_rgb`], for full-range luma: `out` is `out_w * out_h` bytes.
pub fn sample_luma(frame: &Frame, region: &Region, out_w: u32, out_h: u32, out: &mut [u8]) {
    let mut pixels = out.iter_mut();
    sample(
        frame,
        region,
        out_w,
        out_h,
        |x, y| [frame.luma_at(x, y)],
        |[luma]| {
            if let Some(pixel) = pixels.next() {
                *pixel = luma;
            }
        },
    );
}

fn sample<const N: usize>(
    frame: &Frame,
    region: &Region,
    out_w: u32,
    out_h: u32,
    pixel_at: impl Fn(u32, u32) -> [u8; N],
    mut store: impl FnMut([u8; N]),
) {
    let size = frame.size();
    let (step_x, step_y) = (region.width / out_w as f32, region.height / out_h as f32);
    let (taps_x, taps_y) = (taps(step_x), taps(step_y));
    let (sin, cos) = region.angle.sin_cos();
    let at = |u: f32, v: f32| Point { x: region.center.x + u * cos - v * sin, y: region.center.y + u * sin + v * cos };
    let inside = |p: Point| p.x >= 0.0 && p.y >= 0.0 && p.x < size.width as f32 && p.y < size.height as f32;
    for row in 0..out_h {
        for column in 0..out_w {
            let (u, v) = (column as f32 * step_x - region.width / 2.0, row as f32 * step_y - region.height / 2.0);
            if !inside(at(u + step_x / 2.0, v + step_y / 2.0)) {
                store([0; N]);
                continue;
            }
            let mut sum = [0f32; N];
            for ty in 0..taps_y {
                for tx in 0..taps_x {
                    let p = at(
                        u + step_x * (tx as f32 + 0.5) / taps_x as f32,
                        v + step_y * (ty as f32 + 0.5) / taps_y as f32,
                    );
                    add_bilinear(p, size.width, size.height, &pixel_at, &mut sum);
                }
            }
            let scale = 1.0 / (taps_x * taps_y) as f32;
            store(sum.map(|s| (s * scale + 0.5) as u8));
        }
    }
}

fn taps(step: f32) -> u32 {
    (step.ceil() as u32).clamp(1, MAX_TAPS)
}

/// Adds the value at `p`, between the four pixels around it; past the frame its edge is repeated.
fn add_bilinear<const N: usize>(
    p: Point,
    width: u32,
    height: u32,
    pixel_at: &impl Fn(u32, u32) -> [u8; N],
    sum: &mut [f32; N],
) {
    let x = (p.x - 0.5).clamp(0.0, (width - 1) as f32);
    let y = (p.y - 0.5).clamp(0.0, (height - 1) as f32);
    let (x0, y0) = (x as u32, y as u32);
    let (x1, y1) = ((x0 + 1).min(width - 1), (y0 + 1).min(height - 1));
    let (fx, fy) = (x - x0 as f32, y - y0 as f32);
    let corners =
        [(x0, y0, (1.0 - fx) * (1.0 - fy)), (x1, y0, fx * (1.0 - fy)), (x0, y1, (1.0 - fx) * fy), (x1, y1, fx * fy)];
    for (x, y, weight) in corners {
        if weight > 0.0 {
            for (sum, value) in sum.iter_mut().zip(pixel_at(x, y)) {
                *sum += weight * f32::from(value);
            }
        }
    }
}
