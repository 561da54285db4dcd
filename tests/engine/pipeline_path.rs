//! A motion challenge, performed by a simulated person who only follows the instructions.

use crate::common::{LANDSCAPE, PORTRAIT, face, good_measurements, whole};
use nearfar::frame::{Point, Size};
use nearfar::guidance::{Instruction, MotionPath, Position, Stage, Target, Viewport};
use nearfar::pipeline::{FrameAnalysis, PipelineConfig, SessionDriver};
use nearfar::session::{Effect, Event, Phase, RestartReason};

const FRAME: f64 = 33.0;
/// Reaction time from an instruction on the screen to the first motion of the head, ms.
const REACTION: f64 = 400.0;
const PLACES: [(f32, f32); 5] = [(0.0, 0.0), (-1.0, 0.0), (1.0, 0.0), (0.0, -1.0), (0.0, 1.0)];

/// All positions of far, stop and near.
fn paths() -> Vec<MotionPath> {
    let at = |size: f32, (x, y): (f32, f32)| Position { size, x, y };
    let mut all = Vec::new();
    for far in PLACES {
        for stop in PLACES {
            all.extend(PLACES.map(|near| [at(0.25, far), at(0.4, stop), at(0.6, near)]));
        }
    }
    all.iter().map(|positions| MotionPath::new(positions).unwrap()).collect()
}

fn longest() -> MotionPath {
    MotionPath::from_numbers(&[0.25, -1.0, 0.0, 0.34, 0.0, 1.0, 0.48, 1.0, 0.0, 0.65, 0.0, -1.0]).unwrap()
}

/// What the person follows.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Guide {
    /// Only the instructions, one at a time, as for someone who hears them.
    Voice,
    /// The oval.
    Oval,
}

struct Person {
    guide: Guide,
    capture: SessionDriver,
    size: Size,
    now: f64,
    at: Point,
    width: f32,
    /// The instruction they have read, and since when.
    reported: Option<(Instruction, f64)>,
    /// Since when the oval is in its place.
    oval_since: f64,
    effects: Vec<Effect>,
}

impl Person {
    fn new(path: Option<MotionPath>, size: Size) -> Self {
        Self::led_by(Guide::Voice, path, size)
    }

    fn led_by(guide: Guide, path: Option<MotionPath>, size: Size) -> Self {
        let mut capture = SessionDriver::new(PipelineConfig::default()).unwrap();
        let now = 1_700_000_000_000.0;
        capture.set_path(path);
        capture.resize(whole(size), now);
        capture.begin_frame(size, now);
        let mut effects = capture.effects().to_vec();
        effects.extend_from_slice(capture.handle(&Event::Start, now));
        let (width, height) = (size.width as f32, size.height as f32);
        let at = Point { x: 0.45 * width, y: 0.52 * height };
        Person {
            guide,
            capture,
            size,
            now,
            at,
            width: 0.28 * width.min(height),
            reported: None,
            oval_since: now,
            effects,
        }
    }

    fn frame(&mut self) {
        self.now += FRAME;
        let faces = [face(self.at.x, self.at.y, self.width)];
        let analysis = FrameAnalysis { faces: &faces, measurements: Some(good_measurements()), appearance: None };
        self.capture.begin_frame(self.size, self.now);
        self.capture.process_analysis(&analysis, self.now, self.now);
        for effect in self.capture.effects() {
            if let Effect::InstructionChanged { code, .. } = effect {
                self.reported = Some((*code, self.now));
            }
            if matches!(effect, Effect::OvalChanged { .. }) {
                self.oval_since = self.now;
            }
            self.effects.push(*effect);
        }
        if self.guide == Guide::Oval {
            if self.now - self.oval_since >= REACTION {
                self.follow_oval();
            }
            return;
        }
        let Some((code, since)) = self.reported else { return };
        if self.now - since >= REACTION {
            self.obey(code);
        }
    }

    /// Into the oval, sideways and nearer at once, as fast as [`Person::obey`].
    fn follow_oval(&mut self) {
        let step = 0.3 * self.size.width.min(self.size.height) as f32 * FRAME as f32 / 1000.0;
        let grown = 1.6f32.powf(FRAME as f32 / 1000.0);
        let target = self.capture.target();
        let wanted = (target.min_face * target.max_face).sqrt();
        self.width *= (wanted / self.width).clamp(1.0 / grown, grown);
        self.at.x += (target.face_center.x - self.at.x).clamp(-step, step);
        self.at.y += (target.face_center.y - self.at.y).clamp(-step, step);
    }

    /// 0.3 of the picture's side per second; a face grows by 60 % per second.
    fn obey(&mut self, code: Instruction) {
        let step = 0.3 * self.size.width.min(self.size.height) as f32 * FRAME as f32 / 1000.0;
        let grown = 1.6f32.powf(FRAME as f32 / 1000.0);
        match code {
            Instruction::TooFar => self.width *= grown,
            Instruction::TooNear => self.width /= grown,
            Instruction::MoveLeft => self.at.x += step,
            Instruction::MoveRight => self.at.x -= step,
            Instruction::MoveUp => self.at.y -= step,
            Instruction::MoveDown => self.at.y += step,
            Instruction::KeepStill => {}
            // Only shown while the oval is centred.
            Instruction::NotCentered => {
                self.at.x += step * (self.size.width as f32 / 2.0 - self.at.x).signum();
                self.at.y += step * (self.size.height as f32 / 2.0 - self.at.y).signum();
            }
            other => panic!("{other:?} cannot be obeyed on a path"),
        }
    }

