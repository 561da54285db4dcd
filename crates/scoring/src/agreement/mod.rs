//! Whether far and near are two pictures of one face in one capture.

mod background;
mod compare;
mod looks;
mod model;

pub use compare::{Comparison, FEATURE_NAMES, FEATURES};
pub use looks::Looks;
pub(crate) use looks::grown;
