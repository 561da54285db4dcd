//! The detector alone, for those who want no session.

use super::frame_buffer::FrameBuffer;
use crate::detection::{Detector, Face};
use crate::error::ErrorCode;
use crate::frame::{Frame, Layout, PixelFormat, Size};
use crate::web::js::bindings::VideoFrame;
use crate::web::js::error::WebError;
use wasm_bindgen::prelude::*;

/// BlazeFace short range on pictures that have nothing to do with each other.
///
/// Faces come as 17 numbers each, the largest first, in upright pixels of the picture: left, top, width, height,
/// then x and y of right eye, left eye, nose tip, mouth, right ear, left ear (the person's own right and left), then
/// the score, 0 to 1.
#[wasm_bindgen]
pub struct FaceDetector {
    detector: Detector,
    landing: FrameBuffer,
}

#[wasm_bindgen]
impl FaceDetector {
    /// Reads the model, the bytes of `face_detection_short_range.tflite`.
    ///
    /// # Errors
    /// `asset_load_failed` for bytes that are not that model; `cause` names what is wrong.
    #[wasm_bindgen(constructor)]
    pub fn new(model: &[u8]) -> Result<FaceDetector, JsValue> {
        let detector = Detector::from_tflite(model)
            .map_err(|error| WebError::new(ErrorCode::AssetLoadFailed, error.message()).into_error())?;
        Ok(FaceDetector { detector, landing: FrameBuffer::default() })
    }

    /// Faces in RGBA pixels, as an `ImageData` holds them.
    ///
    /// # Errors
    /// `internal` when `pixels` is not `width * height * 4` bytes long or a side is 0.
    pub fn detect(&mut self, pixels: &[u8], width: u32, height: u32) -> Result<Vec<f32>, JsValue> {
        let layout = Layout::packed(PixelFormat::Rgba, Size { width, height });
        let frame = Frame::new(layout, pixels).map_err(unreadable)?;
        Ok(numbers(find(&mut self.detector, &frame)))
    }

    /// Faces in a `VideoFrame`, upright whatever its rotation says. The frame stays open.
    ///
    /// # Errors
    /// `internal` with what the browser said.
    #[wasm_bindgen(js_name = detectFrame)]
    pub async fn detect_frame(&mut self, frame: JsValue) -> Result<Vec<f32>, JsValue> {
        self.landing
            .land(frame.unchecked_ref::<VideoFrame>())
            .await
            .map_err(|error| WebError::new(ErrorCode::Internal, error).into_error())?;
        let frame = self.landing.frame().map_err(unreadable)?;
        Ok(numbers(find(&mut self.detector, &frame)))
    }
}

fn find<'a>(detector: &'a mut Detector, frame: &Frame) -> &'a [Face] {
    detector.reset();
    detector.detect(frame)
}

fn unreadable(error: crate::frame::FrameError) -> JsValue {
    WebError::new(ErrorCode::Internal, error.message()).into_error()
}

fn numbers(faces: &[Face]) -> Vec<f32> {
    let mut numbers = Vec::with_capacity(17 * faces.len());
    for face in faces {
        numbers.extend([face.bbox.x, face.bbox.y, face.bbox.width, face.bbox.height]);
        numbers.extend(face.keypoints.iter().flat_map(|point| [point.x, point.y]));
        numbers.push(face.score);
    }
    numbers
}
