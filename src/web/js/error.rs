//! Faults of the browser side: what the page gets as `CaptureError`.

use super::object::{get, to_js};
use crate::error::{CaptureFailure, ErrorCode};
use js_sys::JsString;
use wasm_bindgen::prelude::*;
use web_sys::DomException;

/// An error code with what the browser said.
#[derive(Clone, Debug)]
pub struct WebError {
    /// What went wrong, in our words.
    pub code: ErrorCode,
    /// What the browser or the engine reported, for developers; may be undefined.
    pub cause: JsValue,
}

impl WebError {
    /// A fault with the browser's own error behind it.
    pub fn new(code: ErrorCode, cause: impl Into<JsValue>) -> Self {
        WebError { code, cause: cause.into() }
    }

    /// As events carry it.
    pub fn failure(&self) -> CaptureFailure {
        CaptureFailure::new(self.code, describe(&self.cause))
    }

    /// A JS `Error` with the same properties, as promises reject with it.
    pub fn into_error(self) -> JsValue {
        let error = js_sys::Error::new(self.code.message());
        js_sys::Object::assign(&error, to_js(&self.failure()).unchecked_ref());
        error.into()
    }
}

#[wasm_bindgen]
extern "C" {
    /// Anything as text, as `String(…)` has it. What has a `toString` of its own may throw.
    #[wasm_bindgen(js_name = String, catch)]
    fn as_text(value: &JsValue) -> Result<JsString, JsValue>;
}

/// An error as text that survives `postMessage` and `JSON.stringify`.
pub fn describe(cause: &JsValue) -> Option<String> {
    if cause.is_undefined() || cause.is_null() {
        return None;
    }
    if let Some(exception) = cause.dyn_ref::<DomException>() {
        return Some([exception.name(), exception.message()].join(": "));
    }
    as_text(cause).ok().map(String::from)
}

/// The `name` of anything error-like, or an empty string (`OverconstrainedError` is no `DOMException` everywhere).
pub fn error_name(error: &JsValue) -> String {
    get(error, "name").as_string().unwrap_or_default()
}
