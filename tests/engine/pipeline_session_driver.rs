//! The session driver with frame analyses as input: no camera, no model, no browser.

use crate::common::{LANDSCAPE, PORTRAIT, face, good_measurements, whole};
use nearfar::detection::Face;
use nearfar::frame::{Frame, Layout, PixelFormat, Rect, Size};
use nearfar::guidance::{Instruction, Stage, Viewport};
use nearfar::pipeline::{FindFaces, FrameAnalysis, Pipeline, PipelineConfig, SessionDriver, appearance};
use nearfar::quality::FaceMeasurements;
use nearfar::session::{Effect, Event, Outcome, Phase, RestartReason};

/// Delay from the camera to the engine.
const LATENCY: f64 = 40.0;

/// A simulated person in front of the camera.
struct Scene {
    capture: SessionDriver,
    size: Size,
    now: f64,
    x: f32,
    width: f32,
    reported: Vec<Effect>,
}

impl Scene {
    fn new(config: PipelineConfig) -> Self {
        let mut capture = SessionDriver::new(config).expect("good settings");
        let now = 1_700_000_000_000.0;
        capture.resize(whole(PORTRAIT), now);
        capture.begin_frame(PORTRAIT, now);
        capture.handle(&Event::Start, now);
        Scene { capture, size: PORTRAIT, now, x: 360.0, width: 120.0, reported: Vec::new() }
    }

    fn frame(&mut self, measurements: FaceMeasurements) {
        self.now += 33.0;
        let y = self.size.height as f32 / 2.0 + 20.0;
        let faces = [face(self.x, y, self.width)];
        let analysis = FrameAnalysis { faces: &faces, measurements: Some(measurements), appearance: None };
        self.capture.begin_frame(self.size, self.now);
        self.capture.process_analysis(&analysis, self.now - LATENCY, self.now);
        self.reported.extend_from_slice(self.capture.effects());
    }

    /// Stays for this many frames.
    fn stay(&mut self, frames: u32) {
        (0..frames).for_each(|_| self.frame(good_measurements()));
    }

    /// Moves closer or away to this width.
    fn lean(&mut self, width: f32) {
        let step = (width - self.width) / 45.0;
        for _ in 0..45 {
            self.width += step;
            self.frame(good_measurements());
        }
    }

    fn codes(&self) -> Vec<&'static str> {
        self.capture.timeline().iter().map(|record| record.code.code()).collect()
    }

    fn count(&self, is: impl Fn(&Effect) -> bool) -> usize {
        self.reported.iter().filter(|effect| is(effect)).count()
    }
}

#[test]
fn far_to_near() {
    let mut scene = Scene::new(PipelineConfig::default());
    scene.stay(30);
    assert_eq!(scene.capture.phase(), Phase::Far);
    scene.lean(200.0);
    scene.stay(60);
    assert_eq!(scene.capture.phase(), Phase::Near);
    scene.stay(30);
    scene.lean(470.0);
    scene.stay(60);
    assert_eq!(scene.capture.phase(), Phase::Encoding);
    assert_eq!(scene.codes(), ["too_far", "keep_still", "too_far", "keep_still"]);
    assert_eq!(scene.count(|effect| matches!(effect, Effect::Encode)), 1);

    let (far, near) = (scene.capture.kept(Stage::Far).unwrap(), scene.capture.kept(Stage::Near).unwrap());
    assert!(near.captured_at > far.captured_at);
    assert!(near.face.width > 1.55 * far.face.width);
    assert!(near.oval.width > 2.0 * far.oval.width);
    assert_eq!((far.face.sharpness, far.face.brightness), (0.6, 0.5));
    // Timestamps are the camera's, and each kept frame was reported when it was processed.
    let last_kept = |wanted| {
        scene.reported.iter().rev().find_map(|effect| match effect {
            Effect::KeepFrame { stage, captured_at } if *stage == wanted => Some(*captured_at),
            _ => None,
        })
    };
    assert_eq!(last_kept(Stage::Far), Some(far.captured_at));
    assert_eq!(last_kept(Stage::Near), Some(near.captured_at));

    let end = scene.capture.handle(&Event::Encoded, scene.now + 100.0);
    assert!(end.contains(&Effect::Finished { outcome: Outcome::Captured, error: None }));
}

#[test]
fn the_sharpest_frame_of_the_hold_is_kept() {
    let mut scene = Scene::new(PipelineConfig::default());
    scene.width = 200.0;
    for index in 0..40 {
        let detail = if index == 17 { 0.09 } else { 0.05 };
        scene.frame(FaceMeasurements { detail, ..good_measurements() });
    }
    assert_eq!(scene.capture.phase(), Phase::Near);
    assert_eq!(scene.capture.kept(Stage::Far).unwrap().score.detail, 0.09);
    assert_eq!(scene.count(|effect| matches!(effect, Effect::KeepFrame { .. })), 2, "copied for a new best only");
}

