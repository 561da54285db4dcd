//! From a frame to effects: detect, measure, assess, choose, step the session.

mod appearance;
mod config;
mod session_driver;
mod timeline;

pub use appearance::appearance;
pub use config::{PipelineConfig, SettingError};
pub use session_driver::{FrameAnalysis, SessionDriver};
pub use timeline::{InstructionRecord, MAX_RECORDS};

use crate::clock::Millis;
use crate::detection::{Detector, Face};
use crate::frame::Frame;
use crate::guidance::{MotionPath, ThresholdError, Viewport};
use crate::quality::QualityMeter;
use crate::session::{Effect, Event};

/// Finds faces in a frame: the detector, or what a test puts in its place.
pub trait FindFaces {
    /// The faces in `frame`, upright pixels.
    fn find_faces(&mut self, frame: &Frame) -> &[Face];
}

impl FindFaces for Detector {
    fn find_faces(&mut self, frame: &Frame) -> &[Face] {
        self.detect(frame)
    }
}

/// The whole way of a frame: the detector and the meter in front of a [`SessionDriver`].
#[derive(Debug)]
pub struct Pipeline<D = Detector> {
    detector: D,
    quality: QualityMeter,
    driver: SessionDriver,
}

impl<D: FindFaces> Pipeline<D> {
    /// A pipeline that is loading.
    ///
    /// # Errors
    /// The first setting that is out of its range.
    pub fn new(detector: D, config: PipelineConfig) -> Result<Self, ThresholdError> {
        Ok(Pipeline { detector, quality: QualityMeter::new(), driver: SessionDriver::new(config)? })
    }

    /// Looks at one frame, taken by the camera at `captured_at`, and says what is to be done. The effects hold
    /// until the next call. While no frames are wanted (see [`SessionDriver::is_watching`]) it does next to nothing.
    pub fn process(&mut self, frame: &Frame, captured_at: Millis, now: Millis) -> &[Effect] {
        self.driver.begin_frame(frame.size(), now);
        if self.driver.is_watching() {
            let faces = self.detector.find_faces(frame);
            let main = self.driver.main_face(faces).map(|index| &faces[index]);
            let analysis = FrameAnalysis {
                faces,
                measurements: main.map(|face| self.quality.measure(frame, face)),
                appearance: main.map(|face| appearance(frame, &face.bbox)),
            };
            self.driver.process_analysis(&analysis, captured_at, now);
        }
        self.driver.effects()
    }

    /// Tells the session of an event other than a frame. The effects hold until the next call.
    pub fn handle(&mut self, event: &Event, now: Millis) -> &[Effect] {
        self.driver.handle(event, now)
    }

    /// The element that shows the video has this size now. The effects hold until the next call.
    pub fn resize(&mut self, viewport: Viewport, now: Millis) -> &[Effect] {
        self.driver.resize(viewport, now)
    }

    /// Which path to lead along: see [`SessionDriver::set_path`].
    pub fn set_path(&mut self, path: Option<MotionPath>) {
        self.driver.set_path(path);
    }

    /// What the session has come to: phase, kept frames, audit frames, timeline.
    pub fn driver(&self) -> &SessionDriver {
        &self.driver
    }
}
