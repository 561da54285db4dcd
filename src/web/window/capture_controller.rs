//! The window's side of a capture: the camera, the worker, and what the page is told.

use super::camera::{Camera, TrackEvent};
use super::frame_source::{FrameSource, is_supported};
use super::page_watch::{PageEvent, PageWatch};
use super::worker_client::{Heard, WorkerClient};
use crate::error::ErrorCode;
use crate::events::{CameraPermission, CaptureEvent, Source};
use crate::guidance::MotionPath;
use crate::messages::{Signal, WindowMessage, WorkerAbilities, kind};
use crate::session::RestartReason;
use crate::web::js::config::config_from;
use crate::web::js::error::WebError;
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

/// A source that delivers nothing for this long gives way to the next one.
const SOURCE_PATIENCE_MS: u32 = 3_000;
/// A worker that says nothing for this long after its start has failed.
const WORKER_PATIENCE_MS: u32 = 15_000;

/// One person's capture on one video element.
#[wasm_bindgen]
pub struct CaptureController {
    inner: Rc<Inner>,
}

struct Inner {
    window: Window,
    video: HtmlVideoElement,
    options: CaptureOptions,
    forced_source: Option<Source>,
    /// The start that is under way or done: a second call awaits the first, since every `getUserMedia` may ask again.
    starting: RefCell<Option<Promise>>,
    running: RefCell<Running>,
    /// Raised by every stop; what was begun before it must not go on after it.
    generation: Cell<u32>,
    /// The path to lead along, by its numbers; empty: none.
    path: RefCell<Vec<f32>>,
    /// The page says that nobody can see the camera's picture now.
    held: Cell<bool>,
}

/// What a stop lets go of.
#[derive(Default)]
struct Running {
    camera: Option<Camera>,
    link: Option<WorkerClient>,
    feed: Option<FrameSource>,
    abilities: WorkerAbilities,
    source_watch: Option<Timeout>,
    worker_watch: Option<Timeout>,
    page_watch: Option<PageWatch>,
    respawned: bool,
}

#[wasm_bindgen]
impl CaptureController {
    /// Prepares a capture that shows the camera in `video`. Nothing happens before [`CaptureController::start`].
    ///
    /// # Errors
    /// A `RangeError` that names the option, when one makes no sense.
    #[wasm_bindgen(constructor)]
    pub fn new(video: HtmlVideoElement, options: CaptureOptions) -> Result<CaptureController, JsValue> {
        let window = web_sys::window().ok_or_else(|| js_sys::Error::new("a capture needs a window"))?;
        config_from(&options.config()).map_err(|message| js_sys::RangeError::new(&message))?;
        let forced_source = options.forced_source()?;
        Ok(CaptureController {
            inner: Rc::new(Inner {
                window,
                video,
                options,
                forced_source,
                starting: RefCell::new(None),
                running: RefCell::new(Running::default()),
                generation: Cell::new(0),
                path: RefCell::default(),
                held: Cell::new(false),
            }),
        })
    }

    /// Asks for the camera and starts. Resolves when frames are on their way; rejects with what the `error` event
    /// also tells. Calling it again while it runs awaits the same start.
    pub fn start(&self) -> Promise {
        let mut starting = self.inner.starting.borrow_mut();
        if let Some(promise) = &*starting {
            return promise.clone();
        }
        let inner = self.inner.clone();
        let promise = future_to_promise(async move {
            let generation = inner.generation.get();
            match inner.start(generation).await {
                Ok(()) => Ok(JsValue::UNDEFINED),
                // It was stopped meanwhile: what it failed of is nobody's fault any more.
                Err(_) if inner.generation.get() != generation => Ok(JsValue::UNDEFINED),
                Err(fault) => {
                    inner.fail(fault.clone());
                    Err(fault.into_error())
                }
            }
        });
        *starting = Some(promise.clone());
        promise
    }

    /// Leads along a path from the next start on: `size`, `x` and `y` of far, one or two stops and near, one after the
    /// other; with no numbers from far to near, both in the middle.
    ///
    /// # Errors
    /// A `RangeError` for numbers that are no path.
    pub fn follow(&self, numbers: Vec<f32>) -> Result<(), JsValue> {
        if !numbers.is_empty() && MotionPath::from_numbers(&numbers).is_none() {
            return Err(js_sys::RangeError::new("these positions are no path").into());
        }
        self.inner.path.replace(numbers);
        Ok(())
    }

    /// Ends the session as cancelled.
    pub fn cancel(&self) {
        self.inner.signal(Signal::Cancel);
    }

    /// Starts over after a session that ended, with a new stream: the one before may be what failed.
    pub fn retry(&self) -> Promise {
        self.inner.stop();
        self.start()
    }

