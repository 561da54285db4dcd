//! Options of a capture.

use crate::events::Source;
use js_sys::{Function, RangeError};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// The options of `WindowCapture`'s constructor.
    pub type CaptureOptions;

    /// Creates a worker (a script of the page's bundle) that receives its start message.
    #[wasm_bindgen(method, getter, js_name = spawnWorker)]
    pub(in crate::web) fn spawn_worker(this: &CaptureOptions) -> Function;

    /// `(name, detail)` for every event.
    #[wasm_bindgen(method, getter, js_name = onEvent)]
    pub(in crate::web) fn on_event(this: &CaptureOptions) -> Function;

    /// The pipeline's configuration; defaults if undefined.
    #[wasm_bindgen(method, getter)]
    pub(in crate::web) fn config(this: &CaptureOptions) -> JsValue;

    /// `MediaTrackConstraints` that replace the defaults.
    #[wasm_bindgen(method, getter)]
    pub(in crate::web) fn constraints(this: &CaptureOptions) -> JsValue;

    /// A `MediaStream` to use instead of the camera. It is stopped like the camera's.
    #[wasm_bindgen(method, getter)]
    pub(in crate::web) fn stream(this: &CaptureOptions) -> JsValue;

    /// The only frame source to use, instead of the best one that works.
    #[wasm_bindgen(method, getter)]
    fn source(this: &CaptureOptions) -> Option<String>;
}

impl CaptureOptions {
    /// The required frame source, if any.
    ///
    /// # Errors
    /// A `RangeError` for an unknown name.
    pub(in crate::web) fn forced_source(&self) -> Result<Option<Source>, RangeError> {
        let Some(name) = self.source() else { return Ok(None) };
        let unknown = || {
            let known = Source::ALL.map(Source::name).join(", ");
            RangeError::new(&["source: '", &name, "' is not one of ", &known].concat())
        };
        Source::from_name(&name).map(Some).ok_or_else(unknown)
    }
}
