//! Reads the weights file that `tools/faces/train.py` writes.

use crate::detection::model::Convolution;

/// The weights file is too short or too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WeightsError;

/// Reads layer after layer: scales and biases of the outputs (f32, little-endian), then quantised weights
/// `[input][output]` (i8).
pub(super) struct Reader<'a>(pub(super) &'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], WeightsError> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(WeightsError)?;
        self.0 = rest;
        Ok(taken)
    }

    fn floats(&mut self, count: usize) -> Result<Vec<f32>, WeightsError> {
        let bytes = self.take(4 * count)?;
        Ok(bytes.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect())
    }

    /// Reads a layer with weights in the file's order, `[input][output]`; for a depthwise convolution `[tap][channel]`.
    pub(super) fn layer(&mut self, inputs: usize, outputs: usize) -> Result<Convolution, WeightsError> {
        let (scales, bias) = (self.floats(outputs)?, self.floats(outputs)?);
        let steps = self.take(inputs * outputs)?;
        let weights = steps.iter().zip(scales.iter().cycle()).map(|(&step, scale)| f32::from(step as i8) * scale);
        Ok(Convolution { weights: weights.collect(), bias })
    }

    /// Reads a layer with the weights of a 1x1 convolution, `[output][input]`.
    pub(super) fn pointwise(&mut self, inputs: usize, outputs: usize) -> Result<Convolution, WeightsError> {
        let Convolution { weights, bias } = self.layer(inputs, outputs)?;
        let turned = (0..outputs).flat_map(|output| weights.iter().skip(output).step_by(outputs).copied());
        Ok(Convolution { weights: turned.collect(), bias })
    }
}
