//! Guidance, selection and session together, given what somebody saw in each frame.

use super::config::PipelineConfig;
use super::timeline::{InstructionRecord, Timeline};
use crate::clock::Millis;
use crate::detection::Face;
use crate::frame::Size;
use crate::guidance::{
    Assessment, ConfidenceGate, Hysteresis, Instruction, InstructionSet, Motion, MotionPath, Scene, Stage, Target,
    ThresholdError, Viewport, assess_in_stream, main_face_in_stream,
};
use crate::quality::FaceMeasurements;
use crate::selection::{AuditFrame, AuditPlan, FaceFacts, KeptFrame, Score, score};
use crate::session::{Appearance, Effect, Event, Observation, Phase, Session};

/// What was seen in one frame, before anybody judged it.
#[derive(Clone, Copy, Debug, Default)]
pub struct FrameAnalysis<'a> {
    /// All faces found.
    pub faces: &'a [Face],
    /// Measurements of the main face: see [`SessionDriver::main_face`].
    pub measurements: Option<FaceMeasurements>,
    /// What the main face looks like.
    pub appearance: Option<Appearance>,
}

/// A capture without eyes: all of the pipeline but the detector and the meters.
#[derive(Debug)]
pub struct SessionDriver {
    config: PipelineConfig,
    session: Session,
    /// The session's phase when it was last looked at.
    phase: Phase,
    frame_size: Size,
    viewport: Viewport,
    target: Target,
    motion: Motion,
    hysteresis: Hysteresis,
    failing: InstructionSet,
    confidence: ConfidenceGate,
    /// The person's face when it was last seen.
    person: Option<Face>,
    /// Frames since the stage began in which only a doubtful face was seen, before anything was told.
    doubtful_frames: u32,
    /// What is to be followed in place of the thresholds' two positions.
    path: Option<MotionPath>,
    audit: AuditPlan,
    timeline: Timeline,
    effects: Vec<Effect>,
}

/// A face that stays doubtful for this many frames is all there is.
const MAX_DOUBTFUL_FRAMES: u32 = 6;

/// Room for the effects of one frame; there are never this many.
const MAX_EFFECTS: usize = 16;

impl SessionDriver {
    /// A capture that is loading.
    ///
    /// # Errors
    /// The first setting that is out of its range.
    pub fn new(config: PipelineConfig) -> Result<Self, ThresholdError> {
        config.validate()?;
        let frame_size = Size::default();
        let viewport = Viewport { width: 0.0, height: 0.0 };
        Ok(SessionDriver {
            config,
            session: Session::new(config.session),
            phase: Phase::Loading,
            frame_size,
            viewport,
            target: Target::new(Stage::Far, frame_size, viewport, &config.thresholds),
            motion: Motion::default(),
            hysteresis: Hysteresis::default(),
            failing: InstructionSet::EMPTY,
            confidence: ConfidenceGate::default(),
            person: None,
            doubtful_frames: 0,
            path: None,
            audit: AuditPlan::new(config.audit_frames),
            timeline: Timeline::new(),
            effects: Vec::with_capacity(MAX_EFFECTS),
        })
    }

    /// Which path to lead along from the next start on; `None`: from far to near, both in the middle. To be said while it is
    /// loading.
    pub fn set_path(&mut self, path: Option<MotionPath>) {
        self.path = path;
        self.session.set_stops(path.map_or(0, |path| path.stops()));
    }

    /// Begins a frame of this upright size: [`SessionDriver::process_analysis`] follows if [`SessionDriver::is_watching`].
    pub fn begin_frame(&mut self, size: Size, now: Millis) {
        self.effects.clear();
        if size != self.frame_size {
            let first = self.frame_size == Size::default();
            self.frame_size = size;
            // Another size is another scale: a near face could no longer be compared with the far one.
            self.reshape(first, now);
        }
    }

    /// Judges what was seen in the frame that the camera took at `captured_at`.
    pub fn process_analysis(&mut self, analysis: &FrameAnalysis, captured_at: Millis, now: Millis) {
        let Some(stage) = self.session.stage().filter(|_| self.is_watching()) else {
            return;
        };
        let chosen = self.main_face(analysis.faces);
        let main = chosen.map(|index| &analysis.faces[index]);
        self.person = main.copied().or(self.person);
        let speed = match main {
            Some(face) => self.motion.update(&face.bbox, captured_at),
            None => {
                self.motion.reset();
                0.0
            }
        };
        let scene = Scene { faces: analysis.faces, measurements: analysis.measurements.as_ref(), speed };
        let assessment = assess_in_stream(self.failing, chosen, &scene, &self.target, &self.config.thresholds);
        self.failing = assessment.failing;
        let assessment = self.confidence.apply(assessment, main.map(|face| face.score), captured_at);
        if self.should_wait(main) {
            self.doubtful_frames += 1;
        } else {
            self.update_instruction(&assessment, now);
        }
        let measured = analysis.measurements.unwrap_or_default();
        let face = main.map(|face| FaceFacts::new(face, &measured));
        let audited = AuditFrame {
            slot: 0,
            captured_at,
            phase: stage,
            instruction: self.hysteresis.shown(),
            face,
            frame_width: self.frame_size.width,
        };
        if let Some(slot) = self.audit.offer(audited) {
            self.effects.push(Effect::KeepAudit { slot, captured_at });
        }
        let observation = Observation {
            captured_at,
            passes: assessment.passes(),
            multiple_faces: assessment.failing.contains(Instruction::MultipleFaces),
            face,
            score: main.map_or_else(Score::default, |_| score(&measured, &self.config.thresholds)),
            oval: self.target.oval,
            appearance: analysis.appearance,
        };
        self.session.step(&Event::Frame(observation), now, &mut self.effects);
        self.sync_phase();
    }

