//! Logistic regression with an L2 penalty, by Newton's method on standardised features; classes weigh the same.

/// A fitted model on features as they come.
#[derive(Clone, Debug)]
pub struct Model {
    /// Log odds of all-zero features.
    pub bias: f32,
    /// One for each feature.
    pub weights: Vec<f32>,
}

impl Model {
    /// The log odds of one sample.
    pub fn log_odds(&self, features: &[f32]) -> f32 {
        self.bias + self.weights.iter().zip(features).map(|(w, f)| w * f).sum::<f32>()
    }
}

/// Fits a model to samples of features and whether they are positive. `penalty` is the weight of half the squared
/// length of the standardised coefficients against the sum of the samples' losses.
pub fn logistic(samples: &[(&[f32], bool)], penalty: f64) -> Model {
    let features = samples.first().map_or(0, |(f, _)| f.len());
    let count = samples.len().max(1) as f64;
    let mut mean = vec![0.0; features];
    let mut deviation = vec![0.0; features];
    for (f, _) in samples {
        for (m, f) in mean.iter_mut().zip(*f) {
            *m += f64::from(*f) / count;
        }
    }
    for (f, _) in samples {
        for (i, f) in f.iter().enumerate() {
            deviation[i] += (f64::from(*f) - mean[i]).powi(2) / count;
        }
    }
    let deviation: Vec<f64> = deviation.iter().map(|v| v.sqrt().max(1e-3)).collect();
    // The bias is the last coefficient.
    let rows: Vec<Vec<f64>> = samples
        .iter()
        .map(|(f, _)| {
            let standard = f.iter().enumerate().map(|(i, f)| (f64::from(*f) - mean[i]) / deviation[i]);
            standard.chain([1.0]).collect()
        })
        .collect();
    let positive = samples.iter().filter(|(_, y)| *y).count().max(1) as f64;
    let weight = |y: bool| count / 2.0 / if y { positive } else { (count - positive).max(1.0) };

    let size = features + 1;
    let mut coefficients = vec![0.0; size];
    for _ in 0..15 {
        let mut gradient = vec![0.0; size];
        let mut hessian = vec![vec![0.0; size]; size];
        for (i, c) in coefficients.iter().enumerate().take(features) {
            gradient[i] = penalty * c;
            hessian[i][i] = penalty;
        }
        hessian[features][features] = 1e-9;
        for (row, (_, y)) in rows.iter().zip(samples) {
            let z: f64 = row.iter().zip(&coefficients).map(|(f, c)| f * c).sum();
            let p = 1.0 / (1.0 + (-z).exp());
            let (error, curve) = (weight(*y) * (p - f64::from(u8::from(*y))), weight(*y) * (p * (1.0 - p)).max(1e-6));
            for (i, of_i) in row.iter().enumerate() {
                gradient[i] += error * of_i;
                let scaled = curve * of_i;
                for (h, of_j) in hessian[i][..=i].iter_mut().zip(row) {
                    *h += scaled * of_j;
                }
            }
        }
        let step = solve(hessian, &gradient);
        for (c, s) in coefficients.iter_mut().zip(&step) {
            *c -= s;
        }
        if step.iter().all(|s| s.abs() < 1e-4) {
            break;
        }
    }
    let weights: Vec<f32> = (0..features).map(|i| (coefficients[i] / deviation[i]) as f32).collect();
    let shift: f64 = (0..features).map(|i| coefficients[i] * mean[i] / deviation[i]).sum();
    Model { bias: (coefficients[features] - shift) as f32, weights }
}

/// Solves `matrix * x = right` for a symmetric positive definite matrix, of which the lower half is read (Cholesky).
fn solve(mut matrix: Vec<Vec<f64>>, right: &[f64]) -> Vec<f64> {
    let size = right.len();
    for i in 0..size {
        for j in 0..=i {
            let sum = matrix[i][j] - (0..j).map(|k| matrix[i][k] * matrix[j][k]).sum::<f64>();
            matrix[i][j] = if i == j { sum.max(1e-12).sqrt() } else { sum / matrix[j][j] };
        }
    }
    let mut x = right.to_vec();
    for i in 0..size {
        x[i] = (x[i] - (0..i).map(|k| matrix[i][k] * x[k]).sum::<f64>()) / matrix[i][i];
    }
    for i in (0..size).rev() {
        x[i] = (x[i] - (i + 1..size).map(|k| matrix[k][i] * x[k]).sum::<f64>()) / matrix[i][i];
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odds_come_back() {
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
