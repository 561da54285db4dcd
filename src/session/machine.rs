//! The session's state machine.

use super::appearance::Appearance;
use super::continuity::Continuity;
use super::{
    Effect, Event, Observation, Outcome, PauseReason, Phase, RestartReason, SessionConfig, Trigger, next_phase,
};
use crate::clock::Millis;
use crate::error::ErrorCode;
use crate::guidance::{MAX_STOPS, Stage};
use crate::selection::{Best, KeptFrame};

/// Minimum number of frames in a hold, so that a slow frame rate lengthens it.
const HOLD_FRAMES: u32 = 5;
/// On a path, far and near are held for this share of their time, since the stops are held too.
const HOLD_ON_PATH: f32 = 0.5;
/// Average frame interval, ms, above which frames count as slow: below 5 per second.
const SLOW_INTERVAL: Millis = 200.0;
/// Minimum number of frames for this average.
const SLOW_FRAMES: u32 = 5;
/// Minimum step in which progress is reported.
const PROGRESS_STEP: f64 = 0.01;

/// One person's capture; see `docs/SESSION.md`.
///
/// ```
/// use nearfar::session::{Effect, Event, Phase, Session, SessionConfig};
/// let mut session = Session::new(SessionConfig::default());
/// let mut effects = Vec::new();
/// session.step(&Event::Start, 0.0, &mut effects);
/// assert_eq!(session.phase(), Phase::Far);
/// assert_eq!(effects, [Effect::PhaseChanged { phase: Phase::Far }]);
/// ```
#[derive(Clone, Debug)]
pub struct Session {
    config: SessionConfig,
    /// Number of stops between far and near. Survives a retry.
    stops: usize,
    /// Visibility of the page in any phase. Survives a retry.
    hidden: bool,
    muted_since: Option<Millis>,
    now: Millis,
    run: Run,
}

/// State that a retry resets.
#[derive(Clone, Debug)]
struct Run {
    phase: Phase,
    /// Time spent capturing, without pauses.
    active: Millis,
    stage_began: Millis,
    hold: Hold,
    progress: f64,
    far: Best,
    stops: [Best; MAX_STOPS],
    near: Best,
    far_appearance: Option<Appearance>,
    continuity: Continuity,
    pace: Pace,
    reported_pause: Option<PauseReason>,
}

/// Consecutive passing frames.
#[derive(Clone, Copy, Debug, Default)]
struct Hold {
    since: Millis,
    frames: u32,
}

/// The frame rate.
#[derive(Clone, Copy, Debug, Default)]
struct Pace {
    last: Option<Millis>,
    interval: Millis,
    frames: u32,
    reported: bool,
}

impl Run {
    fn new() -> Self {
        Run {
            phase: Phase::Loading,
            active: 0.0,
            stage_began: 0.0,
            hold: Hold::default(),
            progress: 0.0,
            far: Best::default(),
            stops: Default::default(),
            near: Best::default(),
            far_appearance: None,
            continuity: Continuity::default(),
            pace: Pace::default(),
            reported_pause: None,
        }
    }

    fn best(&mut self, stage: Stage) -> &mut Best {
        match stage {
            Stage::Far => &mut self.far,
            Stage::FirstStop => &mut self.stops[0],
            Stage::SecondStop => &mut self.stops[1],
            Stage::Near => &mut self.near,
        }
    }
}

impl Session {
    /// Creates a session in the loading phase. The config should have passed [`SessionConfig::validate`].
    pub fn new(config: SessionConfig) -> Self {
        Session { config, stops: 0, hidden: false, muted_since: None, now: f64::NEG_INFINITY, run: Run::new() }
    }

    /// Sets the number of stops between far and near, 0 to [`MAX_STOPS`]. Call it while loading.
    pub fn set_stops(&mut self, stops: usize) {
        self.stops = stops.min(MAX_STOPS);
    }

    /// The current phase.
    pub fn phase(&self) -> Phase {
        self.run.phase
    }

    /// Whether frames should be analyzed: in a stage, and not paused.
    pub fn is_watching(&self) -> bool {
        self.run.phase.is_capturing() && self.pause().is_none()
    }

    /// Whether the last frame passed, so that a stage is being held.
    pub fn is_holding(&self) -> bool {
        self.run.hold.frames > 0
    }

    /// The current stage, if any.
    pub fn stage(&self) -> Option<Stage> {
        self.run.phase.stage()
    }

    /// The best frame of a stage's hold so far; final once the session has advanced beyond the stage.
    pub fn kept(&self, stage: Stage) -> Option<&KeptFrame> {
        match stage {
            Stage::Far => self.run.far.get(),
            Stage::FirstStop => self.run.stops[0].get(),
            Stage::SecondStop => self.run.stops[1].get(),
            Stage::Near => self.run.near.get(),
        }
    }

