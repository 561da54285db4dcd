//! Square matrices and the Cholesky decomposition, of basic arithmetic only, so that every machine computes the same.

/// A square matrix, row by row.
#[derive(Clone, Debug)]
pub(crate) struct Matrix {
    size: usize,
    values: Vec<f64>,
}

impl Matrix {
    /// A matrix of these values, by row and column.
    pub(crate) fn new(size: usize, value: impl Fn(usize, usize) -> f64) -> Matrix {
        let values = (0..size * size).map(|at| value(at / size, at % size)).collect();
        Matrix { size, values }
    }

    /// The value at a row and a column.
    pub(crate) fn get(&self, row: usize, column: usize) -> f64 {
        self.values[row * self.size + column]
    }

    fn set(&mut self, row: usize, column: usize, value: f64) {
        self.values[row * self.size + column] = value;
    }
}

/// The upper triangular matrix U with U'U = M⁻¹. M must be symmetric and positive definite.
pub(crate) fn inverse_factor(matrix: &Matrix) -> Matrix {
    let size = matrix.size;
    let inverse = invert_lower(&cholesky(matrix));
    let product = Matrix::new(size, |row, column| {
        (row.max(column)..size).map(|at| inverse.get(at, row) * inverse.get(at, column)).sum()
    });
    let factor = cholesky(&product);
    Matrix::new(size, |row, column| factor.get(column, row))
}

/// The lower triangular matrix L with LL' = M.
fn cholesky(matrix: &Matrix) -> Matrix {
    let size = matrix.size;
    let mut lower = Matrix::new(size, |_, _| 0.0);
    for row in 0..size {
        for column in 0..=row {
            let known: f64 = (0..column).map(|at| lower.get(row, at) * lower.get(column, at)).sum();
            let rest = matrix.get(row, column) - known;
            let value =
                if row == column { rest.max(f64::MIN_POSITIVE).sqrt() } else { rest / lower.get(column, column) };
            lower.set(row, column, value);
        }
    }
    lower
}

fn invert_lower(lower: &Matrix) -> Matrix {
    let size = lower.size;
    let mut inverse = Matrix::new(size, |_, _| 0.0);
    for column in 0..size {
        for row in column..size {
            let known: f64 = (column..row).map(|at| lower.get(row, at) * inverse.get(at, column)).sum();
            let rest = if row == column { 1.0 } else { -known };
            inverse.set(row, column, rest / lower.get(row, row));
        }
    }
    inverse
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_factor_is_that_of_the_inverse() {
        let matrix = Matrix::new(3, |row, column| [[4.0, 2.0, 0.6], [2.0, 5.0, 1.0], [0.6, 1.0, 3.0]][row][column]);
        let factor = inverse_factor(&matrix);
        let inverse = Matrix::new(3, |row, column| (0..3).map(|at| factor.get(at, row) * factor.get(at, column)).sum());
        for (row, column) in (0..3).flat_map(|row| (0..3).map(move |column| (row, column))) {
            let product: f64 = (0..3).map(|at| inverse.get(row, at) * matrix.get(at, column)).sum();
            let expected = if row == column { 1.0 } else { 0.0 };
            assert!((product - expected).abs() < 1e-12, "{row}, {column}: {product}");
            assert!(column >= row || factor.get(row, column) == 0.0);
        }
    }
}
