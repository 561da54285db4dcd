//! A residual block: 3x3 depthwise convolution, 1x1 convolution, addition of the input, ReLU.

use super::area::{Area, TILE};
use super::kernels::{Depthwise, Panels, PointwiseResidual, pack_panels};
use super::model::Convolution;
use super::plane::{DepthwiseGroup, Plane, Quad};
use super::simd::Backend;

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

    /// Computes `to` from `from`. The output side must be 8 to 64. `tiles` must hold a batch with the channels of
    /// `from`.
    #[inline(always)]
    pub(crate) fn run<B: Backend>(&self, from: &Plane, to: &mut Plane, tiles: &mut [Quad]) {
        let side = from.side() / self.stride;
        self.run_in::<B>(from, to, tiles, &Area::whole(side));
    }

    /// Computes an area of `to`. The rest of `to` stays, except for its border.
    #[inline(always)]
    pub(crate) fn run_in<B: Backend>(&self, from: &Plane, to: &mut Plane, tiles: &mut [Quad], area: &Area) {
        if self.stride == 1 {
            self.run_strided::<B, 1>(from, to, tiles, area);
        } else {
            self.run_strided::<B, 2>(from, to, tiles, area);
        }
    }

    fn run_strided<B: Backend, const STRIDE: usize>(
        &self,
        from: &Plane,
        to: &mut Plane,
        tiles: &mut [Quad],
        area: &Area,
    ) {
        to.reshape(from.side() / STRIDE, self.pointwise.output_groups());
        for batch in area.batches() {
            let tiles = &mut tiles[..batch.tiles() * TILE * from.groups()];
            B::run(Depthwise::<STRIDE> { input: from, weights: &self.depthwise, batch: &batch, tiles });
            let panels = &self.pointwise;
            B::run(PointwiseResidual::<STRIDE> { panels, tiles, input: from, output: to, batch: &batch });
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
