//! A TensorFlow Lite graph as tensors and the operators that produce them.
//! Field numbers and codes: `schema.fbs` of TensorFlow Lite, schema version 3.

use super::flatbuffer::{Bytes, Table};
use super::{Convolution, ModelError, unexpected};

/// The operators that the model is made of (`BuiltinOperator` of the schema).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// Sum of two tensors.
    Add = 0,
    /// Tensors one after the other.
    Concatenation = 2,
    /// Convolution.
    Conv2d = 3,
    /// Convolution of each channel by itself.
    DepthwiseConv2d = 4,
    /// 16-bit floats to 32-bit ones, or whole numbers to floats.
    Dequantize = 6,
    /// Greatest value of each window.
    MaxPool2d = 17,
    /// Negative values become 0.
    Relu = 19,
    /// The same values in another shape.
    Reshape = 22,
    /// Zeros around.
    Pad = 34,
}

const FLOAT32: u8 = 0;
const FLOAT16: u8 = 1;
const INT32: u8 = 2;
const PADDING_SAME: u8 = 0;
const NO_ACTIVATION: u8 = 0;

struct Tensor<'a> {
    shape: Vec<i32>,
    kind: u8,
    data: &'a [u8],
    producer: Option<usize>,
}

/// One operator.
pub struct Operator<'a> {
    code: i32,
    inputs: Vec<i32>,
    outputs: Vec<i32>,
    options: Option<Table<'a>>,
}

impl Operator<'_> {
    /// Tensor that goes in as number `index`.
    pub fn input(&self, index: usize) -> Result<usize, ModelError> {
        match self.inputs.get(index).map(|&tensor| usize::try_from(tensor)) {
            Some(Ok(tensor)) => Ok(tensor),
            _ => unexpected(format!("an operator of kind {} lacks input {index}", self.code)),
        }
    }

    fn option_u8(&self, field: usize) -> Result<u8, ModelError> {
        self.options.map_or(Ok(0), |options| options.u8(field, 0, "operator options"))
    }

    fn option_i32(&self, field: usize, default: i32) -> Result<i32, ModelError> {
        self.options.map_or(Ok(default), |options| options.i32(field, default, "operator options"))
    }
}

/// The main graph of a model file.
pub struct Graph<'a> {
    tensors: Vec<Tensor<'a>>,
    operators: Vec<Operator<'a>>,
    inputs: Vec<i32>,
    outputs: Vec<i32>,
}

impl<'a> Graph<'a> {
    /// Reads all tensors and operators.
    pub fn read(bytes: &'a [u8]) -> Result<Graph<'a>, ModelError> {
        if bytes.is_empty() {
            return Err(ModelError::NotTflite("it is empty".into()));
        }
        let model = Bytes(bytes).root()?;
        let version = model.i32(0, 0, "schema version")?;
        if version != 3 {
            return Err(ModelError::NotTflite(format!("schema version {version}, not 3")));
        }
        let codes = operator_codes(&model)?;
        let buffers = model
            .tables(4, "buffers")?
            .iter()
            .map(|buffer| buffer.bytes(0, "buffer data"))
            .collect::<Result<Vec<_>, _>>()?;
        let subgraphs = model.tables(2, "subgraphs")?;
        let [subgraph] = subgraphs.as_slice() else {
            return unexpected(format!("{} graphs, not 1", subgraphs.len()));
        };

        let mut tensors = Vec::new();
        for table in subgraph.tables(0, "tensors")? {
            let buffer = table.i32(2, 0, "tensor buffer")?;
            let Some(data) = usize::try_from(buffer).ok().and_then(|index| buffers.get(index)) else {
                return unexpected(format!("a tensor names buffer {buffer} of {}", buffers.len()));
            };
            let shape = table.ints(0, "tensor shape")?;
            tensors.push(Tensor { shape, kind: table.u8(1, 0, "tensor type")?, data, producer: None });
        }
        let mut operators = Vec::new();
        for table in subgraph.tables(3, "operators")? {
            let index = table.i32(0, 0, "operator code index")?;
            let Some(&code) = usize::try_from(index).ok().and_then(|index| codes.get(index)) else {
                return unexpected(format!("an operator names code {index} of {}", codes.len()));
            };
            let operator = Operator {
                code,
                inputs: table.ints(1, "operator inputs")?,
                outputs: table.ints(2, "operator outputs")?,
                options: table.table(4, "operator options")?,
            };
            for &output in &operator.outputs {
                let Some(tensor) = usize::try_from(output).ok().and_then(|index| tensors.get_mut(index)) else {
                    return unexpected(format!("an operator writes tensor {output}, which does not exist"));
                };
                tensor.producer = Some(operators.len());
            }
            operators.push(operator);
        }
        let (inputs, outputs) = (subgraph.ints(1, "graph inputs")?, subgraph.ints(2, "graph outputs")?);
        Ok(Graph { tensors, operators, inputs, outputs })
    }

    fn tensor(&self, index: usize) -> Result<&Tensor<'a>, ModelError> {
        match self.tensors.get(index) {
            Some(tensor) => Ok(tensor),
            None => unexpected(format!("tensor {index} of {}", self.tensors.len())),
        }
    }

