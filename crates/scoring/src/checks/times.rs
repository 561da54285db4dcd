//! Checks the times of the manifest against the server's clock, against one another and against the timeline.

use crate::evidence::Evidence;
use crate::limits::Limits;
use crate::verdict::{Bounds, Check, CheckOutcome};
use nearfar::guidance::Stage;
use nearfar_protocol::light;
use nearfar_protocol::manifest::{InstructionEntry, Manifest};
use nearfar_protocol::result::CameraType;

/// Near follows far after a plausible time, and the capture fits between the issue of the nonce and the upload.
///
/// The clock of an honest device may be wrong by any constant amount, so the capture only has to fit after a shift by
/// that amount. This checks the duration of the capture against the server's clock, and its place in time only where
/// the two clocks agree. The check is skipped if they differ by more than `max_clock_offset`.
pub fn check(evidence: &Evidence, limits: &Limits) -> CheckOutcome {
    let manifest = &evidence.manifest;
    let gap = between(manifest.far_image_time, manifest.near_image_time);
    let (first, last) = span(manifest);
    let slack = i128::from(limits.time_slack);
    // The range of shifts that make the device's times fit.
    let earliest = between(first, evidence.nonce.issued_at) - slack;
    let latest = between(last, evidence.received_at) + slack;
    let waited = between(evidence.nonce.issued_at, evidence.received_at);
    let offset = if earliest > 0 { earliest } else { latest.min(0) };
    let outcome = CheckOutcome::passed(Check::Times)
        .with_bounds("farToNearMs", gap as f64, Bounds::between(limits.min_far_to_near, limits.max_far_to_near))
        .with_bounds("captureMs", between(first, last) as f64, Bounds::at_most((waited + 2 * slack) as f64))
        .with_bounds("clockOffsetMs", offset as f64, Bounds::within(limits.max_clock_offset))
        .require(gap > 0, || "near was not taken after far".into())
        .require(gap >= limits.min_far_to_near.into(), || "near was taken too soon after far".into())
        .require(gap <= limits.max_far_to_near.into(), || "near was taken too late after far".into());
    let skipped = |outcome: CheckOutcome, note: &str| CheckOutcome {
        figures: outcome.figures,
        bounds: outcome.bounds,
        ..CheckOutcome::skipped(Check::Times, note)
    };
    if outcome.has_failed() {
        outcome
    } else if evidence.received_at < evidence.nonce.issued_at {
        skipped(outcome, "the server's clock was set back while it waited")
    } else if earliest > latest {
        outcome.require(false, || "the capture took longer than the server waited for it".into())
    } else if offset.abs() > limits.max_clock_offset.into() {
        skipped(outcome, "the device's clock is too far off to tell whether the capture was made for this nonce")
    } else {
        outcome
    }
}

/// Instructions and audit frames are in order, and far and near lie within their stages.
pub fn timeline(manifest: &Manifest, limits: &Limits) -> CheckOutcome {
    let slack = i128::from(limits.time_slack);
    let outcome = CheckOutcome::passed(Check::Timeline)
        .with("instructions", manifest.instructions.len() as f64)
        .with("audit", manifest.audit.len() as f64)
        .require(manifest.instructions.is_sorted_by_key(|entry| entry.time), || "instructions out of order".into())
        .require(manifest.audit.is_sorted_by_key(|entry| entry.time), || "audit frames out of order".into());
    let outcome = audit(outcome, manifest, slack);
    let Some(stages) = Stages::of(&manifest.instructions) else {
        // The camera app of the device shows no instructions.
        let may_lack = manifest.camera_type == CameraType::SystemCamera && manifest.instructions.is_empty();
        return outcome.require(may_lack, || "the instructions do not lead from far to near".into());
    };
    let (far, near) = (manifest.far_image_time, manifest.near_image_time);
    outcome
        .require(between(stages.far, far) >= -slack, || "far was taken before its stage".into())
        .require(between(far, stages.near) >= -slack, || "far was taken after its stage".into())
        .require(between(stages.near, near) >= -slack, || "near was taken before its stage".into())
}

/// Audit frames are taken while instructions are shown, and no later than the end of the near stage.
fn audit(outcome: CheckOutcome, manifest: &Manifest, slack: i128) -> CheckOutcome {
    // The colours of a light challenge follow the capture, at any distance.
    let audit: Vec<_> = manifest.audit.iter().filter(|entry| entry.phase != light::PHASE).collect();
    let times = || audit.iter().map(|entry| entry.time);
    let (Some(first), Some(last)) = (times().min(), times().max()) else { return outcome };
    let start = manifest.instructions.iter().map(|entry| entry.time).min().unwrap_or(manifest.far_image_time);
    // The near stage may continue its hold after the best frame.
    const MAX_HOLD: i128 = 5000;
    outcome
        .require(between(start, first) >= -slack, || "an audit frame was taken before the capture".into())
        .require(between(manifest.near_image_time, last) <= slack + MAX_HOLD, || {
            "an audit frame was taken after the capture".into()
        })
}

/// When the two stages of the last try began, by the instructions.
struct Stages {
    far: i64,
    near: i64,
}

impl Stages {
    /// A restarted capture has several far stages: the last near stage and the far stage before it count.
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

/// The first and the last time in the manifest.
fn span(manifest: &Manifest) -> (i64, i64) {
    let shown = manifest.instructions.iter().map(|entry| entry.time);
    let audited = manifest.audit.iter().map(|entry| entry.time);
    let ends =
        (manifest.far_image_time.min(manifest.near_image_time), manifest.far_image_time.max(manifest.near_image_time));
    shown.chain(audited).fold(ends, |(first, last), time| (first.min(time), last.max(time)))
}

/// Milliseconds from `a` to `b`, without overflow.
fn between(a: i64, b: i64) -> i128 {
    i128::from(b) - i128::from(a)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instructions(entries: &[(i64, &str)]) -> Vec<InstructionEntry> {
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
        let stages = Stages::of(&instructions(&[
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
        // A try without both stages does not count.
        assert!(Stages::of(&instructions(&[(1, "far"), (2, "far")])).is_none());
        assert!(Stages::of(&instructions(&[(1, "near"), (2, "far")])).is_none());
        assert!(Stages::of(&[]).is_none());
    }
}
