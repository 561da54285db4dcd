//! Residual flow after fitting a plane, compared with what a face's depth and what a bent sheet would leave.
//!
//! Two pictures of a plane differ by a homography; a point that stands out of the plane by `Z` is off by
//! `Z (t - t_z p)`, to first order, where `t` is the camera's way between the pictures and `p` the point (plane and
//! parallax: M. Irani, P. Anandan, "Parallax Geometry of Pairs of Points for 3D Scene Analysis", ECCV 1996). With the
//! depth of a mean face for `Z` this is linear in three unknowns: the camera's way. They join those of the plane in one
//! least-squares problem; explanations are compared by the squared residuals of each.

use crate::depth::face_depth;
use crate::least_squares::Normal;
use nalgebra::{Point2, SVector, Vector2};
use std::array::from_fn;
use std::f32::consts::PI;

/// A point of the face and its residual flow, all in distances between the eyes.
#[derive(Clone, Copy, Debug)]
pub struct Residual {
    /// Where it is on the far face.
    pub at: Point2<f32>,
    /// Where it is found in near less where the plane has it.
    pub off: Vector2<f32>,
}

/// How well each explanation does.
#[derive(Clone, Copy, Debug)]
pub struct Comparison {
    /// Root mean square after fitting a plane, in distances between the eyes; strays count little.
    pub plane: f64,
    /// After fitting a plane, any smooth bending and the face's depth together: noise.
    pub noise: f64,
    /// Correlation of the residual flow with the nearest parallax that the face's depth gives, -1 to 1; negative where
    /// the face would have to be hollow.
    pub correlation: f64,
    /// Nepers by which a face leaves less than the best of the cylinders: positive speaks for the face.
    pub over_cylinder: f64,
    /// Nepers by which plane, any smooth bending and the face leave less than without the face; negative where the face
    /// would have to be hollow.
    pub beyond_bending: f64,
    /// The camera's way towards the face, over the product of both distances: 1/near - 1/far, in eye distances.
    pub approach: f64,
    /// Its standard error.
    pub approach_error: f64,
}

/// Unknowns of a plane's small changes, ...
const PLANE: usize = 8;
/// ... of the parallax of a depth, which are the camera's way, ...
const WAY: usize = 3;
/// ... and of the other terms up to the third power, which any smoothly bent sheet has.
const BENDING: usize = 12;
/// A plane and a depth, in this order.
const DEEP: usize = PLANE + WAY;
/// A plane and any smooth bending.
const BENT: usize = PLANE + BENDING;
/// A plane, a depth and any smooth bending, in this order.
const ALL: usize = DEEP + BENDING;

/// Directions of a cylinder's axis: every 30 degrees.
const ANGLES: usize = 6;
/// Radii of cylinders in distances between the eyes: 7.5, 13 and 38 cm for a print of natural size.
const RADII: [f32; 3] = [1.2, 2.0, 6.0];
/// Rounds of weighing strays down.
const ROUNDS: usize = 6;
/// Patches overlap: about so many of them say what one says (11 pixels wide, 5 apart).
const OVERLAP: f64 = 4.8;
/// A tenth of a pixel of the crop: no flow is better than that, so no stray is weighed by less.
const LEAST_SPREAD: f64 = 0.0014;

