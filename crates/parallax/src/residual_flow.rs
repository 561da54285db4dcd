//! Residual flow after fitting a plane, compared with what a face's depth and what a bent or folded sheet would leave.
//!
//! Two pictures of a plane differ by a homography; a point that stands out of the plane by `Z` is off by
//! `Z (t - t_z p)`, to first order, where `t` is the camera's way between the pictures and `p` the point (plane and
//! parallax: M. Irani, P. Anandan, "Parallax Geometry of Pairs of Points for 3D Scene Analysis", ECCV 1996). With the
//! depth of a mean face for `Z` this is linear in three unknowns: the camera's way. They join those of the plane in one
//! least-squares problem; explanations are compared by the squared residuals of each.

use crate::depth::turned_face_depth;
use crate::explanation::{Base, Left, Terms, Weighted};
use crate::least_squares::Normal;
use crate::sheets::{creases, cylinders};
use nalgebra::{Point2, SVector, Vector2};

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
    /// The same of the best crease.
    pub over_crease: f64,
    /// Nepers by which plane, any smooth bending and the face leave less than without the face; negative where the face
    /// would have to be hollow.
    pub beyond_bending: f64,
    /// The same of plane, the best two creases and the face.
    pub beyond_creases: f64,
    /// The camera's way towards the face, over the product of both distances: 1/near - 1/far, in eye distances.
    pub approach: f64,
    /// Its standard error.
    pub approach_error: f64,
}

/// Unknowns of a plane's small changes, ...
const PLANE: usize = 8;
/// ... and with those of one crease, ...
const CREASED: usize = PLANE + 3;
/// ... of two, ...
const CREASED_TWICE: usize = PLANE + 6;
/// ... and of the other terms up to the third power, which any smoothly bent sheet has.
const BENT: usize = PLANE + 12;

/// Turns and nods of the far face that are tried, as tangents: the table shows a face from straight ahead, and 10 degrees
/// move its nose by a tenth of the distance between the eyes.
const TURNS: [f64; 5] = [-0.3, -0.15, 0.0, 0.15, 0.3];
const NODS: [f64; 3] = [-0.2, 0.0, 0.2];
/// Rounds of weighing strays down.
const ROUNDS: usize = 6;
/// About so many points say what one says: patches overlap (11 pixels wide, 5 apart), and neighbours err alike, so that
/// the approach of what only looks enlarged errs by 1.4 times what the overlap alone would let expect. How far a person's
/// relief is from the mean one's comes on top, and is not part of it.
const OVERLAP: f64 = 4.8 * 1.4 * 1.4;
/// A tenth of a pixel of the crop: no flow is better than that, so no stray is weighed by less.
const MIN_SPREAD: f64 = 0.0014;
/// A figure of nothing left: squares below this are rounding.
const FLOOR: f64 = 1e-12;

/// Nepers by which the second leaves less than the first.
fn nepers(more: f64, less: f64) -> f64 {
    0.5 * ((more + FLOOR) / (less + FLOOR)).ln()
}

impl Comparison {
    /// `None` where the points do not settle all unknowns.
    pub fn new(points: &[Residual]) -> Option<Self> {
        let mut points: Vec<Weighted> =
            points.iter().map(|point| Weighted { at: point.at.cast(), off: point.off.cast(), weight: 1.0 }).collect();
        let straight = depths(&points, |at| turned_face_depth(at, [0.0; 2]));
        weigh(&mut points, &straight)?;
        let turns = TURNS.into_iter().flat_map(|turn| NODS.map(|nod| [turn, nod]));
        let faces: Vec<Vec<f64>> = turns.map(|turn| depths(&points, |at| turned_face_depth(at, turn))).collect();
        let creases: Vec<Vec<f64>> = creases().map(|depth| depths(&points, depth)).collect();
        let cylinders: Vec<Vec<f64>> = cylinders().map(|depth| depths(&points, depth)).collect();

        let planes: Vec<Terms<PLANE>> = points.iter().map(|point| plane(point.at)).collect();
        let flat = Base::new(&points, planes.clone())?;
        let (_, face) = flat.best(&faces)?;
        let (_, cylinder) = flat.best(&cylinders)?;
        let (first, crease) = flat.best(&creases)?;
        // Beyond what a sheet explains, at whichever turn.
        let beyond = |squares: f64, face: Left| nepers(squares, face.squares).copysign(face.approach);
        let folded = with_depth::<PLANE, CREASED>(&points, &planes, &creases[first]);
        let (second, _) = Base::new(&points, folded.clone())?.best(&creases)?;
        let folded = with_depth::<CREASED, CREASED_TWICE>(&points, &folded, &creases[second]);
        let folded = Base::new(&points, folded)?;
        let bent = Base::new(&points, points.iter().map(|point| bent(point.at)).collect())?;
        let (_, face_on_bent) = bent.best(&faces)?;
        let (_, face_on_folded) = folded.best(&faces)?;

        let weight: f64 = points.iter().map(|point| point.weight).sum();
        let explained = (1.0 - (face.squares + FLOOR) / (flat.squares + FLOOR)).max(0.0);
        Some(Comparison {
            plane: (flat.squares / weight).sqrt(),
            noise: (face_on_bent.squares / weight).sqrt(),
            correlation: explained.sqrt().copysign(face.approach),
            over_cylinder: nepers(cylinder.squares, face.squares),
            over_crease: nepers(crease.squares, face.squares),
            beyond_bending: beyond(bent.squares, face_on_bent),
            beyond_creases: beyond(folded.squares, face_on_folded),
            approach: face.approach,
            // Two numbers a point, so half the squares each.
            approach_error: (face.squares / weight / 2.0 * face.variance * OVERLAP).sqrt(),
        })
    }
}

