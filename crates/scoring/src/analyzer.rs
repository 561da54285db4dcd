//! Face detection and measurement of one picture.

use crate::comparison::FaceDescriptor;
use nearfar::detection::{Detector, Face};
use nearfar::frame::{Frame, Size};
use nearfar::guidance::{InstructionSet, Scene, Target, Thresholds, assess, main_face};
use nearfar::quality::{FaceMeasurements, QualityMeter};

/// A detector and a quality meter with their buffers. Earlier pictures do not influence the result.
pub struct Analyzer {
    detector: Detector,
    meter: QualityMeter,
}

impl std::fmt::Debug for Analyzer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Analyzer")
    }
}

/// The faces of one picture, assessed against the target of its stage.
#[derive(Clone, Debug)]
pub struct FaceAnalysis {
    /// Size of the upright picture.
    pub size: Size,
    /// The target of the stage.
    pub target: Target,
    /// All faces found, of any size and score.
    pub faces: Vec<Face>,
    /// The face of the person.
    pub main: Option<MainFace>,
    /// The instructions that guidance would give.
    pub failing: InstructionSet,
}

/// The face that the attempt is about.
#[derive(Clone, Debug)]
pub struct MainFace {
    /// Box, landmarks, score.
    pub face: Face,
    /// Pose, light, sharpness, occlusion.
    pub measurements: FaceMeasurements,
    /// The descriptor that is compared between far and near.
    pub descriptor: FaceDescriptor,
}

impl Analyzer {
    /// Creates an analyzer from a loaded detector.
    pub fn new(detector: Detector) -> Self {
        Analyzer { detector, meter: QualityMeter::new() }
    }

    /// Finds the largest face with one run of the detector, which misses small faces.
    pub fn largest_face_fast(&mut self, frame: &Frame) -> Option<Face> {
        self.detector.reset();
        self.detector.detect(frame).first().copied()
    }

    /// Finds the largest face of a still, however small.
    pub fn largest_face(&mut self, frame: &Frame) -> Option<Face> {
        self.detector.detect_still(frame).first().copied()
    }

    /// Detects faces as in a still and assesses the picture as guidance assesses a frame.
    pub fn analyze(&mut self, frame: &Frame, target: Target, thresholds: &Thresholds) -> FaceAnalysis {
        let faces = self.detector.detect_still_min_width(frame, thresholds.other_face_size);
        self.assess(frame, faces, target, thresholds)
    }

    /// Like [`Analyzer::analyze`] with one run of the detector, which misses small faces.
    pub fn analyze_fast(&mut self, frame: &Frame, target: Target, thresholds: &Thresholds) -> FaceAnalysis {
        self.detector.reset();
        let faces = self.detector.detect(frame).to_vec();
        self.assess(frame, faces, target, thresholds)
    }

    fn assess(&mut self, frame: &Frame, faces: Vec<Face>, target: Target, thresholds: &Thresholds) -> FaceAnalysis {
        let main = main_face(&faces, &target, thresholds).map(|index| MainFace {
            face: faces[index],
            measurements: self.meter.measure(frame, &faces[index]),
            descriptor: FaceDescriptor::new(frame, &faces[index]),
        });
        let scene = Scene { faces: &faces, measurements: main.as_ref().map(|main| &main.measurements), speed: 0.0 };
        let failing = assess(&scene, &target, thresholds).failing;
        FaceAnalysis { size: frame.size(), target, faces, main, failing }
    }
}
