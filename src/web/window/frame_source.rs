//! The window's side of a frame source: sends frames of the playing video to the worker, one at a time.

use crate::clock::{Millis, plausible};
use crate::events::Source;
use crate::messages::{FrameTransfer, WorkerAbilities};
use crate::web::js::bindings::{
    FrameCallbackVideo, MediaStreamTrackProcessor, TrackProcessorInit, VideoFrame, VideoFrameMetadata,
};
use crate::web::js::messages::{transfer_list, transfer_message};
use crate::web::js::object::{get, has_global, now, unix_of};
use gloo_timers::callback::Interval;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, HtmlVideoElement, ImageBitmap, MediaStreamTrack, Worker};

/// Whether this window and a worker with these abilities support a source.
pub(crate) fn is_supported(source: Source, worker: WorkerAbilities) -> bool {
    match source {
        Source::TrackProcessor => {
            worker.video_frame && (has_global("MediaStreamTrackProcessor") || worker.track_processor)
        }
        Source::VideoFrame => worker.video_frame && has_global("VideoFrame"),
        Source::ImageBitmap => worker.offscreen_canvas && has_global("createImageBitmap"),
        Source::Canvas => true,
    }
}

/// Frame callbacks that do not come for this long are replaced by a timer (WebKitGTK has the function but may never
/// call back).
const CALLBACK_TIMEOUT_MS: Millis = 250.0;
/// Period of this timer.
const TIMER_MS: u32 = 33;

/// A running frame source. Dropping it stops the frames.
pub(crate) struct FrameSource {
    inner: Rc<Inner>,
    _timer: Option<Interval>,
}

/// Callback of `requestVideoFrameCallback`: the current time and the frame's metadata.
type FrameCallback = Closure<dyn FnMut(f64, VideoFrameMetadata)>;

struct Inner {
    source: Source,
    video: HtmlVideoElement,
    worker: Worker,
    /// Whether the worker has processed the last frame. Frames that come earlier are dropped, so that none queue.
    idle: Cell<bool>,
    /// Until when the worker needs no frame, by this window's clock.
    unneeded_until: Cell<Millis>,
    /// Whether what the worker says about the frame in progress is out of date.
    ignores_wait: Cell<bool>,
    stopped: Cell<bool>,
    last_callback: Cell<Millis>,
    handle: Cell<f64>,
    callback: RefCell<Option<FrameCallback>>,
    canvas: RefCell<Option<CanvasRenderingContext2d>>,
}

impl FrameSource {
    /// Starts sending frames from `video` (or directly from `track`) to `worker`.
    ///
    /// # Errors
    /// The browser's exception: this source does not work here, another one may.
    pub(crate) fn start(
        source: Source,
        video: &HtmlVideoElement,
        track: &MediaStreamTrack,
        worker: &Worker,
    ) -> Result<Self, JsValue> {
        let inner = Rc::new(Inner {
            source,
            video: video.clone(),
            worker: worker.clone(),
            idle: Cell::new(true),
            unneeded_until: Cell::new(0.0),
            ignores_wait: Cell::new(false),
            stopped: Cell::new(false),
            last_callback: Cell::new(0.0),
            handle: Cell::new(0.0),
            callback: RefCell::new(None),
            canvas: RefCell::new(None),
        });
        if source == Source::TrackProcessor {
            transfer_source(track, worker)?;
            return Ok(FrameSource { inner, _timer: None });
        }
        Inner::listen(&inner);
        let timed = inner.clone();
        let timer = Interval::new(TIMER_MS, move || timed.on_timer());
        Ok(FrameSource { inner, _timer: Some(timer) })
    }

    /// The kind of source.
    pub(crate) fn source(&self) -> Source {
        self.inner.source
    }

    /// Reports that the worker has processed its frame, and for how many ms it needs no other.
    pub(crate) fn frame_done(&self, wait: Millis) {
        self.inner.idle.set(true);
        let wait = if self.inner.ignores_wait.take() { 0.0 } else { wait };
        self.inner.unneeded_until.set(now() + wait);
    }

    /// Sends the next frame at once: the worker may need it now.
    pub(crate) fn end_wait(&self) {
        self.inner.unneeded_until.set(0.0);
        self.inner.ignores_wait.set(!self.inner.idle.get());
    }
}

impl Drop for FrameSource {
    fn drop(&mut self) {
        self.inner.stopped.set(true);
        if let Some(video) = self.inner.callback_video() {
            video.cancel_video_frame_callback(self.inner.handle.get());
        }
        // The closure holds the Rc that holds the closure.
        self.inner.callback.borrow_mut().take();
    }
}

