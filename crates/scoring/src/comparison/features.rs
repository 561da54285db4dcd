//! The features of a comparison of two face descriptors, and its likelihood.

use super::descriptor::{FaceDescriptor, Patch, SCALES, SIDE};
use super::model;
use std::ops::Range;
use std::sync::LazyLock;

/// The names of the features, in order.
pub const FEATURE_NAMES: [&str; 6] = [
    "patternDifference",
    "coarseDifference",
    "lumaDifference",
    "chromaDifference",
    "skinDifference",
    "landmarkDifference",
];

/// Greatest shift between the patches, pixels each way.
const MAX_SHIFT: usize = 3;
/// Half the side of the window of the local normalisation, pixels.
const WINDOW: usize = 5;
/// Deviation of luma (0 to 255) below which a window counts as flat.
const FLAT: f32 = 4.0;

/// The differences between two pictures of a face.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// In the order of [`FEATURE_NAMES`]; 0 for the same picture, greater for greater differences.
    pub features: [f32; FEATURE_NAMES.len()],
    /// Share of the near background's colours that the far background also has; `None` if one has no background.
    pub background: Option<f32>,
}

impl Comparison {
    /// Compares far with near.
    pub fn new(far: &FaceDescriptor, near: &FaceDescriptor) -> Self {
        let middle = SCALES.len() / 2;
        let reference = normalised(&far.patches[middle]);
        let plain = centred(&far.patches[middle]);
        let (mut pattern, mut coarse) = (-1.0f32, -1.0f32);
        for patch in &near.patches {
            let (fine, whole) = (normalised(patch), centred(patch));
            pattern = pattern.max(best_correlation(&reference, &fine));
            coarse = coarse.max(best_correlation(&plain, &whole));
        }
        let rms = |a: &[f32], b: &[f32]| {
            (a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum::<f32>() / a.len() as f32).sqrt()
        };
        let (a, b) = (&far.appearance, &near.appearance);
        let chroma = rms(&a.blue, &b.blue) + rms(&a.red, &b.red);
        // Eyes, nose and mouth: the detector places ears by expectation.
        let landmarks = far.landmarks.iter().zip(&near.landmarks).take(4);
        let apart = landmarks.map(|(a, b)| a.distance(*b).powi(2)).sum::<f32>() / 4.0;
        let features = [
            1.0 - pattern,
            1.0 - coarse,
            rms(&a.luma, &b.luma),
            10.0 * chroma,
            10.0 * (far.skin[0] - near.skin[0]).hypot(far.skin[1] - near.skin[1]),
            10.0 * apart.sqrt(),
        ];
        // A feature that is not a number counts as the greatest difference.
        let features = features.map(|feature| if feature.is_finite() { feature } else { MAX_FEATURE });
        Comparison { features, background: far.background.share_of(&near.background) }
    }

    /// The likelihood that both pictures show one face in one capture, 0 to 1, by a model fitted to pairs of portraits.
    pub fn likelihood(&self) -> f32 {
        1.0 / (1.0 + (-self.log_odds()).exp())
    }

    /// Natural logarithm of the likelihood ratio of one face in one capture over two, by the same model.
    pub fn log_odds(&self) -> f32 {
        model::log_odds(&self.features)
    }
}

/// Greater than any feature of real pictures.
const MAX_FEATURE: f32 = 10.0;

/// Normalises each pixel by mean and deviation of its neighbourhood, which removes the lighting.
#[cfg_attr(target_arch = "x86_64", multiversion::multiversion(targets("x86_64+avx2")))]
fn normalised(patch: &Patch) -> Patch {
    // Zeros beside each row change no sum.
    let mut padded = [[0.0; SIDE + 2 * WINDOW]; SIDE];
    for (padded, row) in padded.iter_mut().zip(patch.as_chunks::<SIDE>().0) {
        padded[WINDOW..WINDOW + SIDE].copy_from_slice(row);
    }
    let length = |at: usize| (at + WINDOW).min(SIDE - 1) + 1 - at.saturating_sub(WINDOW);
    let mut out = Box::new([0.0; SIDE * SIDE]);
    for (row, out) in out.as_chunks_mut::<SIDE>().0.iter_mut().enumerate() {
        let (mut sums, mut squares) = ([0.0; SIDE], [0.0; SIDE]);
        for line in &padded[row.saturating_sub(WINDOW)..][..length(row)] {
            for values in line.array_windows::<SIDE>() {
                for (column, value) in values.iter().enumerate() {
                    sums[column] += value;
                    squares[column] += value * value;
                }
            }
        }
        for (column, out) in out.iter_mut().enumerate() {
            let count = (length(row) * length(column)) as f32;
            let mean: f32 = sums[column] / count;
            let deviation: f32 = (squares[column] / count - mean * mean).max(0.0).sqrt();
            *out = (padded[row][column + WINDOW] - mean) / (deviation + FLAT);
        }
    }
    out
}

