//! The interface of the back ends.

/// A vector of four 32-bit floats.
pub trait F32x4: Copy {
    /// Name of the back end in reports.
    const NAME: &'static str;

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
