//! From figures to a likelihood ratio.

use super::odds_model::{BIAS, WEIGHTS};
use super::parallax::Figures;

/// How many numbers speak for or against depth.
pub const EVIDENCE: usize = 4;
/// Their names, in order.
pub const EVIDENCE_NAMES: [&str; EVIDENCE] = ["correlation", "over_cylinder", "beyond_bending", "approach"];

/// Natural logarithm of 1000: the sets that the weights are fitted to have not enough members to say more.
const MOST: f32 = 6.9;

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
    /// -6.9 to 6.9.
    pub(super) fn log_likelihood_ratio(&self) -> f32 {
        let sum: f32 = WEIGHTS.iter().zip(self.evidence()).map(|(weight, number)| weight * number).sum();
        (BIAS + sum).clamp(-MOST, MOST)
    }
}
