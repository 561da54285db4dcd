//! The SSE2 back end, for native x86-64.

#![expect(unsafe_code, reason = "SIMD intrinsics")]

use super::f32x4::F32x4;
use std::arch::x86_64::*;

/// Multiplies, then adds, so that results equal those of the portable back end.
#[derive(Clone, Copy, Debug)]
pub struct Sse2(__m128);

impl F32x4 for Sse2 {
    const NAME: &'static str = "sse2";

    #[inline(always)]
    fn load(from: &[f32; 4]) -> Self {
        // SAFETY: the array is 16 readable bytes.
        Sse2(unsafe { _mm_loadu_ps(from.as_ptr()) })
    }

    #[inline(always)]
    fn store(self, to: &mut [f32; 4]) {
        // SAFETY: the array is 16 writable bytes.
        unsafe { _mm_storeu_ps(to.as_mut_ptr(), self.0) }
    }

    #[inline(always)]
    fn splat(value: f32) -> Self {
        // SAFETY: every x86-64 processor has SSE2; this holds for all calls below.
        Sse2(unsafe { _mm_set1_ps(value) })
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        // SAFETY: as above.
        Sse2(unsafe { _mm_add_ps(self.0, other.0) })
    }

    #[inline(always)]
    fn max(self, other: Self) -> Self {
        // SAFETY: as above.
        Sse2(unsafe { _mm_max_ps(self.0, other.0) })
    }

    #[inline(always)]
    fn transpose(rows: [Self; 4]) -> [Self; 4] {
        let [mut a, mut b, mut c, mut d] = [rows[0].0, rows[1].0, rows[2].0, rows[3].0];
        // SAFETY: as above.
        unsafe { _MM_TRANSPOSE4_PS(&mut a, &mut b, &mut c, &mut d) };
        [Sse2(a), Sse2(b), Sse2(c), Sse2(d)]
    }

    #[inline(always)]
    fn add_product(self, a: Self, b: Self) -> Self {
        // SAFETY: as above.
        Sse2(unsafe { _mm_add_ps(self.0, _mm_mul_ps(a.0, b.0)) })
    }
}
