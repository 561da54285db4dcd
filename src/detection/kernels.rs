//! The inner loops of the network, generic over the [`F32x4`] back end.
//!
//! # Layout
//!
//! Channels are grouped by four ([`Quad`]). A [`Plane`] stores, row by row and group by group, the quads of
//! neighbouring pixels side by side. A border of one zero pixel on all sides saves branches in 3x3 windows. Between the
//! depthwise and the pointwise convolution, pixels are grouped into *tiles* of four: for each channel the values of
//! four neighbouring pixels. The pointwise loop therefore reads two streams, tile and weights, one step per channel.
//! (Unrolling it further keeps more weights alive than there are registers.) A *batch* has up to 16 tiles: one row of 64
//! pixels, two of 32, four of 16 or eight of 8. A batch and one panel of weights fit into the first-level cache.
//!
//! Each [`Kernel`] calls a function: in wasm that is one call with its own arguments, natively it is compiled with the
//! instructions of the back end.

use super::area::{Batch, TILE};
use super::model::INPUT_SIDE;
use super::plane::{DepthwiseGroup, Plane, Quad};
use super::simd::{F32x4, Kernel};
use super::wide_kernels::{STEM_ROW, STEM_STEP, depthwise_sums, panel_sums, stem_sums};
use std::ops::Range;

/// Convolves one batch of output pixels into tiles.
pub(crate) struct Depthwise<'a, const STRIDE: usize> {
    pub input: &'a Plane,
    pub weights: &'a [DepthwiseGroup],
    pub batch: &'a Batch,
    pub tiles: &'a mut [Quad],
}

impl<const STRIDE: usize> Kernel for Depthwise<'_, STRIDE> {
    #[inline(always)]
    fn run<V: F32x4>(self) {
        let Depthwise { input, weights, batch, tiles } = self;
        depthwise::<V, STRIDE>(input, weights, batch, tiles);
    }
}

#[cfg_attr(target_arch = "wasm32", inline(never))]
#[cfg_attr(not(target_arch = "wasm32"), inline(always))]
fn depthwise<V: F32x4, const STRIDE: usize>(
    input: &Plane,
    weights: &[DepthwiseGroup],
    batch: &Batch,
    tiles: &mut [Quad],
) {
    let tiles_a_row = batch.tiles_a_row;
    let groups = weights.len();
    // SAME padding: stride 1 pads one pixel before; stride 2 with an even side pads none before and one after.
    let border = usize::from(STRIDE != 1);
    for (row, tiles) in tiles.chunks_exact_mut(tiles_a_row * groups * TILE).enumerate() {
        let y = (batch.row + row) * STRIDE + border;
        for (group, weights) in weights.iter().enumerate() {
            let taps: [V; 9] = std::array::from_fn(|i| V::load(&weights.taps[i].0));
            let bias = V::load(&weights.bias.0);
            let lines: [&[Quad]; 3] =
                std::array::from_fn(|i| &input.line(y + i, group)[batch.column * STRIDE + border..]);
            if V::IS_WIDE {
                let out = tiles.chunks_exact_mut(2 * groups * TILE).map(|tiles| {
                    let (one, other) = tiles.split_at_mut(groups * TILE);
                    [one, other].map(|tile| &mut tile[group * TILE..][..TILE])
                });
                depthwise_sums::<V, STRIDE>(weights, lines, out);
                continue;
            }
            for tile in 0..tiles_a_row {
                let mut sums = [bias; TILE];
                for (i, line) in lines.iter().enumerate() {
                    let line = &line[tile * TILE * STRIDE..][..(TILE - 1) * STRIDE + 3];
                    for (p, sum) in sums.iter_mut().enumerate() {
                        for j in 0..3 {
                            *sum = sum.add_product(taps[3 * i + j], V::load(&line[p * STRIDE + j].0));
                        }
                    }
                }
                let out = &mut tiles[(tile * groups + group) * TILE..][..TILE];
                for (out, sum) in out.iter_mut().zip(V::transpose(sums)) {
                    sum.store(&mut out.0);
                }
            }
        }
    }
}

