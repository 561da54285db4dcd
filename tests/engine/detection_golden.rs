//! Compares the network, its decoding and the non-maximum suppression with the TensorFlow Lite reference on the cases
//! that `tools/golden.py` generated.

#[path = "../golden/inputs.rs"]
mod inputs;
#[path = "../golden/synthetic.rs"]
pub(crate) mod synthetic;

use inputs::{Source, input_bytes};
use nearfar::detection::model::{ANCHORS, Model};
use nearfar::detection::network::Network;
use nearfar::detection::simd::{Fastest, Portable};
use nearfar::detection::{Detector, RawFace};
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

/// How far faces may be from those of the reference: the edges of the box and the keypoints, in pixels of the input.
struct Tolerance {
    pixels: f32,
    keypoints: f32,
    score: f32,
}

#[test]
fn faces_equal_those_of_the_tensorflow_lite_reference() {
    let detector = Detector::from_tflite(&crate::model_file::bytes()).unwrap();
    compare_with_reference(detector, Tolerance { pixels: 0.05, keypoints: 0.05, score: 0.001 });
}

#[test]
fn faces_by_the_pages_weights_are_close_to_those_of_the_reference() {
    let detector = Detector::from_int8(&crate::detection_int8::BYTES).unwrap();
    compare_with_reference(detector, Tolerance { pixels: 0.5, keypoints: 0.7, score: 0.01 });
}

fn compare_with_reference(mut detector: Detector, tolerance: Tolerance) {
    let cases: BTreeMap<String, Case> = serde_json::from_str(include_str!("../golden/cases.json")).unwrap();
    assert!(cases.len() >= 40, "only {} golden cases", cases.len());
    for faces in 0..=3 {
        assert!(cases.values().any(|case| case.faces.len() == faces), "no case has {faces} faces");
    }
    let (mut pixels, mut points, mut scores) = (0f32, 0f32, 0f32);
    for (name, case) in &cases {
        let input: Vec<f32> =
            input_bytes(&case.source).iter().map(|&byte| f32::from(byte) * (2.0 / 255.0) - 1.0).collect();
        let faces = detector.detect_input(&input);
        assert_eq!(faces.len(), case.faces.len(), "{name}: {faces:?}");
        for expected in &case.faces {
            // Two faces with about the same score may change places.
            let distance = |face: &RawFace| most_off(&face.edges, &expected.edges);
            let face = faces.iter().min_by(|a, b| distance(a).total_cmp(&distance(b))).unwrap();
            let keypoints: Vec<f32> = face.keypoints.iter().flat_map(|point| [point.x, point.y]).collect();
            let off = distance(face);
            let points_off = most_off(&keypoints, expected.keypoints.as_flattened());
            let score_off = (face.score - expected.score).abs();
            assert!(off <= tolerance.pixels, "{name}: {off} px off");
            assert!(points_off <= tolerance.keypoints, "{name}: keypoints {points_off} px off");
            assert!(score_off <= tolerance.score, "{name}: score {score_off} off");
            (pixels, points, scores) = (pixels.max(off), points.max(points_off), scores.max(score_off));
        }
    }
    println!("{} cases: at most {pixels:.5} px, keypoints {points:.5} px, score {scores:.6} off", cases.len());
}

fn most_off(found: &[f32], wanted: &[f32]) -> f32 {
    found.iter().zip(wanted).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
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

#[cfg(target_arch = "x86_64")]
#[test]
fn the_back_end_of_processors_without_avx2_is_bit_identical_to_the_scalar_one() {
    use nearfar::detection::simd::Sse2;
    let model = crate::model_file::bytes();
    assert_eq!(synthetic::outputs::<Sse2>(&model), synthetic::outputs::<Portable>(&model));
}

#[test]
fn skipping_what_a_picture_does_not_fill_changes_nothing() {
    let model = Model::from_tflite(&crate::model_file::bytes()).unwrap();
    let mut network: Network = Network::new(&model);
    let mut partial: Network = Network::new(&model);
    // 16:9 and 9:16, a corner, a few rows, almost nothing; then the first again, after others.
    let parts =
        [(28..100, 0..128), (0..128, 28..100), (0..40, 90..128), (61..64, 3..125), (127..128, 0..1), (28..100, 0..128)];
    for (rows, columns) in parts {
        let picture = synthetic::input();
        let input: Vec<f32> = picture
            .iter()
            .enumerate()
            .map(|(at, &value)| {
                let (row, column) = (at / 3 / 128, at / 3 % 128);
                if rows.contains(&row) && columns.contains(&column) { value } else { 0.0 }
            })
            .collect();
        network.input.fill(&input);
        network.run();
        // Twice: the second run starts from the maps of the first.
        for _ in 0..2 {
            partial.input.fill(&input);
            partial.run_partial(rows.clone(), columns.clone());
            let outputs = |network: &Network| -> Vec<f32> {
                let logits = (0..ANCHORS).map(|anchor| network.logit(anchor));
                logits.chain((0..ANCHORS).flat_map(|anchor| network.box_values(anchor))).collect()
            };
            assert_eq!(outputs(&partial), outputs(&network), "{rows:?}, {columns:?}");
        }
    }
}

#[test]
fn the_synthetic_face_is_detected() {
    let mut detector = Detector::from_tflite(&crate::model_file::bytes()).unwrap();
    let faces = detector.detect_input(&synthetic::input());
    assert_eq!(faces.len(), 1, "{faces:?}");
}
