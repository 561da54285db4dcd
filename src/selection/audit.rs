//! Selects a few small frames spread over a session of unknown length.

use super::FaceFacts;
use crate::clock::Millis;
use crate::guidance::{Instruction, Stage};
use serde::Serialize;

/// An audit frame: where it is stored and when it was captured.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AuditFrame {
    /// The slot that holds its pixels. A slot is reused when its frame is replaced.
    pub slot: usize,
    /// When the camera captured it.
    pub captured_at: Millis,
    /// The session's stage at that time.
    pub phase: Stage,
    /// The instruction shown at that time.
    pub instruction: Option<Instruction>,
    /// The main face, if any.
    pub face: Option<FaceFacts>,
    /// Width of the upright frame; `face` is in its pixels.
    pub frame_width: u32,
}

/// Minimum time between two audit frames, ms.
const MIN_GAP: Millis = 250.0;

/// Selects audit frames online, in a fixed number of slots.
///
/// Until the slots are full, every frame far enough from the last is kept. After that, a new frame replaces the one
/// whose neighbours are closest together (never the first). The minimum gap grows with the session, so each frame is
/// replaced only a few times and the gaps stay similar.
#[derive(Clone, Debug)]
pub struct AuditPlan {
    slots: usize,
    frames: Vec<AuditFrame>,
}

impl AuditPlan {
    /// Creates a plan with this many slots; 0 keeps nothing.
    pub fn new(slots: usize) -> Self {
        AuditPlan { slots, frames: Vec::with_capacity(slots) }
    }

    /// Offers a frame; its `slot` is ignored. Returns the slot for its pixels if it is kept.
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

    /// The kept frames in chronological order.
    pub fn frames(&self) -> &[AuditFrame] {
        &self.frames
    }

    /// Forgets all frames, for a new session.
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

    /// The frame whose neighbours are closest together, never the first. The last frame's next neighbour is the new
    /// frame, which is at least a gap away, so the last one stays unless it is the only one.
    fn most_crowded(&self) -> usize {
        let gap = |index: usize| self.frames[index + 1].captured_at - self.frames[index - 1].captured_at;
        (1..self.frames.len().saturating_sub(1)).min_by(|a, b| gap(*a).total_cmp(&gap(*b))).unwrap_or(0)
    }
}
