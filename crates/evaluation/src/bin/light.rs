//! `light`: how often guidance calls faces too dark or too bright, by skin tone: well exposed faces, and faces that are
//! too dark, overexposed or back-lit.

use anyhow::{Context, Result, anyhow};
use clap::Parser;
use image::{RgbImage, imageops};
use nearfar::detection::Face;
use nearfar::frame::{Rect, Size};
use nearfar::guidance::{Instruction, Scene, Stage, Target, Thresholds, Viewport, assess};
use nearfar::quality::{FaceMeasurements, QualityMeter};
use nearfar_evaluation::metrics::rate::format_rate;
use nearfar_evaluation::video::planes::{Planes, luma};
use nearfar_inspect::exit::exit_code;
use nearfar_inspect::model::detector;
use nearfar_rendering::covers::Cover;
use nearfar_rendering::lighting::{Light, relight, typology_angle};
use nearfar_rendering::photographs::{corpus_folders, read_corpus};
use nearfar_rendering::random::Random;
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Relights photographs of faces in linear light and prints how often guidance gives an instruction about the light, by
/// skin tone.
#[derive(Parser)]
#[command(name = "light", version)]
struct Arguments {
    /// A list of further photographs, one path per line, followed by a tab and `dark` for a person of visibly brown or
    /// dark skin (the light of a photograph misleads the typology angle)
    #[arg(long, value_name = "FILE")]
    faces: Option<PathBuf>,
    /// Folders with the packages of the corpus [default: node_modules and .cache/photographs]
    #[arg(long, value_name = "FOLDER")]
    photographs: Vec<PathBuf>,
    /// Prints every instruction about a well exposed photograph
    #[arg(long)]
    each: bool,
}

/// The lights, with their names and whether an instruction is right.
const LIGHTS: [(&str, Light, bool); 15] = [
    ("as photographed", Light::AsItIs, false),
    ("one stop less", Light::Stops(-1.0), false),
    ("before a white wall", Light::WhiteWall, false),
    ("in warm light", Light::Tint([1.0, 0.6, 0.3]), false),
    ("in red light", Light::Tint([1.0, 0.25, 0.2]), false),
    ("in green light", Light::Tint([0.25, 1.0, 0.3]), false),
    ("in blue light", Light::Tint([0.2, 0.3, 1.0]), false),
    ("four stops less", Light::Stops(-4.0), true),
    ("five stops less", Light::Stops(-5.0), true),
    ("six stops less", Light::Stops(-6.0), true),
    ("two stops more", Light::Stops(2.0), true),
    ("three stops more", Light::Stops(3.0), true),
    ("back lit, two stops", Light::BackLight(2.0), true),
    ("back lit, three stops", Light::BackLight(3.0), true),
    ("back lit, four stops", Light::BackLight(4.0), true),
];
/// The groups of skin tones.
const GROUPS: [&str; 5] =
    ["brown or dark, by eye", "angle below 10", "angle 10 to 28", "angle 28 to 41", "angle above 41"];

/// The results of one photograph.
struct LightResult {
    group: usize,
    /// For each light, whether the current and the former rule give an instruction.
    flagged: Vec<[bool; 2]>,
}

fn main() -> ExitCode {
    exit_code("light", run())
}

fn run() -> Result<()> {
    let arguments = Arguments::parse();
    let paths = paths(&arguments)?;
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let each = arguments.each;
    let results: Result<Vec<Vec<LightResult>>> = std::thread::scope(|scope| {
        let paths = &paths;
        let share = |first: usize| {
            scope.spawn(move || {
                let mine = paths.iter().skip(first).step_by(threads);
                mine.filter_map(|(path, dark)| test_photograph(path, *dark, each).transpose())
                    .collect::<Result<Vec<_>>>()
            })
        };
        let running: Vec<_> = (0..threads).map(share).collect();
        running.into_iter().map(|thread| thread.join().map_err(|_| anyhow!("a thread panicked"))?).collect()
    });
    let results: Vec<LightResult> = results?.into_iter().flatten().collect();
    println!("{} photographs of faces", results.len());
    for (index, (name, _, is_bad)) in LIGHTS.into_iter().enumerate() {
        println!("\n{name}: {}", if is_bad { "should be flagged" } else { "should not be flagged" });
        let line = |title: &str, members: Vec<&LightResult>| {
            let count = |which: usize| members.iter().filter(|result| result.flagged[index][which]).count();
            println!(
                "  {title:22} {:38} before {}",
                format_rate(count(0), members.len()),
                format_rate(count(1), members.len())
            );
        };
        for (group, title) in GROUPS.into_iter().enumerate() {
            line(title, results.iter().filter(|result| result.group == group).collect());
        }
        line("all", results.iter().collect());
    }
    Ok(())
}