/// Weights of a 1x1 convolution in panels of two output groups (an odd last group is a panel alone): the bias, then the
/// weights of each input channel.
#[derive(Clone, Debug)]
pub(crate) struct Panels {
    input_groups: usize,
    output_groups: usize,
    quads: Vec<Quad>,
}

/// Packs `[output][input]` weights and one bias per output. Channels that pad the last quad are 0.
pub(crate) fn pack_panels(weights: &[f32], bias: &[f32]) -> Panels {
    let (inputs, outputs) = (weights.len() / bias.len(), bias.len());
    let (input_groups, output_groups) = (inputs.div_ceil(4), outputs.div_ceil(4));
    let mut quads = Vec::with_capacity(output_groups * (4 * input_groups + 1));
    for first in (0..output_groups).step_by(2) {
        let panel = first..(first + 2).min(output_groups);
        // Index -1 is the bias.
        for input in -1..4 * input_groups as isize {
            quads.extend(panel.clone().map(|group| {
                Quad([0, 1, 2, 3].map(|i| {
                    let output = 4 * group + i;
                    match usize::try_from(input) {
                        _ if output >= outputs => 0.0,
                        Err(_) => bias[output],
                        Ok(input) if input >= inputs => 0.0,
                        Ok(input) => weights[output * inputs + input],
                    }
                }))
            }));
        }
    }
    Panels { input_groups, output_groups, quads }
}

impl Panels {
    /// Number of output groups.
    pub(crate) fn output_groups(&self) -> usize {
        self.output_groups
    }
}

/// Multiplies a batch of tiles by the panels and calls `store(tile, output group, sums of its four pixels)`.
#[inline(always)]
pub(crate) fn pointwise<V: F32x4>(panels: &Panels, tiles: &[Quad], mut store: impl FnMut(usize, usize, [V; TILE])) {
    let tile_len = panels.input_groups * TILE;
    let panel_len = 2 * (1 + 4 * panels.input_groups);
    let pairs = panels.quads.chunks_exact(panel_len);
    let odd = pairs.remainder();
    for (panel, weights) in pairs.enumerate() {
        let (bias, weights) = weights.split_at(2);
        let (weights, _) = weights.as_chunks::<2>();
        if V::IS_WIDE {
            panel_sums::<V>(bias, weights, tiles, |tile, group, sums| store(tile, 2 * panel + group, sums));
            continue;
        }
        for (index, tile) in tiles.chunks_exact(tile_len).enumerate() {
            let mut sums = [[V::load(&bias[0].0); TILE], [V::load(&bias[1].0); TILE]];
            for (pixels, weights) in tile.iter().zip(weights) {
                let pair = [V::load(&weights[0].0), V::load(&weights[1].0)];
                for (p, &value) in pixels.0.iter().enumerate() {
                    let value = V::splat(value);
                    sums[0][p] = sums[0][p].add_product(pair[0], value);
                    sums[1][p] = sums[1][p].add_product(pair[1], value);
                }
            }
            store(index, 2 * panel, sums[0]);
            store(index, 2 * panel + 1, sums[1]);
        }
    }
    let Some((bias, weights)) = odd.split_first() else { return };
    // A single group: two tiles at a time keep as many sums in flight.
    for (index, tiles) in tiles.chunks_exact(2 * tile_len).enumerate() {
        let (first, second) = tiles.split_at(tile_len);
        let mut sums = [[V::load(&bias.0); TILE]; 2];
        for ((a, b), weight) in first.iter().zip(second).zip(weights) {
            let weight = V::load(&weight.0);
            for (p, (&a, &b)) in a.0.iter().zip(&b.0).enumerate() {
                sums[0][p] = sums[0][p].add_product(weight, V::splat(a));
                sums[1][p] = sums[1][p].add_product(weight, V::splat(b));
            }
        }
        store(2 * index, panels.output_groups - 1, sums[0]);
        store(2 * index + 1, panels.output_groups - 1, sums[1]);
    }
}

/// Loads four pixels' quads of a line.
#[inline(always)]
fn load_tile<V: F32x4>(line: &[Quad], x: usize) -> [V; TILE] {
    let quads = &line[x..x + TILE];
    std::array::from_fn(|p| V::load(&quads[p].0))
}

