//! Effects: what the session asks its caller to do.

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
    /// All frames were captured.
    Captured,
    /// A time limit was exceeded.
    TimedOut,
    /// An error occurred.
    Failed,
    /// The person or the page cancelled.
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

/// Why an attempt restarted at the far stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(tsify::Tsify))]
#[serde(rename_all = "snake_case")]
pub enum RestartReason {
    /// No face was detected for too long.
    FaceLost,
    /// The face jumped, or its appearance changed.
    FaceChanged,
    /// A second face appeared.
    MultipleFaces,
    /// The picture's shape changed, so the far frame no longer fits.
    Rotated,
    /// The worker crashed and was replaced. Reported by the window, not by the session.
    WorkerCrashed,
    /// The camera's picture froze and the camera was reopened. Reported by the page, not by the session.
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

/// Why the session's clock is paused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(tsify::Tsify))]
#[serde(rename_all = "snake_case")]
pub enum PauseReason {
    /// The page is hidden.
    Hidden,
    /// The camera's track is muted.
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

/// An effect for the caller to perform. In JSON: `{"type": "phase_changed", "phase": "near"}`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum Effect {
    /// Show another instruction.
    InstructionChanged {
        /// The instruction.
        code: Instruction,
        /// All checks that failed in the frame that caused it.
        failing: InstructionSet,
    },
    /// The session entered another phase.
    PhaseChanged {
        /// The new phase.
        phase: Phase,
    },
    /// Move the oval.
    OvalChanged {
        /// The stage that it belongs to.
        stage: Stage,
        /// Bounding box in CSS px of the element that shows the video.
        oval: Rect,
    },
    /// Progress of the stage's hold.
    Progress {
        /// 0 to 1.
        fraction: f64,
    },
    /// Keep the full pixels of the current frame as the stage's best, replacing the previous one.
    KeepFrame {
        /// The stage.
        stage: Stage,
        /// When the camera captured it.
        captured_at: Millis,
    },
    /// Keep a small copy of the current frame in this audit slot, replacing its content.
    KeepAudit {
        /// Slot index.
        slot: usize,
        /// When the camera captured it.
        captured_at: Millis,
    },
    /// Encode the kept frame of each stage and the audit frames, then send `encoded` or `encode_failed`.
    Encode,
    /// The attempt restarts; the kept frames are invalid.
    Restarted {
        /// The reason.
        reason: RestartReason,
    },
    /// The clock is paused.
    Paused {
        /// The reason.
        reason: PauseReason,
    },
    /// The clock runs again.
    Resumed,
    /// Frames arrive slowly. Emitted once.
    Slow,
    /// The session ended.
    Finished {
        /// How it ended.
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