#[test]
fn the_oval_is_reported_for_each_stage_and_shape() {
    let mut capture = SessionDriver::new(PipelineConfig::default()).unwrap();
    let oval = |effects: &[Effect]| {
        effects.iter().find_map(|effect| match effect {
            Effect::OvalChanged { stage, oval } => Some((*stage, *oval)),
            _ => None,
        })
    };
    assert_eq!(oval(capture.resize(Viewport { width: 360.0, height: 640.0 }, 0.0)), None, "no frame yet");
    capture.begin_frame(PORTRAIT, 1.0);
    let (stage, far) = oval(capture.effects()).unwrap();
    assert_eq!(stage, Stage::Far);
    assert!((far.center().x - 180.0).abs() < 0.1 && (far.center().y - 320.0).abs() < 0.1);
    capture.begin_frame(PORTRAIT, 2.0);
    assert_eq!(oval(capture.effects()), None, "reported once");

    let mut scene = Scene::new(PipelineConfig::default());
    scene.width = 200.0;
    scene.stay(40);
    let (stage, near) = scene.reported.iter().rev().find_map(|effect| oval(&[*effect])).unwrap();
    assert_eq!(stage, Stage::Near);
    assert!(near.width > far.width);
}

#[test]
fn rotating_the_phone_after_the_far_frame_restarts() {
    let mut scene = Scene::new(PipelineConfig::default());
    scene.width = 200.0;
    scene.stay(40);
    assert_eq!(scene.capture.phase(), Phase::Near);
    // A small change of the viewport, as when the address bar disappears, loses nothing.
    scene.capture.resize(Viewport { width: 700.0, height: 1280.0 }, scene.now);
    assert_eq!(scene.capture.phase(), Phase::Near);
    (scene.size, scene.x) = (LANDSCAPE, 640.0);
    scene.stay(1);
    assert_eq!(scene.capture.phase(), Phase::Far);
    assert_eq!(scene.count(|effect| *effect == Effect::Restarted { reason: RestartReason::Rotated }), 1);
    scene.capture.resize(whole(LANDSCAPE), scene.now);
    scene.stay(40);
    assert_eq!(scene.capture.phase(), Phase::Near);
}

#[test]
fn a_viewport_without_room_for_a_near_face_restarts() {
    let mut scene = Scene::new(PipelineConfig::default());
    scene.width = 240.0;
    scene.stay(40);
    assert_eq!(scene.capture.phase(), Phase::Near);
    // Half of the picture's width is visible: 0.74 of it is less than 1.55 times 240 px.
    scene.capture.resize(Viewport { width: 360.0, height: 1280.0 }, scene.now);
    assert!(scene.capture.effects().contains(&Effect::Restarted { reason: RestartReason::Rotated }));
}

#[test]
fn a_second_person_between_far_and_near_restarts_with_the_reason() {
    let mut scene = Scene::new(PipelineConfig::default());
    scene.width = 200.0;
    scene.stay(40);
    for _ in 0..10 {
        scene.now += 33.0;
        let faces = [face(360.0, 660.0, 200.0), face(100.0, 300.0, 150.0)];
        scene.capture.begin_frame(PORTRAIT, scene.now);
        let analysis = FrameAnalysis { faces: &faces, measurements: Some(good_measurements()), appearance: None };
        scene.capture.process_analysis(&analysis, scene.now, scene.now);
        scene.reported.extend_from_slice(scene.capture.effects());
    }
    assert_eq!(scene.count(|effect| *effect == Effect::Restarted { reason: RestartReason::MultipleFaces }), 1);
    assert_eq!(scene.capture.phase(), Phase::Far);
    assert_eq!(scene.codes().last(), Some(&"multiple_faces"));
}

#[test]
fn failing_checks_are_reported_with_the_instruction_and_recorded() {
    let mut scene = Scene::new(PipelineConfig::default());
    scene.frame(FaceMeasurements { sharpness: 0.1, brightness: 0.05, ..good_measurements() });
    let record = scene.capture.timeline()[0];
    assert_eq!((record.time, record.phase, record.code), (scene.now, Phase::Far, Instruction::TooFar));
    let json = serde_json::to_value(record).unwrap();
    assert_eq!(json["failing"], serde_json::json!(["too_far", "too_dark", "blurry"]));
    assert!(scene.reported.contains(&Effect::InstructionChanged { code: record.code, failing: record.failing }));
}

