//! Flicker: level bands that go across face and wall alike, since the light changes while the camera reads its rows.

use super::plane::{Part, row};
use image::RgbaImage;
use std::f32::consts::TAU;
use std::ops::Range;

/// Columns and rows that the picture is brought to.
const COLUMNS: usize = 48;
const ROWS: usize = 128;
/// Bands from the top to the bottom of the picture: fewer are the picture's own light and shade, more are lines.
const BANDS: Range<usize> = 4..42;
/// How many neighbours on each side a number of bands is held against; the next ones belong to it.
const AROUND: usize = 7;
const OWN: usize = 2;
/// Change of light from row to row, as a share, that no band needs to stand out from.
const LEAST: f32 = 0.0003;

/// How far the strongest regular banding stands out from others nearly as fine, nepers; below about 1.5 is none.
///
/// From row to row the light's change is what the medians of the left and of the right half have in common: what only a
/// part of the width shows, a shelf, a shoulder, is not in it.
pub(super) fn bands(picture: &RgbaImage) -> f32 {
    let light = reduced(picture);
    let mut change = [0.0f32; ROWS - 1];
    for (y, change) in change.iter_mut().enumerate() {
        let half = |columns: Range<usize>| {
            let count = columns.len();
            let mut all: Vec<f32> = columns.map(|x| light[(y + 1) * COLUMNS + x] - light[y * COLUMNS + x]).collect();
            all.sort_by(f32::total_cmp);
            all[count / 2].clamp(-MOST, MOST)
        };
        let (left, right) = (half(0..COLUMNS / 2), half(COLUMNS / 2..COLUMNS));
        *change = if left * right > 0.0 { left.signum() * left.abs().min(right.abs()) } else { 0.0 };
    }
    let of = |count: usize| amplitude(&change, count) + LEAST;
    let amplitudes: Vec<f32> = (0..BANDS.end + AROUND).map(of).collect();
    let over = |count: usize| {
        let mut others: Vec<f32> = (OWN..=AROUND)
            .flat_map(|off| [count.checked_sub(off), Some(count + off)])
            .filter_map(|count| amplitudes.get(count?).copied())
            .collect();
        others.sort_by(f32::total_cmp);
        (amplitudes[count] / others[others.len() / 2]).ln()
    };
    BANDS.map(over).fold(0.0, f32::max)
}

/// Most change of light from row to row that counts, in logarithms: more is an edge.
const MOST: f32 = 0.05;

/// Of a wave that has its crest so many times, in the changes.
fn amplitude(change: &[f32], count: usize) -> f32 {
    let turn = TAU * count as f32 / ROWS as f32;
    let rows = change.len() as f32;
    let (mut along, mut across) = (0.0, 0.0);
    for (y, change) in change.iter().enumerate() {
        let window = 0.5 - 0.5 * (TAU * (y as f32 + 0.5) / rows).cos();
        let (sin, cos) = (turn * y as f32).sin_cos();
        along += window * change * cos;
        across += window * change * sin;
    }
    4.0 * along.hypot(across) / rows
}

/// Logarithms of the mean luma of cells, row by row.
fn reduced(picture: &RgbaImage) -> Vec<f32> {
    let (width, height) = picture.dimensions();
    let whole = Part { left: 0, top: 0, width, height };
    // Of a large picture not every pixel is needed.
    let step = (width / 480).max(1) as usize;
    let first = |cell: usize| (cell * width as usize).div_ceil(COLUMNS).next_multiple_of(step);
    let columns: [Range<usize>; COLUMNS] = std::array::from_fn(|cell| first(cell)..first(cell + 1).min(width as usize));
    // Thousandths of luma, and how many pixels they are of.
    let mut cells = vec![(0u64, 0u64); COLUMNS * ROWS];
    for y in 0..height {
        let pixels = row(picture, whole, y);
        let line = &mut cells[y as usize * ROWS / height as usize * COLUMNS..][..COLUMNS];
        for (cell, columns) in line.iter_mut().zip(&columns) {
            let pixels = pixels.get(columns.clone()).unwrap_or_default().iter().step_by(step);
            let (sum, count) = pixels.fold((0, 0), |(sum, count), &[r, g, b, _]| {
                (sum + 299 * u32::from(r) + 587 * u32::from(g) + 114 * u32::from(b), count + 1)
            });
            *cell = (cell.0 + u64::from(sum), cell.1 + count);
        }
    }
    let mut last = 0.0;
    let light = |(sum, count): (u64, u64)| {
        // A picture of fewer rows than cells has cells without a pixel.
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
    fn bands_of_a_few_percent_across_everything_stand_out() {
        let with = |depth: f32| {
            bands(&noisy(&|x, y| {
                let band = 1.0 + depth * (TAU * y / 40.0).sin();
                room(x, y).map(|value| value * band)
            }))
        };
        assert!(with(0.04) > with(0.0) + 1.0, "{} {}", with(0.04), with(0.0));
    }

    #[test]
    fn a_blind_beside_the_head_is_no_flicker() {
        let blind = bands(&noisy(&|x, y| {
            let slat = if x < 100.0 { 1.0 + 0.4 * (TAU * y / 20.0).sin() } else { 1.0 };
            room(x, y).map(|value| value * slat)
        }));
        assert!(blind < 1.0, "{blind}");
    }
}