/// Transfers the camera to the worker: a stream of frames if the window has the processor (Chromium), the track if only
/// the worker has it (Safari).
fn transfer_source(track: &MediaStreamTrack, worker: &Worker) -> Result<(), JsValue> {
    if has_global("MediaStreamTrackProcessor") {
        let init: TrackProcessorInit = js_sys::Object::new().unchecked_into();
        init.set_track(track);
        init.set_max_buffer_size(1);
        let readable = MediaStreamTrackProcessor::new(&init)?.readable();
        let message = transfer_message(FrameTransfer::Stream, readable.clone().into()).into();
        return worker.post_message_with_transfer(&message, &transfer_list(&[&readable]));
    }
    let copy = JsValue::from(track.clone());
    let message = transfer_message(FrameTransfer::Track, copy.clone()).into();
    worker.post_message_with_transfer(&message, &transfer_list(&[&copy]))
}

impl Inner {
    fn callback_video(&self) -> Option<FrameCallbackVideo> {
        let has = js_sys::Reflect::has(&self.video, &"requestVideoFrameCallback".into()).unwrap_or(false);
        has.then(|| JsValue::from(self.video.clone()).unchecked_into())
    }

    fn listen(inner: &Rc<Self>) {
        let Some(video) = inner.callback_video() else { return };
        let owner = inner.clone();
        let callback = Closure::new(move |_now: f64, metadata: VideoFrameMetadata| {
            owner.last_callback.set(now());
            Inner::send_frame(&owner, metadata.capture_time().map(unix_of));
            owner.request_callback();
        });
        inner.handle.set(video.request_video_frame_callback(callback.as_ref().unchecked_ref()));
        *inner.callback.borrow_mut() = Some(callback);
    }

    fn request_callback(&self) {
        if self.stopped.get() {
            return;
        }
        if let (Some(video), Some(callback)) = (self.callback_video(), &*self.callback.borrow()) {
            self.handle.set(video.request_video_frame_callback(callback.as_ref().unchecked_ref()));
        }
    }

    fn on_timer(self: &Rc<Self>) {
        if now() - self.last_callback.get() > CALLBACK_TIMEOUT_MS {
            Inner::send_frame(self, None);
        }
    }

    fn send_frame(inner: &Rc<Self>, captured_at: Option<Millis>) {
        let has_picture = inner.video.ready_state() >= 2 && inner.video.video_width() > 0;
        if inner.stopped.get() || !inner.idle.get() || !has_picture || inner.video.paused() {
            return;
        }
        if now() < inner.unneeded_until.get() {
            return;
        }
        inner.idle.set(false);
        let at = plausible(captured_at, now());
        let sent = match inner.source {
            Source::TrackProcessor => Ok(()),
            Source::VideoFrame => VideoFrame::new(&inner.video)
                .and_then(|frame| inner.send(FrameTransfer::VideoFrame, &frame, &frame, at)),
            Source::ImageBitmap => Inner::send_bitmap(inner, at),
            Source::Canvas => inner.pixels().and_then(|pixels| {
                let buffer = get(&get(&pixels, "data"), "buffer");
                inner.send(FrameTransfer::Pixels, &pixels, &buffer, at)
            }),
        };
        if sent.is_err() {
            // Skips this frame. The controller's watchdog replaces a source that never delivers.
            inner.idle.set(true);
        }
    }

    fn send(&self, what: FrameTransfer, detail: &JsValue, transferred: &JsValue, at: Millis) -> Result<(), JsValue> {
        let message = transfer_message(what, detail.clone()).number("capturedAt", at).into();
        self.worker.post_message_with_transfer(&message, &transfer_list(&[transferred]))
    }

    fn send_bitmap(inner: &Rc<Self>, at: Millis) -> Result<(), JsValue> {
        let window = web_sys::window().ok_or(JsValue::UNDEFINED)?;
        let bitmap = window.create_image_bitmap_with_html_video_element(&inner.video)?;
        let inner = inner.clone();
        spawn_local(async move {
            let sent = match JsFuture::from(bitmap).await {
                Ok(bitmap) if inner.stopped.get() => {
                    bitmap.unchecked_ref::<ImageBitmap>().close();
                    Ok(())
                }
                Ok(bitmap) => inner.send(FrameTransfer::ImageBitmap, &bitmap, &bitmap, at),
                Err(error) => Err(error),
            };
            if sent.is_err() {
                inner.idle.set(true);
            }
        });
        Ok(())
    }

    fn pixels(&self) -> Result<web_sys::ImageData, JsValue> {
        let (width, height) = (self.video.video_width(), self.video.video_height());
        let mut held = self.canvas.borrow_mut();
        let context = match &*held {
            Some(context) => context,
            None => {
                let document = web_sys::window().and_then(|window| window.document()).ok_or(JsValue::UNDEFINED)?;
                let canvas: HtmlCanvasElement = document.create_element("canvas")?.unchecked_into();
                let context = canvas.get_context("2d")?.ok_or(JsValue::UNDEFINED)?;
                held.insert(context.unchecked_into())
            }
        };
        if let Some(canvas) = context.canvas()
            && (canvas.width() != width || canvas.height() != height)
        {
            canvas.set_width(width);
            canvas.set_height(height);
        }
        context.draw_image_with_html_video_element(&self.video, 0.0, 0.0)?;
        context.get_image_data(0.0, 0.0, f64::from(width), f64::from(height))
    }
}