#[test]
fn audit_frames_are_spread_over_the_session() {
    for seconds in [3_u32, 10, 19] {
        let mut scene = Scene::new(PipelineConfig::default());
        scene.stay(seconds * 30);
        let audits = scene.capture.audits();
        assert_eq!(audits.len(), 6);
        let mut slots: Vec<_> = audits.iter().map(|audit| audit.slot).collect();
        slots.sort_unstable();
        assert_eq!(slots, [0, 1, 2, 3, 4, 5]);
        let gaps: Vec<_> = audits.windows(2).map(|pair| pair[1].captured_at - pair[0].captured_at).collect();
        let even = f64::from(seconds) * 990.0 / 5.0;
        for gap in gaps {
            assert!((0.3 * even..2.2 * even).contains(&gap), "{gap} of {even}");
        }
        let copies = scene.count(|effect| matches!(effect, Effect::KeepAudit { .. }));
        assert!(copies < 40, "{copies} small copies in {seconds} s");
    }
    let mut none = Scene::new(PipelineConfig { audit_frames: 0, ..PipelineConfig::default() });
    none.stay(60);
    assert!(none.capture.audits().is_empty());
}

#[test]
fn a_retry_starts_without_kept_frames() {
    let mut scene = Scene::new(PipelineConfig::default());
    scene.width = 200.0;
    scene.stay(40);
    scene.capture.handle(&Event::Cancel, scene.now);
    assert!(!scene.capture.timeline().is_empty(), "the timeline is still available");
    scene.capture.handle(&Event::Retry, scene.now);
    assert!(scene.capture.timeline().is_empty() && scene.capture.audits().is_empty());
    assert_eq!(scene.capture.kept(Stage::Far), None);
    assert!(!scene.capture.is_watching());
}

#[test]
fn invalid_settings_are_rejected_by_name() {
    let config = |json: &str| serde_json::from_str::<PipelineConfig>(json);
    let error = SessionDriver::new(config(r#"{"session": {"farHold": 0}}"#).unwrap()).unwrap_err();
    assert_eq!(error.to_string(), "farHold is 0, outside 200 to 5000");
    let error = SessionDriver::new(config(r#"{"session": {"nearHold": 300}}"#).unwrap()).unwrap_err();
    assert_eq!(error.field, "otherFace");
    assert_eq!(SessionDriver::new(config(r#"{"auditFrames": 99}"#).unwrap()).unwrap_err().field, "auditFrames");
    assert!(config(r#"{"thresholds": {"maxYaw": 9}, "color": "red"}"#).is_err());
}

/// Finds the same face in every frame.
struct OneFace([Face; 1]);

impl FindFaces for OneFace {
    fn find_faces(&mut self, _frame: &Frame) -> &[Face] {
        &self.0
    }
}

#[test]
fn the_pipeline_measures_detected_faces() {
    let size = Size { width: 320, height: 320 };
    let layout = Layout::packed(PixelFormat::I420, size);
    let grey = vec![128; layout.byte_len()];
    let frame = Frame::new(layout, &grey).unwrap();
    let mut pipeline = Pipeline::new(OneFace([face(160.0, 166.0, 90.0)]), PipelineConfig::default()).unwrap();
    pipeline.resize(whole(size), 0.0);
    let before = pipeline.process(&frame, 0.0, 10.0).len();
    assert_eq!(before, 1, "the oval; nothing is judged before the start");
    pipeline.handle(&Event::Start, 20.0);
    let effects = pipeline.process(&frame, 30.0, 40.0).to_vec();
    // A grey card has no detail at all.
    let reported = effects.iter().find_map(|effect| match effect {
        Effect::InstructionChanged { code, failing } => Some((*code, *failing)),
        _ => None,
    });
    let (code, failing) = reported.unwrap();
    assert_eq!(code, Instruction::Blurry);
    assert!(!failing.contains(Instruction::Occluded), "nothing can be measured on it");
    assert_eq!(pipeline.driver().audits()[0].instruction, Some(code));
}

#[test]
fn appearance_depends_on_the_face_not_on_light_or_distance() {
    // A face-like picture: a pale oval with dark hair above, at a given size and in a given light.
    let look = |side: u32, light: f32, hair: f32| {
        let size = Size { width: side, height: side };
        let mut pixels = Vec::new();
        for (x, y) in (0..side).flat_map(|y| (0..side).map(move |x| (x, y))) {
            let (x, y) = (x as f32 / side as f32 - 0.5, y as f32 / side as f32);
            let luma = if y < hair || x.abs() > 0.4 { 0.15 } else { 0.7 - 0.3 * x.abs() };
            let shades = [1.0, 0.8, 0.65].map(|shade| (255.0 * light * luma * shade) as u8);
            pixels.extend([shades[0], shades[1], shades[2], 255]);
        }
        let frame = Frame::new(Layout::packed(PixelFormat::Rgba, size), &pixels).unwrap();
        appearance(&frame, &Rect { x: 0.0, y: 0.0, width: side as f32, height: side as f32 })
    };
    let plain = look(200, 1.0, 0.2);
    assert!(plain.difference(&look(460, 1.0, 0.2)) < 0.2);
    assert!(plain.difference(&look(200, 0.6, 0.2)) < 0.2);
    assert!(plain.difference(&look(200, 1.0, 0.8)) > 1.0);
}
