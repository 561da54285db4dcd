//! PadArtefacts of a screen or a print in the pictures themselves: what each looks like, and how likely a screen is by them.
//!
//! Every sign is a figure of its own, measured without any training; a small logistic model weighs them
//! (`docs/LIVENESS.md`). Natively only: nothing of it is part of the page.

mod bands;
#[cfg(test)]
mod fixtures;
mod glare;
mod grid;
mod model;
mod odds;
mod plane;
mod rectangle;
mod spectrum;
mod tone;

use image::RgbaImage;
use nearfar::frame::Rect;

pub use odds::{EVIDENCE, EVIDENCE_NAMES};

/// How many signs are measured.
pub const ARTEFACTS: usize = 9;
/// Their names, in order.
pub const ARTEFACT_NAMES: [&str; ARTEFACTS] =
    ["grid", "gridColor", "bands", "secondSide", "thirdSide", "sideBelow", "black", "gamut", "glare"];

/// A sign's place in [`ARTEFACT_NAMES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PadArtefact {
    /// How far narrow peaks stand out of the spectrum of light, nepers.
    Grid,
    /// The same of colour.
    GridColor,
    /// How far level bands stand out, nepers.
    Bands,
    /// How straight and long the second best of four sides around the face is, 0 to 1.
    SecondSide,
    /// The third best.
    ThirdSide,
    /// That below the face.
    SideBelow,
    /// How light the darkest parts are, 0 to 1.
    Black,
    /// How colourful the most colourful parts are, 0 to 1.
    Gamut,
    /// How unevenly white light was added from far to near, 0 to 1.
    Glare,
}

/// The signs that a capture shows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PadArtefacts {
    /// In the order of [`ARTEFACT_NAMES`].
    pub figures: [f32; ARTEFACTS],
}

impl PadArtefacts {
    /// Of a far and a near picture with the boxes of their faces.
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
        let mut figures = [0.0; ARTEFACTS];
        for (figure, (a, b)) in figures.iter_mut().zip(a.iter().zip(&b)) {
            *figure = (a + b) / 2.0;
        }
        figures[ARTEFACTS - 1] = glare::glare([far, near]);
        PadArtefacts { figures }
    }

    /// One of them.
    pub fn of(&self, sign: PadArtefact) -> f32 {
        self.figures[sign as usize]
    }
}
