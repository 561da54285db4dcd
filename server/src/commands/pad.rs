//! The `pad` command: scores single pictures with the PAD networks.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Subcommand;
use nearfar_pad::{FaceImage, open_image};
use nearfar_scoring::GeometryScorer;

/// PAD commands.
#[derive(Debug, Subcommand)]
pub enum PadCommand {
    /// Prints, for the largest face of each picture, the likelihood of a live person by each network of
    /// `[[pad.models]]`, and its log odds above the threshold, which the score uses.
    Check {
        /// JPEG or PNG files.
        #[arg(required = true)]
        pictures: Vec<PathBuf>,
    },
}

/// Scores and errors, ready to print.
#[derive(Debug, Default)]
pub struct Report {
    /// One line per picture and network, and one for all networks combined.
    pub figures: String,
    /// One line per picture that could not be scored.
    pub errors: Vec<String>,
}

/// Scores pictures with the networks.
///
/// # Errors
/// When no network is configured.
pub fn check(scorer: &GeometryScorer, pictures: &[PathBuf]) -> anyhow::Result<Report> {
    if scorer.pad_models().is_empty() {
        bail!("no model is configured: [[pad.models]], see docs/PAD.md");
    }
    let mut report = Report::default();
    for path in pictures {
        match figures(scorer, path) {
            Ok(figures) => report.figures += &figures,
            Err(error) => report.errors.push(format!("{}: {error:#}", path.display())),
        }
    }
    Ok(report)
}

fn figures(scorer: &GeometryScorer, path: &Path) -> anyhow::Result<String> {
    let picture = open_image(path)?;
    let face = scorer.largest_face(&picture).context("no face was found")?;
    let shown = FaceImage { name: "", picture: &picture, face: &face.bbox };
    let scores = scorer.pad_models().scores(&[shown], || false)?.context("no model is configured")?;
    let (path, mut text) = (path.display(), String::new());
    for score in &scores.each {
        writeln!(text, "{path}\t{}\tlive {:.4}\tlog odds {:.3}", score.model, score.likelihood, score.log_odds)?;
    }
    writeln!(text, "{path}\tall\t\tlog odds {:.3}", scores.log_odds)?;
    Ok(text)
}
