//! Video input for the pipeline: Motion JPEG and camera frames.

pub mod motion_jpeg;
pub mod planes;
