//! Whether far and near are two pictures of one face in one capture.

mod background;
mod compare;
mod descriptor;
mod model;

pub use compare::{Comparison, FEATURE_NAMES, FEATURES};
pub use descriptor::FaceDescriptor;
