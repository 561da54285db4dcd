//! The window's end of the line to a worker.

use crate::messages::WindowMessage;
use crate::web::js::messages::Message;
use crate::web::js::object::{get, to_js};
use gloo_events::EventListener;
use js_sys::Function;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{MessageEvent, Worker};

/// What comes from a worker.
pub enum Heard<'a> {
    /// A message.
    Message(&'a Message),
    /// The worker broke; what the browser says of it.
    Crash(JsValue),
}

/// A worker and the listeners on it. Dropping it ends the worker.
pub struct WorkerClient {
    worker: Worker,
    _listeners: [EventListener; 3],
}

impl WorkerClient {
    /// Makes a worker by the page's own function.
    ///
    /// # Errors
    /// What that function threw, or that it made something else.
    pub fn new(spawn: &Function, on_heard: impl Fn(Heard) + 'static) -> Result<Self, JsValue> {
        let worker: Worker = spawn.call0(&JsValue::UNDEFINED)?.dyn_into()?;
        let on_heard = Rc::new(on_heard);
        let hear = on_heard.clone();
        let on_message = EventListener::new(&worker, "message", move |event| {
            hear(Heard::Message(event.unchecked_ref::<MessageEvent>().data().unchecked_ref()));
        });
        let listen_for_crash = |name: &'static str| {
            let hear = on_heard.clone();
            EventListener::new(&worker, name, move |event| {
                hear(Heard::Crash(get(event, "message")));
            })
        };
        let listeners = [on_message, listen_for_crash("error"), listen_for_crash("messageerror")];
        Ok(WorkerClient { worker, _listeners: listeners })
    }

    /// The worker, for a frame source.
    pub fn worker(&self) -> &Worker {
        &self.worker
    }

    /// Sends a message.
    pub fn post(&self, message: WindowMessage) {
        // A plain object of strings and numbers can always be cloned.
        let _ = self.worker.post_message(&to_js(&message));
    }
}

impl Drop for WorkerClient {
    fn drop(&mut self) {
        self.worker.terminate();
    }
}
