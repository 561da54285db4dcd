//! BlazeFace layer by layer in plain loops. `src/detection` computes the same faster, but only the whole network.

use nearfar::detection::model::{Block, Convolution, FINE_BLOCKS, Head, INPUT_SIDE, Model, STEM_INPUTS};

/// A feature map, pixel by pixel.
#[derive(Clone, Debug)]
pub(crate) struct Map {
    pub(crate) side: usize,
    channels: usize,
    values: Vec<f32>,
}

impl Map {
    /// A picture: 128x128 RGB from -1 to 1.
    pub(crate) fn picture(values: Vec<f32>) -> Map {
        Map { side: INPUT_SIDE, channels: 3, values }
    }

    fn from_cells(side: usize, channels: usize, mut fill: impl FnMut(usize, &mut [f32])) -> Map {
        let mut values = vec![0.0; side * side * channels];
        for (cell, values) in values.chunks_exact_mut(channels).enumerate() {
            fill(cell, values);
        }
        Map { side, channels, values }
    }

    /// The value at a place that may be outside, where it is 0.
    fn get(&self, y: isize, x: isize, channel: usize) -> f32 {
        let inside = |at: isize| usize::try_from(at).ok().filter(|&at| at < self.side);
        let (Some(y), Some(x)) = (inside(y), inside(x)) else { return 0.0 };
        self.values[(y * self.side + x) * self.channels + channel]
    }

    /// The channels of a cell.
    pub(crate) fn cell(&self, cell: usize) -> &[f32] {
        &self.values[cell * self.channels..][..self.channels]
    }

    /// The values that a cell of the first convolution's output reads.
    fn stem_window(&self, cell: usize) -> [f32; STEM_INPUTS] {
        let side = self.side / 2;
        let (y, x) = ((cell / side * 2) as isize - 1, (cell % side * 2) as isize - 1);
        std::array::from_fn(|at| self.get(y + at as isize / 15, x + at as isize / 3 % 5, at % 3))
    }

    /// The nine values of a channel that a cell of a depthwise convolution's output reads. `side`: of the output.
    pub(crate) fn depthwise_window(&self, side: usize, cell: usize, channel: usize) -> [f32; 9] {
        let stride = self.side / side;
        // SAME padding: at stride 2 all of it is below and to the right.
        let first = stride as isize - 2;
        let (y, x) = ((cell / side * stride) as isize + first, (cell % side * stride) as isize + first);
        std::array::from_fn(|tap| self.get(y + tap as isize / 3, x + tap as isize % 3, channel))
    }

    /// What a block adds to the output of its convolutions: its input, max-pooled at stride 2, and 0 in new channels.
    /// `side`: of the output.
    fn residual(&self, side: usize, cell: usize, channel: usize) -> f32 {
        if channel >= self.channels {
            return 0.0;
        }
        let stride = self.side / side;
        let (y, x) = (cell / side * stride, cell % side * stride);
        let places = (0..stride).flat_map(|dy| (0..stride).map(move |dx| (dy, dx)));
        let values = places.map(|(dy, dx)| self.cell((y + dy) * self.side + x + dx)[channel]);
        values.fold(f32::NEG_INFINITY, f32::max)
    }
}

/// An output of a layer with weights `[output][input]`.
fn dot(layer: &Convolution, output: usize, inputs: &[f32]) -> f32 {
    let weights = &layer.weights[output * inputs.len()..][..inputs.len()];
    weights.iter().zip(inputs).map(|(weight, input)| weight * input).sum::<f32>() + layer.bias[output]
}

/// An output of a depthwise convolution.
fn dot_depthwise(layer: &Convolution, channel: usize, window: &[f32; 9]) -> f32 {
    let taps = layer.weights.iter().skip(channel).step_by(layer.bias.len());
    window.iter().zip(taps).map(|(value, tap)| value * tap).sum::<f32>() + layer.bias[channel]
}

/// The first convolution, with its ReLU.
pub(crate) fn run_stem(layer: &Convolution, picture: &Map) -> Map {
    Map::from_cells(picture.side / 2, layer.bias.len(), |cell, outputs| {
        let window = picture.stem_window(cell);
        for (output, value) in outputs.iter_mut().enumerate() {
            *value = dot(layer, output, &window).max(0.0);
        }
    })
}

