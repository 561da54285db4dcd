//! The inner loops of the 1x1 convolution and of the first convolution for back ends whose registers hold eight floats:
//! two groups of outputs at a time. Two tiles keep as many sums in flight as the other back ends have.

use super::area::TILE;
use super::plane::Quad;
use super::simd::{F32x4, F32x8};
use std::ops::Range;

/// Values of one row of the 5x5 window of the first convolution.
pub(super) const STEM_ROW: usize = 3 * 5;
/// Tiles at a time.
const TILES: usize = 2;
/// Input values between the windows of neighbouring outputs of the first convolution.
const STEM_STEP: usize = 2 * 3;

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
        let tiles: [&[Quad]; TILES] = std::array::from_fn(|i| &tiles[i * tile_len..][..tile_len]);
        let mut sums = [[load::<V>([&bias[0], &bias[1]]); TILE]; TILES];
        for (channel, [low, high]) in weights.iter().enumerate() {
            let weights = load::<V>([low, high]);
            for (tile, sums) in tiles.iter().zip(&mut sums) {
                for (sum, &value) in sums.iter_mut().zip(&tile[channel].0) {
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
