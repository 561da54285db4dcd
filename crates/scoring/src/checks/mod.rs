//! The checks. Each turns evidence into a [`CheckOutcome`](crate::CheckOutcome).

pub mod comparison;
pub mod depth;
pub mod face_quality;
pub mod faces;
pub mod files;
pub mod focal_length;
pub mod injection;
pub mod manifest;
pub mod motion;
pub mod nonce;
pub mod pad;
pub mod pictures;
pub mod reflection;
pub mod screen;
pub mod skin_light;
pub mod times;
