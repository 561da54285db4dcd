//! Reads the BlazeFace weights: from the published `.tflite` file, or from the page's file with 8-bit weights.
//!
//! Both are untrusted. Of a `.tflite` file every offset is checked, and the graph is walked from its outputs back to its
//! input. The result is the network that `network.rs` computes, or an error that names the first difference.

mod convolution;
mod error;
mod flatbuffer;
mod graph;
mod half;
pub mod int8;
mod int8_layer;
mod shape;

pub use convolution::Convolution;
pub use error::{Found, ModelError, Part};
pub(crate) use int8_layer::LayerReader;
pub use int8_layer::WeightsError;
pub use shape::{
    ANCHORS, BLOCKS, BOX_VALUES, BlockShape, COARSE_ANCHORS, COARSE_SIDE, FINE_ANCHORS, FINE_BLOCKS, FINE_SIDE,
    INPUT_SIDE, KEYPOINTS, STEM_INPUTS, STEM_OUTPUTS,
};

use graph::{Graph, Op};

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
    /// Reads `face_detection_short_range.tflite`, the reference.
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