impl Comparison {
    /// `None` where the points do not settle all unknowns.
    pub fn new(points: &[Residual]) -> Option<Self> {
        let all = |Residual { at, .. }: &Residual| terms(deep(*at, face_depth(at.x, at.y)).chain(bending(*at)));
        let all: Vec<Terms<ALL>> = points.iter().map(all).collect();
        let weights = weights(points, &all)?;
        let all = equations(points, all, &weights);
        let cylinder = |(angle, radius): (f32, f32)| {
            let of_point = |point: &Residual| terms(deep(point.at, cylinder_depth(point.at, angle, radius)));
            Some(equations::<DEEP>(points, points.iter().map(of_point), &weights).solve()?.residual)
        };
        let angles = (0..ANGLES).map(|angle| angle as f32 * PI / ANGLES as f32);
        let cylinders = angles.flat_map(|angle| RADII.map(|radius| (angle, radius)));
        let by_plane = all.only::<PLANE>(from_fn(|index| index)).solve()?;
        let by_face = all.only::<DEEP>(from_fn(|index| index)).solve()?;
        let by_cylinder = cylinders.filter_map(cylinder).min_by(f64::total_cmp)?;
        let by_bending = all.only::<BENT>(from_fn(|index| if index < PLANE { index } else { index + WAY })).solve()?;
        let by_all = all.solve()?;
        // A figure of nothing left: squares below this are rounding.
        let floor = 1e-12;
        let nepers = |more: f64, less: f64| 0.5 * ((more + floor) / (less + floor)).ln();
        let approach = by_face.values[DEEP - 1];
        let weight: f64 = weights.iter().sum();
        let explained = (1.0 - (by_face.residual + floor) / (by_plane.residual + floor)).max(0.0);
        Some(Comparison {
            plane: (by_plane.residual / weight).sqrt(),
            noise: (by_all.residual / weight).sqrt(),
            correlation: explained.sqrt().copysign(approach),
            over_cylinder: nepers(by_cylinder, by_face.residual),
            beyond_bending: nepers(by_bending.residual, by_all.residual).copysign(approach),
            approach,
            // Two numbers a point, so half the squares each.
            approach_error: (by_face.residual / weight / 2.0 * by_face.last_variance * OVERLAP).sqrt(),
        })
    }
}

/// How much each point counts: strays from what a plane, a face and any smooth bending explain count little.
fn weights(points: &[Residual], terms: &[Terms<ALL>]) -> Option<Vec<f64>> {
    let mut weights = vec![1.0; points.len()];
    for _ in 0..ROUNDS {
        let values = equations(points, terms.iter().copied(), &weights).solve()?.values;
        let left = |(point, [across, down]): (&Residual, &Terms<ALL>)| {
            (point.off.cast::<f64>() - Vector2::new(across.dot(&values), down.dot(&values))).norm()
        };
        let left: Vec<f64> = points.iter().zip(terms).map(left).collect();
        let mut sorted = left.clone();
        sorted.sort_by(f64::total_cmp);
        let spread = sorted.get(sorted.len() / 2)?.max(LEAST_SPREAD);
        // Cauchy's weights with the usual constant for 95 % efficiency; 1.18 medians are a deviation in two dimensions.
        let limit = 2.385 * spread / 1.18;
        weights = left.iter().map(|left| 1.0 / (1.0 + (left / limit).powi(2))).collect();
    }
    Some(weights)
}

/// What each unknown moves a point by, to the right and down.
type Terms<const N: usize> = [SVector<f64, N>; 2];

/// The normal equations of the points' residual flow; `terms` and `weights` are those of the points.
fn equations<const N: usize>(
    points: &[Residual],
    terms: impl IntoIterator<Item = Terms<N>>,
    weights: &[f64],
) -> Normal<N> {
    let mut normal = Normal::new();
    for ((point, [across, down]), weight) in points.iter().zip(terms).zip(weights) {
        normal.add(&across, f64::from(point.off.x), *weight);
        normal.add(&down, f64::from(point.off.y), *weight);
    }
    normal
}

/// Of a plane and a depth.
fn deep(at: Point2<f32>, depth: f32) -> impl Iterator<Item = [f64; 2]> + Clone {
    let [x, y, depth] = [at.x, at.y, depth].map(f64::from);
    let plane = [[1.0, 0.0], [0.0, 1.0], [x, 0.0], [0.0, x], [y, 0.0], [0.0, y], [x * x, x * y], [x * y, y * y]];
    plane.into_iter().chain([[depth, 0.0], [0.0, depth], [depth * x, depth * y]])
}

/// With the two quadratic ones of a plane, these span all terms of the second and third power.
fn bending(at: Point2<f32>) -> impl Iterator<Item = [f64; 2]> + Clone {
    let [x, y] = [at.x, at.y].map(f64::from);
    [x * x, y * y, x * x * x, x * x * y, x * y * y, y * y * y].into_iter().flat_map(|term| [[term, 0.0], [0.0, term]])
}

fn terms<const N: usize>(pairs: impl Iterator<Item = [f64; 2]> + Clone) -> Terms<N> {
    [0, 1].map(|axis| SVector::from_iterator(pairs.clone().map(|pair| pair[axis])))
}

