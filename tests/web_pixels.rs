//! Checks the pixel loops of this build in a real browser: bit-identical to the native ones.
#![cfg(target_arch = "wasm32")]

#[path = "golden/pixels.rs"]
mod pixels;

use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
fn checksums_of_generated_frames_match_the_native_ones() {
    assert_eq!(pixels::sums(), pixels::SUMS);
}
