//! Requires a confident detection before a frame passes.

use super::{Assessment, Instruction};
use crate::clock::Millis;

/// Detection score from which a face counts, if all other checks pass. Animals, wheels and prints score up to 0.84,
/// most of them less than 0.8; clear frontal faces have 0.85 and more. Rates: `docs/FRAMES.md`.
const CONFIDENT_SCORE: f32 = 0.84;
/// Score down to which a face that was confident in the previous frame stays so.
const STILL_CONFIDENT_SCORE: f32 = 0.8;
/// A face with a lower score counts after this time, ms, since it first passed all other checks. In dim light, behind
/// glasses or under a scarf one in ten faces scores lower, and nobody may be excluded for that.
const MAX_WAIT: Millis = 2500.0;

/// Holds back frames that pass all checks except for a low detection score.
#[derive(Clone, Copy, Debug, Default)]
pub struct ConfidenceGate {
    is_confident: bool,
    since: Option<Millis>,
}

impl ConfidenceGate {
    /// Filters the assessment of a frame captured at `captured_at` whose main face has this detection score: a pass
    /// becomes `no_face` until the face is confident. A failing assessment is returned unchanged.
    pub fn apply(&mut self, assessment: Assessment, score: Option<f32>, captured_at: Millis) -> Assessment {
        let Some(score) = score else {
            *self = ConfidenceGate::default();
            return assessment;
        };
        if !assessment.passes() {
            return assessment;
        }
        let since = *self.since.get_or_insert(captured_at);
        self.is_confident = score >= if self.is_confident { STILL_CONFIDENT_SCORE } else { CONFIDENT_SCORE };
        if self.is_confident || captured_at - since >= MAX_WAIT {
            return assessment;
        }
        Assessment { instruction: Instruction::NoFace, failing: [Instruction::NoFace].into_iter().collect() }
    }
}
