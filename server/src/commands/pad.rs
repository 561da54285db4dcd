//! What the networks for presentation attack detection say of single pictures, for the operator.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Subcommand;
use nearfar_pad::{FaceImage, open_image};
use nearfar_scoring::GeometryScorer;

/// What can be asked of the networks.
#[derive(Debug, Subcommand)]
pub enum PadCommand {
    /// Prints for the largest face of each picture how likely each network of `[[pad.models]]` takes it for a living person,
    /// and the log odds less those of the threshold, which are what counts.
    Check {
        /// JPEG or PNG files.
        #[arg(required = true)]
        pictures: Vec<PathBuf>,
    },
}

/// What was found, and what could not be judged, both ready to be printed.
#[derive(Debug, Default)]
pub struct Report {
    /// A line for each picture and network, and one for all networks together.
    pub figures: String,
    /// A line for each picture that could not be judged.
    pub errors: Vec<String>,
}

/// Asks the networks.
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
    let face = scorer.largest_face(&picture).context("there is no face in it")?;
    let shown = FaceImage { name: "", picture: &picture, face: &face.bbox };
    let scores = scorer.pad_models().scores(&[shown], || false)?.context("no model is configured")?;
    let (path, mut text) = (path.display(), String::new());
    for score in &scores.each {
        writeln!(text, "{path}\t{}\tlive {:.4}\tlog odds {:.3}", score.model, score.likelihood, score.log_odds)?;
    }
    writeln!(text, "{path}\tall\t\tlog odds {:.3}", scores.log_odds)?;
    Ok(text)
}
