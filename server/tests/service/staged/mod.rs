//! Attempts with real pictures: a face far and near.

#[path = "../../../../crates/scoring/tests/staging/mod.rs"]
#[allow(clippy::unwrap_used, reason = "a test fails by it")]
pub mod staging;

use serde_json::{Value, json};
use staging::evidence::ISSUED;

use crate::common::Attempt;

/// The attempt that was issued with the staged capture, as if it had been made now.
pub fn captured(issued: &Attempt, evidence: &nearfar_scoring::Evidence, now: i64) -> Attempt {
    let mut manifest = serde_json::to_value(&evidence.manifest).expect("JSON");
    manifest["nonce"] = json!(issued.sealed_for.nonce);
    shift(&mut manifest, now - ISSUED);
    let parts = evidence.files.iter().map(|(name, bytes)| (name.clone(), bytes.clone())).collect();
    Attempt { manifest, parts, ..issued.clone() }
}

/// Moves all times.
fn shift(value: &mut Value, by: i64) {
    match value {
        Value::Object(map) => {
            for (name, value) in map {
                match value.as_i64().filter(|_| name == "time" || name.ends_with("Time")) {
                    Some(time) => *value = json!(time + by),
                    None => shift(value, by),
                }
            }
        }
        Value::Array(list) => list.iter_mut().for_each(|value| shift(value, by)),
        _ => {}
    }
}
