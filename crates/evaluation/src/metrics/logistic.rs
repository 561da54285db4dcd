//! Logistic regression with an L2 penalty by Newton's method on standardised features. Both classes have the same
//! weight.

use nalgebra::{DMatrix, DVector};

/// A fitted model of unstandardised features.
#[derive(Clone, Debug)]
pub struct Model {
    /// Log odds of all-zero features.
    pub bias: f32,
    /// The weight of each feature.
    pub weights: Vec<f32>,
}

impl Model {
    /// The log odds of one sample.
    pub fn log_odds(&self, features: &[f32]) -> f32 {
        self.bias + self.weights.iter().zip(features).map(|(w, f)| w * f).sum::<f32>()
    }
}

/// Limit of Newton steps; the method converges sooner.
const MAX_STEPS: usize = 15;
/// The method ends with a step shorter than this in each coefficient.
const TOLERANCE: f64 = 1e-4;

/// Fits a model to samples of features with their classes. `penalty` weighs half the squared norm of the standardised
/// coefficients against the sum of the losses.
pub fn logistic(samples: &[(&[f32], bool)], penalty: f64) -> Model {
    let features = samples.first().map_or(0, |(features, _)| features.len());
    let raw = DMatrix::from_fn(samples.len(), features, |row, column| f64::from(samples[row].0[column]));
    let mean = raw.row_mean();
    let deviation = raw.row_variance().map(|variance| variance.sqrt().max(1e-3));
    // The bias is the last coefficient.
    let rows = DMatrix::from_fn(samples.len(), features + 1, |row, column| {
        if column == features { 1.0 } else { (raw[(row, column)] - mean[column]) / deviation[column] }
    });
    let positive = DVector::from_iterator(samples.len(), samples.iter().map(|(_, y)| f64::from(u8::from(*y))));
    let (all, positives) = (samples.len() as f64, positive.sum());
    let weights = positive.map(|y| all / 2.0 / if y > 0.0 { positives } else { all - positives });
    let penalties = DVector::from_fn(features + 1, |row, _| if row == features { 1e-9 } else { penalty });

    let mut coefficients = DVector::<f64>::zeros(features + 1);
    for _ in 0..MAX_STEPS {
        let chance = (&rows * &coefficients).map(|odds: f64| 1.0 / (1.0 + (-odds).exp()));
        let error = (&chance - &positive).component_mul(&weights);
        let gradient = rows.tr_mul(&error) + penalties.component_mul(&coefficients);
        let curve = chance.zip_map(&weights, |chance, weight| weight * (chance * (1.0 - chance)).max(1e-6));
        let mut curved = rows.clone();
        curved.row_iter_mut().zip(&curve).for_each(|(mut row, curve)| row.scale_mut(*curve));
        let hessian = rows.tr_mul(&curved) + DMatrix::from_diagonal(&penalties);
        let Some(hessian) = hessian.cholesky() else { break };
        let step = hessian.solve(&gradient);
        coefficients -= &step;
        if step.amax() < TOLERANCE {
            break;
        }
    }
    let weights = coefficients.rows(0, features).component_div(&deviation.transpose());
    let bias = coefficients[features] - weights.dot(&mean.transpose());
    Model { bias: bias as f32, weights: weights.iter().map(|weight| *weight as f32).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_log_odds_are_recovered() {
        // 30 of 40 positive at x = 1, 10 of 40 at x = 0: log odds ln 3 and -ln 3.
        let mut samples = Vec::new();
        for i in 0..40 {
            samples.push(([1.0f32, 5.0], i < 30));
            samples.push(([0.0, 5.0], i < 10));
        }
        let samples: Vec<(&[f32], bool)> = samples.iter().map(|(f, y)| (&f[..], *y)).collect();
        let model = logistic(&samples, 1e-6);
        assert!((model.log_odds(&[1.0, 5.0]) - 3f32.ln()).abs() < 1e-3, "{model:?}");
        assert!((model.log_odds(&[0.0, 5.0]) + 3f32.ln()).abs() < 1e-3, "{model:?}");
    }
}
