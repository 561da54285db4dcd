//! The detector alone, for those who want no session.

use super::fault::Fault;
use crate::detection::Detector;
use crate::error::ErrorCode;
use crate::frame::{Frame, Layout, PixelFormat, Size};
use wasm_bindgen::prelude::*;

/// BlazeFace short range on still pictures.
#[wasm_bindgen]
pub struct FaceDetector {
    detector: Detector,
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
            .map_err(|error| Fault::new(ErrorCode::AssetLoadFailed, error.to_string()).into_error())?;
        Ok(FaceDetector { detector })
    }

    /// Faces in an RGBA picture, most certain first: 17 numbers a face, in pixels of the picture:
    /// left, top, width, height, then x and y of right eye, left eye, nose tip, mouth, right ear, left ear
    /// (the person's own right and left), then the score, 0 to 1.
    ///
    /// # Errors
    /// `internal` when `pixels` is not `width * height * 4` bytes long or a side is 0.
    pub fn detect(&mut self, pixels: &[u8], width: u32, height: u32) -> Result<Vec<f32>, JsValue> {
        let layout = Layout::packed(PixelFormat::Rgba, Size { width, height });
        let frame = Frame::new(layout, pixels)
            .map_err(|error| Fault::new(ErrorCode::Internal, error.to_string()).into_error())?;
        self.detector.reset();
        let faces = self.detector.detect(&frame);
        Ok(faces
            .iter()
            .flat_map(|face| {
                let bbox = [face.bbox.x, face.bbox.y, face.bbox.width, face.bbox.height];
                let keypoints = face.keypoints.into_iter().flat_map(|point| [point.x, point.y]);
                bbox.into_iter().chain(keypoints).chain([face.score])
            })
            .collect())
    }
}
