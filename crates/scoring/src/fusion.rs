//! How evidence adds up to one of three answers.
//!
//! Each kind of evidence is the natural logarithm of how much likelier it is for an honest capture than for an attack, and
//! all are summed. What was measured on real people may refuse; what was not only lowers the score a little, or leaves the
//! attempt without an answer.

use crate::analyzer::MainFace;
use crate::limits::Limits;
use crate::verdict::{Check, CheckOutcome};

/// The most that one kind of evidence says, either way: natural logarithm of 100. It is fitted to some hundred captures,
/// which cannot say more.
const MOST: f32 = 4.6;
/// The most that pictures take off that are hardly good enough to tell.
const DOUBT: f32 = 0.5;

/// What is known of an attempt, all as log odds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weighed {
    /// That the face has depth.
    pub depth: f32,
    /// That far and near show one face. It counts only where it speaks against: a print is always like itself.
    pub likeness: f32,
    /// That networks for presentation attack detection take far and near for a living person, where there are some.
    pub pad: Option<f32>,
    /// What the rest takes off, each 0 or more, with its name among the figures: never measured on real people.
    pub doubts: [(&'static str, f32); 5],
    /// What poor pictures take off, 0 or more. It lowers a score of more than 50 and never changes which of the three answers
    /// is given: the evidence of depth says less of such pictures by itself.
    pub quality: f32,
}

/// What is said of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// A living head; the score, 50 to 100.
    Live(u8),
    /// An attack; the score, 1 to 49.
    Attack(u8),
    /// It cannot be told.
    Inconclusive,
}

impl Weighed {
    /// Of what was measured on real people, by us or by the operator. A sheet has no depth, and a film has the depth of the
    /// person that it shows: a living person has to be likelier than a sheet and likelier than a film, so the lesser of the
    /// two counts.
    fn measured(&self) -> f32 {
        let over_sheet = self.depth.clamp(-MOST, MOST) + self.likeness.clamp(-MOST, 0.0);
        self.pad.map_or(over_sheet, |pad| over_sheet.min(pad.clamp(-MOST, MOST)))
    }

    /// Of all that decides.
    fn decisive(&self) -> f32 {
        self.measured() - self.doubts.iter().map(|(_, doubt)| doubt.max(0.0)).sum::<f32>()
    }

    /// Of everything.
    pub fn sum(&self) -> f32 {
        self.decisive() - self.quality.max(0.0)
    }

    /// A living head where all evidence together, but for the pictures' quality, speaks for one. An attack only by what was measured on real people.
    pub fn answer(&self, limits: &Limits) -> Answer {
        let measured = likelihood(self.measured());
        if self.decisive() >= 0.0 {
            Answer::Live((100.0 * likelihood(self.sum())).round().clamp(50.0, 100.0) as u8)
        } else if measured < limits.attack_below {
            Answer::Attack((100.0 * measured).round().clamp(1.0, 49.0) as u8)
        } else {
            Answer::Inconclusive
        }
    }

    /// The answer as a check, with what it came from.
    pub fn certainty(&self, limits: &Limits) -> CheckOutcome {
        let outcome = CheckOutcome::passed(Check::Certainty)
            .with("depth", self.depth.clamp(-MOST, MOST))
            .with("likeness", self.likeness.clamp(-MOST, 0.0))
            .with("logOdds", self.sum());
        let outcome = self.pad.map_or(outcome.clone(), |pad| outcome.with("pad", pad.clamp(-MOST, MOST)));
        let less = self.doubts.into_iter().chain([("quality", self.quality)]);
        let outcome = less.fold(outcome, |outcome, (name, doubt)| outcome.with(name, 0.0 - doubt));
        outcome.require(self.answer(limits) != Answer::Inconclusive, || {
            "what speaks for a living head and what speaks against it leave doubt".into()
        })
    }
}

/// How likely an honest capture is by its log odds, if an attack is as likely beforehand, 0 to 1.
pub fn likelihood(log_odds: f32) -> f32 {
    1.0 / (1.0 + (-log_odds).exp())
}

/// What faces that are hardly good enough to tell take off the log odds, 0 to 0.5: by the weakest figure of either.
pub fn quality_doubt(faces: [&MainFace; 2], growth: f32, limits: &Limits) -> f32 {
    let comfort = faces.map(|face| comfort(face, limits)).into_iter().fold(1.0, f32::min);
    let grown = share((growth - limits.min_growth) / (0.25 * limits.min_growth));
    DOUBT * (1.0 - comfort.min(grown))
}

