//! Events of a capture and its result.
//!
//! These types cross the border to JavaScript: `web` writes them as plain objects, and `typescript` generates their
//! TypeScript, doc comments included.

use crate::clock::Millis;
use crate::error::CaptureFailure;
use crate::frame::Rect;
use crate::guidance::{Instruction, InstructionSet, Stage};
use crate::pipeline::InstructionRecord;
use crate::selection::FaceFacts;
use crate::session::{Outcome, PauseReason, Phase, RestartReason};
use serde::{Deserialize, Serialize, Serializer};

/// An event and its detail. `play-blocked`: the browser shows the camera only after a tap; call `video.play()` in the
/// tap's handler.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(tsify::Tsify))]
#[serde(tag = "name", content = "detail", rename_all = "kebab-case")]
pub enum CaptureEvent {
    /// Loading progress of the engine's files.
    Loading {
        /// Bytes received.
        loaded: f64,
        /// Bytes in total.
        total: f64,
    },
    /// The camera permission was granted.
    Permission {
        /// Always `granted`: a denial is an error.
        state: CameraPermission,
    },
    /// The camera in use: on start and whenever a camera is connected or removed.
    CameraChange(#[cfg_attr(test, tsify(type = "CameraSettings & Record<string, unknown>"))] CameraSettings),
    /// The browser shows the camera only after a tap: call `video.play()` in the tap's handler.
    PlayBlocked,
    /// The frame source in use.
    Source {
        /// Its name.
        #[cfg_attr(test, tsify(type = "SourceName"))]
        name: Source,
    },
    /// The worker is ready.
    Ready,
    /// The session entered another phase.
    Phase {
        /// The new phase.
        phase: Phase,
    },
    /// The target position of the face changed.
    Oval {
        /// The stage that it belongs to.
        stage: Stage,
        /// The target position.
        oval: Oval,
    },
    /// The current instruction for the person.
    Instruction {
        /// The instruction.
        #[cfg_attr(test, tsify(type = "InstructionCode"))]
        code: Instruction,
        /// All checks that fail.
        #[cfg_attr(test, tsify(type = "InstructionCode[]"))]
        failing: InstructionSet,
        /// Unix ms.
        #[cfg_attr(test, tsify(type = "number"))]
        time: Millis,
    },
    /// Progress of the stage's hold.
    Progress {
        /// 0 to 1.
        fraction: f64,
    },
    /// Progress of encoding the pictures.
    Encoding {
        /// 0 to 1.
        fraction: f64,
    },
    /// The attempt restarted at the far stage.
    Restarted {
        /// The reason.
        reason: RestartReason,
    },
    /// The session's clock is paused.
    Paused {
        /// The reason.
        reason: PauseReason,
    },
    /// The session's clock runs again.
    Resumed,
    /// Frames arrive slowly. Emitted once.
    Slow,
    /// The session ended.
    Finished(Box<Finished>),
    /// The capture failed.
    Error(CaptureFailure),
}

/// The camera permission.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(tsify::Tsify))]
#[serde(rename_all = "snake_case")]
pub enum CameraPermission {
    /// The permission was granted.
    Granted,
}

/// The camera in use, as far as the browser discloses it.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(test, derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct CameraSettings {
    /// The device's label.
    pub label: String,
    /// The device id, valid for this origin.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device_id: Option<String>,
    /// Width of its pictures, px.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub width: Option<f64>,
    /// Height of its pictures, px.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub height: Option<f64>,
    /// Frames per second.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frame_rate: Option<f64>,
    /// `user` or `environment`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub facing_mode: Option<String>,
}

/// How frames reach the worker, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(tsify::Tsify), tsify(rename = "SourceName"))]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// `MediaStreamTrackProcessor`: the worker reads the camera directly.
    TrackProcessor,
    /// A `VideoFrame` of the playing video, transferred by the window.
    VideoFrame,
    /// An `ImageBitmap` of the playing video.
    ImageBitmap,
    /// Pixels from a canvas.
    Canvas,
}

impl Source {
    /// All sources, best first.
    pub const ALL: [Source; 4] = [Self::TrackProcessor, Self::VideoFrame, Self::ImageBitmap, Self::Canvas];

    /// The name in options and events.
    pub fn name(self) -> &'static str {
        match self {
            Self::TrackProcessor => "track_processor",
            Self::VideoFrame => "video_frame",
            Self::ImageBitmap => "image_bitmap",
            Self::Canvas => "canvas",
        }
    }

    /// The source with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.name() == name)
    }
}

/// The ellipse that the face should fill, as its bounding box: in CSS px of the video element, which shows the camera
/// with `object-fit: cover`, from that element's upper left corner. The video counts as unmirrored: an overlay on a
/// mirrored video has to be mirrored with it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(tsify::Tsify))]
pub struct Oval {
    /// From the left edge of the video element to the left edge of the ellipse (not to its centre).
    pub x: f32,
    /// From the top edge of the video element to the top edge of the ellipse.
    pub y: f32,
    /// Width of the ellipse: its whole horizontal axis.
    pub width: f32,
    /// Height of the ellipse: its whole vertical axis.
    pub height: f32,
}

impl From<Rect> for Oval {
    fn from(Rect { x, y, width, height }: Rect) -> Self {
        Oval { x, y, width, height }
    }
}

