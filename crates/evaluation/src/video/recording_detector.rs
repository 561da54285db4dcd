//! A detector whose answers can be read by others.

use nearfar::detection::{Detector, Face};
use nearfar::frame::Frame;
use nearfar::pipeline::FindFaces;
use std::cell::RefCell;
use std::rc::Rc;

/// The detector, and what it last found.
pub struct Overheard(pub Detector, pub Rc<RefCell<Vec<Face>>>);

impl FindFaces for Overheard {
    fn find_faces(&mut self, frame: &Frame) -> &[Face] {
        let faces = self.0.detect(frame);
        self.1.replace(faces.to_vec());
        faces
    }
}
