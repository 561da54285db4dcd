//! What the page gives to a capture.

use crate::events::Source;
use js_sys::{Function, RangeError};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// What the page gives to `CaptureController`'s constructor.
    pub type CaptureOptions;

    /// Makes a worker that is told how to start (a script of the page's bundle).
    #[wasm_bindgen(method, getter, js_name = spawnWorker)]
    pub(in crate::web) fn spawn_worker(this: &CaptureOptions) -> Function;

    /// `(name, detail)` for every event.
    #[wasm_bindgen(method, getter, js_name = onEvent)]
    pub(in crate::web) fn on_event(this: &CaptureOptions) -> Function;

    /// The pipeline's configuration; defaults where undefined.
    #[wasm_bindgen(method, getter)]
    pub(in crate::web) fn config(this: &CaptureOptions) -> JsValue;

    /// `MediaTrackConstraints` in place of the default wishes.
    #[wasm_bindgen(method, getter)]
    pub(in crate::web) fn constraints(this: &CaptureOptions) -> JsValue;

    /// A `MediaStream` in place of the camera; it is stopped as the camera's would be.
    #[wasm_bindgen(method, getter)]
    pub(in crate::web) fn stream(this: &CaptureOptions) -> JsValue;

    /// The one frame source to use, instead of the best that works.
    #[wasm_bindgen(method, getter)]
    fn source(this: &CaptureOptions) -> Option<String>;
}

impl CaptureOptions {
    /// The frame source that the page insists on.
    ///
    /// # Errors
    /// A `RangeError` when there is none of that name.
    pub(in crate::web) fn forced_source(&self) -> Result<Option<Source>, RangeError> {
        let Some(name) = self.source() else { return Ok(None) };
        let unknown = || {
            let known = Source::ALL.map(Source::name).join(", ");
            RangeError::new(&["source: '", &name, "' is none of ", &known].concat())
        };
        Source::from_name(&name).map(Some).ok_or_else(unknown)
    }
}
