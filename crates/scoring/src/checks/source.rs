//! Signs that the pictures come from a program and not from a camera, as the page saw them and as the files show.
//!
//! None of them refuses anybody: whoever uses a phone as a webcam shows some, and whoever attacks by program shows none,
//! for the page runs on the visitor's machine. They are told to the operator and lower the score a little.

use crate::verdict::{Check, CheckOutcome};
use nearfar_protocol::manifest::{AUDIT_PREFIX, Manifest};
use std::collections::BTreeSet;

/// The known signs, their names among the figures, and what each takes off, as a share of the score. Chosen, not
/// measured, and so small that the best capture passes with all of them.
const SIGNS: [(&str, &str, f32); 4] = [
    ("automation", "automation", 0.1),
    ("virtual_camera", "virtualCamera", 0.1),
    ("made_track", "madeTrack", 0.1),
    ("replaced_function", "replacedFunction", 0.05),
];

/// What audit pictures that are equal to the byte take off. A camera gives none: they are taken at least 250 ms apart,
/// its noise is never the same, and nobody keeps so still. A picture that is frozen, and a film that begins again, do.
const REPEATED: f32 = 0.1;

fn seen(manifest: &Manifest) -> impl Iterator<Item = (&'static str, f32)> {
    let told = manifest.device.signs.as_deref().unwrap_or_default();
    SIGNS.into_iter().filter(|(sign, ..)| told.iter().any(|one| one == sign)).map(|(_, name, weight)| (name, weight))
}

/// Audit pictures that are equal to another one.
fn repeated(manifest: &Manifest) -> usize {
    let audit = || manifest.files.iter().filter(|file| file.name.starts_with(AUDIT_PREFIX));
    let names: BTreeSet<&str> = audit().map(|file| &*file.name).collect();
    let contents: BTreeSet<&str> = audit().map(|file| &*file.sha256).collect();
    names.len().saturating_sub(contents.len())
}

/// What the signs take off, 0 to 0.45 as a share of the score.
pub fn doubt(manifest: &Manifest) -> f32 {
    let told: f32 = seen(manifest).map(|(_, weight)| weight).sum();
    told + if repeated(manifest) > 0 { REPEATED } else { 0.0 }
}

/// Which signs there are.
pub fn check(manifest: &Manifest) -> CheckOutcome {
    let mut outcome = CheckOutcome::passed(Check::Source).with("doubt", doubt(manifest));
    if repeated(manifest) > 0 {
        outcome = outcome.with("repeatedFrames", repeated(manifest) as f64);
    } else if manifest.device.signs.is_none() {
        return CheckOutcome::skipped(Check::Source, "the page tells of no signs");
    }
    seen(manifest).fold(outcome, |outcome, (name, _)| outcome.with(name, 1.0))
}
