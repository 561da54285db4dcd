//! Matches small patches between two pictures: coarse to fine, by inverse-compositional steps.
//!
//! After T. Kroeger, R. Timofte, D. Dai, L. Van Gool, "Fast Optical Flow using Dense Inverse Search", ECCV 2016, and S.
//! Baker, I. Matthews, "Lucas-Kanade 20 Years On", IJCV 56, 2004. Their dense averaging is replaced by a median of
//! neighbours, because reliable points are needed rather than a vector per pixel.

use crate::crop::Gray;
use nalgebra::{Matrix2, Point2, Vector2};

/// Radius of a patch in pixels, at each level.
const RADIUS: i32 = 5;
/// Distance between patches in pixels, at each level.
const STRIDE: usize = 5;
/// Number of downsampling steps: 256 pixels become 32, at which a shift of 16 is one of 2.
const DOWNSAMPLINGS: usize = 3;
/// Maximum number of steps per patch and level; most converge sooner.
const MAX_STEPS: usize = 12;
/// Step length in pixels below which a patch has converged.
const CONVERGED: f32 = 0.01;
/// Distance in pixels from its start at which a patch is given up.
const MAX_DRIFT: f32 = 5.0;
/// Minimum eigenvalue of a patch's structure tensor per pixel, for normalised contrast (deviation about 1). Below it
/// the patch has too little texture, or an edge along which it could slide.
const MIN_EIGENVALUE: f32 = 0.002;
/// Minimum correlation of a patch with its match.
const MIN_CORRELATION: f32 = 0.7;

/// A patch of the first picture and its position in the second, in pixels.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Match {
    /// Centre in the first picture.
    pub from: Point2<f32>,
    /// Centre in the second picture.
    pub to: Point2<f32>,
}

/// Finds textured points of `first` in `second`. Both must have the same size and normalised contrast. At the finest
/// level only patches are tried whose centre satisfies `is_candidate`.
pub(crate) fn match_patches(first: &Gray, second: &Gray, is_candidate: impl Fn(Point2<f32>) -> bool) -> Vec<Match> {
    let mut levels = vec![(first.clone(), second.clone())];
    for _ in 0..DOWNSAMPLINGS {
        if let Some((a, b)) = levels.last() {
            let downsampled = (a.downsampled(), b.downsampled());
            levels.push(downsampled);
        }
    }
    let mut guess: Option<FlowField> = None;
    while let Some((a, b)) = levels.pop() {
        let finest = levels.is_empty();
        let mut field = FlowField::new(a.side);
        let gradients = GradientImage::new(&a);
        let columns = field.columns;
        let mut found = Vec::new();
        for index in 0..columns * columns {
            let middle = field.middle(index);
            if finest && !is_candidate(middle) {
                continue;
            }
            let start = guess.as_ref().map_or(Vector2::zeros(), |coarse| coarse.at(middle));
            field.flow[index] = Some(start);
            if let Some(flow) = gradients.patch(middle).and_then(|patch| patch.track(&b, start)) {
                field.flow[index] = Some(flow);
                found.push(Match { from: middle, to: middle + flow });
            }
        }
        if finest {
            return found;
        }
        guess = Some(field.median_filtered());
    }
    Vec::new()
}

/// The flow on the grid of patches of a level.
struct FlowField {
    columns: usize,
    flow: Vec<Option<Vector2<f32>>>,
}

impl FlowField {
    fn new(side: usize) -> Self {
        let columns = (side - 2 * RADIUS as usize - 1) / STRIDE + 1;
        FlowField { columns, flow: vec![None; columns * columns] }
    }

    fn middle(&self, index: usize) -> Point2<f32> {
        let at = |i: usize| (i * STRIDE) as f32 + RADIUS as f32;
        Point2::new(at(index % self.columns), at(index / self.columns))
    }

    /// Replaces each vector by the median of its neighbourhood, so that a wrong match does not mislead finer levels.
    fn median_filtered(&self) -> FlowField {
        let median = |index: usize| {
            let (column, row) = (index % self.columns, index / self.columns);
            let near = |i: usize| i.saturating_sub(1)..(i + 2).min(self.columns);
            let around = near(row).flat_map(|row| near(column).map(move |column| row * self.columns + column));
            let flow = around.filter_map(|index| self.flow[index]);
            let (mut xs, mut ys): (Vec<f32>, Vec<f32>) = flow.map(|flow| (flow.x, flow.y)).unzip();
            xs.sort_by(f32::total_cmp);
            ys.sort_by(f32::total_cmp);
            Some(Vector2::new(*xs.get(xs.len() / 2)?, *ys.get(ys.len() / 2)?))
        };
        FlowField { columns: self.columns, flow: (0..self.flow.len()).map(median).collect() }
    }

