//! The inner loops of the convolutions for back ends whose registers hold eight floats: two groups of outputs at a time,
//! or two pixels in the depthwise convolution. Two tiles keep as many sums in flight as the other back ends have.

use super::area::TILE;
use super::plane::{DepthwiseGroup, Quad};
use super::simd::{F32x4, F32x8};
use std::ops::Range;

/// Values of one row of the 5x5 window of the first convolution.
pub(super) const STEM_ROW: usize = 3 * 5;
/// Tiles at a time.
const TILES: usize = 2;
/// Input values between the windows of neighbouring outputs of the first convolution.
pub(super) const STEM_STEP: usize = 2 * 3;

/// Multiplies an even number of tiles by a panel of two groups and calls `store(tile, group of the panel, sums of its
/// pixels)`. `bias` has two quads.
#[inline(always)]
pub(super) fn panel_sums<V: F32x4>(
    bias: &[Quad],
    weights: &[[Quad; 2]],
    tiles: &[Quad],
    mut store: impl FnMut(usize, usize, [V; TILE]),
) {
    let tile_len = weights.len();
    for (index, tiles) in tiles.chunks_exact(TILES * tile_len).enumerate() {
        let (one, other) = tiles.split_at(tile_len);
        let mut sums = [[load::<V>([&bias[0], &bias[1]]); TILE]; TILES];
        for (([low, high], one), other) in weights.iter().zip(one).zip(other) {
            let weights = load::<V>([low, high]);
            for (pixels, sums) in [one, other].into_iter().zip(&mut sums) {
                for (sum, &value) in sums.iter_mut().zip(&pixels.0) {
                    *sum = sum.add_product(weights, V::Wide::splat(value));
                }
            }
        }
        store_halves::<V>(TILES * index, sums, &mut store);
    }
}

/// The sums of the first convolution for an even number of tiles, of a panel of two groups: calls `store(tile, group of
/// the panel, sums of its pixels)`. `bias` has two quads, and `rows` are those of the window.
#[inline(always)]
pub(super) fn stem_sums<V: F32x4>(
    bias: &[Quad],
    weights: &[[Quad; 2]],
    rows: &[&[f32]; 5],
    tiles: Range<usize>,
    mut store: impl FnMut(usize, usize, [V; TILE]),
) {
    for first in tiles.step_by(TILES) {
        let mut sums = [[load::<V>([&bias[0], &bias[1]]); TILE]; TILES];
        for (row, weights) in rows.iter().zip(weights.as_chunks::<STEM_ROW>().0) {
            let windows: [[&[f32]; TILE]; TILES] = std::array::from_fn(|i| {
                std::array::from_fn(|p| &row[((first + i) * TILE + p) * STEM_STEP..][..STEM_ROW])
            });
            for (at, [low, high]) in weights.iter().enumerate() {
                let weights = load::<V>([low, high]);
                for (windows, sums) in windows.iter().zip(&mut sums) {
                    for (window, sum) in windows.iter().zip(sums) {
                        *sum = sum.add_product(weights, V::Wide::splat(window[at]));
                    }
                }
            }
        }
        store_halves::<V>(first, sums, &mut store);
    }
}

/// Convolves one group of a row of pixels into tiles, which `out` has in pairs. `lines` begin with the first input.
#[inline(always)]
pub(super) fn depthwise_sums<'a, V: F32x4, const STRIDE: usize>(
    weights: &DepthwiseGroup,
    lines: [&[Quad]; 3],
    out: impl Iterator<Item = [&'a mut [Quad]; TILES]>,
) {
    let taps: [V::Wide; 9] = std::array::from_fn(|i| load::<V>([&weights.taps[i]; 2]));
    let bias = load::<V>([&weights.bias; 2]);
    for (index, out) in out.enumerate() {
        // Each has two neighbouring pixels.
        let mut sums = [bias; TILES * TILE / 2];
        for (i, line) in lines.iter().enumerate() {
            let line = &line[index * TILES * TILE * STRIDE..][..(TILES * TILE - 1) * STRIDE + 3];
            for (p, sum) in sums.iter_mut().enumerate() {
                for j in 0..3 {
                    let pixels = load::<V>([0, 1].map(|pixel| &line[(2 * p + pixel) * STRIDE + j]));
                    *sum = sum.add_product(taps[3 * i + j], pixels);
                }
            }
        }
        let sums = sums.map(V::Wide::halves);
        for (out, sums) in out.into_iter().zip(sums.as_chunks::<2>().0) {
            let [[a, b], [c, d]] = *sums;
            for (quad, channel) in out.iter_mut().zip(V::transpose([a, b, c, d])) {
                channel.store(&mut quad.0);
            }
        }
    }
}

#[inline(always)]
fn load<V: F32x4>(quads: [&Quad; 2]) -> V::Wide {
    V::Wide::load(quads.map(|quad| &quad.0))
}

#[inline(always)]
fn store_halves<V: F32x4>(
    first: usize,
    sums: [[V::Wide; TILE]; TILES],
    store: &mut impl FnMut(usize, usize, [V; TILE]),
) {
    for (i, sums) in sums.into_iter().enumerate() {
        let sums = sums.map(V::Wide::halves);
        store(first + i, 0, sums.map(|halves| halves[0]));
        store(first + i, 1, sums.map(|halves| halves[1]));
    }
}
