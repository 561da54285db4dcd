//! The weighted sums of resampling, several values at a time. In wasm the SIMD is explicit: this runs on every frame, and
//! auto-vectorisation trades size against speed differently with each version of the compiler. Natively the compiler
//! vectorises `sum_rows`, also for AVX2.

/// Bytes whose sums are kept in registers while the rows are added.
#[cfg(target_arch = "wasm32")]
const BLOCK: usize = 16;

/// Writes to each of `sums` the weighted sum of the bytes at its index of all rows. `data` begins with the first row,
/// and each further row begins `stride` bytes later; `weights` has one weight per row, at least one. The weights may add up to 256.
///
/// `data` must contain all rows: indices past its end panic, as the layout of a frame excludes.
#[cfg(target_arch = "wasm32")]
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

/// The native version of the same: adds four rows at a time, from left to right, because processors prefetch along rows.
#[cfg(not(target_arch = "wasm32"))]
#[cfg_attr(target_arch = "x86_64", multiversion::multiversion(targets("x86_64+avx2")))]
pub(super) fn sum_rows(sums: &mut [u16], data: &[u8], stride: usize, weights: &[u16]) {
    let length = sums.len();
    let row = |index: usize| &data[index * stride..][..length];
    sums.fill(0);
    let (fours, rest) = weights.as_chunks::<4>();
    for (index, [a, b, c, d]) in fours.iter().enumerate() {
        let rows = row(4 * index).iter().zip(row(4 * index + 1)).zip(row(4 * index + 2)).zip(row(4 * index + 3));
        for (sum, (((&p, &q), &r), &s)) in sums.iter_mut().zip(rows) {
            *sum += a * u16::from(p) + b * u16::from(q) + c * u16::from(r) + d * u16::from(s);
        }
    }
    for (index, weight) in rest.iter().enumerate() {
        for (sum, &byte) in sums.iter_mut().zip(row(4 * fours.len() + index)) {
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

#[cfg(all(target_arch = "wasm32", not(target_feature = "simd128")))]
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

#[cfg(not(any(target_arch = "x86_64", all(target_arch = "wasm32", target_feature = "simd128"))))]
pub(super) use sum_pixels as sum_quads;

/// [`sum_pixels`] of four components.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
#[expect(unsafe_code, reason = "SIMD loads and stores")]
pub(super) fn sum_quads(pixels: &[[u16; 4]], weights: &[u16]) -> [u8; 4] {
    use std::arch::x86_64::{
        __m128i, _mm_add_epi32, _mm_loadl_epi64, _mm_mulhi_epu16, _mm_mullo_epi16, _mm_set1_epi16, _mm_set1_epi32,
        _mm_storeu_si128, _mm_unpacklo_epi16,
    };
    // SAFETY: every x86-64 processor has SSE2, and each pixel has 8 bytes.
    let totals = unsafe {
        let mut totals = _mm_set1_epi32(1 << 15);
        for (pixel, &weight) in pixels.iter().zip(weights) {
            let (pixel, weight) = (_mm_loadl_epi64(pixel.as_ptr().cast()), _mm_set1_epi16(weight.cast_signed()));
            let (low, high) = (_mm_mullo_epi16(pixel, weight), _mm_mulhi_epu16(pixel, weight));
            totals = _mm_add_epi32(totals, _mm_unpacklo_epi16(low, high));
        }
        totals
    };
    let mut bytes = [0u8; size_of::<__m128i>()];
    // SAFETY: the array is 16 bytes long.
    unsafe { _mm_storeu_si128(bytes.as_mut_ptr().cast(), totals) };
    // The third byte of each sum is its value divided by 65536.
    [bytes[2], bytes[6], bytes[10], bytes[14]]
}

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
    use super::{sum_pixels, sum_quads, sum_rows};

    #[test]
    fn all_lengths_are_summed_completely() {
        for length in 0..40usize {
            for rows in 1..10usize {
                let stride = length + 3;
                let data: Vec<u8> = (0..stride * rows).map(|i| (7 * i % 256) as u8).collect();
                let weights = &[100, 1, 15, 20, 60, 3, 7, 29, 21][..rows];
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

    #[test]
    fn sums_of_four_components_are_those_of_any_number() {
        let pixels: Vec<[u16; 4]> =
            (0..9u16).map(|i| [65_280, 7_001 * i, 65_280 - 513 * i, 255].map(|sum| sum.wrapping_sub(i))).collect();
        let weights = [100, 1, 15, 20, 60, 3, 7, 29, 21];
        for taps in 1..=weights.len() {
            assert_eq!(sum_quads(&pixels[..taps], &weights[..taps]), sum_pixels(&pixels[..taps], &weights[..taps]));
        }
        assert_eq!(sum_quads(&[[65_280; 4]], &[256]), [255; 4]);
    }
}
