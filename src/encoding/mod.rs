//! JPEG within the limits of the contract: upright, 256 to 4096 pixels a side, under 2 MB, no metadata.
//!
//! A frame goes through one intermediate form, [`Picture`]: upright planes in JPEG's own colours (full-range
//! BT.601 YCbCr, 4:2:0). Camera planes are almost that already, so no pixel passes through RGB on its way.

mod color;
mod jpeg;
mod picture;
mod plane;
mod range_expansion;
mod thumbnail;

pub use jpeg::{EncodeError, Jpeg, JpegLimits, encode_jpeg};
pub use picture::Picture;
pub use thumbnail::{AUDIT_QUALITY, AUDIT_SIDE, Thumbnail, audit_jpeg};
