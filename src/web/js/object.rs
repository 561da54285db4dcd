//! Helpers for JavaScript objects, globals and clocks.

use super::bindings::PERFORMANCE;
use crate::clock::Millis;
use js_sys::{Object, Reflect};
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::*;

/// Current Unix time in ms from the monotonic clock, which does not jump when the system time is set.
pub(crate) fn now() -> Millis {
    PERFORMANCE.with(|p| p.time_origin() + p.now())
}

/// Converts a `DOMHighResTimeStamp` of this scope to Unix ms.
pub(crate) fn unix_of(high_res: f64) -> Millis {
    PERFORMANCE.with(|p| p.time_origin() + high_res)
}

/// Whether the global scope has this property.
pub(crate) fn has_global(name: &str) -> bool {
    Reflect::has(&js_sys::global(), &name.into()).unwrap_or(false)
}

/// Builds a plain JS object. Each property is one call, which keeps the many call sites small.
pub struct ObjectBuilder(Object);

impl ObjectBuilder {
    /// Starts with an empty object.
    #[inline(never)]
    pub fn new() -> Self {
        ObjectBuilder(Object::new())
    }

    /// Adds a property.
    #[inline(never)]
    pub fn with(self, name: &str, value: JsValue) -> Self {
        // Setting a property of a fresh plain object cannot fail.
        let _ = Reflect::set(&self.0, &JsValue::from_str(name), &value);
        self
    }

    /// Adds a string property.
    #[inline(never)]
    pub fn text(self, name: &str, value: &str) -> Self {
        self.with(name, JsValue::from_str(value))
    }

    /// Adds a number property.
    #[inline(never)]
    pub fn number(self, name: &str, value: f64) -> Self {
        self.with(name, JsValue::from_f64(value))
    }
}

impl From<ObjectBuilder> for JsValue {
    fn from(builder: ObjectBuilder) -> JsValue {
        builder.0.into()
    }
}

/// Reads a property; undefined if there is none.
#[inline(never)]
pub(crate) fn get(of: &JsValue, name: &str) -> JsValue {
    Reflect::get(of, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED)
}

/// Converts a value to JavaScript: structs become plain objects, `None` becomes null.
pub(crate) fn to_js(value: &impl Serialize) -> JsValue {
    // Structs of strings, numbers and bytes always serialise.
    value.serialize(&Serializer::new().serialize_missing_as_null(true)).unwrap_or(JsValue::UNDEFINED)
}
