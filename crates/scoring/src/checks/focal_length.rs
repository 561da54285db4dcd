//! The focal length that the distances along a path imply. Who is only made larger, by a program or by a screen that is brought
//! nearer, implies one that no camera of a phone or a laptop has.

use crate::verdict::{Check, CheckOutcome};
use nearfar_parallax::{Calibration, Parallax, calibration};

/// The least inverse focal length, in diagonals: 1.0 and 1.8 are 55 and 85 degrees across the diagonal, which is what front
/// cameras have. docs/LIVENESS.md has what honest captures and others imply.
const LEAST_INVERSE: f32 = 0.65;
/// What each tenth below takes off the log odds, ...
const TAKES: f32 = 2.0;
/// ... and at most: more than all else together can say, so that nobody passes then. It calls nobody an attacker.
const MOST: f32 = 10.0;

/// What the pairs of far and near and of the last stop and near say together.
pub fn calibrated(pairs: &[Parallax]) -> Option<Calibration> {
    let figures: Option<Vec<_>> = pairs.iter().map(|pair| pair.figures).collect();
    calibration(&figures?)
}

/// What the estimate takes off the log odds, 0 to 10, with one standard error allowed for. The change from pair to pair is
/// not used: heads that turn between positions differ by as much (docs/LIVENESS.md).
pub fn doubt(calibration: Option<&Calibration>) -> f32 {
    // What is hardly known is given the benefit of it.
    let most = |calibration: &Calibration| calibration.inverse_focal + calibration.inverse_focal_error;
    let below = |calibration: &Calibration| LEAST_INVERSE - most(calibration);
    calibration.map_or(0.0, |calibration| (TAKES * 10.0 * below(calibration)).clamp(0.0, MOST))
}

/// The outcome, with the estimate and its error.
pub fn check(calibration: Option<&Calibration>) -> CheckOutcome {
    match calibration {
        Some(found) => CheckOutcome::passed(Check::FocalLength)
            .with("doubt", doubt(calibration))
            .with("inverseFocal", found.inverse_focal)
            .with("inverseFocalError", found.inverse_focal_error),
        None => CheckOutcome::skipped(Check::FocalLength, "it needs pictures at three distances"),
    }
}
