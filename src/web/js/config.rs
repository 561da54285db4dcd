//! The configuration as the page gives it: plain objects of numbers.

use crate::guidance::ThresholdError;
use crate::pipeline::{PipelineConfig, SettingError};
use js_sys::{Array, Number, Object};
use wasm_bindgen::prelude::*;

/// Where objects of settings are: the path of each, and how many settings must come together (0: any).
const GROUPS: [(&str, u32); 5] =
    [("", 0), ("thresholds", 0), ("thresholds.far", 3), ("thresholds.near", 3), ("session", 0)];

/// The pipeline's configuration from what the page gave; the defaults for undefined. What serde does natively: here
/// serde-wasm-bindgen's readers, with paths and sentences for errors, took 112 kB of wasm with those of messages.
///
/// # Errors
/// A sentence that names the field which is unknown or out of its range.
pub fn config_from(given: &JsValue) -> Result<PipelineConfig, String> {
    let mut config = PipelineConfig::default();
    if !given.is_undefined() && !given.is_null() {
        read(&mut config, "", given)?;
    }
    config.validate().map_err(|error| told(&error))?;
    Ok(config)
}

fn read(config: &mut PipelineConfig, path: &str, value: &JsValue) -> Result<(), String> {
    if let Some(number) = value.as_f64() {
        return config.set(path, number as f32).map_err(|error| match error {
            SettingError::Unknown => unknown(path),
            SettingError::Value(error) => told(&error),
        });
    }
    let Some((_, together)) = GROUPS.into_iter().find(|(group, _)| *group == path) else {
        // Neither a number nor a group of them; an unknown field is the likelier mistake.
        let known = config.set(path, 0.0) != Err(SettingError::Unknown);
        return Err(if known { not(path, "a number") } else { unknown(path) });
    };
    if !value.is_object() {
        return Err(not(path, "an object"));
    }
    let entries = Object::entries(value.unchecked_ref());
    if entries.length() < together {
        return Err(["config: ", path, " must be given whole"].concat());
    }
    for entry in entries.iter() {
        let entry: Array = entry.unchecked_into();
        let name = entry.get(0).as_string().unwrap_or_default();
        let inner = if path.is_empty() { name } else { [path, &name].join(".") };
        read(config, &inner, &entry.get(1))?;
    }
    Ok(())
}

fn unknown(path: &str) -> String {
    ["config: unknown field `", path, "`"].concat()
}

fn not(path: &str, what: &str) -> String {
    ["config: ", path, " is not ", what].concat()
}

/// What an error says of itself, with the numbers written by JS: Rust's code for that takes 20 kB.
pub fn told(error: &ThresholdError) -> String {
    let ThresholdError { field, value, min, max, because } = error;
    let [value, min, max] = [value, min, max].map(|number| decimal(*number));
    ["config: ", field, " is ", &value, ", outside ", &min, " to ", &max, because].concat()
}

/// A number with the six digits that a 32-bit float holds.
fn decimal(number: f32) -> String {
    let digits = Number::from(f64::from(number)).to_precision(6);
    let short = digits.map(|digits| Number::from(js_sys::parse_float(&String::from(digits))).to_string_with_radix(10));
    short.ok().and_then(Result::ok).map(String::from).unwrap_or_default()
}
