//! A layer as the file has it.

use crate::rounding::Output;
use nearfar::detection::model::Convolution;

/// A layer of the file.
pub(crate) enum Layer {
    /// With 16-bit floats: biases, then weights `[input][output]`.
    Exact(Vec<f32>),
    /// With 8-bit weights.
    Rounded(Vec<Output>),
}

impl Layer {
    /// A layer with weights `[output][input]`.
    pub(crate) fn exact(layer: &Convolution) -> Layer {
        let inputs = layer.weights.len() / layer.bias.len();
        let turned = (0..inputs).flat_map(|input| layer.weights.iter().skip(input).step_by(inputs));
        Layer::Exact(layer.bias.iter().chain(turned).copied().collect())
    }

    /// A depthwise convolution, whose weights are in the file's order.
    pub(crate) fn exact_depthwise(layer: &Convolution) -> Layer {
        Layer::Exact(layer.bias.iter().chain(&layer.weights).copied().collect())
    }

    /// Appends the layer to a file.
    pub(crate) fn write(&self, bytes: &mut Vec<u8>) {
        match self {
            Layer::Exact(values) => bytes.extend(values.iter().flat_map(|&value| to_half(value).to_le_bytes())),
            Layer::Rounded(outputs) => {
                bytes.extend(outputs.iter().flat_map(|output| output.scale.to_le_bytes()));
                bytes.extend(outputs.iter().flat_map(|output| output.bias.to_le_bytes()));
                let inputs = outputs.first().map_or(0, |output| output.steps.len());
                bytes.extend((0..inputs).flat_map(|input| outputs.iter().map(move |output| output.steps[input] as u8)));
            }
        }
    }
}

/// The IEEE 754 half-precision number of a value that is one, as all in the `.tflite` file are.
fn to_half(value: f32) -> u16 {
    let bits = value.to_bits();
    let sign = (bits >> 16) as u16 & 0x8000;
    let exponent = (bits >> 23 & 0xff) as i32 - 127 + 15;
    if exponent > 0 {
        sign | (exponent as u16) << 10 | (bits >> 13) as u16 & 0x3ff
    } else {
        sign | (value.abs() * (2f32).powi(24)) as u16
    }
}
