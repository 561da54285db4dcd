//! Compares the residual flow after fitting a plane with the parallax of a face and of bent or folded sheets.
//!
//! Two pictures of a plane differ by a homography. To first order, a point at a distance `Z` from the plane is
//! displaced by `Z (t - t_z p)`, where `t` is the camera's translation between the pictures and `p` the point (plane
//! and parallax: M. Irani, P. Anandan, "Parallax Geometry of Pairs of Points for 3D Scene Analysis", ECCV 1996). With
//! the depth of a mean face as `Z` this is linear in the three components of the translation, which join the unknowns
//! of the plane in one least-squares problem. Explanations are compared by their squared residuals.

use crate::depth::turned_face_depth;
use crate::explanation::{BaseFit, DepthFit, Terms, WeightedPoint};
use crate::least_squares::NormalEquations;
use crate::sheets::{creases, cylinders};
use nalgebra::{Point2, SVector, Vector2};

/// A point of the face and its residual flow, in eye distances.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Residual {
    /// Position on the far face.
    pub at: Point2<f32>,
    /// Residual flow: the position found in the near picture minus the plane's prediction.
    pub flow: Vector2<f32>,
}

/// How well each explanation fits.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Comparison {
    /// Root mean square of the residual after fitting a plane, in eye distances; robust against outliers.
    pub plane: f64,
    /// The same after fitting a plane, any smooth bending and the face's depth: noise.
    pub noise: f64,
    /// Correlation of the residual flow with the best-fitting parallax of the face's depth, -1 to 1. Negative if the
    /// face would have to be hollow.
    pub correlation: f64,
    /// How much smaller the residual of a face is than that of the best cylinder, in nepers. Positive values favour a
    /// face.
    pub over_cylinder: f64,
    /// How much smaller the residual of a face is than that of the best crease, in nepers.
    pub over_crease: f64,
    /// How much the face reduces the residual of a plane with any smooth bending, in nepers. Negative if the face would
    /// have to be hollow.
    pub beyond_bending: f64,
    /// The same for a plane with the best two creases.
    pub beyond_creases: f64,
    /// Translation of the camera towards the face over the product of both distances: 1/near - 1/far, per eye distance.
    pub approach: f64,
    /// Standard error of `approach`.
    pub approach_error: f64,
}

/// Unknowns of a plane's small changes.
const PLANE: usize = 8;
/// The same with one crease.
const CREASED: usize = PLANE + 3;
/// The same with two creases.
const CREASED_TWICE: usize = PLANE + 6;
/// The plane's unknowns with all other terms up to the third power, which describe any smoothly bent sheet.
const BENT: usize = PLANE + 12;

/// Turns and nods of the far face that are tried, as tangents: the table shows a frontal face, and 10 degrees move its
/// nose by a tenth of the eye distance.
const TURNS: [f64; 5] = [-0.3, -0.15, 0.0, 0.15, 0.3];
const NODS: [f64; 3] = [-0.2, 0.0, 0.2];
/// Rounds of reweighting.
const ROUNDS: usize = 6;
/// Number of points per independent observation. Patches overlap (11 pixels wide, 5 apart) and the errors of neighbours
/// are correlated, so the approach of enlargements errs 1.4 times more than the overlap alone predicts. The deviation
/// of a person's relief from the mean is not included.
const OVERLAP: f64 = 4.8 * 1.4 * 1.4;
/// Minimum spread of the residuals: a tenth of a pixel of the crop, since no flow is more accurate.
const MIN_SPREAD: f64 = 0.0014;
/// Added to squared residuals; smaller values are rounding errors.
const FLOOR: f64 = 1e-12;

/// How much smaller the second residual is than the first, in nepers.
fn nepers(more: f64, less: f64) -> f64 {
    0.5 * ((more + FLOOR) / (less + FLOOR)).ln()
}

