//! A few small frames spread over a session of unknown length.

use super::FaceFacts;
use crate::clock::Millis;
use crate::guidance::{Instruction, Stage};
use serde::Serialize;

/// Where and when one audit frame belongs.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AuditFrame {
    /// Which of the fixed slots holds its pixels; a slot is used again when its frame gives way.
    pub slot: usize,
    /// When the camera took it.
    pub captured_at: Millis,
    /// The session's phase then: audit frames are taken in the two stages.
    pub phase: Stage,
    /// The instruction shown then.
    pub instruction: Option<Instruction>,
    /// The main face in it, if there was one.
    pub face: Option<FaceFacts>,
    /// Width of the upright frame, in whose pixels the face is told.
    pub frame_width: u32,
}

/// Least time between two audit frames, ms.
const MIN_GAP: Millis = 250.0;

/// Chooses audit frames as they come, in a fixed number of slots.
///
/// Until the slots are full every frame that is far enough from the last is kept. Then a new one takes the
/// slot of that frame, the first excepted, whose neighbours are closest together. How far apart frames must
/// be grows with the session, so each is replaced a few times only, and the gaps stay alike.
#[derive(Clone, Debug)]
pub struct AuditPlan {
    slots: usize,
    frames: Vec<AuditFrame>,
}

impl AuditPlan {
    /// A plan with this many slots; 0 keeps nothing.
    pub fn new(slots: usize) -> Self {
        AuditPlan { slots, frames: Vec::with_capacity(slots) }
    }

    /// Takes a frame, whose own `slot` does not matter; the slot for its pixels if it is kept.
    pub fn offer(&mut self, frame: AuditFrame) -> Option<usize> {
        if self.slots == 0 || frame.captured_at.is_nan() || frame.captured_at < self.next_at() {
            return None;
        }
        let slot = if self.frames.len() < self.slots {
            self.frames.len()
        } else {
            self.frames.remove(self.most_crowded()).slot
        };
        self.frames.push(AuditFrame { slot, ..frame });
        Some(slot)
    }

    /// The frames kept, in the order of their time.
    pub fn frames(&self) -> &[AuditFrame] {
        &self.frames
    }

    /// Forgets all: for a new session.
    pub fn clear(&mut self) {
        self.frames.clear();
    }

    fn next_at(&self) -> Millis {
        let (Some(first), Some(last)) = (self.frames.first(), self.frames.last()) else {
            return f64::NEG_INFINITY;
        };
        let even_gap = (last.captured_at - first.captured_at) / self.slots as f64;
        let full = self.frames.len() == self.slots;
        last.captured_at + if full { even_gap.max(MIN_GAP) } else { MIN_GAP }
    }

    /// The frame whose neighbours are closest together, never the first. The last one's next neighbour is the
    /// frame that comes in, which is at least as far away as the gaps are wide: it stays, unless it is alone.
    fn most_crowded(&self) -> usize {
        let gap = |index: usize| self.frames[index + 1].captured_at - self.frames[index - 1].captured_at;
        (1..self.frames.len().saturating_sub(1)).min_by(|a, b| gap(*a).total_cmp(&gap(*b))).unwrap_or(0)
    }
}
