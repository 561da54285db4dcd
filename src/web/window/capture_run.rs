//! Runs a capture in the window: camera, worker, frame source, and events for the page.

use super::camera::{Camera, TrackEvent};
use super::frame_source::{FrameSource, is_supported};
use super::page_watch::{PageEvent, PageWatch};
use super::worker_client::{IncomingMessage, WorkerClient};
use crate::error::ErrorCode;
use crate::events::{CameraPermission, CaptureEvent, Source};
use crate::messages::{Signal, WindowMessage, WorkerAbilities, kind};
use crate::session::RestartReason;
use crate::web::js::error::{WebError, error_name};
use crate::web::js::messages::Message;
use crate::web::js::object::{get, now, to_js};
use crate::web::js::options::CaptureOptions;
use gloo_timers::callback::Timeout;
use js_sys::Promise;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, future_to_promise, spawn_local};
use web_sys::{HtmlVideoElement, Window};

/// A source that delivers no frame for this long is replaced by the next one.
const SOURCE_TIMEOUT_MS: u32 = 3_000;
/// A worker that is not ready after this long has failed.
const WORKER_TIMEOUT_MS: u32 = 15_000;

/// A capture on one video element, from one start to the next.
pub(super) struct CaptureRun {
    window: Window,
    video: HtmlVideoElement,
    options: CaptureOptions,
    forced_source: Option<Source>,
    /// The start in progress or completed. A second call awaits it, since every `getUserMedia` may prompt again.
    starting: RefCell<Option<Promise>>,
    running: RefCell<Running>,
    /// Incremented by every stop; work of earlier generations must not continue.
    generation: Cell<u32>,
    /// The numbers of the motion path; empty for the default path.
    path: RefCell<Vec<f32>>,
    /// Whether the page holds the capture because the video is not visible.
    held: Cell<bool>,
}

/// Resources that a stop releases.
#[derive(Default)]
struct Running {
    camera: Option<Camera>,
    worker_client: Option<WorkerClient>,
    frame_source: Option<FrameSource>,
    abilities: WorkerAbilities,
    source_watch: Option<Timeout>,
    worker_watch: Option<Timeout>,
    page_watch: Option<PageWatch>,
    respawned: bool,
}

impl CaptureRun {
    pub(super) fn new(
        window: Window,
        video: HtmlVideoElement,
        options: CaptureOptions,
        forced_source: Option<Source>,
    ) -> Self {
        CaptureRun {
            window,
            video,
            options,
            forced_source,
            starting: RefCell::new(None),
            running: RefCell::new(Running::default()),
            generation: Cell::new(0),
            path: RefCell::default(),
            held: Cell::new(false),
        }
    }

    /// Starts, or returns the promise of the start in progress or completed.
    pub(super) fn start(self: &Rc<Self>) -> Promise {
        let mut starting = self.starting.borrow_mut();
        if let Some(promise) = &*starting {
            return promise.clone();
        }
        let run = self.clone();
        let promise = future_to_promise(async move {
            let generation = run.generation.get();
            match run.open_camera(generation).await {
                Ok(()) => Ok(JsValue::UNDEFINED),
                // It was stopped in the meantime: its errors no longer matter.
                Err(_) if run.generation.get() != generation => Ok(JsValue::UNDEFINED),
                Err(error) => {
                    run.fail(error.clone());
                    Err(error.into_error())
                }
            }
        });
        *starting = Some(promise.clone());
        promise
    }

    /// Sets the numbers of the motion path for the next start.
    pub(super) fn set_path(&self, numbers: Vec<f32>) {
        self.path.replace(numbers);
    }

    /// Holds the capture while the video is not visible, or resumes it.
    pub(super) fn hold(&self, held: bool) {
        self.held.set(held);
        self.post_visibility();
    }

    async fn open_camera(self: &Rc<Self>, generation: u32) -> Result<(), WebError> {
        let owner = Rc::downgrade(self);
        let camera = Camera::open(&self.window, &self.options.constraints(), self.options.stream(), move |event| {
            if let Some(run) = owner.upgrade() {
                run.signal(match event {
                    TrackEvent::Ended => Signal::TrackEnded,
                    TrackEvent::Muted => Signal::TrackMuted,
                    TrackEvent::Unmuted => Signal::TrackUnmuted,
                });
            }
        })
        .await?;
        if self.generation.get() != generation {
            return Ok(());
        }
        self.emit(&CaptureEvent::Permission { state: CameraPermission::Granted });
        self.emit(&CaptureEvent::CameraChange(camera.settings()));
        self.video.set_muted(true);
        self.video.set_autoplay(true);
        // Without it iOS plays video in full screen.
        let _ = self.video.set_attribute("playsinline", "");
        self.video.set_src_object(Some(camera.stream()));
        self.running.borrow_mut().camera = Some(camera);
        let playing = self.video.play().map_err(|error| WebError::new(ErrorCode::Internal, error))?;
        if let Err(error) = JsFuture::from(playing).await {
            match error_name(&error).as_str() {
                // Another load of the element, or a stop in the meantime, interrupts play(); autoplay continues.
                "AbortError" => {}
                // The person has to tap first.
                "NotAllowedError" => self.emit(&CaptureEvent::PlayBlocked),
                _ => return Err(WebError::new(ErrorCode::Internal, error)),
            }
        }
        if self.generation.get() != generation {
            return Ok(());
        }
        self.watch_page();
        self.spawn()
    }

