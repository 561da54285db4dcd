//! Compares two MiniFASNet networks with onnxruntime's logits: `../shared/pad`, which is not part of the repository.

use image::RgbaImage;
use nearfar::frame::Rect;
use nearfar_pad::{Crop, Model, ModelConfig, open_image};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// The folder and its vectors. If it is missing, the test prints a note and is skipped.
fn vectors() -> Option<(PathBuf, Vec<Value>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/pad");
    let Ok(text) = std::fs::read_to_string(folder.join("vectors.json")) else {
        eprintln!("SKIPPED: there is no ../shared/pad, so no network is compared with onnxruntime");
        return None;
    };
    let vectors: Value = serde_json::from_str(&text).unwrap();
    let list = vectors.as_array().or_else(|| vectors["stills"].as_array()).unwrap();
    assert_eq!(list.len(), 9);
    Some((folder, list.clone()))
}

/// Name in the vectors, file, crop and SHA-256.
const NETWORKS: [(&str, &str, f32, &str); 2] = [
    ("v2", "2.7_80x80_MiniFASNetV2.onnx", 2.7, "4433e871ef03f6c4c13de1757e63dcd69db14b6d7d9cff2319cb274c0f6dbecb"),
    (
        "v1se",
        "4_0_0_80x80_MiniFASNetV1SE.onnx",
        4.0,
        "a8e67ffbaf39fa74c3b2ed673b530fcfb2f47379d0f26a52b71c2fc6473ec20f",
    ),
];

fn network(folder: &Path, (_, file, crop, sha256): (&str, &str, f32, &str)) -> Model {
    let config = json!({
        "file": folder.join(file), "sha256": sha256, "side": 80, "crop": crop, "colors": "bgr", "live": 1,
    });
    crate::model(&serde_json::from_value::<ModelConfig>(config).unwrap()).unwrap()
}

fn numbers(value: &Value) -> Vec<f32> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap() as f32).collect()
}

fn crop_of(picture: &RgbaImage, face: &Rect, config: &ModelConfig) -> Vec<f32> {
    let crop = Crop::around(face, config.crop, picture.dimensions()).unwrap();
    [crop.left, crop.top, crop.right, crop.bottom].map(|end| end as f32).into()
}

fn apart(one: &[f32], other: &[f32]) -> f32 {
    one.iter().zip(other).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}

fn class(outputs: &[f32]) -> usize {
    (0..outputs.len()).max_by(|a, b| outputs[*a].total_cmp(&outputs[*b])).unwrap()
}

/// Distance between the highest output and the next.
fn lead(outputs: &[f32]) -> f32 {
    let mut sorted = outputs.to_vec();
    sorted.sort_by(|a, b| b.total_cmp(a));
    sorted[0] - sorted[1]
}

#[test]
fn the_outputs_match_onnxruntime() {
    let Some((folder, vectors)) = vectors() else { return };
    let (mut exact, mut resized, mut ties) = (0.0f32, 0.0f32, 0);
    for named in NETWORKS {
        let network = network(&folder, named);
        for vector in &vectors {
            let file = vector["file"].as_str().unwrap();
            let stem = file.rsplit_once('.').unwrap().0;
            let wanted = numbers(&vector[named.0]["logits"]);
            // The original input.
            let small = open_image(&folder.join("inputs").join(format!("{stem}_{}.png", named.0))).unwrap();
            let whole = Rect { x: 0.0, y: 0.0, width: 80.0, height: 80.0 };
            let config = ModelConfig { crop: 1.0, ..network.config().clone() };
            let same = network.outputs(nearfar_pad::input(&small, &whole, &config).unwrap()).unwrap();
            exact = exact.max(apart(&same, &wanted));
            // The photograph, cropped and scaled here.
            let [x, y, width, height] = numbers(&vector["face"]).try_into().unwrap();
            let photograph = open_image(&folder.join("stills").join(file)).unwrap();
            let face = Rect { x, y, width, height };
            let own = network.outputs(nearfar_pad::input(&photograph, &face, network.config()).unwrap()).unwrap();
            resized = resized.max(apart(&own, &wanted));
            assert_eq!(crop_of(&photograph, &face, network.config()), numbers(&vector[named.0]["crop"]), "{file}");
            // For one photograph the two highest outputs are 0.03 apart, less than the effect of another JPEG decoder.
            let is_tied = lead(&wanted) < 0.1;
            assert!(is_tied || class(&own) == class(&wanted), "{file}: {own:?}, {wanted:?}");
            ties += usize::from(is_tied);
        }
    }
    eprintln!("logits are off by {exact:.6} from the inputs, by {resized:.3} from the photographs");
    assert!(exact < 1e-3 && resized < 0.5 && ties == 1, "{exact} {resized} {ties}");
}
