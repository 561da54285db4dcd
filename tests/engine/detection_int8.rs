//! The page's model file: its writer, and errors for everything that is not this file.

use nearfar::detection::ModelError;
use nearfar::detection::model::Model;
use nearfar::detection::model::int8::FILE_BYTES;
use nearfar::detection::simd::Portable;
use nearfar_int8_model::{int8_model, outputs};
use proptest::prelude::*;
use std::sync::LazyLock;

static REFERENCE: LazyLock<Model> = LazyLock::new(|| Model::from_tflite(&crate::model_file::bytes()).unwrap());
pub(crate) static BYTES: LazyLock<Vec<u8>> = LazyLock::new(|| int8_model(&REFERENCE));

fn error_of(bytes: &[u8]) -> ModelError {
    match Model::from_int8(bytes) {
        Ok(_) => panic!("{} bytes were taken for the model", bytes.len()),
        Err(error) => error,
    }
}

#[test]
fn every_machine_writes_the_same_file() {
    let hash = BYTES
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash: u64, &byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    // Changes with the rounding: run the golden cases again, and raise the version if the format changes.
    assert_eq!((BYTES.len(), hash), (FILE_BYTES, HASH), "{hash:#x}");
}

/// 64-bit FNV-1a of the file.
const HASH: u64 = 0xa47d_7162_e1a1_914e;

#[test]
fn sensitive_layers_keep_their_weights_and_others_are_close() {
    let model = Model::from_int8(&BYTES).unwrap();
    let exact = |one: &nearfar::detection::model::Convolution, other: &nearfar::detection::model::Convolution| {
        one.weights == other.weights && one.bias == other.bias
    };
    assert!(exact(&model.stem, &REFERENCE.stem));
    assert!(exact(&model.blocks[0].depthwise, &REFERENCE.blocks[0].depthwise));
    assert!(exact(&model.blocks[0].pointwise, &REFERENCE.blocks[0].pointwise));
    assert!(exact(&model.fine.scores, &REFERENCE.fine.scores));
    assert!(exact(&model.coarse.scores, &REFERENCE.coarse.scores));
    let boxes = model.coarse.boxes.weights.iter().zip(&REFERENCE.coarse.boxes.weights);
    let off = boxes.map(|(rounded, exact)| (rounded - exact).abs()).fold(0.0, f32::max);
    assert!(off > 0.0 && off < 0.5, "{off}");
}

#[test]
fn the_writers_network_is_the_engines() {
    let found = outputs(&REFERENCE, crate::detection_golden::synthetic::input());
    let wanted = crate::detection_golden::synthetic::outputs::<Portable>(&crate::model_file::bytes());
    let off = crate::detection_golden::synthetic::max_difference(&found, &wanted);
    assert!(off < 1e-4, "{off} off");
}

#[test]
fn a_file_of_another_length_is_damaged() {
    for end in (8..FILE_BYTES).step_by(997).chain([FILE_BYTES - 1]) {
        assert_eq!(error_of(&BYTES[..end]), ModelError::WrongLength { found: end, expected: FILE_BYTES });
    }
    let longer = [&BYTES[..], &[0]].concat();
    assert_eq!(
        error_of(&longer).to_string(),
        format!("damaged model file: {} bytes instead of {FILE_BYTES}", FILE_BYTES + 1)
    );
}

#[test]
fn other_files_are_identified() {
    for end in 0..8 {
        assert_eq!(error_of(&BYTES[..end]).to_string(), "not the page's model file: it is too short");
    }
    for bytes in [crate::model_file::bytes(), b"<!doctype html><title>404 Not Found</title>".to_vec()] {
        assert_eq!(error_of(&bytes).to_string(), "not the page's model file: it does not start with \"nearfar\"");
    }
    let mut newer = BYTES.clone();
    newer[7] = 2;
    assert_eq!(error_of(&newer).to_string(), "not the page's model file: its version is not 1");
}

#[test]
fn a_weight_that_is_not_finite_is_damage() {
    let mut bytes = BYTES.clone();
    // The first bias of the first convolution becomes infinite.
    bytes[8..10].copy_from_slice(&0x7c00u16.to_le_bytes());
    assert_eq!(error_of(&bytes).to_string(), "damaged model file: a weight is not finite");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn flipped_bytes_never_panic(flips in prop::collection::vec((any::<prop::sample::Index>(), 1u8..), 1..8)) {
        let mut bytes = BYTES.clone();
        for (index, bits) in flips {
            bytes[index.index(BYTES.len())] ^= bits;
        }
        if let Ok(model) = Model::from_int8(&bytes) {
            // A changed weight is still a weight, but always finite.
            let weights = model.blocks.iter().flat_map(|block| &block.pointwise.weights);
            prop_assert!(weights.chain(&model.stem.weights).all(|weight| weight.is_finite()));
        }
    }
}
