//! The report on one image, which the `inspect` command prints as a JSON line.

use nearfar::detection::{Detector, Face};
use nearfar::frame::{Frame, Point, Rect};
use nearfar::guidance::{Instruction, InstructionSet, Scene, Stage, Target, Thresholds, Viewport, assess, main_face};
use nearfar::quality::{FaceMeasurements, Pose, QualityMeter};
use serde::Serialize;

/// The report on one image. All coordinates are upright pixels.
#[derive(Debug, Serialize)]
pub struct Report {
    /// The file as named on the command line.
    pub file: String,
    /// Width of the upright image.
    pub width: u32,
    /// Height of the upright image.
    pub height: u32,
    /// All faces, largest first.
    pub faces: Vec<FaceReport>,
    /// The instruction of each stage.
    pub instructions: Stages,
}

/// One face.
#[derive(Debug, Serialize)]
pub struct FaceReport {
    /// The face box.
    pub bbox: Rect,
    /// The six landmarks.
    pub keypoints: Keypoints,
    /// Detection score, 0 to 1.
    pub score: f32,
    /// Yaw, pitch and roll in degrees.
    pub pose: Pose,
    /// The other measurements.
    pub quality: Quality,
}

/// The landmarks by name; right and left are the person's own.
#[derive(Debug, Serialize)]
pub struct Keypoints {
    /// Middle of the right eye.
    pub right_eye: Point,
    /// Middle of the left eye.
    pub left_eye: Point,
    /// Tip of the nose.
    pub nose: Point,
    /// Middle of the mouth.
    pub mouth: Point,
    /// Tragion of the right ear.
    pub right_ear: Point,
    /// Tragion of the left ear.
    pub left_ear: Point,
}

/// Measurements as [`FaceMeasurements`] documents them, without the pose.
#[derive(Debug, Serialize)]
pub struct Quality {
    /// 0 to 1.
    pub sharpness: f32,
    /// 0 to 1.
    pub brightness: f32,
    /// -1 to 1.
    pub backlight: f32,
    /// Share, 0 to 1.
    pub overexposed: f32,
    /// Share, 0 to 1.
    pub underexposed: f32,
    /// 0 to 1.
    pub occlusion: f32,
}

/// The instructions of the stages.
#[derive(Debug, Serialize)]
pub struct Stages {
    /// The far stage.
    pub far: StageInstruction,
    /// The near stage, without regard to a far frame.
    pub near: StageInstruction,
}

/// The instruction of one stage.
#[derive(Debug, Serialize)]
pub struct StageInstruction {
    /// The instruction; `keep_still` when the frame is good.
    pub code: Instruction,
    /// All failing checks, most urgent first.
    pub failing: InstructionSet,
}

/// Inspects stills with the code of the browser build.
pub struct Inspector {
    detector: Detector,
    meter: QualityMeter,
    thresholds: Thresholds,
    viewport: Viewport,
}

impl Inspector {
    /// Creates an inspector. The page would show the frames in `viewport`; one without area shows whole frames.
    pub fn new(detector: Detector, thresholds: Thresholds, viewport: Viewport) -> Self {
        Inspector { detector, meter: QualityMeter::new(), thresholds, viewport }
    }

    /// Reports on one frame. `file` is only passed through.
    pub fn inspect(&mut self, file: String, frame: &Frame) -> Report {
        let faces = self.detector.detect_still(frame);
        let measured: Vec<_> = faces.iter().map(|face| self.meter.measure(frame, face)).collect();
        let size = frame.size();
        let stage = |stage| {
            let target = Target::new(stage, size, self.viewport, &self.thresholds);
            let main = main_face(&faces, &target, &self.thresholds);
            let scene = Scene { faces: &faces, measurements: main.map(|index| &measured[index]), speed: 0.0 };
            let assessment = assess(&scene, &target, &self.thresholds);
            StageInstruction { code: assessment.instruction, failing: assessment.failing }
        };
        let instructions = Stages { far: stage(Stage::Far), near: stage(Stage::Near) };
        let faces = faces.iter().zip(&measured).map(|(face, measured)| FaceReport::new(face, measured)).collect();
        Report { file, width: size.width, height: size.height, faces, instructions }
    }
}

impl FaceReport {
    fn new(face: &Face, measured: &FaceMeasurements) -> Self {
        let [right_eye, left_eye, nose, mouth, right_ear, left_ear] = face.keypoints;
        FaceReport {
            bbox: face.bbox,
            keypoints: Keypoints { right_eye, left_eye, nose, mouth, right_ear, left_ear },
            score: face.score,
            pose: measured.pose,
            quality: Quality {
                sharpness: measured.sharpness,
                brightness: measured.brightness,
                backlight: measured.backlight,
                overexposed: measured.overexposed,
                underexposed: measured.underexposed,
                occlusion: measured.occlusion,
            },
        }
    }
}
