//! A file that is not the model gives a descriptive error and never a panic.

use nearfar::detection::ModelError;
use nearfar::detection::model::{BLOCKS, Model};
use proptest::prelude::*;
use std::sync::LazyLock;

static BYTES: LazyLock<Vec<u8>> = LazyLock::new(crate::model_file::bytes);

fn error_of(bytes: &[u8]) -> ModelError {
    match Model::from_tflite(bytes) {
        Ok(_) => panic!("{} bytes were taken for the model", bytes.len()),
        Err(error) => error,
    }
}

#[test]
fn the_published_model_is_read() {
    let model = Model::from_tflite(&BYTES).unwrap();
    assert_eq!(model.blocks.len(), BLOCKS.len());
    assert_eq!(model.stem.weights.len(), 24 * 5 * 5 * 3);
    assert_eq!(model.fine.boxes.bias.len(), 32);
    assert_eq!(model.coarse.scores.weights.len(), 6 * 96);
}

#[test]
fn every_truncation_is_an_error() {
    // All lengths near both ends, and every 97th in between.
    let len = BYTES.len();
    for end in (0..2000).chain((2000..len).step_by(97)).chain(len - 2000..len) {
        match error_of(&BYTES[..end]) {
            ModelError::OutOfBounds { length, .. } => assert_eq!(length, end),
            ModelError::NotTflite(_) => assert_eq!(end, 0),
            other => panic!("{end} bytes: {other}"),
        }
    }
}

#[test]
fn other_files_are_identified() {
    assert_eq!(error_of(b"").to_string(), "not a TensorFlow Lite file: it is empty");
    let html = error_of(b"<!doctype html><title>404 Not Found</title>").to_string();
    assert_eq!(html, "not a TensorFlow Lite file: its identifier is not \"TFL3\"");
    let wasm = error_of(b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0").to_string();
    assert!(wasm.starts_with("not a TensorFlow Lite file"), "{wasm}");
}

#[test]
fn another_model_of_the_same_family_is_named_as_such() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("node_modules/@mediapipe/face_detection");
    for name in ["face_detection_full_range.tflite", "face_detection_full_range_sparse.tflite"] {
        let bytes = std::fs::read(folder.join(name)).expect("npm packages are installed: run `npm ci`");
        let error = error_of(&bytes).to_string();
        assert!(
            error.starts_with("not the face detection model: an output's shape of the graph differs: 1, "),
            "{error}"
        );
    }
}

/// The model with every `find` replaced by `put`.
fn altered(find: &[u8], put: &[u8]) -> Vec<u8> {
    let places: Vec<usize> =
        BYTES.windows(find.len()).enumerate().filter(|(_, window)| *window == find).map(|(at, _)| at).collect();
    assert!(!places.is_empty(), "the bytes occur in the model");
    let mut bytes = BYTES.clone();
    for at in places {
        bytes[at..at + put.len()].copy_from_slice(put);
    }
    bytes
}

#[test]
fn an_altered_shape_is_named() {
    let shape = |numbers: [i32; 4]| {
        let mut bytes = 4i32.to_le_bytes().to_vec();
        bytes.extend(numbers.iter().flat_map(|n| n.to_le_bytes()));
        bytes
    };
    let error = error_of(&altered(&shape([24, 5, 5, 3]), &shape([24, 3, 3, 3]))).to_string();
    assert!(error.ends_with("the weights' shape or type of the first convolution differs: 24, 3, 3, 3"), "{error}");
    let error = error_of(&altered(&shape([1, 128, 128, 3]), &shape([1, 192, 192, 3]))).to_string();
    assert!(error.ends_with("the input's shape or type of the graph differs: 1, 192, 192, 3"), "{error}");
    let error = error_of(&altered(b"TFL3", b"TFL2")).to_string();
    assert!(error.contains("\"TFL3\""), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn flipped_bytes_never_panic(flips in prop::collection::vec((any::<prop::sample::Index>(), 1u8..), 1..8)) {
        let mut bytes = BYTES.clone();
        for (index, bits) in flips {
            bytes[index.index(BYTES.len())] ^= bits;
        }
        if let Ok(model) = Model::from_tflite(&bytes) {
            // A changed weight is still a weight, but always finite.
            prop_assert!(model.stem.weights.iter().all(|weight| weight.is_finite()));
        }
    }

    #[test]
    fn flipped_bytes_of_the_structure_never_panic(
        // Weights fill the middle of the file; tables are at both ends.
        flips in prop::collection::vec((0usize..40_000, 1u8..), 1..8),
    ) {
        let mut bytes = BYTES.clone();
        for (index, bits) in flips {
            let at = if index < 8_000 { index } else { BYTES.len() - 40_000 + index };
            bytes[at] ^= bits;
        }
        let _ = Model::from_tflite(&bytes);
    }

    #[test]
    fn random_bytes_never_panic(mut bytes in prop::collection::vec(any::<u8>(), 0..400), tagged: bool) {
        if tagged && bytes.len() >= 8 {
            bytes[4..8].copy_from_slice(b"TFL3");
        }
        prop_assert!(Model::from_tflite(&bytes).is_err());
    }
}
