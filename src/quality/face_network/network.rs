//! The face network as one pass over preallocated buffers.

use super::alignment::aligned_region;
use super::{FaceAttributes, Pose};
use crate::detection::Face;
use crate::detection::area::{Area, BATCH, Batch};
use crate::detection::block::Block;
use crate::detection::kernels::{GatherTiles, Panels, PointwiseRelu, pack_panels, pointwise};
use crate::detection::model::{Convolution, LayerReader, WeightsError};
use crate::detection::plane::{Plane, Quad};
use crate::detection::simd::{Backend, F32x4, Fastest, Kernel};
use crate::frame::{Frame, warp_rgb};
use std::marker::PhantomData;

/// Side of the input picture, pixels.
pub const SIDE: usize = 64;
/// Maximum taps per axis and input pixel. With more, a near face would take longer to analyze than to detect.
pub const MAX_TAPS: u32 = 2;
/// Side of the pixel squares that the first layer reads.
const PATCH: usize = 4;
/// Side of the first feature map.
const STEM_SIDE: usize = SIDE / PATCH;
/// Values of a patch: its pixels row by row, each red, green, blue.
const PATCH_VALUES: usize = 3 * PATCH * PATCH;
const STEM_CHANNELS: usize = BLOCKS[0].0;
/// Input channels, output channels and stride of each block.
const BLOCKS: [(usize, usize, usize); 7] =
    [(32, 32, 1), (32, 32, 1), (32, 32, 1), (32, 64, 2), (64, 64, 1), (64, 64, 1), (64, 64, 1)];
/// Side of the last feature map: one block has stride 2.
const LAST_SIDE: usize = STEM_SIDE / 2;
const LAST_CHANNELS: usize = BLOCKS[BLOCKS.len() - 1].1;
/// Channels per cell after the last pointwise convolution.
const REDUCED_CHANNELS: usize = 12;
const HIDDEN: usize = 24;
const OUTPUTS: usize = 10;
/// Maximum number of channel groups in any layer.
const MAX_GROUPS: usize = LAST_CHANNELS / 4;
/// Added to the standard deviation of the pixels, so that a picture of one colour does not divide by zero.
const MIN_SPREAD: f32 = 8.0;
/// Degrees per unit of the network's angles.
const DEGREES_PER_UNIT: f32 = 10.0;

/// A fully connected layer with weights `[input][output]`.
struct Dense<const OUTPUTS: usize> {
    weights: Vec<[f32; OUTPUTS]>,
    bias: [f32; OUTPUTS],
}

impl<const OUTPUTS: usize> Dense<OUTPUTS> {
    fn new(layer: &Convolution) -> Result<Self, WeightsError> {
        let (weights, _) = layer.weights.as_chunks::<OUTPUTS>();
        let bias = layer.bias.first_chunk().ok_or(WeightsError)?;
        Ok(Dense { weights: weights.to_vec(), bias: *bias })
    }

    fn run(&self, values: &[f32]) -> [f32; OUTPUTS] {
        let mut sums = self.bias;
        for (value, weights) in values.iter().zip(&self.weights) {
            for (sum, weight) in sums.iter_mut().zip(weights) {
                *sum += value * weight;
            }
        }
        sums
    }
}

/// The network with buffers and packed weights. Running it does not allocate.
pub struct FaceNetwork<B = Fastest> {
    pixels: Vec<u8>,
    stem: Panels,
    blocks: Vec<Block>,
    narrow: Panels,
    hidden: Dense<HIDDEN>,
    out: Dense<OUTPUTS>,
    planes: [Plane; 2],
    tiles: Vec<Quad>,
    features: Vec<f32>,
    backend: PhantomData<B>,
}

impl<B> std::fmt::Debug for FaceNetwork<B> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FaceNetwork")
    }
}

impl<B: Backend> Default for FaceNetwork<B> {
    /// The shipped network.
    fn default() -> Self {
        // The file is compiled in, and a test reads it.
        Self::from_bytes(include_bytes!("weights.bin")).unwrap_or_else(|_| unreachable!())
    }
}