    /// Runs until this phase or for a minute. Returns whether it was reached.
    fn until(&mut self, phase: Phase) -> bool {
        (0..(60_000.0 / FRAME) as u32).any(|_| {
            self.frame();
            self.capture.phase() == phase
        })
    }

    fn captures(&mut self) -> bool {
        self.until(Phase::Encoding)
    }
}

#[test]
fn instructions_alone_lead_to_every_position() {
    for size in [PORTRAIT, LANDSCAPE, Size { width: 480, height: 480 }] {
        for path in paths() {
            let mut person = Person::new(Some(path), size);
            assert!(person.captures(), "{size:?} {path:?}: {:?}", person.capture.timeline());
            let mut last = 0.0;
            for stage in person.capture.stages() {
                let kept = person.capture.kept(stage).unwrap();
                let target = Target::on_path(&path, stage, 0.0, size, whole(size)).unwrap();
                let middle = kept.face.bbox().center();
                assert!((target.min_face..=target.max_face).contains(&kept.face.width), "{path:?} {stage:?}");
                assert!((middle.x - target.face_center.x).abs() <= target.max_offset);
                assert!((middle.y - target.face_center.y).abs() <= target.max_offset);
                assert!(kept.captured_at > last, "in their order");
                last = kept.captured_at;
            }
            let restarted = person.effects.iter().any(|effect| matches!(effect, Effect::Restarted { .. }));
            assert!(!restarted, "{path:?}");
        }
    }
}

#[test]
fn phases_and_ovals_follow_the_path() {
    let mut person = Person::new(Some(longest()), PORTRAIT);
    assert!(person.captures());
    let phases: Vec<Phase> = person
        .effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::PhaseChanged { phase } => Some(*phase),
            _ => None,
        })
        .collect();
    assert_eq!(phases, [Phase::Far, Phase::FirstStop, Phase::SecondStop, Phase::Near, Phase::Encoding]);
    let ovals: Vec<_> = person
        .effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::OvalChanged { stage, oval } => Some((*stage, oval.center(), oval.width)),
            _ => None,
        })
        .collect();
    assert_eq!(ovals.iter().map(|(stage, ..)| *stage).collect::<Vec<_>>(), Stage::ALL);
    assert!(ovals.windows(2).all(|pair| pair[0].2 < pair[1].2), "each oval is larger: {ovals:?}");
    assert!(ovals[0].1.x < 260.0 && ovals[2].1.x > 380.0, "left, then right: {ovals:?}");
    assert!(ovals[1].1.y > 740.0 && ovals[3].1.y < 540.0, "down, then up: {ovals:?}");
}

#[test]
fn without_a_path_there_are_no_stops() {
    let mut person = Person::new(None, PORTRAIT);
    assert!(person.captures());
    assert_eq!(person.capture.stages(), [Stage::Far, Stage::Near]);
    assert!(person.capture.kept(Stage::FirstStop).is_none());
}

#[test]
fn losing_the_face_at_a_stop_restarts() {
    let mut person = Person::new(Some(longest()), PORTRAIT);
    assert!(person.until(Phase::SecondStop));
    assert!(person.capture.kept(Stage::FirstStop).is_some());
    person.now += 1500.0;
    person.frame();
    let reason = RestartReason::FaceLost;
    assert!(person.effects.contains(&Effect::Restarted { reason }));
    assert_eq!(person.capture.phase(), Phase::Far);
    assert!(Stage::ALL.iter().all(|stage| person.capture.kept(*stage).is_none()), "nothing of it is left");
    assert!(person.captures());
}

#[test]
fn changing_the_viewport_on_a_path_restarts() {
    let mut person = Person::new(Some(longest()), PORTRAIT);
    assert!(person.until(Phase::FirstStop));
    person.capture.resize(Viewport { width: 360.0, height: 500.0 }, person.now);
    assert_eq!(person.capture.phase(), Phase::Far);
    assert!(person.capture.effects().contains(&Effect::Restarted { reason: RestartReason::Rotated }));
}

/// Simulated seconds until all frames are captured, for each of these paths: median and 95 %.
fn seconds(guide: Guide, paths: &[Option<MotionPath>], size: Size) -> (f64, f64) {
    let mut all: Vec<f64> = Vec::new();
    for path in paths {
        let mut person = Person::led_by(guide, *path, size);
        let began = person.now;
        assert!(person.captures(), "{guide:?} {path:?}");
        all.push((person.now - began) / 1000.0);
    }
    all.sort_by(f64::total_cmp);
    (all[all.len() / 2], all[all.len() * 95 / 100])
}

#[test]
fn a_path_costs_two_seconds_at_most_in_the_median() {
    let with_another_stop = |path: MotionPath| {
        let [far, stop, near] = [Stage::Far, Stage::FirstStop, Stage::Near].map(|stage| *path.position(stage).unwrap());
        let between = Position { size: 0.33, x: -stop.x, y: -stop.y };
        MotionPath::new(&[far, between, Position { size: 0.44, ..stop }, near])
    };
    let short: Vec<_> = paths().into_iter().map(Some).collect();
    let long: Vec<_> = paths().into_iter().map(with_another_stop).collect();
    for size in [PORTRAIT, LANDSCAPE] {
        for guide in [Guide::Oval, Guide::Voice] {
            let [without, one, two] = [&[None][..], &short, &long].map(|paths| seconds(guide, paths, size));
            println!(
                "{size:?} by {guide:?}: without {without:?}, one stop {one:?}, two stops {two:?} s (median, 95 %)"
            );
            assert!(one.0 - without.0 <= 2.0, "one stop");
        }
    }
}
