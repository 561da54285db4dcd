//! A detector that records the faces it finds.

use nearfar::detection::{Detector, Face};
use nearfar::frame::Frame;
use nearfar::pipeline::FindFaces;
use std::cell::RefCell;
use std::rc::Rc;

/// A detector and the faces of the last frame, shared with the caller.
pub struct RecordingDetector {
    /// The detector.
    pub detector: Detector,
    /// The faces of the last frame.
    pub faces: Rc<RefCell<Vec<Face>>>,
}

impl FindFaces for RecordingDetector {
    fn find_faces(&mut self, frame: &Frame) -> &[Face] {
        let faces = self.detector.detect(frame);
        self.faces.replace(faces.to_vec());
        faces
    }

    fn find_faces_in_turn(&mut self, frame: &Frame) -> Option<&[Face]> {
        let faces = self.detector.detect_in_turn(frame)?;
        self.faces.replace(faces.to_vec());
        Some(faces)
    }
}