    /// Tells the session of an event other than a frame.
    pub fn handle(&mut self, event: &Event, now: Millis) -> &[Effect] {
        self.effects.clear();
        self.session.step(event, now, &mut self.effects);
        self.sync_phase();
        &self.effects
    }

    /// The element that shows the video has this size now.
    pub fn resize(&mut self, viewport: Viewport, now: Millis) -> &[Effect] {
        self.effects.clear();
        if viewport != self.viewport {
            self.viewport = viewport;
            // A path lies in what is seen: places that were held in another viewport are not its places.
            let pairs = self.path.is_none() && self.stage_target(Stage::Near).is_some();
            self.reshape(pairs, now);
        }
        &self.effects
    }

    /// What the last call asked for.
    pub fn effects(&self) -> &[Effect] {
        &self.effects
    }

    /// Whether frames are wanted now.
    pub fn is_watching(&self) -> bool {
        self.session.is_watching()
    }

    /// Which of these faces is the person's, and so to be measured.
    pub fn main_face(&self, faces: &[Face]) -> Option<usize> {
        main_face_in_stream(self.person.as_ref(), faces, &self.target, &self.config.thresholds)
    }

    /// The session's phase.
    pub fn phase(&self) -> Phase {
        self.session.phase()
    }

    /// Where the face should be in the stage in hand (the far one's before it begins).
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// The facts of the frame kept for a stage.
    pub fn kept(&self, stage: Stage) -> Option<&KeptFrame> {
        self.session.kept(stage)
    }

    /// The stages of this capture, in their order.
    pub fn stages(&self) -> Vec<Stage> {
        let stops = self.path.map_or(0, |path| path.stops());
        Stage::ALL.into_iter().filter(|stage| stage.stop().is_none_or(|stop| stop < stops)).collect()
    }

    /// The audit frames kept, in the order of their time.
    pub fn audits(&self) -> &[AuditFrame] {
        self.audit.frames()
    }

    /// The shown instructions in their order.
    pub fn timeline(&self) -> &[InstructionRecord] {
        self.timeline.records()
    }

    /// Whether the first instruction had better wait: it is told at once and then holds, and a face that the
    /// detector doubts may be gone with the next frame.
    fn should_wait(&self, main: Option<&Face>) -> bool {
        self.hysteresis.shown().is_none()
            && self.doubtful_frames < MAX_DOUBTFUL_FRAMES
            && main.is_some_and(|face| face.score < self.config.thresholds.other_face_score)
    }

    fn update_instruction(&mut self, assessment: &Assessment, now: Millis) {
        let hold = f64::from(self.config.thresholds.instruction_hold);
        let Some(code) = self.hysteresis.update(assessment, hold, now) else {
            return;
        };
        let failing = assessment.failing;
        self.timeline.push(InstructionRecord { time: now, phase: self.phase, code, failing });
        self.effects.push(Effect::InstructionChanged { code, failing });
    }

    /// Frame or viewport has another shape.
    fn reshape(&mut self, keeps_far: bool, now: Millis) {
        self.person = None;
        self.session.step(&Event::Rotated { keeps_far }, now, &mut self.effects);
        self.motion.reset();
        self.sync_phase();
        self.update_target();
    }

    fn sync_phase(&mut self) {
        let phase = self.session.phase();
        if phase == self.phase {
            return;
        }
        self.phase = phase;
        if phase == Phase::Loading {
            self.person = None;
            self.audit.clear();
            self.timeline.clear();
        }
        if phase.is_capturing() {
            self.hysteresis.reset();
            self.failing = InstructionSet::EMPTY;
            self.update_target();
        }
    }

    /// Sets the target for the stage in hand, and tells of it where it is another.
    fn update_target(&mut self) {
        let stage = self.phase.stage().unwrap_or(Stage::Far);
        let far = || Target::new(Stage::Far, self.frame_size, self.viewport, &self.config.thresholds);
        let target = self.stage_target(stage).unwrap_or_else(far);
        if target != self.target {
            self.target = target;
            self.effects.push(Effect::OvalChanged { stage: target.stage, oval: target.in_viewport() });
        }
    }

    /// The target of a stage, where one fits the frames that were kept before it.
    fn stage_target(&self, stage: Stage) -> Option<Target> {
        let target = match &self.path {
            Some(path) => Target::on_path(path, stage, 0.0, self.frame_size, self.viewport)?,
            None => Target::new(stage, self.frame_size, self.viewport, &self.config.thresholds),
        };
        let width = |stage: Stage| self.kept(stage).map_or(0.0, |kept| kept.face.width);
        let last = Stage::ALL.into_iter().take_while(|one| *one != stage).map(width).fold(0.0, f32::max);
        if stage == Stage::Far { Some(target) } else { target.after(width(Stage::Far), last) }
    }
}
