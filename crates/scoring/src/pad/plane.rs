//! Luma and colour of a part of a picture.

use crate::picture;
use image::RgbaImage;
use nearfar::frame::Rect;

/// A part of a picture in whole pixels, inside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Part {
    /// First column.
    pub left: u32,
    /// First row.
    pub top: u32,
    /// Columns, at least one.
    pub width: u32,
    /// Rows, at least one.
    pub height: u32,
}

impl Part {
    /// What of `rect` lies in a picture of this size; `None` where nothing does.
    pub fn of(rect: &Rect, (width, height): (u32, u32)) -> Option<Part> {
        let end = |from: f32, length: f32, most: u32| (from + length).clamp(0.0, most as f32) as u32;
        let (left, top) = (rect.x.clamp(0.0, width as f32) as u32, rect.y.clamp(0.0, height as f32) as u32);
        let (right, bottom) = (end(rect.x, rect.width, width), end(rect.y, rect.height, height));
        (right > left && bottom > top).then(|| Part { left, top, width: right - left, height: bottom - top })
    }
}

/// Luma, 0 to 255.
pub(super) fn luma([r, g, b, _]: [u8; 4]) -> f32 {
    picture::luma([r, g, b].map(f32::from))
}

/// The pixels of one row of a part.
pub(super) fn row(picture: &RgbaImage, part: Part, row: u32) -> &[[u8; 4]] {
    let start = (part.top + row) as usize * picture.width() as usize + part.left as usize;
    &picture.as_raw().as_chunks::<4>().0[start..start + part.width as usize]
}
