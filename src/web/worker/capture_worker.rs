//! The worker's side of a capture: takes frames as they come, runs the pipeline on them, tells the window.

use super::frame_buffer::FrameBuffer;
use super::results::{Results, buffers};
use crate::clock::{CaptureClock, Millis, clock_offset};
use crate::detection::Detector;
use crate::error::ErrorCode;
use crate::events::CaptureEvent;
use crate::frame::Size;
use crate::guidance::{MotionPath, Viewport};
use crate::messages::{FrameTransfer, Signal, WorkerAbilities, WorkerMessage, kind};
use crate::pipeline::Pipeline;
use crate::session::{Effect, Event};
use crate::web::js::bindings::{MediaStreamTrackProcessor, TrackProcessorInit, VideoFrame};
use crate::web::js::config::{config_from, told};
use crate::web::js::error::{WebError, describe};
use crate::web::js::messages::{self, Message, frame_done, progress};
use crate::web::js::object::{get, has_global, now, to_js};
use gloo_timers::callback::Interval;
use js_sys::{Array, Promise};
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{DedicatedWorkerGlobalScope, ImageBitmap, ImageData, ReadableStream, ReadableStreamDefaultReader};

/// How often the session's clock is looked at while no frame comes.
const TICK_MS: u32 = 250;

/// The capture as it runs in a worker.
#[wasm_bindgen]
pub struct CaptureWorker {
    inner: Rc<Inner>,
    _ticker: Interval,
}

struct Inner {
    scope: DedicatedWorkerGlobalScope,
    state: RefCell<State>,
    /// A frame's pixels are on their way into memory, which must not grow now: messages wait.
    landing: Cell<bool>,
    waiting: RefCell<VecDeque<JsValue>>,
    /// Raised whenever the current stream is to be read no further.
    stream: Cell<u32>,
    /// What the window's clock is ahead of this scope's: all times that are told are the window's. `None` before the
    /// window has said anything of its clock; no time passes until then.
    ahead: Cell<Option<Millis>>,
}

struct State {
    pipeline: Pipeline<Detector>,
    landing: FrameBuffer,
    results: Results,
    clock: CaptureClock,
    first_frame_due: bool,
    /// What a frame led to, copied out of the pipeline; kept so that no frame allocates.
    effects: Vec<Effect>,
}

#[wasm_bindgen]
impl CaptureWorker {
    /// Reads the model and the configuration, and tells the window that it is ready.
    ///
    /// # Errors
    /// `asset_load_failed` for bytes that are not the model, `internal` for a configuration that makes no sense.
    #[wasm_bindgen(constructor)]
    pub fn new(model: &[u8], config: JsValue) -> Result<CaptureWorker, JsValue> {
        let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
        let config = config_from(&config).map_err(|reason| WebError::new(ErrorCode::Internal, reason).into_error())?;
        let detector = Detector::from_tflite(model)
            .map_err(|error| WebError::new(ErrorCode::AssetLoadFailed, error.message()).into_error())?;
        let pipeline = Pipeline::new(detector, config)
            .map_err(|error| WebError::new(ErrorCode::Internal, told(&error)).into_error())?;
        let inner = Rc::new(Inner {
            scope,
            state: RefCell::new(State {
                pipeline,
                landing: FrameBuffer::default(),
                results: Results::new(config.audit_frames),
                clock: CaptureClock::default(),
                first_frame_due: true,
                effects: Vec::with_capacity(16),
            }),
            landing: Cell::new(false),
            waiting: RefCell::new(VecDeque::with_capacity(64)),
            stream: Cell::new(0),
            ahead: Cell::new(None),
        });
        let ticked = inner.clone();
        let ticker = Interval::new(TICK_MS, move || {
            if !ticked.landing.get() && ticked.ahead.get().is_some() {
                ticked.handle(&Event::Tick);
            }
        });
        inner.post(&WorkerMessage::Ready { detail: abilities(), sent_at: now() });
        Ok(CaptureWorker { inner, _ticker: ticker })
    }

    /// Takes a message from the window.
    pub fn receive(&self, note: JsValue) {
        if self.inner.landing.get() {
            self.inner.waiting.borrow_mut().push_back(note);
        } else {
            Inner::on_message(&self.inner, note.unchecked_ref());
        }
    }
}

impl Inner {
    /// Unix ms now, by the window's clock.
    fn now(&self) -> Millis {
        now() + self.ahead.get().unwrap_or_default()
    }