impl Comparison {
    /// `None` if the points do not determine all unknowns.
    pub(crate) fn new(points: &[Residual]) -> Option<Self> {
        let mut points: Vec<WeightedPoint> = points
            .iter()
            .map(|point| WeightedPoint { at: point.at.cast(), flow: point.flow.cast(), weight: 1.0 })
            .collect();
        let straight = depths(&points, |at| turned_face_depth(at, [0.0; 2]));
        reweight(&mut points, &straight)?;
        let turns = TURNS.into_iter().flat_map(|turn| NODS.map(|nod| [turn, nod]));
        let faces: Vec<Vec<f64>> = turns.map(|turn| depths(&points, |at| turned_face_depth(at, turn))).collect();
        let creases: Vec<Vec<f64>> = creases().map(|depth| depths(&points, depth)).collect();
        let cylinders: Vec<Vec<f64>> = cylinders().map(|depth| depths(&points, depth)).collect();

        let planes: Vec<Terms<PLANE>> = points.iter().map(|point| plane(point.at)).collect();
        let flat = BaseFit::new(&points, &planes)?;
        let (_, face) = flat.best(&faces)?;
        let (_, cylinder) = flat.best(&cylinders)?;
        let (first, crease) = flat.best(&creases)?;
        // Improvement by the face, with the best turn, over what a sheet explains.
        let beyond = |squared_residual: f64, face: DepthFit| {
            nepers(squared_residual, face.squared_residual).copysign(face.approach)
        };
        let folded = with_depth::<PLANE, CREASED>(&points, &planes, &creases[first]);
        let (second, _) = BaseFit::new(&points, &folded)?.best(&creases)?;
        let folded = with_depth::<CREASED, CREASED_TWICE>(&points, &folded, &creases[second]);
        let folded = BaseFit::new(&points, &folded)?;
        let bent = BaseFit::new(&points, &points.iter().map(|point| bent(point.at)).collect::<Vec<_>>())?;
        let (_, face_on_bent) = bent.best(&faces)?;
        let (_, face_on_folded) = folded.best(&faces)?;

        let weight: f64 = points.iter().map(|point| point.weight).sum();
        let explained = (1.0 - (face.squared_residual + FLOOR) / (flat.squared_residual + FLOOR)).max(0.0);
        Some(Comparison {
            plane: (flat.squared_residual / weight).sqrt(),
            noise: (face_on_bent.squared_residual / weight).sqrt(),
            correlation: explained.sqrt().copysign(face.approach),
            over_cylinder: nepers(cylinder.squared_residual, face.squared_residual),
            over_crease: nepers(crease.squared_residual, face.squared_residual),
            beyond_bending: beyond(bent.squared_residual, face_on_bent),
            beyond_creases: beyond(folded.squared_residual, face_on_folded),
            approach: face.approach,
            // Each point has two observations, so half the squares each.
            approach_error: (face.squared_residual / weight / 2.0 * face.variance * OVERLAP).sqrt(),
        })
    }
}

fn depths(points: &[WeightedPoint], depth: impl Fn(Point2<f64>) -> f64) -> Vec<f64> {
    points.iter().map(|point| depth(point.at)).collect()
}

/// Adds the terms of a depth.
fn with_depth<const N: usize, const M: usize>(
    points: &[WeightedPoint],
    terms: &[Terms<N>],
    depths: &[f64],
) -> Vec<Terms<M>> {
    let row = |terms: &SVector<f64, N>, own: [f64; 3]| SVector::from_iterator(terms.iter().copied().chain(own));
    let joined = points.iter().zip(terms).zip(depths);
    joined
        .map(|((WeightedPoint { at, .. }, [x, y]), z)| [row(x, [*z, 0.0, z * at.x]), row(y, [0.0, *z, z * at.y])])
        .collect()
}

