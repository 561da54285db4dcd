//! Checks pose, light, occlusion and sharpness of the faces.

use super::faces::FarNear;
use crate::analyzer::MainFace;
use crate::verdict::{Bounds, Check, CheckOutcome};
use nearfar::guidance::Instruction;
use nearfar::guidance::Thresholds;

/// The name of a figure, its value and its limits.
type Figure = (&'static str, fn(&MainFace) -> f32, fn(&Thresholds) -> Option<Bounds>);

/// An instruction of guidance and the note of its failure.
type Failure = (Instruction, &'static str);

/// The face looks into the camera.
pub fn pose(pair: &FarNear, thresholds: &Thresholds) -> CheckOutcome {
    let figures: [Figure; 3] = [
        ("Yaw", |main| main.measurements.pose.yaw, |limits| Some(Bounds::within(limits.max_yaw))),
        ("Pitch", |main| main.measurements.pose.pitch, |limits| Some(Bounds::within(limits.max_pitch))),
        ("Roll", |main| main.measurements.pose.roll, |limits| Some(Bounds::within(limits.max_roll))),
    ];
    assess(Check::Pose, pair, thresholds, &figures, &[(Instruction::NotFrontal, "does not look into the camera")])
}

/// The face is well lit.
pub fn light(pair: &FarNear, thresholds: &Thresholds) -> CheckOutcome {
    let figures: [Figure; 4] = [
        (
            "Brightness",
            |main| main.measurements.brightness,
            |limits| Some(Bounds::between(limits.min_brightness, limits.max_brightness)),
        ),
        ("Backlight", |main| main.measurements.backlight, |limits| Some(Bounds::at_least(-limits.max_backlight))),
        ("Overexposed", |main| main.measurements.overexposed, |limits| Some(Bounds::at_most(limits.max_overexposed))),
        ("Underexposed", |main| main.measurements.underexposed, |_| None),
    ];
    let failures = [(Instruction::TooDark, "is too dark"), (Instruction::TooBright, "is too bright")];
    assess(Check::Light, pair, thresholds, &figures, &failures)
}

/// Nothing covers the face.
pub fn occlusion(pair: &FarNear, thresholds: &Thresholds) -> CheckOutcome {
    let figures: [Figure; 1] =
        [("Occlusion", |main| main.measurements.occlusion, |limits| Some(Bounds::at_most(limits.max_occlusion)))];
    assess(Check::Occlusion, pair, thresholds, &figures, &[(Instruction::Occluded, "is covered")])
}

/// The face is in focus.
pub fn sharpness(pair: &FarNear, thresholds: &Thresholds) -> CheckOutcome {
    let figures: [Figure; 1] =
        [("Sharpness", |main| main.measurements.sharpness, |limits| Some(Bounds::at_least(limits.min_sharpness)))];
    assess(Check::Sharpness, pair, thresholds, &figures, &[(Instruction::Blurry, "is blurred")])
}

fn assess(
    check: Check,
    pair: &FarNear,
    thresholds: &Thresholds,
    figures: &[Figure],
    failures: &[Failure],
) -> CheckOutcome {
    let mut outcome = CheckOutcome::passed(check);
    for (name, analysis) in pair {
        let Some(main) = &analysis.main else { continue };
        for (figure, value, bounds) in figures {
            let bounds = bounds(thresholds).unwrap_or_default();
            outcome = outcome.with_bounds(format!("{name}{figure}"), value(main), bounds);
        }
        for (instruction, note) in failures {
            let fails = analysis.failing.contains(*instruction);
            outcome = outcome.require(!fails, || format!("the face in {name} {note}"));
        }
    }
    outcome
}
