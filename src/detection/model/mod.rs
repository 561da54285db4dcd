//! Reads the BlazeFace weights from a `.tflite` file.
//!
//! The file is untrusted: every offset is checked, and the graph is walked from its outputs back to its input. The
//! result is the network that `network.rs` computes, or an error that names the first difference.

mod flatbuffer;
mod graph;

use crate::message::{error_by_message, message};
use graph::{Graph, Op};

/// Why a file is not the face detection model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ModelError {
    /// The file is not a TensorFlow Lite file.
    NotTflite(&'static str),
    /// An offset or a length points outside the file: it is truncated or altered.
    OutOfBounds {
        /// What was being read.
        what: &'static str,
        /// Its position.
        position: usize,
        /// Length of the file.
        length: usize,
    },
    /// A valid TensorFlow Lite file whose graph lacks a part of BlazeFace short range.
    Lacks {
        /// The part of the network.
        part: Part,
        /// What is missing.
        what: &'static str,
    },
    /// A valid TensorFlow Lite file whose graph is not BlazeFace short range.
    Differs {
        /// The part of the network.
        part: Part,
        /// The property that differs.
        what: &'static str,
        /// The values in the file.
        found: Found,
    },
}

/// A part of the network, for error messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// Block number, 1 to 16; 0 outside the residual blocks.
    block: usize,
    name: &'static str,
}

impl Part {
    const GRAPH: Part = Part::outside("the graph");

    const fn outside(name: &'static str) -> Part {
        Part { block: 0, name }
    }

    fn label(self) -> String {
        if self.block > 0 { message![self.name, " of block ", self.block] } else { self.name.into() }
    }

    fn lacks(self, what: &'static str) -> ModelError {
        ModelError::Lacks { part: self, what }
    }

    fn differs(self, what: &'static str, found: impl Iterator<Item = i32>) -> ModelError {
        ModelError::Differs { part: self, what, found: Found(found.take(Found::MOST).collect()) }
    }
}

/// The first few values of a list in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found(Vec<i32>);

impl Found {
    /// The longest relevant list has four values, but a file may contain one of any length.
    const MOST: usize = 8;
}

impl ModelError {
    /// The error message, without a full stop.
    pub fn message(&self) -> String {
        match self {
            Self::NotTflite(why) => message!["not a TensorFlow Lite file: ", *why],
            Self::OutOfBounds { what, position, length } => {
                let place = message![*what, " at byte ", *position];
                message!["damaged model file: ", place.as_str(), " reaches past the end of ", *length, " bytes"]
            }
            Self::Lacks { part, what } => {
                message!["not the face detection model: ", part.label().as_str(), " lacks ", *what]
            }
            Self::Differs { part, what, found } => {
                let numbers: Vec<String> = found.0.iter().map(|&number| message![number]).collect();
                let (part, numbers) = (part.label(), numbers.join(", "));
                message!["not the face detection model: ", *what, " of ", part.as_str(), " differs: ", numbers.as_str()]
            }
        }
    }
}

error_by_message!(ModelError);

/// Weights of a convolution, in the file's order.
#[derive(Clone, Debug)]
pub struct Convolution {
    /// `[out][row][column][in]`; for a depthwise convolution `[row][column][channel]`.
    pub weights: Vec<f32>,
    /// One bias per output channel.
    pub bias: Vec<f32>,
}

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
/// Values per box: centre, size and six points.
pub const BOX_VALUES: usize = 16;

/// Weights of one block.
#[derive(Clone, Debug)]
pub struct Block {
    /// The shape: an entry of [`BLOCKS`].
    pub shape: BlockShape,
    /// The 3x3 depthwise convolution.
    pub depthwise: Convolution,
    /// The 1x1 convolution.
    pub pointwise: Convolution,
}

/// The 1x1 convolutions of one grid that predict scores and boxes.
#[derive(Clone, Debug)]
pub struct Head {
    /// One logit per anchor.
    pub scores: Convolution,
    /// [`BOX_VALUES`] values per anchor.
    pub boxes: Convolution,
}

