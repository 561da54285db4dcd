//! Reads the layers in the weight files of both networks. All numbers are little-endian.
//!
//! - A layer with 8-bit weights is its outputs' scales and biases (f32), then its weights `[input][output]` (i8). A
//!   weight's value is its 8-bit number times its output's scale.
//! - A layer with 16-bit weights is its outputs' biases, then its weights `[input][output]` (all f16).

use super::convolution::Convolution;
use super::half::half_to_float;

/// The layers of a file are too short or too long, or a weight is not finite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WeightsError;

/// Reads layer after layer.
pub(crate) struct LayerReader<'a>(pub(crate) &'a [u8]);

impl<'a> LayerReader<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], WeightsError> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(WeightsError)?;
        self.0 = rest;
        Ok(taken)
    }

    fn floats(&mut self, count: usize) -> Result<Vec<f32>, WeightsError> {
        let bytes = self.take(4 * count)?;
        Ok(bytes.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect())
    }

    fn halves(&mut self, count: usize) -> Result<Vec<f32>, WeightsError> {
        let bytes = self.take(2 * count)?;
        Ok(bytes.as_chunks::<2>().0.iter().map(|bytes| half_to_float(u16::from_le_bytes(*bytes))).collect())
    }

    /// Reads 8-bit weights in the file's order, `[input][output]`; for a depthwise convolution `[tap][channel]`.
    pub(crate) fn layer(&mut self, inputs: usize, outputs: usize) -> Result<Convolution, WeightsError> {
        let (scales, bias) = (self.floats(outputs)?, self.floats(outputs)?);
        let steps = self.take(inputs * outputs)?;
        let weights = steps.iter().zip(scales.iter().cycle()).map(|(&step, scale)| f32::from(step as i8) * scale);
        finite(Convolution { weights: weights.collect(), bias })
    }

    /// Reads 8-bit weights in the order of other convolutions, `[output][input]`.
    pub(crate) fn output_major(&mut self, inputs: usize, outputs: usize) -> Result<Convolution, WeightsError> {
        Ok(turned(&self.layer(inputs, outputs)?))
    }

    /// Reads 16-bit weights in the file's order.
    pub(super) fn exact(&mut self, inputs: usize, outputs: usize) -> Result<Convolution, WeightsError> {
        let bias = self.halves(outputs)?;
        finite(Convolution { weights: self.halves(inputs * outputs)?, bias })
    }

    /// Reads 16-bit weights in the order `[output][input]`.
    pub(super) fn exact_output_major(&mut self, inputs: usize, outputs: usize) -> Result<Convolution, WeightsError> {
        Ok(turned(&self.exact(inputs, outputs)?))
    }

    /// Checks that nothing follows the last layer.
    pub(crate) fn finish(self) -> Result<(), WeightsError> {
        if self.0.is_empty() { Ok(()) } else { Err(WeightsError) }
    }
}

fn finite(layer: Convolution) -> Result<Convolution, WeightsError> {
    if layer.weights.iter().chain(&layer.bias).all(|value| value.is_finite()) { Ok(layer) } else { Err(WeightsError) }
}

/// Turns weights `[input][output]` into `[output][input]`.
fn turned(layer: &Convolution) -> Convolution {
    let outputs = layer.bias.len();
    let weights = (0..outputs).flat_map(|output| layer.weights.iter().skip(output).step_by(outputs).copied());
    Convolution { weights: weights.collect(), bias: layer.bias.clone() }
}
