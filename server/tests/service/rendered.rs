//! Attempts with rendered pictures: a face far and near.

use nearfar::encoding::{JpegLimits, encode_jpeg};
use nearfar_evaluation::captures::evidence::{NONCE_ISSUED_AT, manifest_file};
use nearfar_scoring::Evidence;
use nearfar_scoring::picture::frame;
use serde_json::{Value, json};

use crate::common::Attempt;

/// The issued attempt with the rendered capture, as if it had been taken now.
pub(crate) fn captured(issued: &Attempt, evidence: &Evidence, now: i64) -> Attempt {
    let mut manifest = serde_json::to_value(&evidence.manifest).expect("JSON");
    manifest["nonce"] = json!(issued.sealed_for.nonce);
    shift(&mut manifest, now - NONCE_ISSUED_AT);
    let parts = evidence.files.iter().map(|(name, bytes)| (name.clone(), bytes.clone())).collect();
    Attempt { manifest, parts, ..issued.clone() }
}

/// The capture with its pictures as the page's engine writes them; the service accepts no others.
pub(crate) fn by_engine(mut evidence: Evidence) -> Evidence {
    for (name, bytes) in &mut evidence.files {
        let picture = image::load_from_memory(bytes).expect("a picture").into_rgba8();
        let limits = JpegLimits { min_side: 1, ..JpegLimits::default() };
        *bytes = encode_jpeg(&frame(&picture).expect("a frame"), &limits, |_| ()).expect("a picture").bytes;
        let entry = evidence.manifest.files.iter_mut().find(|file| file.name == *name);
        *entry.expect("it is named") = manifest_file(name, bytes);
    }
    evidence
}

/// Shifts all times.
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
