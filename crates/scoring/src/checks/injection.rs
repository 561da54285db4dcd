//! Signs that the pictures come from a program and not from a camera, as the page saw them and as the files show.
//!
//! None of them refuses anybody: whoever uses a phone as a webcam shows some, and whoever attacks by program shows none,
//! for the page runs on the visitor's machine. They are told to the operator and lower the score a little.

use crate::verdict::{Check, CheckOutcome};
use nearfar_protocol::manifest::{AUDIT_PREFIX, DeviceFacts, InjectionEvidence, Manifest, StreamFacts};
use std::collections::BTreeSet;

/// The signs that the page tells, their names among the figures, and what each takes off the log odds. All weights here
/// are chosen, not measured, and so small that the best capture passes with all of these, and with any one of the others
/// besides.
const ARTEFACTS: [(InjectionEvidence, &str, f32); 4] = [
    (InjectionEvidence::Automation, "automation", 0.2),
    (InjectionEvidence::VirtualCamera, "virtualCamera", 0.2),
    (InjectionEvidence::SyntheticTrack, "madeTrack", 0.2),
    (InjectionEvidence::ReplacedFunction, "replacedFunction", 0.1),
];

/// What audit pictures that are equal to the byte take off. A camera gives none: they are taken at least 250 ms apart,
/// its noise is never the same, and nobody keeps so still. A picture that is frozen, and a film that begins again, do.
const REPEATED: f32 = 0.2;

/// Signs in how the pictures came, their names among the figures, whether the page's figures show them, and what each
/// takes off. The first no camera gives. The others some may: a driver that hangs, an image processor that smooths all
/// noise away, a camera that changes its mode.
const STREAM: [(&str, Shows, f32); 4] = [
    ("recurringFrames", |stream| stream.recurring >= 3, 0.4),
    ("frozenFrames", |stream| stream.frames >= 10 && stream.equal * 10 >= stream.frames * 9, 0.1),
    ("noNoise", |stream| stream.frames >= 10 && stream.quiet >= 0.9, 0.1),
    ("changedSize", |stream| stream.sizes > 1, 0.1),
];
type Shows = fn(&StreamFacts) -> bool;

/// Every sign that there is, and its weight.
fn seen(manifest: &Manifest) -> impl Iterator<Item = (&'static str, f32)> {
    let told = manifest.device.signs.as_deref().unwrap_or_default();
    let told = ARTEFACTS
        .into_iter()
        .filter(|(sign, ..)| told.iter().any(|one| InjectionEvidence::from_name(one) == Some(*sign)));
    let stream = manifest.device.stream.unwrap_or_default();
    let shown = STREAM.into_iter().filter(move |(_, shows, _)| shows(&stream));
    told.map(|(_, name, weight)| (name, weight)).chain(shown.map(|(name, _, weight)| (name, weight)))
}

/// Audit pictures that are equal to another one.
fn repeated(manifest: &Manifest) -> usize {
    let audit = || manifest.files.iter().filter(|file| file.name.starts_with(AUDIT_PREFIX));
    let names: BTreeSet<&str> = audit().map(|file| &*file.name).collect();
    let contents: BTreeSet<&str> = audit().map(|file| &*file.sha256).collect();
    names.len().saturating_sub(contents.len())
}

/// What the signs take off the log odds of an honest capture, 0 to 1.6.
pub fn penalty(manifest: &Manifest) -> f32 {
    let seen: f32 = seen(manifest).map(|(_, weight)| weight).sum();
    seen + if repeated(manifest) > 0 { REPEATED } else { 0.0 }
}

/// Which signs there are, and how the pictures came.
pub fn check(manifest: &Manifest) -> CheckOutcome {
    let DeviceFacts { signs, stream, .. } = &manifest.device;
    let mut outcome = CheckOutcome::passed(Check::Source).with("doubt", penalty(manifest));
    if repeated(manifest) > 0 {
        outcome = outcome.with("repeatedFrames", repeated(manifest) as f64);
    } else if signs.is_none() && stream.is_none() {
        return CheckOutcome::skipped(Check::Source, "the page tells of no signs");
    }
    if let Some(stream) = stream {
        outcome = outcome
            .with("frames", stream.frames)
            .with("interval", stream.interval_ms)
            .with("jitter", stream.jitter_ms)
            .with("equal", stream.equal)
            .with("recurring", stream.recurring)
            .with("quiet", stream.quiet);
    }
    seen(manifest).fold(outcome, |outcome, (name, _)| outcome.with(name, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn figures(stream: serde_json::Value) -> (f32, Vec<String>) {
        let file = |name: &str| json!({"name": name, "sha256": "0".repeat(64), "bytes": 1});
        let square = json!({"x": 0, "y": 0, "width": 1, "height": 1});
        let manifest = json!({
            "nonce": "n", "farImageTime": 1, "nearImageTime": 2, "files": [file("far"), file("near")],
            "ovals": {"far": square, "near": square}, "viewport": {"width": 1, "height": 1},
            "device": {"stream": stream},
        });
        let manifest = Manifest::parse(manifest.to_string().as_bytes()).expect("a manifest");
        let names = check(&manifest).figures.into_iter().filter(|&(_, figure)| figure == 1.0);
        (penalty(&manifest), names.map(|(name, _)| name.into_owned()).collect())
    }

    #[test]
    fn each_sign_of_the_stream_takes_its_weight_off_and_is_named() {
        let camera = json!({"frames": 90, "intervalMs": 33.4, "jitterMs": 1.5, "sizes": 1, "equal": 40, "quiet": 0.3});
        let with = |name: &str, value: serde_json::Value| {
            let mut stream = camera.clone();
            stream[name] = value;
            figures(stream)
        };
        assert_eq!(figures(camera.clone()), (0.0, vec![]));
        assert_eq!(with("recurring", json!(3)), (0.4, vec!["recurringFrames".into()]));
        assert_eq!(with("recurring", json!(2)), (0.0, vec![]), "by chance, in the dark");
        assert_eq!(with("equal", json!(85)), (0.1, vec!["frozenFrames".into()]));
        assert_eq!(with("quiet", json!(0.95)), (0.1, vec!["noNoise".into()]));
        assert_eq!(with("sizes", json!(2)), (0.1, vec!["changedSize".into()]));
        assert_eq!(figures(json!({"frames": 0})), (0.0, vec![]), "a browser in which none can be looked at");
    }
}
