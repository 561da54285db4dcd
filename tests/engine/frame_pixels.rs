//! Frames, pixel by pixel: what `tests/web_pixels.rs` holds the SIMD loops to is what these loops give.

#[path = "../golden/pixels.rs"]
mod pixels;

#[test]
fn drawn_frames_come_to_the_same_sums_as_ever() {
    assert_eq!(pixels::sums(), pixels::SUMS);
}
