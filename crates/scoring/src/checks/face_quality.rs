//! Checks pose, light, occlusion and sharpness of the faces.

use super::faces::FarNear;
use crate::analyzer::MainFace;
use crate::verdict::{Check, CheckOutcome};
use nearfar::guidance::Instruction;

/// The name of a figure and its value.
type Figure = (&'static str, fn(&MainFace) -> f32);

/// An instruction of guidance and the note of its failure.
type Failure = (Instruction, &'static str);

/// The face looks into the camera.
pub fn pose(pair: &FarNear) -> CheckOutcome {
    let figures: [Figure; 3] = [
        ("Yaw", |main| main.measurements.pose.yaw),
        ("Pitch", |main| main.measurements.pose.pitch),
        ("Roll", |main| main.measurements.pose.roll),
    ];
    assess(Check::Pose, pair, &figures, &[(Instruction::NotFrontal, "does not look into the camera")])
}

/// The face is well lit.
pub fn light(pair: &FarNear) -> CheckOutcome {
    let figures: [Figure; 4] = [
        ("Brightness", |main| main.measurements.brightness),
        ("Backlight", |main| main.measurements.backlight),
        ("Overexposed", |main| main.measurements.overexposed),
        ("Underexposed", |main| main.measurements.underexposed),
    ];
    let failures = [(Instruction::TooDark, "is too dark"), (Instruction::TooBright, "is too bright")];
    assess(Check::Light, pair, &figures, &failures)
}

/// Nothing covers the face.
pub fn occlusion(pair: &FarNear) -> CheckOutcome {
    let figures: [Figure; 1] = [("Occlusion", |main| main.measurements.occlusion)];
    assess(Check::Occlusion, pair, &figures, &[(Instruction::Occluded, "is covered")])
}

/// The face is in focus.
pub fn sharpness(pair: &FarNear) -> CheckOutcome {
    let figures: [Figure; 1] = [("Sharpness", |main| main.measurements.sharpness)];
    assess(Check::Sharpness, pair, &figures, &[(Instruction::Blurry, "is blurred")])
}

fn assess(check: Check, pair: &FarNear, figures: &[Figure], failures: &[Failure]) -> CheckOutcome {
    let mut outcome = CheckOutcome::passed(check);
    for (name, analysis) in pair {
        let Some(main) = &analysis.main else { continue };
        for (figure, value) in figures {
            outcome = outcome.with(format!("{name}{figure}"), value(main));
        }
        for (instruction, note) in failures {
            let fails = analysis.failing.contains(*instruction);
            outcome = outcome.require(!fails, || format!("the face in {name} {note}"));
        }
    }
    outcome
}
