//! Views of a camera frame's pixels in the layout that the browser delivered.
//!
//! Coordinates outside this module are always *upright* pixels: x to the right, y down, after rotation. They are never
//! mirrored: mirroring is done in CSS only.

mod color;
mod components;
mod geometry;
mod layout;
#[cfg(not(target_arch = "wasm32"))]
mod packed_taps;
mod resample;
mod sample;
mod sums;
mod warp;

pub use color::yuv_to_rgb;
pub use geometry::{Point, Rect, Size, sin_cos};
pub use layout::{ColorMatrix, Frame, FrameError, Layout, PixelFormat, Plane, Rotation};
pub use sample::sample_rgb;
pub use warp::{MAX_TAPS, Region, warp_rgb};
