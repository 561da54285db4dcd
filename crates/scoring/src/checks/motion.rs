//! Checks the motion challenge: size, place and order of the face at each stop of the path. Far and near are compared
//! with the path by the checks that also run without a challenge.

use crate::analyzer::{FaceAnalysis, MainFace};
use crate::checks::faces::{offset, offset_bounds, share_of_target, size_bounds, width_share};
use crate::comparison::Comparison;
use crate::evidence::{Evidence, IssuedMotionChallenge};
use crate::limits::Limits;
use crate::verdict::{Bounds, Check, CheckOutcome};
use nearfar::frame::Size;
use nearfar::guidance::{Instruction, MotionPath, Position};
use nearfar_protocol::light::{self, LightOutcome};
use nearfar_protocol::result::CameraType;

/// Instructions that fail a stop, with their notes.
const FAILURES: [(Instruction, &str); 12] = [
    (Instruction::NoFace, "there is no face"),
    (Instruction::MultipleFaces, "there is more than one face"),
    (Instruction::TooFar, "the face is smaller than the path says"),
    (Instruction::TooNear, "the face is larger than the path says"),
    (Instruction::MoveLeft, "the face is not where the path says"),
    (Instruction::MoveRight, "the face is not where the path says"),
    (Instruction::MoveUp, "the face is not where the path says"),
    (Instruction::MoveDown, "the face is not where the path says"),
    (Instruction::TooDark, POOR_LIGHT),
    (Instruction::TooBright, POOR_LIGHT),
    (Instruction::Occluded, "something covers the face"),
    (Instruction::Blurry, "the face is not in focus"),
];
const POOR_LIGHT: &str = "there is too little light on the face, or too much";
/// The least growth of the face from one position to the next: the page asks for 1.1.
const MIN_STEP_GROWTH: f32 = 1.05;

/// Converts the path for guidance; `None` if it cannot be followed.
pub fn guidance_path(issued: &IssuedMotionChallenge) -> Option<MotionPath> {
    let positions = issued.path.positions();
    let positions: Vec<Position> = positions.iter().map(|at| Position { size: at.size, x: at.x, y: at.y }).collect();
    MotionPath::new(&positions)
}

/// Compares the stops with the path; `ends` are the faces of far and near.
pub fn check(
    evidence: &Evidence,
    stops: &[FaceAnalysis],
    ends: [(&MainFace, Size); 2],
    limits: &Limits,
) -> CheckOutcome {
    let Some(issued) = &evidence.motion else {
        return CheckOutcome::skipped(Check::Motion, "no path was asked for");
    };
    let manifest = &evidence.manifest;
    let asked = issued.path.stops.len() as f64;
    let mut outcome = CheckOutcome::passed(Check::Motion)
        .with_bounds("stops", stops.len() as f64, Bounds::between(asked, asked))
        .require(stops.len() == issued.path.stops.len(), || {
            "there is not one picture for each stop of the path".into()
        });
    let is_camera = manifest.camera_type == CameraType::WebCamera;
    outcome = outcome.require(is_camera, || "the device's own camera program leads along no path".into());
    outcome = outcome.require(light_was_shown(evidence) || !issued.with_light, || {
        "the path is a short one, and the colours that stand beside it were left out".into()
    });
    let times: Vec<i64> = [manifest.far_image_time]
        .into_iter()
        .chain(manifest.stops.iter().map(|stop| stop.time))
        .chain([manifest.near_image_time])
        .collect();
    let in_order = times.is_sorted_by(|one, next| one < next);
    outcome = outcome.require(in_order, || "the stops were not taken one after the other".into());
    let [far, near] = ends;
    let mut last = width_share(far.0, far.1);
    for (index, analysis) in stops.iter().enumerate() {
        let failure = FAILURES.iter().find(|(instruction, _)| analysis.failing.contains(*instruction));
        outcome = outcome
            .require(failure.is_none(), || format!("at stop {}: {}", index + 1, failure.map_or("", |(_, note)| note)));
        let Some(main) = &analysis.main else { continue };
        let likelihood = Comparison::new(&far.0.descriptor, &main.descriptor).likelihood();
        let now = width_share(main, analysis.size);
        outcome = outcome
            .with_bounds(format!("stop{index}Share"), share_of_target(main, analysis), size_bounds(analysis))
            .with_bounds(format!("stop{index}Off"), offset(main, analysis), offset_bounds(analysis))
            .with_bounds(format!("stop{index}Likelihood"), likelihood, Bounds::at_least(limits.min_likelihood))
            .require(now >= MIN_STEP_GROWTH * last, || format!("the face does not grow up to stop {}", index + 1))
            .require(likelihood >= limits.min_likelihood, || {
                format!("far and stop {} hardly show one face in one capture", index + 1)
            });
        last = now;
    }
    outcome.require(width_share(near.0, near.1) >= MIN_STEP_GROWTH * last, || {
        "the face does not grow from the last stop to near".into()
    })
}

/// Whether the page reports that it showed the issued colours, and sends a picture of each.
fn light_was_shown(evidence: &Evidence) -> bool {
    let (Some(issued), Some(report)) = (&evidence.light, &evidence.manifest.light) else { return false };
    let pictures = evidence.manifest.audit.iter().filter(|entry| entry.phase == light::PHASE).count();
    report.outcome == LightOutcome::Shown && issued.matches(report) && pictures == issued.colors.len()
}
