//! Recorded sightings: what the detector and the meters saw in the frames of story videos (made from photographs by
//! `npm test`), with all their jitter and slips, judged by the whole logic of a capture.
//!
//! Each line of `tests/frame_analyses/*.jsonl` is a frame, as `crates/evaluation/src/bin/replay.rs --record` writes it.

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
    looks: Option<[f32; 8]>,
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

    fn looks(&self) -> Option<FaceMeasurements> {
        let [yaw, pitch, roll, sharpness, brightness, backlight, overexposed, occlusion] = self.looks?;
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

/// The frames of a recording that a device sees which takes every `every`th.
fn recorded(recording: &str, every: usize) -> Vec<Line> {
    recording.lines().step_by(every).map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Plays frames at their times; each arrives 30 ms after it was taken.
fn play<'a>(lines: impl Iterator<Item = &'a Line>) -> (SessionDriver, Vec<Effect>) {
    let mut capture = SessionDriver::new(PipelineConfig::default()).unwrap();
    capture.resize(whole(PORTRAIT), 0.0);
    capture.handle(&Event::Start, 0.0);
    let mut told = Vec::new();
    for line in lines {
        capture.begin_frame(PORTRAIT, line.at + 30.0);
        let faces = line.faces();
        let analysis = FrameAnalysis { faces: &faces, measurements: line.looks(), appearance: None };
        capture.process_analysis(&analysis, line.at, line.at + 30.0);
        told.extend_from_slice(capture.effects());
    }
    (capture, told)
}

#[test]
fn a_person_who_leans_in_is_captured_at_any_frame_rate() {
    for every in [1, 2, 3, 6] {
        let (capture, told) = play(recorded(include_str!("../frame_analyses/far_to_near.jsonl"), every).iter());
        assert_eq!(capture.phase(), Phase::Encoding, "every {every}");
        assert!(!told.iter().any(|effect| matches!(effect, Effect::Restarted { .. })));
        let codes: Vec<_> = capture.timeline().iter().map(|record| record.code.code()).collect();
        assert_eq!(codes, ["keep_still", "too_far", "keep_still"]);
        let (far, near) = (capture.kept(Stage::Far).unwrap(), capture.kept(Stage::Near).unwrap());
        assert!(near.face.width > 1.55 * far.face.width);
    }
}

#[test]
fn a_face_at_the_edge_of_right_makes_no_text_flicker() {
    let right = recorded(include_str!("../frame_analyses/keep_still.jsonl"), 1);
    let wrong = recorded(include_str!("../frame_analyses/move_left.jsonl"), 1);
    // Some frames of the one, then some of the other, at the times they have.
    for burst in [1, 4, 9, 15] {
        let frames = right.iter().zip(&wrong).enumerate();
        let (capture, told) =
            play(frames.map(|(index, (right, wrong))| if index / burst % 2 == 0 { wrong } else { right }));
        let times: Vec<_> = capture.timeline().iter().map(|record| record.time).collect();
        assert!(times.windows(2).all(|pair| pair[1] - pair[0] >= 600.0), "bursts of {burst}: {times:?}");
        assert_eq!(capture.timeline()[0].code.code(), "move_left");
        assert_eq!(capture.phase(), Phase::Far, "no hold is long enough");
        assert!(!told.contains(&Effect::Encode));
    }
}
