//! Behind `inspect` and `occlusion_rates`: what nearfar sees in still images.

pub mod model;
pub mod occlusion;
pub mod parallax;
pub mod report;
pub mod still;
