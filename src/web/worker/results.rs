//! Stores the kept frames of a session and builds its result.

use super::frame_buffer::{Buffer, FrameBuffer};
use crate::clock::Millis;
use crate::encoding::{AUDIT_QUALITY, AUDIT_SIDE, Jpeg, JpegLimits, Thumbnail, encode_jpeg};
use crate::error::{CaptureFailure, ErrorCode};
use crate::events::{AuditStill, Finished, JpegBytes, Still};
use crate::frame::Frame;
use crate::guidance::Stage;
use crate::pipeline::{InstructionRecord, SessionDriver};
use crate::session::{Event, Outcome};
use crate::web::js::object::get;
use js_sys::Array;
use wasm_bindgen::prelude::*;

/// The best frame of each stage, and the audit frames.
pub(crate) struct Results {
    /// In the order of [`Stage::ALL`].
    frames: [Buffer; Stage::ALL.len()],
    audits: Vec<Thumbnail>,
    /// JPEGs of the held stages, in order.
    jpegs: Vec<(Stage, Jpeg)>,
    /// Why there are no JPEGs.
    failure: Option<String>,
}

impl Results {
    /// Allocates slots for a frame of each stage and for the audit frames.
    pub(crate) fn new(audit_frames: usize) -> Self {
        let audits = (0..audit_frames).map(|_| Thumbnail::default()).collect();
        Results { frames: Default::default(), audits, jpegs: Vec::new(), failure: None }
    }

    /// Keeps the copied frame as the best of its stage.
    pub(crate) fn keep_frame(&mut self, stage: Stage, frame_buffer: &mut FrameBuffer) {
        frame_buffer.keep_in(&mut self.frames[stage as usize]);
    }

    /// Keeps a small copy of the frame for the audit.
    pub(crate) fn keep_audit(&mut self, slot: usize, frame: &Frame) {
        if let Some(thumbnail) = self.audits.get_mut(slot) {
            thumbnail.fill(frame, AUDIT_SIDE);
        }
    }

    /// Encodes the frame of each of `stages`; `progress` runs from 0 to 1. Returns the event for the session:
    /// `Encoded`, or `EncodeFailed`, whose cause becomes part of the result.
    pub(crate) fn encode(&mut self, stages: &[Stage], progress: impl Fn(f32)) -> Event {
        let limits = JpegLimits::default();
        self.jpegs.clear();
        for (index, stage) in stages.iter().enumerate() {
            let report = |fraction: f32| progress((index as f32 + fraction) / stages.len() as f32);
            let frame = self.frames[*stage as usize].frame().map_err(|error| error.message());
            let jpeg = frame.and_then(|frame| encode_jpeg(&frame, &limits, report).map_err(|error| error.message()));
            match jpeg {
                Ok(jpeg) => self.jpegs.push((*stage, jpeg)),
                Err(cause) => {
                    self.failure = Some(cause);
                    return Event::EncodeFailed;
                }
            }
        }
        Event::Encoded
    }

    /// Takes the session's result; the JPEGs are moved out.
    pub(crate) fn take(&mut self, outcome: Outcome, error: Option<ErrorCode>, driver: &SessionDriver) -> Finished {
        let cause = self.failure.take();
        let mut jpegs = std::mem::take(&mut self.jpegs);
        jpegs.retain(|_| outcome == Outcome::Captured);
        let (mut far, mut stops, mut near) = (None, Vec::new(), None);
        for (stage, Jpeg { bytes, width, height, .. }) in jpegs {
            let Some(kept) = driver.kept(stage) else { continue };
            let still =
                Still { jpeg: JpegBytes(bytes), width, height, time: rounded(kept.captured_at), face: kept.face };
            match stage {
                Stage::Far => far = Some(still),
                Stage::Near => near = Some(still),
                Stage::FirstStop | Stage::SecondStop => stops.push(still),
            }
        }
        let audit = driver.audits().iter().filter_map(|frame| {
            let Jpeg { bytes, width, height, .. } = self.audits.get(frame.slot)?.encode(AUDIT_QUALITY).ok()?;
            let scale = width as f32 / frame.frame_width.max(1) as f32;
            Some(AuditStill {
                jpeg: JpegBytes(bytes),
                width,
                height,
                time: rounded(frame.captured_at),
                phase: frame.phase,
                code: frame.instruction,
                face: frame.face.map(|face| face.scaled(scale)),
            })
        });
        let instructions = driver.timeline().iter();
        Finished {
            outcome,
            far,
            stops,
            near,
            audit: audit.collect(),
            instructions: instructions.map(|shown| InstructionRecord { time: rounded(shown.time), ..*shown }).collect(),
            error: error.map(|code| CaptureFailure::new(code, cause)),
        }
    }
}

/// Rounds a reported time to whole milliseconds.
fn rounded(time: Millis) -> Millis {
    time.round()
}

/// The JPEG buffers of a [`Finished`] as a JS object. They are transferred to the window instead of copied.
pub(crate) fn buffers(finished: &JsValue) -> Array {
    let stills = ["far", "near"].into_iter().map(|name| get(finished, name));
    let stills = stills.chain(Array::from(&get(finished, "stops"))).chain(Array::from(&get(finished, "audit")));
    stills.filter(JsValue::is_object).map(|still| get(&get(&still, "jpeg"), "buffer")).collect()
}
