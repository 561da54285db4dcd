//! Measures PAD artefacts, the traces of a screen or a print in a picture, and their likelihood ratio.
//!
//! Each artefact is measured without training; a small logistic model weighs them (`docs/LIVENESS.md`). The page does
//! not contain this code.

mod bands;
#[cfg(test)]
mod fixtures;
mod glare;
mod grid;
mod likelihood;
mod model;
mod rectangle;
mod region;
mod spectrum;
mod tone;

use image::RgbaImage;
use nearfar::frame::Rect;

pub use likelihood::EVIDENCE_NAMES;

/// The names of the artefacts, in order.
pub const ARTEFACT_NAMES: [&str; 9] =
    ["grid", "gridColor", "bands", "secondSide", "thirdSide", "sideBelow", "black", "gamut", "glare"];

/// An artefact, in the order of [`ARTEFACT_NAMES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PadArtefact {
    /// Prominence of narrow peaks in the luma spectrum, nepers.
    Grid,
    /// The same in the colour spectrum.
    GridColor,
    /// Prominence of horizontal bands, nepers.
    Bands,
    /// Straightness and length of the second best of four edges around the face, 0 to 1.
    SecondSide,
    /// The same for the third best.
    ThirdSide,
    /// The same for the edge below the face.
    SideBelow,
    /// Luma of the darkest parts, 0 to 1.
    Black,
    /// Saturation of the most colourful parts, 0 to 1.
    Gamut,
    /// Unevenness of white light added from far to near, 0 to 1.
    Glare,
}

/// The artefacts of a capture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PadArtefacts {
    /// In the order of [`ARTEFACT_NAMES`].
    pub figures: [f32; ARTEFACT_NAMES.len()],
}

impl PadArtefacts {
    /// Measures a far and a near picture with the boxes of their faces.
    pub fn new(far: (&RgbaImage, &Rect), near: (&RgbaImage, &Rect)) -> Self {
        let [a, b] = [far, near].map(|(picture, face)| {
            let tiles = spectrum::tiles(picture, face);
            let (grid, sides, tone) = (grid::grid(&tiles), rectangle::sides(picture, face), tone::tone(picture));
            [
                grid.luma,
                grid.color,
                bands::bands(picture),
                sides.second,
                sides.third,
                sides.below,
                tone.black,
                tone.gamut,
            ]
        });
        let mut figures = [0.0; ARTEFACT_NAMES.len()];
        for (figure, (a, b)) in figures.iter_mut().zip(a.iter().zip(&b)) {
            *figure = (a + b) / 2.0;
        }
        figures[PadArtefact::Glare as usize] = glare::glare([far, near]);
        PadArtefacts { figures }
    }

    /// The figure of one artefact.
    pub fn get(&self, artefact: PadArtefact) -> f32 {
        self.figures[artefact as usize]
    }
}