#[inline(always)]
fn store_tile<V: F32x4>(line: &mut [Quad], x: usize, values: [V; TILE]) {
    for (quad, value) in line[x..x + TILE].iter_mut().zip(values) {
        value.store(&mut quad.0);
    }
}

/// The end of a residual block for one batch: 1x1 convolution of `tiles`, plus `input` (max-pooled 2x2 for `STRIDE` 2),
/// ReLU, into `output`.
pub(crate) struct PointwiseResidual<'a, const STRIDE: usize> {
    pub panels: &'a Panels,
    pub tiles: &'a [Quad],
    pub input: &'a Plane,
    pub output: &'a mut Plane,
    pub batch: &'a Batch,
}

impl<const STRIDE: usize> Kernel for PointwiseResidual<'_, STRIDE> {
    #[inline(always)]
    fn run<V: F32x4>(self) {
        let PointwiseResidual { panels, tiles, input, output, batch } = self;
        pointwise_residual::<V, STRIDE>(panels, tiles, input, output, batch);
    }
}

#[cfg_attr(target_arch = "wasm32", inline(never))]
#[cfg_attr(not(target_arch = "wasm32"), inline(always))]
fn pointwise_residual<V: F32x4, const STRIDE: usize>(
    panels: &Panels,
    tiles: &[Quad],
    input: &Plane,
    output: &mut Plane,
    batch: &Batch,
) {
    let zero = V::splat(0.0);
    pointwise::<V>(panels, tiles, |tile, group, mut sums| {
        let (y, x) = batch.position(tile);
        if group < input.groups() {
            let residual = if STRIDE == 1 {
                load_tile::<V>(input.line(y + 1, group), x + 1)
            } else {
                let (top, bottom) = (input.line(2 * y + 1, group), input.line(2 * y + 2, group));
                let (top, bottom) = (&top[2 * x + 1..][..2 * TILE], &bottom[2 * x + 1..][..2 * TILE]);
                std::array::from_fn(|p| {
                    let of = |line: &[Quad]| V::load(&line[2 * p].0).max(V::load(&line[2 * p + 1].0));
                    of(top).max(of(bottom))
                })
            };
            for p in 0..TILE {
                sums[p] = sums[p].add(residual[p]);
            }
        }
        store_tile(output.line_mut(y + 1, group), x + 1, sums.map(|sum| sum.max(zero)));
    });
}

/// 1x1 convolution of one batch of `tiles` and ReLU, into `output`.
pub(crate) struct PointwiseRelu<'a> {
    pub panels: &'a Panels,
    pub tiles: &'a [Quad],
    pub output: &'a mut Plane,
    pub batch: &'a Batch,
}

impl Kernel for PointwiseRelu<'_> {
    #[inline(always)]
    fn run<V: F32x4>(self) {
        let PointwiseRelu { panels, tiles, output, batch } = self;
        pointwise_relu::<V>(panels, tiles, output, batch);
    }
}

#[cfg_attr(target_arch = "wasm32", inline(never))]
#[cfg_attr(not(target_arch = "wasm32"), inline(always))]
fn pointwise_relu<V: F32x4>(panels: &Panels, tiles: &[Quad], output: &mut Plane, batch: &Batch) {
    let zero = V::splat(0.0);
    pointwise::<V>(panels, tiles, |tile, group, sums| {
        let (y, x) = batch.position(tile);
        store_tile(output.line_mut(y + 1, group), x + 1, sums.map(|sum| sum.max(zero)));
    });
}

/// Copies one batch of a plane into tiles.
pub(crate) struct GatherTiles<'a> {
    pub input: &'a Plane,
    pub batch: &'a Batch,
    pub tiles: &'a mut [Quad],
}

impl Kernel for GatherTiles<'_> {
    #[inline(always)]
    fn run<V: F32x4>(self) {
        let GatherTiles { input, batch, tiles } = self;
        gather_tiles::<V>(input, batch, tiles);
    }
}

