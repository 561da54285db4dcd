//! Networks that are made here, and two real ones against onnxruntime where they are at hand.
#![allow(clippy::unwrap_used, reason = "a test fails by it")]

mod onnx;
mod parity;

use image::{Rgba, RgbaImage};
use nearfar::frame::Rect;
use nearfar_pad::{Model, ModelConfig, Models, Seen};
use sha2::{Digest, Sha256};
use std::path::Path;

/// Red against blue: 10 for each.
const RED_IS_LIVE: [[f32; 2]; 3] = [[0.0, 10.0], [0.0, 0.0], [10.0, 0.0]];

fn written(folder: &Path, name: &str, network: &[u8]) -> ModelConfig {
    let file = folder.join(format!("{name}.onnx"));
    std::fs::write(&file, network).unwrap();
    let json = serde_json::json!({
        "file": file, "sha256": hex::encode(Sha256::digest(network)), "side": 16, "crop": 2.0, "range": [0.0, 1.0], "live": 1,
    });
    serde_json::from_value(json).unwrap()
}

const FACE: Rect = Rect { x: 40.0, y: 40.0, width: 20.0, height: 20.0 };

/// Blue, with a square of twice the face's side in another colour.
fn picture(color: [u8; 4]) -> RgbaImage {
    let is_inside = |at: u32| (30..=70).contains(&at);
    RgbaImage::from_fn(100, 100, |x, y| Rgba(if is_inside(x) && is_inside(y) { color } else { [0, 0, 255, 255] }))
}

#[test]
fn a_network_sees_what_is_around_the_face_as_it_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let config = written(folder.path(), "red", &onnx::means_times("GlobalAveragePool", 16, &RED_IS_LIVE));
    let odds = |config: &ModelConfig, color| Model::load(config).unwrap().log_odds(&picture(color), &FACE).unwrap();
    let red = [255, 0, 0, 255];
    assert!((odds(&config, red) - 10.0).abs() < 1e-3, "the blue around is not seen");
    assert!((odds(&config, [51, 0, 0, 255]) - 2.0).abs() < 1e-3);
    assert!((odds(&ModelConfig { temperature: 4.0, ..config.clone() }, red) - 2.5).abs() < 1e-3);
    assert!((odds(&ModelConfig { live: 0, ..config.clone() }, red) + 10.0).abs() < 1e-3);
    let colors = serde_json::from_str("\"bgr\"").unwrap();
    assert!((odds(&ModelConfig { colors, ..config.clone() }, red) + 10.0).abs() < 1e-3);
    assert!(odds(&ModelConfig { crop: 4.0, ..config }, red) < 0.0, "farther out, blue is most");
}

#[test]
fn networks_and_pictures_are_averaged_by_weight() {
    let folder = tempfile::tempdir().unwrap();
    let red = written(folder.path(), "red", &onnx::means_times("GlobalAveragePool", 16, &RED_IS_LIVE));
    let weak = RED_IS_LIVE.map(|row| row.map(|weight| weight / 10.0));
    let weak = written(folder.path(), "weak", &onnx::means_times("GlobalAveragePool", 16, &weak));
    let models = Models::load(&[red, ModelConfig { weight: 3.0, ..weak }]).unwrap();
    let (one, other) = (picture([255, 0, 0, 255]), picture([0, 0, 0, 255]));
    let seen = [Seen { name: "far", picture: &one, face: &FACE }, Seen { name: "near", picture: &other, face: &FACE }];
    let judged = models.judge(&seen).unwrap().unwrap();
    // (10 + 0) / 2 once and (1 + 0) / 2 three times.
    assert!((judged.log_odds - 6.5 / 4.0).abs() < 1e-3, "{judged:?}");
    let names: Vec<_> = judged.each.iter().map(|(model, picture, _)| (model.as_str(), *picture)).collect();
    assert_eq!(names, [("red", "far"), ("red", "near"), ("weak", "far"), ("weak", "near")]);
    assert_eq!(Models::default().judge(&seen).unwrap(), None);
    assert_eq!(models.judge(&[]).unwrap(), None);
}

#[test]
fn what_cannot_be_used_is_told_when_it_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let told = |config: &ModelConfig| Model::load(config).unwrap_err().to_string();
    let good = written(folder.path(), "good", &onnx::means_times("GlobalAveragePool", 16, &RED_IS_LIVE));
    Model::load(&ModelConfig { sha256: good.sha256.to_uppercase(), ..good.clone() }).unwrap();
    let other = told(&ModelConfig { sha256: "00".repeat(32), ..good.clone() });
    assert!(other.contains("good.onnx") && other.contains(&good.sha256) && other.contains("0000"), "{other}");
    let size = told(&ModelConfig { side: 32, ..good.clone() });
    assert!(size.contains("does not take an input of 1 x 3 x 32 x 32"), "{size}");
    let live = told(&ModelConfig { live: 2, ..good.clone() });
    assert!(live.contains("has 2 outputs; live is 2"), "{live}");
    let missing = told(&ModelConfig { file: folder.path().join("none.onnx"), ..good });
    assert!(missing.contains("none.onnx: cannot be read"), "{missing}");
    let unknown = told(&written(folder.path(), "unknown", &onnx::means_times("GlobalGuess", 16, &RED_IS_LIVE)));
    assert!(unknown.contains("unknown.onnx") && unknown.contains("GlobalGuess"), "{unknown}");
    for (name, bytes) in [("empty", &b""[..]), ("text", b"no network"), ("zeros", &[0; 64])] {
        let broken = told(&written(folder.path(), name, bytes));
        assert!(broken.contains(name), "{broken}");
    }
}
