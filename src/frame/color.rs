//! Converts stored pixels to RGB.

use super::ColorMatrix;

/// YUV to RGB conversion: factors in 16-bit fixed point.
#[derive(Clone, Copy, Debug)]
pub(super) struct YuvToRgb {
    black: i32,
    luma: i32,
    red_v: i32,
    green_u: i32,
    green_v: i32,
    blue_u: i32,
}

impl YuvToRgb {
    /// The standard constants of BT.601 and BT.709.
    pub(super) fn new(matrix: ColorMatrix, full_range: bool) -> Self {
        let (luma, [red_v, green_u, green_v, blue_u]) = match (matrix, full_range) {
            (ColorMatrix::Bt601, true) => (65536, [91881, 22554, 46802, 116130]),
            (ColorMatrix::Bt601, false) => (76309, [104597, 25675, 53279, 132201]),
            (ColorMatrix::Bt709, true) => (65536, [103206, 12276, 30679, 121609]),
            (ColorMatrix::Bt709, false) => (76309, [117489, 13975, 34925, 138438]),
        };
        YuvToRgb { black: if full_range { 0 } else { 16 }, luma, red_v, green_u, green_v, blue_u }
    }

    #[inline(always)]
    pub(super) fn rgb(&self, [y, u, v]: [u8; 3]) -> [u8; 3] {
        let y = (i32::from(y) - self.black) * self.luma + 32768;
        let (u, v) = (i32::from(u) - 128, i32::from(v) - 128);
        [y + self.red_v * v, y - self.green_u * u - self.green_v * v, y + self.blue_u * u]
            .map(|c| (c >> 16).clamp(0, 255) as u8)
    }
}

/// Converts one YUV pixel to RGB.
#[inline]
pub fn yuv_to_rgb(y: u8, u: u8, v: u8, matrix: ColorMatrix, full_range: bool) -> [u8; 3] {
    YuvToRgb::new(matrix, full_range).rgb([y, u, v])
}
