//! Measures flicker: horizontal bands across face and background, caused by light that changes while the camera reads
//! rows.

use super::region::{PixelRegion, row};
use image::RgbaImage;
use std::f32::consts::TAU;
use std::ops::Range;

/// Size of the reduced picture.
const COLUMNS: usize = 48;
const ROWS: usize = 128;
/// Range of the number of bands in a picture: fewer are ordinary shading, more are lines.
const BAND_COUNTS: Range<usize> = 4..42;
/// The number of neighbouring counts on each side that form the background.
const NEIGHBOURS: usize = 7;
/// The distance from which on a neighbouring count does not belong to the peak.
const PEAK_WIDTH: usize = 2;
/// Noise floor of the change of light from row to row, as a share.
const NOISE_FLOOR: f32 = 0.0003;

/// Prominence of the strongest regular banding over neighbouring band counts, nepers. Below about 1.5 there is none.
///
/// The change of light from row to row is what the medians of the left and the right half have in common. This excludes
/// objects that fill only a part of the width, such as a shelf or a shoulder.
pub(super) fn bands(picture: &RgbaImage) -> f32 {
    let light = reduced(picture);
    let mut change = [0.0f32; ROWS - 1];
    for (y, change) in change.iter_mut().enumerate() {
        let half = |columns: Range<usize>| {
            let count = columns.len();
            let mut all: Vec<f32> = columns.map(|x| light[(y + 1) * COLUMNS + x] - light[y * COLUMNS + x]).collect();
            all.sort_by(f32::total_cmp);
            all[count / 2].clamp(-MAX_CHANGE, MAX_CHANGE)
        };
        let (left, right) = (half(0..COLUMNS / 2), half(COLUMNS / 2..COLUMNS));
        *change = if left * right > 0.0 { left.signum() * left.abs().min(right.abs()) } else { 0.0 };
    }
    let rows = change.len() as f32;
    for (y, change) in change.iter_mut().enumerate() {
        // A window without edges.
        *change *= 0.5 - 0.5 * (TAU * (y as f32 + 0.5) / rows).cos();
    }
    let amplitude_of = |count: usize| amplitude(&change, count) + NOISE_FLOOR;
    let amplitudes: Vec<f32> = (0..BAND_COUNTS.end + NEIGHBOURS).map(amplitude_of).collect();
    let prominence = |count: usize| {
        let mut others: Vec<f32> = (PEAK_WIDTH..=NEIGHBOURS)
            .flat_map(|off| [count.checked_sub(off), Some(count + off)])
            .filter_map(|count| amplitudes.get(count?).copied())
            .collect();
        others.sort_by(f32::total_cmp);
        (amplitudes[count] / others[others.len() / 2]).ln()
    };
    BAND_COUNTS.map(prominence).fold(0.0, f32::max)
}

/// Greatest change of log light from row to row that counts: more is an edge.
const MAX_CHANGE: f32 = 0.05;

/// Amplitude of a wave with `count` periods in the windowed changes.
fn amplitude(change: &[f32], count: usize) -> f32 {
    let turn = TAU * count as f32 / ROWS as f32;
    let rows = change.len() as f32;
    let (mut along, mut across) = (0.0, 0.0);
    for (y, change) in change.iter().enumerate() {
        let (sin, cos) = (turn * y as f32).sin_cos();
        along += change * cos;
        across += change * sin;
    }
    4.0 * along.hypot(across) / rows
}

/// The sum of the luma of up to 257 pixels, in thousandths.
#[inline(always)]
fn light<'a>(pixels: impl Iterator<Item = &'a [u8; 4]>) -> u32 {
    // Red and blue, and green, in halves of 16 bits.
    let (mut even, mut odd) = (0u32, 0u32);
    for pixel in pixels {
        let pixel = u32::from_le_bytes(*pixel);
        even += pixel & 0x00ff_00ff;
        odd += (pixel >> 8) & 0x0000_00ff;
    }
    299 * (even & 0xffff) + 587 * odd + 114 * (even >> 16)
}

/// Logarithms of the mean luma of cells, by rows.
fn reduced(picture: &RgbaImage) -> Vec<f32> {
    let (width, height) = picture.dimensions();
    let whole = PixelRegion { left: 0, top: 0, width, height };
    // Large pictures are subsampled.
    let step = (width / 480).max(1) as usize;
    let first = |cell: usize| (cell * width as usize).div_ceil(COLUMNS).next_multiple_of(step);
    let columns: [Range<usize>; COLUMNS] = std::array::from_fn(|cell| first(cell)..first(cell + 1).min(width as usize));
    // Sums of thousandths of luma, and numbers of pixels.
    let mut cells = vec![(0u64, 0u64); COLUMNS * ROWS];
    for y in 0..height {
        let pixels = row(picture, whole, y);
        let line = &mut cells[y as usize * ROWS / height as usize * COLUMNS..][..COLUMNS];
        for (cell, columns) in line.iter_mut().zip(&columns) {
            let pixels = pixels.get(columns.clone()).unwrap_or_default();
            // The compiler vectorises only the first.
            let sum = if step == 1 { light(pixels.iter()) } else { light(pixels.iter().step_by(step)) };
            *cell = (cell.0 + u64::from(sum), cell.1 + pixels.len().div_ceil(step) as u64);
        }
    }
    let mut last = 0.0;
    let light = |(sum, count): (u64, u64)| {
        // A picture with fewer rows than cells has cells without a pixel.
        if count > 0 {
            last = (sum as f32 / (1000 * count) as f32 + 4.0).ln();
        }
        last
    };
    cells.into_iter().map(light).collect()
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::{noisy, room};
    use super::*;

    #[test]
    fn bands_of_a_few_percent_across_the_picture_are_prominent() {
        let with = |depth: f32| {
            bands(&noisy(&|x, y| {
                let band = 1.0 + depth * (TAU * y / 40.0).sin();
                room(x, y).map(|value| value * band)
            }))
        };
        assert!(with(0.04) > with(0.0) + 1.0, "{} {}", with(0.04), with(0.0));
    }

    #[test]
    fn a_blind_next_to_the_head_is_not_flicker() {
        let blind = bands(&noisy(&|x, y| {
            let slat = if x < 100.0 { 1.0 + 0.4 * (TAU * y / 20.0).sin() } else { 1.0 };
            room(x, y).map(|value| value * slat)
        }));
        assert!(blind < 1.0, "{blind}");
    }
}
