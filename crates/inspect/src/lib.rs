//! What nearfar measures in still images, and what its commands share: opening pictures, the detector, exit codes.

pub mod exit;
pub mod model;
pub mod report;
pub mod still;
