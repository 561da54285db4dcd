//! Fine detail of a face at the frame's full resolution: which of two frames of one face is sharper.
//!
//! [`super::sharpness`] works on a grid and cannot detect blur of a pixel. This measure compares neighbouring pixels as
//! the camera delivered them, in rows and in columns. Sensor noise adds to every difference, and to faint detail more
//! than the face does. Differences are therefore not squared: each is multiplied by the same difference in the next row
//! (or column). Edges continue from row to row and count; noise does not and cancels. Motion along rows removes the
//! differences along rows, motion along columns those along columns; each direction counts for half.

use crate::frame::{Frame, PixelFormat, Rect};

/// The central part of the face box that is read; the rest is hair and background.
const INNER_SCALE: f32 = 0.75;
/// Approximate number of pixels read. More do not make the measure steadier, and a near face has four times as many.
const MAX_PIXELS: usize = 48 * 1024;
/// Bytes of a block of eight pixels and the pixel after it, which the products need.
const BLOCK: usize = 9;
/// Minimum mean luma in the denominator: what remains in a darker face is noise.
const MIN_LUMA: f32 = 8.0;

/// Square root of the mean product of neighbouring differences, divided by the mean luma. 0 for a face without detail
/// or outside the frame. Light and exposure cancel. The value depends on the face's size in pixels and on the person,
/// so it is comparable only within one hold.
pub(super) fn measure(frame: &Frame, bbox: &Rect) -> f32 {
    let Some(window) = Window::new(frame, bbox) else { return 0.0 };
    let layout = frame.layout();
    let (sums, count) = match layout.format {
        PixelFormat::Rgba | PixelFormat::Bgra => window.sums::<4>(frame),
        _ => window.sums::<1>(frame),
    };
    if count == 0 {
        return 0.0;
    }
    let mean = |sum: i64| sum as f32 / count as f32;
    let black = if layout.full_range { 0.0 } else { 16.0 };
    let energy = mean(sums.across).max(0.0) + mean(sums.along).max(0.0);
    energy.sqrt() / (mean(sums.luma) - black).max(MIN_LUMA)
}

/// Stored pixels to read: a range of columns in every `step`th row.
struct Window {
    columns: (usize, usize),
    rows: (usize, usize),
    step: usize,
}

/// Sums over the pixels read.
#[derive(Clone, Copy, Default)]
struct Sums {
    across: i64,
    along: i64,
    luma: i64,
}

impl Window {
    /// The inner face within the frame, with room for the neighbours. Rows and columns are stored ones: a rotated frame
    /// exchanges them, which does not change the result.
    fn new(frame: &Frame, bbox: &Rect) -> Option<Window> {
        let layout = frame.layout();
        let (center, half) = (bbox.center(), (bbox.width * INNER_SCALE / 2.0, bbox.height * INNER_SCALE / 2.0));
        let corner = |dx: f32, dy: f32| {
            layout.stored_point(crate::frame::Point { x: center.x + dx * half.0, y: center.y + dy * half.1 })
        };
        let (one, other) = (corner(-1.0, -1.0), corner(1.0, 1.0));
        let range = |a: f32, b: f32, length: u32| {
            // Numbers that usize cannot hold saturate.
            let end = (a.max(b) as usize).min((length as usize).saturating_sub(2));
            ((a.min(b) as usize).min(end), end)
        };
        let (columns, rows) = (range(one.x, other.x, layout.coded.width), range(one.y, other.y, layout.coded.height));
        let area = (columns.1 - columns.0) * (rows.1 - rows.0);
        // RGB pixels are read byte by byte: half as many are steady enough.
        let is_rgb = matches!(layout.format, PixelFormat::Rgba | PixelFormat::Bgra);
        let most = if is_rgb { MAX_PIXELS / 2 } else { MAX_PIXELS };
        (area > 0).then(|| Window { columns, rows, step: area.div_ceil(most) })
    }

