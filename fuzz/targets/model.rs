//! The reader of the face detection model: any bytes give a detector or an error.
#![no_main]

use libfuzzer_sys::fuzz_target;
use nearfar::detection::Detector;

fuzz_target!(|data: &[u8]| {
    let _ = Detector::from_tflite(data);
});
