//! Resamples an upright rectangle in integer arithmetic: first rows, then columns.
//!
//! The work is done in the stored orientation, plane by plane at the plane's own resolution. Rotation and mirroring
//! only decide where an output pixel is written. The weights of an output pixel are 256ths that add up to 256 along
//! each axis, so the sum of a column's rows fits into 16 bits, eight to a vector.

use super::components::Component;
use super::sums::{sum_pixels, sum_quads, sum_rows};
use super::{Frame, Point, Rect};
use std::ops::Range;

/// The samples of a plane that contribute to each output pixel along one axis.
#[derive(Debug, Default)]
struct Axis {
    /// Output pixels whose centre lies inside the frame.
    inside: Range<usize>,
    /// For each of them the samples, and the index of the first weight.
    spans: Vec<(Range<usize>, usize)>,
    weights: Vec<u16>,
}

impl Axis {
    /// Maps `outputs` pixels to `start..start + length` of a plane with `samples` samples, of which the frame covers
    /// `covered` (the last chroma sample of an odd frame counts half).
    fn fill(&mut self, start: f32, length: f32, outputs: u32, samples: u32, covered: f32) {
        self.spans.clear();
        self.weights.clear();
        let step = length / outputs as f32;
        self.inside = 0..0;
        for output in 0..outputs {
            let low = start + step * output as f32;
            let middle = low + step / 2.0;
            let first_weight = self.weights.len();
            if !(middle >= 0.0 && middle < covered) {
                continue;
            }
            if self.spans.is_empty() {
                self.inside.start = output as usize;
            }
            self.inside.end = output as usize + 1;
            // Enlarging uses a window of one sample around the centre: the two neighbouring samples, weighted by
            // distance.
            let (low, high) = if step < 1.0 { (middle - 0.5, middle + 0.5) } else { (low, low + step) };
            let (low, high) = (low.max(0.0), high.min(samples as f32));
            let first = low as usize;
            let end = (high.ceil() as usize).clamp(first + 1, samples as usize);
            let scale = 256.0 / (high - low);
            let mut before = 0;
            for sample in first..end {
                let share = (((sample + 1) as f32).min(high) - low) * scale;
                let upto = if sample + 1 == end { 256 } else { (share + 0.5) as u16 };
                self.weights.push(upto - before);
                before = upto;
            }
            self.spans.push((first..end, first_weight));
        }
    }

    /// The range of all required samples.
    fn range(&self) -> Range<usize> {
        // Spans are ordered: the first has the lowest start, the last the highest end.
        let first = self.spans.first().map_or(0, |(span, _)| span.start);
        first..self.spans.last().map_or(first, |(span, _)| span.end)
    }

    /// Samples and weights of the output pixels inside, in order.
    fn taps(&self) -> impl Iterator<Item = (Range<usize>, &[u16])> {
        self.spans.iter().map(|(span, first)| (span.clone(), &self.weights[*first..][..span.len()]))
    }
}

/// Tables and buffers of [`resample`], reused between calls.
#[derive(Debug, Default)]
pub(super) struct Resampler {
    columns: Axis,
    rows: Axis,
    sums: Vec<u16>,
    values: [Vec<u8>; 3],
}

