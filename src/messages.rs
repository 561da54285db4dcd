//! Messages between window and worker.
//!
//! Messages of every frame are bound by hand in `web`: frames are transferred, and none waits for a serialiser. All
//! others are written by serde. They are read by hand, property by property: serde's deserialisers would enlarge the
//! wasm module by half.

use crate::clock::Millis;
use crate::events::Finished;
use serde::Serialize;

/// What the window transfers to the worker in the `detail` of a message of this kind: frames, or their source. A frame
/// may be accompanied by `capturedAt`, Unix ms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(tsify::Tsify))]
#[serde(rename_all = "snake_case")]
pub enum FrameTransfer {
    /// A stream of `VideoFrame`s.
    Stream,
    /// A camera track for the worker's own `MediaStreamTrackProcessor`.
    Track,
    /// One `VideoFrame`.
    VideoFrame,
    /// One `ImageBitmap`.
    ImageBitmap,
    /// One `ImageData`.
    Pixels,
}

impl FrameTransfer {
    /// All kinds.
    pub const ALL: [FrameTransfer; 5] = [Self::Stream, Self::Track, Self::VideoFrame, Self::ImageBitmap, Self::Pixels];

    /// The message's kind.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Stream => "stream",
            Self::Track => "track",
            Self::VideoFrame => "video_frame",
            Self::ImageBitmap => "image_bitmap",
            Self::Pixels => "pixels",
        }
    }

    /// The transfer with this message kind, if any.
    pub fn from_kind(kind: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|transfer| transfer.kind() == kind)
    }
}

/// Messages from the window to the worker.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(tsify::Tsify))]
#[serde(tag = "kind", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum WindowMessage {
    /// Offset of the window's clock relative to the worker's: the first message after `ready`.
    Clock {
        /// When the message was sent, by the window's clock.
        #[cfg_attr(test, tsify(type = "number"))]
        sent_at: Millis,
        /// Upper bound of the offset.
        #[cfg_attr(test, tsify(type = "number"))]
        ahead_at_most: Millis,
    },
    /// A change of the page or the camera.
    Signal {
        /// The change.
        name: Signal,
    },
    /// The motion path, sent before the start.
    Path {
        /// `size`, `x` and `y` of each position in order; empty for the default path from far to near, both centred.
        detail: Vec<f32>,
    },
    /// Size of the element that shows the video.
    Viewport {
        /// Width, CSS px.
        width: f32,
        /// Height, CSS px.
        height: f32,
    },
}

/// A change of the page or the camera.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(tsify::Tsify))]
#[serde(rename_all = "snake_case")]
pub enum Signal {
    /// Everything is loaded and the camera runs.
    Start,
    /// The page is hidden.
    Hidden,
    /// The page is visible again.
    Visible,
    /// The camera's track is muted.
    TrackMuted,
    /// The camera's track is unmuted.
    TrackUnmuted,
    /// The camera's track ended.
    TrackEnded,
    /// The battery is low: fewer frames are processed.
    SavePower,
    /// The battery is no longer low.
    FullPower,
    /// The person or the page cancels.
    Cancel,
}

impl Signal {
    /// All signals.
    pub const ALL: [Signal; 9] = [
        Self::Start,
        Self::Hidden,
        Self::Visible,
        Self::TrackMuted,
        Self::TrackUnmuted,
        Self::TrackEnded,
        Self::SavePower,
        Self::FullPower,
        Self::Cancel,
    ];

    /// The name in messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Hidden => "hidden",
            Self::Visible => "visible",
            Self::TrackMuted => "track_muted",
            Self::TrackUnmuted => "track_unmuted",
            Self::TrackEnded => "track_ended",
            Self::SavePower => "save_power",
            Self::FullPower => "full_power",
            Self::Cancel => "cancel",
        }
    }

    /// The signal with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|signal| signal.name() == name)
    }
}

/// Messages from the worker to the window, except events for the page.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(tsify::Tsify), tsify(missing_as_null))]
#[serde(tag = "kind", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum WorkerMessage {
    /// The worker's script runs; the module is not loaded yet.
    Loaded,
    /// The pipeline is ready.
    Ready {
        /// The frame sources that the worker can read.
        detail: WorkerAbilities,
        /// The worker's clock.
        #[cfg_attr(test, tsify(type = "number"))]
        sent_at: Millis,
    },
    /// The worker has processed the frame that the window sent; the next may follow. Bound by hand.
    FrameDone {
        /// How long the worker needs no frames, ms; it would close them unread.
        #[cfg_attr(test, tsify(type = "number"))]
        wait: Millis,
    },
    /// The first frame of the current source was processed.
    FirstFrame,
    /// The current source cannot be read here.
    SourceFailed {
        /// The browser's error message, for developers.
        detail: Option<String>,
    },
    /// The session ended.
    Finished {
        /// The result; its buffers are transferred.
        detail: Box<Finished>,
    },
    /// The worker cannot start.
    Refused {
        /// The browser's error message, for developers.
        detail: Option<String>,
    },
    /// The worker panicked.
    Crashed {
        /// The browser's error message, for developers.
        detail: Option<String>,
    },
}

