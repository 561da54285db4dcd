//! What the networks for presentation attack detection say of single pictures, for the operator.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Subcommand;
use nearfar_pad::{Seen, opened};
use nearfar_scoring::GeometryScorer;
use nearfar_scoring::score::likelihood;

/// What can be asked of the networks.
#[derive(Debug, Subcommand)]
pub enum PadCommand {
    /// Prints how likely each network of `[[pad.models]]` takes the largest face of each picture for a living person.
    Check {
        /// JPEG or PNG files.
        #[arg(required = true)]
        pictures: Vec<PathBuf>,
    },
}

/// What was found, and what could not be judged, both ready to be printed.
#[derive(Debug, Default)]
pub struct Told {
    /// A line for each picture and network, and one for all networks together.
    pub figures: String,
    /// A line for each picture that could not be judged.
    pub errors: Vec<String>,
}

/// Asks the networks.
///
/// # Errors
/// When no network is configured.
pub fn check(scorer: &GeometryScorer, pictures: &[PathBuf]) -> anyhow::Result<Told> {
    if scorer.pad().is_empty() {
        bail!("no model is configured: [[pad.models]], see docs/PAD.md");
    }
    let mut told = Told::default();
    for path in pictures {
        match figures(scorer, path) {
            Ok(figures) => told.figures += &figures,
            Err(error) => told.errors.push(format!("{}: {error:#}", path.display())),
        }
    }
    Ok(told)
}

fn figures(scorer: &GeometryScorer, path: &Path) -> anyhow::Result<String> {
    let picture = opened(path)?;
    let face = scorer.face(&picture).context("there is no face in it")?;
    let seen = Seen { name: "", picture: &picture, face: &face.bbox };
    let judged = scorer.pad().judge(&[seen])?.context("no model is configured")?;
    let each = judged.each.iter().map(|(model, _, odds)| (model.as_str(), *odds));
    let mut text = String::new();
    for (model, odds) in each.chain([("all", judged.log_odds)]) {
        writeln!(text, "{}\t{model}\tlive {:.4}\tlog odds {odds:.3}", path.display(), likelihood(odds))?;
    }
    Ok(text)
}