/// Subtracts the mean.
fn centred(patch: &Patch) -> Patch {
    let mean = patch.iter().sum::<f32>() / patch.len() as f32;
    Box::new(patch.map(|value| value - mean))
}

/// Shifts along a row that are tried at once, one more than needed.
const LANES: usize = 2 * MAX_SHIFT + 2;

/// The best correlation over the ellipse of the skin with `b` shifted by up to [`MAX_SHIFT`], -1 to 1.
#[cfg_attr(target_arch = "x86_64", multiversion::multiversion(targets("x86_64+avx2")))]
fn best_correlation(a: &Patch, b: &Patch) -> f32 {
    best_correlation_on_any(a, b)
}

/// [`best_correlation`] with the instructions of any processor.
#[inline(always)]
fn best_correlation_on_any(a: &Patch, b: &Patch) -> f32 {
    let (mut aa, mut sum_a, mut count) = (0.0, 0.0, 0.0f32);
    for place in ellipse() {
        let p = a[place];
        aa += p * p;
        sum_a += p;
        count += 1.0;
    }
    let var_a: f32 = aa - sum_a * sum_a / count;
    let mut best = -1.0f32;
    for down in 0..=2 * MAX_SHIFT {
        let (mut bb, mut ab, mut sum_b) = ([0.0; LANES], [0.0; LANES], [0.0; LANES]);
        for place in ellipse() {
            // The ellipse is far enough from the edges for all shifts.
            let shifted = b.get(place + down * SIDE - MAX_SHIFT * (SIDE + 1)..).and_then(|rest| rest.first_chunk());
            let (p, shifted): (f32, &[f32; LANES]) = (a[place], shifted.unwrap_or(&[0.0; LANES]));
            for (lane, q) in shifted.iter().enumerate() {
                bb[lane] += q * q;
                ab[lane] += p * q;
                sum_b[lane] += q;
            }
        }
        for lane in 0..=2 * MAX_SHIFT {
            let var_b = bb[lane] - sum_b[lane] * sum_b[lane] / count;
            let norm = (var_a.max(0.0) * var_b.max(0.0)).sqrt();
            let covariance = ab[lane] - sum_a * sum_b[lane] / count;
            best = best.max(if norm > 1e-3 { (covariance / norm).clamp(-1.0, 1.0) } else { 0.0 });
        }
    }
    best
}

/// The places of the ellipse of the skin in a patch.
#[inline(always)]
fn ellipse() -> impl Iterator<Item = usize> {
    ELLIPSE.iter().cloned().flatten()
}

/// Of each row, those in the ellipse.
static ELLIPSE: LazyLock<Vec<Range<usize>>> = LazyLock::new(|| {
    let middle = SIDE as f32 / 2.0;
    let inner = MAX_SHIFT..SIDE - MAX_SHIFT;
    let is_inside = |row: usize, column: usize| {
        let (x, y) = ((column as f32 + 0.5 - middle) / middle, (row as f32 + 0.5 - middle) / middle);
        x * x / 0.7 + y * y / 0.8 <= 1.0
    };
    let rows = inner.clone().map(|row| {
        let mut columns = inner.clone().filter(|column| is_inside(row, *column));
        let first = columns.next().unwrap_or_default();
        let end = columns.next_back().map_or(first, |last| last + 1);
        row * SIDE + first..row * SIDE + end
    });
    rows.collect()
});

#[cfg(test)]
mod tests {
    use super::*;

    fn patch(shift: usize) -> Patch {
        let value = |index: usize| {
            let (x, y) = ((index % SIDE + shift) as f32, (index / SIDE) as f32);
            120.0 + 40.0 * (0.7 * x).sin() * (0.45 * y).cos() + 15.0 * (0.11 * x * y).sin()
        };
        Box::new(std::array::from_fn(value))
    }

    #[test]
    fn a_shift_is_found() {
        let same = best_correlation(&patch(0), &patch(2));
        assert!(same > 0.999, "{same}");
        let other = best_correlation(&patch(0), &patch(5));
        assert!(other < 0.9, "{other}");
    }

    #[test]
    fn all_processors_compute_the_same() {
        for shift in 0..9 {
            let (a, b) = (patch(0), patch(shift));
            assert_eq!(best_correlation(&a, &b).to_bits(), best_correlation_on_any(&a, &b).to_bits());
        }
    }
}
