//! Estimates the focal length that the distances along a path imply. Enlarging instead of moving, by software or by
//! bringing a screen closer, implies a focal length that no camera of a phone or a laptop has.

use crate::verdict::{Bounds, Check, CheckOutcome};
use nearfar_parallax::{Calibration, Parallax, calibration};

/// The least plausible inverse focal length, in diagonals. 1.0 and 1.8 are 55 and 85 degrees across the diagonal, which
/// is the range of front cameras. docs/LIVENESS.md lists what bona fide captures and attacks imply.
const MIN_INVERSE_FOCAL: f32 = 0.65;
/// The penalty for each tenth below it.
const PENALTY_PER_TENTH: f32 = 2.0;
/// The greatest penalty. It exceeds all other evidence together, so the attempt cannot pass. It never makes an attack.
const MAX_PENALTY: f32 = 10.0;

/// Estimates the camera from the pairs far and near, and last stop and near.
pub fn calibrate(pairs: &[Parallax]) -> Option<Calibration> {
    let figures: Option<Vec<_>> = pairs.iter().map(|pair| pair.figures).collect();
    calibration(&figures?)
}

/// The penalty, 0 to 10, with an allowance of one standard error. The change from pair to pair is not used: heads that
/// turn between positions differ by as much (docs/LIVENESS.md).
pub fn penalty(calibration: Option<&Calibration>) -> f32 {
    // An uncertain estimate gets the benefit of the doubt.
    let greatest = |calibration: &Calibration| calibration.inverse_focal + calibration.inverse_focal_error;
    let below = |calibration: &Calibration| MIN_INVERSE_FOCAL - greatest(calibration);
    calibration.map_or(0.0, |calibration| (PENALTY_PER_TENTH * 10.0 * below(calibration)).clamp(0.0, MAX_PENALTY))
}

/// The estimate and its error.
pub fn check(calibration: Option<&Calibration>) -> CheckOutcome {
    match calibration {
        Some(found) => CheckOutcome::passed(Check::FocalLength)
            .with("doubt", penalty(calibration))
            .with_bounds("inverseFocal", found.inverse_focal, Bounds::at_least(MIN_INVERSE_FOCAL))
            .with("inverseFocalError", found.inverse_focal_error),
        None => CheckOutcome::skipped(Check::FocalLength, "it needs pictures at three distances"),
    }
}
