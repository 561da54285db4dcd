//! Which instruction is on the screen: the assessments without their flicker.

use super::Instruction;
use crate::clock::Millis;

/// Keeps the shown instruction steady.
///
/// - The first instruction shows at once.
/// - A shown instruction stays for at least the hold.
/// - Another takes its place after it has been the assessment for a whole hold; `keep_still`, which is good
///   news and asks for no motion, needs no hold of its own.
/// - One that has not been the assessment for two holds gives way to whatever is assessed now: when the
///   assessment wavers between two others, a text that is plainly wrong must not stay.
#[derive(Clone, Debug, Default)]
pub struct Hysteresis {
    shown: Option<Shown>,
}

#[derive(Clone, Copy, Debug)]
struct Shown {
    instruction: Instruction,
    since: Millis,
    /// When it was last what the assessment said.
    confirmed: Millis,
    candidate: Instruction,
    candidate_since: Millis,
}

impl Hysteresis {
    /// Takes the assessment of one frame and says what to show newly, if anything. `hold` in ms.
    pub fn update(&mut self, assessed: Instruction, hold: Millis, now: Millis) -> Option<Instruction> {
        let Some(shown) = &mut self.shown else {
            self.show(assessed, now);
            return Some(assessed);
        };
        if assessed != shown.candidate {
            (shown.candidate, shown.candidate_since) = (assessed, now);
        }
        if assessed == shown.instruction {
            shown.confirmed = now;
            return None;
        }
        let held = now - shown.candidate_since >= hold || assessed == Instruction::KeepStill;
        let stale = now - shown.confirmed >= 2.0 * hold;
        if now - shown.since < hold || !(held || stale) {
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
        self.shown =
            Some(Shown { instruction, since: now, confirmed: now, candidate: instruction, candidate_since: now });
    }
}
