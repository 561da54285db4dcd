//! The likelihood ratio of the artefacts.

use super::model::{BIAS, WEIGHTS};
use super::{PadArtefact, PadArtefacts};

/// The names of the model's inputs, in order.
pub const EVIDENCE_NAMES: [&str; 4] = ["grid", "bands", "sides", "depth"];

/// The greatest log likelihood ratio: the natural logarithm of 100, as for the parallax.
const MAX_LOG_RATIO: f32 = 4.6;

impl PadArtefacts {
    /// The inputs of the model. Each artefact is clamped between a value that bona fide captures rarely reach and one
    /// that is unmistakable, so that the absence of an artefact is not evidence of liveness and none outweighs all
    /// others. `depth` is the log likelihood ratio of the parallax, which is low for a print and high for a video.
    ///
    /// Black, gamut and glare are left out: their value depends on the rooms and cameras that were simulated
    /// (`docs/LIVENESS.md`).
    pub fn evidence(&self, depth: f32) -> [f32; EVIDENCE_NAMES.len()] {
        [
            self.get(PadArtefact::Grid).max(self.get(PadArtefact::GridColor)).clamp(2.0, 2.8),
            self.get(PadArtefact::Bands).clamp(1.0, 2.0),
            self.get(PadArtefact::SecondSide).clamp(0.65, 1.0)
                + self.get(PadArtefact::ThirdSide).clamp(0.6, 1.0)
                + self.get(PadArtefact::SideBelow).clamp(0.6, 1.0),
            depth,
        ]
    }

    /// Natural logarithm of the likelihood ratio of a person over a screen, -4.6 to 4.6. The depth input is fixed to
    /// that of a person, which a video also has: the fusion counts depth separately. The model was fitted to prints and
    /// stills as well.
    pub fn log_likelihood_ratio(&self) -> f32 {
        let sum: f32 = WEIGHTS.iter().zip(self.evidence(MAX_LOG_RATIO)).map(|(weight, number)| weight * number).sum();
        (BIAS + sum).clamp(-MAX_LOG_RATIO, MAX_LOG_RATIO)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ratio(change: impl Fn(&mut PadArtefacts)) -> f32 {
        // About the medians of bona fide captures.
        let mut artefacts = PadArtefacts { figures: [1.9, 1.9, 0.8, 0.6, 0.5, 0.5, 0.08, 0.6, 0.1] };
        change(&mut artefacts);
        artefacts.log_likelihood_ratio()
    }

    #[test]
    fn every_weighed_artefact_lowers_the_ratio() {
        let plain = ratio(|_| ());
        assert!(plain > 0.0, "{plain}");
        for artefact in [
            PadArtefact::Grid,
            PadArtefact::GridColor,
            PadArtefact::Bands,
            PadArtefact::SecondSide,
            PadArtefact::ThirdSide,
            PadArtefact::SideBelow,
        ] {
            let figure = if artefact < PadArtefact::SecondSide { 2.5 } else { 1.0 };
            let with = ratio(|artefacts| artefacts.figures[artefact as usize] = figure);
            assert!(with < plain - 0.7, "{artefact:?}: {with} {plain}");
        }
    }

    #[test]
    fn artefacts_without_a_weight_have_no_effect() {
        let unweighed = |artefacts: &mut PadArtefacts| {
            for artefact in [PadArtefact::Black, PadArtefact::Gamut, PadArtefact::Glare] {
                artefacts.figures[artefact as usize] = 1.0;
            }
        };
        assert_eq!(ratio(unweighed), ratio(|_| ()));
    }
}