    /// The sums over luma, or over green if a pixel has `PIXEL` = 4 bytes: green is most of the luma.
    fn sums<const PIXEL: usize>(&self, frame: &Frame) -> (Sums, usize) {
        let plane = &frame.layout().planes[0];
        let first = plane.offset + self.columns.0 * PIXEL + usize::from(PIXEL == 4);
        let width = self.columns.1 - self.columns.0;
        let mut sums = Sums::default();
        let mut count = 0;
        for row in (self.rows.0..self.rows.1).step_by(self.step) {
            // Ends at the last pixel's byte: the buffer may end there.
            let pixels = |row: usize| {
                let start = first + row * plane.stride;
                frame.data().get(start..=start + width * PIXEL)
            };
            let (Some(here), Some(next)) = (pixels(row), pixels(row + 1)) else {
                break;
            };
            let [across, along, luma] = if PIXEL == 1 {
                luma_row(here, next)
            } else {
                (0..width).fold([0; 3], |sums, x| {
                    let at = |row: &[u8], x: usize| row.get(x * PIXEL).copied().unwrap_or_default();
                    let [here, next] = [here, next].map(|row| [at(row, x), at(row, x + 1)]);
                    add(sums, here, next)
                })
            };
            sums.across += i64::from(across);
            sums.along += i64::from(along);
            sums.luma += i64::from(luma);
            count += width;
        }
        (sums, count)
    }
}

/// Adds the products and the luma of one pixel, given it and its right neighbour in this row (`here`) and in the next.
/// A row of 16384 pixels fits into 32 bits.
#[inline(always)]
fn add(sums: [i32; 3], here: [u8; 2], next: [u8; 2]) -> [i32; 3] {
    let ([h0, h1], [n0, n1]) = (here.map(i32::from), next.map(i32::from));
    [sums[0] + (h1 - h0) * (n1 - n0), sums[1] + (n0 - h0) * (n1 - h1), sums[2] + h0]
}

/// The sums over a row of luma. Both slices are one pixel longer than the row.
fn luma_row(here: &[u8], next: &[u8]) -> [i32; 3] {
    let mut sums = [0; 3];
    let length = here.len().min(next.len());
    let mut x = 0;
    // A block reads eight pixels and the one after them.
    while let (Some(h), Some(n)) = (block(here, x), block(next, x)) {
        sums = add_eight(sums, h, n);
        x += 8;
    }
    while x + 1 < length {
        sums = add(sums, [here[x], here[x + 1]], [next[x], next[x + 1]]);
        x += 1;
    }
    sums
}

fn block(row: &[u8], at: usize) -> Option<&[u8; BLOCK]> {
    row.get(at..)?.first_chunk()
}

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
#[inline(always)]
fn add_eight(mut sums: [i32; 3], h: &[u8; BLOCK], n: &[u8; BLOCK]) -> [i32; 3] {
    for x in 0..8 {
        sums = add(sums, [h[x], h[x + 1]], [n[x], n[x + 1]]);
    }
    sums
}

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
#[inline(always)]
#[expect(unsafe_code, reason = "SIMD loads and stores")]
fn add_eight(sums: [i32; 3], h: &[u8; BLOCK], n: &[u8; BLOCK]) -> [i32; 3] {
    use std::arch::wasm32::{i16x8_splat, i16x8_sub, i32x4_dot_i16x8, i32x4_extract_lane, u16x8_load_extend_u8x8};
    // SAFETY: the array has 9 bytes; eight are read starting at `at`, which is 0 or 1.
    let load = |row: &[u8; BLOCK], at: usize| unsafe { u16x8_load_extend_u8x8(row.as_ptr().add(at)) };
    let ([h0, h1], [n0, n1]) = ([load(h, 0), load(h, 1)], [load(n, 0), load(n, 1)]);
    let across = i32x4_dot_i16x8(i16x8_sub(h1, h0), i16x8_sub(n1, n0));
    let along = i32x4_dot_i16x8(i16x8_sub(n0, h0), i16x8_sub(n1, h1));
    let luma = i32x4_dot_i16x8(h0, i16x8_splat(1));
    let sum = |v| {
        i32x4_extract_lane::<0>(v)
            + i32x4_extract_lane::<1>(v)
            + i32x4_extract_lane::<2>(v)
            + i32x4_extract_lane::<3>(v)
    };
    [sums[0] + sum(across), sums[1] + sum(along), sums[2] + sum(luma)]
}
