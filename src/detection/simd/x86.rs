//! The back ends of native x86-64: SSE2, which every processor has, and AVX2, chosen at run time.

#![expect(unsafe_code, reason = "SIMD intrinsics, and functions compiled for AVX2")]

use super::backend::{Backend, Kernel};
use super::f32x4::{F32x4, F32x8, Halves};
use std::arch::x86_64::*;

/// SSE2: multiplies, then adds, so that results equal those of the portable back end.
#[derive(Clone, Copy, Debug)]
pub struct Sse2(__m128);

/// AVX2, with the same results: it multiplies and adds separately too. Not public: only for kernels that [`Detected`]
/// runs, which has checked that the processor has AVX2. `Avx2::run` does not check it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Avx2(__m128);

/// Eight floats in one register, with the same condition as [`Avx2`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Avx2Wide(__m256);

/// AVX2 where the processor has it, otherwise SSE2.
#[derive(Clone, Copy, Debug)]
pub enum Detected {}

impl Backend for Detected {
    #[inline(never)]
    fn run(kernel: impl Kernel) {
        if is_x86_feature_detected!("avx2") {
            // SAFETY: the processor has AVX2.
            unsafe { run_with_avx2(kernel) }
        } else {
            kernel.run::<Sse2>();
        }
    }
}

#[target_feature(enable = "avx2")]
fn run_with_avx2(kernel: impl Kernel) {
    kernel.run::<Avx2>();
}

macro_rules! impl_f32x4 {
    ($type:ident, $name:literal, $wide:ty, $is_wide:literal) => {
        impl F32x4 for $type {
            const NAME: &'static str = $name;

            type Wide = $wide;

            const IS_WIDE: bool = $is_wide;

            #[inline(always)]
            fn load(from: &[f32; 4]) -> Self {
                // SAFETY: the array is 16 readable bytes.
                $type(unsafe { _mm_loadu_ps(from.as_ptr()) })
            }

            #[inline(always)]
            fn store(self, to: &mut [f32; 4]) {
                // SAFETY: the array is 16 writable bytes.
                unsafe { _mm_storeu_ps(to.as_mut_ptr(), self.0) }
            }

            #[inline(always)]
            fn splat(value: f32) -> Self {
                // SAFETY: every x86-64 processor has SSE2; this holds for all calls below.
                $type(unsafe { _mm_set1_ps(value) })
            }

            #[inline(always)]
            fn add(self, other: Self) -> Self {
                // SAFETY: as above.
                $type(unsafe { _mm_add_ps(self.0, other.0) })
            }

            #[inline(always)]
            fn max(self, other: Self) -> Self {
                // SAFETY: as above.
                $type(unsafe { _mm_max_ps(self.0, other.0) })
            }

            #[inline(always)]
            fn transpose(rows: [Self; 4]) -> [Self; 4] {
                let [mut a, mut b, mut c, mut d] = rows.map(|row| row.0);
                // SAFETY: as above.
                unsafe { _MM_TRANSPOSE4_PS(&mut a, &mut b, &mut c, &mut d) };
                [$type(a), $type(b), $type(c), $type(d)]
            }

            #[inline(always)]
            fn add_product(self, a: Self, b: Self) -> Self {
                // SAFETY: as above.
                $type(unsafe { _mm_add_ps(self.0, _mm_mul_ps(a.0, b.0)) })
            }
        }
    };
}

impl_f32x4!(Sse2, "sse2", Halves<Sse2>, false);
impl_f32x4!(Avx2, "avx2", Avx2Wide, true);

impl F32x8 for Avx2Wide {
    type Half = Avx2;

    #[inline(always)]
    fn load([low, high]: [&[f32; 4]; 2]) -> Self {
        // SAFETY: the arrays are 16 readable bytes each, and the processor has AVX2; this holds for all calls below.
        Avx2Wide(unsafe { _mm256_set_m128(_mm_loadu_ps(high.as_ptr()), _mm_loadu_ps(low.as_ptr())) })
    }

    #[inline(always)]
    fn splat(value: f32) -> Self {
        // SAFETY: as above.
        Avx2Wide(unsafe { _mm256_set1_ps(value) })
    }

    #[inline(always)]
    fn add_product(self, a: Self, b: Self) -> Self {
        // SAFETY: as above.
        Avx2Wide(unsafe { _mm256_add_ps(self.0, _mm256_mul_ps(a.0, b.0)) })
    }

    #[inline(always)]
    fn halves(self) -> [Avx2; 2] {
        // SAFETY: as above.
        unsafe { [Avx2(_mm256_castps256_ps128(self.0)), Avx2(_mm256_extractf128_ps::<1>(self.0))] }
    }
}
