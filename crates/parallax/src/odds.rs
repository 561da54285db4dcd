//! From figures to a likelihood ratio.
//!
//! Two things look like somebody who comes nearer: a print, which may be bent or folded, and far itself enlarged, the person
//! having turned meanwhile. A head must be likelier than either, so the lesser of both ratios counts.

use crate::figures::Figures;
use crate::odds_model::{BIAS, WEIGHTS};

/// Natural logarithm of 100: the sets that the weights are fitted to have some hundred members and cannot say more.
const MOST: f32 = 4.6;

/// The inverse focal length, over the diagonal, of people who came nearer: fields of view of 55 to 85 degrees are 1.0 to 1.8,
/// and a person's relief is off the mean one's by a quarter.
const HEAD: Normal = Normal { mean: 1.5, deviation: 0.75 };
/// Of what was only enlarged. The relief of a person unlike the mean face leaves a little, where they turned.
const ENLARGED: Normal = Normal { mean: 0.0, deviation: 0.2 };
/// Few of either lie far off for reasons of their own: so large a share, and so widely.
const HEADS_ASTRAY: (f32, f32) = (0.05, 2.0);
const ENLARGED_ASTRAY: (f32, f32) = (0.03, 1.0);
#[derive(Clone, Copy)]
struct Normal {
    mean: f32,
    deviation: f32,
}

impl Normal {
    /// Natural logarithm of the density, but for a constant, of a value that was measured with an error; some are astray,
    /// and their error is taken to be twice as large.
    fn log_density(self, value: f32, error: f32, (share, wide): (f32, f32)) -> f32 {
        let of = |deviation: f32| -0.5 * ((value - self.mean) / deviation).powi(2) - deviation.ln();
        let (near, astray) = (of(self.deviation.hypot(error)), of(wide.hypot(2.0 * error)));
        let (near, astray) = (near + (1.0 - share).ln(), astray + share.ln());
        near.max(astray) + (-(near - astray).abs()).exp().ln_1p()
    }
}

impl Figures {
    /// Natural logarithm of how much likelier the approach is for a head that came nearer than for far enlarged.
    pub fn over_enlarged(&self) -> f32 {
        // Whoever seems to have gone away has not come nearer either, by however much.
        let (focal, error) = (self.inverse_focal.clamp(0.0, 4.0), self.inverse_focal_error);
        HEAD.log_density(focal, error, HEADS_ASTRAY) - ENLARGED.log_density(focal, error, ENLARGED_ASTRAY)
    }

    /// Natural logarithm of how much likelier these figures are for a head that came nearer than for the likeliest of what
    /// else it could be, -4.6 to 4.6, NaN where a figure is. `over_sheet`: that against a sheet, by whichever model.
    pub fn log_likelihood_ratio_with(&self, over_sheet: f32) -> f32 {
        let over_enlarged = self.over_enlarged();
        // A number that is none is not lost among the others.
        if over_sheet.is_nan() {
            over_sheet
        } else if over_enlarged.is_nan() {
            over_enlarged
        } else {
            over_sheet.min(over_enlarged).clamp(-MOST, MOST)
        }
    }

    /// The same by the fitted model.
    pub(crate) fn log_likelihood_ratio(&self) -> f32 {
        let sum: f32 = WEIGHTS.iter().zip(self.evidence()).map(|(weight, number)| weight * number).sum();
        self.log_likelihood_ratio_with(BIAS + sum)
    }
}

#[cfg(test)]
mod tests {
    use super::MOST;
    use crate::figures::Figures;

    /// Of an ordinary head: `over` both kinds of sheet, `beyond` both, and an inverse focal length.
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
    fn a_head_has_to_be_likelier_than_a_sheet_and_than_far_enlarged() {
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
    fn a_fold_that_a_cylinder_is_not_is_a_fold_all_the_same() {
        let mut folded = figures(0.2, 0.0, 1.5);
        folded.over_crease = -0.3;
        assert!(folded.log_likelihood_ratio() < -1.0, "{folded:?}");
    }

    #[test]
    fn an_approach_that_is_hardly_known_says_hardly_anything() {
        let mut vague = figures(0.3, 0.3, 0.4);
        assert!(vague.over_enlarged() < 0.0);
        vague.inverse_focal_error = 5.0;
        assert!(vague.over_enlarged().abs() < 0.6, "{}", vague.over_enlarged());
    }

    #[test]
    fn nothing_is_certain_and_no_number_is_missed() {
        assert!(figures(50.0, 50.0, 1.5).log_likelihood_ratio() <= MOST);
        assert_eq!(figures(-50.0, -50.0, -50.0).log_likelihood_ratio(), -MOST);
        assert!(figures(0.3, 0.3, f32::NAN).log_likelihood_ratio().is_nan());
        assert!(figures(f32::NAN, f32::NAN, 1.5).log_likelihood_ratio().is_nan());
    }
}