    /// The score and the box tensor, told apart by their shapes.
    pub fn outputs(&self) -> Result<(usize, usize), ModelError> {
        let mut scores = None;
        let mut boxes = None;
        for &output in &self.outputs {
            let index = usize::try_from(output).unwrap_or(usize::MAX);
            match self.tensor(index)?.shape.as_slice() {
                [1, 896, 1] => scores = Some(index),
                [1, 896, 16] => boxes = Some(index),
                other => return unexpected(format!("an output of shape {other:?}")),
            }
        }
        match (scores, boxes) {
            (Some(scores), Some(boxes)) => Ok((scores, boxes)),
            _ => unexpected("it lacks the outputs of shape [1, 896, 1] and [1, 896, 16]"),
        }
    }

    /// Whether `tensor` is the graph's only input and has this shape.
    pub fn check_input(&self, tensor: usize, shape: &[usize]) -> Result<(), ModelError> {
        let found = self.tensor(tensor)?;
        if self.inputs.as_slice() != [tensor as i32] {
            return unexpected("the first convolution does not read the graph's one input");
        }
        if found.kind != FLOAT32 || !same(&found.shape, shape) {
            return unexpected(format!("an input of type {} and shape {:?}, not {shape:?}", found.kind, found.shape));
        }
        Ok(())
    }

    /// The operator that writes `tensor`, if it is an `op`.
    pub fn producer(&self, tensor: usize, op: Op, name: &str) -> Result<&Operator<'a>, ModelError> {
        match self.tensor(tensor)?.producer.map(|index| &self.operators[index]) {
            Some(operator) if operator.code == op as i32 => Ok(operator),
            Some(operator) => unexpected(format!("{name}: operator kind {} where {op:?} belongs", operator.code)),
            None => unexpected(format!("{name}: no operator writes tensor {tensor}")),
        }
    }

    /// Whether an `op` writes `tensor`.
    pub fn is_produced_by(&self, tensor: usize, op: Op) -> bool {
        self.producer(tensor, op, "").is_ok()
    }

    /// The two tensors of which `tensor` is the reshaped concatenation.
    pub fn joined(&self, tensor: usize, name: &str) -> Result<[usize; 2], ModelError> {
        let concatenation = self.producer(tensor, Op::Concatenation, name)?;
        if concatenation.inputs.len() != 2 {
            return unexpected(format!("{name}: {} parts, not 2", concatenation.inputs.len()));
        }
        let part = |index| self.producer(concatenation.input(index)?, Op::Reshape, name)?.input(0);
        Ok([part(0)?, part(1)?])
    }

    /// The convolution that writes `output`: its input tensor and its weights of `[out, rows, columns, in]`.
    pub fn convolution(
        &self,
        output: usize,
        name: &str,
        shape: [usize; 4],
        stride: i32,
    ) -> Result<(usize, Convolution), ModelError> {
        let operator = self.producer(output, Op::Conv2d, name)?;
        let dilation = (operator.option_i32(4, 1)?, operator.option_i32(5, 1)?);
        Window { stride, exact: shape[1] == 1 && shape[2] == 1, activation_field: 3, dilation }
            .check(operator, name)?;
        self.weights(operator, name, &shape, shape[0])
    }

    /// The 3x3 depthwise convolution that writes `output`: its input tensor and its weights.
    pub fn depthwise(
        &self,
        output: usize,
        name: &str,
        channels: usize,
        stride: usize,
    ) -> Result<(usize, Convolution), ModelError> {
        let operator = self.producer(output, Op::DepthwiseConv2d, name)?;
        let dilation = (operator.option_i32(5, 1)?, operator.option_i32(6, 1)?);
        Window { stride: stride as i32, exact: false, activation_field: 4, dilation }.check(operator, name)?;
        self.weights(operator, name, &[1, 3, 3, channels], channels)
    }

    fn weights(
        &self,
        operator: &Operator,
        name: &str,
        shape: &[usize],
        outputs: usize,
    ) -> Result<(usize, Convolution), ModelError> {
        let weights = self.constant(operator.input(1)?, &format!("{name}, weights"), shape)?;
        let bias = self.constant(operator.input(2)?, &format!("{name}, bias"), &[outputs])?;
        Ok((operator.input(0)?, Convolution { weights, bias }))
    }

    /// Values of a tensor that is stored as 16-bit floats.
    fn constant(&self, tensor: usize, name: &str, shape: &[usize]) -> Result<Vec<f32>, ModelError> {
        let source = self.tensor(self.producer(tensor, Op::Dequantize, name)?.input(0)?)?;
        if source.kind != FLOAT16 || !same(&source.shape, shape) {
            let (kind, found) = (source.kind, &source.shape);
            return unexpected(format!("{name}: type {kind} and shape {found:?}, not 16-bit floats of {shape:?}"));
        }
        let count: usize = shape.iter().product();
        if source.data.len() != count * 2 {
            return unexpected(format!("{name}: {} bytes, not {}", source.data.len(), count * 2));
        }
        let (pairs, _) = source.data.as_chunks::<2>();
        let values: Vec<f32> = pairs.iter().map(|&pair| half_to_float(u16::from_le_bytes(pair))).collect();
        if values.iter().any(|value| !value.is_finite()) {
            return unexpected(format!("{name}: a value that is not finite"));
        }
        Ok(values)
    }

    /// What goes into the padding that adds `channels` zero channels and writes `output`.
    pub fn unpadded(&self, output: usize, name: &str, channels: usize) -> Result<usize, ModelError> {
        let pad = self.producer(output, Op::Pad, name)?;
        let widths = self.tensor(pad.input(1)?)?;
        let expected = [0, 0, 0, 0, 0, 0, 0, channels as i32].map(i32::to_le_bytes).concat();
        if widths.kind != INT32 || widths.data != expected {
            return unexpected(format!("{name}: it does not add {channels} channels"));
        }
        pad.input(0)
    }

    /// What goes into the 2x2 maximum that writes `output`.
    pub fn unpooled(&self, output: usize, name: &str) -> Result<usize, ModelError> {
        let pool = self.producer(output, Op::MaxPool2d, name)?;
        Window { stride: 2, exact: true, activation_field: 5, dilation: (1, 1) }.check(pool, name)?;
        let size = (pool.option_i32(3, 0)?, pool.option_i32(4, 0)?);
        if size != (2, 2) {
            return unexpected(format!("{name}: a window of {size:?}, not 2x2"));
        }
        pool.input(0)
    }
}

