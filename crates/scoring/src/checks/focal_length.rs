//! The focal length that the distances along a path imply. A film that is enlarged to follow another path than its own implies
//! a longer one from there on.

use crate::verdict::{Check, CheckOutcome};
use nearfar_parallax::{Calibration, Parallax, calibration};

/// From this fall on the nearer picture of a pair was rather enlarged: measured in docs/LIVENESS.md.
const LEAST_FALL: f32 = 1.5;
/// What a fall takes off the log odds for each standard error beyond, ...
const TAKES: f32 = 2.0;
/// ... and at most: more than all else together can say, so that nobody passes then. It calls nobody an attacker.
const MOST: f32 = 10.0;

/// What the pairs of neighbouring positions say together; the farthest first.
pub fn calibrated(pairs: &[Parallax]) -> Option<Calibration> {
    let figures: Option<Vec<_>> = pairs.iter().map(|pair| pair.figures).collect();
    calibration(&figures?)
}

/// What it takes off the log odds, 0 to 10.
pub fn doubt(calibration: Option<&Calibration>) -> f32 {
    calibration.map_or(0.0, |calibration| (TAKES * (calibration.fall - LEAST_FALL)).clamp(0.0, MOST))
}

/// Tells it.
pub fn check(calibration: Option<&Calibration>) -> CheckOutcome {
    match calibration {
        Some(found) => CheckOutcome::passed(Check::FocalLength)
            .with("doubt", doubt(calibration))
            .with("fall", found.fall)
            .with("inverseFocal", found.inverse_focal)
            .with("inverseFocalError", found.inverse_focal_error),
        None => CheckOutcome::skipped(Check::FocalLength, "there are not three distances to tell it by"),
    }
}
