//! Signs that the pictures come from a program and not from a camera, as the page saw them.
//!
//! None of them refuses anybody: whoever uses a phone as a webcam shows some, and whoever attacks by program shows none,
//! for the page runs on the visitor's machine. They are told to the operator and lower the score a little.

use crate::verdict::{Check, CheckOutcome};
use nearfar_protocol::manifest::DeviceFacts;

/// The known signs, their names among the figures, and what each takes off, as a share of the score. Chosen, not
/// measured, and so small that the best capture passes with all of them.
const SIGNS: [(&str, &str, f32); 4] = [
    ("automation", "automation", 0.1),
    ("virtual_camera", "virtualCamera", 0.1),
    ("made_track", "madeTrack", 0.1),
    ("replaced_function", "replacedFunction", 0.05),
];

fn seen(device: &DeviceFacts) -> impl Iterator<Item = (&'static str, f32)> {
    let told = device.signs.as_deref().unwrap_or_default();
    SIGNS.into_iter().filter(|(sign, ..)| told.iter().any(|one| one == sign)).map(|(_, name, weight)| (name, weight))
}

/// What the signs take off, 0 to 0.35 as a share of the score.
pub fn doubt(device: &DeviceFacts) -> f32 {
    seen(device).map(|(_, weight)| weight).sum()
}

/// Which signs there are.
pub fn check(device: &DeviceFacts) -> CheckOutcome {
    if device.signs.is_none() {
        return CheckOutcome::skipped(Check::Source, "the page tells of no signs");
    }
    seen(device).fold(CheckOutcome::passed(Check::Source).with("doubt", doubt(device)), |outcome, (name, _)| {
        outcome.with(name, 1.0)
    })
}