    fn emit(&self, event: &CaptureEvent) {
        self.forward_event(to_js(event).unchecked_ref());
    }

    /// Forwards an event from the worker to the page.
    fn forward_event(&self, event: &Message) {
        self.notify_page(&event.name().unwrap_or_default(), &event.detail());
    }

    fn notify_page(&self, name: &str, detail: &JsValue) {
        // An exception in the page's listener must not stop the capture.
        let _ = self.options.on_event().call2(&JsValue::UNDEFINED, &name.into(), detail);
    }

    fn fail(&self, error: WebError) {
        self.stop();
        self.emit(&CaptureEvent::Error(error.failure()));
    }

    /// Releases camera, worker, listeners and timers. Work in progress detects it by the generation.
    pub(super) fn stop(&self) {
        self.generation.set(self.generation.get() + 1);
        self.starting.borrow_mut().take();
        let running = self.running.take();
        if running.camera.is_some() {
            self.video.set_src_object(None);
        }
    }

    fn post(&self, message: WindowMessage) {
        if let Some(worker_client) = &self.running.borrow().worker_client {
            worker_client.post(message);
        }
    }

    pub(super) fn signal(&self, name: Signal) {
        self.post(WindowMessage::Signal { name });
        if let Some(frame_source) = &self.running.borrow().frame_source {
            frame_source.end_wait();
        }
    }

    fn is_hidden(&self) -> bool {
        self.held.get() || self.window.document().is_some_and(|document| document.hidden())
    }

    fn post_visibility(&self) {
        self.signal(if self.is_hidden() { Signal::Hidden } else { Signal::Visible });
    }

    fn post_viewport(&self) {
        let (width, height) = (self.video.client_width(), self.video.client_height());
        // An invisible element has no shape and keeps the previous one.
        if self.held.get() && (width == 0 || height == 0) {
            return;
        }
        self.post(WindowMessage::Viewport { width: width as f32, height: height as f32 });
    }

    fn watch_page(self: &Rc<Self>) {
        let owner = Rc::downgrade(self);
        let watch = PageWatch::new(&self.window, &self.video, move |event| {
            let Some(run) = owner.upgrade() else { return };
            match event {
                PageEvent::Visibility => run.post_visibility(),
                PageEvent::Resized => run.post_viewport(),
                PageEvent::Battery { is_low } => run.signal(if is_low { Signal::SavePower } else { Signal::FullPower }),
                PageEvent::DevicesChanged => {
                    let settings = run.running.borrow().camera.as_ref().map(Camera::settings);
                    if let Some(settings) = settings {
                        run.emit(&CaptureEvent::CameraChange(settings));
                    }
                }
            }
        });
        self.running.borrow_mut().page_watch = Some(watch);
    }

    fn spawn(self: &Rc<Self>) -> Result<(), WebError> {
        let owner = Rc::downgrade(self);
        let worker_client = WorkerClient::new(&self.options.spawn_worker(), move |incoming| {
            if let Some(run) = owner.upgrade() {
                match incoming {
                    IncomingMessage::Message(message) => run.on_message(message),
                    IncomingMessage::Crash(cause) => run.on_crash(cause),
                }
            }
        })
        .map_err(|error| WebError::new(ErrorCode::AssetLoadFailed, error))?;
        let owner = Rc::downgrade(self);
        let watch = Timeout::new(WORKER_TIMEOUT_MS, move || {
            if let Some(run) = owner.upgrade() {
                run.fail(WebError::new(ErrorCode::AssetTimeout, "the worker did not start"));
            }
        });
        let mut running = self.running.borrow_mut();
        running.worker_client = Some(worker_client);
        running.worker_watch = Some(watch);
        Ok(())
    }

