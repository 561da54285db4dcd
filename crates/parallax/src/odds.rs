//! From figures to a likelihood ratio.

use crate::odds_model::{BIAS, WEIGHTS};
use crate::parallax::Figures;

/// How many numbers speak for or against depth.
pub const EVIDENCE: usize = 4;
/// Their names, in order.
pub const EVIDENCE_NAMES: [&str; EVIDENCE] = ["correlation", "over_cylinder", "beyond_bending", "approach"];

/// Natural logarithm of 100: the sets that the weights are fitted to have some hundred members and cannot say more.
const MOST: f32 = 4.6;

impl Figures {
    /// What the likelihood ratio is made of, each held within limits, so that none outweighs all others.
    pub fn evidence(&self) -> [f32; EVIDENCE] {
        [
            self.correlation,
            self.over_cylinder.clamp(-1.0, 1.0),
            self.beyond_bending.clamp(-0.5, 0.5),
            self.approach.clamp(-0.3, 0.3),
        ]
    }

    /// Natural logarithm of how much likelier these figures are for a face's depth than for something flat or bent,
    /// -4.6 to 4.6.
    pub(crate) fn log_likelihood_ratio(&self) -> f32 {
        let sum: f32 = WEIGHTS.iter().zip(self.evidence()).map(|(weight, number)| weight * number).sum();
        (BIAS + sum).clamp(-MOST, MOST)
    }
}

#[cfg(test)]
mod tests {
    use super::MOST;
    use crate::parallax::Figures;

    fn figures(correlation: f32, over_cylinder: f32, beyond_bending: f32, approach: f32) -> Figures {
        Figures {
            points: 500,
            inlier_share: 0.7,
            residual: 0.8,
            noise: 0.2,
            correlation,
            over_cylinder,
            beyond_bending,
            approach,
            approach_error: 0.01,
        }
    }

    #[test]
    fn every_number_speaks_for_depth_and_none_for_everything() {
        let middling = figures(0.5, 0.1, 0.1, 0.05).log_likelihood_ratio();
        let more = [
            figures(0.7, 0.1, 0.1, 0.05),
            figures(0.5, 0.3, 0.1, 0.05),
            figures(0.5, 0.1, 0.2, 0.05),
            figures(0.5, 0.1, 0.1, 0.1),
        ];
        for figures in more {
            assert!(figures.log_likelihood_ratio() > middling, "{figures:?}");
        }
        assert_eq!(figures(1.0, 50.0, 50.0, 50.0).log_likelihood_ratio(), MOST);
        assert_eq!(figures(-1.0, -50.0, -50.0, -50.0).log_likelihood_ratio(), -MOST);
    }

    #[test]
    fn a_convex_print_does_not_pass_by_its_correlation() {
        // The print bent by 9 cm with the largest correlation and approach of those that the weights were fitted to.
        assert!(figures(0.9, -0.6, 0.0, 0.1).log_likelihood_ratio() < 0.0);
        assert!(figures(0.9, 0.2, 0.2, 0.1).log_likelihood_ratio() > 0.0);
    }
}
