//! Checks for the depth of a face, which a print or a still on a screen lacks.

use crate::fusion::likelihood;
use crate::limits::Limits;
use crate::verdict::{Bounds, Check, CheckOutcome};
use nearfar_parallax::{InconclusiveReason, Parallax, Verdict};

/// Light, texture and change of distance are sufficient to measure depth.
pub fn texture(parallax: &Parallax) -> CheckOutcome {
    let outcome = CheckOutcome::passed(Check::Texture).with("growth", parallax.growth);
    let outcome = match parallax.figures {
        Some(figures) => outcome.with("points", figures.points as f64).with("approachError", figures.approach_error),
        None => outcome,
    };
    match parallax.verdict {
        Verdict::Inconclusive(reason) => outcome.require(false, || note(reason).into()),
        Verdict::LogLikelihoodRatio(_) => outcome,
    }
}

fn note(reason: InconclusiveReason) -> &'static str {
    match reason {
        InconclusiveReason::Keypoints => "eyes and mouth of a face make no sense",
        InconclusiveReason::Small => "a face has too few pixels to judge its depth by",
        InconclusiveReason::Distance => "near is too little nearer than far to judge the face's depth by",
        InconclusiveReason::Dark => "a face is too dark to judge its depth by",
        InconclusiveReason::Texture => "too few points of the far face were found again to judge its depth by",
        InconclusiveReason::Noise => "the pictures are too noisy to judge the face's depth by",
    }
}

/// The log likelihood ratio of a face's depth; `None` if it cannot be measured.
pub fn log_likelihood_ratio(parallax: &Parallax) -> Option<f32> {
    match parallax.verdict {
        Verdict::LogLikelihoodRatio(ratio) => Some(ratio),
        Verdict::Inconclusive(_) => None,
    }
}

/// The parallax between far and near is that of a face.
pub fn depth(parallax: &Parallax, log_odds: f32, limits: &Limits) -> CheckOutcome {
    let likelihood = likelihood(log_odds);
    let outcome =
        CheckOutcome::passed(Check::Depth).with_bounds("likelihood", likelihood, Bounds::at_least(limits.min_depth));
    let outcome = match parallax.figures {
        Some(figures) => outcome
            .with("correlation", figures.correlation)
            .with("overCylinder", figures.over_cylinder)
            .with("overCrease", figures.over_crease)
            .with("beyondBending", figures.beyond_bending)
            .with("beyondCreases", figures.beyond_creases)
            .with("overEnlarged", figures.over_enlarged())
            .with("inverseFocal", figures.inverse_focal)
            .with("inverseFocalError", figures.inverse_focal_error)
            .with("approach", figures.approach)
            .with("inlierShare", figures.inlier_share)
            .with("residual", figures.residual)
            .with("noise", figures.noise),
        None => outcome,
    };
    outcome.require(likelihood >= limits.min_depth, || {
        "far and near show something flat, bent or folded, or far enlarged, and not a head that came nearer".into()
    })
}
