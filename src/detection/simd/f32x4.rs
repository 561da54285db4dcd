//! The interface of the back ends.

/// A vector of four 32-bit floats.
pub trait F32x4: Copy {
    /// Name of the back end in reports.
    const NAME: &'static str;

    /// Two vectors at a time.
    type Wide: F32x8<Half = Self>;

    /// Whether kernels should use [`F32x4::Wide`].
    const IS_WIDE: bool;

    /// Loads four values.
    fn load(from: &[f32; 4]) -> Self;

    /// Stores the four values.
    fn store(self, to: &mut [f32; 4]);

    /// Broadcasts one value.
    fn splat(value: f32) -> Self;

    /// Adds lane by lane.
    fn add(self, other: Self) -> Self;

    /// The greater value of each lane; neither may be NaN.
    fn max(self, other: Self) -> Self;

    /// Transposes: lane `j` of vector `i` becomes lane `i` of vector `j`.
    fn transpose(rows: [Self; 4]) -> [Self; 4];

    /// `self + a * b`, rounded once (fused) or twice depending on the back end.
    fn add_product(self, a: Self, b: Self) -> Self;
}

/// Eight 32-bit floats: two vectors of four.
pub trait F32x8: Copy {
    /// Four of them.
    type Half: F32x4;

    /// Loads eight values.
    fn load(from: [&[f32; 4]; 2]) -> Self;

    /// Broadcasts one value.
    fn splat(value: f32) -> Self;

    /// `self + a * b`, as of [`F32x4::add_product`].
    fn add_product(self, a: Self, b: Self) -> Self;

    /// The first and the last four.
    fn halves(self) -> [Self::Half; 2];
}

/// The eight floats of a back end whose registers hold four.
#[derive(Clone, Copy, Debug)]
pub struct Halves<V>([V; 2]);

impl<V: F32x4> F32x8 for Halves<V> {
    type Half = V;

    #[inline(always)]
    fn load([low, high]: [&[f32; 4]; 2]) -> Self {
        Halves([V::load(low), V::load(high)])
    }

    #[inline(always)]
    fn splat(value: f32) -> Self {
        Halves([V::splat(value); 2])
    }

    #[inline(always)]
    fn add_product(self, a: Self, b: Self) -> Self {
        Halves([self.0[0].add_product(a.0[0], b.0[0]), self.0[1].add_product(a.0[1], b.0[1])])
    }

    #[inline(always)]
    fn halves(self) -> [V; 2] {
        self.0
    }
}
