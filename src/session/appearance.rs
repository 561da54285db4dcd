//! The coarse appearance of a face.

use serde::{Deserialize, Serialize};

/// A coarse picture of a face: 4 by 4 cells over the face box, row by row, each with luma (as it deviates
/// from the face's mean, over its contrast) and the two chroma values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Appearance {
    /// Luma of the cells, standardised: mean 0, deviation 1.
    pub luma: [f32; 16],
    /// Blue-difference chroma of the cells, as if the face were exposed to a middle grey: about -0.5 to 0.5.
    pub blue: [f32; 16],
    /// Red-difference chroma of the cells, likewise.
    pub red: [f32; 16],
}

impl Appearance {
    /// How much two faces differ: 0 for the same picture.
    pub fn difference(&self, other: &Appearance) -> f32 {
        let rms =
            |a: &[f32; 16], b: &[f32; 16]| (a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum::<f32>() / 16.0).sqrt();
        rms(&self.luma, &other.luma) + 10.0 * (rms(&self.blue, &other.blue) + rms(&self.red, &other.red))
    }
}
