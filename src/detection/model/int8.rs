//! Reads the page's model file: the weights of the `.tflite` file in about half of its size.
//!
//! | bytes | content |
//! |---|---|
//! | 7 | `nearfar` |
//! | 1 | version: 1 |
//! | the rest | the layers, each as in `int8_layer.rs` |
//!
//! The layers are the first convolution, depthwise and 1x1 convolution of each block, then scores and boxes of the
//! 16x16 grid and of the 8x8 grid. The first convolution, the first block and the scores have 16-bit weights, the other
//! layers 8-bit weights. All shapes are those of BlazeFace short range, so every file has [`FILE_BYTES`].
//! `crates/int8-model` writes the file.

use super::error::ModelError;
use super::int8_layer::{LayerReader, WeightsError};
use super::shape::{
    BLOCKS, BOX_VALUES, BlockShape, COARSE_ANCHORS, FINE_ANCHORS, FINE_BLOCKS, STEM_INPUTS, STEM_OUTPUTS,
};
use super::{Block, Head, Model};

/// The first bytes of a file of any version.
pub const MAGIC: &[u8; 7] = b"nearfar";
/// The version of the format.
pub const VERSION: u8 = 1;
/// Taps of a depthwise convolution.
const TAPS: usize = 9;
/// The length of the file.
pub const FILE_BYTES: usize = file_bytes();

const fn layer_bytes(inputs: usize, outputs: usize) -> usize {
    outputs * (4 + 4 + inputs)
}

const fn exact_bytes(inputs: usize, outputs: usize) -> usize {
    2 * outputs * (1 + inputs)
}

const fn head_bytes(inputs: usize, anchors: usize) -> usize {
    exact_bytes(inputs, anchors) + layer_bytes(inputs, anchors * BOX_VALUES)
}

const fn file_bytes() -> usize {
    let mut bytes = MAGIC.len() + 1 + exact_bytes(STEM_INPUTS, STEM_OUTPUTS);
    bytes += exact_bytes(TAPS, BLOCKS[0].inputs) + exact_bytes(BLOCKS[0].inputs, BLOCKS[0].outputs);
    let mut block = 1;
    while block < BLOCKS.len() {
        bytes += layer_bytes(TAPS, BLOCKS[block].inputs) + layer_bytes(BLOCKS[block].inputs, BLOCKS[block].outputs);
        block += 1;
    }
    bytes
        + head_bytes(BLOCKS[FINE_BLOCKS - 1].outputs, FINE_ANCHORS)
        + head_bytes(BLOCKS[BLOCKS.len() - 1].outputs, COARSE_ANCHORS)
}

impl Model {
    /// Reads the page's model file, which `crates/int8-model` writes.
    ///
    /// # Errors
    /// [`ModelError`] for a file that is truncated, altered, or another model.
    pub fn from_int8(bytes: &[u8]) -> Result<Model, ModelError> {
        let Some((magic, [version, layers @ ..])) = bytes.split_first_chunk() else {
            return Err(ModelError::NotInt8("it is too short"));
        };
        if magic != MAGIC {
            return Err(ModelError::NotInt8("it does not start with \"nearfar\""));
        }
        if *version != VERSION {
            return Err(ModelError::NotInt8("its version is not 1"));
        }
        if bytes.len() != FILE_BYTES {
            return Err(ModelError::WrongLength { found: bytes.len(), expected: FILE_BYTES });
        }
        read_layers(layers).map_err(|WeightsError| ModelError::NotFinite)
    }
}

fn read_layers(layers: &[u8]) -> Result<Model, WeightsError> {
    let mut reader = LayerReader(layers);
    let stem = reader.exact_output_major(STEM_INPUTS, STEM_OUTPUTS)?;
    let mut blocks = Vec::with_capacity(BLOCKS.len());
    for shape in BLOCKS {
        let BlockShape { inputs, outputs, .. } = shape;
        let (depthwise, pointwise) = if blocks.is_empty() {
            (reader.exact(TAPS, inputs)?, reader.exact_output_major(inputs, outputs)?)
        } else {
            (reader.layer(TAPS, inputs)?, reader.output_major(inputs, outputs)?)
        };
        blocks.push(Block { shape, depthwise, pointwise });
    }
    let fine = read_head(&mut reader, BLOCKS[FINE_BLOCKS - 1].outputs, FINE_ANCHORS)?;
    let coarse = read_head(&mut reader, BLOCKS[BLOCKS.len() - 1].outputs, COARSE_ANCHORS)?;
    reader.finish()?;
    Ok(Model { stem, blocks, fine, coarse })
}

fn read_head(reader: &mut LayerReader, inputs: usize, anchors: usize) -> Result<Head, WeightsError> {
    let scores = reader.exact_output_major(inputs, anchors)?;
    Ok(Head { scores, boxes: reader.output_major(inputs, anchors * BOX_VALUES)? })
}
