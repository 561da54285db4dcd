//! Compares explanations of the residual flow by block-wise least squares. The terms of a base are eliminated once; a
//! depth adds three unknowns, so that hundreds of depths can be tried.

use crate::least_squares::NormalEquations;
use nalgebra::{Cholesky, Const, Matrix3, Point2, SMatrix, SVector, Vector2, Vector3};

/// A point of the face with its residual flow and weight. Lengths are eye distances.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WeightedPoint {
    /// Position on the far face.
    pub at: Point2<f64>,
    /// Residual flow: the position found in the near picture minus the plane's prediction.
    pub flow: Vector2<f64>,
    /// 0 to 1.
    pub weight: f64,
}

/// Derivatives of a point's horizontal and vertical flow by the unknowns.
pub(crate) type Terms<const N: usize> = [SVector<f64, N>; 2];

/// A fit of the terms that are eliminated before a depth is tried.
pub(crate) struct BaseFit<const N: usize> {
    products: Vec<Products<N>>,
    cholesky: Cholesky<f64, Const<N>>,
    side: SVector<f64, N>,
    /// WeightedPoint sum of squared residuals of the base.
    pub squared_residual: f64,
}

/// What a point adds to the equations of a depth's three unknowns, for a depth of 1. All are weighted.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Products<const N: usize> {
    /// Products of the base's terms with the derivatives by each unknown.
    cross: [[f64; N]; 3],
    /// Products of the derivatives with each other: 1, x, y, x² + y².
    own: [f64; 4],
    /// Products of the derivatives with the flow.
    side: [f64; 3],
}

impl<const N: usize> Products<N> {
    const ZERO: Self = Products { cross: [[0.0; N]; 3], own: [0.0; 4], side: [0.0; 3] };

    /// The horizontal flow of a depth z has the derivatives (z, 0, zx), the vertical one (0, z, zy).
    fn new(&WeightedPoint { at, flow, weight }: &WeightedPoint, [across, down]: &Terms<N>) -> Self {
        let [across, down] = [across, down].map(|terms| <[f64; N]>::from(*terms));
        let along = std::array::from_fn(|i| weight * (across[i] * at.x + down[i] * at.y));
        Products {
            cross: [across.map(|term| weight * term), down.map(|term| weight * term), along],
            own: [1.0, at.x, at.y, at.x * at.x + at.y * at.y].map(|product| weight * product),
            side: [flow.x, flow.y, flow.x * at.x + flow.y * at.y].map(|product| weight * product),
        }
    }
}

/// The sums over all points with their depths.
#[cfg_attr(target_arch = "x86_64", multiversion::multiversion(targets("x86_64+avx2")))]
fn sum_products<const N: usize>(products: &[Products<N>], depths: &[f64]) -> Products<N> {
    sum_products_on_any(products, depths)
}

/// [`sum_products`] with the instructions of any processor.
#[inline(always)]
fn sum_products_on_any<const N: usize>(products: &[Products<N>], depths: &[f64]) -> Products<N> {
    let mut sums = Products::ZERO;
    for (point, depth) in products.iter().zip(depths) {
        for (sums, terms) in sums.cross.iter_mut().zip(&point.cross) {
            for (sum, term) in sums.iter_mut().zip(terms) {
                *sum += depth * term;
            }
        }
        for (sum, product) in sums.own.iter_mut().zip(point.own) {
            *sum += depth * depth * product;
        }
        for (sum, product) in sums.side.iter_mut().zip(point.side) {
            *sum += depth * product;
        }
    }
    sums
}

/// A fit of a base and a depth.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DepthFit {
    /// WeightedPoint sum of the squared residuals.
    pub squared_residual: f64,
    /// Translation of the camera towards the face: the third unknown of the depth.
    pub approach: f64,
    /// Its variance if observations of weight 1 have variance 1.
    pub variance: f64,
}

impl<const N: usize> BaseFit<N> {
    /// `None` if the points do not determine the terms.
    pub(crate) fn new(points: &[WeightedPoint], terms: &[Terms<N>]) -> Option<Self> {
        let mut normal = NormalEquations::<N>::new();
        for (point, [across, down]) in points.iter().zip(terms) {
            normal.add(across, point.flow.x, point.weight);
            normal.add(down, point.flow.y, point.weight);
        }
        let squared_residual = normal.solve()?.residual;
        let (cholesky, side) = normal.factors()?;
        let products = points.iter().zip(terms).map(|(point, terms)| Products::new(point, terms)).collect();
        Some(BaseFit { products, cholesky, side, squared_residual })
    }

