//! The loops over pixels of this build, in a real browser: bit by bit what the native ones give.
#![cfg(target_arch = "wasm32")]

#[path = "golden/pixels.rs"]
mod pixels;

use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
fn drawn_frames_come_to_the_sums_that_they_come_to_natively() {
    assert_eq!(pixels::sums(), pixels::SUMS);
}
