//! Assesses one frame against the target: runs every check and selects the instruction.

use super::{Instruction, InstructionSet, Target, Thresholds};
use crate::detection::{Face, SWITCH_RATIO};
use crate::frame::Rect;
use crate::quality::FaceMeasurements;

/// Faces and measurements of one frame.
#[derive(Clone, Copy, Debug)]
pub struct Scene<'a> {
    /// All detected faces, in any order.
    pub faces: &'a [Face],
    /// Measurements of the main face (see [`main_face`]). `None` skips the quality checks.
    pub measurements: Option<&'a FaceMeasurements>,
    /// Speed of the main face in face widths per second (see [`super::Motion`]); 0 for a still.
    pub speed: f32,
}

/// The assessment of one frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Assessment {
    /// The instruction: the most urgent failing check, or `keep_still` if all pass.
    pub instruction: Instruction,
    /// All failing checks.
    pub failing: InstructionSet,
}

impl Assessment {
    /// Whether all checks pass.
    pub fn passes(&self) -> bool {
        self.failing.is_empty()
    }
}

/// Index of the person's face: the most prominent one ([`Face::prominence`]) around the centre of the visible part.
/// Faces with an invalid box or a score below `min_score` are ignored.
pub fn main_face(faces: &[Face], target: &Target, thresholds: &Thresholds) -> Option<usize> {
    main_face_in_stream(None, faces, target, thresholds)
}

/// Like [`main_face`], for a stream: a face replaces `before`, the person's face in an earlier frame, only if it is
/// clearly more prominent.
pub fn main_face_in_stream(
    before: Option<&Face>,
    faces: &[Face],
    target: &Target,
    thresholds: &Thresholds,
) -> Option<usize> {
    let middle = target.visible.center();
    let reach = target.visible.width.max(target.visible.height);
    let weight = |face: &Face| {
        let stays = before.is_some_and(|before| before.is_same_as(face));
        face.prominence(middle, reach) * if stays { SWITCH_RATIO } else { 1.0 }
    };
    faces
        .iter()
        .enumerate()
        .filter(|(_, face)| is_valid(face, thresholds.min_score))
        .max_by(|(_, a), (_, b)| weight(a).total_cmp(&weight(b)))
        .map(|(index, _)| index)
}

/// Assesses a still. Any input gets exactly one instruction.
pub fn assess(scene: &Scene, target: &Target, thresholds: &Thresholds) -> Assessment {
    let main = main_face(scene.faces, target, thresholds);
    check(InstructionSet::EMPTY, main, scene, target, thresholds, false)
}

/// Like [`assess`], for a stream, with the main face already selected and with hysteresis: a check that failed in
/// `previous`, the frame before, passes again only beyond its limit by [`Thresholds::margin`]. While the head is tilted
/// too far, size and position are not checked.
pub fn assess_in_stream(
    previous: InstructionSet,
    main: Option<usize>,
    scene: &Scene,
    target: &Target,
    thresholds: &Thresholds,
) -> Assessment {
    check(previous, main, scene, target, thresholds, true)
}

fn check(
    previous: InstructionSet,
    main: Option<usize>,
    scene: &Scene,
    target: &Target,
    thresholds: &Thresholds,
    is_stream: bool,
) -> Assessment {
    let mut failing = InstructionSet::EMPTY;
    match main {
        None => failing.insert(Instruction::NoFace),
        Some(main) => {
            let mut check = Check { previous, thresholds, failing: &mut failing };
            check.face(scene, main, target, is_stream);
        }
    }
    Assessment { instruction: failing.iter().next().unwrap_or(Instruction::KeepStill), failing }
}

fn is_valid(face: &Face, min_score: f32) -> bool {
    let Rect { x, y, width, height } = face.bbox;
    let finite = x.is_finite() && y.is_finite() && width.is_finite() && height.is_finite();
    finite && width > 0.0 && height > 0.0 && face.score >= min_score
}

/// Sharpness, relative to the minimum, from which pose and occlusion can be measured. Chosen, not fitted.
const MEASURABLE_SHARPNESS: f32 = 0.5;

struct Check<'a> {
    previous: InstructionSet,
    thresholds: &'a Thresholds,
    failing: &'a mut InstructionSet,
}

