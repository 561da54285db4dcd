//! Errors of the browser side, which the page receives as `CaptureError`.

use super::object::{get, to_js};
use crate::error::{CaptureFailure, ErrorCode};
use js_sys::JsString;
use wasm_bindgen::prelude::*;
use web_sys::DomException;

/// An error code with the browser's error.
#[derive(Clone, Debug)]
pub(crate) struct WebError {
    /// The code.
    pub code: ErrorCode,
    /// The error of the browser or the engine, for developers; may be undefined.
    pub cause: JsValue,
}

impl WebError {
    /// Creates an error caused by a browser error.
    pub(crate) fn new(code: ErrorCode, cause: impl Into<JsValue>) -> Self {
        WebError { code, cause: cause.into() }
    }

    /// The failure for events.
    pub(crate) fn failure(&self) -> CaptureFailure {
        CaptureFailure::new(self.code, error_message(&self.cause))
    }

    /// A JS `Error` with the same properties, for rejected promises.
    pub(crate) fn into_error(self) -> JsValue {
        let error = js_sys::Error::new(self.code.message());
        js_sys::Object::assign(&error, to_js(&self.failure()).unchecked_ref());
        error.into()
    }
}

#[wasm_bindgen]
extern "C" {
    /// `String(…)`. A custom `toString` may throw.
    #[wasm_bindgen(js_name = String, catch)]
    fn to_string(value: &JsValue) -> Result<JsString, JsValue>;
}

/// An error's message as text that survives `postMessage` and `JSON.stringify`.
pub(crate) fn error_message(cause: &JsValue) -> Option<String> {
    if cause.is_undefined() || cause.is_null() {
        return None;
    }
    if let Some(exception) = cause.dyn_ref::<DomException>() {
        return Some([exception.name(), exception.message()].join(": "));
    }
    to_string(cause).ok().map(String::from)
}

/// The `name` of an error-like value, or an empty string (`OverconstrainedError` is not a `DOMException` everywhere).
pub(crate) fn error_name(error: &JsValue) -> String {
    get(error, "name").as_string().unwrap_or_default()
}