    /// The flow at a pixel of the next finer level, in its pixels, interpolated between four patches.
    fn at(&self, pixel: Point2<f32>) -> Vector2<f32> {
        let last = (self.columns - 1) as f32;
        let place = |v: f32| ((v / 2.0 - 0.25 - RADIUS as f32) / STRIDE as f32).clamp(0.0, last);
        let (u, v) = (place(pixel.x), place(pixel.y));
        let (left, top) = ((u as usize).min(self.columns - 2), (v as usize).min(self.columns - 2));
        let (fu, fv) = (u - left as f32, v - top as f32);
        let mut sum = Vector2::zeros();
        for (dx, dy) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
            let weight = (if dx == 0 { 1.0 - fu } else { fu }) * (if dy == 0 { 1.0 - fv } else { fv });
            sum += 2.0 * weight * self.flow[(top + dy) * self.columns + left + dx].unwrap_or_default();
        }
        sum
    }
}

/// A patch of the first picture, prepared for tracking.
struct Patch {
    middle: Point2<f32>,
    /// Values minus their mean, and the gradients along both axes.
    pixels: Vec<[f32; 3]>,
    /// Sum of the squared values.
    power: f32,
    /// The inverse of the structure tensor.
    inverse: Matrix2<f32>,
}

/// Side of a patch in pixels.
const PATCH_SIDE: usize = 2 * RADIUS as usize + 1;

/// A picture with its gradients along both axes.
struct GradientImage {
    side: usize,
    pixels: Vec<[f32; 3]>,
}

impl GradientImage {
    /// Edge pixels are repeated.
    fn new(picture: &Gray) -> Self {
        let (side, last) = (picture.side, picture.side - 1);
        let value = |x: usize, y: usize| picture.values[y * side + x];
        let pixel = |index: usize| {
            let (x, y) = (index % side, index / side);
            let across = (value((x + 1).min(last), y) - value(x.saturating_sub(1), y)) / 2.0;
            let down = (value(x, (y + 1).min(last)) - value(x, y.saturating_sub(1))) / 2.0;
            [value(x, y), across, down]
        };
        GradientImage { side, pixels: (0..side * side).map(pixel).collect() }
    }

    /// The patch around a pixel at least [`RADIUS`] from the edge. `None` if it has too little texture.
    fn patch(&self, middle: Point2<f32>) -> Option<Patch> {
        let (left, top) = (middle.x as usize - RADIUS as usize, middle.y as usize - RADIUS as usize);
        let mut pixels = Vec::with_capacity(PATCH_SIDE * PATCH_SIDE);
        for row in top..top + PATCH_SIDE {
            pixels.extend_from_slice(&self.pixels[row * self.side + left..][..PATCH_SIDE]);
        }
        // The brightness of the patch is a free parameter, so the mean is removed from each column of the equations.
        let count = pixels.len() as f32;
        let mean = pixels.iter().fold([0.0; 3], |sum, p| [0, 1, 2].map(|i| sum[i] + p[i] / count));
        pixels.iter_mut().for_each(|p| *p = [0, 1, 2].map(|i| p[i] - mean[i]));
        let sum = |i: usize, j: usize| pixels.iter().map(|p| p[i] * p[j]).sum::<f32>();
        let tensor = Matrix2::new(sum(1, 1), sum(1, 2), sum(1, 2), sum(2, 2));
        let has_texture = tensor.eigenvalues()?.min() > MIN_EIGENVALUE * count;
        let (inverse, power) = (tensor.try_inverse()?, sum(0, 0));
        has_texture.then_some(Patch { middle, pixels, power, inverse })
    }
}

impl Patch {
    /// The displacement of the patch in pixels. `None` if it is not found.
    fn track(&self, picture: &Gray, start: Vector2<f32>) -> Option<Vector2<f32>> {
        let mut flow = start;
        let count = self.pixels.len() as f32;
        let mut seen = [0.0; PATCH_SIDE * PATCH_SIDE];
        for step in 0..=MAX_STEPS {
            sample_patch(picture, self.middle + flow, &mut seen);
            let mean = seen.iter().sum::<f32>() / count;
            let (mut slope, mut product, mut power) = (Vector2::zeros(), 0.0, 0.0);
            for (&[value, gx, gy], seen) in self.pixels.iter().zip(&seen) {
                let seen = seen - mean;
                slope += Vector2::new(gx, gy) * (seen - value);
                product += seen * value;
                power += seen * seen;
            }
            let change = self.inverse * slope;
            if step == MAX_STEPS || change.norm() < CONVERGED {
                let correlation = product / (power * self.power).sqrt();
                return (correlation > MIN_CORRELATION).then_some(flow);
            }
            flow -= change;
            let drift = (flow - start).norm();
            if drift.is_nan() || drift >= MAX_DRIFT {
                return None;
            }
        }
        None
    }
}

