//! Single pictures, which the networks for presentation attack detection judge alone.

use anyhow::{Context, Result};
use figment::Figment;
use figment::providers::{Format, Toml};
use image::RgbaImage;
use nearfar_pad::{ModelConfig, Models, Seen};
use nearfar_protocol::result::ResultCode;
use nearfar_scoring::score::likelihood;
use nearfar_scoring::{Check, CheckOutcome, GeometryScorer, Verdict, checks};
use std::path::Path;

/// The networks of a service's configuration.
///
/// # Errors
/// When the file cannot be read, names no network, or one of them cannot be used.
pub fn networks(config: &Path) -> Result<Models> {
    let file = Figment::from(Toml::file_exact(config));
    let models: Vec<ModelConfig> = file.extract_inner("pad.models").with_context(|| config.display().to_string())?;
    Ok(Models::load(&models)?)
}

/// A verdict by the networks alone: the score is their likelihood of a living person in percent.
///
/// # Errors
/// When a network fails.
pub fn verdict(scorer: &GeometryScorer, picture: &RgbaImage) -> Result<Verdict> {
    let none = |code, outcome| Verdict { code, score: None, attack_type: None, checks: vec![outcome] };
    let Some(face) = scorer.face(picture) else {
        return Ok(none(ResultCode::NoFaceDetected, CheckOutcome::failed(Check::Faces, "there is no face in it")));
    };
    let judged = scorer.pad().judge(&[Seen { name: "frame", picture, face: &face.bbox }]);
    let outcome = checks::pad::check(&judged);
    let score = judged?.map(|judged| (100.0 * likelihood(judged.log_odds)).round() as u8);
    Ok(Verdict { score, ..none(ResultCode::Success, outcome) })
}
