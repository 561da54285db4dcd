//! The face detection model installed by npm.

use std::path::Path;

/// The model's bytes: `NEARFAR_MODEL`, or the file in `node_modules`.
///
/// # Panics
/// If the file is missing: without the model a test would prove nothing.
pub(crate) fn bytes() -> Vec<u8> {
    let default = "node_modules/@mediapipe/face_detection/face_detection_short_range.tflite";
    let path = std::env::var_os("NEARFAR_MODEL")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join(default), std::path::PathBuf::from);
    std::fs::read(&path).unwrap_or_else(|error| {
        panic!("the model {} cannot be read ({error}): run `npm ci`, or set NEARFAR_MODEL", path.display())
    })
}
