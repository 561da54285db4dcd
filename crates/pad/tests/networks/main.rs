//! Tests with generated networks, and with two real ones against onnxruntime if they are available.
#![allow(clippy::unwrap_used, reason = "a test fails by it")]

mod onnx;
mod parity;

use image::{Rgba, RgbaImage};
use nearfar::frame::Rect;
use nearfar_pad::{FaceImage, LoadError, Model, ModelConfig, Models};
use rten::ThreadPool;
use sha2::{Digest, Sha256};
use std::path::Path;
use std::sync::Arc;

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

fn model(config: &ModelConfig) -> Result<Model, LoadError> {
    Model::load(config, Arc::new(ThreadPool::with_num_threads(1)))
}

const FACE: Rect = Rect { x: 40.0, y: 40.0, width: 20.0, height: 20.0 };

/// A blue picture with a square of another colour, twice as large as the face.
fn picture(color: [u8; 4]) -> RgbaImage {
    let is_inside = |at: u32| (30..=70).contains(&at);
    RgbaImage::from_fn(100, 100, |x, y| Rgba(if is_inside(x) && is_inside(y) { color } else { [0, 0, 255, 255] }))
}

#[test]
fn a_network_sees_the_crop_that_it_is_configured_for() {
    let folder = tempfile::tempdir().unwrap();
    let config = written(folder.path(), "red", &onnx::means_times("GlobalAveragePool", 16, &RED_IS_LIVE));
    let odds = |config: &ModelConfig, color| model(config).unwrap().log_odds(&picture(color), &FACE).unwrap();
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
    let models = Models::load(&[red.clone(), ModelConfig { weight: 3.0, ..weak.clone() }], 2).unwrap();
    let (one, other) = (picture([255, 0, 0, 255]), picture([0, 0, 0, 255]));
    let named = |name, picture| FaceImage { name, picture, face: &FACE };
    let shown = [named("far", &one), named("near", &other)];
    let scores = models.scores(&shown, || false).unwrap().unwrap();
    // (10 + 0) / 2 once and (1 + 0) / 2 three times.
    assert!((scores.log_odds - 6.5 / 4.0).abs() < 1e-3, "{scores:?}");
    let names: Vec<_> = scores.each.iter().map(|score| (score.model.as_str(), score.picture)).collect();
    assert_eq!(names, [("red", "far"), ("red", "near"), ("weak", "far"), ("weak", "near")]);
    assert_eq!(Models::default().scores(&shown, || false).unwrap(), None);
    assert_eq!(models.scores(&[], || false).unwrap(), None);
    // Stopped after two of four.
    let asked = std::cell::Cell::new(0);
    let stopped = models.scores(&shown, || asked.replace(asked.get() + 1) == 2).unwrap();
    assert_eq!((stopped, asked.get()), (None, 3));

    // The threshold changes the evidence but not the reported likelihood.
    let doubting = Models::load(&[ModelConfig { threshold: 0.8, ..weak.clone() }], 1).unwrap();
    let score = doubting.scores(&shown[..1], || false).unwrap().unwrap().each.pop().unwrap();
    let likelihood = 1.0 / (1.0 + (-1.0f32).exp());
    assert!((score.likelihood - likelihood).abs() < 1e-3, "{score:?}");
    assert!((score.log_odds - (1.0 - 4.0f32.ln())).abs() < 1e-3, "{score:?}");

    let folder = tempfile::tempdir().unwrap();
    let twin = written(folder.path(), "red", &onnx::means_times("GlobalAveragePool", 16, &RED_IS_LIVE));
    let message = Models::load(&[red, twin], 1).unwrap_err().to_string();
    assert!(message.contains("red.onnx: has the same name as another one"), "{message}");
}

#[test]
fn unusable_networks_are_rejected_on_loading() {
    let folder = tempfile::tempdir().unwrap();
    let message = |config: &ModelConfig| model(config).unwrap_err().to_string();
    let good = written(folder.path(), "good", &onnx::means_times("GlobalAveragePool", 16, &RED_IS_LIVE));
    model(&ModelConfig { sha256: good.sha256.to_uppercase(), ..good.clone() }).unwrap();
    let hash = message(&ModelConfig { sha256: "00".into(), ..good.clone() });
    assert!(hash.contains("sha256 is 2, outside 64 hex digits"), "{hash}");
    let endless = [[f32::INFINITY; 2]; 3];
    let endless = message(&written(folder.path(), "endless", &onnx::means_times("GlobalAveragePool", 16, &endless)));
    assert!(endless.contains("endless.onnx: returns no number for a grey picture"), "{endless}");
    let other = message(&ModelConfig { sha256: "00".repeat(32), ..good.clone() });
    assert!(other.contains("good.onnx") && other.contains(&good.sha256) && other.contains("0000"), "{other}");
    let size = message(&ModelConfig { side: 32, ..good.clone() });
    assert!(size.contains("does not accept an input of 1 x 3 x 32 x 32"), "{size}");
    let live = message(&ModelConfig { live: 2, ..good.clone() });
    assert!(live.contains("has 2 outputs; live is 2"), "{live}");
    let missing = message(&ModelConfig { file: folder.path().join("none.onnx"), ..good });
    assert!(missing.contains("none.onnx: cannot be read"), "{missing}");
    let unknown = message(&written(folder.path(), "unknown", &onnx::means_times("GlobalGuess", 16, &RED_IS_LIVE)));
    assert!(unknown.contains("unknown.onnx") && unknown.contains("GlobalGuess"), "{unknown}");
    for (name, bytes) in [("empty", &b""[..]), ("text", b"no network"), ("zeros", &[0; 64])] {
        let broken = message(&written(folder.path(), name, bytes));
        assert!(broken.contains(name), "{broken}");
    }
}
