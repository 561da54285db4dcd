//! From signs to a likelihood ratio.

use super::model::{BIAS, WEIGHTS};
use super::{PadArtefact, PadArtefacts};

/// How many numbers speak for or against a screen or a print.
pub const EVIDENCE: usize = 4;
/// Their names, in order.
pub const EVIDENCE_NAMES: [&str; EVIDENCE] = ["grid", "bands", "sides", "depth"];

/// Natural logarithm of 100, as of the parallax.
const MOST: f32 = 4.6;

impl PadArtefacts {
    /// What the likelihood ratio is made of: each sign from where honest captures rarely are to where it is plain, so that
    /// none speaks for a person by its absence and none outweighs all others. `depth`: the log likelihood ratio of the
    /// parallax, which a print lacks and a film has.
    ///
    /// Black, gamut and glare are left out: what they are worth hangs on what rooms and cameras were
    /// staged (`docs/LIVENESS.md`).
    pub fn evidence(&self, depth: f32) -> [f32; EVIDENCE] {
        [
            self.of(PadArtefact::Grid).max(self.of(PadArtefact::GridColor)).clamp(2.0, 2.8),
            self.of(PadArtefact::Bands).clamp(1.0, 2.0),
            self.of(PadArtefact::SecondSide).clamp(0.65, 1.0)
                + self.of(PadArtefact::ThirdSide).clamp(0.6, 1.0)
                + self.of(PadArtefact::SideBelow).clamp(0.6, 1.0),
            depth,
        ]
    }

    /// Natural logarithm of how much likelier these signs are for a person than for a screen, -4.6 to 4.6. Depth is left
    /// out, by taking it to be that of a person, as it is of a film: the score counts it for itself. The model was fitted
    /// to prints and stills as well.
    pub fn log_likelihood_ratio(&self) -> f32 {
        let sum: f32 = WEIGHTS.iter().zip(self.evidence(MOST)).map(|(weight, number)| weight * number).sum();
        (BIAS + sum).clamp(-MOST, MOST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ratio(change: impl Fn(&mut PadArtefacts)) -> f32 {
        // About the medians of honest captures.
        let mut signs = PadArtefacts { figures: [1.9, 1.9, 0.8, 0.6, 0.5, 0.5, 0.08, 0.6, 0.1] };
        change(&mut signs);
        signs.log_likelihood_ratio()
    }

    #[test]
    fn every_sign_speaks_against_a_person() {
        let plain = ratio(|_| ());
        assert!(plain > 0.0, "{plain}");
        for sign in [
            PadArtefact::Grid,
            PadArtefact::GridColor,
            PadArtefact::Bands,
            PadArtefact::SecondSide,
            PadArtefact::ThirdSide,
            PadArtefact::SideBelow,
        ] {
            let figure = if sign < PadArtefact::SecondSide { 2.5 } else { 1.0 };
            let with = ratio(|signs| signs.figures[sign as usize] = figure);
            assert!(with < plain - 0.7, "{sign:?}: {with} {plain}");
        }
    }

    #[test]
    fn what_is_not_weighed_does_nothing() {
        let unweighed = |signs: &mut PadArtefacts| {
            for sign in [PadArtefact::Black, PadArtefact::Gamut, PadArtefact::Glare] {
                signs.figures[sign as usize] = 1.0;
            }
        };
        assert_eq!(ratio(unweighed), ratio(|_| ()));
    }
}
