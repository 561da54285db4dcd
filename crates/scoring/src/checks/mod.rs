//! The checks, each from what it needs to its outcome.

pub mod depth;
pub mod faces;
pub mod files;
pub mod focal_length;
pub mod looks;
pub mod manifest;
pub mod motion;
pub mod nonce;
pub mod pad;
pub mod pictures;
pub mod reflection;
pub mod same;
pub mod screen;
pub mod skin;
pub mod source;
pub mod times;
