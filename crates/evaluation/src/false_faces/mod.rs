//! The effect of false detections on a capture: videos of one person, and pictures without a face.

pub mod runner;
pub mod scenes;
