//! Frames of every kind that browsers deliver, read in a real worker: the same face must be detected in each.
#![cfg(target_arch = "wasm32")]
// Clippy recognises only functions with `#[test]` as tests.
#![allow(clippy::unwrap_used)]

use js_sys::{Object, Reflect, Uint8Array};
use nearfar::web::{CaptureWorker, FaceDetector};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::*;
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

wasm_bindgen_test_configure!(run_in_dedicated_worker);

/// The page's model file, which the build of the engine writes.
const MODEL: &[u8] = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/pkg/face-detection-int8.bin"));
const PHOTO: &[u8] = include_bytes!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/node_modules/startbootstrap-resume/dist/assets/img/profile.jpg"
));

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = VideoFrame)]
    type TestFrame;

    #[wasm_bindgen(constructor, catch, js_class = "VideoFrame")]
    fn from_bytes(data: &Uint8Array, init: &JsValue) -> Result<TestFrame, JsValue>;

    #[wasm_bindgen(method, js_class = "VideoFrame", js_name = close)]
    fn close(this: &TestFrame);
}

/// A picture with even sides, RGBA.
struct Picture {
    rgba: Vec<u8>,
    width: usize,
    height: usize,
}

impl Picture {
    fn photo() -> Self {
        let options = DecoderOptions::default().jpeg_set_out_colorspace(ColorSpace::RGBA);
        let mut decoder = JpegDecoder::new_with_options(ZCursor::new(PHOTO), options);
        let decoded = decoder.decode().unwrap();
        let (row, rows) = decoder.dimensions().unwrap();
        let (width, height) = (row & !1, rows & !1);
        let rgba = decoded.chunks(row * 4).take(height).flat_map(|row| &row[..width * 4]).copied().collect();
        Picture { rgba, width, height }
    }

    fn at(&self, x: usize, y: usize) -> [f32; 3] {
        let start = (y * self.width + x) * 4;
        [0, 1, 2].map(|channel| f32::from(self.rgba[start + channel]))
    }

    /// A plane of BT.601 limited range with one sample per `across` x `down` pixels.
    fn plane(&self, across: usize, down: usize, of: fn([f32; 3]) -> f32) -> Vec<u8> {
        let mut plane = Vec::new();
        for y in (0..self.height).step_by(down) {
            for x in (0..self.width).step_by(across) {
                plane.push(of(self.at(x, y)).round().clamp(0.0, 255.0) as u8);
            }
        }
        plane
    }

    fn bytes(&self, format: &str) -> Vec<u8> {
        let luma: fn([f32; 3]) -> f32 = |[r, g, b]| 16.0 + 0.2568 * r + 0.5041 * g + 0.0979 * b;
        let blue: fn([f32; 3]) -> f32 = |[r, g, b]| 128.0 - 0.1482 * r - 0.2910 * g + 0.4392 * b;
        let red: fn([f32; 3]) -> f32 = |[r, g, b]| 128.0 + 0.4392 * r - 0.3678 * g - 0.0714 * b;
        let planar = |across, down| {
            [self.plane(1, 1, luma), self.plane(across, down, blue), self.plane(across, down, red)].concat()
        };
        match format {
            "I420" => planar(2, 2),
            "I422" => planar(2, 1),
            "I444" => planar(1, 1),
            "NV12" => {
                let chroma = self.plane(2, 2, blue).into_iter().zip(self.plane(2, 2, red));
                let mut bytes = self.plane(1, 1, luma);
                bytes.extend(chroma.flat_map(|(u, v)| [u, v]));
                bytes
            }
            "RGBA" | "RGBX" => self.rgba.clone(),
            "BGRA" | "BGRX" => self.rgba.chunks(4).flat_map(|p| [p[2], p[1], p[0], p[3]]).collect(),
            _ => panic!("no such format: {format}"),
        }
    }

    /// Rotated by 90° counter-clockwise: the content of a frame that has to be rotated clockwise.
    fn turned_left(&self) -> Self {
        let mut rgba = Vec::with_capacity(self.rgba.len());
        for x in (0..self.width).rev() {
            for y in 0..self.height {
                let start = (y * self.width + x) * 4;
                rgba.extend_from_slice(&self.rgba[start..start + 4]);
            }
        }
        Picture { rgba, width: self.height, height: self.width }
    }

