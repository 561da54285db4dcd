//! Behind `inspect` and the tools that measure rates: what nearfar sees in still images, and images to measure it with.

pub mod ending;
pub mod faces;
pub mod false_faces;
pub mod fit;
pub mod holds;
pub mod interval;
pub mod lighting;
pub mod model;
pub mod motion_jpeg;
pub mod occlusion;
pub mod overheard;
pub mod parallax;
pub mod report;
pub mod roc;
pub mod staging;
pub mod still;
