//! Weighted least squares with few unknowns.

use nalgebra::{Cholesky, Const, SMatrix, SVector};

/// The normal equations of `N` unknowns.
#[derive(Clone, Debug)]
pub(crate) struct NormalEquations<const N: usize> {
    /// Only the lower triangle is stored.
    matrix: SMatrix<f64, N, N>,
    side: SVector<f64, N>,
    /// Weighted sum of the squared observations.
    square: f64,
}

/// The solution for `N` unknowns.
#[derive(Clone, Debug)]
pub(crate) struct Solution<const N: usize> {
    /// Values in the order of the unknowns.
    pub values: SVector<f64, N>,
    /// Weighted sum of the squared residuals, not negative.
    pub residual: f64,
}

impl<const N: usize> NormalEquations<N> {
    /// Creates the equations without observations.
    pub(crate) fn new() -> Self {
        NormalEquations { matrix: SMatrix::zeros(), side: SVector::zeros(), square: 0.0 }
    }

    /// Adds an observation: `row` times the unknowns equals `observed`.
    pub(crate) fn add(&mut self, row: &SVector<f64, N>, observed: f64, weight: f64) {
        self.matrix.syger(weight, row, row, 1.0);
        self.side.axpy(weight * observed, row, 1.0);
        self.square += weight * observed * observed;
    }

    /// Cholesky factor of the matrix, and the right side. `None` if the matrix is not positive definite.
    pub(crate) fn factors(&self) -> Option<(Cholesky<f64, Const<N>>, SVector<f64, N>)> {
        Some((self.matrix.cholesky()?, self.side))
    }

    /// Solves by Cholesky decomposition. `None` if the observations do not determine the unknowns.
    pub(crate) fn solve(&self) -> Option<Solution<N>> {
        let cholesky = self.matrix.cholesky()?;
        let lower = cholesky.l_dirty();
        // What remains of a column after the previous ones; zero if it is linearly dependent.
        let is_independent = |index: usize| lower[(index, index)].powi(2) > 1e-9 * self.matrix[(index, index)];
        if !(0..N).all(is_independent) {
            return None;
        }
        let forward = lower.solve_lower_triangular(&self.side)?;
        Some(Solution {
            values: lower.tr_solve_lower_triangular(&forward)?,
            residual: (self.square - forward.norm_squared()).max(0.0),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::NormalEquations;

    #[test]
    fn a_line_is_fitted_with_its_residual() {
        let mut normal = NormalEquations::<2>::new();
        for (x, off) in [(0.0, 0.1), (1.0, -0.1), (2.0, -0.1), (3.0, 0.1)] {
            normal.add(&[1.0, x].into(), 2.0 + 3.0 * x + off, 2.0);
        }
        let line = normal.solve().unwrap();
        assert!((line.values[0] - 2.0).abs() < 1e-9 && (line.values[1] - 3.0).abs() < 1e-9, "{line:?}");
        assert!((line.residual - 2.0 * 0.04).abs() < 1e-9, "{line:?}");
    }

    #[test]
    fn underdetermined_equations_have_no_solution() {
        let mut normal = NormalEquations::<2>::new();
        normal.add(&[1.0, 2.0].into(), 1.0, 1.0);
        normal.add(&[2.0, 4.0].into(), 2.0, 1.0);
        assert!(normal.solve().is_none());
    }
}