fn paths(arguments: &Arguments) -> Result<Vec<(PathBuf, bool)>> {
    let folders = if arguments.photographs.is_empty() { corpus_folders() } else { arguments.photographs.clone() };
    let mut seen = HashSet::new();
    let mut paths = Vec::new();
    if let Some(file) = &arguments.faces {
        let text = std::fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
        for line in text.lines() {
            let (path, tone) = line.split_once('\t').unwrap_or((line, ""));
            paths.push((PathBuf::from(path), tone.trim() == "dark"));
        }
    }
    let list = read_corpus()?;
    let bare = list.iter().filter(|photograph| photograph.shows == Cover::Bare);
    paths.extend(bare.filter_map(|photograph| photograph.path(&folders)).map(|path| (path, false)));
    // A photograph in several packages counts once. Labelled photographs come first.
    paths.retain(|(path, _)| std::fs::read(path).is_ok_and(|bytes| seen.insert(bytes)));
    Ok(paths)
}

/// Tests a photograph in all lights; `None` without a clear frontal face.
fn test_photograph(path: &Path, is_dark: bool, each: bool) -> Result<Option<LightResult>> {
    let Ok(picture) = image::open(path) else { return Ok(None) };
    let mut picture = picture.to_rgb8();
    let longest = picture.width().max(picture.height());
    if longest > 800 {
        let side = |side: u32| (side * 800 / longest).max(1);
        picture =
            imageops::resize(&picture, side(picture.width()), side(picture.height()), imageops::FilterType::Triangle);
    }
    let mut faces = detector(None)?.detect_still(&Planes::new(&picture).frame()?);
    faces.retain(|face| face.score >= 0.85 && face.bbox.width >= 40.0);
    let Some(face) = faces.first() else { return Ok(None) };
    let pose = nearfar::quality::pose(face);
    let Some(angle) = typology_angle(&picture, &face.bbox) else { return Ok(None) };
    if pose.yaw.abs() > 25.0 || pose.pitch.abs() > 28.0 {
        return Ok(None);
    }
    let group = match angle {
        _ if is_dark => 0,
        angle if angle < 10.0 => 1,
        angle if angle < 28.0 => 2,
        angle if angle < 41.0 => 3,
        _ => 4,
    };
    let mut random = Random::new(&path.to_string_lossy());
    let flagged = LIGHTS.into_iter().map(|(name, light, is_bad)| {
        let relit = relight(&picture, &face.bbox, light, &mut random);
        let measurements = measure(&relit, face)?;
        let flags = [is_flagged(face, &measurements), is_flagged_by_former_rule(&relit, &face.bbox)];
        if each && flags[0] && !is_bad {
            println!(
                "  {} {name}: {:.3} {:.3} {:.3}",
                path.display(),
                measurements.brightness,
                measurements.backlight,
                measurements.overexposed
            );
        }
        Ok(flags)
    });
    Ok(Some(LightResult { group, flagged: flagged.collect::<Result<Vec<_>>>()? }))
}

fn measure(picture: &RgbImage, face: &Face) -> Result<FaceMeasurements> {
    Ok(QualityMeter::new().measure(&Planes::new(picture).frame()?, face))
}

/// Whether guidance instructs `too_dark` or `too_bright`.
fn is_flagged(face: &Face, measurements: &FaceMeasurements) -> bool {
    let thresholds = Thresholds::default();
    let side = face.bbox.width.max(face.bbox.height).ceil() as u32;
    let (size, viewport) = (Size { width: side, height: side }, Viewport { width: 0.0, height: 0.0 });
    let target = Target::new(Stage::Far, size, viewport, &thresholds);
    let scene = Scene { faces: &[*face], measurements: Some(measurements), speed: 0.0 };
    let failing = assess(&scene, &target, &thresholds).failing;
    failing.contains(Instruction::TooDark) || failing.contains(Instruction::TooBright)
}

/// The rule up to commit 703df15: a mean luma of the face outside 0.15 to 0.85, a background brighter by more than 0.5,
/// or more than a quarter of the face overexposed.
fn is_flagged_by_former_rule(picture: &RgbImage, bbox: &Rect) -> bool {
    let center = bbox.center();
    let (mut face, mut around, mut white) = ((0.0, 0.0), (0.0, 0.0), 0.0);
    for (x, y, pixel) in picture.enumerate_pixels() {
        let (dx, dy) = ((x as f32 - center.x) / bbox.width * 2.0, (y as f32 - center.y) / bbox.height * 2.0);
        let luma = luma(pixel.0);
        if (dx / 0.8).powi(2) + (dy / 0.95).powi(2) <= 1.0 {
            face = (face.0 + luma, face.1 + 1.0);
            white += if luma >= 250.0 { 1.0 } else { 0.0 };
        }
        let is_head = dx.abs() < 1.35 && dy > -1.35;
        if dx.abs() < 2.2 && dy > -2.2 && dy < 1.0 && !is_head {
            around = (around.0 + luma, around.1 + 1.0);
        }
    }
    let brightness = face.0 / f32::max(face.1, 1.0) / 255.0;
    let behind = if around.1 > 0.0 { around.0 / around.1 / 255.0 } else { brightness };
    !(0.15..=0.85).contains(&brightness) || behind - brightness > 0.5 || white / f32::max(face.1, 1.0) > 0.25
}
