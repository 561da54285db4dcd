//! A rectangular region of a picture in whole pixels, and access to its rows.

use crate::picture;
use image::RgbaImage;
use nearfar::frame::Rect;

/// A region in whole pixels that lies inside its picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PixelRegion {
    /// First column.
    pub left: u32,
    /// First row.
    pub top: u32,
    /// Columns, at least one.
    pub width: u32,
    /// Rows, at least one.
    pub height: u32,
}

impl PixelRegion {
    /// The part of `rect` inside a picture of this size; `None` if there is none.
    pub(super) fn clipped(rect: &Rect, (width, height): (u32, u32)) -> Option<PixelRegion> {
        let end = |from: f32, length: f32, limit: u32| (from + length).clamp(0.0, limit as f32) as u32;
        let (left, top) = (rect.x.clamp(0.0, width as f32) as u32, rect.y.clamp(0.0, height as f32) as u32);
        let (right, bottom) = (end(rect.x, rect.width, width), end(rect.y, rect.height, height));
        (right > left && bottom > top).then(|| PixelRegion { left, top, width: right - left, height: bottom - top })
    }
}

/// Luma, 0 to 255.
#[inline(always)]
pub(super) fn luma([r, g, b, _]: [u8; 4]) -> f32 {
    picture::luma([r, g, b].map(f32::from))
}

/// The pixels of one row of a region.
pub(super) fn row(picture: &RgbaImage, region: PixelRegion, row: u32) -> &[[u8; 4]] {
    let start = (region.top + row) as usize * picture.width() as usize + region.left as usize;
    &picture.as_raw().as_chunks::<4>().0[start..start + region.width as usize]
}
