//! Reads a TensorFlow Lite graph: tensors and the operators that write them. Field numbers and codes follow
//! `schema.fbs` of TensorFlow Lite, schema version 3.

use super::convolution::Convolution;
use super::error::{ModelError, Part};
use super::flatbuffer::{Bytes, Ints, Table, Tables};
use super::half::half_to_float;
use super::shape::{ANCHORS, BOX_VALUES};

/// The operators of the model (`BuiltinOperator` of the schema).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Op {
    /// Elementwise sum.
    Add = 0,
    /// Concatenation.
    Concatenation = 2,
    /// Convolution.
    Conv2d = 3,
    /// Depthwise convolution.
    DepthwiseConv2d = 4,
    /// Conversion to 32-bit floats.
    Dequantize = 6,
    /// Max pooling.
    MaxPool2d = 17,
    /// ReLU.
    Relu = 19,
    /// Reshape.
    Reshape = 22,
    /// Zero padding.
    Pad = 34,
}

const FLOAT32: u8 = 0;
const FLOAT16: u8 = 1;
const INT32: u8 = 2;
const PADDING_SAME: u8 = 0;
const NO_ACTIVATION: u8 = 0;

struct Tensor<'a> {
    shape: Ints<'a>,
    kind: u8,
    data: &'a [u8],
}

impl Tensor<'_> {
    fn is(&self, kind: u8, shape: &[usize]) -> bool {
        self.kind == kind && self.shape.equals(shape)
    }
}

/// One operator.
#[derive(Clone, Copy)]
pub(super) struct Operator<'a> {
    part: Part,
    inputs: Ints<'a>,
    options: Option<Table<'a>>,
}

impl Operator<'_> {
    /// The input tensor at `index`.
    pub(super) fn input(&self, index: usize) -> Result<i32, ModelError> {
        self.inputs.iter().nth(index).ok_or(self.part.lacks("an input"))
    }

    fn option_u8(&self, field: usize) -> Result<u8, ModelError> {
        self.options.map_or(Ok(0), |options| options.u8(field, "operator options"))
    }

    fn option_i32(&self, field: usize, default: i32) -> Result<i32, ModelError> {
        self.options.map_or(Ok(default), |options| options.i32(field, default, "operator options"))
    }
}

/// The main graph of a model file.
pub(super) struct Graph<'a> {
    codes: Tables<'a>,
    buffers: Tables<'a>,
    tensors: Tables<'a>,
    operators: Tables<'a>,
    inputs: Ints<'a>,
    outputs: Ints<'a>,
}

impl<'a> Graph<'a> {
    /// Finds the graph in a file and checks that all buffers are complete.
    pub(super) fn read(bytes: &'a [u8]) -> Result<Graph<'a>, ModelError> {
        let model = Bytes(bytes).root()?;
        if model.i32(0, 0, "schema version")? != 3 {
            return Err(ModelError::NotTflite("its schema version is not 3"));
        }
        let buffers = model.tables(4, "buffers")?;
        for index in 0..buffers.count {
            buffers.get(index)?.map(|buffer| buffer.bytes(0, "buffer data")).transpose()?;
        }
        let subgraphs = model.tables(2, "subgraphs")?;
        let Some(subgraph) = subgraphs.get(0)?.filter(|_| subgraphs.count == 1) else {
            return Err(Part::GRAPH.lacks("a single graph"));
        };
        Ok(Graph {
            codes: model.tables(1, "operator codes")?,
            buffers,
            tensors: subgraph.tables(0, "tensors")?,
            operators: subgraph.tables(3, "operators")?,
            inputs: subgraph.ints(1, "graph inputs")?,
            outputs: subgraph.ints(2, "graph outputs")?,
        })
    }

    fn tensor(&self, index: i32, part: Part) -> Result<Tensor<'a>, ModelError> {
        let Some(table) = at(&self.tensors, index)? else { return Err(part.lacks("a tensor")) };
        let Some(buffer) = at(&self.buffers, table.i32(2, 0, "tensor buffer")?)? else {
            return Err(part.lacks("a buffer"));
        };
        Ok(Tensor {
            shape: table.ints(0, "tensor shape")?,
            kind: table.u8(1, "tensor type")?,
            data: buffer.bytes(0, "buffer data")?,
        })
    }

