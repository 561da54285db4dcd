//! Frames of videos, as a camera hands them out, and what the detector finds in each.

pub mod motion_jpeg;
pub mod planes;
pub mod recording_detector;
