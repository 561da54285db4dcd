//! Replays recorded frame analyses through the session driver: detections and measurements of scenario videos
//! (generated from photographs by `npm test`), with all their jitter and errors.
//!
//! Each line of `tests/frame_analyses/*.jsonl` is a frame, as written by `crates/evaluation/src/bin/replay.rs
//! --record`.

use crate::common::{PORTRAIT, whole};
use nearfar::detection::Face;
use nearfar::frame::{Point, Rect};
use nearfar::guidance::Stage;
use nearfar::pipeline::{FrameAnalysis, PipelineConfig, SessionDriver};
use nearfar::quality::{FaceMeasurements, Pose};
use nearfar::session::{Effect, Event, Phase};
use serde::Deserialize;

#[derive(Deserialize)]
struct Line {
    at: f64,
    faces: Vec<[f32; 5]>,
    measurements: Option<[f32; 8]>,
}

impl Line {
    fn faces(&self) -> Vec<Face> {
        self.faces
            .iter()
            .map(|&[x, y, width, height, score]| {
                let bbox = Rect { x, y, width, height };
                Face { bbox, keypoints: [Point::default(); 6], score }
            })
            .collect()
    }

    fn measurements(&self) -> Option<FaceMeasurements> {
        let [yaw, pitch, roll, sharpness, brightness, backlight, overexposed, occlusion] = self.measurements?;
        let pose = Pose { yaw, pitch, roll };
        // The recordings are older than the measure of detail.
        let (detail, underexposed) = (0.05 * sharpness, 0.0);
        Some(FaceMeasurements {
            pose,
            sharpness,
            detail,
            brightness,
            backlight,
            overexposed,
            underexposed,
            occlusion,
            eyes_open: 1.0,
        })
    }
}

/// The frames of a recording that a device sees if it processes every `every`th.
fn recorded(recording: &str, every: usize) -> Vec<Line> {
    recording.lines().step_by(every).map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Plays frames at their times; each arrives 30 ms after its driver.
fn play<'a>(lines: impl Iterator<Item = &'a Line>) -> (SessionDriver, Vec<Effect>) {
    let mut driver = SessionDriver::new(PipelineConfig::default()).unwrap();
    driver.resize(whole(PORTRAIT), 0.0);
    driver.handle(&Event::Start, 0.0);
    let mut effects = Vec::new();
    for line in lines {
        driver.begin_frame(PORTRAIT, line.at + 30.0);
        let faces = line.faces();
        let analysis = FrameAnalysis { faces: &faces, measurements: line.measurements(), appearance: None };
        driver.process_analysis(&analysis, line.at, line.at + 30.0);
        effects.extend_from_slice(driver.effects());
    }
    (driver, effects)
}

#[test]
fn a_person_who_leans_in_is_captured_at_any_frame_rate() {
    for every in [1, 2, 3, 6] {
        let (driver, effects) = play(recorded(include_str!("../frame_analyses/far_to_near.jsonl"), every).iter());
        assert_eq!(driver.phase(), Phase::Encoding, "every {every}");
        assert!(!effects.iter().any(|effect| matches!(effect, Effect::Restarted { .. })));
        let codes: Vec<_> = driver.timeline().iter().map(|record| record.code.code()).collect();
        assert_eq!(codes, ["keep_still", "too_far", "keep_still"]);
        let (far, near) = (driver.kept(Stage::Far).unwrap(), driver.kept(Stage::Near).unwrap());
        assert!(near.face.width > 1.55 * far.face.width);
    }
}

#[test]
fn a_borderline_face_causes_no_flicker() {
    let right = recorded(include_str!("../frame_analyses/keep_still.jsonl"), 1);
    let wrong = recorded(include_str!("../frame_analyses/move_left.jsonl"), 1);
    // Frames alternate between both sides, at their own times.
    for burst in [1, 4, 9, 15] {
        let frames = right.iter().zip(&wrong).enumerate();
        let (driver, effects) =
            play(frames.map(|(index, (right, wrong))| if index / burst % 2 == 0 { wrong } else { right }));
        let times: Vec<_> = driver.timeline().iter().map(|record| record.time).collect();
        assert!(times.windows(2).all(|pair| pair[1] - pair[0] >= 600.0), "bursts of {burst}: {times:?}");
        assert_eq!(driver.timeline()[0].code.code(), "move_left");
        assert_eq!(driver.phase(), Phase::Far, "no hold is long enough");
        assert!(!effects.contains(&Effect::Encode));
    }
}
