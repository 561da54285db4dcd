//! Somebody's own videos: far and near are chosen as the page chooses them. `ffmpeg` reads all but Motion JPEG.

use crate::captures::evidence::evidence_from_files;
use crate::captures::scene::jpeg;
use anyhow::{Context, Result, ensure};
use image::RgbImage;
use nearfar::clock::Millis;
use nearfar::detection::Detector;
use nearfar::frame::{Frame, Layout, PixelFormat, Size};
use nearfar::guidance::{Stage, Viewport};
use nearfar::pipeline::{Pipeline, PipelineConfig};
use nearfar::session::Event;
use nearfar_scoring::Evidence;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Frames a second: what the page asks cameras for.
const RATE: f64 = 30.0;
/// Of the pictures, as the engine encodes them.
const QUALITY: u8 = 92;

/// Every file of a folder, by its name.
///
/// # Errors
/// When the folder cannot be read or is empty.
pub fn files_in(folder: &Path) -> Result<Vec<(String, PathBuf)>> {
    let mut files = Vec::new();
    for entry in folder.read_dir()? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            files.push((entry.file_name().to_string_lossy().into_owned(), entry.path()));
        }
    }
    ensure!(!files.is_empty(), "there is no file in it");
    files.sort();
    Ok(files)
}

/// The capture that the page makes of a video; `None` where it takes no pictures.
///
/// # Errors
/// When the video cannot be read, or `ffmpeg` is missing.
pub fn capture(video: &Path, model: &[u8]) -> Result<Option<Evidence>> {
    let mut pipeline = Pipeline::new(Detector::from_tflite(model)?, PipelineConfig::default())?;
    pipeline.handle(&Event::Start, 0.0);
    let film = film(video)?;
    let pictures: Vec<&[u8]> = crate::video::motion_jpeg::pictures(&film).collect();
    ensure!(!pictures.is_empty(), "there is no picture in it");
    let at = |index: usize| index as f64 * 1000.0 / RATE;
    for (index, picture) in pictures.iter().enumerate() {
        let picture = decoded(picture)?;
        let size = Size { width: picture.width(), height: picture.height() };
        let rgba: Vec<u8> = picture.pixels().flat_map(|p| [p[0], p[1], p[2], 255]).collect();
        let frame = Frame::new(Layout::packed(PixelFormat::Rgba, size), &rgba)?;
        pipeline.resize(Viewport { width: size.width as f32, height: size.height as f32 }, at(index));
        pipeline.process(&frame, at(index), at(index));
        if !pipeline.driver().is_watching() {
            break;
        }
    }
    let kept = |stage: Stage| pipeline.driver().kept(stage).map(|kept| index_at(kept.captured_at));
    let Some((far, near)) = kept(Stage::Far).zip(kept(Stage::Near)) else { return Ok(None) };
    let (far, near) = (decoded(pictures[far])?, decoded(pictures[near])?);
    let files = [("far", jpeg(&far, QUALITY)), ("near", jpeg(&near, QUALITY))];
    Ok(Some(evidence_from_files(files.map(|(name, bytes)| (name.to_owned(), bytes)).into(), far.dimensions())))
}

fn index_at(time: Millis) -> usize {
    (time * RATE / 1000.0).round() as usize
}

fn decoded(picture: &[u8]) -> Result<RgbImage> {
    Ok(image::load_from_memory_with_format(picture, image::ImageFormat::Jpeg)?.into_rgb8())
}

/// One JPEG after the other.
fn film(video: &Path) -> Result<Vec<u8>> {
    // As `--films` writes them, so many frames a second.
    if video.extension().is_some_and(|extension| extension == "mjpeg") {
        return Ok(std::fs::read(video)?);
    }
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-nostdin", "-loglevel", "error", "-i"]).arg(video);
    ffmpeg.args(["-r", &RATE.to_string(), "-an", "-c:v", "mjpeg", "-q:v", "2", "-f", "image2pipe", "-"]);
    let done = ffmpeg.output().context("starting ffmpeg, which reads the videos: is it installed?")?;
    ensure!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr).trim());
    Ok(done.stdout)
}
