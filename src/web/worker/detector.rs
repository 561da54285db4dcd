//! Face detection without a session.

use super::frame_buffer::FrameBuffer;
use crate::detection::{Detector, Face, KEYPOINTS};
use crate::error::ErrorCode;
use crate::frame::{Frame, Layout, PixelFormat, Size};
use crate::web::js::bindings::VideoFrame;
use crate::web::js::error::WebError;
use wasm_bindgen::prelude::*;

/// Numbers per face: box, keypoints and score.
const FACE_NUMBERS: usize = 4 + 2 * KEYPOINTS + 1;

/// BlazeFace short range on independent pictures.
///
/// Each face is returned as 17 numbers, the largest face first, in upright pixels of the picture: left, top, width,
/// height, then x and y of right eye, left eye, nose tip, mouth, right ear and left ear (the person's own right and
/// left), then the score, 0 to 1.
#[wasm_bindgen]
pub struct FaceDetector {
    detector: Detector,
    frame_buffer: FrameBuffer,
}

#[wasm_bindgen]
impl FaceDetector {
    /// Reads the bytes of the page's model file.
    ///
    /// # Errors
    /// `asset_load_failed` for bytes that are not this model; `cause` contains the reason.
    #[wasm_bindgen(constructor)]
    pub fn new(model: &[u8]) -> Result<FaceDetector, JsValue> {
        let detector = Detector::from_int8(model)
            .map_err(|error| WebError::new(ErrorCode::AssetLoadFailed, error.message()).into_error())?;
        Ok(FaceDetector { detector, frame_buffer: FrameBuffer::default() })
    }

    /// Detects faces in RGBA pixels as in `ImageData`.
    ///
    /// # Errors
    /// `internal` if `pixels` is not `width * height * 4` bytes long or a side is 0.
    pub fn detect(&mut self, pixels: &[u8], width: u32, height: u32) -> Result<Vec<f32>, JsValue> {
        let layout = Layout::packed(PixelFormat::Rgba, Size { width, height });
        let frame = Frame::new(layout, pixels).map_err(unreadable)?;
        Ok(to_numbers(detect_single(&mut self.detector, &frame)))
    }

    /// Detects faces in a `VideoFrame`, taking its rotation into account. The frame stays open.
    ///
    /// # Errors
    /// `internal` with the browser's error.
    #[wasm_bindgen(js_name = detectFrame)]
    pub async fn detect_frame(&mut self, frame: JsValue) -> Result<Vec<f32>, JsValue> {
        self.frame_buffer
            .copy_frame(frame.unchecked_ref::<VideoFrame>())
            .await
            .map_err(|error| WebError::new(ErrorCode::Internal, error).into_error())?;
        let frame = self.frame_buffer.frame().map_err(unreadable)?;
        Ok(to_numbers(detect_single(&mut self.detector, &frame)))
    }
}

fn detect_single<'a>(detector: &'a mut Detector, frame: &Frame) -> &'a [Face] {
    detector.reset();
    detector.detect(frame)
}

fn unreadable(error: crate::frame::FrameError) -> JsValue {
    WebError::new(ErrorCode::Internal, error.message()).into_error()
}

fn to_numbers(faces: &[Face]) -> Vec<f32> {
    let mut numbers = Vec::with_capacity(FACE_NUMBERS * faces.len());
    for face in faces {
        numbers.extend([face.bbox.x, face.bbox.y, face.bbox.width, face.bbox.height]);
        numbers.extend(face.keypoints.iter().flat_map(|point| [point.x, point.y]));
        numbers.push(face.score);
    }
    numbers
}
