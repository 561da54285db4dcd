//! Resampling an upright rectangle: rows are added up first, then columns, in whole numbers.
//!
//! All work is done in the stored orientation, plane by plane at the plane's own resolution; rotation and
//! mirroring only say where an output pixel goes. The weights of one output pixel are 256ths that add up to
//! 256 along each axis, so a column's sum over the rows fits 16 bits, and compilers turn the row loop into
//! 8-lane vector code.

use super::components::Component;
use super::tilted::stored_point;
use super::{Frame, Point, Region};
use std::ops::Range;

/// Which samples of a plane make up each output pixel along one axis.
#[derive(Debug, Default)]
struct Axis {
    /// For each output pixel its samples and where their weights begin; empty outside the frame.
    spans: Vec<(Range<usize>, usize)>,
    weights: Vec<u16>,
}

impl Axis {
    /// `outputs` pixels over `start..start + length` of a plane with `samples` samples.
    fn fill(&mut self, start: f32, length: f32, outputs: u32, samples: u32) {
        self.spans.clear();
        self.weights.clear();
        let step = length / outputs as f32;
        for output in 0..outputs {
            let low = start + step * output as f32;
            let middle = low + step / 2.0;
            let first_weight = self.weights.len();
            if !(middle >= 0.0 && middle < samples as f32) {
                self.spans.push((0..0, first_weight));
                continue;
            }
            // Where it grows, a window of one sample around the middle: the two samples beside it, weighted by
            // their nearness.
            let (low, high) = if step < 1.0 { (middle - 0.5, middle + 0.5) } else { (low, low + step) };
            let (low, high) = (low.max(0.0), high.min(samples as f32));
            let first = low as usize;
            let end = (high.ceil() as usize).clamp(first + 1, samples as usize);
            let scale = 256.0 / (high - low);
            let mut before = 0;
            for sample in first..end {
                let covered = (((sample + 1) as f32).min(high) - low) * scale;
                let upto = if sample + 1 == end { 256 } else { (covered + 0.5) as u16 };
                self.weights.push(upto - before);
                before = upto;
            }
            self.spans.push((first..end, first_weight));
        }
    }

    /// All samples that any output pixel needs.
    fn range(&self) -> Range<usize> {
        let spans = || self.spans.iter().filter(|(span, _)| !span.is_empty());
        let first = spans().map(|(span, _)| span.start).min();
        let end = spans().map(|(span, _)| span.end).max();
        first.unwrap_or(0)..end.unwrap_or(0)
    }

    fn get(&self, output: usize) -> (Range<usize>, &[u16]) {
        let (span, first) = &self.spans[output];
        (span.clone(), &self.weights[*first..][..span.len()])
    }
}

/// Tables and buffers of [`resample`], kept between calls.
#[derive(Debug, Default)]
pub struct Resampler {
    columns: Axis,
    rows: Axis,
    sums: Vec<u16>,
    values: [Vec<u8>; 3],
}

/// Calls `store(index, components)` for each output pixel whose middle lies inside the frame; the components
/// past `needed` are 0.
pub fn resample(
    resampler: &mut Resampler,
    frame: &Frame,
    region: &Region,
    [out_w, out_h]: [u32; 2],
    needed: usize,
    mut store: impl FnMut(usize, [u8; 3]),
) {
    let layout = frame.layout();
    let (w, h) = (region.width / 2.0, region.height / 2.0);
    let corner = |x: f32, y: f32| stored_point(layout, Point { x: region.center.x + x, y: region.center.y + y });
    let (a, b) = (corner(-w, -h), corner(w, h));
    let swaps = layout.rotation.swaps_sides();
    let (columns, rows) = if swaps { (out_h, out_w) } else { (out_w, out_h) };
    let components = Component::of(layout.format);

    for (index, component) in components.iter().enumerate().take(needed) {
        let (sx, sy) = component.subsampling;
        let (plane_columns, plane_rows) = component.extent(layout);
        // Components that share a plane's geometry share the tables.
        if index == 0 || component.subsampling != components[index - 1].subsampling {
            let (sx, sy) = (sx as f32, sy as f32);
            resampler.columns.fill(a.x.min(b.x) / sx, (a.x - b.x).abs() / sx, columns, plane_columns);
            resampler.rows.fill(a.y.min(b.y) / sy, (a.y - b.y).abs() / sy, rows, plane_rows);
        }
        // So do those that lie in one plane with the row sums: one pass serves all of them.
        let siblings = components.iter().take(needed).filter(|other| other.plane == component.plane).count();
        if index > 0 && component.plane == components[index - 1].plane {
            continue;
        }
        let of_plane = index..index + siblings;
        let offsets = &components[of_plane.clone()];
        sum_plane(resampler, frame, offsets, of_plane);
    }

    // Where the pixel of stored column 0, row 0 goes, and the way to the next column and row.
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
    let [first, second, third] = &resampler.values;
    let columns = columns as usize;
    for row in 0..rows as usize {
        if resampler.rows.spans[row].0.is_empty() {
            continue;
        }
        for column in 0..columns {
            if resampler.columns.spans[column].0.is_empty() {
                continue;
            }
            let at = row * columns + column;
            let value = |values: &Vec<u8>, index: usize| if index < needed { values[at] } else { 0 };
            let index = start + to_row * row as isize + to_column * column as isize;
            store(index as usize, [value(first, 0), value(second, 1), value(third, 2)]);
        }
    }
}

/// Resamples the components of one plane into `resampler.values`, in stored orientation.
fn sum_plane(resampler: &mut Resampler, frame: &Frame, components: &[Component], indices: Range<usize>) {
    let Resampler { columns, rows, sums, values } = resampler;
    let plane = &frame.layout().planes[components[0].plane];
    let pixel = components[0].pixel;
    let needed = columns.range();
    let width = columns.spans.len();
    for values in &mut values[indices.clone()] {
        values.clear();
        values.resize(width * rows.spans.len(), 0);
    }
    for output_row in 0..rows.spans.len() {
        let (span, weights) = rows.get(output_row);
        if span.is_empty() {
            continue;
        }
        sums.clear();
        sums.resize(needed.len() * pixel, 0);
        for (row, &weight) in span.zip(weights) {
            let bytes = &frame.data()[plane.offset + plane.stride * row + needed.start * pixel..];
            for (sum, &byte) in sums.iter_mut().zip(bytes) {
                *sum += weight * u16::from(byte);
            }
        }
        for (component, values) in components.iter().zip(&mut values[indices.clone()]) {
            let line = &mut values[output_row * width..][..width];
            for (output, value) in line.iter_mut().enumerate() {
                let (span, weights) = columns.get(output);
                if span.is_empty() {
                    continue;
                }
                let first = (span.start - needed.start) * pixel + component.offset;
                let samples = sums[first..].iter().step_by(pixel);
                let sum: u32 = samples.zip(weights).map(|(&sum, &weight)| u32::from(sum) * u32::from(weight)).sum();
                *value = ((sum + (1 << 15)) >> 16) as u8;
            }
        }
    }
}