/// How far the weakest figure of a face is from its limit: 0 at it, 1 from halfway to the best value on.
fn comfort(face: &MainFace, limits: &Limits) -> f32 {
    let wide = limits.widened();
    let measured = &face.measured;
    let below = |value: f32, limit: f32| share(2.0 * (1.0 - value / limit.max(1e-3)));
    let above = |value: f32, limit: f32, best: f32| share(2.0 * (value - limit) / (best - limit).max(1e-3));
    [
        below(measured.pose.yaw.abs(), wide.max_yaw),
        below(measured.pose.pitch.abs(), wide.max_pitch),
        below(measured.pose.roll.abs(), wide.max_roll),
        below(measured.occlusion, wide.max_occlusion),
        above(measured.sharpness, wide.min_sharpness, 0.6),
        // Well exposed skin of any tone has 0.3 and more.
        above(measured.brightness, wide.min_brightness, 0.3),
        above(face.face.score, wide.min_score, 0.9),
    ]
    .into_iter()
    .fold(1.0, f32::min)
}

/// Within 0 to 1; a NaN is 0.
fn share(value: f32) -> f32 {
    if value > 0.0 { value.min(1.0) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weighed(depth: f32, likeness: f32, doubt: f32) -> Weighed {
        let doubts =
            [("background", doubt), ("screen", 0.0), ("source", 0.0), ("reflection", 0.0), ("focalLength", 0.0)];
        Weighed { depth, likeness, pad: None, doubts, quality: 0.0 }
    }

    #[test]
    fn there_are_three_answers() {
        let answer = |depth, likeness, doubt| weighed(depth, likeness, doubt).answer(&Limits::default());
        assert_eq!(answer(3.0, 4.0, 0.0), Answer::Live(95));
        assert_eq!(answer(0.0, 4.0, 0.0), Answer::Live(50));
        assert_eq!(answer(-0.5, 4.0, 0.0), Answer::Inconclusive);
        assert_eq!(answer(-1.5, 4.0, 0.0), Answer::Inconclusive);
        assert_eq!(answer(-2.5, 4.0, 0.0), Answer::Attack(8));
        // Two kinds of evidence that were measured add up, ...
        assert_eq!(answer(3.0, -2.0, 0.0), Answer::Live(73));
        assert_eq!(answer(3.0, -3.5, 0.0), Answer::Inconclusive);
        assert_eq!(answer(-0.5, -2.0, 0.0), Answer::Attack(8));
        // ... and likeness makes no print a head.
        assert_eq!(answer(-2.5, 9.0, 0.0), answer(-2.5, 0.0, 0.0));
    }

    #[test]
    fn neither_depth_nor_a_network_makes_up_for_the_other() {
        let answer = |depth, pad| Weighed { pad: Some(pad), ..weighed(depth, 0.0, 0.0) }.answer(&Limits::default());
        assert_eq!(answer(3.0, 9.0), Answer::Live(95));
        assert_eq!(answer(4.0, 1.0), Answer::Live(73));
        assert_eq!(answer(9.0, -1.0), Answer::Inconclusive);
        assert_eq!(answer(9.0, -3.0), Answer::Attack(5));
        assert_eq!(answer(-3.0, 9.0), Answer::Attack(5));
    }

    #[test]
    fn poor_pictures_lower_the_score_and_change_no_answer() {
        let poor = |depth| Weighed { quality: 0.5, ..weighed(depth, 0.0, 0.0) }.answer(&Limits::default());
        assert_eq!(poor(3.0), Answer::Live(92));
        assert_eq!(poor(0.1), Answer::Live(50));
        assert_eq!(poor(-0.1), Answer::Inconclusive);
        assert_eq!(poor(-1.9), Answer::Inconclusive);
    }

    #[test]
    fn what_was_never_measured_on_people_calls_nobody_an_attacker() {
        for doubt in [0.5, 1.0, 10.0, 1e9] {
            assert_eq!(weighed(0.2, 1.0, doubt).answer(&Limits::default()), Answer::Inconclusive);
        }
        let failed = weighed(0.2, 1.0, 0.5).certainty(&Limits::default());
        assert!(failed.has_failed() && (failed.figures["logOdds"] + 0.3).abs() < 1e-6, "{failed:?}");
        assert!(!weighed(0.2, 1.0, 0.0).certainty(&Limits::default()).has_failed());
    }
}
