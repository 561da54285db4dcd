//! The WebAssembly SIMD back ends, with and without relaxed SIMD's fused multiply-add.

#![expect(unsafe_code, reason = "SIMD loads and stores of v128")]

use super::f32x4::{F32x4, Halves};
use std::arch::wasm32::*;

/// `simd128`: multiplies, then adds.
#[derive(Clone, Copy, Debug)]
pub struct Simd128(v128);

/// `relaxed-simd`: multiplies and adds in one instruction where the hardware has one.
#[cfg(target_feature = "relaxed-simd")]
#[derive(Clone, Copy, Debug)]
pub struct RelaxedSimd(v128);

macro_rules! impl_f32x4 {
    ($type:ident, $name:literal, $add_product:expr) => {
        impl F32x4 for $type {
            const NAME: &'static str = $name;

            type Wide = Halves<Self>;

            const IS_WIDE: bool = false;

            #[inline(always)]
            fn load(from: &[f32; 4]) -> Self {
                // SAFETY: the array is 16 readable bytes, and the instruction needs no alignment.
                $type(unsafe { v128_load(from.as_ptr().cast()) })
            }

            #[inline(always)]
            fn store(self, to: &mut [f32; 4]) {
                // SAFETY: the array is 16 writable bytes, and the instruction needs no alignment.
                unsafe { v128_store(to.as_mut_ptr().cast(), self.0) }
            }

            #[inline(always)]
            fn splat(value: f32) -> Self {
                $type(f32x4_splat(value))
            }

            #[inline(always)]
            fn add(self, other: Self) -> Self {
                $type(f32x4_add(self.0, other.0))
            }

            // `pmax` is one machine instruction; `max` takes several to handle NaN.
            #[inline(always)]
            fn max(self, other: Self) -> Self {
                $type(f32x4_pmax(other.0, self.0))
            }

            #[inline(always)]
            fn transpose(rows: [Self; 4]) -> [Self; 4] {
                let [a, b, c, d] = rows.map(|row| row.0);
                let (ab_low, ab_high) = (i32x4_shuffle::<0, 4, 1, 5>(a, b), i32x4_shuffle::<2, 6, 3, 7>(a, b));
                let (cd_low, cd_high) = (i32x4_shuffle::<0, 4, 1, 5>(c, d), i32x4_shuffle::<2, 6, 3, 7>(c, d));
                [
                    $type(i64x2_shuffle::<0, 2>(ab_low, cd_low)),
                    $type(i64x2_shuffle::<1, 3>(ab_low, cd_low)),
                    $type(i64x2_shuffle::<0, 2>(ab_high, cd_high)),
                    $type(i64x2_shuffle::<1, 3>(ab_high, cd_high)),
                ]
            }

            #[inline(always)]
            fn add_product(self, a: Self, b: Self) -> Self {
                $type($add_product(self.0, a.0, b.0))
            }
        }
    };
}

impl_f32x4!(Simd128, "simd128", |sum, a, b| f32x4_add(sum, f32x4_mul(a, b)));
#[cfg(target_feature = "relaxed-simd")]
impl_f32x4!(RelaxedSimd, "relaxed-simd", |sum, a, b| f32x4_relaxed_madd(a, b, sum));
