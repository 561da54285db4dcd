//! Compares the back ends of this build in a real browser. A build with relaxed SIMD has all three.
#![cfg(target_arch = "wasm32")]

#[path = "golden/synthetic.rs"]
mod synthetic;

use nearfar::detection::Detector;
use nearfar::detection::simd::{F32x4, Fastest, Portable};
use synthetic::{difference_from_samples, input, max_difference, outputs};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

static MODEL: &[u8] = include_bytes!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/node_modules/@mediapipe/face_detection/face_detection_short_range.tflite"
));

/// Fused and separate rounding differ in the last bits, which 34 layers accumulate.
const CLOSE: f32 = 1e-4;

fn agrees<V: F32x4>() {
    let found = outputs::<V>(MODEL);
    let off = max_difference(&found, &outputs::<Portable>(MODEL));
    assert!(off < CLOSE, "{} is {off} off the scalar back end", V::NAME);
    let off = difference_from_samples(&found);
    assert!(off < CLOSE, "{} is {off} off the native results", V::NAME);
}

#[wasm_bindgen_test]
fn the_scalar_back_end_matches_the_native_one() {
    agrees::<Portable>();
}

#[wasm_bindgen_test]
fn the_fastest_back_end_agrees_with_the_scalar_one() {
    agrees::<Fastest>();
    let expected = match (cfg!(target_feature = "simd128"), cfg!(target_feature = "relaxed-simd")) {
        (_, true) => "relaxed-simd",
        (true, false) => "simd128",
        (false, false) => "scalar",
    };
    assert_eq!(Fastest::NAME, expected);
}

#[cfg(target_feature = "simd128")]
#[wasm_bindgen_test]
fn the_simd128_back_end_agrees_with_the_scalar_one() {
    agrees::<nearfar::detection::simd::Simd128>();
}

#[wasm_bindgen_test]
fn the_synthetic_face_is_detected() {
    let mut detector = Detector::from_tflite(MODEL).expect("this is the model");
    let faces = detector.detect_input(&input());
    assert_eq!(faces.len(), 1, "{faces:?}");
}
