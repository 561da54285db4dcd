//! The portable back end. Compilers vectorise it where the target allows.

use super::f32x4::{F32x4, Halves};

/// Four floats in an array.
#[derive(Clone, Copy, Debug)]
#[repr(align(16))]
pub struct Portable([f32; 4]);

impl F32x4 for Portable {
    const NAME: &'static str = "scalar";

    type Wide = Halves<Self>;

    const IS_WIDE: bool = false;

    #[inline(always)]
    fn load(from: &[f32; 4]) -> Self {
        Portable(*from)
    }

    #[inline(always)]
    fn store(self, to: &mut [f32; 4]) {
        *to = self.0;
    }

    #[inline(always)]
    fn splat(value: f32) -> Self {
        Portable([value; 4])
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Portable(std::array::from_fn(|i| self.0[i] + other.0[i]))
    }

    #[inline(always)]
    fn max(self, other: Self) -> Self {
        Portable(std::array::from_fn(|i| if self.0[i] > other.0[i] { self.0[i] } else { other.0[i] }))
    }

    #[inline(always)]
    fn transpose(rows: [Self; 4]) -> [Self; 4] {
        std::array::from_fn(|j| Portable(std::array::from_fn(|i| rows[i].0[j])))
    }

    // Rounds twice: without hardware support `mul_add` is a slow library call.
    #[inline(always)]
    fn add_product(self, a: Self, b: Self) -> Self {
        Portable(std::array::from_fn(|i| self.0[i] + a.0[i] * b.0[i]))
    }
}
