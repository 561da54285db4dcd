//! The camera's focal length, from a face at three or more distances of one capture.
//!
//! One pair of pictures implies a focal length, off by how much the person's relief differs from the mean face's. Pairs
//! of one capture are off alike, so they agree with one another, whoever it is, unless the nearer picture of one was
//! enlarged: a film that was made for another approach than the one that is asked for. How well that is
//! detected: `docs/LIVENESS.md`.

use crate::figures::Figures;

/// What a turn of the head adds to a pair's error, as a share of the inverse focal length: chosen by staged heads.
const TURNED: f32 = 0.2;
/// The least inverse focal length that this is a share of: what is only enlarged implies none.
const LEAST: f32 = 0.5;

/// What the pairs of neighbouring distances say together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Calibration {
    /// The inverse of the focal length over the diagonal, as in [`Figures::inverse_focal`]: the mean of the pairs, weighted
    /// by their errors.
    pub inverse_focal: f32,
    /// Its standard error as far as it comes from the flow: the person's relief and turns are not in it.
    pub inverse_focal_error: f32,
    /// The largest fall of the inverse focal length from one pair to the next, in standard errors, which are taken as
    /// independent although neighbours share a picture. Above about 1.5 the nearer picture was rather enlarged.
    pub fall: f32,
}

/// What at least two pairs of a capture say, the farthest first; `None` of fewer, and where a figure is no number.
pub fn calibration(pairs: &[Figures]) -> Option<Calibration> {
    let (mut weights, mut sum) = (0.0, 0.0);
    for pair in pairs {
        let weight = pair.inverse_focal_error.powi(-2);
        weights += weight;
        sum += weight * pair.inverse_focal;
    }
    let mean = sum / weights;
    let turned = TURNED * mean.max(LEAST);
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
    fn pairs_that_agree_sharpen_each_other() {
        let all = calibration(&[pair(1.5, 0.3), pair(1.5, 0.4)]).unwrap();
        assert!((all.inverse_focal - 1.5).abs() < 1e-5 && all.fall.abs() < 1e-3, "{all:?}");
        assert!((all.inverse_focal_error - 0.24).abs() < 1e-5, "3, 4, 5: {all:?}");
    }

    #[test]
    fn a_nearer_picture_that_was_enlarged_implies_less_wherever_it_is() {
        let (whole, enlarged) = (pair(1.5, 0.2), pair(0.2, 0.2));
        assert!(calibration(&[whole, enlarged]).unwrap().fall > 2.5);
        assert!(calibration(&[whole, whole, enlarged]).unwrap().fall > 2.5);
        assert!(calibration(&[whole, enlarged, whole]).unwrap().fall > 2.5);
        // The farther picture of a pair has no reason to be.
        assert!(calibration(&[enlarged, whole]).unwrap().fall < 0.0);
        assert!(calibration(&[pair(1.5, 1.0), pair(0.2, 1.0)]).unwrap().fall < 1.0, "hardly known");
    }

    #[test]
    fn one_pair_says_nothing_and_no_number_is_missed() {
        assert_eq!(calibration(&[]), None);
        assert_eq!(calibration(&[pair(1.5, 0.3)]), None);
        assert_eq!(calibration(&[pair(1.5, 0.3), pair(f32::NAN, 0.3)]), None);
        assert_eq!(calibration(&[pair(f32::INFINITY, 0.3), pair(1.2, 0.3)]), None);
        // A pair of which nothing is known, beside one that is sure, hides nothing.
        let unknown = calibration(&[pair(1.5, 0.3), pair(0.0, 1e6)]).unwrap();
        assert!(unknown.fall < 0.1 && (unknown.inverse_focal - 1.5).abs() < 1e-3, "{unknown:?}");
    }
}
