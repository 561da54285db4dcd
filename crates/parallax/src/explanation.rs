//! Compares explanations of the residual flow by least squares in blocks. The terms of a base are taken out once; a depth
//! adds three unknowns to it, so that hundreds of depths can be tried.

use crate::least_squares::Normal;
use nalgebra::{Cholesky, Const, Matrix3, Point2, SMatrix, SVector, Vector2, Vector3};

/// A point of the face, its residual flow and how much it counts; lengths in distances between the eyes.
#[derive(Clone, Copy, Debug)]
pub struct Weighted {
    /// Where it is on the far face.
    pub at: Point2<f64>,
    /// Where it is found in near less where the plane has it.
    pub off: Vector2<f64>,
    /// 0 to 1.
    pub weight: f64,
}

/// What each unknown moves a point by, to the right and down.
pub type Terms<const N: usize> = [SVector<f64, N>; 2];

/// Terms that are taken out before a depth is tried.
pub struct Base<'a, const N: usize> {
    points: &'a [Weighted],
    terms: Vec<Terms<N>>,
    cholesky: Cholesky<f64, Const<N>>,
    side: SVector<f64, N>,
    /// Weighted squares that the base alone leaves.
    pub squares: f64,
}

/// What a base and a depth leave together.
#[derive(Clone, Copy, Debug)]
pub struct Left {
    /// Weighted sum of the squared residuals.
    pub squares: f64,
    /// The camera's way towards the face: the third unknown of the depth.
    pub approach: f64,
    /// Its variance where each observation of weight 1 has variance 1.
    pub variance: f64,
}

impl<'a, const N: usize> Base<'a, N> {
    /// `None` where the points do not settle the terms.
    pub fn new(points: &'a [Weighted], terms: Vec<Terms<N>>) -> Option<Self> {
        let mut normal = Normal::<N>::new();
        for (point, [across, down]) in points.iter().zip(&terms) {
            normal.add(across, point.off.x, point.weight);
            normal.add(down, point.off.y, point.weight);
        }
        let squares = normal.solve()?.residual;
        let (cholesky, side) = normal.factors()?;
        Some(Base { points, terms, cholesky, side, squares })
    }

    /// With the parallax of a depth, one number a point; `None` where the points do not settle it.
    pub fn with_depth(&self, depths: &[f64]) -> Option<Left> {
        let mut cross = SMatrix::<f64, N, 3>::zeros();
        let (mut own, mut side) = (Matrix3::zeros(), Vector3::zeros());
        for ((point, [across, down]), depth) in self.points.iter().zip(&self.terms).zip(depths) {
            let Weighted { at, off, weight } = *point;
            let rows = [Vector3::new(1.0, 0.0, at.x), Vector3::new(0.0, 1.0, at.y)].map(|row| row * *depth);
            for ((row, terms), observed) in rows.iter().zip([across, down]).zip([off.x, off.y]) {
                cross.ger(weight, terms, row, 1.0);
                own.syger(weight, row, row, 1.0);
                side.axpy(weight * observed, row, 1.0);
            }
        }
        own.fill_upper_triangle_with_lower_triangle();
        let taken = self.cholesky.solve(&cross);
        let left = own - cross.tr_mul(&taken);
        let cholesky = left.cholesky()?;
        let lower = cholesky.l_dirty();
        // Nothing new: what is left of a column after the ones before it is rounding.
        if !(0..3).all(|index| lower[(index, index)].powi(2) > 1e-9 * own[(index, index)]) {
            return None;
        }
        let side = side - taken.tr_mul(&self.side);
        let values = cholesky.solve(&side);
        Some(Left {
            squares: (self.squares - side.dot(&values)).max(0.0),
            approach: values[2],
            variance: lower[(2, 2)].powi(-2),
        })
    }

    /// The depth that leaves least, and its place among them.
    pub fn best<'b>(&self, depths: impl IntoIterator<Item = &'b Vec<f64>>) -> Option<(usize, Left)> {
        let left = depths.into_iter().enumerate().filter_map(|(index, depths)| Some((index, self.with_depth(depths)?)));
        left.min_by(|(_, one), (_, other)| one.squares.total_cmp(&other.squares))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_give_what_all_at_once_gives() {
        let depth = |at: Point2<f64>| (3.0 * at.x).sin() + at.y * at.y * at.x;
        let point = |index: u32| {
            let at = Point2::new(f64::from(index % 9) / 4.0 - 1.0, f64::from(index / 9) / 4.0 - 1.0);
            let noise = f64::from(index.wrapping_mul(2_654_435_761) % 1000) / 1e4;
            let off = Vector2::new(0.2 * at.x - 0.1 + noise, 0.05 * at.y) + 0.3 * depth(at) * at.coords;
            Weighted { at, off, weight: 0.5 + f64::from(index % 3) / 4.0 }
        };
        let points: Vec<Weighted> = (0..81).map(point).collect();
        let affine = |at: Point2<f64>| [[1.0, 0.0, at.x, 0.0, at.y, 0.0], [0.0, 1.0, 0.0, at.x, 0.0, at.y]];
        let base = Base::new(&points, points.iter().map(|p| affine(p.at).map(SVector::from)).collect()).unwrap();
        let depths: Vec<f64> = points.iter().map(|point| depth(point.at)).collect();
        let left = base.with_depth(&depths).unwrap();
        let mut whole = Normal::<9>::new();
        for (point, depth) in points.iter().zip(&depths) {
            let [across, down] = affine(point.at);
            let row = |base: [f64; 6], own: [f64; 3]| SVector::<f64, 9>::from_iterator(base.into_iter().chain(own));
            whole.add(&row(across, [*depth, 0.0, depth * point.at.x]), point.off.x, point.weight);
            whole.add(&row(down, [0.0, *depth, depth * point.at.y]), point.off.y, point.weight);
        }
        let whole = whole.solve().unwrap();
        assert!((left.squares - whole.residual).abs() < 1e-9, "{left:?} {whole:?}");
        assert!((left.approach - whole.values[8]).abs() < 1e-9 && (left.approach - 0.3).abs() < 0.05, "{left:?}");
        assert!(left.variance > 0.0 && left.variance < 1.0, "{left:?}");
        // A depth that is a plane says nothing new.
        assert!(base.with_depth(&vec![1.0; points.len()]).is_none());
    }
}
