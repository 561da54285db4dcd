//! Which instruction is on the screen: the assessments without their flicker.

use super::assess::Assessment;
use super::instruction::Instruction;
use crate::clock::Millis;

/// Keeps the shown instruction steady.
///
/// - The first instruction shows at once.
/// - A shown instruction stays for at least the hold.
/// - Another takes its place after it has been the assessment for a whole hold; `keep_still`, which is good
///   news and asks for no motion, needs no hold of its own.
/// - One whose own check passes again gives way sooner: whoever hears "move closer" and cannot see the picture would go
///   too far.
/// - One that has not been the assessment for two holds gives way to whatever is assessed now: when the
///   assessment wavers between two others, a text that is plainly wrong must not stay.
#[derive(Clone, Debug, Default)]
pub struct Hysteresis {
    shown: Option<Shown>,
}

/// After this part of a hold an instruction counts as followed.
const FOLLOWED_FRACTION: Millis = 1.0 / 3.0;

#[derive(Clone, Copy, Debug)]
struct Shown {
    instruction: Instruction,
    since: Millis,
    /// When it was last what the assessment said.
    last_assessed: Millis,
    /// Since when its own check passes.
    passes_since: Option<Millis>,
    candidate: Instruction,
    candidate_since: Millis,
}

impl Hysteresis {
    /// Takes the assessment of one frame and says what to show newly, if anything. `hold` in ms.
    pub fn update(&mut self, assessment: &Assessment, hold: Millis, now: Millis) -> Option<Instruction> {
        let assessed = assessment.instruction;
        let Some(shown) = &mut self.shown else {
            self.show(assessed, now);
            return Some(assessed);
        };
        if assessed != shown.candidate {
            (shown.candidate, shown.candidate_since) = (assessed, now);
        }
        if assessment.failing.contains(shown.instruction) {
            shown.passes_since = None;
        }
        if assessed == shown.instruction {
            shown.last_assessed = now;
            return None;
        }
        // "Keep still" asks for nothing that could be followed with.
        let followed = shown.instruction != Instruction::KeepStill
            && !assessment.failing.contains(shown.instruction)
            && now - *shown.passes_since.get_or_insert(now) >= hold * FOLLOWED_FRACTION;
        let held = now - shown.candidate_since >= hold || assessed == Instruction::KeepStill;
        let stale = now - shown.last_assessed >= 2.0 * hold;
        if now - shown.since < hold || !(held || stale || followed) {
            return None;
        }
        self.show(assessed, now);
        Some(assessed)
    }

    /// What is shown now.
    pub fn shown(&self) -> Option<Instruction> {
        self.shown.map(|shown| shown.instruction)
    }

    /// Forgets what is shown, so that the next assessment shows at once: for a new stage.
    pub fn reset(&mut self) {
        self.shown = None;
    }

    fn show(&mut self, instruction: Instruction, now: Millis) {
        self.shown = Some(Shown {
            instruction,
            since: now,
            last_assessed: now,
            passes_since: None,
            candidate: instruction,
            candidate_since: now,
        });
    }
}
