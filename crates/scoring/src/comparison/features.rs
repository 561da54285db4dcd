//! The features of a comparison of two face descriptors, and its likelihood.

use super::descriptor::{FaceDescriptor, Patch, SCALES, SIDE};
use super::model;

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
const MAX_SHIFT: isize = 3;
/// Half the side of the window of the local normalisation, pixels.
const WINDOW: isize = 5;
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
            for (dx, dy) in (-MAX_SHIFT..=MAX_SHIFT).flat_map(|dy| (-MAX_SHIFT..=MAX_SHIFT).map(move |dx| (dx, dy))) {
                pattern = pattern.max(correlation(&reference, &fine, dx, dy));
                coarse = coarse.max(correlation(&plain, &whole, dx, dy));
            }
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
fn normalised(patch: &Patch) -> Patch {
    let mut out = Box::new([0.0; SIDE * SIDE]);
    let range = |at: usize| {
        let at = at as isize;
        (at - WINDOW).max(0) as usize..=((at + WINDOW) as usize).min(SIDE - 1)
    };
    for (row, column) in (0..SIDE).flat_map(|row| (0..SIDE).map(move |column| (row, column))) {
        let (mut sum, mut squares, mut count) = (0.0, 0.0, 0.0);
        for (y, x) in range(row).flat_map(|y| range(column).map(move |x| (y, x))) {
            let value = patch[y * SIDE + x];
            sum += value;
            squares += value * value;
            count += 1.0;
        }
        let mean = sum / count;
        let deviation = (squares / count - mean * mean).max(0.0).sqrt();
        out[row * SIDE + column] = (patch[row * SIDE + column] - mean) / (deviation + FLAT);
    }
    out
}

/// Subtracts the mean.
fn centred(patch: &Patch) -> Patch {
    let mean = patch.iter().sum::<f32>() / patch.len() as f32;
    Box::new(patch.map(|value| value - mean))
}

/// Correlation over the ellipse of the skin with `b` shifted, -1 to 1.
fn correlation(a: &Patch, b: &Patch, dx: isize, dy: isize) -> f32 {
    let (mut aa, mut bb, mut ab, mut sum_a, mut sum_b, mut count) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0f32);
    let middle = SIDE as f32 / 2.0;
    let inner = MAX_SHIFT as usize..SIDE - MAX_SHIFT as usize;
    for (row, column) in inner.clone().flat_map(|row| inner.clone().map(move |column| (row, column))) {
        let (x, y) = ((column as f32 + 0.5 - middle) / middle, (row as f32 + 0.5 - middle) / middle);
        if x * x / 0.7 + y * y / 0.8 > 1.0 {
            continue;
        }
        let (p, q) = (a[row * SIDE + column], b[(row as isize + dy) as usize * SIDE + (column as isize + dx) as usize]);
        aa += p * p;
        bb += q * q;
        ab += p * q;
        sum_a += p;
        sum_b += q;
        count += 1.0;
    }
    let (var_a, var_b) = (aa - sum_a * sum_a / count, bb - sum_b * sum_b / count);
    let norm = (var_a.max(0.0) * var_b.max(0.0)).sqrt();
    if norm > 1e-3 { ((ab - sum_a * sum_b / count) / norm).clamp(-1.0, 1.0) } else { 0.0 }
}
