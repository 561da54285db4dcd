//! `replay`: runs a Motion JPEG video through the pipeline and prints the effects with their times, to try thresholds
//! on a recording without a browser. The video has 30 frames per second and is fully visible.
//!
//! `--record` writes the analysis of each frame in the format of `tests/frame_analyses`: boxes and scores of all faces,
//! and yaw, pitch, roll, sharpness, brightness, back light, overexposed share and occlusion of the main face.

use clap::Parser;
use nearfar::detection::{Detector, Face};
use nearfar::frame::{Frame, Layout, PixelFormat, Size};
use nearfar::guidance::{Stage, Viewport};
use nearfar::pipeline::{Pipeline, PipelineConfig};
use nearfar::quality::QualityMeter;
use nearfar::session::{Effect, Event};
use nearfar_evaluation::faces::recording_detector::RecordingDetector;
use nearfar_evaluation::video::motion_jpeg::pictures;
use nearfar_inspect::exit::exit_code;
use serde_json::{Value, json};
use std::cell::RefCell;
use std::fmt::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::rc::Rc;

const FRAME_MS: f64 = 1000.0 / 30.0;

fn rounded(values: &[f32], digits: f64) -> Value {
    values.iter().map(|value| (f64::from(*value) * digits).round() / digits).collect()
}

fn record(at: f64, faces: &[Face], main: Option<&Face>, frame: &Frame, meter: &mut QualityMeter) -> Value {
    let boxes: Vec<_> = faces
        .iter()
        .map(|face| rounded(&[face.bbox.x, face.bbox.y, face.bbox.width, face.bbox.height, face.score], 1000.0))
        .collect();
    let measurements = main.map(|face| {
        let m = meter.measure(frame, face);
        let light = [m.sharpness, m.brightness, m.backlight, m.overexposed, m.occlusion];
        rounded(&[[m.pose.yaw, m.pose.pitch, m.pose.roll].as_slice(), &light].concat(), 1000.0)
    });
    json!({ "at": at.round(), "faces": boxes, "looks": measurements })
}

/// Runs a Motion JPEG video (30 frames per second, fully visible) through the pipeline and prints the effects with
/// their times
#[derive(Parser)]
#[command(name = "replay", version)]
struct Arguments {
    /// The face detection model, a .tflite file
    model: PathBuf,
    /// The video, a .mjpeg file
    video: PathBuf,
    /// Writes the analysis of each frame, as in tests/frame_analyses
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
}

fn main() -> ExitCode {
    exit_code("replay", run())
}

fn run() -> anyhow::Result<()> {
    let Arguments { model, video, record: log } = Arguments::parse();
    let detector = Detector::from_tflite(&std::fs::read(model)?)?;
    let faces = Rc::new(RefCell::new(Vec::new()));
    let (mut meter, mut lines) = (QualityMeter::new(), String::new());
    let mut pipeline = Pipeline::new(RecordingDetector { detector, faces: faces.clone() }, PipelineConfig::default())?;
    pipeline.handle(&Event::Start, 0.0);
    for (index, jpeg) in pictures(&std::fs::read(video)?).enumerate() {
        let picture = image::load_from_memory_with_format(jpeg, image::ImageFormat::Jpeg)?.into_rgba8();
        let size = Size { width: picture.width(), height: picture.height() };
        let frame = Frame::new(Layout::packed(PixelFormat::Rgba, size), picture.as_raw())?;
        let now = index as f64 * FRAME_MS;
        pipeline.resize(Viewport { width: size.width as f32, height: size.height as f32 }, now);
        for effect in pipeline.process(&frame, now, now) {
            if !matches!(effect, Effect::Progress { .. } | Effect::KeepAudit { .. }) {
                println!("{now:8.0} {}", serde_json::to_string(effect)?);
            }
        }
        let faces = faces.take();
        let main = pipeline.driver().main_face(&faces).map(|index| &faces[index]);
        writeln!(lines, "{}", record(now, &faces, main, &frame, &mut meter))?;
        if !pipeline.driver().is_watching() {
            break;
        }
    }
    if let Some(path) = log {
        std::fs::write(path, lines)?;
    }
    for stage in [Stage::Far, Stage::Near] {
        if let Some(kept) = pipeline.driver().kept(stage) {
            println!("{stage:?} {}", serde_json::to_string(kept)?);
        }
    }
    Ok(())
}
