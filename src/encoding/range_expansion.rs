//! Expands limited range (luma 16..=235, chroma 16..=240) to full range, sixteen samples at a time where the build has
//! SIMD.

/// Expands luma from 16..=235 to 0..=255. 149/128 approximates 255/219 to within 0.07 and fits 16-bit lanes.
pub(super) fn expand_luma(samples: &mut [u8]) {
    let (blocks, rest) = samples.as_chunks_mut();
    blocks.iter_mut().for_each(expand_sixteen_luma);
    rest.iter_mut().for_each(|y| *y = luma(*y));
}

/// Expands chroma from 16..=240 to 0..=255 around 128: a factor of 255/224 in units of 1/16384.
pub(super) fn expand_chroma(samples: &mut [u8]) {
    let (blocks, rest) = samples.as_chunks_mut();
    blocks.iter_mut().for_each(expand_sixteen_chroma);
    rest.iter_mut().for_each(|c| *c = chroma(*c));
}

const LUMA_FACTOR: u16 = 149;
const CHROMA_FACTOR: i16 = 18651;

fn luma(y: u8) -> u8 {
    ((u16::from(y.saturating_sub(16)) * LUMA_FACTOR + 64) >> 7).min(255) as u8
}

fn chroma(c: u8) -> u8 {
    let offset = (i32::from(c) - 128) * i32::from(CHROMA_FACTOR);
    (128 + ((offset + 8192) >> 14)).clamp(0, 255) as u8
}

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
fn expand_sixteen_luma(samples: &mut [u8; 16]) {
    samples.iter_mut().for_each(|y| *y = luma(*y));
}

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
fn expand_sixteen_chroma(samples: &mut [u8; 16]) {
    samples.iter_mut().for_each(|c| *c = chroma(*c));
}

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
use std::arch::wasm32 as simd;

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
#[inline(always)]
#[expect(unsafe_code, reason = "SIMD loads and stores")]
fn expand_sixteen_luma(samples: &mut [u8; 16]) {
    let at = samples.as_mut_ptr().cast();
    // SAFETY: the array has the 16 bytes that are loaded and stored; neither needs alignment.
    unsafe {
        let y = simd::u8x16_sub_sat(simd::v128_load(at), simd::u8x16_splat(16));
        let expand = |y| {
            let scaled = simd::i16x8_mul(y, simd::u16x8_splat(LUMA_FACTOR));
            simd::u16x8_shr(simd::i16x8_add(scaled, simd::u16x8_splat(64)), 7)
        };
        let (low, high) = (simd::u16x8_extend_low_u8x16(y), simd::u16x8_extend_high_u8x16(y));
        simd::v128_store(at, simd::u8x16_narrow_i16x8(expand(low), expand(high)));
    }
}

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
#[inline(always)]
#[expect(unsafe_code, reason = "SIMD loads and stores")]
fn expand_sixteen_chroma(samples: &mut [u8; 16]) {
    let at = samples.as_mut_ptr().cast();
    // SAFETY: as above.
    unsafe {
        let c = simd::v128_load(at);
        // (2 * offset * factor + 2^14) >> 15 equals the result of `chroma`, which uses half of it.
        let expand = |c| {
            let offset = simd::i16x8_sub(c, simd::i16x8_splat(128));
            let scaled = simd::i16x8_q15mulr_sat(simd::i16x8_shl(offset, 1), simd::i16x8_splat(CHROMA_FACTOR));
            simd::i16x8_add(scaled, simd::i16x8_splat(128))
        };
        let (low, high) = (simd::u16x8_extend_low_u8x16(c), simd::u16x8_extend_high_u8x16(c));
        simd::v128_store(at, simd::u8x16_narrow_i16x8(expand(low), expand(high)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_values_are_expanded_within_rounding() {
        let mut y: Vec<u8> = (0..=255).collect();
        expand_luma(&mut y);
        let mut c: Vec<u8> = (0..=255).collect();
        expand_chroma(&mut c);
        for value in 0..=255u8 {
            let at = usize::from(value);
            let exact = (f64::from(value) - 16.0) * 255.0 / 219.0;
            assert!((f64::from(y[at]) - exact.clamp(0.0, 255.0)).abs() <= 0.57, "luma {value}: {}", y[at]);
            let exact = 128.0 + (f64::from(value) - 128.0) * 255.0 / 224.0;
            assert!((f64::from(c[at]) - exact.clamp(0.0, 255.0)).abs() <= 0.51, "chroma {value}: {}", c[at]);
        }
    }
}
