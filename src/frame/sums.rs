//! The weighted sums of resampling, several values at a time where the build has SIMD. The SIMD is explicit because this
//! runs on every frame, and the compiler's auto-vectorisation trades size against speed differently with each version.

/// Bytes whose sums are kept in registers while the rows are added.
const BLOCK: usize = 16;

/// Writes to each of `sums` the weighted sum of the bytes at its index of all rows. `data` begins with the first row,
/// and each further row begins `stride` bytes later; `weights` has one weight per row, at least one. The weights may add up to 256.
///
/// `data` must contain all rows: indices past its end panic, as the layout of a frame excludes.
pub(super) fn sum_rows(sums: &mut [u16], data: &[u8], stride: usize, weights: &[u16]) {
    let (blocks, rest) = sums.as_chunks_mut::<BLOCK>();
    let rest_start = blocks.len() * BLOCK;
    for (index, block) in blocks.iter_mut().enumerate() {
        sum_block(block, &data[index * BLOCK..], stride, weights);
    }
    rest.fill(0);
    for (row, &weight) in weights.iter().enumerate() {
        let bytes = &data[row * stride + rest_start..][..rest.len()];
        for (sum, &byte) in rest.iter_mut().zip(bytes) {
            *sum += weight * u16::from(byte);
        }
    }
}

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
#[inline(always)]
#[expect(unsafe_code, reason = "SIMD loads and stores")]
fn sum_block(sums: &mut [u16; BLOCK], data: &[u8], stride: usize, weights: &[u16]) {
    use std::arch::wasm32::{
        i16x8_add, i16x8_mul, u16x8_extend_high_u8x16, u16x8_extend_low_u8x16, u16x8_splat, v128_load, v128_store,
    };
    let (mut low, mut high) = (u16x8_splat(0), u16x8_splat(0));
    for (row, &weight) in weights.iter().enumerate() {
        let bytes: &[u8; BLOCK] = data[row * stride..].first_chunk().unwrap_or(&[0; BLOCK]);
        // SAFETY: the array is 16 bytes long, and the instruction needs no alignment.
        let bytes = unsafe { v128_load(bytes.as_ptr().cast()) };
        let weight = u16x8_splat(weight);
        low = i16x8_add(low, i16x8_mul(u16x8_extend_low_u8x16(bytes), weight));
        high = i16x8_add(high, i16x8_mul(u16x8_extend_high_u8x16(bytes), weight));
    }
    let sums = sums.as_mut_ptr().cast();
    // SAFETY: the array is 32 bytes long, and the instruction needs no alignment.
    unsafe {
        v128_store(sums, low);
        v128_store(sums.add(1), high);
    }
}

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
#[inline(always)]
fn sum_block(sums: &mut [u16; BLOCK], data: &[u8], stride: usize, weights: &[u16]) {
    let mut totals = [0; BLOCK];
    for (row, &weight) in weights.iter().enumerate() {
        let bytes: &[u8; BLOCK] = data[row * stride..].first_chunk().unwrap_or(&[0; BLOCK]);
        for (total, &byte) in totals.iter_mut().zip(bytes) {
            *total += weight * u16::from(byte);
        }
    }
    *sums = totals;
}

/// The weighted sum of each component of the pixels, in 65536ths, rounded to a byte.
#[inline(always)]
pub(super) fn sum_pixels<const P: usize>(pixels: &[[u16; P]], weights: &[u16]) -> [u8; P] {
    let mut totals = [1u32 << 15; P];
    for (pixel, &weight) in pixels.iter().zip(weights) {
        for (total, &sum) in totals.iter_mut().zip(pixel) {
            *total += u32::from(sum) * u32::from(weight);
        }
    }
    totals.map(|total| (total >> 16) as u8)
}

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
pub(super) use sum_pixels as sum_quads;

/// [`sum_pixels`] of four components.
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
#[inline(always)]
#[expect(unsafe_code, reason = "SIMD loads")]
pub(super) fn sum_quads(pixels: &[[u16; 4]], weights: &[u16]) -> [u8; 4] {
    use std::arch::wasm32::{
        u8x16_extract_lane, u16x8_splat, u32x4_add, u32x4_extmul_low_u16x8, u32x4_splat, v128_load64_zero,
    };
    let mut totals = u32x4_splat(1 << 15);
    for (pixel, &weight) in pixels.iter().zip(weights) {
        // SAFETY: the array is 8 bytes long, and the instruction needs no alignment.
        let sums = unsafe { v128_load64_zero(pixel.as_ptr().cast()) };
        totals = u32x4_add(totals, u32x4_extmul_low_u16x8(sums, u16x8_splat(weight)));
    }
    // The third byte of each sum is its value divided by 65536.
    [
        u8x16_extract_lane::<2>(totals),
        u8x16_extract_lane::<6>(totals),
        u8x16_extract_lane::<10>(totals),
        u8x16_extract_lane::<14>(totals),
    ]
}

#[cfg(test)]
mod tests {
    use super::sum_rows;

    #[test]
    fn all_lengths_are_summed_completely() {
        for length in 0..40usize {
            for rows in 1..4usize {
                let stride = length + 3;
                let data: Vec<u8> = (0..stride * rows).map(|i| (7 * i % 256) as u8).collect();
                let weights = &[100, 1, 155][..rows];
                let mut sums = vec![9; length];
                sum_rows(&mut sums, &data, stride, weights);
                let at = |column: usize| (0..weights.len()).map(move |row| (row, column));
                for (column, &sum) in sums.iter().enumerate() {
                    let wanted: u16 =
                        at(column).map(|(row, column)| weights[row] * u16::from(data[row * stride + column])).sum();
                    assert_eq!(sum, wanted, "{column} of {length}, {rows} rows");
                }
            }
        }
    }
}