impl Check<'_> {
    fn face(&mut self, scene: &Scene, main: usize, target: &Target, is_stream: bool) {
        self.other_faces(scene.faces, main);
        if let Some(measurements) = scene.measurements {
            self.quality(measurements);
        }
        // The box of a tilted head is a poor measure of size and position: the person straightens first. A still is
        // checked on everything.
        if !(is_stream && scene.measurements.is_some_and(|measured| self.is_tilted(measured))) {
            self.size(scene.faces[main].bbox.width, target);
            self.position(&scene.faces[main].bbox, target);
        }
        self.require_at_most(Instruction::KeepStill, scene.speed, self.thresholds.max_speed);
    }

    fn other_faces(&mut self, faces: &[Face], main: usize) {
        let limit = faces[main].bbox.width * self.thresholds.other_face_size;
        let limit = limit - self.margin_if_failed(Instruction::MultipleFaces, self.thresholds.margin * limit);
        let mut largest = 0.0_f32;
        for (index, face) in faces.iter().enumerate() {
            if index != main && is_valid(face, self.thresholds.other_face_score) {
                largest = largest.max(face.bbox.width);
            }
        }
        self.require(largest < limit, Instruction::MultipleFaces);
    }

    fn size(&mut self, width: f32, target: &Target) {
        let margin = self.thresholds.margin * (target.max_face - target.min_face);
        let min_width = target.min_face + self.margin_if_failed(Instruction::TooFar, margin);
        let max_width = target.max_face - self.margin_if_failed(Instruction::TooNear, margin);
        if width < min_width {
            self.failing.insert(Instruction::TooFar);
        } else if width > max_width {
            self.failing.insert(Instruction::TooNear);
        }
    }

    /// Determines left and right. The picture is not mirrored and the person faces the camera, so their left hand is on
    /// the right of the picture: moving to their own left raises x. A face too far left in the picture (small x) has to
    /// raise its x: `move_left`. The mirrored preview shows this face too far right on the screen, and `move_left`
    /// moves it left on the screen, as expected.
    fn position(&mut self, face: &Rect, target: &Target) {
        let center = face.center();
        let (dx, dy) = (center.x - target.face_center.x, center.y - target.face_center.y);
        let limit = target.max_offset;
        self.require_at_most(Instruction::MoveLeft, -dx, limit);
        self.require_at_most(Instruction::MoveRight, dx, limit);
        self.require_at_most(Instruction::MoveUp, dy, limit);
        self.require_at_most(Instruction::MoveDown, -dy, limit);
        let fails = |instruction| self.failing.contains(instruction);
        let horizontal = fails(Instruction::MoveLeft) || fails(Instruction::MoveRight);
        let vertical = fails(Instruction::MoveUp) || fails(Instruction::MoveDown);
        // With an oval off the centre, "centre your face" would mislead: one direction at a time.
        if horizontal && vertical && target.is_central {
            self.failing.insert(Instruction::NotCentered);
        }
    }

    /// Whether the head is tilted too far.
    fn is_tilted(&self, measured: &FaceMeasurements) -> bool {
        self.failing.contains(Instruction::NotFrontal) && measured.pose.roll.abs() > self.thresholds.max_roll
    }

    fn quality(&mut self, measured: &FaceMeasurements) {
        let limits = self.thresholds;
        let pose = &measured.pose;
        // Without edges neither can be measured: someone with a dirty lens would be asked to uncover the face.
        if measured.sharpness >= limits.min_sharpness * MEASURABLE_SHARPNESS {
            self.require_at_most(Instruction::NotFrontal, pose.yaw.abs(), limits.max_yaw);
            self.require_at_most(Instruction::NotFrontal, pose.pitch.abs(), limits.max_pitch);
            self.require_at_most(Instruction::NotFrontal, pose.roll.abs(), limits.max_roll);
            self.require_at_most(Instruction::Occluded, measured.occlusion, limits.max_occlusion);
        }
        self.require_at_least(Instruction::TooDark, measured.brightness, limits.min_brightness);
        self.require_at_most(Instruction::TooDark, -measured.backlight, limits.max_backlight);
        self.require_at_most(Instruction::TooBright, measured.brightness, limits.max_brightness);
        self.require_at_most(Instruction::TooBright, measured.overexposed, limits.max_overexposed);
        self.require_at_least(Instruction::Blurry, measured.sharpness, limits.min_sharpness);
    }

    fn margin_if_failed(&self, instruction: Instruction, margin: f32) -> f32 {
        if self.previous.contains(instruction) { margin } else { 0.0 }
    }

    // NaN compares false with everything and therefore fails the check.

    fn require_at_most(&mut self, instruction: Instruction, value: f32, limit: f32) {
        let margin = self.margin_if_failed(instruction, self.thresholds.margin * limit);
        self.require(value <= limit - margin, instruction);
    }

    fn require_at_least(&mut self, instruction: Instruction, value: f32, limit: f32) {
        let margin = self.margin_if_failed(instruction, self.thresholds.margin * limit);
        self.require(value >= limit + margin, instruction);
    }

    fn require(&mut self, holds: bool, instruction: Instruction) {
        if !holds {
            self.failing.insert(instruction);
        }
    }
}
