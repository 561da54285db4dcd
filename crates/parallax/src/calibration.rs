//! The camera's focal length, from a face at three or more distances of one capture.
//!
//! One pair of pictures implies a focal length, off by how much the person's relief differs from the mean face's. Pairs
//! of one capture are off alike, so they agree with one another, whoever it is, unless a picture among them was enlarged:
//! a film that was made for another approach than the one that is asked for.

use crate::parallax::Figures;

/// What the pairs of neighbouring distances say together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Calibration {
    /// The inverse of the focal length over the diagonal, as in [`Figures::inverse_focal`]: the mean of the pairs, weighted
    /// by their errors.
    pub inverse_focal: f32,
    /// Its standard error.
    pub inverse_focal_error: f32,
    /// How far the pairs lie from that mean: the root mean square of their distances in standard errors, each degree of
    /// freedom counted once. About 1 or less where the camera is the same at all distances.
    pub disagreement: f32,
}

/// What at least two pairs of a capture say; `None` of fewer, and where a figure is no number.
pub fn calibration(pairs: &[Figures]) -> Option<Calibration> {
    if pairs.len() < 2 {
        return None;
    }
    let (mut weights, mut sum) = (0.0, 0.0);
    for pair in pairs {
        let weight = pair.inverse_focal_error.powi(-2);
        weights += weight;
        sum += weight * pair.inverse_focal;
    }
    let mean = sum / weights;
    let off = |pair: &Figures| ((pair.inverse_focal - mean) / pair.inverse_focal_error).powi(2);
    let disagreement = (pairs.iter().map(off).sum::<f32>() / (pairs.len() - 1) as f32).sqrt();
    let all = Calibration { inverse_focal: mean, inverse_focal_error: weights.sqrt().recip(), disagreement };
    (mean.is_finite() && disagreement.is_finite()).then_some(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(inverse_focal: f32, inverse_focal_error: f32) -> Figures {
        Figures {
            points: 500,
            inlier_share: 0.7,
            residual: 0.8,
            noise: 0.35,
            correlation: 0.8,
            over_cylinder: 0.2,
            over_crease: 0.2,
            beyond_bending: 0.2,
            beyond_creases: 0.2,
            approach: 0.1,
            approach_error: 0.02,
            inverse_focal,
            inverse_focal_error,
        }
    }

    #[test]
    fn pairs_that_agree_sharpen_each_other() {
        let all = calibration(&[pair(1.5, 0.3), pair(1.5, 0.4)]).unwrap();
        assert!((all.inverse_focal - 1.5).abs() < 1e-5 && all.disagreement < 1e-3, "{all:?}");
        assert!((all.inverse_focal_error - 0.24).abs() < 1e-5, "3, 4, 5: {all:?}");
    }

    #[test]
    fn an_enlarged_picture_disagrees_by_as_many_errors_as_its_pair_is_off() {
        let all = calibration(&[pair(1.6, 0.3), pair(0.6, 0.4)]).unwrap();
        assert!((all.disagreement - 1.0 / 0.5).abs() < 1e-5, "{all:?}");
        // The better one counts more.
        assert!((all.inverse_focal - 1.24).abs() < 1e-5, "{all:?}");
        // A third pair that agrees with the first makes the other no better.
        let three = calibration(&[pair(1.6, 0.3), pair(1.6, 0.3), pair(0.6, 0.4)]).unwrap();
        assert!(three.disagreement > 1.5, "{three:?}");
    }

    #[test]
    fn one_pair_says_nothing_and_no_number_is_missed() {
        assert_eq!(calibration(&[]), None);
        assert_eq!(calibration(&[pair(1.5, 0.3)]), None);
        assert_eq!(calibration(&[pair(1.5, 0.3), pair(f32::NAN, 0.3)]), None);
        assert_eq!(calibration(&[pair(1.5, 0.0), pair(1.2, 0.0)]), None);
    }
}
