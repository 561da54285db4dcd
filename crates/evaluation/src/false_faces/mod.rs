//! What the detector's weak boxes make of a capture: films of one person, and pictures without a face.

pub mod player;
pub mod scenes;