    fn on_message(inner: &Rc<Self>, note: &Message) {
        let kind = note.kind();
        if let Some(what) = FrameTransfer::from_kind(&kind) {
            return Inner::on_transfer(inner, what, note);
        }
        match kind.as_str() {
            kind::VIEWPORT => {
                let (width, height) = (note.width().unwrap_or(0.0) as f32, note.height().unwrap_or(0.0) as f32);
                let mut state = inner.state.borrow_mut();
                let effects = state.pipeline.resize(Viewport { width, height }, inner.now()).to_vec();
                inner.perform(&mut state, &effects);
            }
            kind::PATH => {
                let numbers: Vec<f32> = Array::from(&note.detail()).iter().map(|number| float(&number)).collect();
                inner.state.borrow_mut().pipeline.set_path(MotionPath::from_numbers(&numbers));
            }
            kind::CLOCK => {
                let least = note.sent_at().map_or(0.0, |sent_at| sent_at - now());
                inner.ahead.set(Some(clock_offset(least, note.ahead_at_most().unwrap_or(0.0))));
            }
            kind::SIGNAL => {
                if let Some(signal) = note.name().and_then(|name| Signal::from_name(&name)) {
                    inner.on_signal(signal);
                }
            }
            _ => {}
        }
    }

    fn on_transfer(inner: &Rc<Self>, what: FrameTransfer, note: &Message) {
        match what {
            FrameTransfer::Stream => Inner::read(inner, note.detail().unchecked_into()),
            FrameTransfer::Track => match processor(&note.detail()) {
                Ok(processor) => Inner::read(inner, processor.readable()),
                Err(error) => inner.source_failed(describe(&error)),
            },
            FrameTransfer::VideoFrame => {
                let frame: VideoFrame = note.detail().unchecked_into();
                let captured_at = note.captured_at();
                let inner = inner.clone();
                inner.begin_source_if_new();
                spawn_local(async move {
                    inner.take_video_frame(&frame, captured_at).await;
                    inner.post_js(&frame_done());
                });
            }
            FrameTransfer::ImageBitmap => {
                let bitmap: ImageBitmap = note.detail().unchecked_into();
                let size = Size { width: bitmap.width(), height: bitmap.height() };
                let drawn = inner.state.borrow_mut().landing.draw(&bitmap, size);
                bitmap.close();
                inner.take_landed(drawn, note.captured_at());
                inner.post_js(&frame_done());
            }
            FrameTransfer::Pixels => {
                inner.state.borrow_mut().landing.take_pixels(note.detail().unchecked_ref::<ImageData>());
                inner.take_landed(Ok(()), note.captured_at());
                inner.post_js(&frame_done());
            }
        }
    }

    fn on_signal(&self, signal: Signal) {
        let event = match signal {
            Signal::Start => {
                // Who feeds pictures of its own says nothing of another clock.
                self.ahead.set(self.ahead.get().or(Some(0.0)));
                Event::Start
            }
            Signal::Hidden => Event::Hidden,
            Signal::Visible => Event::Visible,
            Signal::TrackMuted => Event::Muted,
            Signal::TrackUnmuted => Event::Unmuted,
            Signal::TrackEnded => Event::TrackEnded,
            Signal::Cancel => Event::Cancel,
        };
        self.handle(&event);
    }

    fn handle(&self, event: &Event) {
        let mut state = self.state.borrow_mut();
        let effects = state.pipeline.handle(event, self.now()).to_vec();
        self.perform(&mut state, &effects);
    }

    /// Reads `VideoFrame`s until the stream ends, another one takes its place, or the session is over.
    fn read(inner: &Rc<Self>, stream: ReadableStream) {
        let reader: ReadableStreamDefaultReader = stream.get_reader().unchecked_into();
        let generation = inner.stream.get() + 1;
        inner.stream.set(generation);
        {
            let mut state = inner.state.borrow_mut();
            state.first_frame_due = true;
            state.clock = CaptureClock::default();
        }
        let inner = inner.clone();
        spawn_local(async move {
            loop {
                let Ok(chunk) = JsFuture::from(reader.read()).await else { break };
                if get(&chunk, "done").is_truthy() {
                    break;
                }
                let frame: VideoFrame = get(&chunk, "value").unchecked_into();
                if inner.stream.get() != generation {
                    frame.close();
                    let _: Promise = reader.cancel();
                    break;
                }
                inner.take_video_frame(&frame, None).await;
            }
        });
    }

    /// Lands a frame's pixels and looks at them. Always closes the frame: a camera stops when its frames are kept.
    async fn take_video_frame(self: &Rc<Self>, frame: &VideoFrame, captured_at: Option<Millis>) {
        let captured_at = captured_at.or_else(|| {
            let microseconds = frame.timestamp()?;
            Some(self.state.borrow_mut().clock.captured_at(microseconds, self.now()))
        });
        self.landing.set(true);
        let flight = self.state.borrow_mut().landing.begin(frame);
        let landed = match flight {
            Ok(Some(flight)) => match JsFuture::from(flight.planes.clone()).await {
                Ok(planes) => {
                    self.state.borrow_mut().landing.finish(flight.layout(), planes);
                    Ok(())
                }
                Err(error) => Err(error),
            },
            Ok(None) => self.state.borrow_mut().landing.draw_frame(frame),
            Err(error) => Err(error),
        };
        frame.close();
        self.landing.set(false);
        self.take_landed(landed, captured_at);
        loop {
            // One at a time: handling a message may start another landing.
            let next = if self.landing.get() { None } else { self.waiting.borrow_mut().pop_front() };
            let Some(note) = next else { break };
            Inner::on_message(self, note.unchecked_ref());
        }
    }

