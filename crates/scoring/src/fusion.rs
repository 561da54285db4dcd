//! Fuses the evidence of an attempt into one of three results.
//!
//! Each kind of evidence is a log likelihood ratio: the natural logarithm of how much likelier it is for a bona fide
//! capture than for an attack. The sum decides. Only evidence that was measured on real people may call an attempt an
//! attack; the rest lowers the score a little or makes the result inconclusive.

use crate::analyzer::MainFace;
use crate::limits::Limits;
use crate::verdict::{Bounds, Check, CheckOutcome};
use nearfar_protocol::result::LIVE_SCORE;

/// The most that one kind of evidence contributes, either way: the natural logarithm of 100. The models are fitted to
/// some hundred captures, which cannot support more.
const MAX_LOG_ODDS: f32 = 4.6;
/// The greatest penalty for pictures of barely sufficient quality.
const MAX_QUALITY_PENALTY: f32 = 0.5;

/// The evidence of an attempt, all of it as log odds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fusion {
    /// That the face has depth.
    pub depth: f32,
    /// That far and near show one face. It counts only against a capture: a print always matches itself.
    pub comparison: f32,
    /// That the networks for presentation attack detection take far and near for a living person, if there are any.
    pub pad: Option<f32>,
    /// Penalties, each 0 or more, by their names in the figures. They were never measured on real people.
    pub penalties: [(&'static str, f32); 5],
    /// The penalty for poor pictures, 0 or more. It lowers a score above 50 and never changes the result: the evidence
    /// of depth is already weaker in such pictures.
    pub quality: f32,
}

/// The result of the fusion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FusionResult {
    /// A living head; the score, 50 to 100.
    Live(u8),
    /// An attack; the score, 1 to 49.
    Attack(u8),
    /// The evidence does not decide.
    Inconclusive,
}

impl Fusion {
    /// The evidence that was measured on real people, by us or by the operator. A sheet has no depth, and a video has
    /// the depth of the person it shows. A living person has to be likelier than either, so the lesser of the two
    /// counts.
    fn measured(&self) -> f32 {
        let over_sheet = self.depth.clamp(-MAX_LOG_ODDS, MAX_LOG_ODDS) + self.comparison.clamp(-MAX_LOG_ODDS, 0.0);
        self.pad.map_or(over_sheet, |pad| over_sheet.min(pad.clamp(-MAX_LOG_ODDS, MAX_LOG_ODDS)))
    }

    /// The evidence that decides the result.
    fn decisive(&self) -> f32 {
        self.measured() - self.penalties.iter().map(|(_, penalty)| penalty.max(0.0)).sum::<f32>()
    }

    /// All evidence.
    pub fn sum(&self) -> f32 {
        self.decisive() - self.quality.max(0.0)
    }

    /// The result: live if all evidence but the quality of the pictures supports it, an attack only by what was
    /// measured on real people.
    pub fn result(&self, limits: &Limits) -> FusionResult {
        let measured = likelihood(self.measured());
        let least = f32::from(LIVE_SCORE);
        if self.decisive() >= 0.0 {
            FusionResult::Live((100.0 * likelihood(self.sum())).round().clamp(least, 100.0) as u8)
        } else if measured < limits.attack_below {
            FusionResult::Attack((100.0 * measured).round().clamp(1.0, least - 1.0) as u8)
        } else {
            FusionResult::Inconclusive
        }
    }

    /// The result as a check, with the contributions.
    pub fn check(&self, limits: &Limits) -> CheckOutcome {
        let outcome = CheckOutcome::passed(Check::Certainty)
            .with("depth", self.depth.clamp(-MAX_LOG_ODDS, MAX_LOG_ODDS))
            .with("likeness", self.comparison.clamp(-MAX_LOG_ODDS, 0.0))
            .with_bounds("decisive", self.decisive(), Bounds::at_least(0.0))
            .with("logOdds", self.sum());
        let outcome =
            self.pad.map_or(outcome.clone(), |pad| outcome.with("pad", pad.clamp(-MAX_LOG_ODDS, MAX_LOG_ODDS)));
        let penalties = self.penalties.into_iter().chain([("quality", self.quality)]);
        let outcome = penalties.fold(outcome, |outcome, (name, penalty)| outcome.with(name, 0.0 - penalty));
        outcome.require(self.result(limits) != FusionResult::Inconclusive, || {
            "what speaks for a living head and what speaks against it leave doubt".into()
        })
    }
}

/// The likelihood of a bona fide capture with these log odds, 0 to 1, if an attack is equally likely beforehand.
pub fn likelihood(log_odds: f32) -> f32 {
    1.0 / (1.0 + (-log_odds).exp())
}