    fn frame(&self, format: &str, rotation: u32) -> TestFrame {
        let space = Object::new();
        let init = Object::new();
        let set = |object: &Object, name: &str, value: JsValue| {
            Reflect::set(object, &name.into(), &value).unwrap();
        };
        set(&space, "matrix", if format.starts_with(['I', 'N']) { "smpte170m" } else { "rgb" }.into());
        set(&space, "fullRange", (!format.starts_with(['I', 'N'])).into());
        set(&space, "primaries", "bt709".into());
        set(&space, "transfer", "bt709".into());
        set(&init, "colorSpace", space.into());
        set(&init, "format", format.into());
        set(&init, "codedWidth", (self.width as u32).into());
        set(&init, "codedHeight", (self.height as u32).into());
        set(&init, "timestamp", 0.into());
        set(&init, "rotation", rotation.into());
        TestFrame::from_bytes(&Uint8Array::from(self.bytes(format).as_slice()), &init).unwrap()
    }
}

/// Left, top, width and height of the only face, and its score.
fn only_face(faces: &[f32]) -> [f32; 5] {
    assert_eq!(faces.len(), 17, "exactly one face");
    [faces[0], faces[1], faces[2], faces[3], faces[16]]
}

fn assert_same(what: &str, face: [f32; 5], expected: [f32; 5]) {
    for (got, wanted) in face.iter().zip(expected).take(4) {
        // Chroma is halved and rounded: within a hundredth of the face counts as the same place.
        assert!((got - wanted).abs() < 0.01 * expected[2], "{what}: {face:?} rather than {expected:?}");
    }
    assert!((face[4] - expected[4]).abs() < 0.02, "{what}: score {} rather than {}", face[4], expected[4]);
}

#[wasm_bindgen_test]
async fn every_pixel_format_shows_the_same_face() {
    let picture = Picture::photo();
    let mut detector = FaceDetector::new(MODEL).unwrap();
    let pixels = detector.detect(&picture.rgba, picture.width as u32, picture.height as u32).unwrap();
    let expected = only_face(&pixels);
    for format in ["I420", "I422", "I444", "NV12", "RGBA", "RGBX", "BGRA", "BGRX"] {
        let frame = picture.frame(format, 0);
        let faces = detector.detect_frame((&frame).into()).await.unwrap();
        frame.close();
        assert_same(format, only_face(&faces), expected);
    }
}

#[wasm_bindgen_test]
async fn a_rotated_frame_is_read_upright() {
    let upright = Picture::photo();
    let mut detector = FaceDetector::new(MODEL).unwrap();
    let expected = only_face(&detector.detect(&upright.rgba, upright.width as u32, upright.height as u32).unwrap());
    let mut stored = upright;
    for rotation in [90, 180, 270] {
        stored = stored.turned_left();
        for format in ["I420", "NV12", "RGBA"] {
            let frame = stored.frame(format, rotation);
            let faces = detector.detect_frame((&frame).into()).await.unwrap();
            frame.close();
            assert_same(&format!("{format} turned by {rotation}"), only_face(&faces), expected);
        }
    }
}

#[wasm_bindgen_test]
async fn a_closed_frame_is_an_error() {
    let mut detector = FaceDetector::new(MODEL).unwrap();
    let frame = Picture::photo().frame("I420", 0);
    frame.close();
    assert!(detector.detect_frame((&frame).into()).await.is_err());
}

#[wasm_bindgen_test]
fn a_worker_rejects_an_invalid_model_and_configuration() {
    let code = |error: JsValue| Reflect::get(&error, &"code".into()).unwrap().as_string().unwrap();
    let foreign = CaptureWorker::new(PHOTO, JsValue::UNDEFINED).err().expect("a photograph is no model");
    assert_eq!(code(foreign), "asset_load_failed");
    let config = js_sys::JSON::parse(r#"{"auditFrames": 1000}"#).unwrap();
    let refused = CaptureWorker::new(MODEL, config).err().expect("1000 audit frames are too many");
    assert_eq!(code(refused), "internal");
}