    /// The score tensor and the box tensor, identified by their shapes.
    pub(super) fn outputs(&self) -> Result<(i32, i32), ModelError> {
        let part = Part::GRAPH;
        let mut scores = None;
        let mut boxes = None;
        for output in self.outputs.iter() {
            let shape = self.tensor(output, part)?.shape;
            if shape.equals(&[1, ANCHORS, 1]) {
                scores = Some(output);
            } else if shape.equals(&[1, ANCHORS, BOX_VALUES]) {
                boxes = Some(output);
            } else {
                return Err(part.differs("an output's shape", shape.iter()));
            }
        }
        scores.zip(boxes).ok_or(part.lacks("the outputs of shape [1, 896, 1] and [1, 896, 16]"))
    }

    /// Checks that `tensor` is the graph's only input and has this shape.
    pub(super) fn check_input(&self, tensor: i32, shape: &[usize]) -> Result<(), ModelError> {
        let part = Part::GRAPH;
        let found = self.tensor(tensor, part)?;
        if !self.inputs.iter().eq([tensor]) {
            return Err(part.differs("the number of the input tensor", self.inputs.iter()));
        }
        if !found.is(FLOAT32, shape) {
            return Err(part.differs("the input's shape or type", found.shape.iter()));
        }
        Ok(())
    }

    /// The operator that writes `tensor`, and its code.
    fn writer(&self, tensor: i32, part: Part) -> Result<(Operator<'a>, i32), ModelError> {
        for index in 0..self.operators.count {
            let Some(operator) = self.operators.get(index)? else { continue };
            if operator.ints(2, "operator outputs")?.iter().all(|output| output != tensor) {
                continue;
            }
            let Some(code) = at(&self.codes, operator.i32(0, 0, "operator code index")?)? else {
                return Err(part.lacks("an operator code"));
            };
            // Codes up to 127 are also in the older one-byte field; the greater of the two is valid.
            let old = i32::from(code.u8(0, "operator code")?);
            let inputs = operator.ints(1, "operator inputs")?;
            let options = operator.table(4, "operator options")?;
            return Ok((Operator { part, inputs, options }, old.max(code.i32(3, 0, "operator code")?)));
        }
        Err(part.lacks("an operator that writes its tensor"))
    }

