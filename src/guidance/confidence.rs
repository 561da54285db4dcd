//! Faces that the detector doubts.

use super::{Assessment, Instruction};
use crate::clock::Millis;

/// Detection score from which a face is one, if everything else about it is right. Animals, wheels and prints score up to
/// 0.84, most of them less than 0.8; clear faces that look ahead have 0.85 and more. Rates: `docs/FRAMES.md`.
const CONFIDENT_SCORE: f32 = 0.84;
/// What a face that was clear in the frame before may fall to.
const STILL_CONFIDENT_SCORE: f32 = 0.8;
/// A doubtful face is taken for one so long after it first was right in everything else, ms. In dim light, behind glasses
/// or under a scarf one in ten faces is doubtful, and nobody is to be kept out for that.
const MAX_WAIT: Millis = 2500.0;

/// Holds back frames in which everything passes but what was found hardly looks like a face.
#[derive(Clone, Copy, Debug, Default)]
pub struct ConfidenceGate {
    is_confident: bool,
    since: Option<Millis>,
}

impl ConfidenceGate {
    /// The assessment of a frame taken at `captured_at` whose main face has this detection score: `no_face` in place of a
    /// pass as long as there is doubt. What fails already is left as it is.
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
