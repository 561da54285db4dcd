//! Rounds the layers in order, while the calibration pictures pass through the network.

use crate::gram::Gram;
use crate::layer::Layer;
use crate::network::{Map, Relevance, run_depthwise, run_pointwise, run_stem};
use crate::rounding::{Output, Rounding};
use nearfar::detection::model::{Block, Convolution, FINE_BLOCKS, Head, Model};

/// Of a larger map only every third cell is used.
const SMALL_SIDE: usize = 16;
/// By how much the inputs of 1x1 convolutions are equalized, in quarters: 0 leaves them, 4 makes all equally strong.
const EQUALIZATIONS: [i32; 4] = [0, 1, 2, 3];

/// A picture on its way through the network.
struct Run {
    relevance: Relevance,
    map: Map,
}

/// All layers in the order of the file. First layers and scores keep their precision: without it, scores would differ by
/// up to 0.03.
pub(crate) fn layers(model: &Model, pictures: impl Iterator<Item = Vec<f32>>) -> Vec<Layer> {
    let mut runs: Vec<Run> = pictures
        .map(|picture| {
            let picture = Map::picture(picture);
            Run { relevance: Relevance::new(model, &picture), map: run_stem(&model.stem, &picture) }
        })
        .collect();
    let mut layers = vec![Layer::exact(&model.stem)];
    let mut heads = Vec::new();
    for (index, block) in model.blocks.iter().enumerate() {
        let filtered: Vec<Map> =
            runs.iter().map(|run| run_depthwise(&block.depthwise, block.shape.stride, &run.map)).collect();
        if index == 0 {
            layers.extend([Layer::exact_depthwise(&block.depthwise), Layer::exact(&block.pointwise)]);
        } else {
            layers.extend(round_block(block, &runs, &filtered));
        }
        for (run, filtered) in runs.iter_mut().zip(&filtered) {
            run.map = run_pointwise(&block.pointwise, filtered, &run.map);
        }
        if index + 1 == FINE_BLOCKS {
            heads.extend(round_head(&model.fine, &runs));
        }
    }
    heads.extend(round_head(&model.coarse, &runs));
    layers.extend(heads);
    layers
}

/// Adds the cells of a map of this side, and their relevance.
fn add_cells<'a>(gram: &mut Gram, run: &Run, side: usize, inputs: impl Fn(usize) -> &'a [f32]) {
    for cell in (0..side * side).step_by(if side > SMALL_SIDE { 3 } else { 1 }) {
        gram.add(inputs(cell), run.relevance.of(side, cell));
    }
}

fn round_block(block: &Block, runs: &[Run], filtered: &[Map]) -> [Layer; 2] {
    let channels = block.shape.inputs;
    let mut gram = Gram::new(channels);
    for (run, filtered) in runs.iter().zip(filtered) {
        add_cells(&mut gram, run, filtered.side, |cell| filtered.cell(cell));
    }
    let (factors, pointwise) = round_equalized(&block.pointwise, &gram);
    let depthwise = (0..channels).zip(factors).map(|(channel, factor)| {
        let mut gram = Gram::new(9);
        for run in runs {
            let side = run.map.side / block.shape.stride;
            let windows: Vec<[f32; 9]> =
                (0..side * side).map(|cell| run.map.depthwise_window(side, cell, channel)).collect();
            add_cells(&mut gram, run, side, |cell| &windows[cell]);
        }
        let taps: Vec<f32> = block.depthwise.weights.iter().skip(channel).step_by(channels).copied().collect();
        Rounding::new(&gram).output(&taps, block.depthwise.bias[channel]).scaled(factor)
    });
    [Layer::Rounded(depthwise.collect()), Layer::Rounded(pointwise)]
}

/// Rounds a 1x1 convolution whose inputs may be multiplied by powers of two: the depthwise convolution before it returns
/// them so. Otherwise the weights of weak inputs would be as precise as those of strong ones. Returns the factors too.
fn round_equalized(layer: &Convolution, gram: &Gram) -> (Vec<f32>, Vec<Output>) {
    let candidates = EQUALIZATIONS.map(|quarters| {
        let factors: Vec<f32> = (0..gram.size() - 1)
            .map(|input| {
                // The exponent of the mean square is twice that of the input.
                let exponent = ((gram.mean_square(input).max(1e-12).to_bits() >> 52) as i32) - 1023;
                2f32.powi(-(exponent * quarters).div_euclid(8))
            })
            .collect();
        let weights = layer.weights.iter().zip(factors.iter().cycle()).map(|(weight, factor)| weight / factor);
        let equalized = Convolution { weights: weights.collect(), bias: layer.bias.clone() };
        let outputs = Rounding::new(&gram.scaled(&factors)).layer(&equalized);
        (outputs.iter().map(|output| output.error).sum::<f64>(), (factors, outputs))
    });
    let best = candidates.into_iter().min_by(|(a, _), (b, _)| a.total_cmp(b));
    best.map_or_else(|| unreachable!("there are candidates"), |(_, layer)| layer)
}

fn round_head(head: &Head, runs: &[Run]) -> [Layer; 2] {
    let mut gram = Gram::new(head.boxes.weights.len() / head.boxes.bias.len());
    for run in runs {
        add_cells(&mut gram, run, run.map.side, |cell| run.map.cell(cell));
    }
    [Layer::exact(&head.scores), Layer::Rounded(Rounding::new(&gram).layer(&head.boxes))]
}
