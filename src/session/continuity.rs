//! Whether the face that is there now can be the face that was there before.
//!
//! Two cheap signs, neither of them recognition: a body cannot jump, and a face does not change its colours.

use super::appearance::Appearance;
use super::{Observation, RestartReason, SessionConfig};
use crate::clock::Millis;
use crate::frame::Rect;

/// From this [`Appearance::difference`] on, it is another face. Measured on 21 portraits by
/// `crates/evaluation/src/bin/appearance.rs`: the same photograph under other light, colour, distance, focus and box
/// stays below 0.83 (290 pairs); 93 % of 210 pairs of different people lie above. Twice the worst of the former
/// leaves room for what a photograph cannot show, such as perspective: a wrong alarm costs a whole attempt.
const MAX_DIFFERENCE: f32 = 1.6;

/// How far a face can get between two frames, in its own widths: a tolerance of the detector, and what a quick
/// lean can do in a second.
const JUMP_TOLERANCE: f32 = 0.5;
const MAX_SPEED: f32 = 5.0;
/// The same for the natural logarithm of its width.
const GROWTH_TOLERANCE: f32 = 0.35;
const MAX_GROWTH_RATE: f32 = 3.0;

/// Follows one face from frame to frame.
#[derive(Clone, Debug, Default)]
pub(super) struct Continuity {
    last: Option<(Rect, Millis)>,
    second_face_since: Option<Millis>,
    mismatch_since: Option<Millis>,
    reference: Option<Appearance>,
}

impl Continuity {
    /// The appearance that later frames must match: that of the far frame.
    pub fn set_reference(&mut self, appearance: Option<Appearance>) {
        self.reference = appearance;
    }

    /// Takes a frame and says what broke, if anything.
    pub fn check(&mut self, frame: &Observation, config: &SessionConfig) -> Option<RestartReason> {
        let at = frame.captured_at;
        if self.last.is_some_and(|(_, last)| at - last > f64::from(config.face_lost)) {
            return Some(RestartReason::FaceLost);
        }
        let tolerance = f64::from(config.other_face);
        if persists(&mut self.second_face_since, frame.multiple_faces, at, tolerance) {
            return Some(RestartReason::MultipleFaces);
        }
        let bbox = frame.face.as_ref()?.bbox();
        let jumped = self.last.is_some_and(|(last, since)| is_jump(&last, &bbox, (at - since) as f32 / 1000.0));
        self.last = Some((bbox, at));
        let is_mismatch = self.is_mismatch(frame);
        let mismatch = persists(&mut self.mismatch_since, is_mismatch, at, tolerance);
        (jumped || mismatch).then_some(RestartReason::FaceChanged)
    }

    /// Forgets everything.
    pub fn reset(&mut self) {
        *self = Continuity::default();
    }

    /// Only a frame that passes is like the far one in pose and light, so that looks can be compared.
    fn is_mismatch(&self, frame: &Observation) -> bool {
        match (&self.reference, &frame.appearance) {
            (Some(reference), Some(appearance)) if frame.passes => reference.difference(appearance) > MAX_DIFFERENCE,
            _ => false,
        }
    }
}

/// Whether something has been so for longer than `tolerance` ms; `since` remembers from when.
fn persists(since: &mut Option<Millis>, is_so: bool, at: Millis, tolerance: Millis) -> bool {
    if !is_so {
        *since = None;
        return false;
    }
    at - *since.get_or_insert(at) >= tolerance
}

fn is_jump(before: &Rect, now: &Rect, seconds: f32) -> bool {
    let width = before.width.max(now.width).max(1.0);
    let moved = before.center().distance(now.center()) / width;
    let grown = (now.width.max(1.0) / before.width.max(1.0)).ln().abs();
    moved > JUMP_TOLERANCE + MAX_SPEED * seconds || grown > GROWTH_TOLERANCE + MAX_GROWTH_RATE * seconds
}
