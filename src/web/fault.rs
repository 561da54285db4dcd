//! Faults of the browser side: what the page gets as `CaptureError`.

use super::support::{Record, get};
use crate::error::ErrorCode;
use wasm_bindgen::prelude::*;
use web_sys::DomException;

/// An error code with what the browser said.
#[derive(Clone, Debug)]
pub struct Fault {
    /// What went wrong, in our words.
    pub code: ErrorCode,
    /// What the browser or the engine reported, for developers; may be undefined.
    pub cause: JsValue,
}

impl Fault {
    /// A fault with the browser's own error behind it.
    pub fn new(code: ErrorCode, cause: impl Into<JsValue>) -> Self {
        Fault { code, cause: cause.into() }
    }

    /// `{name, code, message, recoverable, cause}`, as events carry it.
    pub fn detail(&self) -> JsValue {
        Record::new()
            .text("name", "CaptureError")
            .text("code", self.code.code())
            .text("message", self.code.message())
            .with("recoverable", self.code.recoverable().into())
            .with("cause", describe(&self.cause))
            .into()
    }

    /// A JS `Error` with the same properties, as promises reject with it.
    pub fn into_error(self) -> JsValue {
        let error = js_sys::Error::new(self.code.message());
        js_sys::Object::assign(&error, self.detail().unchecked_ref());
        error.into()
    }
}

/// An error as text that survives `postMessage` and `JSON.stringify`.
pub fn describe(cause: &JsValue) -> JsValue {
    if let Some(exception) = cause.dyn_ref::<DomException>() {
        return [exception.name(), exception.message()].join(": ").into();
    }
    if let Some(error) = cause.dyn_ref::<js_sys::Error>() {
        return error.to_string().into();
    }
    if cause.is_undefined() { JsValue::NULL } else { cause.clone() }
}

/// The `name` of anything error-like, or an empty string (`OverconstrainedError` is no `DOMException` everywhere).
pub fn error_name(error: &JsValue) -> String {
    get(error, "name").as_string().unwrap_or_default()
}
