//! The worker's side of a capture: receives frames, runs the pipeline on them and reports to the window.

use super::frame_buffer::FrameBuffer;
use super::results::{Results, buffers};
use crate::clock::{CaptureClock, Millis, clock_offset};
use crate::detection::Detector;
use crate::error::ErrorCode;
use crate::events::CaptureEvent;
use crate::frame::Size;
use crate::guidance::{MotionPath, Viewport};
use crate::messages::{FrameTransfer, Signal, WorkerAbilities, WorkerMessage, kind};
use crate::pipeline::{FrameRate, Pipeline};
use crate::session::{Effect, Event};
use crate::web::js::bindings::{MediaStreamTrackProcessor, TrackProcessorInit, VideoFrame};
use crate::web::js::config::{config_from_object, threshold_message};
use crate::web::js::error::{WebError, error_message};
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

/// Interval of the session's clock while no frames arrive.
const TICK_MS: u32 = 250;

/// A capture inside a worker.
#[wasm_bindgen]
pub struct CaptureWorker {
    inner: Rc<Inner>,
    _ticker: Interval,
}

struct Inner {
    scope: DedicatedWorkerGlobalScope,
    state: RefCell<State>,
    /// Whether a frame is being copied into wasm memory, which must not grow meanwhile: messages are queued.
    copying: Cell<bool>,
    queued: RefCell<VecDeque<JsValue>>,
    /// Incremented when the current stream must no longer be read.
    stream: Cell<u32>,
    /// Offset of the window's clock relative to this scope's: all reported times use the window's clock. `None` until
    /// the window has sent its clock; no time passes before.
    clock_offset: Cell<Option<Millis>>,
}

struct State {
    pipeline: Pipeline<Detector>,
    frame_buffer: FrameBuffer,
    results: Results,
    clock: CaptureClock,
    frame_rate: FrameRate,
    first_frame_due: bool,
    /// Effects of a frame, copied from the pipeline. Reused, so that frames do not allocate.
    effects: Vec<Effect>,
}

#[wasm_bindgen]
impl CaptureWorker {
    /// Reads the model and the configuration, and reports to the window that it is ready.
    ///
    /// # Errors
    /// `asset_load_failed` for bytes that are not the model, `internal` for an invalid configuration.
    #[wasm_bindgen(constructor)]
    pub fn new(model: &[u8], config: JsValue) -> Result<CaptureWorker, JsValue> {
        let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
        let config =
            config_from_object(&config).map_err(|reason| WebError::new(ErrorCode::Internal, reason).into_error())?;
        let detector = Detector::from_int8(model)
            .map_err(|error| WebError::new(ErrorCode::AssetLoadFailed, error.message()).into_error())?;
        let pipeline = Pipeline::new(detector, config)
            .map_err(|error| WebError::new(ErrorCode::Internal, threshold_message(&error)).into_error())?;
        let inner = Rc::new(Inner {
            scope,
            state: RefCell::new(State {
                pipeline,
                frame_buffer: FrameBuffer::default(),
                results: Results::new(config.audit_frames),
                clock: CaptureClock::default(),
                frame_rate: FrameRate::default(),
                first_frame_due: true,
                effects: Vec::with_capacity(16),
            }),
            copying: Cell::new(false),
            queued: RefCell::new(VecDeque::with_capacity(64)),
            stream: Cell::new(0),
            clock_offset: Cell::new(None),
        });
        let ticking = inner.clone();
        let ticker = Interval::new(TICK_MS, move || {
            if !ticking.copying.get() && ticking.clock_offset.get().is_some() {
                ticking.handle(&Event::Tick);
            }
        });
        inner.post(&WorkerMessage::Ready { detail: abilities(), sent_at: now() });
        Ok(CaptureWorker { inner, _ticker: ticker })
    }

    /// Receives a message from the window.
    pub fn receive(&self, message: JsValue) {
        if self.inner.copying.get() {
            self.inner.queued.borrow_mut().push_back(message);
        } else {
            Inner::on_message(&self.inner, message.unchecked_ref());
        }
    }
}