/// All weights of the network.
#[derive(Clone, Debug)]
pub struct Model {
    /// The first convolution: 5x5, stride 2, [`STEM_OUTPUTS`] channels, ReLU.
    pub stem: Convolution,
    /// The residual blocks in order.
    pub blocks: Vec<Block>,
    /// Heads of the 16x16 grid.
    pub fine: Head,
    /// Heads of the 8x8 grid.
    pub coarse: Head,
}

impl Model {
    /// Reads `face_detection_short_range.tflite`.
    ///
    /// # Errors
    /// [`ModelError`] for a file that is truncated, altered, or another model.
    pub fn from_tflite(bytes: &[u8]) -> Result<Model, ModelError> {
        let graph = Graph::read(bytes)?;
        let fine_channels = BLOCKS[FINE_BLOCKS - 1].outputs;
        let coarse_channels = BLOCKS[BLOCKS.len() - 1].outputs;

        let (scores, boxes) = graph.outputs()?;
        let [fine_scores, coarse_scores] = graph.joined(scores, Part::outside("the scores"))?;
        let [fine_boxes, coarse_boxes] = graph.joined(boxes, Part::outside("the boxes"))?;
        let head = |name, scores, boxes, channels, anchors| {
            let part = Part::outside(name);
            let (input, scores) = graph.convolution(scores, part, [anchors, 1, 1, channels], 1)?;
            let (other, boxes) = graph.convolution(boxes, part, [anchors * BOX_VALUES, 1, 1, channels], 1)?;
            if input != other {
                return Err(part.lacks("one input for scores and boxes"));
            }
            Ok((input, Head { scores, boxes }))
        };
        let (fine_features, fine) = head("the 16x16 head", fine_scores, fine_boxes, fine_channels, FINE_ANCHORS)?;
        let (coarse_features, coarse) =
            head("the 8x8 head", coarse_scores, coarse_boxes, coarse_channels, COARSE_ANCHORS)?;

        let mut blocks = Vec::with_capacity(BLOCKS.len());
        let mut tensor = coarse_features;
        for (index, shape) in BLOCKS.iter().enumerate().rev() {
            if index + 1 == FINE_BLOCKS && tensor != fine_features {
                return Err(Part::outside("the 16x16 head").lacks("the output of block 11 as its input"));
            }
            let (input, block) = read_block(&graph, tensor, index + 1, *shape)?;
            blocks.push(block);
            tensor = input;
        }
        blocks.reverse();

        let part = Part::outside("the first convolution");
        let relu = graph.producer(tensor, Op::Relu, part)?;
        let (input, stem) = graph.convolution(relu.input(0)?, part, [STEM_OUTPUTS, 5, 5, 3], 2)?;
        graph.check_input(input, &[1, INPUT_SIDE, INPUT_SIDE, 3])?;
        Ok(Model { stem, blocks, fine, coarse })
    }
}

/// Reads the block that writes `output`. Returns its input tensor as well.
fn read_block(graph: &Graph, output: i32, block: usize, shape: BlockShape) -> Result<(i32, Block), ModelError> {
    let BlockShape { inputs, outputs, stride } = shape;
    let part = |name| Part { block, name };
    let relu = graph.producer(output, Op::Relu, part("the ReLU"))?;
    let sum = graph.producer(relu.input(0)?, Op::Add, part("the sum"))?;
    let (mut residual, mut convolved) = (sum.input(0)?, sum.input(1)?);
    if graph.producer(residual, Op::Conv2d, part("the sum")).is_ok() {
        std::mem::swap(&mut residual, &mut convolved);
    }
    let (filtered, pointwise) =
        graph.convolution(convolved, part("the 1x1 convolution"), [outputs, 1, 1, inputs], 1)?;
    let (input, depthwise) = graph.depthwise(filtered, part("the depthwise convolution"), inputs, stride)?;
    if outputs != inputs {
        residual = graph.unpadded(residual, part("the channel padding"), outputs - inputs)?;
    }
    if stride == 2 {
        residual = graph.unpooled(residual, part("the maximum"))?;
    }
    if residual != input {
        return Err(part("the sum").lacks("the block's own input"));
    }
    Ok((input, Block { shape, depthwise, pointwise }))
}