/// The depth of a cylinder's sheet at a point of the face, its nearest line through the middle of the face.
fn cylinder_depth(at: Point2<f32>, angle: f32, radius: f32) -> f32 {
    let across = at.x * angle.cos() + (at.y - 0.5) * angle.sin();
    // Near its edge a sheet is seen from the side and shows nothing.
    (radius * radius - across * across).max(0.05 * radius * radius).sqrt() - radius
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crop::on_face;

    /// Points all over the face, each off by what `off` says and a little noise.
    fn points(off: impl Fn(f32, f32) -> (f32, f32)) -> Vec<Residual> {
        let noise = |i: u32| (i.wrapping_mul(2_654_435_761) as f32 / u32::MAX as f32 - 0.5) * 0.01;
        let at = |i: u32| Point2::new((i % 40) as f32 / 16.0 - 1.25, (i / 40) as f32 / 14.0 - 0.85);
        let residual = |i: u32| {
            let (at, noise) = (at(i), Vector2::new(noise(i), noise(i + 5000)));
            Residual { at, off: Vector2::from(<[f32; 2]>::from(off(at.x, at.y))) + noise }
        };
        (0..1600).map(residual).filter(|residual| on_face(residual.at)).collect()
    }

    /// An approach with some way to the side.
    fn parallax(depth: f32, x: f32, y: f32) -> (f32, f32) {
        (depth * (0.2 * x + 0.03), depth * (0.2 * y - 0.08))
    }

    #[test]
    fn a_plane_leaves_noise() {
        let flat = Comparison::new(&points(|x, y| (0.02 * x + 0.01 * x * y, 0.01 - 0.02 * x + 0.01 * y * y))).unwrap();
        assert!(flat.plane < 0.006 && flat.correlation.abs() < 0.3, "{flat:?}");
        assert!(flat.approach.abs() < 4.0 * flat.approach_error, "{flat:?}");
        assert!(flat.over_cylinder.abs() < 0.05 && flat.beyond_bending.abs() < 0.05, "{flat:?}");
    }

    #[test]
    fn a_face_is_known_by_its_depth_and_the_approach_comes_out() {
        let face = Comparison::new(&points(|x, y| parallax(face_depth(x, y), x, y))).unwrap();
        assert!((face.approach - 0.2).abs() < 4.0 * face.approach_error, "{face:?}");
        assert!(face.correlation > 0.95 && face.over_cylinder > 0.5 && face.beyond_bending > 0.5, "{face:?}");
    }

    #[test]
    fn a_cylinder_is_no_face_though_it_is_no_plane() {
        for (angle, radius) in [(0.0, 1.3), (1.57, 2.5), (0.6, 1.8)] {
            let sheet = |x: f32, y: f32| parallax(cylinder_depth(Point2::new(x, y), angle, radius), x, y);
            let bent = Comparison::new(&points(sheet)).unwrap();
            assert!(bent.plane > 2.0 * bent.noise, "{bent:?}");
            assert!(bent.over_cylinder < -0.2 && bent.beyond_bending < 0.2, "{angle} {radius}: {bent:?}");
        }
    }

    #[test]
    fn a_mask_turned_inside_out_is_no_face() {
        let hollow = Comparison::new(&points(|x, y| parallax(-face_depth(x, y), x, y))).unwrap();
        assert!(hollow.correlation < -0.95 && hollow.beyond_bending < -0.5, "{hollow:?}");
    }

    #[test]
    fn a_quarter_of_strays_changes_little() {
        let mut strayed = points(|x, y| parallax(face_depth(x, y), x, y));
        strayed.iter_mut().step_by(4).for_each(|point| point.off.x += 0.3);
        let face = Comparison::new(&strayed).unwrap();
        assert!((face.approach - 0.2).abs() < 0.03 && face.correlation > 0.7, "{face:?}");
    }

    #[test]
    fn too_few_points_settle_nothing() {
        assert!(Comparison::new(&points(|_, _| (0.0, 0.0))[..9]).is_none());
        assert!(Comparison::new(&[]).is_none());
    }
}
