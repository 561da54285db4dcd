//! Checks for one complete face in each picture, of the size and at the place that its stage asks for, and for its
//! growth.

use crate::analyzer::{FaceAnalysis, MainFace};
use crate::limits::Limits;
use crate::verdict::{Bounds, Check, CheckOutcome};
use nearfar::detection::Face;
use nearfar::frame::{Point, Rect, Size};
use nearfar::guidance::{Instruction, Thresholds};
use nearfar_protocol::result::ResultCode;

/// The analyses of far and near with their names.
pub type FarNear<'a> = [(&'static str, &'a FaceAnalysis); 2];

/// There is one face in each picture. The code distinguishes none from several.
pub fn count(pair: &FarNear, thresholds: &Thresholds) -> (CheckOutcome, ResultCode) {
    let mut outcome = CheckOutcome::passed(Check::Faces);
    for (name, analysis) in pair {
        let confident = analysis.faces.iter().filter(|face| face.score >= thresholds.min_score).count();
        outcome = outcome.with(format!("{name}Faces"), confident as f64).with_bounds(
            format!("{name}Score"),
            analysis.main.as_ref().map_or(0.0, |main| main.face.score),
            Bounds::at_least(thresholds.min_score),
        );
    }
    let failing = |instruction| pair.iter().find(|(_, analysis)| analysis.failing.contains(instruction));
    if let Some((name, _)) = failing(Instruction::MultipleFaces) {
        (outcome.require(false, || format!("more than one face in {name}")), ResultCode::TooManyFacesDetected)
    } else if let Some((name, _)) = failing(Instruction::NoFace) {
        (outcome.require(false, || format!("no face in {name}")), ResultCode::NoFaceDetected)
    } else {
        (outcome, ResultCode::Success)
    }
}

/// The face has the size that its stage asks for, and enough pixels to be measured.
pub fn size(pair: &FarNear, limits: &Limits) -> CheckOutcome {
    let mut outcome = CheckOutcome::passed(Check::Size);
    for (name, analysis) in pair {
        let Some(main) = &analysis.main else { continue };
        let width = main.face.bbox.width;
        outcome = outcome
            .with_bounds(format!("{name}Pixels"), width, Bounds::at_least(limits.min_face_pixels))
            .with_bounds(format!("{name}Share"), share_of_target(main, analysis), size_bounds(analysis))
            .require(width >= limits.min_face_pixels, || format!("the face in {name} has too few pixels"))
            .require(!analysis.failing.contains(Instruction::TooFar), || format!("the face in {name} is too small"))
            .require(!analysis.failing.contains(Instruction::TooNear), || format!("the face in {name} is too big"));
    }
    outcome
}

/// Instructions to a face that is off its place in the oval.
const OFF_PLACE: [Instruction; 4] =
    [Instruction::MoveLeft, Instruction::MoveRight, Instruction::MoveUp, Instruction::MoveDown];
/// Least share of the face box inside the picture.
const MIN_INSIDE: f32 = 0.85;

/// The face is complete, where guidance asks for it, and inside the oval that the page reports. Without `ovals` it only
/// has to be complete: the camera app of the device shows none.
pub fn position(pair: &FarNear, ovals: Option<[Rect; 2]>) -> CheckOutcome {
    let mut outcome = CheckOutcome::passed(Check::Place);
    for (index, (name, analysis)) in pair.iter().enumerate() {
        let Some(main) = &analysis.main else { continue };
        let inside = share_inside(&main.face.bbox, analysis.size);
        let keypoints = &main.face.keypoints[..=Face::MOUTH];
        let is_complete = inside >= MIN_INSIDE && keypoints.iter().all(|point| is_inside(*point, analysis.size));
        let is_off = OFF_PLACE.iter().any(|direction| analysis.failing.contains(*direction));
        let center = main.face.bbox.center();
        outcome = outcome
            .with_bounds(format!("{name}Inside"), inside, Bounds::at_least(MIN_INSIDE))
            .with_bounds(format!("{name}OffCenter"), offset(main, analysis), offset_bounds(analysis))
            .require(is_complete, || format!("the face in {name} is cut off"));
        if let Some(ovals) = &ovals {
            outcome = outcome
                .require(!is_off, || format!("the face in {name} is not in its place"))
                .require(contains(&ovals[index], center), || format!("the face in {name} is outside the oval"));
        }
    }
    outcome
}

/// The near face is wider than the far face, each relative to the width of its picture.
pub fn growth(far: (&MainFace, Size), near: (&MainFace, Size), least: f32) -> CheckOutcome {
    let growth = width_share(near.0, near.1) / width_share(far.0, far.1);
    CheckOutcome::passed(Check::Growth)
        .with_bounds("growth", growth, Bounds::at_least(least))
        .require(growth >= least, || "the near face is not enough larger than the far one".into())
}

/// The width of the face relative to the width of its picture.
pub fn width_share(main: &MainFace, size: Size) -> f32 {
    main.face.bbox.width / size.width.max(1) as f32
}

/// Converts the oval from CSS px of a viewport that the picture covers to pixels of the picture.
pub fn oval_in_picture(oval: &nearfar_protocol::manifest::Rect, analysis: &FaceAnalysis, viewport_width: f64) -> Rect {
    let visible = analysis.target.visible;
    let scale = f64::from(visible.width) / viewport_width;
    Rect {
        x: (f64::from(visible.x) + oval.x * scale) as f32,
        y: (f64::from(visible.y) + oval.y * scale) as f32,
        width: (oval.width * scale) as f32,
        height: (oval.height * scale) as f32,
    }
}

/// Distance of the face from the target of guidance in short sides of the visible part: the greater of the horizontal
/// and the vertical one, each of which guidance limits.
pub(super) fn offset(main: &MainFace, analysis: &FaceAnalysis) -> f32 {
    let (center, target) = (main.face.bbox.center(), analysis.target.face_center);
    (center.x - target.x).abs().max((center.y - target.y).abs()) / analysis.target.short_side().max(1.0)
}

/// The limit of [`offset`].
pub(super) fn offset_bounds(analysis: &FaceAnalysis) -> Bounds {
    Bounds::at_most(analysis.target.max_offset / analysis.target.short_side().max(1.0))
}

/// The width of the face in short sides of the visible part.
pub(super) fn share_of_target(main: &MainFace, analysis: &FaceAnalysis) -> f32 {
    main.face.bbox.width / analysis.target.short_side().max(1.0)
}

/// The limits of [`share_of_target`].
pub(super) fn size_bounds(analysis: &FaceAnalysis) -> Bounds {
    let short_side = analysis.target.short_side().max(1.0);
    Bounds::between(analysis.target.min_face / short_side, analysis.target.max_face / short_side)
}

fn share_inside(bbox: &Rect, size: Size) -> f32 {
    let along = |low: f32, length: f32, end: u32| ((low + length).min(end as f32) - low.max(0.0)).max(0.0) / length;
    along(bbox.x, bbox.width, size.width) * along(bbox.y, bbox.height, size.height)
}

fn is_inside(point: Point, size: Size) -> bool {
    (0.0..=size.width as f32).contains(&point.x) && (0.0..=size.height as f32).contains(&point.y)
}

/// Whether the centre of the face is inside the box of the oval. That holds for a face at the limit of guidance.
fn contains(oval: &Rect, point: Point) -> bool {
    let center = oval.center();
    (point.x - center.x).abs() <= oval.width / 2.0 && (point.y - center.y).abs() <= oval.height / 2.0
}
