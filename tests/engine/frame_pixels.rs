//! Checks the native pixel loops against the checksums that `tests/web_pixels.rs` uses for the SIMD loops.

#[path = "../golden/pixels.rs"]
mod pixels;

#[test]
fn checksums_of_generated_frames_are_unchanged() {
    assert_eq!(pixels::sums(), pixels::SUMS);
}
