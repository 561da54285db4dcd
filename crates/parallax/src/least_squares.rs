//! Weighted least squares of a few unknowns, some of which may be left out.

/// The normal equations of up to some dozens of unknowns.
#[derive(Clone, Debug)]
pub struct Normal {
    unknowns: usize,
    /// Row by row; only the lower half is kept.
    matrix: Vec<f64>,
    side: Vec<f64>,
    /// Weighted sum of the squared observations.
    square: f64,
}

/// The solution for some of the unknowns, the others being 0.
#[derive(Clone, Debug)]
pub struct Solution {
    /// In the order in which they were asked for.
    pub values: Vec<f64>,
    /// Weighted sum of the squares that are left, not negative.
    pub left: f64,
    /// Variance of the last value where each observation of weight 1 has variance 1.
    pub last_variance: f64,
}

impl Normal {
    /// Without observations.
    pub fn new(unknowns: usize) -> Self {
        Normal { unknowns, matrix: vec![0.0; unknowns * unknowns], side: vec![0.0; unknowns], square: 0.0 }
    }

    /// One observation: `row` times the unknowns is `observed`.
    pub fn add(&mut self, row: &[f64], observed: f64, weight: f64) {
        for (i, &factor) in row.iter().enumerate().filter(|(_, factor)| **factor != 0.0) {
            let weighted = weight * factor;
            let line = &mut self.matrix[i * self.unknowns..=i * self.unknowns + i];
            for (sum, other) in line.iter_mut().zip(row) {
                *sum += weighted * other;
            }
            self.side[i] += weighted * observed;
        }
        self.square += weight * observed * observed;
    }

    /// The best values of the unknowns that `which` lists, by Cholesky's method. `None` where the observations do not
    /// settle them.
    pub fn solve(&self, which: &[usize]) -> Option<Solution> {
        let count = which.len();
        let entry = |i: usize, j: usize| self.matrix[i.max(j) * self.unknowns + i.min(j)];
        let mut lower = vec![0.0; count * count];
        let mut forward = vec![0.0; count];
        for (i, &a) in which.iter().enumerate() {
            for (j, &b) in which.iter().enumerate().take(i + 1) {
                let sum: f64 = (0..j).map(|k| lower[i * count + k] * lower[j * count + k]).sum();
                let value = entry(a, b) - sum;
                lower[i * count + j] = if i == j {
                    // What is left of a column after the ones before it: none where it says nothing new.
                    if value.is_nan() || value <= 1e-9 * entry(a, a) {
                        return None;
                    }
                    value.sqrt()
                } else {
                    value / lower[j * count + j]
                };
            }
            let sum: f64 = (0..i).map(|k| lower[i * count + k] * forward[k]).sum();
            forward[i] = (self.side[a] - sum) / lower[i * count + i];
        }
        let left = (self.square - forward.iter().map(|v| v * v).sum::<f64>()).max(0.0);
        let mut values = vec![0.0; count];
        for i in (0..count).rev() {
            let sum: f64 = (i + 1..count).map(|k| lower[k * count + i] * values[k]).sum();
            values[i] = (forward[i] - sum) / lower[i * count + i];
        }
        let last_variance = lower.last().map_or(0.0, |last| 1.0 / (last * last));
        Some(Solution { values, left, last_variance })
    }
}

#[cfg(test)]
mod tests {
    use super::Normal;

    #[test]
    fn a_line_is_found_and_what_it_leaves_is_counted() {
        let mut normal = Normal::new(3);
        for (x, off) in [(0.0, 0.1), (1.0, -0.1), (2.0, -0.1), (3.0, 0.1)] {
            normal.add(&[1.0, x, x * x], 2.0 + 3.0 * x + off, 2.0);
        }
        let line = normal.solve(&[0, 1]).unwrap();
        assert!((line.values[0] - 2.0).abs() < 1e-9 && (line.values[1] - 3.0).abs() < 1e-9, "{line:?}");
        assert!((line.left - 2.0 * 0.04).abs() < 1e-9, "{line:?}");
        // The variance of a slope: 1 over the weighted squares of x around its mean.
        assert!((line.last_variance - 1.0 / (2.0 * 5.0)).abs() < 1e-9, "{line:?}");
        assert!(normal.solve(&[0, 1, 2]).unwrap().left < 1e-9);
    }

    #[test]
    fn what_the_observations_do_not_settle_has_no_solution() {
        let mut normal = Normal::new(2);
        normal.add(&[1.0, 2.0], 1.0, 1.0);
        normal.add(&[2.0, 4.0], 2.0, 1.0);
        assert!(normal.solve(&[0, 1]).is_none());
        assert!(normal.solve(&[0]).is_some());
    }
}
