//! Runs kernels with the vectors of a back end.

use super::f32x4::F32x4;

/// A computation that runs with the vectors of any back end.
pub trait Kernel {
    /// Runs the computation. Implementations must be `#[inline(always)]`: they are compiled with the caller's instruction
    /// set.
    fn run<V: F32x4>(self);
}

/// A vector type, or a choice between vector types at run time.
pub trait Backend {
    /// Runs a kernel.
    fn run(kernel: impl Kernel);
}

impl<V: F32x4> Backend for V {
    #[inline(always)]
    fn run(kernel: impl Kernel) {
        kernel.run::<V>();
    }
}
