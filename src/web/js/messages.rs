//! Messages between window and worker as JavaScript has them: what is bound by hand of [`crate::messages`].

use super::object::{Record, to_js};
use crate::events::CaptureEvent;
use crate::messages::{FrameTransfer, kind};
use js_sys::{Array, Reflect};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// Any message, by its parts; which are there depends on `kind`.
    pub type Message;

    /// What it is.
    #[wasm_bindgen(method, getter)]
    pub fn kind(this: &Message) -> String;

    /// The name of an event or a signal.
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

/// A message of `kind`, which may get further parts.
fn message(kind: &str) -> Record {
    Record::new().text("kind", kind)
}

/// A message that hands something over.
pub fn transfer_message(what: FrameTransfer, detail: JsValue) -> Record {
    message(what.kind()).with("detail", detail)
}

/// An event for the page.
pub fn event(event: &CaptureEvent) -> JsValue {
    let note = to_js(event);
    // Setting a property of a fresh plain object cannot fail.
    let _ = Reflect::set(&note, &"kind".into(), &kind::EVENT.into());
    note
}

/// [`crate::messages::WorkerMessage::FrameDone`], by hand as it comes with every frame.
pub fn frame_done() -> JsValue {
    message(kind::FRAME_DONE).into()
}

/// [`crate::events::CaptureEvent::Progress`], by hand as it comes with every frame.
pub fn progress(fraction: f64) -> JsValue {
    let detail = Record::new().number("fraction", fraction).into();
    message(kind::EVENT).text("name", "progress").with("detail", detail).into()
}

/// A transfer list.
pub fn transfer_list(items: &[&JsValue]) -> Array {
    items.iter().copied().collect()
}
