//! Compares the network, its decoding and the non-maximum suppression with the TensorFlow Lite reference on the cases
//! that `tools/golden.py` generated.

#[path = "../golden/inputs.rs"]
mod inputs;
#[path = "../golden/synthetic.rs"]
mod synthetic;

use inputs::{Source, input_bytes};
use nearfar::detection::Detector;
use nearfar::detection::simd::{Fastest, Portable};
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
struct Case {
    #[serde(flatten)]
    source: Source,
    faces: Vec<Expected>,
}

#[derive(Deserialize)]
struct Expected {
    score: f32,
    edges: [f32; 4],
    keypoints: [[f32; 2]; 6],
}

const MAX_PIXELS: f32 = 0.05;
const MAX_SCORE: f32 = 0.001;

#[test]
fn faces_equal_those_of_the_tensorflow_lite_reference() {
    let cases: BTreeMap<String, Case> = serde_json::from_str(include_str!("../golden/cases.json")).unwrap();
    assert!(cases.len() >= 40, "only {} golden cases", cases.len());
    for faces in 0..=3 {
        assert!(cases.values().any(|case| case.faces.len() == faces), "no case has {faces} faces");
    }
    let mut detector = Detector::from_tflite(&crate::model_file::bytes()).unwrap();
    let (mut pixels, mut scores) = (0f32, 0f32);
    for (name, case) in &cases {
        let input: Vec<f32> =
            input_bytes(&case.source).iter().map(|&byte| f32::from(byte) * (2.0 / 255.0) - 1.0).collect();
        let faces = detector.detect_input(&input);
        assert_eq!(faces.len(), case.faces.len(), "{name}: {faces:?}");
        for (face, expected) in faces.iter().zip(&case.faces) {
            let found = face.edges.iter().copied().chain(face.keypoints.iter().flat_map(|p| [p.x, p.y]));
            let wanted = expected.edges.iter().chain(expected.keypoints.as_flattened());
            let off = found.zip(wanted).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            let score_off = (face.score - expected.score).abs();
            assert!(off <= MAX_PIXELS, "{name}: {off} px off");
            assert!(score_off <= MAX_SCORE, "{name}: score {score_off} off");
            (pixels, scores) = (pixels.max(off), scores.max(score_off));
        }
    }
    println!("{} cases: at most {pixels:.5} px and {scores:.6} of score off", cases.len());
}

#[test]
fn the_scalar_back_end_matches_the_browser_tests_samples() {
    let found = synthetic::outputs::<Portable>(&crate::model_file::bytes());
    let off = synthetic::difference_from_samples(&found);
    assert!(off < 1e-5, "{off} off: {:?}", found.iter().step_by(500).collect::<Vec<_>>());
}

#[test]
fn the_fastest_native_back_end_is_bit_identical_to_the_scalar_one() {
    let [fastest, scalar] = [
        synthetic::outputs::<Fastest>(&crate::model_file::bytes()),
        synthetic::outputs::<Portable>(&crate::model_file::bytes()),
    ];
    assert_eq!(fastest, scalar);
}

#[test]
fn the_synthetic_face_is_detected() {
    let mut detector = Detector::from_tflite(&crate::model_file::bytes()).unwrap();
    let faces = detector.detect_input(&synthetic::input());
    assert_eq!(faces.len(), 1, "{faces:?}");
}