fn operator_codes(model: &Table) -> Result<Vec<i32>, ModelError> {
    let code = |table: &Table| {
        // Codes up to 127 stand in the older, one-byte field as well; a reader takes the greater one.
        let old = i32::from(table.u8(0, 0, "operator code")?);
        Ok(old.max(table.i32(3, 0, "operator code")?))
    };
    model.tables(1, "operator codes")?.iter().map(code).collect()
}

/// The options of a sliding window that the network counts on: no dilation, no activation, and these.
struct Window {
    stride: i32,
    /// A window that fits the input exactly is the same with either kind of padding.
    exact: bool,
    /// Field number of the activation.
    activation_field: usize,
    dilation: (i32, i32),
}

impl Window {
    fn check(&self, operator: &Operator, name: &str) -> Result<(), ModelError> {
        let strides = (operator.option_i32(1, 1)?, operator.option_i32(2, 1)?);
        if strides != (self.stride, self.stride) {
            return unexpected(format!("{name}: a stride of {strides:?}, not {}", self.stride));
        }
        let padding = operator.option_u8(0)?;
        if padding != PADDING_SAME && !self.exact {
            return unexpected(format!("{name}: padding {padding}, not SAME"));
        }
        if operator.option_u8(self.activation_field)? != NO_ACTIVATION || self.dilation != (1, 1) {
            return unexpected(format!("{name}: an activation or a dilation"));
        }
        Ok(())
    }
}

fn same(found: &[i32], expected: &[usize]) -> bool {
    found.len() == expected.len() && found.iter().zip(expected).all(|(&a, &b)| usize::try_from(a) == Ok(b))
}

/// An IEEE 754 half-precision number.
fn half_to_float(half: u16) -> f32 {
    let sign = if half & 0x8000 == 0 { 1.0 } else { -1.0 };
    let exponent = i32::from(half >> 10 & 0x1f);
    let fraction = f32::from(half & 0x3ff);
    sign * match exponent {
        0 => fraction * (2f32).powi(-24),
        31 if fraction == 0.0 => f32::INFINITY,
        31 => f32::NAN,
        _ => (1.0 + fraction / 1024.0) * (2f32).powi(exponent - 15),
    }
}

#[cfg(test)]
mod tests {
    use super::half_to_float;

    #[test]
    fn halves_are_read_as_ieee_754_says() {
        assert_eq!(half_to_float(0x3c00), 1.0);
        assert_eq!(half_to_float(0xc000), -2.0);
        assert_eq!(half_to_float(0x7bff), 65504.0);
        assert_eq!(half_to_float(0x0001), 2f32.powi(-24));
        assert_eq!(half_to_float(0x0400), 2f32.powi(-14));
        assert_eq!(half_to_float(0x8000).to_bits(), (-0.0f32).to_bits());
        assert_eq!(half_to_float(0xfc00), f32::NEG_INFINITY);
        assert!(half_to_float(0x7e00).is_nan());
    }
}
