//! Conversion to JPEG's colours: full-range YCbCr with the BT.601 matrix (JFIF 1.02).

use crate::frame::Size;

/// Converts full-range BT.709 planes (4:2:0, `size` pixels) to BT.601: YCbCr to RGB and back, multiplied out.
pub(super) fn bt709_to_bt601(size: Size, luma: &mut [u8], cb: &mut [u8], cr: &mut [u8]) {
    let (width, chroma_width) = (size.width as usize, size.width.div_ceil(2) as usize);
    for (y, row) in luma.chunks_exact_mut(width).enumerate() {
        let start = y / 2 * chroma_width;
        let chroma = cb[start..].iter().zip(&cr[start..]);
        for (pair, (cb, cr)) in row.chunks_mut(2).zip(chroma) {
            let add = (i32::from(*cb) - 128) * 1664 + (i32::from(*cr) - 128) * 3213; // 0.101579, 0.196076
            for y in pair {
                *y = unit_14(i32::from(*y) << 14, add);
            }
        }
    }
    for (cb, cr) in cb.iter_mut().zip(cr) {
        let (b, r) = (i32::from(*cb) - 128, i32::from(*cr) - 128);
        *cb = unit_14(128 << 14, b * 16218 - r * 1813); // 0.989854, -0.110653
        *cr = unit_14(128 << 14, r * 16112 - b * 1187); // 0.983398, -0.072453
    }
}

/// `(a + b) / 16384`, rounded and clamped to a byte.
#[inline]
fn unit_14(a: i32, b: i32) -> u8 {
    ((a + b + 8192) >> 14).clamp(0, 255) as u8
}

/// Converts four-byte pixels (red at `red`, green at 1, blue at `2 - red`) to planes; chroma is the mean of each 2x2
/// block.
pub(super) fn rgb_to_planes(data: &[u8], stride: usize, size: Size, red: usize, planes: &mut [Vec<u8>; 3]) {
    let [luma, cb, cr] = planes;
    let (width, height) = (size.width as usize, size.height as usize);
    let chroma_width = width.div_ceil(2);
    let chroma_rows = cb.chunks_exact_mut(chroma_width).zip(cr.chunks_exact_mut(chroma_width));
    for (cy, (luma, (cb, cr))) in luma.chunks_mut(width * 2).zip(chroma_rows).enumerate() {
        let top = cy * 2;
        let upper = &data[top * stride..][..width * 4];
        let lower = &data[(top + 1).min(height - 1) * stride..][..width * 4];
        // An odd last row leaves `lower_luma` empty.
        let (upper_luma, lower_luma) = luma.split_at_mut(width);
        luma_row(upper, red, upper_luma);
        luma_row(lower, red, lower_luma);
        for (x, (cb, cr)) in cb.iter_mut().zip(cr).enumerate() {
            let (left, right) = (x * 8, (x * 8 + 4).min(width * 4 - 4));
            let sum = |c: usize| {
                i32::from(upper[left + c])
                    + i32::from(upper[right + c])
                    + i32::from(lower[left + c])
                    + i32::from(lower[right + c])
            };
            let (r, g, b) = (sum(red), sum(1), sum(2 - red));
            *cb = chroma_sum(-2765 * r - 5427 * g + 8192 * b);
            *cr = chroma_sum(8192 * r - 6860 * g - 1332 * b);
        }
    }
}

fn luma_row(row: &[u8], red: usize, out: &mut [u8]) {
    for (y, pixel) in out.iter_mut().zip(row.chunks_exact(4)) {
        let (r, g, b) = (u32::from(pixel[red]), u32::from(pixel[1]), u32::from(pixel[2 - red]));
        *y = ((4899 * r + 9617 * g + 1868 * b + 8192) >> 14) as u8;
    }
}

/// A chroma sample from the sum of four pixels in units of 1/16384.
#[inline]
fn chroma_sum(sum: i32) -> u8 {
    ((sum + (128 << 16) + 32768) >> 16).clamp(0, 255) as u8
}
