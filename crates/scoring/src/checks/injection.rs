//! Reports injection evidence: hints, observed by the page or visible in the files, that the pictures come from
//! software instead of a camera.
//!
//! It only adds a penalty. A phone used as a webcam produces some of it, and an attacker can suppress all of it, since
//! the page runs on the visitor's machine. The operator sees it, and it lowers the score a little.

use crate::verdict::{Check, CheckOutcome};
use nearfar_protocol::manifest::{AUDIT_PREFIX, DeviceFacts, InjectionEvidence, Manifest, StreamFacts};
use std::collections::BTreeSet;

/// The evidence that the page reports: its names in the figures, and its penalties. All penalties here are chosen, not
/// measured. They are so small that the best capture passes with all of these and any one of the others.
const PAGE_EVIDENCE: [(InjectionEvidence, &str, f32); 4] = [
    (InjectionEvidence::Automation, "automation", 0.2),
    (InjectionEvidence::VirtualCamera, "virtualCamera", 0.2),
    (InjectionEvidence::SyntheticTrack, "madeTrack", 0.2),
    (InjectionEvidence::ReplacedFunction, "replacedFunction", 0.1),
];

/// The penalty for audit frames that are equal byte for byte. A camera never produces them: the frames are at least 250
/// ms apart, its noise changes, and nobody keeps that still. A frozen picture and a looped video do.
const REPEATED_PENALTY: f32 = 0.2;

/// Evidence in the video stream: its names in the figures, how the page's statistics show it, and its penalties. No
/// camera produces the first. Some may produce the others: a driver that hangs, an image processor that removes all
/// noise, a camera that changes its mode.
const STREAM_EVIDENCE: [(&str, Predicate, f32); 4] = [
    ("recurringFrames", |stream| stream.recurring >= 3, 0.4),
    ("frozenFrames", |stream| stream.frames >= 10 && stream.equal * 10 >= stream.frames * 9, 0.1),
    ("noNoise", |stream| stream.frames >= 10 && stream.quiet >= 0.9, 0.1),
    ("changedSize", |stream| stream.sizes > 1, 0.1),
];
type Predicate = fn(&StreamFacts) -> bool;

/// The evidence found, with penalties.
fn found_evidence(manifest: &Manifest) -> impl Iterator<Item = (&'static str, f32)> {
    let reported = manifest.device.signs.as_deref().unwrap_or_default();
    let by_page = PAGE_EVIDENCE
        .into_iter()
        .filter(|(evidence, ..)| reported.iter().any(|one| InjectionEvidence::from_name(one) == Some(*evidence)));
    let stream = manifest.device.stream.unwrap_or_default();
    let in_stream = STREAM_EVIDENCE.into_iter().filter(move |(_, is_shown, _)| is_shown(&stream));
    by_page.map(|(_, name, penalty)| (name, penalty)).chain(in_stream.map(|(name, _, penalty)| (name, penalty)))
}

/// The number of audit frames that are equal to another one.
fn repeated_frames(manifest: &Manifest) -> usize {
    let audit = || manifest.files.iter().filter(|file| file.name.starts_with(AUDIT_PREFIX));
    let names: BTreeSet<&str> = audit().map(|file| &*file.name).collect();
    let contents: BTreeSet<&str> = audit().map(|file| &*file.sha256).collect();
    names.len().saturating_sub(contents.len())
}

/// The penalty, 0 to 1.6.
pub fn penalty(manifest: &Manifest) -> f32 {
    let evidence: f32 = found_evidence(manifest).map(|(_, penalty)| penalty).sum();
    evidence + if repeated_frames(manifest) > 0 { REPEATED_PENALTY } else { 0.0 }
}

/// The evidence found and the statistics of the video stream.
pub fn check(manifest: &Manifest) -> CheckOutcome {
    let DeviceFacts { signs, stream, .. } = &manifest.device;
    let mut outcome = CheckOutcome::passed(Check::Source).with("doubt", penalty(manifest));
    if repeated_frames(manifest) > 0 {
        outcome = outcome.with("repeatedFrames", repeated_frames(manifest) as f64);
    } else if signs.is_none() && stream.is_none() {
        return CheckOutcome::skipped(Check::Source, "the page reports no evidence");
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
    found_evidence(manifest).fold(outcome, |outcome, (name, _)| outcome.with(name, 1.0))
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
    fn each_sign_of_the_stream_is_named_and_has_its_penalty() {
        let camera = json!({"frames": 90, "intervalMs": 33.4, "jitterMs": 1.5, "sizes": 1, "equal": 40, "quiet": 0.3});
        let with = |name: &str, value: serde_json::Value| {
            let mut stream = camera.clone();
            stream[name] = value;
            figures(stream)
        };
        assert_eq!(figures(camera.clone()), (0.0, vec![]));
        assert_eq!(with("recurring", json!(3)), (0.4, vec!["recurringFrames".into()]));
        assert_eq!(with("recurring", json!(2)), (0.0, vec![]), "happens by chance in the dark");
        assert_eq!(with("equal", json!(85)), (0.1, vec!["frozenFrames".into()]));
        assert_eq!(with("quiet", json!(0.95)), (0.1, vec!["noNoise".into()]));
        assert_eq!(with("sizes", json!(2)), (0.1, vec!["changedSize".into()]));
        assert_eq!(figures(json!({"frames": 0})), (0.0, vec![]), "a browser that cannot read frames");
    }
}
