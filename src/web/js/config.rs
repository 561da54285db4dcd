//! Reads the configuration from the page's plain objects of numbers.

use crate::guidance::ThresholdError;
use crate::pipeline::{PipelineConfig, SettingError};
use js_sys::{Array, Number, Object};
use wasm_bindgen::prelude::*;

/// Paths of nested objects, each with the minimum number of its settings that must be given together (0: any).
const GROUPS: [(&str, u32); 5] =
    [("", 0), ("thresholds", 0), ("thresholds.far", 3), ("thresholds.near", 3), ("session", 0)];

/// Converts the page's object to a configuration; defaults for undefined. Natively serde does this. Here
/// serde-wasm-bindgen's deserialisers, with paths and messages for errors, added 112 kB of wasm together with those of
/// messages.
///
/// # Errors
/// A message that names the unknown or out-of-range field.
pub(crate) fn config_from_object(given: &JsValue) -> Result<PipelineConfig, String> {
    let mut config = PipelineConfig::default();
    if !given.is_undefined() && !given.is_null() {
        read_value(&mut config, "", given)?;
    }
    config.validate().map_err(|error| threshold_message(&error))?;
    Ok(config)
}

fn read_value(config: &mut PipelineConfig, path: &str, value: &JsValue) -> Result<(), String> {
    if let Some(number) = value.as_f64() {
        return config.set(path, number as f32).map_err(|error| match error {
            SettingError::Unknown => unknown(path),
            SettingError::Value(error) => threshold_message(&error),
        });
    }
    let Some((_, min_count)) = GROUPS.into_iter().find(|(group, _)| *group == path) else {
        // Neither a number nor a group. An unknown field is the likelier mistake.
        let known = config.set(path, 0.0) != Err(SettingError::Unknown);
        return Err(if known { not(path, "a number") } else { unknown(path) });
    };
    if !value.is_object() {
        return Err(not(path, "an object"));
    }
    let entries = Object::entries(value.unchecked_ref());
    if entries.length() < min_count {
        return Err(["config: ", path, " must be given completely"].concat());
    }
    for entry in entries.iter() {
        let entry: Array = entry.unchecked_into();
        let name = entry.get(0).as_string().unwrap_or_default();
        let inner = if path.is_empty() { name } else { [path, &name].join(".") };
        read_value(config, &inner, &entry.get(1))?;
    }
    Ok(())
}

fn unknown(path: &str) -> String {
    ["config: unknown field `", path, "`"].concat()
}

fn not(path: &str, what: &str) -> String {
    ["config: ", path, " is not ", what].concat()
}

/// The error's message, with the numbers formatted by JS: Rust's formatting code takes 20 kB.
pub(crate) fn threshold_message(error: &ThresholdError) -> String {
    let ThresholdError { field, value, min, max, because } = error;
    let [value, min, max] = [value, min, max].map(|number| decimal(*number));
    ["config: ", field, " is ", &value, ", outside ", &min, " to ", &max, because].concat()
}

/// Formats a number with the six digits that a 32-bit float holds.
fn decimal(number: f32) -> String {
    let digits = Number::from(f64::from(number)).to_precision(6);
    let short = digits.map(|digits| Number::from(js_sys::parse_float(&String::from(digits))).to_string_with_radix(10));
    short.ok().and_then(Result::ok).map(String::from).unwrap_or_default()
}
