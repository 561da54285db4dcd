//! Vectors of four `f32`: one trait with several back ends, so that each kernel is written once.
//!
//! [`Portable`] is plain Rust, for browsers without SIMD and other processors. `Simd128` and `RelaxedSimd` exist in
//! WebAssembly builds with those target features, `Sse2` on x86-64 (native tests, the service), where `Detected` takes
//! AVX2 if the processor has it. [`Fastest`] is the best back end of the build.

mod backend;
mod f32x4;
mod portable;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod wasm;
#[cfg(target_arch = "x86_64")]
mod x86;

pub use backend::{Backend, Kernel};
pub use f32x4::{F32x4, F32x8};
pub use portable::Portable;
#[cfg(all(target_arch = "wasm32", target_feature = "relaxed-simd"))]
pub use wasm::RelaxedSimd;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
pub use wasm::Simd128;
#[cfg(target_arch = "x86_64")]
pub use x86::{Detected, Sse2};

/// The fastest back end of this build.
#[cfg(all(target_arch = "wasm32", target_feature = "relaxed-simd"))]
pub type Fastest = RelaxedSimd;
/// The fastest back end of this build.
#[cfg(all(target_arch = "wasm32", target_feature = "simd128", not(target_feature = "relaxed-simd")))]
pub type Fastest = Simd128;
/// The fastest back end of this build.
#[cfg(target_arch = "x86_64")]
pub type Fastest = Detected;
/// The fastest back end of this build.
#[cfg(not(any(target_arch = "x86_64", all(target_arch = "wasm32", target_feature = "simd128"))))]
pub type Fastest = Portable;