    /// Adds the parallax of a depth, given as one value per point. `None` if the points do not determine it.
    pub(crate) fn with_depth(&self, depths: &[f64]) -> Option<DepthFit> {
        let sums = sum_products(&self.products, depths);
        let cross = SMatrix::<f64, N, 3>::from(sums.cross);
        let [one, x, y, square] = sums.own;
        let own = Matrix3::new(one, 0.0, x, 0.0, one, y, x, y, square);
        let side = Vector3::from(sums.side);
        let eliminated = self.cholesky.solve(&cross);
        let schur = own - cross.tr_mul(&eliminated);
        let cholesky = schur.cholesky()?;
        let lower = cholesky.l_dirty();
        // Linearly dependent: what remains of a column after the previous ones is rounding error.
        if !(0..3).all(|index| lower[(index, index)].powi(2) > 1e-9 * own[(index, index)]) {
            return None;
        }
        let side = side - eliminated.tr_mul(&self.side);
        let values = cholesky.solve(&side);
        Some(DepthFit {
            squared_residual: (self.squared_residual - side.dot(&values)).max(0.0),
            approach: values[2],
            variance: lower[(2, 2)].powi(-2),
        })
    }

    /// The depth with the smallest residual, and its index.
    pub(crate) fn best<'b>(&self, depths: impl IntoIterator<Item = &'b Vec<f64>>) -> Option<(usize, DepthFit)> {
        let fits = depths.into_iter().enumerate().filter_map(|(index, depths)| Some((index, self.with_depth(depths)?)));
        fits.min_by(|(_, one), (_, other)| one.squared_residual.total_cmp(&other.squared_residual))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn block_elimination_equals_the_full_fit() {
        let depth = |at: Point2<f64>| (3.0 * at.x).sin() + at.y * at.y * at.x;
        let point = |index: u32| {
            let at = Point2::new(f64::from(index % 9) / 4.0 - 1.0, f64::from(index / 9) / 4.0 - 1.0);
            let noise = f64::from(index.wrapping_mul(2_654_435_761) % 1000) / 1e4;
            let flow = Vector2::new(0.2 * at.x - 0.1 + noise, 0.05 * at.y) + 0.3 * depth(at) * at.coords;
            WeightedPoint { at, flow, weight: 0.5 + f64::from(index % 3) / 4.0 }
        };
        let points: Vec<WeightedPoint> = (0..81).map(point).collect();
        let affine = |at: Point2<f64>| [[1.0, 0.0, at.x, 0.0, at.y, 0.0], [0.0, 1.0, 0.0, at.x, 0.0, at.y]];
        let base =
            BaseFit::new(&points, &points.iter().map(|p| affine(p.at).map(SVector::from)).collect::<Vec<_>>()).unwrap();
        let depths: Vec<f64> = points.iter().map(|point| depth(point.at)).collect();
        let fit = base.with_depth(&depths).unwrap();
        let mut whole = NormalEquations::<9>::new();
        for (point, depth) in points.iter().zip(&depths) {
            let [across, down] = affine(point.at);
            let row = |base: [f64; 6], own: [f64; 3]| SVector::<f64, 9>::from_iterator(base.into_iter().chain(own));
            whole.add(&row(across, [*depth, 0.0, depth * point.at.x]), point.flow.x, point.weight);
            whole.add(&row(down, [0.0, *depth, depth * point.at.y]), point.flow.y, point.weight);
        }
        let whole = whole.solve().unwrap();
        assert!((fit.squared_residual - whole.residual).abs() < 1e-9, "{fit:?} {whole:?}");
        assert!((fit.approach - whole.values[8]).abs() < 1e-9 && (fit.approach - 0.3).abs() < 0.05, "{fit:?}");
        assert!(fit.variance > 0.0 && fit.variance < 1.0, "{fit:?}");
        // A planar depth adds nothing.
        assert!(base.with_depth(&vec![1.0; points.len()]).is_none());
    }

    #[test]
    fn all_processors_compute_the_same() {
        let number = |index: u32| f64::from(index.wrapping_mul(2_654_435_761) % 1000) / 333.0 - 1.5;
        let point = |index: u32| {
            let (at, flow) = (Point2::new(number(index), number(index + 90)), Vector2::new(number(index + 7), 0.1));
            let point = WeightedPoint { at, flow, weight: 0.5 + f64::from(index % 3) / 4.0 };
            let terms = [0, 50].map(|first| SVector::<f64, 11>::from_fn(|row, _| number(index + first + row as u32)));
            Products::new(&point, &terms)
        };
        let products: Vec<Products<11>> = (0..103).map(point).collect();
        let depths: Vec<f64> = (0..103).map(|index| number(index + 1000)).collect();
        assert_eq!(sum_products(&products, &depths), sum_products_on_any(&products, &depths));
    }
}
