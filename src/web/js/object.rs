//! Small things the browser side needs in several places.

use super::bindings::PERFORMANCE;
use crate::clock::Millis;
use js_sys::{Object, Reflect};
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::*;

/// Unix milliseconds now, on the monotonic clock: it does not jump when somebody sets the system's time.
pub fn now() -> Millis {
    PERFORMANCE.with(|p| p.time_origin() + p.now())
}

/// Unix milliseconds of a `DOMHighResTimeStamp` of this scope.
pub fn unix_of(high_res: f64) -> Millis {
    PERFORMANCE.with(|p| p.time_origin() + high_res)
}

/// Whether the global scope has something of this name.
pub fn has_global(name: &str) -> bool {
    Reflect::has(&js_sys::global(), &name.into()).unwrap_or(false)
}

/// A plain JS object in the making. Each part is one call, which keeps the code at the many places small.
pub struct Record(Object);

impl Record {
    /// An empty object.
    #[inline(never)]
    pub fn new() -> Self {
        Record(Object::new())
    }

    /// With another property.
    #[inline(never)]
    pub fn with(self, name: &str, value: JsValue) -> Self {
        // Setting a property of a fresh plain object cannot fail.
        let _ = Reflect::set(&self.0, &JsValue::from_str(name), &value);
        self
    }

    /// With a string.
    #[inline(never)]
    pub fn text(self, name: &str, value: &str) -> Self {
        self.with(name, JsValue::from_str(value))
    }

    /// With a number.
    #[inline(never)]
    pub fn number(self, name: &str, value: f64) -> Self {
        self.with(name, JsValue::from_f64(value))
    }
}

impl From<Record> for JsValue {
    fn from(record: Record) -> JsValue {
        record.0.into()
    }
}

/// The property of anything; undefined where there is none.
#[inline(never)]
pub fn get(of: &JsValue, name: &str) -> JsValue {
    Reflect::get(of, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED)
}

/// A value of ours as JavaScript has it: structs as plain objects, `None` as null.
pub fn to_js(value: &impl Serialize) -> JsValue {
    // These are structs of strings, numbers and bytes, with which nothing can go wrong.
    value.serialize(&Serializer::new().serialize_missing_as_null(true)).unwrap_or(JsValue::UNDEFINED)
}
