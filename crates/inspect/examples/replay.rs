//! Plays a Motion JPEG video through the whole pipeline, as if a camera had sent it, and prints what it told and
//! when: a way to see how thresholds work on a recording, with no browser.
//!
//! `cargo run --release -p nearfar-inspect --example replay -- MODEL.tflite VIDEO.mjpeg [CONFIG.json]`
//! (30 frames a second, seen whole)

use nearfar::detection::Detector;
use nearfar::frame::{Frame, Layout, PixelFormat, Size};
use nearfar::guidance::{Stage, Viewport};
use nearfar::pipeline::{Pipeline, PipelineConfig};
use nearfar::session::{Effect, Event};

const FRAME_MS: f64 = 1000.0 / 30.0;

/// The JPEG files in a Motion JPEG stream: each ends with the marker FFD9 where the next begins with FFD8.
fn pictures(video: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = video;
    std::iter::from_fn(move || {
        let end = rest.windows(4).position(|bytes| bytes == [0xff, 0xd9, 0xff, 0xd8]).map_or(rest.len(), |at| at + 2);
        let (picture, after) = rest.split_at(end);
        rest = after;
        (!picture.is_empty()).then_some(picture)
    })
}

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [model, video, config @ ..] = arguments.as_slice() else {
        anyhow::bail!("usage: replay MODEL.tflite VIDEO.mjpeg [CONFIG.json]");
    };
    let config = match config.first() {
        Some(path) => serde_json::from_str(&std::fs::read_to_string(path)?)?,
        None => PipelineConfig::default(),
    };
    let mut pipeline = Pipeline::new(Detector::from_tflite(&std::fs::read(model)?)?, config)?;
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
        if !pipeline.capture().is_watching() {
            break;
        }
    }
    for stage in [Stage::Far, Stage::Near] {
        if let Some(kept) = pipeline.capture().kept(stage) {
            println!("{stage:?} {}", serde_json::to_string(kept)?);
        }
    }
    Ok(())
}