impl Inner {
    /// Current Unix ms by the window's clock.
    fn now(&self) -> Millis {
        now() + self.clock_offset.get().unwrap_or_default()
    }

    fn on_message(inner: &Rc<Self>, message: &Message) {
        let kind = message.kind();
        if let Some(what) = FrameTransfer::from_kind(&kind) {
            return Inner::on_transfer(inner, what, message);
        }
        match kind.as_str() {
            kind::VIEWPORT => {
                let (width, height) = (message.width().unwrap_or(0.0) as f32, message.height().unwrap_or(0.0) as f32);
                let mut state = inner.state.borrow_mut();
                let effects = state.pipeline.resize(Viewport { width, height }, inner.now()).to_vec();
                inner.perform(&mut state, &effects);
            }
            kind::PATH => {
                let numbers: Vec<f32> = Array::from(&message.detail()).iter().map(|number| float(&number)).collect();
                inner.state.borrow_mut().pipeline.set_path(MotionPath::from_numbers(&numbers));
            }
            kind::CLOCK => {
                let least = message.sent_at().map_or(0.0, |sent_at| sent_at - now());
                inner.clock_offset.set(Some(clock_offset(least, message.ahead_at_most().unwrap_or(0.0))));
            }
            kind::SIGNAL => {
                if let Some(signal) = message.name().and_then(|name| Signal::from_name(&name)) {
                    inner.on_signal(signal);
                }
            }
            _ => {}
        }
    }

    fn on_transfer(inner: &Rc<Self>, what: FrameTransfer, message: &Message) {
        match what {
            FrameTransfer::Stream => Inner::read(inner, message.detail().unchecked_into()),
            FrameTransfer::Track => match processor(&message.detail()) {
                Ok(processor) => Inner::read(inner, processor.readable()),
                Err(error) => inner.source_failed(error_message(&error)),
            },
            FrameTransfer::VideoFrame => {
                let frame: VideoFrame = message.detail().unchecked_into();
                let captured_at = message.captured_at();
                let inner = inner.clone();
                inner.stop_stream();
                spawn_local(async move {
                    inner.process_video_frame(&frame, captured_at).await;
                    inner.frame_done();
                });
            }
            FrameTransfer::ImageBitmap => {
                let bitmap: ImageBitmap = message.detail().unchecked_into();
                if inner.takes_frame() {
                    let size = Size { width: bitmap.width(), height: bitmap.height() };
                    let drawn = inner.state.borrow_mut().frame_buffer.draw(&bitmap, size);
                    inner.process_copied(drawn, message.captured_at());
                }
                bitmap.close();
                inner.frame_done();
            }
            FrameTransfer::Pixels => {
                if inner.takes_frame() {
                    inner.state.borrow_mut().frame_buffer.take_pixels(message.detail().unchecked_ref::<ImageData>());
                    inner.process_copied(Ok(()), message.captured_at());
                }
                inner.frame_done();
            }
        }
    }

    fn on_signal(&self, signal: Signal) {
        let event = match signal {
            Signal::Start => {
                // A page that sends its own pictures does not send a clock.
                self.clock_offset.set(self.clock_offset.get().or(Some(0.0)));
                Event::Start
            }
            Signal::Hidden => Event::Hidden,
            Signal::Visible => Event::Visible,
            Signal::TrackMuted => Event::Muted,
            Signal::TrackUnmuted => Event::Unmuted,
            Signal::TrackEnded => Event::TrackEnded,
            Signal::SavePower | Signal::FullPower => {
                self.state.borrow_mut().frame_rate.set_saves_power(signal == Signal::SavePower);
                return;
            }
            Signal::Cancel => Event::Cancel,
        };
        self.handle(&event);
    }

    fn handle(&self, event: &Event) {
        let mut state = self.state.borrow_mut();
        let effects = state.pipeline.handle(event, self.now()).to_vec();
        self.perform(&mut state, &effects);
    }