fn depths(points: &[Weighted], depth: impl Fn(Point2<f64>) -> f64) -> Vec<f64> {
    points.iter().map(|point| depth(point.at)).collect()
}

/// Terms joined by those of a depth.
fn with_depth<const N: usize, const M: usize>(
    points: &[Weighted],
    terms: &[Terms<N>],
    depths: &[f64],
) -> Vec<Terms<M>> {
    let row = |terms: &SVector<f64, N>, own: [f64; 3]| SVector::from_iterator(terms.iter().copied().chain(own));
    let joined = points.iter().zip(terms).zip(depths);
    joined
        .map(|((Weighted { at, .. }, [x, y]), z)| [row(x, [*z, 0.0, z * at.x]), row(y, [0.0, *z, z * at.y])])
        .collect()
}

/// How much each point counts: strays from what a plane, a face and any smooth bending explain count little.
fn weigh(points: &mut [Weighted], face: &[f64]) -> Option<()> {
    const ALL: usize = BENT + 3;
    let terms = points.iter().map(|point| bent(point.at)).collect::<Vec<_>>();
    let terms = with_depth::<BENT, ALL>(points, &terms, face);
    for _ in 0..ROUNDS {
        let mut normal = Normal::<ALL>::new();
        for (point, [across, down]) in points.iter().zip(&terms) {
            normal.add(across, point.off.x, point.weight);
            normal.add(down, point.off.y, point.weight);
        }
        let values = normal.solve()?.values;
        let left = |(point, [across, down]): (&Weighted, &Terms<ALL>)| {
            (point.off - Vector2::new(across.dot(&values), down.dot(&values))).norm()
        };
        let left: Vec<f64> = points.iter().zip(&terms).map(left).collect();
        let mut sorted = left.clone();
        sorted.sort_by(f64::total_cmp);
        let spread = sorted.get(sorted.len() / 2)?.max(MIN_SPREAD);
        // Cauchy's weights with the usual constant for 95 % efficiency; 1.18 medians are a deviation in two dimensions.
        let limit = 2.385 * spread / 1.18;
        points.iter_mut().zip(left).for_each(|(point, left)| point.weight = 1.0 / (1.0 + (left / limit).powi(2)));
    }
    Some(())
}

fn pairs<const N: usize>(pairs: impl Iterator<Item = [f64; 2]> + Clone) -> Terms<N> {
    [0, 1].map(|axis| SVector::from_iterator(pairs.clone().map(|pair| pair[axis])))
}

/// Of a plane.
fn plane_pairs(at: Point2<f64>) -> [[f64; 2]; PLANE] {
    let Point2 { coords } = at;
    let [x, y] = [coords.x, coords.y];
    [[1.0, 0.0], [0.0, 1.0], [x, 0.0], [0.0, x], [y, 0.0], [0.0, y], [x * x, x * y], [x * y, y * y]]
}

fn plane(at: Point2<f64>) -> Terms<PLANE> {
    pairs(plane_pairs(at).into_iter())
}

/// A plane, and with its two quadratic terms all terms of the second and third power.
fn bent(at: Point2<f64>) -> Terms<BENT> {
    let (x, y) = (at.x, at.y);
    let powers = [x * x, y * y, x * x * x, x * x * y, x * y * y, y * y * y];
    pairs(plane_pairs(at).into_iter().chain(powers.into_iter().flat_map(|term| [[term, 0.0], [0.0, term]])))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crop::on_face;
    use crate::depth::face_depth;

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
        assert!(flat.approach.abs() < 2.0 * flat.approach_error, "{flat:?}");
        assert!(flat.over_cylinder.abs() < 0.05 && flat.beyond_bending.abs() < 0.05, "{flat:?}");
    }

    #[test]
    fn a_face_is_known_by_its_depth_and_the_approach_comes_out() {
        let face = Comparison::new(&points(|x, y| parallax(face_depth(x, y), x, y))).unwrap();
        assert!((face.approach - 0.2).abs() < 2.0 * face.approach_error, "{face:?}");
        assert!(face.correlation > 0.95 && face.over_cylinder > 0.5 && face.beyond_bending > 0.5, "{face:?}");
    }

    #[test]
    fn a_cylinder_is_no_face_though_it_is_no_plane() {
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
    fn a_fold_is_no_face_whatever_its_sides_do_between_the_pictures() {
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
    fn a_face_that_is_turned_in_far_is_still_one() {
        let turned = |x: f32, y: f32| turned_face_depth(Point2::new(x.into(), y.into()), [0.2, -0.1]) as f32;
        let face = Comparison::new(&points(|x, y| parallax(turned(x, y), x, y))).unwrap();
        assert!((face.approach - 0.2).abs() < 0.04 && face.correlation > 0.95, "{face:?}");
        assert!(face.over_crease > 0.3 && face.beyond_creases > 0.3, "{face:?}");
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
