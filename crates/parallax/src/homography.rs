//! Homographies: maps between two pictures of a plane.
//!
//! R. Hartley, A. Zisserman, "Multiple View Geometry in Computer Vision", 2nd ed. 2004, chapter 4.

use crate::flow::Match;
use crate::least_squares::NormalEquations;
use nalgebra::{Matrix3, Point2, Projective2, distance};

/// A projective map of the plane, normalised so that the last entry of its matrix is 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Homography(Projective2<f64>);

/// Samples of four matches. If half of the matches lie on the plane, 107 samples contain an outlier-free one with a
/// probability of 99.9 %; the others allow for degenerate samples.
const SAMPLES: usize = 200;
/// Refits to the inliers.
const REFITS: usize = 5;

impl Homography {
    /// Creates a homography from the first eight entries of its matrix, row by row.
    fn new(entries: [f64; 8]) -> Self {
        let [a, b, c, d, e, f, g, h] = entries;
        Homography(Projective2::from_matrix_unchecked(Matrix3::new(a, b, c, d, e, f, g, h, 1.0)))
    }

    /// Maps a point.
    pub(crate) fn map(&self, point: Point2<f32>) -> Point2<f32> {
        self.0.transform_point(&point.cast()).cast()
    }

    /// Distance between a match and its prediction.
    fn transfer_error(&self, found: &Match) -> f32 {
        distance(&found.to, &self.map(found.from))
    }

    /// Least-squares fit to the matches with the denominator multiplied out; well conditioned for points near (0, 0) of
    /// about unit size.
    pub(crate) fn fit<'a>(matches: impl IntoIterator<Item = &'a Match>) -> Option<Self> {
        let mut normal = NormalEquations::<8>::new();
        for found in matches {
            let [x, y, u, v] = [found.from.x, found.from.y, found.to.x, found.to.y].map(f64::from);
            normal.add(&[x, y, 1.0, 0.0, 0.0, 0.0, -u * x, -u * y].into(), u, 1.0);
            normal.add(&[0.0, 0.0, 0.0, x, y, 1.0, -v * x, -v * y].into(), v, 1.0);
        }
        Some(Homography::new(normal.solve()?.values.into()))
    }

    /// Robust fit: the plane that most matches agree with to within `limit`, and their share. The result is determined
    /// by the matches and `seed`.
    ///
    /// RANSAC: M. Fischler, R. Bolles, "Random Sample Consensus", Communications of the ACM 24, 1981.
    pub(crate) fn ransac(matches: &[Match], limit: f32, seed: u64) -> Option<(Self, f32)> {
        let mut random = seed;
        let inliers = |plane: &Homography| matches.iter().filter(|found| plane.transfer_error(found) < limit).count();
        let mut best: Option<(usize, Homography)> = None;
        for _ in 0..SAMPLES {
            let sample: [Option<&Match>; 4] =
                std::array::from_fn(|_| matches.get((split_mix(&mut random) % matches.len().max(1) as u64) as usize));
            let Some(plane) = Homography::fit(sample.into_iter().flatten()) else { continue };
            let count = inliers(&plane);
            if best.is_none_or(|(most, _)| count > most) {
                best = Some((count, plane));
            }
        }
        let (_, mut plane) = best?;
        for _ in 0..REFITS {
            plane = Homography::fit(matches.iter().filter(|found| plane.transfer_error(found) < limit))?;
        }
        Some((plane, inliers(&plane) as f32 / matches.len() as f32))
    }
}

/// SplitMix64: G. Steele, D. Lea, C. Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014.
fn split_mix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let z = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known() -> Homography {
        Homography::new([1.1, 0.05, 0.1, -0.04, 0.95, -0.2, 0.06, -0.03])
    }

    fn grid() -> Vec<Match> {
        let points = (0..400).map(|i| Point2::new((i % 20) as f32 / 10.0 - 1.0, (i / 20) as f32 / 10.0 - 1.0));
        points.map(|from| Match { from, to: known().map(from) }).collect()
    }

    fn off(plane: &Homography) -> f64 {
        (plane.0.matrix() - known().0.matrix()).amax()
    }

    #[test]
    fn points_are_mapped_by_homogeneous_coordinates() {
        let carried = known().map(Point2::new(1.0, -2.0));
        let scale = 0.06 + 0.06 + 1.0;
        assert!(distance(&carried, &Point2::new(1.1 / scale, -2.14 / scale)) < 1e-6, "{carried}");
    }

    #[test]
    fn a_known_homography_is_recovered() {
        assert!(off(&Homography::fit(&grid()).unwrap()) < 1e-4);
    }

    #[test]
    fn a_third_of_outliers_does_not_affect_the_fit() {
        let mut matches = grid();
        for (index, found) in matches.iter_mut().enumerate().filter(|(index, _)| index % 3 == 0) {
            found.to.x += 0.2 + 0.001 * index as f32;
        }
        let (plane, share) = Homography::ransac(&matches, 0.03, 7).unwrap();
        assert!(off(&plane) < 1e-3, "{plane:?}");
        assert!((share - 266.0 / 400.0).abs() < 0.01, "{share}");
        assert!(off(&Homography::fit(&matches).unwrap()) > 0.02, "least squares without RANSAC fails");
    }

    #[test]
    fn too_few_matches_give_no_plane() {
        assert!(Homography::ransac(&[], 0.03, 7).is_none());
        assert!(Homography::ransac(&grid()[..3], 0.03, 7).is_none());
    }
}
