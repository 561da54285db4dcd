//! The frames that a session keeps, and what becomes of them at its end.

use super::landing::{Buffer, Landing};
use super::support::get;
use crate::clock::Millis;
use crate::encoding::{AUDIT_QUALITY, AUDIT_SIDE, Jpeg, JpegLimits, Thumbnail, encode_jpeg};
use crate::error::{CaptureFailure, ErrorCode};
use crate::events::{AuditStill, Finished, JpegBytes, Still};
use crate::frame::Frame;
use crate::guidance::Stage;
use crate::pipeline::{Capture, InstructionRecord};
use crate::session::{Event, Outcome};
use js_sys::Array;
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
        let cause = self.failure.take();
        let jpegs = self.jpegs.take().filter(|_| outcome == Outcome::Captured);
        let still = |stage: Stage, Jpeg { bytes, width, height, .. }: Jpeg| {
            let kept = capture.kept(stage)?;
            Some(Still { jpeg: JpegBytes(bytes), width, height, time: stamp(kept.captured_at), face: kept.face })
        };
        let (far, near) = match jpegs {
            Some([far, near]) => (still(Stage::Far, far), still(Stage::Near, near)),
            None => (None, None),
        };
        let audit = capture.audits().iter().filter_map(|frame| {
            let Jpeg { bytes, width, height, .. } = self.audits.get(frame.slot)?.encode(AUDIT_QUALITY).ok()?;
            let scale = width as f32 / frame.frame_width.max(1) as f32;
            Some(AuditStill {
                jpeg: JpegBytes(bytes),
                width,
                height,
                time: stamp(frame.captured_at),
                phase: frame.phase,
                code: frame.instruction,
                face: frame.face.map(|face| face.scaled(scale)),
            })
        });
        let instructions = capture.timeline().iter();
        Finished {
            outcome,
            far,
            near,
            audit: audit.collect(),
            instructions: instructions.map(|shown| InstructionRecord { time: stamp(shown.time), ..*shown }).collect(),
            error: error.map(|code| CaptureFailure::new(code, cause)),
        }
    }
}

/// A time as it is told: whole milliseconds.
fn stamp(time: Millis) -> Millis {
    time.round()
}

/// The buffers of the JPEGs in a [`Finished`] as JavaScript has it: they are moved to the window rather than copied.
pub fn buffers(finished: &JsValue) -> Array {
    let stills = ["far", "near"].into_iter().map(|name| get(finished, name));
    let stills = stills.chain(Array::from(&get(finished, "audit")));
    stills.filter(JsValue::is_object).map(|still| get(&get(&still, "jpeg"), "buffer")).collect()
}