    fn on_message(self: &Rc<Self>, message: &Message) {
        match message.kind().as_str() {
            kind::READY => self.on_ready(message),
            kind::FRAME_DONE => {
                if let Some(frame_source) = &self.running.borrow().frame_source {
                    frame_source.frame_done(message.wait().unwrap_or_default());
                }
            }
            kind::FIRST_FRAME => drop(self.running.borrow_mut().source_watch.take()),
            kind::SOURCE_FAILED => self.next_source(),
            kind::EVENT => self.forward_event(message),
            kind::FINISHED => self.on_finished(message),
            kind::REFUSED => self.fail(WebError::new(ErrorCode::AssetLoadFailed, message.detail())),
            kind::CRASHED => self.on_crash(message.detail()),
            _ => {}
        }
    }

    fn on_ready(self: &Rc<Self>, message: &Message) {
        let abilities = message.detail();
        let has = |name: &str| get(&abilities, name).is_truthy();
        {
            let mut running = self.running.borrow_mut();
            running.worker_watch = None;
            running.abilities = WorkerAbilities {
                track_processor: has("trackProcessor"),
                video_frame: has("videoFrame"),
                offscreen_canvas: has("offscreenCanvas"),
            };
        }
        let sent_at = now();
        let ahead_at_most = sent_at - message.sent_at().unwrap_or(sent_at);
        self.post(WindowMessage::Clock { sent_at, ahead_at_most });
        self.post(WindowMessage::Path { detail: self.path.borrow().clone() });
        self.post_viewport();
        self.post_visibility();
        self.signal(Signal::Start);
        self.emit(&CaptureEvent::Ready);
        self.start_source(None);
    }

    /// Starts the best source after `failed`, or the best of all.
    fn start_source(self: &Rc<Self>, failed: Option<Source>) {
        let started = {
            let mut running = self.running.borrow_mut();
            running.frame_source = None;
            running.source_watch = None;
            let (Some(worker_client), Some(camera)) = (&running.worker_client, &running.camera) else { return };
            let after = failed.and_then(|failed| Source::ALL.iter().position(|&source| source == failed));
            let candidates = Source::ALL.into_iter().skip(after.map_or(0, |index| index + 1));
            candidates
                .filter(|&source| self.forced_source.is_none_or(|forced| source == forced))
                .filter(|&source| is_supported(source, running.abilities))
                .find_map(|source| FrameSource::start(source, &self.video, camera.track(), worker_client.worker()).ok())
        };
        let Some(frame_source) = started else {
            return self.fail(WebError::new(ErrorCode::Internal, "no frame source works in this browser"));
        };
        let source = frame_source.source();
        let owner = Rc::downgrade(self);
        let watch = Timeout::new(SOURCE_TIMEOUT_MS, move || {
            if let Some(run) = owner.upgrade() {
                run.on_silent_source();
            }
        });
        {
            let mut running = self.running.borrow_mut();
            running.frame_source = Some(frame_source);
            running.source_watch = Some(watch);
        }
        self.emit(&CaptureEvent::Source { name: source });
    }

    fn on_silent_source(self: &Rc<Self>) {
        let no_frames_expected =
            self.is_hidden() || self.running.borrow().camera.as_ref().is_some_and(|camera| camera.track().muted());
        if no_frames_expected {
            // No source delivers frames now; check again later.
            let owner = Rc::downgrade(self);
            let watch = Timeout::new(SOURCE_TIMEOUT_MS, move || {
                if let Some(run) = owner.upgrade() {
                    run.on_silent_source();
                }
            });
            self.running.borrow_mut().source_watch = Some(watch);
        } else {
            self.next_source();
        }
    }

    fn next_source(self: &Rc<Self>) {
        let current = self.running.borrow().frame_source.as_ref().map(FrameSource::source);
        if current.is_some() {
            self.start_source(current);
        }
    }

    fn on_finished(&self, message: &Message) {
        self.stop();
        let detail = message.detail();
        self.notify_page("finished", &detail);
        let error = get(&detail, "error");
        if error.is_object() {
            self.notify_page("error", &error);
        }
    }

    /// Replaces a crashed worker once and restarts the session; a second crash ends it.
    fn on_crash(self: &Rc<Self>, cause: JsValue) {
        let may_respawn = {
            let mut running = self.running.borrow_mut();
            if running.worker_client.is_none() {
                return;
            }
            running.frame_source = None;
            running.source_watch = None;
            running.worker_client = None;
            !std::mem::replace(&mut running.respawned, true)
        };
        if !may_respawn {
            return self.fail(WebError::new(ErrorCode::Internal, cause));
        }
        self.emit(&CaptureEvent::Restarted { reason: RestartReason::WorkerCrashed });
        // Deferred: this runs inside a listener of the crashed worker, whose client has just been dropped.
        let run = self.clone();
        spawn_local(async move {
            if let Err(error) = run.spawn() {
                run.fail(error);
            }
        });
    }
}