    /// Processes an event at time `now` and appends the resulting effects. Time that runs backwards or is NaN counts as
    /// no time. Events without meaning in the current phase are ignored.
    pub fn step(&mut self, event: &Event, now: Millis, effects: &mut Vec<Effect>) {
        self.advance_clock(now);
        self.check_limits(effects);
        match *event {
            Event::Start => {
                self.transition(Trigger::Start, None, effects);
            }
            Event::Frame(ref frame) => self.on_frame(frame, effects),
            Event::Tick => {}
            Event::Hidden => self.hidden = true,
            Event::Visible => self.hidden = false,
            Event::Muted => self.muted_since = self.muted_since.or(Some(self.now)),
            Event::Unmuted => self.muted_since = None,
            Event::Rotated { keeps_far } => self.rotate(keeps_far, effects),
            Event::TrackEnded if self.run.phase != Phase::Encoding => {
                self.fail(ErrorCode::StreamInterrupted, effects);
            }
            Event::TrackEnded => {}
            Event::Encoded => {
                self.transition(Trigger::Encoded, None, effects);
            }
            Event::EncodeFailed if self.run.phase == Phase::Encoding => self.fail(ErrorCode::Internal, effects),
            Event::EncodeFailed => {}
            Event::Fail { error } => self.fail(error, effects),
            Event::Cancel => {
                self.transition(Trigger::Cancel, None, effects);
            }
            Event::Retry => {
                self.transition(Trigger::Retry, None, effects);
            }
        }
        self.report_pause(effects);
    }

    fn pause(&self) -> Option<PauseReason> {
        if self.hidden { Some(PauseReason::Hidden) } else { self.muted_since.map(|_| PauseReason::Muted) }
    }

    fn advance_clock(&mut self, now: Millis) {
        // The first step has no predecessor; `max` ignores NaN.
        let before = if self.now.is_finite() { self.now } else { now };
        self.now = self.now.max(now);
        if self.is_watching() && self.now.is_finite() && before.is_finite() {
            self.run.active += self.now - before;
        }
    }

    fn check_limits(&mut self, effects: &mut Vec<Effect>) {
        let run = &self.run;
        let stage_up = run.active - run.stage_began >= f64::from(self.config.stage_limit);
        let session_up = run.active >= f64::from(self.config.session_limit);
        if stage_up || session_up {
            self.transition(Trigger::TimeUp, Some(ErrorCode::CaptureTimeout), effects);
        }
        let muted = self.muted_since.map_or(0.0, |since| self.now - since);
        if muted >= f64::from(self.config.mute_limit) && self.run.phase.is_capturing() {
            self.fail(ErrorCode::StreamInterrupted, effects);
        }
    }

    fn fail(&mut self, error: ErrorCode, effects: &mut Vec<Effect>) {
        self.transition(Trigger::Fail, Some(error), effects);
    }

    /// Performs the transition, if the table has one, and the entry actions of the new phase.
    fn transition(&mut self, trigger: Trigger, error: Option<ErrorCode>, effects: &mut Vec<Effect>) {
        let Some(phase) = next_phase(self.run.phase, trigger) else {
            return;
        };
        if phase != Phase::Encoding {
            self.reset_hold(effects);
        }
        if phase == Phase::Loading {
            self.run = Run::new();
        }
        self.run.phase = phase;
        self.run.stage_began = self.run.active;
        effects.push(Effect::PhaseChanged { phase });
        let finish = |outcome| Effect::Finished { outcome, error };
        match phase {
            Phase::Loading => {}
            Phase::Far => {
                Stage::ALL.into_iter().for_each(|stage| self.run.best(stage).clear());
                self.run.continuity.reset();
            }
            Phase::FirstStop | Phase::SecondStop | Phase::Near => {
                self.run.continuity.set_reference(self.run.far_appearance);
            }
            Phase::Encoding => effects.push(Effect::Encode),
            Phase::Done => effects.push(finish(Outcome::Captured)),
            Phase::TimedOut => effects.push(finish(Outcome::TimedOut)),
            Phase::Failed => effects.push(finish(Outcome::Failed)),
            Phase::Cancelled => effects.push(finish(Outcome::Cancelled)),
        }
    }

    fn rotate(&mut self, keeps_far: bool, effects: &mut Vec<Effect>) {
        if self.stage().is_some_and(|stage| stage != Stage::Far) && !keeps_far {
            self.restart(RestartReason::Rotated, effects);
        } else {
            self.discard_hold(effects);
        }
        if self.run.phase == Phase::Far {
            self.run.continuity.reset();
        }
    }

