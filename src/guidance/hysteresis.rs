//! Selects the displayed instruction: smooths the assessments of single frames.

use super::assess::Assessment;
use super::instruction::Instruction;
use crate::clock::Millis;

/// Keeps the displayed instruction steady.
///
/// - The first instruction is shown at once.
/// - An instruction is shown for at least the hold.
/// - Another one replaces it after it has been the assessment for a whole hold. `keep_still` is good news and asks for
///   no motion, so it needs no hold.
/// - An instruction whose own check passes again is replaced sooner: someone who hears "move closer" and cannot see
///   the picture would go too far.
/// - An instruction that has not been the assessment for two holds is replaced by the current assessment: when the
///   assessment alternates between two others, a wrong text must not stay.
#[derive(Clone, Debug, Default)]
pub struct Hysteresis {
    shown: Option<Shown>,
}

/// Share of the hold after which an instruction counts as followed.
const FOLLOWED_FRACTION: Millis = 1.0 / 3.0;

#[derive(Clone, Copy, Debug)]
struct Shown {
    instruction: Instruction,
    since: Millis,
    /// When it was last the assessment's instruction.
    last_assessed: Millis,
    /// Since when its own check passes.
    passes_since: Option<Millis>,
    candidate: Instruction,
    candidate_since: Millis,
}

impl Hysteresis {
    /// Takes the assessment of one frame and returns the instruction to show, if it changes. `hold` is in ms.
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
        // "Keep still" asks for nothing that could be followed.
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

    /// The displayed instruction.
    pub fn shown(&self) -> Option<Instruction> {
        self.shown.map(|shown| shown.instruction)
    }

    /// Forgets the displayed instruction, so that the next assessment shows at once: for a new stage.
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