/// The depthwise convolution of a block.
pub(crate) fn run_depthwise(layer: &Convolution, stride: usize, input: &Map) -> Map {
    let side = input.side / stride;
    Map::from_cells(side, layer.bias.len(), |cell, outputs| {
        for (channel, value) in outputs.iter_mut().enumerate() {
            *value = dot_depthwise(layer, channel, &input.depthwise_window(side, cell, channel));
        }
    })
}

/// The 1x1 convolution of a block, with the block's input added, and its ReLU.
pub(crate) fn run_pointwise(layer: &Convolution, filtered: &Map, input: &Map) -> Map {
    Map::from_cells(filtered.side, layer.bias.len(), |cell, outputs| {
        for (output, value) in outputs.iter_mut().enumerate() {
            let residual = input.residual(filtered.side, cell, output);
            *value = (dot(layer, output, filtered.cell(cell)) + residual).max(0.0);
        }
    })
}

/// The output of a layer of a head, anchor by anchor.
fn run_head(layer: &Convolution, map: &Map) -> Vec<f32> {
    let cells = 0..map.side * map.side;
    cells.flat_map(|cell| (0..layer.bias.len()).map(move |output| dot(layer, output, map.cell(cell)))).collect()
}

fn run_block(block: &Block, input: &Map) -> Map {
    let filtered = run_depthwise(&block.depthwise, block.shape.stride, input);
    run_pointwise(&block.pointwise, &filtered, input)
}

/// The inputs of the heads of both grids, for a picture.
fn features(model: &Model, picture: &Map) -> [Map; 2] {
    let stem = run_stem(&model.stem, picture);
    let fine = model.blocks[..FINE_BLOCKS].iter().fold(stem, |map, block| run_block(block, &map));
    let coarse = model.blocks[FINE_BLOCKS..].iter().fold(fine.clone(), |map, block| run_block(block, &map));
    [fine, coarse]
}

/// The logits of all anchors, then their box values: 128x128 RGB from -1 to 1.
pub fn outputs(model: &Model, picture: Vec<f32>) -> Vec<f32> {
    let [fine, coarse] = features(model, &Map::picture(picture));
    let layers = [(&model.fine.scores, &fine), (&model.coarse.scores, &coarse)];
    let boxes = [(&model.fine.boxes, &fine), (&model.coarse.boxes, &coarse)];
    layers.into_iter().chain(boxes).flat_map(|(layer, map)| run_head(layer, map)).collect()
}

/// How much each cell of an 8x8 grid matters: above all, how likely a face is there or in a neighbouring cell.
pub(crate) struct Relevance([f64; Relevance::SIDE * Relevance::SIDE]);

impl Relevance {
    const SIDE: usize = 8;
    /// The relevance of a cell in which no face is.
    const BACKGROUND: f64 = 0.02;

    /// By the scores of the network.
    pub(crate) fn new(model: &Model, picture: &Map) -> Relevance {
        let mut relevance = [Self::BACKGROUND; Self::SIDE * Self::SIDE];
        let heads = [&model.fine, &model.coarse];
        for (head, map) in heads.into_iter().zip(features(model, picture)) {
            let Head { scores, .. } = head;
            for (index, logit) in run_head(scores, &map).into_iter().enumerate() {
                let cell = index / scores.bias.len();
                let [y, x] = [cell / map.side, cell % map.side].map(|at| at * Self::SIDE / map.side);
                for y in y.saturating_sub(1)..(y + 2).min(Self::SIDE) {
                    for x in x.saturating_sub(1)..(x + 2).min(Self::SIDE) {
                        let known = &mut relevance[y * Self::SIDE + x];
                        *known = known.max(Self::BACKGROUND + likelihood(f64::from(logit)));
                    }
                }
            }
        }
        Relevance(relevance)
    }

    /// The relevance of a cell of a map of this side.
    pub(crate) fn of(&self, side: usize, cell: usize) -> f64 {
        let [y, x] = [cell / side, cell % side].map(|at| at * Self::SIDE / side);
        self.0[y * Self::SIDE + x]
    }
}

/// Like the logistic function, of basic arithmetic only, so that every machine computes the same.
fn likelihood(logit: f64) -> f64 {
    let half = logit / 2.0;
    0.5 + 0.5 * half / (1.0 + half.abs())
}