    fn begin_source_if_new(&self) {
        // A stream that the window replaced by single frames is read no further.
        self.stream.set(self.stream.get().wrapping_add(1));
    }

    fn take_landed(&self, landed: Result<(), JsValue>, captured_at: Option<Millis>) {
        let mut state = self.state.borrow_mut();
        let now = self.now();
        let State { pipeline, landing, results, effects, first_frame_due, .. } = &mut *state;
        let failed = match (landed, landing.frame()) {
            (Err(error), _) => Some(describe(&error)),
            (_, Err(error)) => Some(Some(error.message())),
            (Ok(()), Ok(frame)) => {
                effects.extend_from_slice(pipeline.process(&frame, captured_at.unwrap_or(now), now));
                for effect in effects.iter() {
                    if let Effect::KeepAudit { slot, .. } = effect {
                        results.keep_audit(*slot, &frame);
                    }
                }
                None
            }
        };
        if let Some(cause) = failed {
            // One bad frame among good ones is nothing; a source that cannot even begin is.
            if *first_frame_due {
                self.source_failed(cause);
            }
            return;
        }
        if std::mem::take(first_frame_due) {
            self.post(&WorkerMessage::FirstFrame);
        }
        let mut effects = std::mem::take(effects);
        self.perform(&mut state, &effects);
        effects.clear();
        state.effects = effects;
    }

    fn perform(&self, state: &mut State, effects: &[Effect]) {
        for effect in effects {
            match *effect {
                Effect::KeepFrame { stage, .. } => state.results.keep_frame(stage, &mut state.landing),
                Effect::KeepAudit { .. } => {}
                Effect::Encode => {
                    let next = state.results.encode(&state.pipeline.driver().stages(), |fraction| {
                        self.event(CaptureEvent::Encoding { fraction: fraction.into() });
                    });
                    let effects = state.pipeline.handle(&next, self.now()).to_vec();
                    self.perform(state, &effects);
                }
                Effect::Finished { outcome, error } => {
                    self.stream.set(self.stream.get().wrapping_add(1));
                    state.first_frame_due = true;
                    let detail = Box::new(state.results.take(outcome, error, state.pipeline.driver()));
                    let note = to_js(&WorkerMessage::Finished { detail });
                    // Every part is a plain object or a fresh buffer, which can always be cloned or moved.
                    let _ = self.scope.post_message_with_transfer(&note, &buffers(&get(&note, "detail")));
                }
                Effect::InstructionChanged { code, failing } => {
                    self.event(CaptureEvent::Instruction { code, failing, time: self.now() });
                }
                Effect::PhaseChanged { phase } => self.event(CaptureEvent::Phase { phase }),
                Effect::OvalChanged { stage, oval } => self.event(CaptureEvent::Oval { stage, oval: oval.into() }),
                Effect::Progress { fraction } => self.post_js(&progress(fraction)),
                Effect::Restarted { reason } => self.event(CaptureEvent::Restarted { reason }),
                Effect::Paused { reason } => self.event(CaptureEvent::Paused { reason }),
                Effect::Resumed => self.event(CaptureEvent::Resumed),
                Effect::Slow => self.event(CaptureEvent::Slow),
            }
        }
    }

    fn event(&self, event: CaptureEvent) {
        self.post_js(&messages::event(&event));
    }

    fn source_failed(&self, detail: Option<String>) {
        self.post(&WorkerMessage::SourceFailed { detail });
    }

    fn post(&self, message: &WorkerMessage) {
        self.post_js(&to_js(message));
    }

    fn post_js(&self, note: &JsValue) {
        // Plain objects of strings and numbers can always be cloned.
        let _ = self.scope.post_message(note);
    }
}

fn float(number: &JsValue) -> f32 {
    number.as_f64().map_or(f32::NAN, |number| number as f32)
}

fn processor(track: &JsValue) -> Result<MediaStreamTrackProcessor, JsValue> {
    let init: TrackProcessorInit = js_sys::Object::new().unchecked_into();
    init.set_track(track.unchecked_ref());
    init.set_max_buffer_size(1);
    MediaStreamTrackProcessor::new(&init)
}

fn abilities() -> WorkerAbilities {
    let canvas = web_sys::OffscreenCanvas::new(1, 1).and_then(|canvas| canvas.get_context("2d"));
    WorkerAbilities {
        track_processor: has_global("MediaStreamTrackProcessor"),
        video_frame: has_global("VideoFrame"),
        offscreen_canvas: matches!(canvas, Ok(Some(_))),
    }
}
