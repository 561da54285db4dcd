//! What the session wants done.

use super::Phase;
use crate::clock::Millis;
use crate::error::ErrorCode;
use crate::frame::Rect;
use crate::guidance::{Instruction, InstructionSet, Stage};
use serde::{Deserialize, Serialize};

/// How a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(tsify::Tsify))]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// All frames are there.
    Captured,
    /// The time ran out.
    TimedOut,
    /// Something broke.
    Failed,
    /// The person or the page gave up.
    Cancelled,
}

impl Outcome {
    /// The stable snake_case code.
    pub fn code(self) -> &'static str {
        match self {
            Outcome::Captured => "captured",
            Outcome::TimedOut => "timed_out",
            Outcome::Failed => "failed",
            Outcome::Cancelled => "cancelled",
        }
    }
}

/// Why an attempt began again at the far stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(tsify::Tsify))]
#[serde(rename_all = "snake_case")]
pub enum RestartReason {
    /// No face was seen for too long.
    FaceLost,
    /// The face jumped, or looks like another one.
    FaceChanged,
    /// A second face came in.
    MultipleFaces,
    /// The picture changed its shape, so that the far frame no longer fits.
    Rotated,
    /// The worker crashed and another took its place. The session does not know: its window does.
    WorkerCrashed,
    /// The camera's picture froze and the camera was opened again. The session does not know: the page does.
    CameraFrozen,
}

impl RestartReason {
    /// The stable snake_case code.
    pub fn code(self) -> &'static str {
        match self {
            RestartReason::FaceLost => "face_lost",
            RestartReason::FaceChanged => "face_changed",
            RestartReason::MultipleFaces => "multiple_faces",
            RestartReason::Rotated => "rotated",
            RestartReason::WorkerCrashed => "worker_crashed",
            RestartReason::CameraFrozen => "camera_frozen",
        }
    }
}

/// Why the session's clock stands still.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(tsify::Tsify))]
#[serde(rename_all = "snake_case")]
pub enum PauseReason {
    /// The page is hidden.
    Hidden,
    /// The camera sends no pictures for now.
    Muted,
}

impl PauseReason {
    /// The stable snake_case code.
    pub fn code(self) -> &'static str {
        match self {
            PauseReason::Hidden => "hidden",
            PauseReason::Muted => "muted",
        }
    }
}

/// What the caller is to do or to show. In JSON: `{"type": "phase_changed", "phase": "near"}`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum Effect {
    /// Show another instruction.
    InstructionChanged {
        /// The instruction.
        code: Instruction,
        /// All checks that failed in the frame that brought it.
        failing: InstructionSet,
    },
    /// The session is in another phase.
    PhaseChanged {
        /// The new phase.
        phase: Phase,
    },
    /// Draw the oval here.
    OvalChanged {
        /// The stage that it is for.
        stage: Stage,
        /// Bounding box in CSS px of the element that shows the video.
        oval: Rect,
    },
    /// How much of the stage's hold is done.
    Progress {
        /// 0 to 1.
        fraction: f64,
    },
    /// Keep the full pixels of the frame just seen as the stage's best, in place of the one kept before.
    KeepFrame {
        /// The stage.
        stage: Stage,
        /// When the camera took it.
        captured_at: Millis,
    },
    /// Keep a small copy of the frame just seen in this audit slot, in place of the one there.
    KeepAudit {
        /// Slot, from 0.
        slot: usize,
        /// When the camera took it.
        captured_at: Millis,
    },
    /// Encode the kept frame of each stage and the audit frames, then send `encoded` or `encode_failed`.
    Encode,
    /// The attempt begins again; the kept frames are void.
    Restarted {
        /// Why.
        reason: RestartReason,
    },
    /// The clock stands still.
    Paused {
        /// Why.
        reason: PauseReason,
    },
    /// The clock runs again.
    Resumed,
    /// Frames come slowly: told once.
    Slow,
    /// The session is over.
    Finished {
        /// How.
        outcome: Outcome,
        /// The error, for `timed_out` and `failed`.
        error: Option<ErrorCode>,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_what_serde_writes() {
        for outcome in [Outcome::Captured, Outcome::TimedOut, Outcome::Failed, Outcome::Cancelled] {
            assert_eq!(serde_json::to_value(outcome).unwrap(), outcome.code());
        }
        use RestartReason::*;
        for reason in [FaceLost, FaceChanged, MultipleFaces, Rotated, WorkerCrashed, CameraFrozen] {
            assert_eq!(serde_json::to_value(reason).unwrap(), reason.code());
        }
        for reason in [PauseReason::Hidden, PauseReason::Muted] {
            assert_eq!(serde_json::to_value(reason).unwrap(), reason.code());
        }
        for stage in Stage::ALL {
            assert_eq!(serde_json::to_value(stage).unwrap(), stage.code());
        }
    }
}