/// Calls `store(index, components)` for each output pixel whose centre lies inside the frame.
pub(super) fn resample(
    resampler: &mut Resampler,
    frame: &Frame,
    rect: &Rect,
    [out_w, out_h]: [u32; 2],
    mut store: impl FnMut(usize, [u8; 3]),
) {
    let layout = frame.layout();
    let a = layout.stored_point(Point { x: rect.x, y: rect.y });
    let b = layout.stored_point(Point { x: rect.x + rect.width, y: rect.y + rect.height });
    let swaps = layout.rotation.swaps_sides();
    let (columns, rows) = if swaps { (out_h, out_w) } else { (out_w, out_h) };
    let components = Component::of(layout.format);

    for (index, component) in components.iter().enumerate() {
        let (sx, sy) = component.subsampling;
        let (plane_columns, plane_rows) = component.extent(layout);
        // Components whose planes have the same geometry share the tables.
        if index == 0 || component.subsampling != components[index - 1].subsampling {
            let (sx, sy) = (sx as f32, sy as f32);
            let (width, height) = (layout.coded.width as f32 / sx, layout.coded.height as f32 / sy);
            resampler.columns.fill(a.x.min(b.x) / sx, (a.x - b.x).abs() / sx, columns, plane_columns, width);
            resampler.rows.fill(a.y.min(b.y) / sy, (a.y - b.y).abs() / sy, rows, plane_rows, height);
        }
        // Components of one plane share the row sums: one pass serves all of them.
        let siblings = components.iter().filter(|other| other.plane == component.plane).count();
        if index > 0 && component.plane == components[index - 1].plane {
            continue;
        }
        let of_plane = index..index + siblings;
        let offsets = &components[of_plane.clone()];
        sum_plane(resampler, frame, offsets, of_plane);
    }

    // The output index of stored column 0, row 0, and the steps to the next column and row.
    let (along_x, along_y) = (1, out_w as isize);
    let (mut to_column, mut to_row) = if swaps { (along_y, along_x) } else { (along_x, along_y) };
    let mut start = 0;
    if a.x > b.x {
        start += to_column * (columns as isize - 1);
        to_column = -to_column;
    }
    if a.y > b.y {
        start += to_row * (rows as isize - 1);
        to_row = -to_row;
    }
    let (columns, rows) = (&resampler.columns.inside, &resampler.rows.inside);
    let values = [0, 1, 2].map(|index| resampler.values[index].as_slice());
    for (line, row) in rows.clone().enumerate() {
        let at = line * columns.len();
        let [first, second, third] = values.map(|values| &values[at..at + columns.len()]);
        let mut index = start + to_row * row as isize + to_column * columns.start as isize;
        for ((&a, &b), &c) in first.iter().zip(second).zip(third) {
            store(index as usize, [a, b, c]);
            index += to_column;
        }
    }
}

/// Resamples the components of one plane into `resampler.values`, in stored orientation and only for the pixels inside.
fn sum_plane(resampler: &mut Resampler, frame: &Frame, components: &[Component], indices: Range<usize>) {
    let Resampler { columns, rows, sums, values } = resampler;
    let plane = &frame.layout().planes[components[0].plane];
    let pixel = components[0].pixel;
    let needed = columns.range();
    for values in &mut values[indices.clone()] {
        values.clear();
        values.reserve(columns.spans.len() * rows.spans.len());
    }
    sums.resize(needed.len() * pixel, 0);
    for (span, weights) in rows.taps() {
        let first = plane.offset + plane.stride * span.start + needed.start * pixel;
        sum_rows(sums, &frame.data()[first..], plane.stride, weights);
        let values = &mut values[indices.clone()];
        match pixel {
            1 => sum_columns::<1>(columns, needed.start, sums, components, values, sum_pixels),
            2 => sum_columns::<2>(columns, needed.start, sums, components, values, sum_pixels),
            #[cfg(not(target_arch = "wasm32"))]
            _ if components.len() == 3 => sum_packed_columns(columns, needed.start, sums, components, values),
            _ => sum_columns::<4>(columns, needed.start, sums, components, values, sum_quads),
        }
    }
}

/// Sums the columns of one row of sums, `P` interleaved components at a time, and appends the results.
fn sum_columns<const P: usize>(
    columns: &Axis,
    first: usize,
    sums: &[u16],
    components: &[Component],
    values: &mut [Vec<u8>],
    sum: impl Fn(&[[u16; P]], &[u16]) -> [u8; P],
) {
    let (pixels, _) = sums.as_chunks::<P>();
    for (span, weights) in columns.taps() {
        let total = sum(&pixels[span.start - first..span.end - first], weights);
        for (component, values) in components.iter().zip(values.iter_mut()) {
            values.push(total[component.offset % P]);
        }
    }
}

/// [`sum_columns`] of three of four interleaved components.
#[cfg(not(target_arch = "wasm32"))]
fn sum_packed_columns(columns: &Axis, first: usize, sums: &[u16], components: &[Component], values: &mut [Vec<u8>]) {
    let [a, b, c] = values else { return };
    let (pixels, _) = sums.as_chunks::<4>();
    let start = a.len();
    for values in [&mut *a, &mut *b, &mut *c] {
        values.resize(start + columns.spans.len(), 0);
    }
    let out = a[start..].iter_mut().zip(&mut b[start..]).zip(&mut c[start..]);
    let [red, green, blue] = [0, 1, 2].map(|index| components[index].offset % 4);
    for (((a, b), c), (span, weights)) in out.zip(columns.taps()) {
        let total = sum_quads(&pixels[span.start - first..span.end - first], weights);
        (*a, *b, *c) = (total[red], total[green], total[blue]);
    }
}