/// Samples the square of pixels around `middle`, row by row, with interpolation. Edge pixels are repeated.
fn sample_patch(picture: &Gray, middle: Point2<f32>, out: &mut [f32; PATCH_SIDE * PATCH_SIDE]) {
    let (left, top) = (middle.x - RADIUS as f32, middle.y - RADIUS as f32);
    let end = (picture.side - PATCH_SIDE - 1) as f32;
    if !((0.0..end).contains(&left) && (0.0..end).contains(&top)) {
        for (index, value) in out.iter_mut().enumerate() {
            *value = picture.at(left + (index % PATCH_SIDE) as f32, top + (index / PATCH_SIDE) as f32);
        }
        return;
    }
    // Inside the picture all pixels have the same interpolation weights.
    let (column, row) = (left as usize, top as usize);
    let (fx, fy) = (left - column as f32, top - row as f32);
    let weights = [(1.0 - fx) * (1.0 - fy), fx * (1.0 - fy), (1.0 - fx) * fy, fx * fy];
    for (dy, line) in out.as_chunks_mut::<PATCH_SIDE>().0.iter_mut().enumerate() {
        let above = &picture.values[(row + dy) * picture.side + column..][..=PATCH_SIDE];
        let below = &picture.values[(row + dy + 1) * picture.side + column..][..=PATCH_SIDE];
        for (dx, value) in line.iter_mut().enumerate() {
            let [a, b, c, d] = weights;
            *value = a * above[dx] + b * above[dx + 1] + c * below[dx] + d * below[dx + 1];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Smooth blobs with a displacement.
    fn picture(shift: impl Fn(f32, f32) -> (f32, f32)) -> Gray {
        let side = 256;
        let value = |index: usize| {
            let (x, y) = ((index % side) as f32, (index / side) as f32);
            let (dx, dy) = shift(x, y);
            let (x, y) = (x - dx, y - dy);
            (x * 0.31).sin() * (y * 0.27).cos() + (x * 0.07 + y * 0.11).sin() + (x * 0.045 - y * 0.03).cos()
        };
        Gray { side, values: (0..side * side).map(value).collect() }
    }

    fn worst(shift: impl Fn(f32, f32) -> (f32, f32) + Copy) -> (f32, usize) {
        let inside = |at: Point2<f32>| (40.0..216.0).contains(&at.x) && (40.0..216.0).contains(&at.y);
        let found = match_patches(&picture(|_, _| (0.0, 0.0)), &picture(shift), inside);
        let off = found.iter().map(|m| {
            let (dx, dy) = shift(m.to.x, m.to.y);
            (m.to - m.from - Vector2::new(dx, dy)).norm()
        });
        let mut off: Vec<f32> = off.collect();
        off.sort_by(f32::total_cmp);
        (off[off.len() * 95 / 100], found.len())
    }

    #[test]
    fn a_shift_is_found() {
        for shift in [(0.0, 0.0), (3.4, -2.7), (-9.0, 6.5)] {
            let (off, count) = worst(|_, _| shift);
            assert!(off < 0.1 && count > 500, "{shift:?}: off by {off} px at {count} points");
        }
    }

    #[test]
    fn an_expansion_is_found() {
        let (off, count) = worst(|x, y| (0.04 * (x - 128.0), 0.04 * (y - 128.0)));
        assert!(off < 0.25 && count > 500, "off by {off} px at {count} points");
    }

    #[test]
    fn nothing_is_found_without_texture_or_in_another_picture() {
        let flat = Gray { side: 256, values: vec![0.3; 256 * 256] };
        assert!(match_patches(&flat, &picture(|_, _| (0.0, 0.0)), |_| true).is_empty());
        let edge = Gray { side: 256, values: (0..256 * 256).map(|i| f32::from(i % 256 > 128)).collect() };
        assert!(match_patches(&edge, &edge, |_| true).is_empty(), "a patch may slide along an edge");
        let everywhere = match_patches(&picture(|_, _| (0.0, 0.0)), &picture(|_, _| (0.0, 0.0)), |_| true).len();
        let noise = |i: usize| (i as u32).wrapping_mul(2_654_435_761) as f32 / u32::MAX as f32 - 0.5;
        let other = Gray { side: 256, values: (0..256 * 256).map(noise).collect() };
        let chance = match_patches(&picture(|_, _| (0.0, 0.0)), &other, |_| true).len();
        assert!(chance * 10 < everywhere, "{chance} of {everywhere}");
    }
}
