//! The frames that a session keeps, and what becomes of them at its end.

use super::fault::Fault;
use super::landing::{Buffer, Landing};
use super::support::{object, to_js};
use crate::encoding::{AUDIT_QUALITY, AUDIT_SIDE, Jpeg, JpegLimits, Thumbnail, encode_jpeg};
use crate::error::ErrorCode;
use crate::frame::Frame;
use crate::guidance::Stage;
use crate::pipeline::Capture;
use crate::session::{Event, Outcome};
use js_sys::{Array, Uint8Array};
use wasm_bindgen::prelude::*;

/// The best frame of each stage, and the frames along the way.
pub struct Results {
    far: Buffer,
    near: Buffer,
    audits: Vec<Thumbnail>,
    jpegs: Option<[Jpeg; 2]>,
    /// Why there are none.
    failure: Option<String>,
}

/// A result on its way to the window.
pub struct Finished {
    /// `{outcome, error, far, near, audit, instructions}`.
    pub detail: JsValue,
    /// The buffers in it that are moved rather than copied.
    pub moved: Array,
}

impl Results {
    /// Room for the two frames and so many audit frames.
    pub fn new(audit_frames: usize) -> Self {
        let audits = (0..audit_frames).map(|_| Thumbnail::default()).collect();
        Results { far: Buffer::default(), near: Buffer::default(), audits, jpegs: None, failure: None }
    }

    /// Keeps the landed frame as the best of its stage.
    pub fn keep_frame(&mut self, stage: Stage, landing: &mut Landing) {
        landing.keep_in(match stage {
            Stage::Far => &mut self.far,
            Stage::Near => &mut self.near,
        });
    }

    /// Keeps a small copy of the frame.
    pub fn keep_audit(&mut self, slot: usize, frame: &Frame) {
        if let Some(thumbnail) = self.audits.get_mut(slot) {
            thumbnail.fill(frame, AUDIT_SIDE);
        }
    }

    /// Makes JPEGs of the far and the near frame; `progress` runs from 0 to 1.
    /// Returns what happened to the session: `Encoded`, or `EncodeFailed` with the cause told in the result.
    pub fn encode(&mut self, progress: impl Fn(f32)) -> Event {
        let limits = JpegLimits::default();
        let one = |buffer: &Buffer, start: f32| {
            let frame = buffer.frame().map_err(|error| error.to_string())?;
            encode_jpeg(&frame, &limits, |fraction| progress(start + fraction / 2.0)).map_err(|error| error.to_string())
        };
        match one(&self.far, 0.0).and_then(|far| Ok([far, one(&self.near, 0.5)?])) {
            Ok(jpegs) => {
                self.jpegs = Some(jpegs);
                Event::Encoded
            }
            Err(cause) => {
                self.failure = Some(cause);
                Event::EncodeFailed
            }
        }
    }

    /// The session's result; the JPEGs leave this memory.
    pub fn take(&mut self, outcome: Outcome, error: Option<ErrorCode>, capture: &Capture) -> Finished {
        let moved = Array::new();
        let bytes = |jpeg: &Jpeg| {
            let array = Uint8Array::from(jpeg.bytes.as_slice());
            moved.push(&array.buffer());
            JsValue::from(array)
        };
        let still = |stage: Stage, jpeg: &Jpeg| {
            let kept = capture.kept(stage);
            JsValue::from(object(&[
                ("jpeg", bytes(jpeg)),
                ("width", jpeg.width.into()),
                ("height", jpeg.height.into()),
                ("time", kept.map_or(JsValue::NULL, |kept| kept.captured_at.into())),
                ("face", kept.map_or(JsValue::NULL, |kept| to_js(&kept.face))),
            ]))
        };
        let (far, near) = match self.jpegs.take().filter(|_| outcome == Outcome::Captured) {
            Some([far, near]) => (still(Stage::Far, &far), still(Stage::Near, &near)),
            None => (JsValue::NULL, JsValue::NULL),
        };
        let audit = Array::new();
        for frame in capture.audits() {
            let Some(Ok(jpeg)) = self.audits.get(frame.slot).map(|thumbnail| thumbnail.encode(AUDIT_QUALITY)) else {
                continue;
            };
            let scale = jpeg.width as f32 / frame.frame_width.max(1) as f32;
            audit.push(&object(&[
                ("jpeg", bytes(&jpeg)),
                ("width", jpeg.width.into()),
                ("height", jpeg.height.into()),
                ("time", frame.captured_at.into()),
                ("phase", to_js(&frame.phase)),
                ("code", to_js(&frame.instruction)),
                ("face", frame.face.map_or(JsValue::NULL, |face| to_js(&face.scaled(scale)))),
            ]));
        }
        let cause = self.failure.take().map_or(JsValue::NULL, JsValue::from);
        let detail = object(&[
            ("outcome", to_js(&outcome)),
            ("error", error.map_or(JsValue::NULL, |code| Fault::new(code, cause).detail())),
            ("far", far),
            ("near", near),
            ("audit", audit.into()),
            ("instructions", to_js(&capture.timeline())),
        ]);
        Finished { detail: detail.into(), moved }
    }
}
