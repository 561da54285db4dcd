//! Evaluation of nearfar: simulated captures, data sets, metrics and fits. The commands are in `src/bin`.

pub mod captures;
pub mod datasets;
pub mod faces;
pub mod false_faces;
pub mod frame_choice;
pub mod metrics;
pub mod parallax;
pub mod video;