    fn restart(&mut self, reason: RestartReason, effects: &mut Vec<Effect>) {
        effects.push(Effect::Restarted { reason });
        self.transition(Trigger::Restart, None, effects);
    }

    fn report_pause(&mut self, effects: &mut Vec<Effect>) {
        let pause = self.pause().filter(|_| self.run.phase.is_capturing());
        if pause == self.run.reported_pause {
            return;
        }
        self.run.reported_pause = pause;
        match pause {
            Some(reason) => {
                self.discard_hold(effects);
                self.run.pace.last = None;
                effects.push(Effect::Paused { reason });
            }
            None if self.run.phase.is_capturing() => effects.push(Effect::Resumed),
            None => {}
        }
    }

    fn on_frame(&mut self, frame: &Observation, effects: &mut Vec<Effect>) {
        let (Some(stage), true) = (self.stage(), self.is_watching()) else {
            return;
        };
        if !self.run.pace.take(frame.captured_at) {
            return;
        }
        if self.run.pace.became_slow() {
            effects.push(Effect::Slow);
        }
        let broken = self.run.continuity.check(frame, &self.config);
        if let Some(reason) = broken {
            match stage {
                // No frame has been captured yet that another person could invalidate, only the hold.
                Stage::Far => {
                    self.discard_hold(effects);
                    self.run.continuity.reset();
                }
                _ => self.restart(reason, effects),
            }
            return;
        }
        match frame.face {
            Some(face) if frame.passes => {
                let kept = KeptFrame { captured_at: frame.captured_at, face, oval: frame.oval, score: frame.score };
                self.hold(stage, kept, frame.appearance, effects);
            }
            _ => self.discard_hold(effects),
        }
    }

    fn hold(&mut self, stage: Stage, frame: KeptFrame, appearance: Option<Appearance>, effects: &mut Vec<Effect>) {
        let run = &mut self.run;
        if run.hold.frames == 0 {
            run.hold.since = frame.captured_at;
        }
        run.hold.frames += 1;
        let wanted = match stage {
            Stage::Far => self.config.far_hold,
            Stage::FirstStop | Stage::SecondStop => self.config.stop_hold,
            Stage::Near => self.config.near_hold,
        };
        let is_shorter = self.stops > 0 && stage.stop().is_none();
        let wanted = wanted * if is_shorter { HOLD_ON_PATH } else { 1.0 };
        if run.best(stage).offer(frame) {
            effects.push(Effect::KeepFrame { stage, captured_at: frame.captured_at });
            if stage == Stage::Far {
                run.far_appearance = appearance;
            }
        }
        let by_time = (frame.captured_at - run.hold.since) / f64::from(wanted);
        let by_frames = f64::from(run.hold.frames) / f64::from(HOLD_FRAMES);
        let fraction = by_time.min(by_frames).clamp(0.0, 1.0);
        if fraction >= run.progress + PROGRESS_STEP || fraction >= 1.0 {
            run.progress = fraction;
            effects.push(Effect::Progress { fraction });
        }
        if fraction >= 1.0 {
            self.transition(self.next_trigger(stage), None, effects);
        }
    }

    /// The trigger that follows when a stage was held.
    fn next_trigger(&self, stage: Stage) -> Trigger {
        let stops_behind = match stage {
            Stage::Near => return Trigger::NearHeld,
            _ => stage.stop().map_or(0, |stop| stop + 1),
        };
        if stops_behind < self.stops { Trigger::StopAhead } else { Trigger::NearAhead }
    }

    /// Discards the hold and the frame kept from it.
    fn discard_hold(&mut self, effects: &mut Vec<Effect>) {
        let Some(stage) = self.stage() else { return };
        self.run.best(stage).clear();
        self.reset_hold(effects);
    }

    fn reset_hold(&mut self, effects: &mut Vec<Effect>) {
        self.run.hold = Hold::default();
        if self.run.progress > 0.0 {
            self.run.progress = 0.0;
            effects.push(Effect::Progress { fraction: 0.0 });
        }
    }
}

impl Pace {
    /// Records a frame's time. Returns whether it is later than the previous one.
    fn take(&mut self, at: Millis) -> bool {
        let Some(last) = self.last else {
            self.last = Some(at);
            return at.is_finite();
        };
        let interval = at - last;
        if interval.is_nan() || interval <= 0.0 {
            return false;
        }
        self.last = Some(at);
        self.interval += (interval - self.interval) / f64::from(self.frames.min(5) + 1);
        self.frames += 1;
        true
    }

    fn became_slow(&mut self) -> bool {
        let became_slow = !self.reported && self.frames >= SLOW_FRAMES && self.interval > SLOW_INTERVAL;
        self.reported |= became_slow;
        became_slow
    }
}