impl<B: Backend> FaceNetwork<B> {
    /// Reads and packs a file of weights.
    ///
    /// # Errors
    /// If the file does not have this network's length.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, WeightsError> {
        let mut reader = LayerReader(bytes);
        let stem = reader.output_major(PATCH_VALUES, STEM_CHANNELS)?;
        let mut blocks = Vec::with_capacity(BLOCKS.len());
        for (inputs, outputs, stride) in BLOCKS {
            let depthwise = reader.layer(9, inputs)?;
            blocks.push(Block::new(stride, &depthwise, &reader.output_major(inputs, outputs)?));
        }
        let narrow = reader.output_major(LAST_CHANNELS, REDUCED_CHANNELS)?;
        let hidden = Dense::new(&reader.layer(LAST_SIDE * LAST_SIDE * REDUCED_CHANNELS, HIDDEN)?)?;
        let out = Dense::new(&reader.layer(HIDDEN, OUTPUTS)?)?;
        reader.finish()?;
        let largest = Plane::len_of(STEM_SIDE, PATCH_VALUES / 4);
        Ok(FaceNetwork {
            pixels: vec![0; 3 * SIDE * SIDE],
            stem: pack_panels(&stem.weights, &stem.bias),
            blocks,
            narrow: pack_panels(&narrow.weights, &narrow.bias),
            hidden,
            out,
            planes: [Plane::with_capacity(largest), Plane::with_capacity(largest)],
            tiles: vec![Quad::default(); BATCH * MAX_GROUPS],
            features: vec![0.0; LAST_SIDE * LAST_SIDE * REDUCED_CHANNELS],
            backend: PhantomData,
        })
    }

    /// Analyzes a face of a frame. `None` if the keypoints are invalid.
    pub fn analyze(&mut self, frame: &Frame, face: &Face) -> Option<FaceAttributes> {
        let region = aligned_region(face)?;
        warp_rgb(frame, &region, [SIDE as u32; 2], MAX_TAPS, &mut self.pixels);
        let mut attributes = self.run();
        // All predictions hold for the picture too, except the roll.
        attributes.pose.roll = normalised_degrees(attributes.pose.roll + region.angle.to_degrees());
        Some(attributes)
    }

    /// Analyzes a picture of [`SIDE`] x [`SIDE`] RGB pixels, aligned as by [`aligned_region`]. Missing pixels are
    /// black.
    pub fn analyze_pixels(&mut self, pixels: &[u8]) -> FaceAttributes {
        let count = pixels.len().min(self.pixels.len());
        self.pixels[..count].copy_from_slice(&pixels[..count]);
        self.pixels[count..].fill(0);
        self.run()
    }

    fn run(&mut self) -> FaceAttributes {
        let [from, to] = &mut self.planes;
        let (mut from, mut to) = (from, to);
        from.reshape(STEM_SIDE, PATCH_VALUES / 4);
        fill(from, &self.pixels);
        to.reshape(STEM_SIDE, STEM_CHANNELS / 4);
        for batch in Area::whole(STEM_SIDE).batches() {
            let tiles = &mut self.tiles[..batch.tiles() * PATCH_VALUES];
            B::run(GatherTiles { input: from, batch: &batch, tiles });
            B::run(PointwiseRelu { panels: &self.stem, tiles, output: to, batch: &batch });
        }
        std::mem::swap(&mut from, &mut to);
        for block in &self.blocks {
            block.run::<B>(from, to, &mut self.tiles);
            std::mem::swap(&mut from, &mut to);
        }
        for batch in Area::whole(LAST_SIDE).batches() {
            let tiles = &mut self.tiles[..batch.tiles() * LAST_CHANNELS];
            B::run(GatherTiles { input: from, batch: &batch, tiles });
            B::run(Narrow { panels: &self.narrow, tiles, features: &mut self.features, batch: &batch });
        }
        let hidden = self.hidden.run(&self.features).map(|value| value.max(0.0));
        let [right_eye, left_eye, nose, mouth, forehead_covered, right_open, left_open, yaw, pitch, roll] =
            self.out.run(&hidden);
        FaceAttributes {
            covered: [right_eye, left_eye, nose, mouth],
            forehead_covered,
            eyes_open: [right_open, left_open],
            pose: Pose { yaw: degrees_of(yaw), pitch: degrees_of(pitch), roll: degrees_of(roll) },
        }
    }
}

/// The last pointwise convolution of one batch and ReLU, into the features.
struct Narrow<'a> {
    panels: &'a Panels,
    tiles: &'a [Quad],
    features: &'a mut [f32],
    batch: &'a Batch,
}

impl Kernel for Narrow<'_> {
    #[inline(always)]
    fn run<V: F32x4>(self) {
        let Narrow { panels, tiles, features, batch } = self;
        let zero = V::splat(0.0);
        pointwise::<V>(panels, tiles, |tile, group, sums| {
            let (y, x) = batch.position(tile);
            for (pixel, sum) in sums.into_iter().enumerate() {
                let at = (y * LAST_SIDE + x + pixel) * REDUCED_CHANNELS + 4 * group;
                if let Some(values) = features[at..].first_chunk_mut() {
                    sum.max(zero).store(values);
                }
            }
        });
    }
}

/// Converts one of the network's angles to degrees, limited to a quarter turn.
fn degrees_of(angle: f32) -> f32 {
    (angle * DEGREES_PER_UNIT).clamp(-90.0, 90.0)
}

/// Normalises an angle to -180 to 180 degrees.
fn normalised_degrees(degrees: f32) -> f32 {
    degrees - 360.0 * (degrees / 360.0).round_ties_even()
}

/// Writes the normalised pixels (zero mean, unit deviation) to `plane`; each patch becomes the channels of one cell.
fn fill(plane: &mut Plane, pixels: &[u8]) {
    let count = pixels.len() as f32;
    let mean = pixels.iter().map(|&value| u32::from(value)).sum::<u32>() as f32 / count;
    let squares = pixels.iter().map(|&value| (f32::from(value) - mean).powi(2)).sum::<f32>() / count;
    let scale = 1.0 / (squares.sqrt() + MIN_SPREAD);
    // A row of a patch is twelve consecutive values of the picture: three quads.
    const GROUPS: usize = 3 * PATCH / 4;
    for y in 0..STEM_SIDE {
        for group in 0..PATCH_VALUES / 4 {
            let (down, across) = (group / GROUPS, group % GROUPS);
            let row = &pixels[3 * SIDE * (PATCH * y + down)..][..3 * SIDE];
            let line = &mut plane.line_mut(y + 1, group)[1..];
            for (quad, values) in line.iter_mut().zip(row.chunks_exact(3 * PATCH)) {
                *quad = Quad(std::array::from_fn(|i| (f32::from(values[4 * across + i]) - mean) * scale));
            }
        }
    }
}
