//! Computes the luma and colour spectra of tiles of a picture.

use super::region::{PixelRegion, luma, row};
use image::RgbaImage;
use nearfar::frame::Rect;
use rustfft::algorithm::Radix4;
use rustfft::num_complex::Complex;
use rustfft::{Fft, FftDirection};
use std::f32::consts::TAU;
use std::sync::LazyLock;

/// Pixels along a side of a tile. Tiles are not scaled: scaling would remove the artefacts.
pub(super) const SIDE: usize = 128;

/// Stored rows of a spectrum: the other half mirrors them.
pub(super) const ROWS: usize = SIDE / 2 + 8;

/// Power of the frequencies of the upper half and a few rows more, by rows. Frequency 0 is in the middle, half a cycle
/// per pixel at the sides.
pub(super) type Power = Vec<f32>;

/// The power of a tile's luma and of its colour. Colour is red minus blue, which separates the subpixel stripes of a
/// screen most.
pub(super) struct Spectrum {
    /// Power of the luma.
    pub luma: Power,
    /// Power of red minus blue.
    pub color: Power,
}

/// The window of a row or a column.
static WINDOW: LazyLock<[f32; SIDE]> = LazyLock::new(|| std::array::from_fn(hann));

/// The power floor at every frequency: rounding to integers and the least noise of a camera.
static NOISE_FLOOR: LazyLock<f32> = LazyLock::new(|| {
    let window: f32 = WINDOW.iter().map(|value| value * value).sum();
    0.5 * window * window
});

fn hann(at: usize) -> f32 {
    0.5 - 0.5 * (TAU * (at as f32 + 0.5) / SIDE as f32).cos()
}

/// Tiles in a row and in a column.
const TILES: (u32, u32) = (3, 4);
/// Side of the measured area, in face boxes.
const AREA: f32 = 2.2;

/// Tiles on the face and around it. They overlap in a small picture; a picture smaller than a tile has none.
pub(super) fn tiles(picture: &RgbaImage, face: &Rect) -> Vec<Spectrum> {
    let side = SIDE as u32;
    let (width, height) = picture.dimensions();
    if width.min(height) < side {
        return Vec::new();
    }
    let area = face.scaled(AREA);
    // Evenly spaced between the first and the last position of a complete tile.
    let positions = |from: f32, length: f32, most: u32, count: u32| {
        let low = from.clamp(0.0, (most - side) as f32);
        let high = (from + length - side as f32).clamp(low, (most - side) as f32);
        (0..count).map(move |i| (low + (high - low) * i as f32 / (count - 1) as f32) as u32)
    };
    let rows = positions(area.y, area.height, height, TILES.1);
    let columns = || positions(area.x, area.width, width, TILES.0);
    rows.flat_map(|top| columns().map(move |left| Spectrum::new(picture, left, top))).collect()
}

/// The transform of one row. rustfft's planner would compile all its algorithms to choose one.
static ROW_FFT: LazyLock<Radix4<f32>> = LazyLock::new(|| Radix4::new(SIDE, FftDirection::Forward));

impl Spectrum {
    /// The spectrum of the tile whose first pixel is at `(left, top)`. The tile has to lie in the picture.
    pub(super) fn new(picture: &RgbaImage, left: u32, top: u32) -> Self {
        let region = PixelRegion { left, top, width: SIDE as u32, height: SIDE as u32 };
        let window: &[f32; SIDE] = &WINDOW;
        // Two real signals form one complex signal.
        let mut values = vec![Complex::default(); SIDE * SIDE];
        for y in 0..SIDE {
            write_signals(row(picture, region, y as u32), &mut values[y * SIDE..][..SIDE]);
        }
        let mean = values.iter().sum::<Complex<f32>>() / (SIDE * SIDE) as f32;
        for (row, down) in values.as_chunks_mut::<SIDE>().0.iter_mut().zip(window) {
            for (value, across) in row.iter_mut().zip(window) {
                *value = (*value - mean) * (across * down);
            }
        }
        ROW_FFT.process(&mut values);
        let mut values = transposed(&values);
        ROW_FFT.process(&mut values);
        split(&values)
    }
}

/// Writes the luma and the colour of a row.
#[cfg_attr(target_arch = "x86_64", multiversion::multiversion(targets("x86_64+avx2")))]
fn write_signals(pixels: &[[u8; 4]], values: &mut [Complex<f32>]) {
    for (value, pixel) in values.iter_mut().zip(pixels) {
        *value = Complex::new(luma(*pixel), f32::from(pixel[0]) - f32::from(pixel[2]));
    }
}

/// Side of the blocks in which rows become columns: a whole column at once would evict its own cache lines.
const BLOCK: usize = 8;

fn transposed(values: &[Complex<f32>]) -> Vec<Complex<f32>> {
    let mut out = vec![Complex::default(); SIDE * SIDE];
    for top in (0..SIDE).step_by(BLOCK) {
        for left in (0..SIDE).step_by(BLOCK) {
            for y in top..top + BLOCK {
                for (x, value) in values[y * SIDE + left..][..BLOCK].iter().enumerate() {
                    out[(left + x) * SIDE + y] = *value;
                }
            }
        }
    }
    out
}

/// Separates the power of the two signals and moves frequency 0 to the middle. `values` are by columns.
fn split(values: &[Complex<f32>]) -> Spectrum {
    let (mut luma, mut color) = (vec![*NOISE_FLOOR; ROWS * SIDE], vec![*NOISE_FLOOR; ROWS * SIDE]);
    for left in (0..SIDE).step_by(BLOCK) {
        for y in 0..ROWS {
            for x in left..left + BLOCK {
                let (fy, fx) = ((y + SIDE / 2) % SIDE, (x + SIDE / 2) % SIDE);
                let mirrored = values[(SIDE - fx) % SIDE * SIDE + (SIDE - fy) % SIDE];
                let (one, other) = (values[fx * SIDE + fy], mirrored.conj());
                luma[y * SIDE + x] += ((one + other) * 0.5).norm_sqr();
                color[y * SIDE + x] += ((one - other) * 0.5).norm_sqr();
            }
        }
    }
    Spectrum { luma, color }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgba;

    #[test]
    fn waves_of_luma_and_colour_are_separated() {
        let wave = |x: u32, y: u32, fx: f32, fy: f32| (TAU * (x as f32 * fx + y as f32 * fy) / SIDE as f32).cos();
        let picture = RgbaImage::from_fn(160, 150, |x, y| {
            let (gray, color) = (30.0 * wave(x, y, 20.0, 5.0), 30.0 * wave(x, y, 9.0, -32.0));
            // Green compensates the luma of red minus blue.
            Rgba(
                [128.0 + gray + color, 128.0 + gray - color * (0.299 - 0.114) / 0.587, 128.0 + gray - color, 255.0]
                    .map(|v: f32| v as u8),
            )
        });
        let spectrum = Spectrum::new(&picture, 17, 11);
        let top = |power: &Power| (0..power.len()).max_by(|a, b| power[*a].total_cmp(&power[*b])).unwrap();
        let middle = SIDE as isize / 2;
        let from_middle = |index: usize| {
            let (x, y) = ((index % SIDE) as isize - middle, (index / SIDE) as isize - middle);
            if y < 0 { (-x, -y) } else { (x, y) }
        };
        assert_eq!(from_middle(top(&spectrum.luma)), (20, 5));
        assert_eq!(from_middle(top(&spectrum.color)), (-9, 32));
    }
}
