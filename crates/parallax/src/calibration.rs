//! Estimates the camera's focal length from a face at three or more distances of one capture.
//!
//! A pair of pictures implies a focal length, with an error that depends on how the person's relief differs from the
//! mean face's. All pairs of one capture have the same error, so they agree for any person, unless the nearer picture
//! of a pair is an enlargement: a video made for another approach than the requested one. Detection rates:
//! `docs/LIVENESS.md`.

use crate::figures::Figures;

/// Error that a turn of the head adds to a pair, relative to the inverse focal length. Chosen with simulated heads.
const TURN_ERROR: f32 = 0.2;
/// Minimum inverse focal length for this error, since an enlargement implies none.
const MIN_INVERSE_FOCAL: f32 = 0.5;

/// Estimate from the pairs of neighbouring distances.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Calibration {
    /// Inverse of the focal length over the diagonal, as in [`Figures::inverse_focal`]: the mean of the pairs, weighted
    /// by their errors.
    pub inverse_focal: f32,
    /// Standard error from the flow. Excludes the person's relief and turns.
    pub inverse_focal_error: f32,
    /// Largest fall of the inverse focal length from one pair to the next, in standard errors, which are treated as
    /// independent although neighbours share a picture. Above about 1.5 the nearer picture is likely an enlargement.
    pub fall: f32,
}

/// Calibrates with at least two pairs of a capture, the farthest first. `None` for fewer pairs, and if a figure is not
/// finite.
pub fn calibration(pairs: &[Figures]) -> Option<Calibration> {
    let (mut weights, mut sum) = (0.0, 0.0);
    for pair in pairs {
        let weight = pair.inverse_focal_error.powi(-2);
        weights += weight;
        sum += weight * pair.inverse_focal;
    }
    let mean = sum / weights;
    let turned = TURN_ERROR * mean.max(MIN_INVERSE_FOCAL);
    let error = |pair: &Figures| pair.inverse_focal_error.hypot(turned);
    let less = |[one, next]: &[Figures; 2]| (one.inverse_focal - next.inverse_focal) / error(one).hypot(error(next));
    let fall = pairs.array_windows().map(less).reduce(f32::max)?;
    let all = Calibration { inverse_focal: mean, inverse_focal_error: weights.sqrt().recip(), fall };
    (weights.is_normal() && mean.is_finite() && fall.is_finite()).then_some(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(inverse_focal: f32, inverse_focal_error: f32) -> Figures {
        Figures { inverse_focal, inverse_focal_error, ..Figures::of_a_head() }
    }

    #[test]
    fn agreeing_pairs_reduce_the_error() {
        let all = calibration(&[pair(1.5, 0.3), pair(1.5, 0.4)]).unwrap();
        assert!((all.inverse_focal - 1.5).abs() < 1e-5 && all.fall.abs() < 1e-3, "{all:?}");
        assert!((all.inverse_focal_error - 0.24).abs() < 1e-5, "3, 4, 5: {all:?}");
    }

    #[test]
    fn an_enlarged_nearer_picture_implies_less_at_any_position() {
        let (whole, enlarged) = (pair(1.5, 0.2), pair(0.2, 0.2));
        assert!(calibration(&[whole, enlarged]).unwrap().fall > 2.5);
        assert!(calibration(&[whole, whole, enlarged]).unwrap().fall > 2.5);
        assert!(calibration(&[whole, enlarged, whole]).unwrap().fall > 2.5);
        // The farther picture of a pair has no reason to be an enlargement.
        assert!(calibration(&[enlarged, whole]).unwrap().fall < 0.0);
        assert!(calibration(&[pair(1.5, 1.0), pair(0.2, 1.0)]).unwrap().fall < 1.0, "hardly known");
    }

    #[test]
    fn too_few_pairs_and_non_finite_figures_give_none() {
        assert_eq!(calibration(&[]), None);
        assert_eq!(calibration(&[pair(1.5, 0.3)]), None);
        assert_eq!(calibration(&[pair(1.5, 0.3), pair(f32::NAN, 0.3)]), None);
        assert_eq!(calibration(&[pair(f32::INFINITY, 0.3), pair(1.2, 0.3)]), None);
        // A pair without information next to an accurate one hides nothing.
        let unknown = calibration(&[pair(1.5, 0.3), pair(0.0, 1e6)]).unwrap();
        assert!(unknown.fall < 0.1 && (unknown.inverse_focal - 1.5).abs() < 1e-3, "{unknown:?}");
    }
}
