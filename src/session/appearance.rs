//! The coarse appearance of a face.

use serde::{Deserialize, Serialize};

/// Cells along each side of the face box.
pub const CELLS_PER_SIDE: usize = 4;
const CELLS: usize = CELLS_PER_SIDE * CELLS_PER_SIDE;

/// A coarse picture of a face: a grid of cells over the face box, row by row, each with luma (deviation from the face's
/// mean, relative to its contrast) and two chroma values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Appearance {
    /// Luma of the cells, standardised: mean 0, deviation 1.
    pub luma: [f32; CELLS],
    /// Blue-difference chroma of the cells, normalised to the exposure of a middle grey: about -0.5 to 0.5.
    pub blue: [f32; CELLS],
    /// Red-difference chroma of the cells, likewise.
    pub red: [f32; CELLS],
}

impl Appearance {
    /// Difference between two faces: 0 for the same picture.
    pub fn difference(&self, other: &Appearance) -> f32 {
        let rms = |a: &[f32; CELLS], b: &[f32; CELLS]| {
            (a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum::<f32>() / CELLS as f32).sqrt()
        };
        rms(&self.luma, &other.luma) + 10.0 * (rms(&self.blue, &other.blue) + rms(&self.red, &other.red))
    }
}
