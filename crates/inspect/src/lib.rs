//! Inspection of still images, and what all commands share: reading pictures, the detector, exit codes.

pub mod exit;
pub mod model;
pub mod report;
pub mod still;
