//! The times that the manifest tells: against the server's clock, against one another, against the timeline.

use crate::evidence::Evidence;
use crate::limits::Limits;
use crate::verdict::{Check, CheckOutcome};
use nearfar::guidance::Stage;
use nearfar_protocol::light;
use nearfar_protocol::manifest::{InstructionEntry, Manifest};
use nearfar_protocol::result::CameraType;

/// Near comes after far by a plausible time, and the whole capture fits between the moment the nonce was given out
/// and the moment the upload came in.
///
/// The device's clock may be wrong by any one amount, for honest people's clocks are: what must fit is the whole capture
/// moved by it. So what is checked against the server's clock is how long the capture took, and its place in time only
/// where the two clocks agree. By more than `max_clock_offset` nothing explains it, and it is left open: skipped.
pub fn check(evidence: &Evidence, limits: &Limits) -> CheckOutcome {
    let manifest = &evidence.manifest;
    let gap = between(manifest.far_image_time, manifest.near_image_time);
    let (first, last) = span(manifest);
    let slack = i128::from(limits.time_slack);
    // By how much the device's times may be moved so that they fit.
    let earliest = between(first, evidence.nonce.issued_at) - slack;
    let latest = between(last, evidence.received_at) + slack;
    let offset = if earliest > 0 { earliest } else { latest.min(0) };
    let outcome = CheckOutcome::passed(Check::Times)
        .with("farToNearMs", gap as f64)
        .with("captureMs", between(first, last) as f64)
        .with("clockOffsetMs", offset as f64)
        .require(gap > 0, || "near was not taken after far".into())
        .require(gap >= limits.min_far_to_near.into(), || "near was taken too soon after far".into())
        .require(gap <= limits.max_far_to_near.into(), || "near was taken too late after far".into());
    let left_open = |outcome: CheckOutcome, note: &str| CheckOutcome {
        figures: outcome.figures,
        ..CheckOutcome::skipped(Check::Times, note)
    };
    if outcome.has_failed() {
        outcome
    } else if evidence.received_at < evidence.nonce.issued_at {
        left_open(outcome, "the server's clock was set back while it waited")
    } else if earliest > latest {
        outcome.require(false, || "the capture took longer than the server waited for it".into())
    } else if offset.abs() > limits.max_clock_offset.into() {
        left_open(outcome, "the device's clock is too far off to tell whether the capture was made for this nonce")
    } else {
        outcome
    }
}

/// The instructions and audit frames are in order, and far and near lie in their stages.
pub fn timeline(manifest: &Manifest, limits: &Limits) -> CheckOutcome {
    let slack = i128::from(limits.time_slack);
    let outcome = CheckOutcome::passed(Check::Timeline)
        .with("instructions", manifest.instructions.len() as f64)
        .with("audit", manifest.audit.len() as f64)
        .require(manifest.instructions.is_sorted_by_key(|entry| entry.time), || "instructions out of order".into())
        .require(manifest.audit.is_sorted_by_key(|entry| entry.time), || "audit frames out of order".into());
    let outcome = audit(outcome, manifest, slack);
    let Some(stages) = Stages::of(&manifest.instructions) else {
        // The device's own camera program shows no instructions.
        let may_lack = manifest.camera_type == CameraType::SystemCamera && manifest.instructions.is_empty();
        return outcome.require(may_lack, || "the instructions do not lead from far to near".into());
    };
    let (far, near) = (manifest.far_image_time, manifest.near_image_time);
    outcome
        .require(between(stages.far, far) >= -slack, || "far was taken before its stage".into())
        .require(between(far, stages.near) >= -slack, || "far was taken after its stage".into())
        .require(between(stages.near, near) >= -slack, || "near was taken before its stage".into())
}

/// Audit frames are taken while instructions are shown, and none is newer than the end of the near stage.
fn audit(outcome: CheckOutcome, manifest: &Manifest, slack: i128) -> CheckOutcome {
    // The colours of a light challenge follow the capture; how long after is no reason to refuse it.
    let walked: Vec<_> = manifest.audit.iter().filter(|entry| entry.phase != light::PHASE).collect();
    let times = || walked.iter().map(|entry| entry.time);
    let (Some(first), Some(last)) = (times().min(), times().max()) else { return outcome };
    let start = manifest.instructions.iter().map(|entry| entry.time).min().unwrap_or(manifest.far_image_time);
    // The near stage goes on for the rest of its hold when the best frame is taken already.
    const MOST_HOLD: i128 = 5000;
    outcome
        .require(between(start, first) >= -slack, || "an audit frame was taken before the capture".into())
        .require(between(manifest.near_image_time, last) <= slack + MOST_HOLD, || {
            "an audit frame was taken after the capture".into()
        })
}

/// When the two stages of the last try began, as far as the instructions tell.
struct Stages {
    far: i64,
    near: i64,
}

impl Stages {
    /// A capture that began again has several far stages: the last near stage counts, and the far stage before it.
    fn of(instructions: &[InstructionEntry]) -> Option<Stages> {
        let is = |stage: Stage| move |entry: &InstructionEntry| entry.phase == stage.code();
        let last_near = instructions.iter().rposition(is(Stage::Near))?;
        let last_far = instructions[..last_near].iter().rposition(is(Stage::Far))?;
        let near = instructions[last_far..=last_near].iter().find(|entry| is(Stage::Near)(entry))?;
        let before_far = instructions[..last_far].iter().rposition(is(Stage::Near)).map_or(0, |index| index + 1);
        let far = instructions[before_far..=last_far].iter().find(|entry| is(Stage::Far)(entry))?;
        Some(Stages { far: far.time, near: near.time })
    }
}

/// Time of the first and the last thing that the manifest tells of.
fn span(manifest: &Manifest) -> (i64, i64) {
    let shown = manifest.instructions.iter().map(|entry| entry.time);
    let audited = manifest.audit.iter().map(|entry| entry.time);
    let ends =
        (manifest.far_image_time.min(manifest.near_image_time), manifest.far_image_time.max(manifest.near_image_time));
    shown.chain(audited).fold(ends, |(first, last), time| (first.min(time), last.max(time)))
}

/// From `a` to `b`, ms; never overflows.
fn between(a: i64, b: i64) -> i128 {
    i128::from(b) - i128::from(a)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(entries: &[(i64, &str)]) -> Vec<InstructionEntry> {
        let entry = |&(time, phase): &(i64, &str)| InstructionEntry {
            time,
            phase: phase.into(),
            code: "keep_still".into(),
            failing: vec![],
        };
        entries.iter().map(entry).collect()
    }

    #[test]
    fn the_stages_are_those_of_the_last_try() {
        let stages = Stages::of(&told(&[
            (1, "far"),
            (2, "near"),
            (3, "near"),
            (4, "far"),
            (5, "far"),
            (6, "near"),
            (7, "near"),
            (8, "encoding"),
        ]));
        assert_eq!(stages.map(|s| (s.far, s.near)), Some((4, 6)));
        // A try that was broken off after the far frame of the one that counts is none that counts.
        assert!(Stages::of(&told(&[(1, "far"), (2, "far")])).is_none());
        assert!(Stages::of(&told(&[(1, "near"), (2, "far")])).is_none());
        assert!(Stages::of(&[]).is_none());
    }
}
