//! `parallax`: measures the depth of a face by the parallax between a far and a near picture.

use anyhow::{Context, Result};
use clap::Parser;
use image::RgbImage;
use nearfar::detection::{Detector, Face};
use nearfar::frame::Frame;
use nearfar_inspect::exit::exit_code;
use nearfar_inspect::model::{detector, largest};
use nearfar_inspect::still;
use nearfar_parallax::{Figures, ResidualMap, Verdict, View, parallax};
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

/// Prints the verdict on two pictures of one capture, its figures and its duration as one JSON line. A
/// `log_likelihood_ratio` above 0 supports a head that came nearer, below 0 a print or an enlarged far picture. The
/// exit code is 1 if a picture shows no face or cannot be read.
#[derive(Parser)]
#[command(name = "parallax", version)]
struct Arguments {
    /// The face detection model [default: the one in the workspace's npm packages]
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,
    /// Writes a PNG of the residual flow after fitting a plane, over the far face: blue is none, red 6 % of the
    /// distance between the eyes or more, grey not measured
    #[arg(long, value_name = "PNG-FILE")]
    map: Option<PathBuf>,
    /// Seed of the random search for the plane
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// The far picture, PNG or JPEG
    far: PathBuf,
    /// The near picture
    near: PathBuf,
}

/// The printed line.
#[derive(Serialize)]
struct Line {
    verdict: Verdict,
    growth: f32,
    figures: Option<Figures>,
    /// Duration of the measurement, without reading the files and detecting the faces.
    milliseconds: f32,
}

fn main() -> ExitCode {
    exit_code("parallax", run())
}

fn run() -> Result<()> {
    let arguments = Arguments::parse();
    let mut detector = detector(arguments.model.as_deref())?;
    let (far, near) = (open(&arguments.far)?, open(&arguments.near)?);
    let (far, near) = (still::frame(&far)?, still::frame(&near)?);
    let (far_face, near_face) =
        (main_face(&mut detector, &far, &arguments.far)?, main_face(&mut detector, &near, &arguments.near)?);
    let (far, near) = (View { frame: &far, face: &far_face }, View { frame: &near, face: &near_face });
    #[expect(clippy::disallowed_methods, reason = "measures the duration")]
    let began = Instant::now();
    let measured = parallax(far, near, arguments.seed);
    let line = Line {
        verdict: measured.verdict,
        growth: measured.growth,
        figures: measured.figures,
        milliseconds: began.elapsed().as_secs_f32() * 1000.0,
    };
    println!("{}", serde_json::to_string(&line)?);
    if let (Some(path), Some(map)) = (&arguments.map, measured.map()) {
        let side = ResidualMap::SIDE as u32;
        let picture = RgbImage::from_raw(side, side, map.rgb).context("the map has another size")?;
        picture.save(path).with_context(|| format!("writing {}", path.display()))?;
    }
    Ok(())
}

fn open(path: &Path) -> Result<image::RgbaImage> {
    still::open(path).with_context(|| path.display().to_string())
}

/// The largest face.
fn main_face(detector: &mut Detector, frame: &Frame, path: &Path) -> Result<Face> {
    largest(detector.detect_still(frame)).with_context(|| format!("{} shows no face", path.display()))
}
