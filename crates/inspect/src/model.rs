//! Where the detection model is, and which of the faces that it finds is meant.

use anyhow::{Context, Result};
use nearfar::detection::{Detector, Face};
use std::path::{Path, PathBuf};

/// The model inside the workspace's npm packages.
pub const MODEL: &str = "node_modules/@mediapipe/face_detection/face_detection_short_range.tflite";

/// The workspace's folder.
pub fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A detector with the model in `file`, or with that of the workspace's npm packages.
///
/// # Errors
/// When the file cannot be read or is not the model; says how to get it.
pub fn detector(file: Option<&Path>) -> Result<Detector> {
    let (path, hint) = match file {
        Some(path) => (path.to_owned(), ""),
        None => (workspace().join(MODEL), " (`npm start` or `npm ci` in the workspace fetches it)"),
    };
    let bytes = std::fs::read(&path).with_context(|| format!("no model at {}{hint}", path.display()))?;
    Detector::from_tflite(&bytes).with_context(|| format!("{} is not the face detection model", path.display()))
}

/// The largest of the faces: the person's, where one was photographed.
pub fn largest(faces: Vec<Face>) -> Option<Face> {
    faces.into_iter().max_by(|a, b| a.bbox.area().total_cmp(&b.bbox.area()))
}
