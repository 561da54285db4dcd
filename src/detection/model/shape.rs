//! The shape of BlazeFace short range.

/// Channels and stride of a residual block: 3x3 depthwise convolution, 1x1 convolution, addition of the block's input
/// (max-pooled 2x2 at stride 2, zero-padded to more channels), ReLU.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlockShape {
    /// Input channels.
    pub inputs: usize,
    /// Output channels.
    pub outputs: usize,
    /// 1, or 2 to halve width and height.
    pub stride: usize,
}

const fn block(inputs: usize, outputs: usize, stride: usize) -> BlockShape {
    BlockShape { inputs, outputs, stride }
}

/// Width and height of the input.
pub const INPUT_SIDE: usize = 128;
/// Values that an output of the first convolution reads: 5x5 RGB pixels.
pub const STEM_INPUTS: usize = 5 * 5 * 3;
/// Channels after the first convolution (5x5, stride 2).
pub const STEM_OUTPUTS: usize = 24;
/// The blocks of BlazeFace short range ("BlazeFace: Sub-millisecond Neural Face Detection on Mobile GPUs",
/// 2019, and the shapes of the published model file), from 64x64 down to 8x8.
pub const BLOCKS: [BlockShape; 16] = [
    block(24, 24, 1),
    block(24, 28, 1),
    block(28, 32, 2),
    block(32, 36, 1),
    block(36, 42, 1),
    block(42, 48, 2),
    block(48, 56, 1),
    block(56, 64, 1),
    block(64, 72, 1),
    block(72, 80, 1),
    block(80, 88, 1),
    block(88, 96, 2),
    block(96, 96, 1),
    block(96, 96, 1),
    block(96, 96, 1),
    block(96, 96, 1),
];
/// Number of blocks before the finer heads (16x16); the remaining blocks lead to the coarser heads (8x8).
pub const FINE_BLOCKS: usize = 11;
/// Anchors per cell of the finer grid.
pub const FINE_ANCHORS: usize = 2;
/// Anchors per cell of the coarser grid.
pub const COARSE_ANCHORS: usize = 6;
/// Keypoints of a face.
pub const KEYPOINTS: usize = 6;
/// Values per box: centre, size and keypoints.
pub const BOX_VALUES: usize = 4 + 2 * KEYPOINTS;
/// Side of the finer grid.
pub const FINE_SIDE: usize = 16;
/// Side of the coarser grid.
pub const COARSE_SIDE: usize = 8;
/// Number of anchors: [`FINE_ANCHORS`] per cell of the finer grid, then [`COARSE_ANCHORS`] per cell of the coarser one.
pub const ANCHORS: usize = FINE_SIDE * FINE_SIDE * FINE_ANCHORS + COARSE_SIDE * COARSE_SIDE * COARSE_ANCHORS;
