//! What the best plane leaves of the flow, against what a face's depth and what a bent sheet would leave.
//!
//! Two pictures of a plane differ by a homography; a point that stands out of the plane by `Z` is off by
//! `Z (t - t_z p)`, to first order, where `t` is the camera's way between the pictures and `p` the point (plane and
//! parallax: M. Irani, P. Anandan, "Parallax Geometry of Pairs of Points for 3D Scene Analysis", ECCV 1996). With the
//! depth of a mean face for `Z` this is linear in three unknowns: the camera's way. They join those of the plane in one
//! least-squares problem; explanations are compared by the squares that each leaves.

use crate::depth::face_depth;
use crate::least_squares::{Normal, Solution};

/// A point of the face and what the plane leaves there, all in distances between the eyes.
#[derive(Clone, Copy, Debug)]
pub struct Leftover {
    /// Where it is on the far face.
    pub at: (f32, f32),
    /// Where it is found in near less where the plane has it.
    pub off: (f32, f32),
}

/// How well each explanation does.
#[derive(Clone, Copy, Debug)]
pub struct Comparison {
    /// Root mean square that the plane leaves, in distances between the eyes; strays count little.
    pub plane: f64,
    /// What a plane, any smooth bending and the face's depth together leave: noise.
    pub noise: f64,
    /// Correlation of what the plane leaves with the nearest parallax that the face's depth gives, -1 to 1; negative
    /// where the face would have to be hollow.
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

/// Columns of the problem: a plane's small changes, ...
const PLANE: usize = 8;
/// ... the other terms up to the third power, which any smoothly bent sheet has, ...
const BENDING: usize = 12;
/// ... the face's parallax, ...
const FACE: usize = 3;
/// ... and that of each cylinder.
const CYLINDERS: usize = ANGLES * RADII.len();
const ALL: usize = PLANE + BENDING + FACE + 3 * CYLINDERS;

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
    pub fn new(points: &[Leftover]) -> Option<Self> {
        let face: Vec<usize> = (PLANE + BENDING..PLANE + BENDING + FACE).collect();
        let plane: Vec<usize> = (0..PLANE).collect();
        let bent: Vec<usize> = (0..PLANE + BENDING).collect();
        let together: Vec<usize> = (0..PLANE + BENDING + FACE).collect();
        let rows: Vec<[[f64; ALL]; 2]> = points.iter().map(|point| columns(point.at)).collect();

        let mut weights = vec![1.0; points.len()];
        for _ in 0..ROUNDS {
            let mut normal = Normal::new(together.len());
            for ((point, [across, down]), weight) in points.iter().zip(&rows).zip(&weights) {
                normal.add(&across[..together.len()], f64::from(point.off.0), *weight);
                normal.add(&down[..together.len()], f64::from(point.off.1), *weight);
            }
            let solution = normal.solve(&together)?;
            let left: Vec<f64> =
                points.iter().zip(&rows).map(|(point, row)| left_over(point, row, &solution)).collect();
            let mut sorted = left.clone();
            sorted.sort_by(f64::total_cmp);
            let spread = sorted.get(sorted.len() / 2)?.max(LEAST_SPREAD);
            // Cauchy's weights with the usual constant for 95 % efficiency; 1.18 medians are a deviation in two
            // dimensions.
            let limit = 2.385 * spread / 1.18;
            weights = left.iter().map(|left| 1.0 / (1.0 + (left / limit).powi(2))).collect();
        }

        let mut normal = Normal::new(ALL);
        for ((point, [across, down]), weight) in points.iter().zip(&rows).zip(&weights) {
            normal.add(across, f64::from(point.off.0), *weight);
            normal.add(down, f64::from(point.off.1), *weight);
        }
        let with = |base: &[usize], more: &[usize]| normal.solve(&[base, more].concat());
        let cylinder = |index: usize| {
            let first = PLANE + BENDING + FACE + 3 * index;
            Some(with(&plane, &[first, first + 1, first + 2])?.left)
        };
        let by_plane = with(&plane, &[])?;
        let by_face = with(&plane, &face)?;
        let by_cylinder = (0..CYLINDERS).filter_map(cylinder).min_by(f64::total_cmp)?;
        let by_bending = with(&bent, &[])?;
        let by_all = with(&bent, &face)?;
        // A figure of nothing left: squares below this are rounding.
        let floor = 1e-12;
        let nepers = |more: f64, less: f64| 0.5 * ((more + floor) / (less + floor)).ln();
        let approach = by_face.values[PLANE + 2];
        let weight: f64 = weights.iter().sum();
        let noise = (by_all.left / weight).sqrt();
        let explained = (1.0 - (by_face.left + floor) / (by_plane.left + floor)).max(0.0);
        Some(Comparison {
            plane: (by_plane.left / weight).sqrt(),
            noise,
            correlation: explained.sqrt().copysign(approach),
            over_cylinder: nepers(by_cylinder, by_face.left),
            beyond_bending: nepers(by_bending.left, by_all.left).copysign(approach),
            approach,
            // Two numbers a point, so half the squares each.
            approach_error: (by_face.left / weight / 2.0 * by_face.last_variance * OVERLAP).sqrt(),
        })
    }
}

