//! Plays pictures through the whole pipeline, as if a camera had sent them.

use crate::video::planes::Planes;
use crate::video::recording_detector::Overheard;
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

/// What one frame brought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Played {
    /// Whether there was a face at all.
    pub has_face: bool,
    /// Whether a second face counted in this frame alone.
    pub has_second: bool,
    /// Whether `multiple_faces` came onto the screen with it.
    pub newly_shown: bool,
    /// Whether `multiple_faces` is on the screen.
    pub shows_second: bool,
    /// Whether the capture began anew for a second or another face.
    pub restarted: bool,
    /// Whether a hold is under way.
    pub holds: bool,
    /// Whether a hold was full.
    pub held: bool,
}

/// Plays one film.
pub struct Player {
    pipeline: Pipeline<Overheard>,
    faces: Rc<RefCell<Vec<Face>>>,
    shown: Option<Instruction>,
    now: Millis,
    interval: Millis,
    progress: f64,
}

impl Player {
    /// For a film with so many milliseconds from frame to frame.
    ///
    /// # Errors
    /// When the default settings are no settings.
    pub fn new(detector: Detector, interval: Millis) -> Result<Self> {
        let faces = Rc::new(RefCell::new(Vec::new()));
        let mut pipeline = Pipeline::new(Overheard(detector, faces.clone()), PipelineConfig::default())?;
        pipeline.handle(&Event::Start, 0.0);
        Ok(Player { pipeline, faces, shown: None, now: 0.0, interval, progress: 0.0 })
    }

    /// The next frame; a capture that ended begins again.
    ///
    /// # Errors
    /// When the picture is larger than frames may be.
    pub fn play(&mut self, picture: &RgbImage) -> Result<Played> {
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
        let mut played = Played::default();
        for effect in self.pipeline.process(&frame, self.now, self.now) {
            match effect {
                Effect::InstructionChanged { code, .. } => {
                    self.shown = Some(*code);
                    played.newly_shown = *code == Instruction::MultipleFaces;
                }
                Effect::Progress { fraction } => self.progress = *fraction,
                Effect::Restarted { .. } => played.restarted = true,
                _ => {}
            }
        }
        let after = self.pipeline.driver().phase();
        played.held = (phase, after) == (Phase::Far, Phase::Near) || after == Phase::Encoding;
        if phase != after {
            self.progress = 0.0;
        }
        played.holds = self.progress > 0.0 || played.held;
        played.shows_second = self.shown == Some(Instruction::MultipleFaces);
        let faces = self.faces.borrow();
        let capture = self.pipeline.driver();
        let main = capture.main_face(&faces);
        let scene = Scene { faces: &faces, measurements: None, speed: 0.0 };
        let limits = Thresholds::default();
        let assessed = assess_in_stream(InstructionSet::EMPTY, main, &scene, capture.target(), &limits);
        played.has_face = main.is_some();
        played.has_second = assessed.failing.contains(Instruction::MultipleFaces);
        Ok(played)
    }

    /// The faces found in the last frame.
    pub fn faces(&self) -> Vec<Face> {
        self.faces.borrow().clone()
    }

    /// Where the capture wants the face.
    pub fn capture(&self) -> &nearfar::pipeline::SessionDriver {
        self.pipeline.driver()
    }
}