/// The bytes of a JPEG. In JavaScript a `Uint8Array` with its own buffer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JpegBytes(pub Vec<u8>);

impl Serialize for JpegBytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

/// A selected frame as JPEG.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(tsify::Tsify))]
pub struct Still {
    /// The file.
    #[cfg_attr(test, tsify(type = "Uint8Array<ArrayBuffer>"))]
    pub jpeg: JpegBytes,
    /// Width of the picture, px.
    pub width: u32,
    /// Height of the picture, px.
    pub height: u32,
    /// When the camera captured it, Unix ms.
    #[cfg_attr(test, tsify(type = "number"))]
    pub time: Millis,
    /// The face in it.
    pub face: FaceFacts,
}

/// A small frame for the audit.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(tsify::Tsify), tsify(rename = "AuditFrame", missing_as_null))]
pub struct AuditStill {
    /// The file.
    #[cfg_attr(test, tsify(type = "Uint8Array<ArrayBuffer>"))]
    pub jpeg: JpegBytes,
    /// Width of the picture, px.
    pub width: u32,
    /// Height of the picture, px.
    pub height: u32,
    /// When the camera captured it, Unix ms.
    #[cfg_attr(test, tsify(type = "number"))]
    pub time: Millis,
    /// The session's stage at that time.
    pub phase: Stage,
    /// The instruction shown at that time, if any.
    #[cfg_attr(test, tsify(type = "InstructionCode | null"))]
    pub code: Option<Instruction>,
    /// The face in it, if any.
    pub face: Option<FaceFacts>,
}

/// The result of a session. If the outcome is `captured`, it contains far, near and a frame for each stop of the path.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(tsify::Tsify), tsify(missing_as_null))]
pub struct Finished {
    /// How the session ended.
    pub outcome: Outcome,
    /// The error, for `timed_out` and `failed`.
    pub error: Option<CaptureFailure>,
    /// The best frame of the far stage.
    pub far: Option<Still>,
    /// The best frame of each stop of the path, in their order.
    pub stops: Vec<Still>,
    /// The best frame of the near stage.
    pub near: Option<Still>,
    /// Audit frames in chronological order.
    #[cfg_attr(test, tsify(type = "AuditFrame[]"))]
    pub audit: Vec<AuditStill>,
    /// The instructions that were shown, with their times.
    pub instructions: Vec<InstructionRecord>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorCode;
    use serde_json::json;

    #[test]
    fn events_have_a_name_and_a_detail() {
        let instruction = CaptureEvent::Instruction {
            code: Instruction::TooFar,
            failing: [Instruction::TooDark, Instruction::TooFar].into_iter().collect(),
            time: 1_700_000_000_000.5,
        };
        let oval = Rect { x: 1.0, y: 2.0, width: 3.0, height: 4.0 };
        let failure = CaptureFailure::new(ErrorCode::NoCamera, None);
        let message = failure.message;
        let cases = [
            (CaptureEvent::PlayBlocked, json!({ "name": "play-blocked" })),
            (CaptureEvent::Ready, json!({ "name": "ready" })),
            (
                CaptureEvent::Phase { phase: Phase::TimedOut },
                json!({ "name": "phase", "detail": { "phase": "timed_out" } }),
            ),
            (
                CaptureEvent::Permission { state: CameraPermission::Granted },
                json!({ "name": "permission", "detail": { "state": "granted" } }),
            ),
            (
                CaptureEvent::CameraChange(CameraSettings {
                    label: "front".into(),
                    frame_rate: Some(30.0),
                    ..Default::default()
                }),
                json!({ "name": "camera-change", "detail": { "label": "front", "frameRate": 30.0 } }),
            ),
            (
                CaptureEvent::Oval { stage: Stage::Near, oval: oval.into() },
                json!({ "name": "oval", "detail": { "stage": "near", "oval": { "x": 1.0, "y": 2.0, "width": 3.0, "height": 4.0 } } }),
            ),
            (
                instruction,
                json!({ "name": "instruction", "detail": { "code": "too_far", "failing": ["too_far", "too_dark"], "time": 1_700_000_000_000.5 } }),
            ),
            (
                CaptureEvent::Restarted { reason: RestartReason::WorkerCrashed },
                json!({ "name": "restarted", "detail": { "reason": "worker_crashed" } }),
            ),
            (
                CaptureEvent::Error(failure),
                json!({ "name": "error", "detail": { "name": "CaptureError", "code": "no_camera", "message": message, "recoverable": true, "cause": null } }),
            ),
        ];
        for (event, expected) in cases {
            assert_eq!(serde_json::to_value(&event).unwrap(), expected);
        }
    }

    #[test]
    fn absent_values_of_a_result_are_null() {
        let empty = Finished {
            outcome: Outcome::Cancelled,
            error: None,
            far: None,
            stops: Vec::new(),
            near: None,
            audit: Vec::new(),
            instructions: Vec::new(),
        };
        let expected = json!({ "outcome": "cancelled", "error": null, "far": null, "stops": [], "near": null, "audit": [], "instructions": [] });
        assert_eq!(serde_json::to_value(&empty).unwrap(), expected);
    }

    #[test]
    fn source_names_round_trip() {
        for source in Source::ALL {
            assert_eq!(serde_json::to_value(source).unwrap(), source.name());
            assert_eq!(Source::from_name(source.name()), Some(source));
        }
        assert_eq!(Source::from_name("telepathy"), None);
    }
}
