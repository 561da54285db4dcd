//! JPEG encoding within the limits of the contract: upright, 256 to 4096 pixels per side, under 2 MB, no metadata.
//!
//! The intermediate form is [`Picture`]: upright planes in JPEG's colours (full-range BT.601 YCbCr, 4:2:0). Camera
//! planes are nearly that already, so no pixel is converted to RGB.

mod color;
mod jpeg;
mod picture;
mod plane;
mod range_expansion;
mod thumbnail;

pub use jpeg::{EncodeError, Jpeg, JpegLimits, encode_jpeg};
pub use picture::Picture;
pub use thumbnail::{AUDIT_QUALITY, AUDIT_SIDE, Thumbnail, audit_jpeg};
