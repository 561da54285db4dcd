//! Compares two pictures of a face: are they of one face in one capture?

mod background;
mod descriptor;
mod features;
mod model;

pub use descriptor::FaceDescriptor;
pub use features::{Comparison, FEATURE_NAMES};
