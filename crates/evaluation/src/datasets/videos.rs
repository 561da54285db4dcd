//! Reads captures from videos. Far and near are chosen as on the page. `ffmpeg` decodes all formats but Motion JPEG.

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

/// Frames per second, as the page requests from cameras.
const FRAME_RATE: f64 = 30.0;
/// JPEG quality of the engine's pictures.
const QUALITY: u8 = 92;

/// Lists the files of a folder with their names, sorted.
///
/// # Errors
/// If the folder cannot be read or is empty.
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

/// Runs a video through the pipeline and returns its capture; `None` if the pipeline takes no pictures.
///
/// # Errors
/// If the video cannot be read or `ffmpeg` is missing.
pub fn capture(video: &Path, model: &[u8]) -> Result<Option<Evidence>> {
    let mut pipeline = Pipeline::new(Detector::from_tflite(model)?, PipelineConfig::default())?;
    pipeline.handle(&Event::Start, 0.0);
    let bytes = read_motion_jpeg(video)?;
    let pictures: Vec<&[u8]> = crate::video::motion_jpeg::pictures(&bytes).collect();
    ensure!(!pictures.is_empty(), "there is no picture in it");
    let at = |index: usize| index as f64 * 1000.0 / FRAME_RATE;
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
    let kept = |stage: Stage| pipeline.driver().kept(stage).map(|kept| frame_index(kept.captured_at));
    let Some((far, near)) = kept(Stage::Far).zip(kept(Stage::Near)) else { return Ok(None) };
    let (far, near) = (decoded(pictures[far])?, decoded(pictures[near])?);
    let files = [("far", jpeg(&far, QUALITY)), ("near", jpeg(&near, QUALITY))];
    Ok(Some(evidence_from_files(files.map(|(name, bytes)| (name.to_owned(), bytes)).into(), far.dimensions())))
}

fn frame_index(time: Millis) -> usize {
    (time * FRAME_RATE / 1000.0).round() as usize
}

fn decoded(picture: &[u8]) -> Result<RgbImage> {
    Ok(image::load_from_memory_with_format(picture, image::ImageFormat::Jpeg)?.into_rgb8())
}

/// Reads a video as Motion JPEG.
fn read_motion_jpeg(video: &Path) -> Result<Vec<u8>> {
    // `--films` writes this format at this frame rate.
    if video.extension().is_some_and(|extension| extension == "mjpeg") {
        return Ok(std::fs::read(video)?);
    }
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-nostdin", "-loglevel", "error", "-i"]).arg(video);
    ffmpeg.args(["-r", &FRAME_RATE.to_string(), "-an", "-c:v", "mjpeg", "-q:v", "2", "-f", "image2pipe", "-"]);
    let output = ffmpeg.output().context("starting ffmpeg, which decodes the videos: is it installed?")?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr).trim());
    Ok(output.stdout)
}
