//! Events: the input of a session.

use super::appearance::Appearance;
use crate::clock::Millis;
use crate::error::ErrorCode;
use crate::frame::Rect;
use crate::selection::{FaceFacts, Score};
use serde::{Deserialize, Serialize};

/// An event. In JSON: `{"type": "frame", "capturedAt": 1200, "passes": true, …}`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
// Boxing the frame would allocate for every event; events are built on the stack and passed by reference.
#[allow(clippy::large_enum_variant)]
pub enum Event {
    /// Everything is loaded and the camera runs.
    Start,
    /// A frame was analyzed.
    Frame(Observation),
    /// Time passed. Send it a few times per second, so that limits apply while no frames arrive.
    Tick,
    /// The page is hidden.
    Hidden,
    /// The page is visible again.
    Visible,
    /// The camera's track is muted.
    Muted,
    /// The camera's track is unmuted.
    Unmuted,
    /// The shape of frames or page changed: the hold restarts.
    #[serde(rename_all = "camelCase")]
    Rotated {
        /// Whether the far frame may still be paired with a near one.
        keeps_far: bool,
    },
    /// The camera's track ended.
    TrackEnded,
    /// All frames are encoded.
    Encoded,
    /// A frame could not be encoded.
    EncodeFailed,
    /// Another error.
    Fail {
        /// Its code.
        error: ErrorCode,
    },
    /// The person or the page cancels.
    Cancel,
    /// Restarts an ended session.
    Retry,
}

/// A frame as the session sees it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Observation {
    /// When the camera captured it.
    pub captured_at: Millis,
    /// Whether every check passes.
    pub passes: bool,
    /// Whether a second face counts.
    pub multiple_faces: bool,
    /// The main face, if any.
    pub face: Option<FaceFacts>,
    /// The frame's score for its stage.
    pub score: Score,
    /// Bounding box of the target oval, frame px.
    pub oval: Rect,
    /// Appearance of the main face.
    pub appearance: Option<Appearance>,
}
