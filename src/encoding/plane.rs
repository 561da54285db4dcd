//! Rotates and scales a plane of samples.

use crate::frame::{Frame, PixelFormat, Rotation, Size};

/// A read-only view of every `step`-th byte of rows that are `stride` bytes apart.
#[derive(Clone, Copy)]
pub(super) struct PlaneView<'a> {
    pub data: &'a [u8],
    pub stride: usize,
    pub step: usize,
    pub size: Size,
}

impl<'a> PlaneView<'a> {
    /// Rows without padding.
    pub(super) fn packed(data: &'a [u8], size: Size) -> Self {
        PlaneView { data, stride: size.width as usize, step: 1, size }
    }

    /// Luma (0), Cb (1) or Cr (2) of a YUV frame; red, green or blue of an RGB one.
    pub(super) fn of_frame(frame: &Frame<'a>, channel: usize) -> Self {
        let layout = frame.layout();
        let Size { width, height } = layout.coded;
        let (sx, sy) = layout.format.chroma_subsampling();
        let (plane, first, step) = match (layout.format, channel) {
            (PixelFormat::Nv12, 1 | 2) => (1, channel - 1, 2),
            (PixelFormat::Rgba, _) => (0, channel, 4),
            (PixelFormat::Bgra, _) => (0, 2 - channel, 4),
            _ => (channel, 0, 1),
        };
        let size =
            if channel == 0 { layout.coded } else { Size { width: width.div_ceil(sx), height: height.div_ceil(sy) } };
        let plane = layout.planes[plane];
        PlaneView { data: &frame.data()[plane.offset + first..], stride: plane.stride, step, size }
    }

    fn row(&self, y: usize) -> &'a [u8] {
        let start = y * self.stride;
        &self.data[start..=(start + (self.size.width as usize - 1) * self.step)]
    }
}

/// Start and steps of a stored plane in upright order.
struct Traversal {
    start: isize,
    right: isize,
    down: isize,
}

impl Traversal {
    fn new(view: &PlaneView, rotation: Rotation, flip: bool) -> Self {
        let (column, row) = (view.step as isize, view.stride as isize);
        let last_column = (view.size.width as isize - 1) * column;
        let last_row = (view.size.height as isize - 1) * row;
        let (start, right, down) = match rotation {
            Rotation::None => (0, column, row),
            Rotation::Clockwise90 => (last_row, -row, column),
            Rotation::Half => (last_column + last_row, -column, -row),
            Rotation::Clockwise270 => (last_column, row, -column),
        };
        if !flip {
            return Traversal { start, right, down };
        }
        let upright_width = if rotation.swaps_sides() { view.size.height } else { view.size.width } as isize;
        Traversal { start: start + (upright_width - 1) * right, right: -right, down }
    }
}

/// Writes `view` upright and packed into `out`, resizing it to the number of samples.
///
/// Chroma planes are rotated in the same way. If a side of the picture is odd and gets mirrored, its colours shift by
/// one pixel, which is less than what halving the chroma loses.
pub(super) fn rotate(view: &PlaneView, rotation: Rotation, flip: bool, out: &mut Vec<u8>) {
    let (mut width, mut height) = (view.size.width as usize, view.size.height as usize);
    if rotation.swaps_sides() {
        std::mem::swap(&mut width, &mut height);
    }
    out.resize(width * height, 0);
    let traversal = Traversal::new(view, rotation, flip);
    if rotation.swaps_sides() {
        return transpose(view.data, &traversal, width, out);
    }
    for (y, row) in out.chunks_exact_mut(width).enumerate() {
        let first = traversal.start + y as isize * traversal.down;
        let leftmost = first.min(first + (width as isize - 1) * traversal.right) as usize;
        let source = &view.data[leftmost..=(leftmost + (width - 1) * view.step)];
        match (traversal.right > 0, view.step) {
            (true, 1) => row.copy_from_slice(source),
            (true, step) => copy(row, source.iter().step_by(step)),
            (false, 1) => copy(row, source.iter().rev()),
            (false, step) => copy(row, source.iter().rev().step_by(step)),
        }
    }
}

fn copy<'a>(row: &mut [u8], source: impl Iterator<Item = &'a u8>) {
    for (to, from) in row.iter_mut().zip(source) {
        *to = *from;
    }
}

/// Side of the square tiles, chosen so that rows read and rows written stay in the first-level cache.
const TILE: usize = 32;

fn transpose(data: &[u8], traversal: &Traversal, width: usize, out: &mut [u8]) {
    for (tile_y, rows) in out.chunks_mut(TILE * width).enumerate() {
        for tile_x in (0..width).step_by(TILE) {
            for (y, row) in rows.chunks_exact_mut(width).enumerate() {
                let y = (tile_y * TILE + y) as isize;
                let mut at = traversal.start + y * traversal.down + tile_x as isize * traversal.right;
                for to in &mut row[tile_x..(tile_x + TILE).min(width)] {
                    *to = data[at as usize];
                    at += traversal.right;
                }
            }
        }
    }
}

/// Scales `view` down to `to` by exact area averaging, into every `out_step`-th byte of `out`. `sums` is scratch space.
/// No side of `to` may exceed that of `view`.
pub(super) fn shrink(view: &PlaneView, to: Size, out: &mut [u8], out_step: usize, sums: &mut Vec<u32>) {
    let (from_w, from_h) = (view.size.width as usize, view.size.height as usize);
    let (to_w, to_h) = (to.width as usize, to.height as usize);
    // Lengths are measured in 1/to_w of a source column and 1/to_h of a source row, so all overlaps are integers, and
    // those of one target pixel add up to from_w and from_h. Sums stay below 255 * 16384.
    let scale = 1.0 / (from_w as f32 * from_h as f32);
    for (y, out_row) in out.chunks_mut(to_w * out_step).take(to_h).enumerate() {
        sums.clear();
        sums.resize(from_w, 0);
        for (row, overlap) in Overlaps::new(y, from_h, to_h) {
            let source = view.row(row);
            if view.step == 1 {
                add_row(sums, source.iter(), overlap);
            } else {
                add_row(sums, source.iter().step_by(view.step), overlap);
            }
        }
        for (x, to) in out_row.iter_mut().step_by(out_step).enumerate() {
            let sum: u64 = Overlaps::new(x, from_w, to_w).map(|(at, part)| u64::from(sums[at]) * u64::from(part)).sum();
            *to = (sum as f32 * scale + 0.5) as u8;
        }
    }
}

fn add_row<'a>(sums: &mut [u32], row: impl Iterator<Item = &'a u8>, weight: u32) {
    for (sum, sample) in sums.iter_mut().zip(row) {
        *sum += u32::from(*sample) * weight;
    }
}

/// Iterates over the source pixels under target pixel `index` with their overlaps, scaling `from` pixels to `to`.
struct Overlaps {
    at: usize,
    start: usize,
    end: usize,
    to: usize,
}

impl Overlaps {
    fn new(index: usize, from: usize, to: usize) -> Self {
        let start = index * from;
        Overlaps { at: start / to, start, end: start + from, to }
    }
}

impl Iterator for Overlaps {
    type Item = (usize, u32);

    fn next(&mut self) -> Option<(usize, u32)> {
        let at = self.at;
        let left = (at * self.to).max(self.start);
        let right = ((at + 1) * self.to).min(self.end);
        if left >= right {
            return None;
        }
        self.at += 1;
        Some((at, (right - left) as u32))
    }
}
