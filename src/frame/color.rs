//! Luma and RGB out of what a frame stores.

use super::ColorMatrix;

/// BT.601 luma of an RGB pixel, full range.
#[inline]
pub fn luma_of_rgb([r, g, b]: [u8; 3]) -> u8 {
    ((77 * u32::from(r) + 150 * u32::from(g) + 29 * u32::from(b) + 128) >> 8) as u8
}

/// Limited-range luma (16 to 235) stretched to 0 to 255.
#[inline]
pub(super) fn expand_luma(y: u8) -> u8 {
    (((i32::from(y) - 16) * 76309 + 32768) >> 16).clamp(0, 255) as u8
}

/// One YUV pixel as RGB, in 16-bit fixed point (the usual BT.601 and BT.709 constants).
#[inline]
pub fn yuv_to_rgb(y: u8, u: u8, v: u8, matrix: ColorMatrix, full_range: bool) -> [u8; 3] {
    let (luma, [rv, gu, gv, bu]) = match (matrix, full_range) {
        (ColorMatrix::Bt601, true) => (65536, [91881, 22554, 46802, 116130]),
        (ColorMatrix::Bt601, false) => (76309, [104597, 25675, 53279, 132201]),
        (ColorMatrix::Bt709, true) => (65536, [103206, 12276, 30679, 121609]),
        (ColorMatrix::Bt709, false) => (76309, [117489, 13975, 34925, 138438]),
    };
    let y = (i32::from(y) - if full_range { 0 } else { 16 }) * luma + 32768;
    let (u, v) = (i32::from(u) - 128, i32::from(v) - 128);
    [y + rv * v, y - gu * u - gv * v, y + bu * u].map(|c| (c >> 16).clamp(0, 255) as u8)
}
