//! Properties of a session for any sequence of events.

use nearfar::error::ErrorCode;
use nearfar::guidance::Stage;
use nearfar::selection::{FaceFacts, Score};
use nearfar::session::{Appearance, Effect, Event, Observation, Outcome, Phase, RestartReason, Session, SessionConfig};
use proptest::prelude::*;

/// Something that happens after a delay in ms.
#[derive(Clone, Debug)]
#[allow(clippy::large_enum_variant)]
enum Happening {
    Event(Event),
    /// This many frames, 50 ms apart, of a face of this width.
    Frames {
        count: u8,
        passes: bool,
        width: f32,
        multiple_faces: bool,
    },
}

fn odd_frame() -> impl Strategy<Value = Event> {
    (any::<f64>(), any::<bool>(), any::<f32>(), any::<f32>(), any::<bool>()).prop_map(
        |(captured_at, passes, number, detail, multiple_faces)| {
            let face = FaceFacts { x: number, y: number, width: number, height: number, ..FaceFacts::default() };
            let appearance = Some(Appearance { luma: [number; 16], ..Appearance::default() });
            let face = Some(face);
            Event::Frame(Observation {
                captured_at,
                passes,
                multiple_faces,
                face,
                score: Score { fitness: number, detail },
                appearance,
                ..Default::default()
            })
        },
    )
}

fn happening() -> impl Strategy<Value = Happening> {
    let simple = prop::sample::select(vec![
        Event::Tick,
        Event::Hidden,
        Event::Visible,
        Event::Muted,
        Event::Unmuted,
        Event::Rotated { keeps_far: true },
        Event::Rotated { keeps_far: false },
        Event::EncodeFailed,
        Event::Retry,
    ]);
    let ending =
        prop::sample::select(vec![Event::TrackEnded, Event::Cancel, Event::Fail { error: ErrorCode::Internal }]);
    let good = (1u8..40, prop::bool::weighted(0.9), prop::bool::weighted(0.05), 180.0f32..220.0)
        .prop_map(|(count, passes, multiple_faces, width)| Happening::Frames { count, passes, width, multiple_faces });
    prop_oneof![
        20 => good,
        3 => Just(Happening::Event(Event::Start)),
        3 => Just(Happening::Event(Event::Encoded)),
        6 => simple.prop_map(Happening::Event),
        1 => ending.prop_map(Happening::Event),
        1 => odd_frame().prop_map(Happening::Event),
    ]
}

/// Checks the invariants after each step of a session.
struct Watch {
    session: Session,
    now: f64,
    phase: Phase,
    outcomes: u32,
    effects: Vec<Effect>,
    last_progress: f64,
    restarts: Vec<RestartReason>,
}

impl Watch {
    fn new(stops: usize) -> Self {
        let mut session = Session::new(SessionConfig::default());
        session.set_stops(stops);
        Watch {
            session,
            now: 0.0,
            phase: Phase::Loading,
            outcomes: 0,
            effects: Vec::new(),
            last_progress: 0.0,
            restarts: Vec::new(),
        }
    }

    fn happen(&mut self, happening: &Happening) {
        match *happening {
            Happening::Event(event) => self.step(event),
            Happening::Frames { count, passes, width, multiple_faces } => {
                for _ in 0..count {
                    self.now += 50.0;
                    let face = Some(FaceFacts { x: 100.0, y: 100.0, width, height: width, ..FaceFacts::default() });
                    let captured_at = self.now - 30.0;
                    let observation = Observation {
                        captured_at,
                        passes: passes && !multiple_faces,
                        multiple_faces,
                        face,
                        score: Score { fitness: 0.5, detail: 0.5 },
                        ..Default::default()
                    };
                    self.step(Event::Frame(observation));
                }
            }
        }
    }

    fn step(&mut self, event: Event) {
        self.effects.clear();
        let before = self.phase;
        self.session.step(&event, self.now, &mut self.effects);
        for index in 0..self.effects.len() {
            self.check(before, &event, self.effects[index]);
        }
        assert_eq!(self.phase, self.session.phase(), "each change of phase is reported");
        assert_eq!(self.outcomes == 1, self.phase.is_terminal(), "exactly one outcome, at the end");
        if matches!(self.phase, Phase::Near | Phase::Encoding | Phase::Done) {
            assert!(self.session.kept(Stage::Far).is_some(), "no near stage without a far frame");
        }
        let times = Stage::ALL.iter().filter_map(|stage| Some(self.session.kept(*stage)?.captured_at));
        assert!(times.is_sorted_by(|one, next| one < next), "each stage's frame is later than the one before");
        if matches!(self.phase, Phase::Encoding | Phase::Done) {
            assert!(self.session.kept(Stage::Near).is_some());
        }
    }