/// Weights the points: outliers from what a plane, a face and any smooth bending explain get little weight.
fn reweight(points: &mut [WeightedPoint], face: &[f64]) -> Option<()> {
    const ALL: usize = BENT + 3;
    let terms = points.iter().map(|point| bent(point.at)).collect::<Vec<_>>();
    let terms = with_depth::<BENT, ALL>(points, &terms, face);
    for _ in 0..ROUNDS {
        let mut normal = NormalEquations::<ALL>::new();
        for (point, [across, down]) in points.iter().zip(&terms) {
            normal.add(across, point.flow.x, point.weight);
            normal.add(down, point.flow.y, point.weight);
        }
        let values = normal.solve()?.values;
        let residual = |(point, [across, down]): (&WeightedPoint, &Terms<ALL>)| {
            (point.flow - Vector2::new(across.dot(&values), down.dot(&values))).norm()
        };
        let residual: Vec<f64> = points.iter().zip(&terms).map(residual).collect();
        let mut sorted = residual.clone();
        sorted.sort_by(f64::total_cmp);
        let spread = sorted.get(sorted.len() / 2)?.max(MIN_SPREAD);
        // Cauchy weights with the usual constant for 95 % efficiency; in two dimensions the deviation is 1.18 medians.
        let limit = 2.385 * spread / 1.18;
        points
            .iter_mut()
            .zip(residual)
            .for_each(|(point, residual)| point.weight = 1.0 / (1.0 + (residual / limit).powi(2)));
    }
    Some(())
}

fn pairs<const N: usize>(pairs: impl Iterator<Item = [f64; 2]> + Clone) -> Terms<N> {
    [0, 1].map(|axis| SVector::from_iterator(pairs.clone().map(|pair| pair[axis])))
}

/// The terms of a plane.
fn plane_pairs(at: Point2<f64>) -> [[f64; 2]; PLANE] {
    let Point2 { coords } = at;
    let [x, y] = [coords.x, coords.y];
    [[1.0, 0.0], [0.0, 1.0], [x, 0.0], [0.0, x], [y, 0.0], [0.0, y], [x * x, x * y], [x * y, y * y]]
}

fn plane(at: Point2<f64>) -> Terms<PLANE> {
    pairs(plane_pairs(at).into_iter())
}

