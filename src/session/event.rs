//! What a session is told.

use super::appearance::Appearance;
use crate::clock::Millis;
use crate::error::ErrorCode;
use crate::frame::Rect;
use crate::selection::{FaceFacts, Score};
use serde::{Deserialize, Serialize};

/// Something happened. In JSON: `{"type": "frame", "capturedAt": 1200, "passes": true, …}`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
// Boxing the frame would allocate for each one; events are made on the stack and passed by reference.
#[allow(clippy::large_enum_variant)]
pub enum Event {
    /// Everything is loaded and the camera runs: begin.
    Start,
    /// A frame was looked at.
    Frame(Observation),
    /// Time passed. To be sent a few times a second, so that limits hold while no frame comes.
    Tick,
    /// The page is hidden.
    Hidden,
    /// The page shows again.
    Visible,
    /// The camera sends no pictures for now.
    Muted,
    /// The camera sends pictures again.
    Unmuted,
    /// Frames or the page have another shape: the hold begins again.
    #[serde(rename_all = "camelCase")]
    Rotated {
        /// Whether the far frame may still be paired with a near one.
        keeps_far: bool,
    },
    /// The camera's track ended.
    TrackEnded,
    /// All frames are JPEG.
    Encoded,
    /// A frame could not be encoded.
    EncodeFailed,
    /// Something else broke.
    Fail {
        /// What.
        error: ErrorCode,
    },
    /// The person or the page gives up.
    Cancel,
    /// After the end: from the start again.
    Retry,
}

/// One frame as the session sees it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Observation {
    /// When the camera took it.
    pub captured_at: Millis,
    /// Whether every check passes.
    pub passes: bool,
    /// Whether a second face counts.
    pub multiple_faces: bool,
    /// The main face, if there is one.
    pub face: Option<FaceFacts>,
    /// How good the frame is for its stage.
    pub score: Score,
    /// The target oval's bounding box, frame px.
    pub oval: Rect,
    /// What the face looks like.
    pub appearance: Option<Appearance>,
}
