//! `render_head`: renders a portrait on a 3D head from several camera distances.

use anyhow::{Context, Result};
use clap::Parser;
use nearfar::detection::Face;
use nearfar_inspect::exit::exit_code;
use nearfar_inspect::model::{detector, largest};
use nearfar_rendering::augmentation::with_frame;
use nearfar_rendering::portraits::Portrait;
use nearfar_rendering::scene::{Camera, Head, Surface, render};
use std::path::PathBuf;
use std::process::ExitCode;

/// Renders the face of a portrait on a mean head from each distance, scaled so that the eyes stay in place, to
/// `FOLDER/0.png`, `1.png` and so on. Tests build videos of an approaching person from them.
#[derive(Parser)]
#[command(name = "render_head", version)]
struct Arguments {
    /// The folder for the pictures
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,
    /// Camera distances, in distances between the eyes: 10 is about 63 cm
    #[arg(long, value_name = "NUMBERS", value_delimiter = ',', required = true)]
    distances: Vec<f32>,
    /// The portrait, PNG or JPEG, with a single face in the middle
    portrait: PathBuf,
}

fn main() -> ExitCode {
    exit_code("render_head", run())
}

fn run() -> Result<()> {
    let Arguments { out, distances, portrait: path } = Arguments::parse();
    let picture = image::open(&path).with_context(|| path.display().to_string())?.to_rgb8();
    let mut detector = detector(None)?;
    let faces = with_frame(&picture, |frame| detector.detect_still(frame))?;
    let face = largest(faces).with_context(|| format!("{} shows no face", path.display()))?;
    let size = picture.dimensions();
    let [right, left] = [Face::RIGHT_EYE, Face::LEFT_EYE].map(|i| face.keypoints[i]);
    let turn = [0.0, 0.0, -(left.y - right.y).atan2(left.x - right.x)];
    let portrait = Portrait { person: path.display().to_string(), picture, face, is_alone: true, wears: Vec::new() };
    let (x, y) = portrait.pixel(0.0, 0.0);
    let middle = (x / size.0 as f32, y / size.1 as f32);
    std::fs::create_dir_all(&out).with_context(|| format!("creating {}", out.display()))?;
    for (index, distance) in distances.into_iter().enumerate() {
        let camera = Camera { distance, focal: portrait.face_unit() * distance, turn, middle };
        let file = out.join(format!("{index}.png"));
        let rendered = render(&portrait, &Surface::Head(Head::mean()), &camera, size);
        rendered.save(&file).with_context(|| format!("writing {}", file.display()))?;
    }
    Ok(())
}