/// The terms of a plane (including its two quadratic ones) and all terms of the second and third power.
fn bent(at: Point2<f64>) -> Terms<BENT> {
    let (x, y) = (at.x, at.y);
    let powers = [x * x, y * y, x * x * x, x * x * y, x * y * y, y * y * y];
    pairs(plane_pairs(at).into_iter().chain(powers.into_iter().flat_map(|term| [[term, 0.0], [0.0, term]])))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crop::is_on_face;
    use crate::depth::face_depth;

    /// Points all over the face with a given flow and a little noise.
    fn points(flow: impl Fn(f32, f32) -> (f32, f32)) -> Vec<Residual> {
        let noise = |i: u32| (i.wrapping_mul(2_654_435_761) as f32 / u32::MAX as f32 - 0.5) * 0.01;
        let at = |i: u32| Point2::new((i % 40) as f32 / 16.0 - 1.25, (i / 40) as f32 / 14.0 - 0.85);
        let residual = |i: u32| {
            let (at, noise) = (at(i), Vector2::new(noise(i), noise(i + 5000)));
            Residual { at, flow: Vector2::from(<[f32; 2]>::from(flow(at.x, at.y))) + noise }
        };
        (0..1600).map(residual).filter(|residual| is_on_face(residual.at)).collect()
    }

    /// An approach with some lateral translation.
    fn parallax(depth: f32, x: f32, y: f32) -> (f32, f32) {
        (depth * (0.2 * x + 0.03), depth * (0.2 * y - 0.08))
    }

    #[test]
    fn a_plane_leaves_only_noise() {
        let flat = Comparison::new(&points(|x, y| (0.02 * x + 0.01 * x * y, 0.01 - 0.02 * x + 0.01 * y * y))).unwrap();
        assert!(flat.plane < 0.006 && flat.correlation.abs() < 0.3, "{flat:?}");
        assert!(flat.approach.abs() < 2.0 * flat.approach_error, "{flat:?}");
        assert!(flat.over_cylinder.abs() < 0.05 && flat.beyond_bending.abs() < 0.05, "{flat:?}");
    }

    #[test]
    fn a_face_is_recognised_and_its_approach_estimated() {
        let face = Comparison::new(&points(|x, y| parallax(face_depth(x, y), x, y))).unwrap();
        assert!((face.approach - 0.2).abs() < 2.0 * face.approach_error, "{face:?}");
        assert!(face.correlation > 0.95 && face.over_cylinder > 0.5 && face.beyond_bending > 0.5, "{face:?}");
    }

    #[test]
    fn a_cylinder_is_neither_a_plane_nor_a_face() {
        for (angle, radius) in [(0.0, 1.3), (1.57, 2.5), (0.6, 1.8f32)] {
            let sheet = |x: f32, y: f32| {
                let across: f32 = x * f32::cos(angle) + (y - 0.5) * f32::sin(angle);
                parallax((radius * radius - across * across).max(0.1).sqrt() - radius, x, y)
            };
            let bent = Comparison::new(&points(sheet)).unwrap();
            assert!(bent.plane > 2.0 * bent.noise, "{bent:?}");
            assert!(bent.over_cylinder < -0.2 && bent.beyond_bending < 0.2, "{angle} {radius}: {bent:?}");
        }
    }

    #[test]
    fn a_fold_is_not_a_face_even_if_its_sides_move() {
        for (angle, place, way) in [(0.0f32, 0.1f32, (0.2, 0.0)), (0.5, -0.2, (0.15, 0.3)), (1.57, 0.0, (-0.2, 0.1))] {
            let fold = |x: f32, y: f32| {
                let depth = 0.5 * (x * angle.cos() + (y - 0.5) * angle.sin() - place).abs();
                (depth * (way.0 * x + way.1), depth * (way.0 * y - 0.1))
            };
            let folded = Comparison::new(&points(fold)).unwrap();
            assert!(folded.plane > 2.0 * folded.noise || folded.over_crease < -0.5, "{folded:?}");
            assert!(folded.over_crease < -0.2 && folded.beyond_creases.abs() < 0.1, "{angle} {place}: {folded:?}");
        }
    }

    #[test]
    fn a_face_that_is_turned_in_far_is_recognised() {
        let turned = |x: f32, y: f32| turned_face_depth(Point2::new(x.into(), y.into()), [0.2, -0.1]) as f32;
        let face = Comparison::new(&points(|x, y| parallax(turned(x, y), x, y))).unwrap();
        assert!((face.approach - 0.2).abs() < 0.04 && face.correlation > 0.95, "{face:?}");
        assert!(face.over_crease > 0.3 && face.beyond_creases > 0.3, "{face:?}");
    }

    #[test]
    fn a_hollow_mask_is_not_a_face() {
        let hollow = Comparison::new(&points(|x, y| parallax(-face_depth(x, y), x, y))).unwrap();
        assert!(hollow.correlation < -0.95 && hollow.beyond_bending < -0.5, "{hollow:?}");
    }

    #[test]
    fn a_quarter_of_outliers_changes_little() {
        let mut with_outliers = points(|x, y| parallax(face_depth(x, y), x, y));
        with_outliers.iter_mut().step_by(4).for_each(|point| point.flow.x += 0.3);
        let face = Comparison::new(&with_outliers).unwrap();
        assert!((face.approach - 0.2).abs() < 0.03 && face.correlation > 0.7, "{face:?}");
    }

    #[test]
    fn too_few_points_give_none() {
        assert!(Comparison::new(&points(|_, _| (0.0, 0.0))[..9]).is_none());
        assert!(Comparison::new(&[]).is_none());
    }
}
