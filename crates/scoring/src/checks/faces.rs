//! One whole face in each picture, of the size and in the place that its stage asks for, and larger when near.

use crate::analyzer::{FaceAnalysis, MainFace};
use crate::limits::Limits;
use crate::verdict::{Check, CheckOutcome};
use nearfar::detection::Face;
use nearfar::frame::{Point, Rect, Size};
use nearfar::guidance::{Instruction, Thresholds};
use nearfar_protocol::result::ResultCode;

/// Both pictures, by name.
pub type Pair<'a> = [(&'static str, &'a FaceAnalysis); 2];

/// One face in each; the code tells which of the two faults it is.
pub fn count(pair: &Pair, thresholds: &Thresholds) -> (CheckOutcome, ResultCode) {
    let mut outcome = CheckOutcome::passed(Check::Faces);
    for (name, sight) in pair {
        let sure = sight.faces.iter().filter(|face| face.score >= thresholds.min_score).count();
        outcome = outcome
            .with(format!("{name}Faces"), sure as f64)
            .with(format!("{name}Score"), sight.main.as_ref().map_or(0.0, |main| main.face.score));
    }
    let failing = |instruction| pair.iter().find(|(_, sight)| sight.failing.contains(instruction));
    if let Some((name, _)) = failing(Instruction::MultipleFaces) {
        (outcome.require(false, || format!("more than one face in {name}")), ResultCode::TooManyFacesDetected)
    } else if let Some((name, _)) = failing(Instruction::NoFace) {
        (outcome.require(false, || format!("no face in {name}")), ResultCode::NoFaceDetected)
    } else {
        (outcome, ResultCode::Success)
    }
}

/// The face has the size that its stage asks for, and enough pixels to be judged.
pub fn size(pair: &Pair, limits: &Limits) -> CheckOutcome {
    let mut outcome = CheckOutcome::passed(Check::Size);
    for (name, sight) in pair {
        let Some(main) = &sight.main else { continue };
        let width = main.face.bbox.width;
        outcome = outcome
            .with(format!("{name}Pixels"), width)
            .with(format!("{name}Share"), width / sight.target.short_side().max(1.0))
            .require(width >= limits.min_face_pixels, || format!("the face in {name} has too few pixels"))
            .require(!sight.failing.contains(Instruction::TooFar), || format!("the face in {name} is too small"))
            .require(!sight.failing.contains(Instruction::TooNear), || format!("the face in {name} is too big"));
    }
    outcome
}

/// Where a face is off its place in the oval.
const OFF: [Instruction; 4] =
    [Instruction::MoveLeft, Instruction::MoveRight, Instruction::MoveUp, Instruction::MoveDown];
/// Least share of the face box inside the picture.
const LEAST_INSIDE: f32 = 0.85;

/// The face is whole, in the middle as guidance asks for, and inside the oval that the page says it showed. Without
/// `ovals`, where the device's own camera program showed none, it only has to be whole.
pub fn place(pair: &Pair, ovals: Option<[Rect; 2]>) -> CheckOutcome {
    let mut outcome = CheckOutcome::passed(Check::Place);
    for (index, (name, sight)) in pair.iter().enumerate() {
        let Some(main) = &sight.main else { continue };
        let inside = share_inside(&main.face.bbox, sight.size);
        let parts = &main.face.keypoints[..=Face::MOUTH];
        let whole = inside >= LEAST_INSIDE && parts.iter().all(|part| is_inside(*part, sight.size));
        let off = OFF.iter().any(|direction| sight.failing.contains(*direction));
        let center = main.face.bbox.center();
        outcome = outcome
            .with(format!("{name}Inside"), inside)
            .with(format!("{name}OffCenter"), offset(main, sight))
            .require(whole, || format!("the face in {name} is cut off"));
        if let Some(ovals) = &ovals {
            outcome = outcome
                .require(!off, || format!("the face in {name} is not in its place"))
                .require(holds(&ovals[index], center), || format!("the face in {name} is outside the oval"));
        }
    }
    outcome
}

/// The near face is wider than the far one, each against the width of its picture.
pub fn growth(far: (&MainFace, Size), near: (&MainFace, Size), least: f32) -> CheckOutcome {
    let share = |(main, size): (&MainFace, Size)| main.face.bbox.width / size.width.max(1) as f32;
    let growth = share(near) / share(far);
    CheckOutcome::passed(Check::Growth)
        .with("growth", growth)
        .require(growth >= least, || "the near face is not enough larger than the far one".into())
}

/// The oval in pixels of the picture, from CSS px of a viewport that the picture covers.
pub fn oval_in_picture(oval: &nearfar_protocol::manifest::Rect, sight: &FaceAnalysis, viewport_width: f64) -> Rect {
    let visible = sight.target.visible;
    let scale = f64::from(visible.width) / viewport_width;
    Rect {
        x: (f64::from(visible.x) + oval.x * scale) as f32,
        y: (f64::from(visible.y) + oval.y * scale) as f32,
        width: (oval.width * scale) as f32,
        height: (oval.height * scale) as f32,
    }
}

/// Distance from where guidance wants the face, in short sides of what is seen.
pub(super) fn offset(main: &MainFace, sight: &FaceAnalysis) -> f32 {
    main.face.bbox.center().distance(sight.target.face_center) / sight.target.short_side().max(1.0)
}

fn share_inside(bbox: &Rect, size: Size) -> f32 {
    let along = |low: f32, length: f32, end: u32| ((low + length).min(end as f32) - low.max(0.0)).max(0.0) / length;
    along(bbox.x, bbox.width, size.width) * along(bbox.y, bbox.height, size.height)
}

fn is_inside(point: Point, size: Size) -> bool {
    (0.0..=size.width as f32).contains(&point.x) && (0.0..=size.height as f32).contains(&point.y)
}

/// Whether the middle of the face is inside the oval's box: a face that is off by all that guidance allows is.
fn holds(oval: &Rect, point: Point) -> bool {
    let center = oval.center();
    (point.x - center.x).abs() <= oval.width / 2.0 && (point.y - center.y).abs() <= oval.height / 2.0
}
