//! Runs kernels with the vectors of a back end.

use super::f32x4::F32x4;

/// Work that any back end's vectors can do.
pub trait Kernel {
    /// Does it. Implementations are `#[inline(always)]`, so that they are compiled with the caller's instructions.
    fn run<V: F32x4>(self);
}

/// A kind of vectors, or a choice of them at run time.
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
