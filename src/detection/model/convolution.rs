//! Weights of a convolution.

/// Weights of a convolution, in the file's order.
#[derive(Clone, Debug)]
pub struct Convolution {
    /// `[out][row][column][in]`; for a depthwise convolution `[row][column][channel]`.
    pub weights: Vec<f32>,
    /// One bias per output channel.
    pub bias: Vec<f32>,
}
