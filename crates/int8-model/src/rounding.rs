//! Rounds the weights of an output to eight bits so that its values on the calibration pictures change the least.
//!
//! Plain rounding moves faces by up to 4 px. This is GPTQ (Frantar et al., 2022): weights are rounded one after the
//! other, and those that are still to be rounded, finally the bias, make up for the error, which the products of the
//! layer's inputs predict.

use crate::gram::Gram;
use crate::matrix::{Matrix, inverse_factor};
use nearfar::detection::model::Convolution;

/// What the sums of products are increased by in the diagonal, relative to its mean: how little they are trusted.
const DAMPING: f64 = 0.01;
/// The scales to try, as a share of the scale with which the largest weight is 127.
const SCALES: [f64; 9] = [1.0, 0.975, 0.95, 0.925, 0.9, 0.875, 0.85, 0.8, 0.75];
/// The largest number of eight bits.
const MOST: f64 = 127.0;

/// The rounded weights of one output: a weight is its step times the scale.
#[derive(Clone, Debug)]
pub(crate) struct Output {
    pub(crate) scale: f32,
    /// The weights' 8-bit numbers, by input.
    pub(crate) steps: Vec<i8>,
    pub(crate) bias: f32,
    /// The weighted sum of the squared errors on the calibration pictures.
    pub(crate) error: f64,
}

impl Output {
    /// The same output times a power of two.
    pub(crate) fn scaled(self, factor: f32) -> Output {
        Output { scale: self.scale * factor, bias: self.bias * factor, ..self }
    }
}

/// How errors of the weights spread, by the inputs of one layer.
pub(crate) struct Rounding {
    products: Matrix,
    /// The order in which the weights are rounded: those of the strongest inputs first, the bias last.
    order: Vec<usize>,
    /// The upper triangular factor of the inverse of the products, in this order.
    factor: Matrix,
}

impl Rounding {
    /// Prepares the rounding of all outputs of a layer.
    pub(crate) fn new(gram: &Gram) -> Rounding {
        let size = gram.size();
        let inputs = size - 1;
        let mean = (0..inputs).map(|input| gram.sum(input, input)).sum::<f64>() / inputs as f64;
        // Above zero, in case that no input is ever active.
        let damping = DAMPING * mean + 1e-9;
        let products = Matrix::new(size, |row, column| {
            gram.sum(row, column) + if row == column && row < inputs { damping } else { 0.0 }
        });
        let mut order: Vec<usize> = (0..inputs).collect();
        order.sort_by(|&a, &b| products.get(b, b).total_cmp(&products.get(a, a)));
        order.push(inputs);
        let factor = inverse_factor(&Matrix::new(size, |row, column| products.get(order[row], order[column])));
        Rounding { products, order, factor }
    }

    /// Rounds a layer with weights `[output][input]`.
    pub(crate) fn layer(&self, layer: &Convolution) -> Vec<Output> {
        let rows = layer.weights.chunks_exact(self.order.len() - 1).zip(&layer.bias);
        rows.map(|(weights, &bias)| self.output(weights, bias)).collect()
    }

    /// Rounds the weights of an output, given by input.
    pub(crate) fn output(&self, weights: &[f32], bias: f32) -> Output {
        let exact: Vec<f64> = weights.iter().chain([&bias]).map(|&value| f64::from(value)).collect();
        let largest = weights.iter().fold(0f32, |largest, weight| largest.max(weight.abs()));
        let rounded = SCALES.iter().map(|share| self.round_by(&exact, short_scale(f64::from(largest) * share / MOST)));
        let best = rounded.min_by(|a, b| a.error.total_cmp(&b.error));
        best.unwrap_or_else(|| unreachable!("there are scales"))
    }

    /// Rounds with a scale.
    fn round_by(&self, exact: &[f64], scale: f32) -> Output {
        let mut targets: Vec<f64> = self.order.iter().map(|&input| exact[input]).collect();
        let mut steps = vec![0; exact.len() - 1];
        for (place, &input) in self.order.iter().enumerate().take(steps.len()) {
            let step = nearest_step(targets[place], scale);
            steps[input] = step as i8;
            let error = (targets[place] - step * f64::from(scale)) / self.factor.get(place, place);
            for (later, target) in targets.iter_mut().enumerate().skip(place + 1) {
                *target -= error * self.factor.get(place, later);
            }
        }
        let mut output = Output { scale, steps, bias: short_bias(targets[targets.len() - 1]), error: 0.0 };
        output.error = self.error(exact, &output);
        output
    }

    /// The sum of the squared errors of the output's value.
    fn error(&self, exact: &[f64], output: &Output) -> f64 {
        let rounded = output.steps.iter().map(|&step| f64::from(step) * f64::from(output.scale));
        let rounded = rounded.chain([f64::from(output.bias)]);
        let errors: Vec<f64> = exact.iter().zip(rounded).map(|(exact, rounded)| exact - rounded).collect();
        let row =
            |row: usize| (0..errors.len()).map(|column| self.products.get(row, column) * errors[column]).sum::<f64>();
        (0..errors.len()).map(|index| errors[index] * row(index)).sum()
    }
}

fn nearest_step(weight: f64, scale: f32) -> f64 {
    if scale == 0.0 { 0.0 } else { (weight / f64::from(scale)).round_ties_even().clamp(-MOST, MOST) }
}

/// Rounds up to 8 significant bits: the last two bytes are zero and compress well.
fn short_scale(scale: f64) -> f32 {
    f32::from_bits((scale as f32).to_bits().next_multiple_of(1 << 16))
}

/// Rounds to 11 significant bits, as many as the biases of the original have.
fn short_bias(bias: f64) -> f32 {
    f32::from_bits(((bias as f32).to_bits() + (1 << 12)) & !((1 << 13) - 1))
}
