//! Reports PAD artefacts: traces of a screen between the face and the camera.
//!
//! They only add a penalty. On real replays they were near chance (docs/LIVENESS.md); they were only fitted to screens
//! that we simulated.

use crate::pad::{ARTEFACT_NAMES, PadArtefacts};
use crate::verdict::{Bounds, Check, CheckOutcome};

/// The greatest penalty. Chosen, not measured.
const MAX_PENALTY: f32 = 0.5;

/// The penalty, 0 to 0.5. A good screen that fills the picture shows no artefacts, so their absence is not evidence of
/// liveness. A penalty applies only where the artefacts are likelier for a screen than for a person.
pub fn penalty(artefacts: &PadArtefacts) -> f32 {
    (-artefacts.log_likelihood_ratio()).clamp(0.0, MAX_PENALTY)
}

/// The measured artefacts.
pub fn check(artefacts: &PadArtefacts) -> CheckOutcome {
    let outcome = CheckOutcome::passed(Check::Screen)
        .with_bounds("logLikelihoodRatio", artefacts.log_likelihood_ratio(), Bounds::at_least(0.0))
        .with("doubt", penalty(artefacts));
    ARTEFACT_NAMES
        .into_iter()
        .zip(artefacts.figures)
        .fold(outcome, |outcome, (name, figure)| outcome.with(name, figure))
}