/// Capabilities of a worker.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct WorkerAbilities {
    /// `MediaStreamTrackProcessor` is available.
    pub track_processor: bool,
    /// `VideoFrame` is available.
    pub video_frame: bool,
    /// `OffscreenCanvas` has a 2d context.
    pub offscreen_canvas: bool,
}

/// The message kinds that are read by hand.
pub mod kind {
    #![allow(missing_docs)]
    pub const CLOCK: &str = "clock";
    pub const SIGNAL: &str = "signal";
    pub const PATH: &str = "path";
    pub const VIEWPORT: &str = "viewport";
    pub const READY: &str = "ready";
    pub const FRAME_DONE: &str = "frame_done";
    pub const FIRST_FRAME: &str = "first_frame";
    pub const SOURCE_FAILED: &str = "source_failed";
    pub const EVENT: &str = "event";
    pub const FINISHED: &str = "finished";
    pub const REFUSED: &str = "refused";
    pub const CRASHED: &str = "crashed";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::Outcome;
    use serde_json::{json, to_value};

    #[test]
    fn kinds_are_what_serde_writes() {
        let cause = || Some(String::from("gone"));
        let finished = Finished {
            outcome: Outcome::Cancelled,
            error: None,
            far: None,
            stops: Vec::new(),
            near: None,
            audit: Vec::new(),
            instructions: Vec::new(),
        };
        let window = [
            (kind::CLOCK, WindowMessage::Clock { sent_at: 2.5, ahead_at_most: -1.0 }),
            (kind::SIGNAL, WindowMessage::Signal { name: Signal::TrackEnded }),
            (kind::VIEWPORT, WindowMessage::Viewport { width: 3.0, height: 4.0 }),
        ];
        for (kind, message) in window {
            assert_eq!(to_value(message).unwrap()["kind"], kind);
        }
        let worker = [
            (kind::READY, WorkerMessage::Ready { detail: WorkerAbilities::default(), sent_at: 7.0 }),
            (kind::FRAME_DONE, WorkerMessage::FrameDone { wait: 0.0 }),
            (kind::FIRST_FRAME, WorkerMessage::FirstFrame),
            (kind::SOURCE_FAILED, WorkerMessage::SourceFailed { detail: cause() }),
            (kind::FINISHED, WorkerMessage::Finished { detail: Box::new(finished) }),
            (kind::REFUSED, WorkerMessage::Refused { detail: cause() }),
            (kind::CRASHED, WorkerMessage::Crashed { detail: cause() }),
        ];
        for (kind, message) in worker {
            assert_eq!(to_value(message).unwrap()["kind"], kind);
        }
        for transfer in FrameTransfer::ALL {
            assert_eq!(to_value(transfer).unwrap(), transfer.kind());
            assert_eq!(FrameTransfer::from_kind(transfer.kind()), Some(transfer));
        }
        assert_eq!(FrameTransfer::from_kind(kind::CLOCK), None);
    }

    #[test]
    fn signal_names_round_trip() {
        for signal in Signal::ALL {
            assert_eq!(to_value(signal).unwrap(), signal.name());
            assert_eq!(Signal::from_name(signal.name()), Some(signal));
        }
        assert_eq!(Signal::from_name("nonsense"), None);
    }

    #[test]
    fn properties_have_the_names_that_the_receiver_reads() {
        let clock = WindowMessage::Clock { sent_at: 2.5, ahead_at_most: -1.0 };
        assert_eq!(to_value(clock).unwrap(), json!({ "kind": "clock", "sentAt": 2.5, "aheadAtMost": -1.0 }));
        let viewport = WindowMessage::Viewport { width: 3.0, height: 4.0 };
        assert_eq!(to_value(viewport).unwrap(), json!({ "kind": "viewport", "width": 3.0, "height": 4.0 }));
        let detail = WorkerAbilities { track_processor: true, video_frame: false, offscreen_canvas: true };
        let abilities = json!({ "trackProcessor": true, "videoFrame": false, "offscreenCanvas": true });
        let ready = WorkerMessage::Ready { detail, sent_at: 7.25 };
        assert_eq!(to_value(ready).unwrap(), json!({ "kind": "ready", "detail": abilities, "sentAt": 7.25 }));
    }
}
