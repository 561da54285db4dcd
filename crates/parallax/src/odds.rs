//! Converts figures to a likelihood ratio.
//!
//! Two things resemble a person who comes nearer: a print, which may be bent or folded, and an enlargement of the far
//! picture, possibly after a turn of the head. A head has to be likelier than either, so the lower of both ratios
//! counts.

use crate::figures::Figures;
use crate::odds_model::{BIAS, WEIGHTS};

/// Natural logarithm of 100: the sets used for fitting have some hundred members and support no more.
const MAX_LOG_RATIO: f32 = 4.6;

/// Inverse focal length, over the diagonal, of people who came nearer: fields of view of 55 to 85 degrees are 1.0 to
/// 1.8, and a person's relief deviates from the mean by a quarter.
const HEAD: Gaussian = Gaussian { mean: 1.5, deviation: 0.75 };
/// Inverse focal length of enlargements. If the person turned, a relief unlike the mean face leaves a residual.
const ENLARGED: Gaussian = Gaussian { mean: 0.0, deviation: 0.2 };
/// Outliers of both: their share and their deviation.
const HEAD_OUTLIERS: (f32, f32) = (0.05, 2.0);
const ENLARGED_OUTLIERS: (f32, f32) = (0.03, 1.0);
#[derive(Clone, Copy)]
struct Gaussian {
    mean: f32,
    deviation: f32,
}

impl Gaussian {
    /// Natural logarithm of the density, up to a constant, of a value measured with an error. For outliers the error is
    /// assumed to be twice as large.
    fn log_density(self, value: f32, error: f32, (share, wide): (f32, f32)) -> f32 {
        let of = |deviation: f32| -0.5 * ((value - self.mean) / deviation).powi(2) - deviation.ln();
        let (near, outlier) = (of(self.deviation.hypot(error)), of(wide.hypot(2.0 * error)));
        let (near, outlier) = (near + (1.0 - share).ln(), outlier + share.ln());
        near.max(outlier) + (-(near - outlier).abs()).exp().ln_1p()
    }
}

impl Figures {
    /// Log likelihood ratio of the approach: a head that came nearer against an enlargement of the far picture.
    pub fn over_enlarged(&self) -> f32 {
        // A face that seems to have moved away has not come nearer, by any amount.
        let (focal, error) = (self.inverse_focal.clamp(0.0, 4.0), self.inverse_focal_error);
        HEAD.log_density(focal, error, HEAD_OUTLIERS) - ENLARGED.log_density(focal, error, ENLARGED_OUTLIERS)
    }

    /// Log likelihood ratio of these figures: a head that came nearer against the likeliest alternative, -4.6 to 4.6,
    /// NaN if a figure is NaN. `over_sheet` is the log likelihood ratio against a sheet by any model.
    pub fn log_likelihood_ratio_with(&self, over_sheet: f32) -> f32 {
        let over_enlarged = self.over_enlarged();
        // NaN must not be lost in the minimum.
        if over_sheet.is_nan() {
            over_sheet
        } else if over_enlarged.is_nan() {
            over_enlarged
        } else {
            over_sheet.min(over_enlarged).clamp(-MAX_LOG_RATIO, MAX_LOG_RATIO)
        }
    }

    /// Log likelihood ratio by the fitted model.
    pub(crate) fn log_likelihood_ratio(&self) -> f32 {
        let sum: f32 = WEIGHTS.iter().zip(self.evidence()).map(|(weight, number)| weight * number).sum();
        self.log_likelihood_ratio_with(BIAS + sum)
    }
}

#[cfg(test)]
mod tests {
    use super::MAX_LOG_RATIO;
    use crate::figures::Figures;

    /// Figures of an ordinary head with these values: `over` for both kinds of sheet, `beyond` for both, and an inverse
    /// focal length.
    fn figures(over: f32, beyond: f32, inverse_focal: f32) -> Figures {
        Figures {
            over_cylinder: over,
            over_crease: over,
            beyond_bending: beyond,
            beyond_creases: beyond,
            approach: 0.1 * inverse_focal,
            inverse_focal,
            ..Figures::of_a_head()
        }
    }

    #[test]
    fn a_head_has_to_be_likelier_than_a_sheet_and_an_enlargement() {
        assert!(figures(0.15, 0.2, 1.5).log_likelihood_ratio() > 2.0);
        // A bent or folded print may have any approach, ...
        for inverse_focal in [0.3, 1.5, 2.5] {
            assert!(figures(-0.2, 0.0, inverse_focal).log_likelihood_ratio() < -2.0, "{inverse_focal}");
        }
        // ... and a turned head has the depth of a head.
        assert!(figures(0.3, 0.3, 0.0).log_likelihood_ratio() < -2.0);
        assert!(figures(0.3, 0.3, -1.0).log_likelihood_ratio() < -2.0);
    }

    #[test]
    fn a_fold_is_detected_even_if_it_is_no_cylinder() {
        let mut folded = figures(0.2, 0.0, 1.5);
        folded.over_crease = -0.3;
        assert!(folded.log_likelihood_ratio() < -1.0, "{folded:?}");
    }

    #[test]
    fn an_uncertain_approach_carries_little_evidence() {
        let mut vague = figures(0.3, 0.3, 0.4);
        assert!(vague.over_enlarged() < 0.0);
        vague.inverse_focal_error = 5.0;
        assert!(vague.over_enlarged().abs() < 0.6, "{}", vague.over_enlarged());
    }

    #[test]
    fn ratios_are_limited_and_nan_propagates() {
        assert!(figures(50.0, 50.0, 1.5).log_likelihood_ratio() <= MAX_LOG_RATIO);
        assert_eq!(figures(-50.0, -50.0, -50.0).log_likelihood_ratio(), -MAX_LOG_RATIO);
        assert!(figures(0.3, 0.3, f32::NAN).log_likelihood_ratio().is_nan());
        assert!(figures(f32::NAN, f32::NAN, 1.5).log_likelihood_ratio().is_nan());
    }
}
