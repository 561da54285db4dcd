//! A residual block: 3x3 depthwise convolution, 1x1 convolution, addition of the input, ReLU.

use super::kernels::{
    BATCH_TILES, DepthwiseGroup, Panels, Plane, Quad, TILE, depthwise, pack_panels, pointwise_residual,
};
use super::model::Convolution;
use super::simd::F32x4;

/// Pixels in a batch.
pub(crate) const BATCH: usize = BATCH_TILES * TILE;

/// A residual block with packed weights.
pub(crate) struct Block {
    stride: usize,
    depthwise: Vec<DepthwiseGroup>,
    pointwise: Panels,
}

impl Block {
    /// Packs the weights. `stride` is 1 or 2; at stride 2 the residual is max-pooled.
    pub(crate) fn new(stride: usize, depthwise: &Convolution, pointwise: &Convolution) -> Block {
        Block {
            stride,
            depthwise: pack_depthwise(depthwise),
            pointwise: pack_panels(&pointwise.weights, &pointwise.bias),
        }
    }

    /// Computes `to` from `from`. The output side must be 8 to 64. `tiles` must hold [`BATCH`] pixels with the channels
    /// of `from`.
    #[inline(always)]
    pub(crate) fn run<V: F32x4>(&self, from: &Plane, to: &mut Plane, tiles: &mut [Quad]) {
        if self.stride == 1 {
            self.run_strided::<V, 1>(from, to, tiles);
        } else {
            self.run_strided::<V, 2>(from, to, tiles);
        }
    }

    fn run_strided<V: F32x4, const STRIDE: usize>(&self, from: &Plane, to: &mut Plane, tiles: &mut [Quad]) {
        let side = from.side() / STRIDE;
        to.reshape(side, self.pointwise.output_groups());
        let tiles = &mut tiles[..BATCH * from.groups()];
        for first_row in (0..side).step_by(BATCH / side) {
            depthwise::<V, STRIDE>(from, &self.depthwise, first_row, tiles);
            pointwise_residual::<V, STRIDE>(&self.pointwise, tiles, from, to, first_row);
        }
    }
}

fn pack_depthwise(source: &Convolution) -> Vec<DepthwiseGroup> {
    let channels = source.bias.len();
    let quad = |values: &[f32], group: usize| {
        Quad(std::array::from_fn(|i| if 4 * group + i < channels { values[4 * group + i] } else { 0.0 }))
    };
    (0..channels.div_ceil(4))
        .map(|group| DepthwiseGroup {
            taps: std::array::from_fn(|tap| quad(&source.weights[tap * channels..], group)),
            bias: quad(&source.bias, group),
        })
        .collect()
}