/// The penalty for faces of barely sufficient quality, 0 to 0.5, by the weakest measurement of either face.
pub fn quality_penalty(faces: [&MainFace; 2], growth: f32, limits: &Limits) -> f32 {
    let margin = faces.map(|face| quality_margin(face, limits)).into_iter().fold(1.0, f32::min);
    let growth_margin = clamp_share((growth - limits.min_growth) / (0.25 * limits.min_growth));
    MAX_QUALITY_PENALTY * (1.0 - margin.min(growth_margin))
}

/// How far the weakest measurement of a face is from its limit: 0 at the limit, 1 from halfway to the best value on.
fn quality_margin(face: &MainFace, limits: &Limits) -> f32 {
    let wide = limits.widened();
    let measured = &face.measurements;
    let below = |value: f32, limit: f32| clamp_share(2.0 * (1.0 - value / limit.max(1e-3)));
    let above = |value: f32, limit: f32, best: f32| clamp_share(2.0 * (value - limit) / (best - limit).max(1e-3));
    [
        below(measured.pose.yaw.abs(), wide.max_yaw),
        below(measured.pose.pitch.abs(), wide.max_pitch),
        below(measured.pose.roll.abs(), wide.max_roll),
        below(measured.occlusion, wide.max_occlusion),
        above(measured.sharpness, wide.min_sharpness, 0.6),
        // Well exposed skin of any tone has 0.3 or more.
        above(measured.brightness, wide.min_brightness, 0.3),
        above(face.face.score, wide.min_score, 0.9),
    ]
    .into_iter()
    .fold(1.0, f32::min)
}

/// Clamps to 0 to 1; NaN becomes 0.
fn clamp_share(value: f32) -> f32 {
    if value > 0.0 { value.min(1.0) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fusion(depth: f32, comparison: f32, penalty: f32) -> Fusion {
        let penalties =
            [("background", penalty), ("screen", 0.0), ("source", 0.0), ("reflection", 0.0), ("focalLength", 0.0)];
        Fusion { depth, comparison, pad: None, penalties, quality: 0.0 }
    }

    #[test]
    fn there_are_three_results() {
        let result = |depth, comparison, penalty| fusion(depth, comparison, penalty).result(&Limits::default());
        assert_eq!(result(3.0, 4.0, 0.0), FusionResult::Live(95));
        assert_eq!(result(0.0, 4.0, 0.0), FusionResult::Live(50));
        assert_eq!(result(-0.5, 4.0, 0.0), FusionResult::Inconclusive);
        assert_eq!(result(-1.5, 4.0, 0.0), FusionResult::Inconclusive);
        assert_eq!(result(-2.5, 4.0, 0.0), FusionResult::Attack(8));
        // Measured kinds of evidence add up, ...
        assert_eq!(result(3.0, -2.0, 0.0), FusionResult::Live(73));
        assert_eq!(result(3.0, -3.5, 0.0), FusionResult::Inconclusive);
        assert_eq!(result(-0.5, -2.0, 0.0), FusionResult::Attack(8));
        // ... and a good comparison does not turn a print into a head.
        assert_eq!(result(-2.5, 9.0, 0.0), result(-2.5, 0.0, 0.0));
    }

    #[test]
    fn depth_and_a_network_do_not_compensate_for_each_other() {
        let result = |depth, pad| Fusion { pad: Some(pad), ..fusion(depth, 0.0, 0.0) }.result(&Limits::default());
        assert_eq!(result(3.0, 9.0), FusionResult::Live(95));
        assert_eq!(result(4.0, 1.0), FusionResult::Live(73));
        assert_eq!(result(9.0, -1.0), FusionResult::Inconclusive);
        assert_eq!(result(9.0, -3.0), FusionResult::Attack(5));
        assert_eq!(result(-3.0, 9.0), FusionResult::Attack(5));
    }

    #[test]
    fn poor_pictures_lower_the_score_but_do_not_change_the_result() {
        let poor = |depth| Fusion { quality: 0.5, ..fusion(depth, 0.0, 0.0) }.result(&Limits::default());
        assert_eq!(poor(3.0), FusionResult::Live(92));
        assert_eq!(poor(0.1), FusionResult::Live(50));
        assert_eq!(poor(-0.1), FusionResult::Inconclusive);
        assert_eq!(poor(-1.9), FusionResult::Inconclusive);
    }

    #[test]
    fn penalties_alone_never_make_an_attack() {
        for penalty in [0.5, 1.0, 10.0, 1e9] {
            assert_eq!(fusion(0.2, 1.0, penalty).result(&Limits::default()), FusionResult::Inconclusive);
        }
        let failed = fusion(0.2, 1.0, 0.5).check(&Limits::default());
        assert!(failed.has_failed() && (failed.figures["logOdds"] + 0.3).abs() < 1e-6, "{failed:?}");
        assert!(!fusion(0.2, 1.0, 0.0).check(&Limits::default()).has_failed());
    }
}
