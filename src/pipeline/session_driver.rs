//! Combines guidance, selection and session; takes the analysis of each frame.

use super::config::PipelineConfig;
use super::frame_rate::Seen;
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

/// Detection and measurements of one frame.
#[derive(Clone, Copy, Debug, Default)]
pub struct FrameAnalysis<'a> {
    /// All detected faces.
    pub faces: &'a [Face],
    /// Measurements of the main face: see [`SessionDriver::main_face`].
    pub measurements: Option<FaceMeasurements>,
    /// Appearance of the main face.
    pub appearance: Option<Appearance>,
}

/// The pipeline without detector and quality meter: drives a session from frame analyses.
#[derive(Debug)]
pub struct SessionDriver {
    config: PipelineConfig,
    session: Session,
    /// The session's phase after the last step.
    phase: Phase,
    frame_size: Size,
    viewport: Viewport,
    target: Target,
    motion: Motion,
    hysteresis: Hysteresis,
    failing: InstructionSet,
    confidence: ConfidenceGate,
    /// The person's face when it was last detected.
    person: Option<Face>,
    /// The person's face in the last analysis.
    seen_face: Option<Face>,
    /// Frames since the start of the stage whose only face has a low score, before any instruction was shown.
    doubtful_frames: u32,
    /// The motion path, instead of the thresholds' two positions.
    path: Option<MotionPath>,
    audit: AuditPlan,
    timeline: Timeline,
    effects: Vec<Effect>,
}

/// A face that keeps a low score for this many frames is accepted.
const MAX_DOUBTFUL_FRAMES: u32 = 6;

/// Capacity for the effects of one frame; never exceeded.
const MAX_EFFECTS: usize = 16;

impl SessionDriver {
    /// Creates a driver in the loading phase.
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
            seen_face: None,
            doubtful_frames: 0,
            path: None,
            audit: AuditPlan::new(config.audit_frames),
            timeline: Timeline::new(),
            effects: Vec::with_capacity(MAX_EFFECTS),
        })
    }

    /// Sets the motion path from the next start on; `None` leads from far to near, both centred. Call it while loading.
    pub fn set_path(&mut self, path: Option<MotionPath>) {
        self.path = path;
        self.session.set_stops(path.map_or(0, |path| path.stops()));
    }

    /// Begins a frame of this upright size. [`SessionDriver::process_analysis`] must follow if
    /// [`SessionDriver::is_watching`].
    pub fn begin_frame(&mut self, size: Size, now: Millis) {
        self.effects.clear();
        if size != self.frame_size {
            let first = self.frame_size == Size::default();
            self.frame_size = size;
            // Another size has another scale: a near face would no longer be comparable with the far one.
            self.reshape(first, now);
        }
    }

    /// Processes the analysis of the frame captured at `captured_at`.
    pub fn process_analysis(&mut self, analysis: &FrameAnalysis, captured_at: Millis, now: Millis) {
        let Some(stage) = self.session.stage().filter(|_| self.is_watching()) else {
            return;
        };
        let chosen = self.main_face(analysis.faces);
        let main = chosen.map(|index| &analysis.faces[index]);
        self.seen_face = main.copied();
        self.person = self.seen_face.or(self.person);
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

    /// Passes an event other than a frame to the session.
    pub fn handle(&mut self, event: &Event, now: Millis) -> &[Effect] {
        self.effects.clear();
        self.session.step(event, now, &mut self.effects);
        self.sync_phase();
        &self.effects
    }

    /// Sets the size of the element that shows the video.
    pub fn resize(&mut self, viewport: Viewport, now: Millis) -> &[Effect] {
        self.effects.clear();
        if viewport != self.viewport {
            self.viewport = viewport;
            // A path is relative to the visible part: frames held in another viewport do not match its positions.
            let pairs = self.path.is_none() && self.stage_target(Stage::Near).is_some();
            self.reshape(pairs, now);
        }
        &self.effects
    }

    /// The effects of the last call.
    pub fn effects(&self) -> &[Effect] {
        &self.effects
    }

    /// Whether frames are wanted.
    pub fn is_watching(&self) -> bool {
        self.session.is_watching()
    }

    /// Whether the face is in its place and is being held there.
    pub fn is_holding(&self) -> bool {
        self.session.is_holding()
    }

    /// What the last frame showed.
    pub fn seen(&self) -> Seen {
        match self.seen_face {
            _ if !self.is_watching() => Seen::Nothing,
            Some(_) if self.is_holding() => Seen::Held,
            Some(face) => Seen::Face(face.bbox),
            None => Seen::Nobody,
        }
    }

    /// Index of the person's face, which has to be measured.
    pub fn main_face(&self, faces: &[Face]) -> Option<usize> {
        main_face_in_stream(self.person.as_ref(), faces, &self.target, &self.config.thresholds)
    }

    /// The session's phase.
    pub fn phase(&self) -> Phase {
        self.session.phase()
    }

    /// The target of the current stage; before the start that of the far stage.
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// The frame kept for a stage.
    pub fn kept(&self, stage: Stage) -> Option<&KeptFrame> {
        self.session.kept(stage)
    }

    /// The stages of this capture in order.
    pub fn stages(&self) -> Vec<Stage> {
        let stops = self.path.map_or(0, |path| path.stops());
        Stage::ALL.into_iter().filter(|stage| stage.stop().is_none_or(|stop| stop < stops)).collect()
    }

    /// The kept audit frames in chronological order.
    pub fn audits(&self) -> &[AuditFrame] {
        self.audit.frames()
    }

    /// The shown instructions in order.
    pub fn timeline(&self) -> &[InstructionRecord] {
        self.timeline.records()
    }

    /// Whether to delay the first instruction: it is shown at once and then held, and a face with a low score may
    /// disappear in the next frame.
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

    /// Handles a changed shape of the frame or the viewport.
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

    /// Sets the target of the current stage, and reports it if it changed.
    fn update_target(&mut self) {
        let stage = self.phase.stage().unwrap_or(Stage::Far);
        let far = || Target::new(Stage::Far, self.frame_size, self.viewport, &self.config.thresholds);
        let target = self.stage_target(stage).unwrap_or_else(far);
        if target != self.target {
            self.target = target;
            self.effects.push(Effect::OvalChanged { stage: target.stage, oval: target.in_viewport() });
        }
    }

    /// The target of a stage; `None` if no size fits the frames kept before it.
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
