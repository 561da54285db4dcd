//! Signs that a screen is between the face and the camera.
//!
//! They refuse nobody. On real replays they were near chance (docs/LIVENESS.md): what they are worth was only ever measured
//! on screens that we had drawn ourselves.

use crate::pad::{ARTEFACT_NAMES, PadArtefacts};
use crate::verdict::{Check, CheckOutcome};

/// The most that signs take off the log odds of an honest capture. Chosen, not measured.
const MOST: f32 = 0.5;

/// What the signs take off the log odds, 0 to 0.5. A good screen that fills the picture shows none, so that none does not
/// speak for a person: only more of them than a screen has as often as a person takes off.
pub fn doubt(signs: &PadArtefacts) -> f32 {
    (-signs.log_likelihood_ratio()).clamp(0.0, MOST)
}

/// Which signs there are.
pub fn check(signs: &PadArtefacts) -> CheckOutcome {
    let outcome = CheckOutcome::passed(Check::Screen)
        .with("logLikelihoodRatio", signs.log_likelihood_ratio())
        .with("doubt", doubt(signs));
    ARTEFACT_NAMES.into_iter().zip(signs.figures).fold(outcome, |outcome, (name, figure)| outcome.with(name, figure))
}
