//! JavaScript forms of the messages between window and worker: the parts of [`crate::messages`] that are bound by hand.

use super::object::{ObjectBuilder, to_js};
use crate::clock::Millis;
use crate::events::CaptureEvent;
use crate::messages::{FrameTransfer, kind};
use js_sys::{Array, Reflect};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// Any message. Its properties depend on `kind`.
    pub type Message;

    /// The message kind.
    #[wasm_bindgen(method, getter)]
    pub fn kind(this: &Message) -> String;

    /// Name of an event or a signal.
    #[wasm_bindgen(method, getter)]
    pub fn name(this: &Message) -> Option<String>;

    /// Detail of an event, or a frame, stream or track.
    #[wasm_bindgen(method, getter)]
    pub fn detail(this: &Message) -> JsValue;

    /// Capture time of the frame in Unix ms, if the window knows it.
    #[wasm_bindgen(method, getter, js_name = capturedAt)]
    pub fn captured_at(this: &Message) -> Option<f64>;

    /// When the message was sent, by the sender's clock.
    #[wasm_bindgen(method, getter, js_name = sentAt)]
    pub fn sent_at(this: &Message) -> Option<f64>;

    /// How long further frames are not needed, ms.
    #[wasm_bindgen(method, getter)]
    pub fn wait(this: &Message) -> Option<f64>;

    /// Upper bound of the offset between the window's clock and the worker's.
    #[wasm_bindgen(method, getter, js_name = aheadAtMost)]
    pub fn ahead_at_most(this: &Message) -> Option<f64>;

    /// Width of a viewport, CSS px.
    #[wasm_bindgen(method, getter)]
    pub fn width(this: &Message) -> Option<f64>;

    /// Height of a viewport, CSS px.
    #[wasm_bindgen(method, getter)]
    pub fn height(this: &Message) -> Option<f64>;
}

/// Starts a message of `kind`.
fn message(kind: &str) -> ObjectBuilder {
    ObjectBuilder::new().text("kind", kind)
}

/// A message that transfers a frame or a source.
pub(crate) fn transfer_message(what: FrameTransfer, detail: JsValue) -> ObjectBuilder {
    message(what.kind()).with("detail", detail)
}

/// A message with an event for the page.
pub(crate) fn event(event: &CaptureEvent) -> JsValue {
    let message = to_js(event);
    // Setting a property of a fresh plain object cannot fail.
    let _ = Reflect::set(&message, &"kind".into(), &kind::EVENT.into());
    message
}

/// [`crate::messages::WorkerMessage::FrameDone`], built by hand because it is sent with every frame.
pub(crate) fn frame_done(wait: Millis) -> JsValue {
    message(kind::FRAME_DONE).number("wait", wait).into()
}

/// [`crate::events::CaptureEvent::Progress`], built by hand because it is sent with every frame.
pub(crate) fn progress(fraction: f64) -> JsValue {
    let detail = ObjectBuilder::new().number("fraction", fraction).into();
    message(kind::EVENT).text("name", "progress").with("detail", detail).into()
}

/// A transfer list.
pub(crate) fn transfer_list(items: &[&JsValue]) -> Array {
    items.iter().copied().collect()
}