fn left_over(point: &Leftover, row: &[[f64; ALL]; 2], solution: &Solution) -> f64 {
    let said = |row: &[f64; ALL]| row.iter().zip(&solution.values).map(|(a, b)| a * b).sum::<f64>();
    (f64::from(point.off.0) - said(&row[0])).hypot(f64::from(point.off.1) - said(&row[1]))
}

/// The depth of a cylinder's sheet at a point of the face, its nearest line through the middle of the face.
fn cylinder_depth((x, y): (f32, f32), angle: f32, radius: f32) -> f32 {
    let across = x * angle.cos() + (y - 0.5) * angle.sin();
    // Near its edge a sheet is seen from the side and shows nothing.
    (radius * radius - across * across).max(0.05 * radius * radius).sqrt() - radius
}

/// What each unknown moves a point by, to the right and down.
fn columns(at: (f32, f32)) -> [[f64; ALL]; 2] {
    let (x, y) = (f64::from(at.0), f64::from(at.1));
    let mut all = [[0.0; ALL]; 2];
    let mut next = 0;
    let mut put = |across: f64, down: f64| {
        all[0][next] = across;
        all[1][next] = down;
        next += 1;
    };
    for term in [1.0, x, y] {
        put(term, 0.0);
        put(0.0, term);
    }
    put(x * x, x * y);
    put(x * y, y * y);
    // With the two above, these span all terms of the second and third power.
    for term in [x * x, y * y, x * x * x, x * x * y, x * y * y, y * y * y] {
        put(term, 0.0);
        put(0.0, term);
    }
    let mut parallax = |depth: f32| {
        let depth = f64::from(depth);
        put(depth, 0.0);
        put(0.0, depth);
        put(depth * x, depth * y);
    };
    parallax(face_depth(at.0, at.1));
    for angle in 0..ANGLES {
        let angle = angle as f32 * std::f32::consts::PI / ANGLES as f32;
        RADII.iter().for_each(|radius| parallax(cylinder_depth(at, angle, *radius)));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crop::on_face;

    /// Points all over the face, each off by what `off` says and a little noise.
    fn points(off: impl Fn(f32, f32) -> (f32, f32)) -> Vec<Leftover> {
        let noise = |i: u32| (i.wrapping_mul(2_654_435_761) as f32 / u32::MAX as f32 - 0.5) * 0.01;
        let grid = (0..1600u32).map(|i| (i, (i % 40) as f32 / 16.0 - 1.25, (i / 40) as f32 / 14.0 - 0.85));
        grid.filter(|(_, x, y)| on_face(*x, *y))
            .map(|(i, x, y)| {
                let (dx, dy) = off(x, y);
                Leftover { at: (x, y), off: (dx + noise(i), dy + noise(i + 5000)) }
            })
            .collect()
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
            let sheet = |x: f32, y: f32| parallax(cylinder_depth((x, y), angle, radius), x, y);
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
        strayed.iter_mut().step_by(4).for_each(|point| point.off.0 += 0.3);
        let face = Comparison::new(&strayed).unwrap();
        assert!((face.approach - 0.2).abs() < 0.03 && face.correlation > 0.7, "{face:?}");
    }

    #[test]
    fn too_few_points_settle_nothing() {
        assert!(Comparison::new(&points(|_, _| (0.0, 0.0))[..9]).is_none());
        assert!(Comparison::new(&[]).is_none());
    }
}
