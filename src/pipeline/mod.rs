//! Processes frames: detects, measures and assesses the face, steps the session and returns effects.

mod appearance;
mod config;
mod frame_rate;
mod session_driver;
mod timeline;

pub use appearance::appearance;
pub use config::{PipelineConfig, SettingError};
pub use frame_rate::{FrameRate, Seen};
pub use session_driver::{FrameAnalysis, SessionDriver};
pub use timeline::{InstructionRecord, MAX_RECORDS};

use crate::clock::Millis;
use crate::detection::{Detector, Face};
use crate::frame::Frame;
use crate::guidance::{MotionPath, ThresholdError, Viewport};
use crate::quality::QualityMeter;
use crate::session::{Effect, Event};

/// Finds faces in a frame. Implemented by the detector and by test doubles.
pub trait FindFaces {
    /// The faces in `frame`, upright pixels.
    fn find_faces(&mut self, frame: &Frame) -> &[Face];

    /// The same at a lower cost: see [`Detector::detect_in_turn`]. `None`: the frame says nothing new.
    fn find_faces_in_turn(&mut self, frame: &Frame) -> Option<&[Face]> {
        Some(self.find_faces(frame))
    }
}

impl FindFaces for Detector {
    fn find_faces(&mut self, frame: &Frame) -> &[Face] {
        self.detect(frame)
    }

    fn find_faces_in_turn(&mut self, frame: &Frame) -> Option<&[Face]> {
        self.detect_in_turn(frame)
    }
}

/// Processes frames: a detector and a quality meter in front of a [`SessionDriver`].
#[derive(Debug)]
pub struct Pipeline<D = Detector> {
    detector: D,
    quality: QualityMeter,
    driver: SessionDriver,
    /// When the last examined frame was captured.
    last_frame: Option<Millis>,
}

/// Interval of frames, ms, up to which one region a frame suffices: more than 22 per second.
const DENSE_INTERVAL: Millis = 45.0;

impl<D: FindFaces> Pipeline<D> {
    /// Creates a pipeline in the loading phase.
    ///
    /// # Errors
    /// The first setting that is out of its range.
    pub fn new(detector: D, config: PipelineConfig) -> Result<Self, ThresholdError> {
        Ok(Pipeline { detector, quality: QualityMeter::new(), driver: SessionDriver::new(config)?, last_frame: None })
    }

    /// Processes a frame captured at `captured_at` and returns the effects, valid until the next call. Does almost
    /// nothing while no frames are wanted (see [`SessionDriver::is_watching`]).
    pub fn process(&mut self, frame: &Frame, captured_at: Millis, now: Millis) -> &[Effect] {
        self.driver.begin_frame(frame.size(), now);
        if self.driver.is_watching() {
            // In a hold every frame may be the one to keep, and has to be examined as thoroughly as can be. At a low rate,
            // one region a frame would notice another person too late.
            let is_dense = self.last_frame.is_some_and(|last| captured_at - last <= DENSE_INTERVAL);
            self.last_frame = Some(captured_at);
            let faces = if self.driver.is_holding() || !is_dense {
                Some(self.detector.find_faces(frame))
            } else {
                self.detector.find_faces_in_turn(frame)
            };
            let Some(faces) = faces else { return self.driver.effects() };
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

    /// Passes an event other than a frame to the session. The effects are valid until the next call.
    pub fn handle(&mut self, event: &Event, now: Millis) -> &[Effect] {
        self.driver.handle(event, now)
    }

    /// Sets the size of the element that shows the video. The effects are valid until the next call.
    pub fn resize(&mut self, viewport: Viewport, now: Millis) -> &[Effect] {
        self.driver.resize(viewport, now)
    }

    /// Sets the motion path: see [`SessionDriver::set_path`].
    pub fn set_path(&mut self, path: Option<MotionPath>) {
        self.driver.set_path(path);
    }

    /// The session's state: phase, kept frames, audit frames, timeline.
    pub fn driver(&self) -> &SessionDriver {
        &self.driver
    }
}
