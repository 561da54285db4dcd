//! Runs pictures through the whole pipeline, as if they came from a camera.

use crate::faces::recording_detector::RecordingDetector;
use crate::video::planes::Planes;
use anyhow::Result;
use image::RgbImage;
use nearfar::clock::Millis;
use nearfar::detection::{Detector, Face};
use nearfar::frame::Size;
use nearfar::guidance::{Instruction, InstructionSet, Scene, Thresholds, Viewport, assess_in_stream};
use nearfar::pipeline::{Pipeline, PipelineConfig};
use nearfar::session::{Effect, Event, Phase};
use std::cell::RefCell;
use std::rc::Rc;

/// The effects of one frame.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FrameResult {
    /// Whether there was a face.
    pub has_face: bool,
    /// Whether a second face counted in this frame alone.
    pub has_second: bool,
    /// Whether `multiple_faces` appeared on the screen with this frame.
    pub newly_shown: bool,
    /// Whether `multiple_faces` is on the screen.
    pub shows_second: bool,
    /// Whether the capture restarted because of a second or another face.
    pub restarted: bool,
    /// Whether a hold is in progress.
    pub is_holding: bool,
    /// Whether a hold was completed.
    pub completed_hold: bool,
}

/// Runs one video through the pipeline.
pub struct PipelineRunner {
    pipeline: Pipeline<RecordingDetector>,
    faces: Rc<RefCell<Vec<Face>>>,
    shown: Option<Instruction>,
    now: Millis,
    interval: Millis,
    progress: f64,
}

impl PipelineRunner {
    /// Creates a runner for a video with this interval between frames, ms.
    ///
    /// # Errors
    /// If the default configuration is invalid.
    pub fn new(detector: Detector, interval: Millis) -> Result<Self> {
        let faces = Rc::new(RefCell::new(Vec::new()));
        let mut pipeline =
            Pipeline::new(RecordingDetector { detector, faces: faces.clone() }, PipelineConfig::default())?;
        pipeline.handle(&Event::Start, 0.0);
        Ok(PipelineRunner { pipeline, faces, shown: None, now: 0.0, interval, progress: 0.0 })
    }

    /// Processes the next frame. A capture that ended starts again.
    ///
    /// # Errors
    /// If the picture exceeds the limit of frames.
    pub fn process(&mut self, picture: &RgbImage) -> Result<FrameResult> {
        let planes = Planes::new(picture);
        let frame = planes.frame()?;
        if !self.pipeline.driver().is_watching() {
            for event in [Event::Encoded, Event::Retry, Event::Start] {
                self.pipeline.handle(&event, self.now);
            }
            (self.shown, self.progress) = (None, 0.0);
        }
        let Size { width, height } = frame.size();
        self.pipeline.resize(Viewport { width: width as f32, height: height as f32 }, self.now);
        self.now += self.interval;
        let phase = self.pipeline.driver().phase();
        let mut result = FrameResult::default();
        for effect in self.pipeline.process(&frame, self.now, self.now) {
            match effect {
                Effect::InstructionChanged { code, .. } => {
                    self.shown = Some(*code);
                    result.newly_shown = *code == Instruction::MultipleFaces;
                }
                Effect::Progress { fraction } => self.progress = *fraction,
                Effect::Restarted { .. } => result.restarted = true,
                _ => {}
            }
        }
        let after = self.pipeline.driver().phase();
        result.completed_hold = (phase, after) == (Phase::Far, Phase::Near) || after == Phase::Encoding;
        if phase != after {
            self.progress = 0.0;
        }
        result.is_holding = self.progress > 0.0 || result.completed_hold;
        result.shows_second = self.shown == Some(Instruction::MultipleFaces);
        let faces = self.faces.borrow();
        let capture = self.pipeline.driver();
        let main = capture.main_face(&faces);
        let scene = Scene { faces: &faces, measurements: None, speed: 0.0 };
        let limits = Thresholds::default();
        let assessed = assess_in_stream(InstructionSet::EMPTY, main, &scene, capture.target(), &limits);
        result.has_face = main.is_some();
        result.has_second = assessed.failing.contains(Instruction::MultipleFaces);
        Ok(result)
    }

    /// The faces of the last frame.
    pub fn faces(&self) -> Vec<Face> {
        self.faces.borrow().clone()
    }

    /// The driver of the capture.
    pub fn capture(&self) -> &nearfar::pipeline::SessionDriver {
        self.pipeline.driver()
    }
}
