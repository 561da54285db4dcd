//! What a capture tells the page while it goes, and what comes out of it.
//!
//! These are the types of the border to JavaScript: `web` writes them as plain objects, and `typescript` writes their
//! TypeScript, doc comments included.

use crate::clock::Millis;
use crate::error::CaptureFailure;
use crate::frame::Rect;
use crate::guidance::{Instruction, InstructionSet, Stage};
use crate::pipeline::InstructionRecord;
use crate::selection::FaceFacts;
use crate::session::{Outcome, PauseReason, Phase, RestartReason};
use serde::{Deserialize, Serialize, Serializer};

/// An event and its detail. `play-blocked`: the browser shows the camera only once the person has tapped, and
/// `video.play()` is due in that tap.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(tsify::Tsify))]
#[serde(tag = "name", content = "detail", rename_all = "kebab-case")]
pub enum CaptureEvent {
    /// Bytes of the engine that have arrived, and all of them.
    Loading {
        /// Arrived.
        loaded: f64,
        /// All.
        total: f64,
    },
    /// The camera was granted.
    Permission {
        /// Always this: a refusal is an error.
        state: CameraPermission,
    },
    /// The camera in use, when it starts and whenever a camera comes or goes.
    CameraChange(#[cfg_attr(test, tsify(type = "CameraSettings & Record<string, unknown>"))] CameraSettings),
    /// The browser shows the camera only once the person has tapped: `video.play()` is due in that tap.
    PlayBlocked,
    /// How frames come now.
    Source {
        /// The way.
        #[cfg_attr(test, tsify(type = "SourceName"))]
        name: Source,
    },
    /// The worker is ready.
    Ready,
    /// The session is in another phase.
    Phase {
        /// The new one.
        phase: Phase,
    },
    /// Where the face should be from now on.
    Oval {
        /// The stage that it is for.
        stage: Stage,
        /// The place.
        oval: Oval,
    },
    /// What the person should do now.
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
    /// How much of the stage's hold is done.
    Progress {
        /// 0 to 1.
        fraction: f64,
    },
    /// How much of the pictures is encoded.
    Encoding {
        /// 0 to 1.
        fraction: f64,
    },
    /// The attempt began again at the far stage.
    Restarted {
        /// Why.
        reason: RestartReason,
    },
    /// The session's clock stands still.
    Paused {
        /// Why.
        reason: PauseReason,
    },
    /// It runs again.
    Resumed,
    /// Frames come slowly: told once.
    Slow,
    /// The session is over.
    Finished(Box<Finished>),
    /// The capture failed.
    Error(CaptureFailure),
}

/// What the person answered when asked for the camera.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(tsify::Tsify))]
#[serde(rename_all = "snake_case")]
pub enum CameraPermission {
    /// Yes.
    Granted,
}

/// The camera in use, as far as the browser tells.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(test, derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct CameraSettings {
    /// The name that the device gives it.
    pub label: String,
    /// The id by which it can be asked for on this site.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device_id: Option<String>,
    /// Of its pictures, px.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub width: Option<f64>,
    /// Of its pictures, px.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub height: Option<f64>,
    /// Pictures a second.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frame_rate: Option<f64>,
    /// `user` or `environment`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub facing_mode: Option<String>,
}

/// How frames get from the camera to the worker, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(tsify::Tsify), tsify(rename = "SourceName"))]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// `MediaStreamTrackProcessor`: the worker reads the camera itself.
    TrackProcessor,
    /// A `VideoFrame` of the playing video, handed over by the window.
    VideoFrame,
    /// An `ImageBitmap` of the playing video.
    ImageBitmap,
    /// Pixels from a canvas.
    Canvas,
}

impl Source {
    /// All of them, best first.
    pub const ALL: [Source; 4] = [Self::TrackProcessor, Self::VideoFrame, Self::ImageBitmap, Self::Canvas];

    /// The name that options and events use.
    pub fn name(self) -> &'static str {
        match self {
            Self::TrackProcessor => "track_processor",
            Self::VideoFrame => "video_frame",
            Self::ImageBitmap => "image_bitmap",
            Self::Canvas => "canvas",
        }
    }

    /// The source of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.name() == name)
    }
}

/// Where the face should be, in CSS px of the video element (which shows the camera with `object-fit: cover`).
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(tsify::Tsify))]
pub struct Oval {
    /// Left edge.
    pub x: f32,
    /// Top edge.
    pub y: f32,
    /// Width.
    pub width: f32,
    /// Height.
    pub height: f32,
}

impl From<Rect> for Oval {
    fn from(Rect { x, y, width, height }: Rect) -> Self {
        Oval { x, y, width, height }
    }
}

/// A JPEG's bytes. In JavaScript a `Uint8Array` with a buffer of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JpegBytes(pub Vec<u8>);

impl Serialize for JpegBytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

/// A chosen frame as JPEG.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(tsify::Tsify))]
pub struct Still {
    /// The file.
    #[cfg_attr(test, tsify(type = "Uint8Array<ArrayBuffer>"))]
    pub jpeg: JpegBytes,
    /// Of the picture, px.
    pub width: u32,
    /// Of the picture, px.
    pub height: u32,
    /// When the camera took it, Unix ms.
    #[cfg_attr(test, tsify(type = "number"))]
    pub time: Millis,
    /// The face in it.
    pub face: FaceFacts,
}

/// A small frame from along the way.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(tsify::Tsify), tsify(rename = "AuditFrame", missing_as_null))]
pub struct AuditStill {
    /// The file.
    #[cfg_attr(test, tsify(type = "Uint8Array<ArrayBuffer>"))]
    pub jpeg: JpegBytes,
    /// Of the picture, px.
    pub width: u32,
    /// Of the picture, px.
    pub height: u32,
    /// When the camera took it, Unix ms.
    #[cfg_attr(test, tsify(type = "number"))]
    pub time: Millis,
    /// The session's phase then.
    pub phase: Stage,
    /// What was shown then, if anything.
    #[cfg_attr(test, tsify(type = "InstructionCode | null"))]
    pub code: Option<Instruction>,
    /// The face in it, if there was one.
    pub face: Option<FaceFacts>,
}

/// How a session ended. Far and near are there when the outcome is `captured`, and a frame for each stop of its path.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(tsify::Tsify), tsify(missing_as_null))]
pub struct Finished {
    /// How.
    pub outcome: Outcome,
    /// Why, for `timed_out` and `failed`.
    pub error: Option<CaptureFailure>,
    /// The best frame of the far stage.
    pub far: Option<Still>,
    /// The best frame of each stop of the path, in their order.
    pub stops: Vec<Still>,
    /// The best frame of the near stage.
    pub near: Option<Still>,
    /// Small frames from along the way, in the order of their time.
    #[cfg_attr(test, tsify(type = "AuditFrame[]"))]
    pub audit: Vec<AuditStill>,
    /// What the person was told, and when.
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
    fn what_is_missing_in_a_result_is_null() {
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
    fn sources_go_by_their_names_both_ways() {
        for source in Source::ALL {
            assert_eq!(serde_json::to_value(source).unwrap(), source.name());
            assert_eq!(Source::from_name(source.name()), Some(source));
        }
        assert_eq!(Source::from_name("telepathy"), None);
    }
}
