//! Loads the detection model and selects the largest face.

use anyhow::{Context, Result};
use nearfar::detection::{Detector, Face};
use std::path::{Path, PathBuf};

/// Path of the model in the workspace's npm packages.
pub const MODEL: &str = "node_modules/@mediapipe/face_detection/face_detection_short_range.tflite";

/// The root folder of the workspace.
pub fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Creates a detector with the model in `file`, or with the one in the workspace's npm packages.
///
/// # Errors
/// If the file cannot be read or is not the model. The message says how to get it.
pub fn detector(file: Option<&Path>) -> Result<Detector> {
    let (path, hint) = match file {
        Some(path) => (path.to_owned(), ""),
        None => (workspace().join(MODEL), " (`npm start` or `npm ci` in the workspace fetches it)"),
    };
    let bytes = std::fs::read(&path).with_context(|| format!("no model at {}{hint}", path.display()))?;
    Detector::from_tflite(&bytes).with_context(|| format!("{} is not the face detection model", path.display()))
}

/// The largest of the faces: in a portrait that of the person.
pub fn largest(faces: Vec<Face>) -> Option<Face> {
    faces.into_iter().max_by(|a, b| a.bbox.area().total_cmp(&b.bbox.area()))
}
