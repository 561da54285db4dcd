//! The window's connection to a worker.

use crate::messages::WindowMessage;
use crate::web::js::messages::Message;
use crate::web::js::object::{get, to_js};
use gloo_events::EventListener;
use js_sys::Function;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{MessageEvent, Worker};

/// A message or an error of a worker.
pub(crate) enum IncomingMessage<'a> {
    /// A message.
    Message(&'a Message),
    /// The worker crashed, with the browser's error message.
    Crash(JsValue),
}

/// A worker and its listeners. Dropping it terminates the worker.
pub(crate) struct WorkerClient {
    worker: Worker,
    _listeners: [EventListener; 3],
}

impl WorkerClient {
    /// Creates a worker with the page's function.
    ///
    /// # Errors
    /// The function's exception, or its return value if that is not a worker.
    pub(crate) fn new(spawn: &Function, on_incoming: impl Fn(IncomingMessage) + 'static) -> Result<Self, JsValue> {
        let worker: Worker = spawn.call0(&JsValue::UNDEFINED)?.dyn_into()?;
        let on_incoming = Rc::new(on_incoming);
        let notify = on_incoming.clone();
        let on_message = EventListener::new(&worker, "message", move |event| {
            notify(IncomingMessage::Message(event.unchecked_ref::<MessageEvent>().data().unchecked_ref()));
        });
        let listen_for_crash = |name: &'static str| {
            let notify = on_incoming.clone();
            EventListener::new(&worker, name, move |event| {
                notify(IncomingMessage::Crash(get(event, "message")));
            })
        };
        let listeners = [on_message, listen_for_crash("error"), listen_for_crash("messageerror")];
        Ok(WorkerClient { worker, _listeners: listeners })
    }

    /// The worker, for a frame source.
    pub(crate) fn worker(&self) -> &Worker {
        &self.worker
    }

    /// Posts a message.
    pub(crate) fn post(&self, message: WindowMessage) {
        // Plain objects of strings and numbers can always be cloned.
        let _ = self.worker.post_message(&to_js(&message));
    }
}

impl Drop for WorkerClient {
    fn drop(&mut self) {
        self.worker.terminate();
    }
}
