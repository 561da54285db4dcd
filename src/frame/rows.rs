//! Weighted sums of byte rows, eight at a time where the build has SIMD. The SIMD is explicit because this runs on
//! every frame, and the compiler's auto-vectorisation trades size against speed differently with each version.

/// Adds `weight` times each byte to the sum at the same index. The rest of the longer row is ignored.
pub(super) fn add_weighted(sums: &mut [u16], bytes: &[u8], weight: u16) {
    let length = sums.len().min(bytes.len());
    let (sums, last_sums) = sums[..length].as_chunks_mut::<8>();
    let (bytes, last_bytes) = bytes[..length].as_chunks::<8>();
    for (sums, bytes) in sums.iter_mut().zip(bytes) {
        add_eight(sums, bytes, weight);
    }
    for (sum, &byte) in last_sums.iter_mut().zip(last_bytes) {
        *sum += weight * u16::from(byte);
    }
}

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
#[inline(always)]
#[expect(unsafe_code, reason = "SIMD loads and stores")]
fn add_eight(sums: &mut [u16; 8], bytes: &[u8; 8], weight: u16) {
    use std::arch::wasm32::{i16x8_add, i16x8_mul, u16x8_load_extend_u8x8, u16x8_splat, v128_load, v128_store};
    // SAFETY: the arrays are 16 and 8 bytes long, and the instructions need no alignment.
    unsafe {
        let products = i16x8_mul(u16x8_load_extend_u8x8(bytes.as_ptr()), u16x8_splat(weight));
        let sums = sums.as_mut_ptr().cast();
        v128_store(sums, i16x8_add(v128_load(sums), products));
    }
}

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
#[inline(always)]
fn add_eight(sums: &mut [u16; 8], bytes: &[u8; 8], weight: u16) {
    for (sum, &byte) in sums.iter_mut().zip(bytes) {
        *sum += weight * u16::from(byte);
    }
}

#[cfg(test)]
mod tests {
    use super::add_weighted;

    #[test]
    fn all_lengths_are_summed_completely() {
        for length in 0..40u8 {
            let bytes: Vec<u8> = (0..length).map(|i| 255 - i).collect();
            let mut sums = vec![7; usize::from(length) + 3];
            add_weighted(&mut sums, &bytes, 200);
            let wanted = bytes.iter().map(|&byte| 7 + 200 * u16::from(byte)).chain([7; 3]);
            assert!(sums.iter().copied().eq(wanted), "{length}");
        }
    }
}
