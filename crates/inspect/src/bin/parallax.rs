//! `parallax`: whether a far and a near picture show a face in depth, as one JSON line, and a map to look at.

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

/// Judges two pictures of one capture by their parallax: prints the verdict, what it came from, and how long it took.
/// `log_likelihood_ratio` above 0 speaks for a head that came nearer, below for a print or for far
/// enlarged. Exit code 1 when a picture shows no face or cannot be read.
#[derive(Parser)]
#[command(name = "parallax", version)]
struct Arguments {
    /// The face detection model [default: that of the workspace's npm packages]
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,
    /// Writes a PNG of what the best plane leaves over the far face: blue nothing, red 6 % of the distance between the
    /// eyes and more, grey where nothing could be measured
    #[arg(long, value_name = "PNG-FILE")]
    map: Option<PathBuf>,
    /// Chooses the draws of the search for the plane
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// The far picture, PNG or JPEG
    far: PathBuf,
    /// The near picture
    near: PathBuf,
}

/// What is printed.
#[derive(Serialize)]
struct Line {
    verdict: Verdict,
    growth: f32,
    figures: Option<Figures>,
    /// That the judgement took, without reading the files and finding the faces.
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
    #[expect(clippy::disallowed_methods, reason = "says how long the judgement took")]
    let began = Instant::now();
    let judged = parallax(far, near, arguments.seed);
    let line = Line {
        verdict: judged.verdict,
        growth: judged.growth,
        figures: judged.figures,
        milliseconds: began.elapsed().as_secs_f32() * 1000.0,
    };
    println!("{}", serde_json::to_string(&line)?);
    if let (Some(path), Some(map)) = (&arguments.map, judged.map()) {
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
