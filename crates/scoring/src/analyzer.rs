//! What the detection crate sees in one picture.

use crate::comparison::FaceDescriptor;
use nearfar::detection::{Detector, Face};
use nearfar::frame::{Frame, Size};
use nearfar::guidance::{InstructionSet, Scene, Target, Thresholds, assess, main_face};
use nearfar::quality::{FaceMeasurements, QualityMeter};

/// Detector and meter: what looking needs and keeps from picture to picture. What was looked at before makes no
/// difference to what is seen.
pub struct Analyzer {
    detector: Detector,
    meter: QualityMeter,
}

impl std::fmt::Debug for Analyzer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Analyzer")
    }
}

/// What one picture shows, against what its stage asks for.
#[derive(Clone, Debug)]
pub struct FaceAnalysis {
    /// Size of the upright picture.
    pub size: Size,
    /// What the stage asks for.
    pub target: Target,
    /// Faces found, of whatever size and score.
    pub faces: Vec<Face>,
    /// The person's.
    pub main: Option<MainFace>,
    /// What guidance would find fault with.
    pub failing: InstructionSet,
}

/// The face that the attempt is about.
#[derive(Clone, Debug)]
pub struct MainFace {
    /// Box, landmarks, score.
    pub face: Face,
    /// Pose, light, sharpness, occlusion.
    pub measured: FaceMeasurements,
    /// What is compared between far and near.
    pub descriptor: FaceDescriptor,
}

impl Analyzer {
    /// With a loaded detector.
    pub fn new(detector: Detector) -> Self {
        Analyzer { detector, meter: QualityMeter::new() }
    }

    /// The largest face in a picture, found by a quick look: one that fills much of it.
    pub fn find(&mut self, frame: &Frame) -> Option<Face> {
        self.detector.reset();
        self.detector.detect(frame).first().copied()
    }

    /// The largest face in a still, however small.
    pub fn largest(&mut self, frame: &Frame) -> Option<Face> {
        self.detector.detect_still(frame).first().copied()
    }

    /// Looks at a picture as a still and judges it as guidance judges a frame.
    pub fn look(&mut self, frame: &Frame, target: Target, thresholds: &Thresholds) -> FaceAnalysis {
        let faces = self.detector.detect_still_min_width(frame, thresholds.other_face_size);
        self.assess(frame, faces, target, thresholds)
    }

    /// The same by a quick look, which finds the faces that fill much of the picture.
    pub fn glance(&mut self, frame: &Frame, target: Target, thresholds: &Thresholds) -> FaceAnalysis {
        self.detector.reset();
        let faces = self.detector.detect(frame).to_vec();
        self.assess(frame, faces, target, thresholds)
    }

    fn assess(&mut self, frame: &Frame, faces: Vec<Face>, target: Target, thresholds: &Thresholds) -> FaceAnalysis {
        let main = main_face(&faces, &target, thresholds).map(|index| MainFace {
            face: faces[index],
            measured: self.meter.measure(frame, &faces[index]),
            descriptor: FaceDescriptor::new(frame, &faces[index]),
        });
        let scene = Scene { faces: &faces, measurements: main.as_ref().map(|main| &main.measured), speed: 0.0 };
        let failing = assess(&scene, &target, thresholds).failing;
        FaceAnalysis { size: frame.size(), target, faces, main, failing }
    }
}
