//! The motion challenge: whether the face was at each stop where the path says, as large, and in its order. Far and near are
//! held against the path by the checks that they have without one.

use crate::analyzer::{FaceAnalysis, MainFace};
use crate::checks::faces::offset;
use crate::comparison::Comparison;
use crate::evidence::{Evidence, IssuedMotionChallenge};
use crate::limits::Limits;
use crate::verdict::{Check, CheckOutcome};
use nearfar::frame::Size;
use nearfar::guidance::{Instruction, MotionPath, Position};
use nearfar_protocol::light::{self, LightOutcome};
use nearfar_protocol::result::CameraType;

/// What a stop may not show, as the page has it.
const AMISS: [(Instruction, &str); 12] = [
    (Instruction::NoFace, "there is no face"),
    (Instruction::MultipleFaces, "there is more than one face"),
    (Instruction::TooFar, "the face is smaller than the path says"),
    (Instruction::TooNear, "the face is larger than the path says"),
    (Instruction::MoveLeft, "the face is not where the path says"),
    (Instruction::MoveRight, "the face is not where the path says"),
    (Instruction::MoveUp, "the face is not where the path says"),
    (Instruction::MoveDown, "the face is not where the path says"),
    (Instruction::TooDark, DIM),
    (Instruction::TooBright, DIM),
    (Instruction::Occluded, "something covers the face"),
    (Instruction::Blurry, "the face is not in focus"),
];
const DIM: &str = "there is too little light on the face, or too much";
/// By how much a face grows from one position to the next at least: the page asks for 1.1.
const LEAST_STEP: f32 = 1.05;

/// The path as guidance has it; `None` for one that nobody can follow.
pub fn followed(asked: &IssuedMotionChallenge) -> Option<MotionPath> {
    let positions = asked.path.positions();
    let positions: Vec<Position> = positions.iter().map(|at| Position { size: at.size, x: at.x, y: at.y }).collect();
    MotionPath::new(&positions)
}

/// Holds the stops against the path; `ends`: the faces of far and near.
pub fn check(
    evidence: &Evidence,
    stops: &[FaceAnalysis],
    ends: [(&MainFace, Size); 2],
    limits: &Limits,
) -> CheckOutcome {
    let Some(asked) = &evidence.motion else {
        return CheckOutcome::skipped(Check::Motion, "no path was asked for");
    };
    let manifest = &evidence.manifest;
    let mut outcome = CheckOutcome::passed(Check::Motion)
        .with("stops", stops.len() as f64)
        .require(stops.len() == asked.path.stops.len(), || "there is not one picture for each stop of the path".into());
    let is_camera = manifest.camera_type == CameraType::WebCamera;
    outcome = outcome.require(is_camera, || "the device's own camera program leads along no path".into());
    outcome = outcome.require(is_lit(evidence) || !asked.with_light, || {
        "the path is a short one, and the colours that stand beside it were left out".into()
    });
    let times: Vec<i64> = [manifest.far_image_time]
        .into_iter()
        .chain(manifest.stops.iter().map(|stop| stop.time))
        .chain([manifest.near_image_time])
        .collect();
    let in_order = times.is_sorted_by(|one, next| one < next);
    outcome = outcome.require(in_order, || "the stops were not taken one after the other".into());
    let share = |(face, size): (&MainFace, Size)| face.face.bbox.width / size.width.max(1) as f32;
    let [far, near] = ends;
    let mut last = share(far);
    for (index, sight) in stops.iter().enumerate() {
        let amiss = AMISS.iter().find(|(instruction, _)| sight.failing.contains(*instruction));
        outcome = outcome
            .require(amiss.is_none(), || format!("at stop {}: {}", index + 1, amiss.map_or("", |(_, what)| what)));
        let Some(main) = &sight.main else { continue };
        let likelihood = Comparison::new(&far.0.descriptor, &main.descriptor).likelihood();
        let now = share((main, sight.size));
        outcome = outcome
            .with(format!("stop{index}Share"), main.face.bbox.width / sight.target.short_side().max(1.0))
            .with(format!("stop{index}Off"), offset(main, sight))
            .with(format!("stop{index}Likelihood"), likelihood)
            .require(now >= LEAST_STEP * last, || format!("the face does not grow up to stop {}", index + 1))
            .require(likelihood >= limits.min_likelihood, || {
                format!("far and stop {} hardly show one face in one capture", index + 1)
            });
        last = now;
    }
    outcome.require(share(near) >= LEAST_STEP * last, || "the face does not grow from the last stop to near".into())
}

/// Whether the page says that it has shown the colours that were asked for, and sends a picture of each.
fn is_lit(evidence: &Evidence) -> bool {
    let (Some(asked), Some(told)) = (&evidence.light, &evidence.manifest.light) else { return false };
    let pictures = evidence.manifest.audit.iter().filter(|entry| entry.phase == light::PHASE).count();
    let is_same = told.shown.iter().map(|one| one.color).eq(asked.colors.iter().copied());
    told.outcome == LightOutcome::Shown && is_same && pictures == asked.colors.len()
}
