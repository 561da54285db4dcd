//! Sums of products of a layer's inputs: how much rounding errors of its weights change its outputs.

/// The weighted sums of products of all pairs of inputs over the cells of the calibration pictures. The last input is
/// the constant 1, which the bias multiplies.
pub(crate) struct Gram {
    size: usize,
    sums: Vec<f64>,
    values: Vec<f64>,
}

impl Gram {
    /// For a layer with this number of inputs.
    pub(crate) fn new(inputs: usize) -> Gram {
        let size = inputs + 1;
        Gram { size, sums: vec![0.0; size * size], values: vec![1.0; size] }
    }

    /// Number of inputs, with the constant.
    pub(crate) fn size(&self) -> usize {
        self.size
    }

    /// Adds the inputs of one cell.
    pub(crate) fn add(&mut self, inputs: &[f32], weight: f64) {
        for (value, input) in self.values.iter_mut().zip(inputs) {
            *value = f64::from(*input);
        }
        for (sums, value) in self.sums.chunks_exact_mut(self.size).zip(&self.values) {
            let factor = weight * value;
            for (sum, other) in sums.iter_mut().zip(&self.values) {
                *sum += factor * other;
            }
        }
    }

    /// The sum of the products of two inputs.
    pub(crate) fn sum(&self, one: usize, other: usize) -> f64 {
        self.sums[one * self.size + other]
    }

    /// The mean square of an input.
    pub(crate) fn mean_square(&self, input: usize) -> f64 {
        self.sum(input, input) / self.sum(self.size - 1, self.size - 1)
    }

    /// The sums for inputs that are multiplied by these factors.
    pub(crate) fn scaled(&self, factors: &[f32]) -> Gram {
        let factor = |input: usize| factors.get(input).map_or(1.0, |&factor| f64::from(factor));
        let sums = self.sums.iter().enumerate();
        let sums = sums.map(|(at, sum)| sum * factor(at / self.size) * factor(at % self.size)).collect();
        Gram { size: self.size, sums, values: self.values.clone() }
    }
}
