//! The frames that a session keeps, and what becomes of them at its end.

use super::fault::Fault;
use super::landing::{Buffer, Landing};
use super::support::{Record, codes, place};
use crate::clock::Millis;
use crate::encoding::{AUDIT_QUALITY, AUDIT_SIDE, Jpeg, JpegLimits, Thumbnail, encode_jpeg};
use crate::error::ErrorCode;
use crate::frame::Frame;
use crate::guidance::Stage;
use crate::pipeline::{Capture, InstructionRecord};
use crate::selection::FaceFacts;
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
            let frame = buffer.frame().map_err(|error| error.message())?;
            encode_jpeg(&frame, &limits, |fraction| progress(start + fraction / 2.0)).map_err(|error| error.message())
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
        let picture = |jpeg: &Jpeg| {
            let record = Record::new().with("jpeg", bytes(jpeg));
            record.number("width", jpeg.width.into()).number("height", jpeg.height.into())
        };
        let still = |stage: Stage, jpeg: &Jpeg| -> JsValue {
            let kept = capture.kept(stage);
            picture(jpeg)
                .with("time", kept.map_or(JsValue::NULL, |kept| stamp(kept.captured_at).into()))
                .with("face", kept.map_or(JsValue::NULL, |kept| facts(&kept.face)))
                .into()
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
            let code = frame.instruction.map_or(JsValue::NULL, |instruction| instruction.code().into());
            let scale = jpeg.width as f32 / frame.frame_width.max(1) as f32;
            let face = frame.face.map_or(JsValue::NULL, |face| facts(&face.scaled(scale)));
            let described = picture(&jpeg).number("time", stamp(frame.captured_at)).text("phase", frame.phase.code());
            audit.push(&described.with("code", code).with("face", face).into());
        }
        let instructions: Array = capture.timeline().iter().map(shown).collect();
        let cause = self.failure.take().map_or(JsValue::NULL, JsValue::from);
        let detail = Record::new()
            .text("outcome", outcome.code())
            .with("error", error.map_or(JsValue::NULL, |code| Fault::new(code, cause).detail()))
            .with("far", far)
            .with("near", near)
            .with("audit", audit.into())
            .with("instructions", instructions.into());
        Finished { detail: detail.into(), moved }
    }
}

/// A time as it is told: whole milliseconds.
fn stamp(time: Millis) -> Millis {
    time.round()
}

/// `{x, y, width, height, score, yaw, pitch, roll, sharpness, brightness}`.
fn facts(face: &FaceFacts) -> JsValue {
    place(Record::new(), &face.bbox())
        .number("score", face.score.into())
        .number("yaw", face.yaw.into())
        .number("pitch", face.pitch.into())
        .number("roll", face.roll.into())
        .number("sharpness", face.sharpness.into())
        .number("brightness", face.brightness.into())
        .into()
}

/// `{time, phase, code, failing}`.
fn shown(record: &InstructionRecord) -> JsValue {
    let told = Record::new().number("time", stamp(record.time)).text("phase", record.phase.code());
    told.text("code", record.code.code()).with("failing", codes(record.failing)).into()
}