    fn check(&mut self, before: Phase, event: &Event, effect: Effect) {
        match effect {
            Effect::PhaseChanged { phase } => {
                assert!(!self.phase.is_terminal() || matches!(event, Event::Retry), "the end is the end");
                assert_ne!(phase, self.phase);
                if phase == Phase::Loading {
                    self.outcomes = 0;
                }
                self.phase = phase;
            }
            Effect::Finished { outcome, error } => {
                self.outcomes += 1;
                let expected = match outcome {
                    Outcome::Captured => Phase::Done,
                    Outcome::TimedOut => Phase::TimedOut,
                    Outcome::Failed => Phase::Failed,
                    Outcome::Cancelled => Phase::Cancelled,
                };
                assert_eq!(self.phase, expected);
                assert_eq!(error.is_some(), matches!(outcome, Outcome::TimedOut | Outcome::Failed));
            }
            Effect::KeepFrame { stage, .. } => {
                assert_eq!(before.stage(), Some(stage), "frames are kept for the stage in hand");
            }
            Effect::Restarted { reason } => {
                assert!(before.is_capturing() && before != Phase::Far, "only then is there something to void");
                self.restarts.push(reason);
            }
            Effect::Encode => assert_eq!(self.phase, Phase::Encoding),
            Effect::Progress { fraction } => {
                assert!((0.0..=1.0).contains(&fraction));
                assert!(fraction == 0.0 || fraction > self.last_progress, "progress grows or begins again");
                self.last_progress = if fraction >= 1.0 { 0.0 } else { fraction };
            }
            Effect::Paused { .. } | Effect::Resumed | Effect::Slow => assert!(self.phase.is_capturing()),
            Effect::InstructionChanged { .. } | Effect::OvalChanged { .. } | Effect::KeepAudit { .. } => {
                panic!("not the session's to tell: {effect:?}")
            }
        }
    }
}

proptest! {
    #[test]
    fn invariants_hold_for_any_sequence(
        stops in 0usize..=2,
        happenings in prop::collection::vec((prop_oneof![9 => 0.0f64..400.0, 1 => -1e9f64..1e6], happening()), 0..60)
    ) {
        let mut watch = Watch::new(stops);
        watch.step(Event::Start);
        for (wait, happening) in happenings {
            watch.now += wait;
            watch.happen(&happening);
        }
    }

    #[test]
    fn invalid_times_are_harmless(times in prop::collection::vec(any::<f64>(), 1..50), event in happening()) {
        let mut watch = Watch::new(0);
        for time in times {
            watch.now = time;
            watch.step(Event::Start);
            watch.happen(&event);
        }
    }

    #[test]
    fn every_ticked_session_ends(restart_every in 1200.0f64..30_000.0, steps in 20.0f64..300.0) {
        // Frames always pass, but the face jumps now and then: at the latest the session limit ends it.
        let mut session = Session::new(SessionConfig::default());
        let mut effects = Vec::new();
        session.step(&Event::Start, 0.0, &mut effects);
        let (mut now, mut x) = (0.0, 0.0);
        while !session.phase().is_terminal() && now < 300_000.0 {
            now += steps;
            if now % restart_every < steps {
                x += 900.0;
            }
            let face = FaceFacts { x, y: 0.0, width: 100.0, height: 100.0, ..FaceFacts::default() };
            let frame = Observation { captured_at: now, passes: true, face: Some(face), ..Default::default() };
            session.step(&Event::Frame(frame), now, &mut effects);
            if session.phase() == Phase::Encoding {
                session.step(&Event::Encoded, now, &mut effects);
            }
        }
        prop_assert!(session.phase().is_terminal());
    }
}

#[test]
fn the_random_sessions_reach_all_phases_and_restarts() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let strategy = prop::collection::vec(happening(), 30..60);
    let (mut phases, mut restarts) = (Vec::new(), Vec::<RestartReason>::new());
    for run in 0..300 {
        let mut watch = Watch::new(run % 3);
        watch.step(Event::Start);
        for happening in strategy.new_tree(&mut runner).unwrap().current() {
            watch.now += 200.0;
            watch.happen(&happening);
            phases.push(watch.phase);
        }
        restarts.append(&mut watch.restarts);
    }
    for phase in Phase::ALL {
        assert!(phases.contains(&phase), "{phase:?} is never reached: the properties above say little");
    }
    assert!(restarts.contains(&RestartReason::MultipleFaces) && restarts.contains(&RestartReason::Rotated));
}
