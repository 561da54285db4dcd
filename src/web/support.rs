//! Small things the browser side needs in several places.

use super::bindings::PERFORMANCE;
use crate::clock::Millis;
use crate::pipeline::PipelineConfig;
use js_sys::{Object, Reflect};
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

/// A plain JS object from pairs.
pub fn object(pairs: &[(&str, JsValue)]) -> Object {
    let object = Object::new();
    for (key, value) in pairs {
        // Setting a property of a fresh plain object cannot fail.
        let _ = Reflect::set(&object, &JsValue::from_str(key), value);
    }
    object
}

/// A serialisable value as plain JS (objects rather than maps, numbers rather than bigints, null for `None`).
pub fn to_js<T: serde::Serialize>(value: &T) -> JsValue {
    value.serialize(&serde_wasm_bindgen::Serializer::json_compatible()).unwrap_or(JsValue::NULL)
}

/// The pipeline's configuration from what the page gave; the defaults for undefined.
///
/// # Errors
/// A sentence that names the field which is unknown or out of its range.
pub fn config_from(given: &JsValue) -> Result<PipelineConfig, String> {
    if given.is_undefined() || given.is_null() {
        return Ok(PipelineConfig::default());
    }
    let config: PipelineConfig =
        serde_wasm_bindgen::from_value(given.clone()).map_err(|error| format!("config: {error}"))?;
    config.validate().map_err(|error| format!("config: {error}"))?;
    Ok(config)
}