    /// The operator that writes `tensor`; an error if it is not an `op`.
    pub(super) fn producer(&self, tensor: i32, op: Op, part: Part) -> Result<Operator<'a>, ModelError> {
        let (operator, code) = self.writer(tensor, part)?;
        if code == op as i32 { Ok(operator) } else { Err(part.differs("the kind of operator", [code].into_iter())) }
    }

    /// The two tensors whose reshaped concatenation is `tensor`.
    pub(super) fn joined(&self, tensor: i32, part: Part) -> Result<[i32; 2], ModelError> {
        let concatenation = self.producer(tensor, Op::Concatenation, part)?;
        let side = |index| self.producer(concatenation.input(index)?, Op::Reshape, part)?.input(0);
        if concatenation.input(2).is_ok() {
            return Err(part.differs("the number of inputs", concatenation.inputs.iter()));
        }
        Ok([side(0)?, side(1)?])
    }

    /// The convolution that writes `output`: its input tensor and its weights of shape `[out, rows, columns, in]`.
    pub(super) fn convolution(
        &self,
        output: i32,
        part: Part,
        shape: [usize; 4],
        stride: i32,
    ) -> Result<(i32, Convolution), ModelError> {
        let operator = self.producer(output, Op::Conv2d, part)?;
        let dilation = (operator.option_i32(4, 1)?, operator.option_i32(5, 1)?);
        let exact = shape[1] == 1 && shape[2] == 1;
        Window { stride, exact, activation_field: 3, dilation }.check(operator)?;
        self.weights(operator, &shape, shape[0])
    }

    /// The 3x3 depthwise convolution that writes `output`: its input tensor and its weights.
    pub(super) fn depthwise(
        &self,
        output: i32,
        part: Part,
        channels: usize,
        stride: usize,
    ) -> Result<(i32, Convolution), ModelError> {
        let operator = self.producer(output, Op::DepthwiseConv2d, part)?;
        let dilation = (operator.option_i32(5, 1)?, operator.option_i32(6, 1)?);
        Window { stride: stride as i32, exact: false, activation_field: 4, dilation }.check(operator)?;
        self.weights(operator, &[1, 3, 3, channels], channels)
    }

    fn weights(&self, operator: Operator, shape: &[usize], outputs: usize) -> Result<(i32, Convolution), ModelError> {
        let weights = self.constant(operator, 1, "the weights' shape or type", shape)?;
        let bias = self.constant(operator, 2, "the bias's shape or type", &[outputs])?;
        Ok((operator.input(0)?, Convolution { weights, bias }))
    }

    /// The constant at input `input` of `operator`, stored as 16-bit floats.
    fn constant(
        &self,
        operator: Operator,
        input: usize,
        what: &'static str,
        shape: &[usize],
    ) -> Result<Vec<f32>, ModelError> {
        let part = operator.part;
        let source = self.tensor(self.producer(operator.input(input)?, Op::Dequantize, part)?.input(0)?, part)?;
        if !source.is(FLOAT16, shape) {
            return Err(part.differs(what, source.shape.iter()));
        }
        let (pairs, _) = source.data.as_chunks::<2>();
        let values: Vec<f32> = pairs.iter().map(|&pair| half_to_float(u16::from_le_bytes(pair))).collect();
        if values.len() != shape.iter().product::<usize>() {
            return Err(part.differs("the number of values", [values.len() as i32].into_iter()));
        }
        if values.iter().any(|value| !value.is_finite()) {
            return Err(part.lacks("finite values"));
        }
        Ok(values)
    }

    /// The input of the padding operator that adds `channels` zero channels and writes `output`.
    pub(super) fn unpadded(&self, output: i32, part: Part, channels: usize) -> Result<i32, ModelError> {
        let pad = self.producer(output, Op::Pad, part)?;
        let widths = self.tensor(pad.input(1)?, part)?;
        let mut expected = [0; 32];
        expected[28..].copy_from_slice(&(channels as i32).to_le_bytes());
        if widths.kind != INT32 || widths.data != expected {
            return Err(part.lacks("zero channels of the right number"));
        }
        pad.input(0)
    }

    /// The input of the 2x2 max pooling that writes `output`.
    pub(super) fn unpooled(&self, output: i32, part: Part) -> Result<i32, ModelError> {
        let pool = self.producer(output, Op::MaxPool2d, part)?;
        Window { stride: 2, exact: true, activation_field: 5, dilation: (1, 1) }.check(pool)?;
        let size = [pool.option_i32(3, 0)?, pool.option_i32(4, 0)?];
        if size != [2, 2] {
            return Err(part.differs("the window", size.into_iter()));
        }
        pool.input(0)
    }
}

/// The table at an index that the file contains.
fn at<'a>(tables: &Tables<'a>, index: i32) -> Result<Option<Table<'a>>, ModelError> {
    tables.get(usize::try_from(index).unwrap_or(usize::MAX))
}

/// Expected options of a sliding window: no dilation, no activation, and these.
struct Window {
    stride: i32,
    /// Whether the window fits the input exactly, so that both kinds of padding are the same.
    exact: bool,
    /// Field number of the activation.
    activation_field: usize,
    dilation: (i32, i32),
}

impl Window {
    fn check(&self, operator: Operator) -> Result<(), ModelError> {
        let part = operator.part;
        let strides = [operator.option_i32(1, 1)?, operator.option_i32(2, 1)?];
        if strides != [self.stride; 2] {
            return Err(part.differs("the stride", strides.into_iter()));
        }
        if operator.option_u8(0)? != PADDING_SAME && !self.exact {
            return Err(part.lacks("SAME padding"));
        }
        if operator.option_u8(self.activation_field)? != NO_ACTIVATION || self.dilation != (1, 1) {
            return Err(part.differs("the activation or the dilation", [].into_iter()));
        }
        Ok(())
    }
}
