//! `inspect`: prints the faces, measurements and instructions of still images as JSON lines, with the code of the
//! browser build.

use anyhow::{Context, Result, bail};
use clap::Parser;
use nearfar::guidance::{Thresholds, Viewport};
use nearfar_inspect::model::detector;
use nearfar_inspect::report::{Inspector, Report};
use nearfar_inspect::still;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Prints one JSON line per image: its faces with landmarks, pose and quality, and the instruction of each stage. The
/// exit code is 1 if an image could not be read (its line has the error), 2 if nothing could be done.
#[derive(Parser)]
#[command(name = "inspect", version)]
struct Arguments {
    /// The face detection model [default: the one in the workspace's npm packages]
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,
    /// Thresholds of guidance as camelCase JSON; missing ones keep their defaults
    #[arg(long, value_name = "JSON-FILE")]
    thresholds: Option<PathBuf>,
    /// Size of the element that shows the video, for example 390x844 [default: the whole image is visible]
    #[arg(long, value_name = "WIDTHxHEIGHT", value_parser = viewport)]
    viewport: Option<Viewport>,
    /// PNG or JPEG files
    #[arg(required = true, value_name = "IMAGES")]
    images: Vec<PathBuf>,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            eprintln!("inspect: {error:#}");
            ExitCode::from(2)
        }
    }
}

/// Returns whether every image could be inspected.
fn run(arguments: &Arguments) -> Result<bool> {
    let thresholds = arguments.thresholds.as_deref().map_or(Ok(Thresholds::default()), read_thresholds)?;
    let whole = Viewport { width: 0.0, height: 0.0 };
    let detector = detector(arguments.model.as_deref())?;
    let mut inspector = Inspector::new(detector, thresholds, arguments.viewport.unwrap_or(whole));
    let mut out = std::io::stdout().lock();
    let mut all = true;
    for path in &arguments.images {
        let file = path.display().to_string();
        let line = match inspect(&mut inspector, path) {
            Ok(report) => serde_json::to_string(&report)?,
            Err(error) => {
                all = false;
                serde_json::json!({ "file": file, "error": format!("{error:#}") }).to_string()
            }
        };
        writeln!(out, "{line}")?;
    }
    Ok(all)
}

fn inspect(inspector: &mut Inspector, path: &Path) -> Result<Report> {
    let image = still::open(path)?;
    Ok(inspector.inspect(path.display().to_string(), &still::frame(&image)?))
}

fn read_thresholds(path: &Path) -> Result<Thresholds> {
    let text = std::fs::read(path).with_context(|| format!("no thresholds at {}", path.display()))?;
    let thresholds: Thresholds =
        serde_json::from_slice(&text).with_context(|| format!("{} is not a file of thresholds", path.display()))?;
    thresholds.validate().with_context(|| format!("thresholds in {}", path.display()))?;
    Ok(thresholds)
}

fn viewport(text: &str) -> Result<Viewport> {
    let sides = text.split_once('x').and_then(|(w, h)| Some((w.parse::<f32>().ok()?, h.parse::<f32>().ok()?)));
    match sides {
        Some((width, height)) if width > 0.0 && height > 0.0 && width.is_finite() && height.is_finite() => {
            Ok(Viewport { width, height })
        }
        _ => bail!("{text} is not a size such as 390x844"),
    }
}
