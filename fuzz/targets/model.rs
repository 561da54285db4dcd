//! The readers of the face detection model, the published file and the page's: any bytes give a detector or an error.
#![no_main]

use libfuzzer_sys::fuzz_target;
use nearfar::detection::Detector;

fuzz_target!(|data: &[u8]| {
    let _ = Detector::from_tflite(data);
    let _ = Detector::from_int8(data);
});
