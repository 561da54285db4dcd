//! What window and worker say to each other. Frames and buffers are transferred, so these are plain JS objects.

use super::support::Record;
use js_sys::Array;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// Any message, by its parts; which are there depends on `kind`.
    pub type Message;

    /// What it is: see the constants of this module.
    #[wasm_bindgen(method, getter)]
    pub fn kind(this: &Message) -> String;

    /// The name of an event, a source or a fault.
    #[wasm_bindgen(method, getter)]
    pub fn name(this: &Message) -> Option<String>;

    /// An event's detail, a frame, a stream, a track.
    #[wasm_bindgen(method, getter)]
    pub fn detail(this: &Message) -> JsValue;

    /// Unix ms at which the camera took the frame, where the window knows it.
    #[wasm_bindgen(method, getter, js_name = capturedAt)]
    pub fn captured_at(this: &Message) -> Option<f64>;

    /// When the message was sent, by the clock of its scope.
    #[wasm_bindgen(method, getter, js_name = sentAt)]
    pub fn sent_at(this: &Message) -> Option<f64>;

    /// By how much the window's clock is ahead of the worker's at most.
    #[wasm_bindgen(method, getter, js_name = aheadAtMost)]
    pub fn ahead_at_most(this: &Message) -> Option<f64>;

    /// A viewport's width, CSS px.
    #[wasm_bindgen(method, getter)]
    pub fn width(this: &Message) -> Option<f64>;

    /// A viewport's height, CSS px.
    #[wasm_bindgen(method, getter)]
    pub fn height(this: &Message) -> Option<f64>;
}

/// Window to worker: a stream of `VideoFrame`s in `detail`.
pub const STREAM: &str = "stream";
/// Window to worker: a camera track in `detail`, to be read by the worker's own processor.
pub const TRACK: &str = "track";
/// Window to worker: one `VideoFrame` in `detail`.
pub const VIDEO_FRAME: &str = "video_frame";
/// Window to worker: one `ImageBitmap` in `detail`.
pub const IMAGE_BITMAP: &str = "image_bitmap";
/// Window to worker: one `ImageData` in `detail`.
pub const PIXELS: &str = "pixels";
/// Window to worker: what the window's clock is ahead of the worker's; the first message after `READY`.
pub const CLOCK: &str = "clock";
/// Window to worker: something happened to the page or the camera; `name` says what.
pub const SIGNAL: &str = "signal";
/// Window to worker: the element that shows the video has `width` x `height` CSS px.
pub const VIEWPORT: &str = "viewport";

/// Worker to window: the pipeline is ready; `detail` says which frame sources this worker can read, `sentAt`
/// what its clock shows.
pub const READY: &str = "ready";
/// Worker to window: the frame that the window sent is done with; the next may come.
pub const FRAME_DONE: &str = "frame_done";
/// Worker to window: the first frame from the current source is done with.
pub const FIRST_FRAME: &str = "first_frame";
/// Worker to window: the current source cannot be read here; `detail` is the cause.
pub const SOURCE_FAILED: &str = "source_failed";
/// Worker to window: an event for the page; `name` and `detail`.
pub const EVENT: &str = "event";
/// Worker to window: the session ended; `name` is the outcome.
pub const FINISHED: &str = "finished";
/// Worker to window: this worker cannot start; `name` is an error code.
pub const REFUSED: &str = "refused";
/// Worker to window: this worker panicked.
pub const CRASHED: &str = "crashed";

/// A message of `kind`, which may get further parts.
pub fn message(kind: &str) -> Record {
    Record::new().text("kind", kind)
}

/// A transfer list.
pub fn transfer(items: &[&JsValue]) -> Array {
    items.iter().copied().collect()
}