    /// Reads `VideoFrame`s until the stream ends, is replaced, or the session is over.
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
                inner.process_video_frame(&frame, None).await;
            }
        });
    }

    /// Copies a frame's pixels and processes them. Always closes the frame: a camera stops if its frames are kept open.
    async fn process_video_frame(self: &Rc<Self>, frame: &VideoFrame, captured_at: Option<Millis>) {
        let captured_at = captured_at.or_else(|| {
            let microseconds = frame.timestamp()?;
            Some(self.state.borrow_mut().clock.captured_at(microseconds, self.now()))
        });
        if !self.takes_frame() {
            frame.close();
            return;
        }
        self.copying.set(true);
        let copy = self.state.borrow_mut().frame_buffer.begin(frame);
        let copied = match copy {
            Ok(Some(pending)) => match JsFuture::from(pending.planes.clone()).await {
                Ok(planes) => {
                    self.state.borrow_mut().frame_buffer.finish(pending.layout(), planes);
                    Ok(())
                }
                Err(error) => Err(error),
            },
            Ok(None) => self.state.borrow_mut().frame_buffer.draw_frame(frame),
            Err(error) => Err(error),
        };
        frame.close();
        self.copying.set(false);
        self.process_copied(copied, captured_at);
        loop {
            // One at a time: handling a message may start another copy.
            let next = if self.copying.get() { None } else { self.queued.borrow_mut().pop_front() };
            let Some(message) = next else { break };
            Inner::on_message(self, message.unchecked_ref());
        }
    }

    /// Whether to process the frame that arrives now.
    fn takes_frame(&self) -> bool {
        let mut state = self.state.borrow_mut();
        let State { pipeline, frame_rate, first_frame_due, .. } = &mut *state;
        frame_rate.takes(self.now(), pipeline.driver().is_watching()) || *first_frame_due
    }

    fn stop_stream(&self) {
        // Single frames replace a stream: it is no longer read.
        self.stream.set(self.stream.get().wrapping_add(1));
    }

    fn process_copied(&self, copied: Result<(), JsValue>, captured_at: Option<Millis>) {
        let mut state = self.state.borrow_mut();
        let now = self.now();
        let State { pipeline, frame_buffer, results, effects, frame_rate, first_frame_due, .. } = &mut *state;
        let failed = match (copied, frame_buffer.frame()) {
            (Err(error), _) => Some(error_message(&error)),
            (_, Err(error)) => Some(Some(error.message())),
            (Ok(()), Ok(frame)) => {
                effects.extend_from_slice(pipeline.process(&frame, captured_at.unwrap_or(now), now));
                for effect in effects.iter() {
                    if let Effect::KeepAudit { slot, .. } = effect {
                        results.keep_audit(*slot, &frame);
                    }
                }
                frame_rate.record(pipeline.driver().seen(), now, self.now() - now);
                None
            }
        };
        if let Some(cause) = failed {
            // A bad frame among good ones is ignored; a source that fails on its first frame is reported.
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
                Effect::KeepFrame { stage, .. } => state.results.keep_frame(stage, &mut state.frame_buffer),
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
                    let message = to_js(&WorkerMessage::Finished { detail });
                    // Plain objects and fresh buffers can always be cloned or transferred.
                    let _ = self.scope.post_message_with_transfer(&message, &buffers(&get(&message, "detail")));
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

    /// Asks the window for the next frame, when it will be needed.
    fn frame_done(&self) {
        let wait = {
            let state = self.state.borrow();
            state.frame_rate.wait(self.now(), state.pipeline.driver().is_watching())
        };
        self.post_js(&frame_done(wait));
    }

    fn source_failed(&self, detail: Option<String>) {
        self.post(&WorkerMessage::SourceFailed { detail });
    }

    fn post(&self, message: &WorkerMessage) {
        self.post_js(&to_js(message));
    }

    fn post_js(&self, message: &JsValue) {
        // Plain objects of strings and numbers can always be cloned.
        let _ = self.scope.post_message(message);
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
