//! The face looks into the camera, in good light, uncovered and in focus.

use super::faces::Pair;
use crate::analyzer::MainFace;
use crate::verdict::{Check, CheckOutcome};
use nearfar::guidance::Instruction;

/// A figure's name and where it comes from.
type Figure = (&'static str, fn(&MainFace) -> f32);

/// An instruction that guidance would give, and what it means here.
type Fault = (Instruction, &'static str);

/// The face looks into the camera.
pub fn pose(pair: &Pair) -> CheckOutcome {
    let figures: [Figure; 3] = [
        ("Yaw", |main| main.measured.pose.yaw),
        ("Pitch", |main| main.measured.pose.pitch),
        ("Roll", |main| main.measured.pose.roll),
    ];
    judged(Check::Pose, pair, &figures, &[(Instruction::NotFrontal, "does not look into the camera")])
}

/// The light on the face is good.
pub fn light(pair: &Pair) -> CheckOutcome {
    let figures: [Figure; 4] = [
        ("Brightness", |main| main.measured.brightness),
        ("Backlight", |main| main.measured.backlight),
        ("Overexposed", |main| main.measured.overexposed),
        ("Underexposed", |main| main.measured.underexposed),
    ];
    let faults = [(Instruction::TooDark, "is too dark"), (Instruction::TooBright, "is too bright")];
    judged(Check::Light, pair, &figures, &faults)
}

/// Nothing covers the face.
pub fn occlusion(pair: &Pair) -> CheckOutcome {
    let figures: [Figure; 1] = [("Occlusion", |main| main.measured.occlusion)];
    judged(Check::Occlusion, pair, &figures, &[(Instruction::Occluded, "is covered")])
}

/// The face is in focus.
pub fn sharpness(pair: &Pair) -> CheckOutcome {
    let figures: [Figure; 1] = [("Sharpness", |main| main.measured.sharpness)];
    judged(Check::Sharpness, pair, &figures, &[(Instruction::Blurry, "is blurred")])
}

fn judged(check: Check, pair: &Pair, figures: &[Figure], faults: &[Fault]) -> CheckOutcome {
    let mut outcome = CheckOutcome::passed(check);
    for (name, sight) in pair {
        let Some(main) = &sight.main else { continue };
        for (figure, of) in figures {
            outcome = outcome.with(format!("{name}{figure}"), of(main));
        }
        for (instruction, what) in faults {
            outcome = outcome.require(!sight.failing.contains(*instruction), || format!("the face in {name} {what}"));
        }
    }
    outcome
}
