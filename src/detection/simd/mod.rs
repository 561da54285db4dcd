//! Four `f32` lanes at a time: one interface, four back ends, so that the kernels exist once.
//!
//! [`Portable`] is plain Rust (browsers without SIMD, other processors). `Simd128` and `RelaxedSimd` exist only in
//! WebAssembly builds with those target features, `Sse2` on x86-64 (native tests, the server). [`Fastest`] is the best
//! one of this build.

mod portable;
#[cfg(target_arch = "x86_64")]
mod sse2;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod wasm;

pub use portable::Portable;
#[cfg(target_arch = "x86_64")]
pub use sse2::Sse2;
#[cfg(all(target_arch = "wasm32", target_feature = "relaxed-simd"))]
pub use wasm::RelaxedSimd;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
pub use wasm::Simd128;

/// The back end that this build's kernels run on.
#[cfg(all(target_arch = "wasm32", target_feature = "relaxed-simd"))]
pub type Fastest = RelaxedSimd;
/// The back end that this build's kernels run on.
#[cfg(all(target_arch = "wasm32", target_feature = "simd128", not(target_feature = "relaxed-simd")))]
pub type Fastest = Simd128;
/// The back end that this build's kernels run on.
#[cfg(target_arch = "x86_64")]
pub type Fastest = Sse2;
/// The back end that this build's kernels run on.
#[cfg(not(any(target_arch = "x86_64", all(target_arch = "wasm32", target_feature = "simd128"))))]
pub type Fastest = Portable;

/// Four 32-bit floats that are worked on together.
pub trait F32x4: Copy {
    /// What the back end is called in reports.
    const NAME: &'static str;

    /// Four neighbouring values.
    fn load(from: &[f32; 4]) -> Self;

    /// Writes the four values.
    fn store(self, to: &mut [f32; 4]);

    /// The same value four times.
    fn splat(value: f32) -> Self;

    /// Sums lane by lane.
    fn add(self, other: Self) -> Self;

    /// The greater of each pair of lanes; neither may be NaN.
    fn max(self, other: Self) -> Self;

    /// The four vectors as columns instead of rows: lane `j` of the `i`th becomes lane `i` of the `j`th.
    fn transpose(rows: [Self; 4]) -> [Self; 4];

    /// `self + a * b`, rounded once (fused) or twice as the back end likes.
    fn add_product(self, a: Self, b: Self) -> Self;
}