#[cfg_attr(target_arch = "wasm32", inline(never))]
#[cfg_attr(not(target_arch = "wasm32"), inline(always))]
fn gather_tiles<V: F32x4>(input: &Plane, batch: &Batch, tiles: &mut [Quad]) {
    let groups = input.groups();
    for (tile, quads) in tiles.chunks_exact_mut(groups * TILE).enumerate() {
        let (y, x) = batch.position(tile);
        for (group, quads) in quads.chunks_exact_mut(TILE).enumerate() {
            let pixels = load_tile::<V>(input.line(y + 1, group), x + 1);
            for (quad, channel) in quads.iter_mut().zip(V::transpose(pixels)) {
                channel.store(&mut quad.0);
            }
        }
    }
}

/// Values per row of the padded input: 128 pixels, one before, two after, and one value that completes the quads.
pub(crate) const INPUT_STRIDE: usize = (3 * (INPUT_SIDE + 3)).next_multiple_of(4);
/// Rows of the padded input.
pub(crate) const INPUT_ROWS: usize = INPUT_SIDE + 3;
/// Input values of one row that a tile of outputs covers at stride 2.
const STEM_SPAN: usize = (TILE - 1) * STEM_STEP + STEM_ROW;

/// The first convolution, 5x5 with stride 2 and ReLU, for these tiles of output row `y`. `panels` has 75 input channels
/// in the order `(row, column, colour)` and a 76th of zeros.
pub(crate) struct Stem<'a> {
    pub panels: &'a Panels,
    pub input: &'a [f32],
    pub output: &'a mut Plane,
    pub y: usize,
    pub tiles: Range<usize>,
}

impl Kernel for Stem<'_> {
    #[inline(always)]
    fn run<V: F32x4>(self) {
        let Stem { panels, input, output, y, tiles } = self;
        stem::<V>(panels, input, output, y, tiles);
    }
}

#[cfg_attr(target_arch = "wasm32", inline(never))]
#[cfg_attr(not(target_arch = "wasm32"), inline(always))]
fn stem<V: F32x4>(panels: &Panels, input: &[f32], output: &mut Plane, y: usize, tiles: Range<usize>) {
    let zero = V::splat(0.0);
    let rows: [&[f32]; 5] = std::array::from_fn(|i| &input[(2 * y + i) * INPUT_STRIDE..][..INPUT_STRIDE]);
    let panel_len = 2 * (1 + 4 * panels.input_groups);
    for (panel, weights) in panels.quads.chunks_exact(panel_len).enumerate() {
        let (bias, weights) = weights.split_at(2);
        let (weights, _) = weights.as_chunks::<2>();
        if V::IS_WIDE {
            stem_sums::<V>(bias, weights, &rows, tiles.clone(), |tile, group, sums| {
                let line = output.line_mut(y + 1, 2 * panel + group);
                store_tile(line, tile * TILE + 1, sums.map(|sum| sum.max(zero)));
            });
            continue;
        }
        for tile in tiles.clone() {
            let mut sums = [[V::load(&bias[0].0); TILE], [V::load(&bias[1].0); TILE]];
            for (row, weights) in rows.iter().zip(weights.chunks_exact(STEM_ROW)) {
                let values = &row[tile * TILE * STEM_STEP..][..STEM_SPAN];
                let after = |pixels: usize| &values[pixels * STEM_STEP..];
                let pixels = values.iter().zip(after(1)).zip(after(2)).zip(after(3));
                for ((((a, b), c), d), weights) in pixels.zip(weights) {
                    let pair = [V::load(&weights[0].0), V::load(&weights[1].0)];
                    for (p, value) in [a, b, c, d].into_iter().enumerate() {
                        let value = V::splat(*value);
                        sums[0][p] = sums[0][p].add_product(pair[0], value);
                        sums[1][p] = sums[1][p].add_product(pair[1], value);
                    }
                }
            }
            for (i, sums) in sums.into_iter().enumerate() {
                store_tile(output.line_mut(y + 1, 2 * panel + i), tile * TILE + 1, sums.map(|sum| sum.max(zero)));
            }
        }
    }
}
