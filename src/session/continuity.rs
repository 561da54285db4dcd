//! Detects that the face may have been exchanged.
//!
//! Uses two cheap cues, neither of which is recognition: a body cannot jump, and a face does not change its colours.

use super::appearance::Appearance;
use super::{Observation, RestartReason, SessionConfig};
use crate::clock::Millis;
use crate::frame::Rect;

/// [`Appearance::difference`] from which two faces count as different. Measured on 21 portraits by
/// `crates/evaluation/src/bin/appearance.rs`: the same photograph under different light, colour, distance, focus and
/// box stays below 0.83 (290 pairs); 93 % of 210 pairs of different people are above. Twice the worst of the former
/// leaves room for what photographs cannot show, such as perspective: a false alarm costs a whole attempt.
const MAX_DIFFERENCE: f32 = 1.6;

/// Maximum motion between two frames in face widths: a tolerance for the detector, plus a speed per second that a quick
/// lean can reach.
const JUMP_TOLERANCE: f32 = 0.5;
const MAX_SPEED: f32 = 5.0;
/// The same for the natural logarithm of the face's width.
const GROWTH_TOLERANCE: f32 = 0.35;
const MAX_GROWTH_RATE: f32 = 3.0;

/// Tracks the continuity of one face over frames.
#[derive(Clone, Debug, Default)]
pub(super) struct Continuity {
    last: Option<(Rect, Millis)>,
    second_face_since: Option<Millis>,
    mismatch_since: Option<Millis>,
    reference: Option<Appearance>,
}

impl Continuity {
    /// Sets the appearance that later frames must match: that of the far frame.
    pub(super) fn set_reference(&mut self, appearance: Option<Appearance>) {
        self.reference = appearance;
    }

    /// Checks a frame. Returns the reason if continuity is broken.
    pub(super) fn check(&mut self, frame: &Observation, config: &SessionConfig) -> Option<RestartReason> {
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
    pub(super) fn reset(&mut self) {
        *self = Continuity::default();
    }

    /// Only a passing frame resembles the far one in pose and light, so that appearances are comparable.
    fn is_mismatch(&self, frame: &Observation) -> bool {
        match (&self.reference, &frame.appearance) {
            (Some(reference), Some(appearance)) if frame.passes => reference.difference(appearance) > MAX_DIFFERENCE,
            _ => false,
        }
    }
}

/// Whether `is_so` has held for at least `tolerance` ms; `since` stores its start.
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
