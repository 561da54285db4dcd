//! Whether what was before the camera has a face's depth: what tells a head from a print and from a screen.

use crate::limits::Limits;
use crate::verdict::{Check, CheckOutcome};
use nearfar_parallax::{Parallax, Unsure, Verdict};

/// There is the light, the texture and the change of distance by which depth can be judged.
pub fn texture(parallax: &Parallax) -> CheckOutcome {
    let outcome = CheckOutcome::passed(Check::Texture).with("growth", parallax.growth);
    let outcome = match parallax.figures {
        Some(figures) => outcome.with("points", figures.points as f64).with("approachError", figures.approach_error),
        None => outcome,
    };
    match parallax.verdict {
        Verdict::Unsure(reason) => outcome.require(false, || why(reason).into()),
        Verdict::LogLikelihoodRatio(_) => outcome,
    }
}

fn why(reason: Unsure) -> &'static str {
    match reason {
        Unsure::Keypoints => "eyes and mouth of a face make no sense",
        Unsure::Small => "a face has too few pixels to judge its depth by",
        Unsure::Distance => "near is too little nearer than far to judge the face's depth by",
        Unsure::Dark => "a face is too dark to judge its depth by",
        Unsure::Texture => "too few points of the far face were found again to judge its depth by",
        Unsure::Noise => "the pictures are too noisy to judge the face's depth by",
    }
}

/// The log likelihood ratio of a face's depth; `None` where it cannot be judged.
pub fn ratio(parallax: &Parallax) -> Option<f32> {
    match parallax.verdict {
        Verdict::LogLikelihoodRatio(ratio) => Some(ratio),
        Verdict::Unsure(_) => None,
    }
}

/// What is added to the parallax's ratio before it counts: a head is taken to be 1.65 times as likely beforehand as
/// something flat or bent. Chosen so that less than one in twenty of the honest captures of `npm run evaluate` is refused,
/// those among everyday things included.
pub const PRIOR: f32 = 0.5;

/// How likely an honest capture is by a log likelihood ratio, if an attack is as likely beforehand, 0 to 1.
pub fn likelihood(ratio: f32) -> f32 {
    1.0 / (1.0 + (-ratio).exp())
}

/// The parallax between far and near is that of a face.
pub fn depth(parallax: &Parallax, likelihood: f32, limits: &Limits) -> CheckOutcome {
    let outcome = CheckOutcome::passed(Check::Depth).with("likelihood", likelihood);
    let outcome = match parallax.figures {
        Some(figures) => outcome
            .with("correlation", figures.correlation)
            .with("overCylinder", figures.over_cylinder)
            .with("beyondBending", figures.beyond_bending)
            .with("approach", figures.approach)
            .with("inlierShare", figures.inlier_share)
            .with("residual", figures.residual)
            .with("noise", figures.noise),
        None => outcome,
    };
    outcome.require(likelihood >= limits.min_depth, || "far and near show something flat or bent, not a head".into())
}
