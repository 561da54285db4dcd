//! Video input for the pipeline: Motion JPEG, camera frames, and a detector that records its faces.

pub mod motion_jpeg;
pub mod planes;
pub mod recording_detector;