    /// Holds the capture while nobody can see the camera's picture, or lets it go on.
    pub fn hold(&self, held: bool) {
        self.inner.held.set(held);
        self.inner.tell_hidden();
    }

    /// Switches the camera off, ends the worker and removes every listener. Events stop at once.
    pub fn destroy(&self) {
        self.inner.stop();
    }
}

impl Drop for CaptureController {
    fn drop(&mut self) {
        self.inner.stop();
    }
}

impl Inner {
    async fn start(self: &Rc<Self>, generation: u32) -> Result<(), WebError> {
        let owner = Rc::downgrade(self);
        let camera = Camera::open(&self.window, &self.options.constraints(), self.options.stream(), move |event| {
            if let Some(inner) = owner.upgrade() {
                inner.signal(match event {
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
        self.emit(&CaptureEvent::CameraChange(camera.describe()));
        self.video.set_muted(true);
        self.video.set_autoplay(true);
        // iOS plays video in full screen without it.
        let _ = self.video.set_attribute("playsinline", "");
        self.video.set_src_object(Some(camera.stream()));
        self.running.borrow_mut().camera = Some(camera);
        let playing = self.video.play().map_err(|error| WebError::new(ErrorCode::Internal, error))?;
        if let Err(error) = JsFuture::from(playing).await {
            match crate::web::js::error::error_name(&error).as_str() {
                // Another load of the element, or a page that was stopped meanwhile, interrupts play(); autoplay goes on.
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
        self.pass_on(to_js(event).unchecked_ref());
    }

    /// Tells the page of an event as it came from the worker.
    fn pass_on(&self, event: &Message) {
        self.tell(&event.name().unwrap_or_default(), &event.detail());
    }

    fn tell(&self, name: &str, detail: &JsValue) {
        // A listener that throws is the page's own affair; it must not stop the capture.
        let _ = self.options.on_event().call2(&JsValue::UNDEFINED, &name.into(), detail);
    }

    fn fail(&self, fault: WebError) {
        self.stop();
        self.emit(&CaptureEvent::Error(fault.failure()));
    }

    /// Lets everything go: camera, worker, listeners, timers. What is under way notices by the generation.
    fn stop(&self) {
        self.generation.set(self.generation.get() + 1);
        self.starting.borrow_mut().take();
        let running = self.running.take();
        if running.camera.is_some() {
            self.video.set_src_object(None);
        }
    }

    fn post(&self, message: WindowMessage) {
        if let Some(link) = &self.running.borrow().link {
            link.post(message);
        }
    }

    fn signal(&self, name: Signal) {
        self.post(WindowMessage::Signal { name });
    }

    fn is_hidden(&self) -> bool {
        self.held.get() || self.window.document().is_some_and(|document| document.hidden())
    }

    fn tell_hidden(&self) {
        self.signal(if self.is_hidden() { Signal::Hidden } else { Signal::Visible });
    }

    fn tell_viewport(&self) {
        let (width, height) = (self.video.client_width(), self.video.client_height());
        // What shows nothing has no shape, and goes on with the one it had.
        if self.held.get() && (width == 0 || height == 0) {
            return;
        }
        self.post(WindowMessage::Viewport { width: width as f32, height: height as f32 });
    }

    fn watch_page(self: &Rc<Self>) {
        let owner = Rc::downgrade(self);
        let watch = PageWatch::new(&self.window, &self.video, move |event| {
            let Some(inner) = owner.upgrade() else { return };
            match event {
                PageEvent::Visibility => inner.tell_hidden(),
                PageEvent::Resized => inner.tell_viewport(),
                PageEvent::DevicesChanged => {
                    let described = inner.running.borrow().camera.as_ref().map(Camera::describe);
                    if let Some(described) = described {
                        inner.emit(&CaptureEvent::CameraChange(described));
                    }
                }
            }
        });
        self.running.borrow_mut().page_watch = Some(watch);
    }

    fn spawn(self: &Rc<Self>) -> Result<(), WebError> {
        let owner = Rc::downgrade(self);
        let link = WorkerClient::new(&self.options.spawn_worker(), move |heard| {
            if let Some(inner) = owner.upgrade() {
                match heard {
                    Heard::Message(note) => inner.on_message(note),
                    Heard::Crash(cause) => inner.on_crash(cause),
                }
            }
        })
        .map_err(|error| WebError::new(ErrorCode::AssetLoadFailed, error))?;
        let owner = Rc::downgrade(self);
        let watch = Timeout::new(WORKER_PATIENCE_MS, move || {
            if let Some(inner) = owner.upgrade() {
                inner.fail(WebError::new(ErrorCode::AssetTimeout, "the worker did not start"));
            }
        });
        let mut running = self.running.borrow_mut();
        running.link = Some(link);
        running.worker_watch = Some(watch);
        Ok(())
    }

    fn on_message(self: &Rc<Self>, note: &Message) {
        match note.kind().as_str() {
            kind::READY => self.on_ready(note),
            kind::FRAME_DONE => {
                if let Some(feed) = &self.running.borrow().feed {
                    feed.frame_done();
                }
            }
            kind::FIRST_FRAME => drop(self.running.borrow_mut().source_watch.take()),
            kind::SOURCE_FAILED => self.next_source(),
            kind::EVENT => self.pass_on(note),
            kind::FINISHED => self.on_finished(note),
            kind::REFUSED => self.fail(WebError::new(ErrorCode::AssetLoadFailed, note.detail())),
            kind::CRASHED => self.on_crash(note.detail()),
            _ => {}
        }
    }

    fn on_ready(self: &Rc<Self>, note: &Message) {
        let abilities = note.detail();
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
        let ahead_at_most = sent_at - note.sent_at().unwrap_or(sent_at);
        self.post(WindowMessage::Clock { sent_at, ahead_at_most });
        self.post(WindowMessage::Path { detail: self.path.borrow().clone() });
        self.tell_viewport();
        self.tell_hidden();
        self.signal(Signal::Start);
        self.emit(&CaptureEvent::Ready);
        self.start_feed(None);
    }

    /// Starts the best source after `failed`, or the best of all.
    fn start_feed(self: &Rc<Self>, failed: Option<Source>) {
        let started = {
            let mut running = self.running.borrow_mut();
            running.feed = None;
            running.source_watch = None;
            let (Some(link), Some(camera)) = (&running.link, &running.camera) else { return };
            let after = failed.and_then(|failed| Source::ALL.iter().position(|&source| source == failed));
            let candidates = Source::ALL.into_iter().skip(after.map_or(0, |index| index + 1));
            candidates
                .filter(|&source| self.forced_source.is_none_or(|forced| source == forced))
                .filter(|&source| is_supported(source, running.abilities))
                .find_map(|source| FrameSource::start(source, &self.video, camera.track(), link.worker()).ok())
        };
        let Some(feed) = started else {
            return self.fail(WebError::new(ErrorCode::Internal, "no frame source works in this browser"));
        };
        let source = feed.source();
        let owner = Rc::downgrade(self);
        let watch = Timeout::new(SOURCE_PATIENCE_MS, move || {
            if let Some(inner) = owner.upgrade() {
                inner.on_silent_source();
            }
        });
        {
            let mut running = self.running.borrow_mut();
            running.feed = Some(feed);
            running.source_watch = Some(watch);
        }
        self.emit(&CaptureEvent::Source { name: source });
    }

    fn on_silent_source(self: &Rc<Self>) {
        let asleep =
            self.is_hidden() || self.running.borrow().camera.as_ref().is_some_and(|camera| camera.track().muted());
        if asleep {
            // No source delivers now; ask again later.
            let owner = Rc::downgrade(self);
            let watch = Timeout::new(SOURCE_PATIENCE_MS, move || {
                if let Some(inner) = owner.upgrade() {
                    inner.on_silent_source();
                }
            });
            self.running.borrow_mut().source_watch = Some(watch);
        } else {
            self.next_source();
        }
    }

    fn next_source(self: &Rc<Self>) {
        let current = self.running.borrow().feed.as_ref().map(FrameSource::source);
        if current.is_some() {
            self.start_feed(current);
        }
    }

    fn on_finished(&self, note: &Message) {
        self.stop();
        let detail = note.detail();
        self.tell("finished", &detail);
        let error = get(&detail, "error");
        if error.is_object() {
            self.tell("error", &error);
        }
    }

    /// A crashed worker is replaced once, with the session starting anew; a second crash ends it.
    fn on_crash(self: &Rc<Self>, cause: JsValue) {
        let again = {
            let mut running = self.running.borrow_mut();
            if running.link.is_none() {
                return;
            }
            running.feed = None;
            running.source_watch = None;
            running.link = None;
            !std::mem::replace(&mut running.respawned, true)
        };
        if !again {
            return self.fail(WebError::new(ErrorCode::Internal, cause));
        }
        self.emit(&CaptureEvent::Restarted { reason: RestartReason::WorkerCrashed });
        // Not from within the dead worker's own listener, which the new link's predecessor just dropped.
        let inner = self.clone();
        spawn_local(async move {
            if let Err(fault) = inner.spawn() {
                inner.fail(fault);
            }
        });
    }
}
