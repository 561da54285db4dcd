//! Scores single pictures by a network for presentation attack detection alone.

use anyhow::{Context, Result, bail, ensure};
use figment::Figment;
use figment::providers::{Format, Toml};
use image::RgbaImage;
use nearfar_pad::{FaceImage, ModelConfig, Models};
use nearfar_protocol::result::ResultCode;
use nearfar_scoring::{Check, CheckOutcome, GeometryScorer, Verdict, checks};
use std::path::Path;

/// Loads the networks of a service's configuration.
///
/// # Errors
/// If the file cannot be read or names no network, or if a network cannot be used.
pub fn networks(config: &Path) -> Result<Models> {
    let file = Figment::from(Toml::file_exact(config));
    let models: Vec<ModelConfig> = file.extract_inner("pad.models").with_context(|| config.display().to_string())?;
    ensure!(!models.is_empty(), "{} names no network", config.display());
    Ok(Models::load(&models, std::thread::available_parallelism().map_or(1, usize::from))?)
}

/// The verdict of the only network: the score is its likelihood of a living person in percent, whatever its threshold.
///
/// # Errors
/// If the network fails, or if there are several.
pub fn verdict(scorer: &GeometryScorer, picture: &RgbaImage) -> Result<Verdict> {
    let none = |code, outcome| Verdict { code, score: None, attack_type: None, checks: vec![outcome] };
    let Some(face) = scorer.largest_face(picture) else {
        return Ok(none(ResultCode::NoFaceDetected, CheckOutcome::failed(Check::Faces, "there is no face in it")));
    };
    let scores = scorer.pad_models().scores(&[FaceImage { name: "frame", picture, face: &face.bbox }], || false);
    let outcome = checks::pad::check(&scores);
    let each = scores?.map(|scores| scores.each).unwrap_or_default();
    let [only] = &each[..] else { bail!("single pictures are scored by one network: name a configuration with one") };
    Ok(Verdict { score: Some((100.0 * only.likelihood).round() as u8), ..none(ResultCode::Success, outcome) })
}
