//! `light`: how often well exposed faces of every skin tone are called too dark or too bright, and how often faces that
//! are too dark, burnt out or back lit are.

use anyhow::{Context, Result, anyhow};
use clap::Parser;
use image::{RgbImage, imageops};
use nearfar::detection::Face;
use nearfar::frame::Rect;
use nearfar::guidance::Thresholds;
use nearfar::quality::{FaceMeasurements, QualityMeter};
use nearfar_evaluation::metrics::interval::rate;
use nearfar_evaluation::video::planes::{Planes, luma};
use nearfar_inspect::exit::exit_code;
use nearfar_inspect::model::{detector, workspace};
use nearfar_rendering::covers::Cover;
use nearfar_rendering::lighting::{Light, relit, typology_angle};
use nearfar_rendering::photographs::read_list;
use nearfar_rendering::random::Random;
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Relights photographs of faces in linear light and prints how often light is complained about, by skin tone.
#[derive(Parser)]
#[command(name = "light", version)]
struct Arguments {
    /// More photographs: a file with a path a line, and behind a tab `dark` where somebody sees a person of brown or dark
    /// skin (the photograph's light misleads the typology angle)
    #[arg(long, value_name = "FILE")]
    faces: Option<PathBuf>,
    /// Folders that hold the listed packages [default: node_modules and .cache/occlusion]
    #[arg(long, value_name = "FOLDER")]
    photographs: Vec<PathBuf>,
    /// Prints every complaint about a photograph as it is
    #[arg(long)]
    each: bool,
}

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
const GROUPS: [&str; 5] =
    ["brown or dark, by eye", "angle below 10", "angle 10 to 28", "angle 28 to 41", "angle above 41"];

/// One photograph: its group, and for each of the lights whether it is complained about, now and before.
struct Judged {
    group: usize,
    complaints: Vec<[bool; 2]>,
}

fn main() -> ExitCode {
    exit_code("light", run())
}

fn run() -> Result<()> {
    let arguments = Arguments::parse();
    let paths = paths(&arguments)?;
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let each = arguments.each;
    let judged: Result<Vec<Vec<Judged>>> = std::thread::scope(|scope| {
        let paths = &paths;
        let share = |first: usize| {
            scope.spawn(move || {
                let mine = paths.iter().skip(first).step_by(threads);
                mine.filter_map(|(path, dark)| judge(path, *dark, each).transpose()).collect::<Result<Vec<_>>>()
            })
        };
        let running: Vec<_> = (0..threads).map(share).collect();
        running.into_iter().map(|thread| thread.join().map_err(|_| anyhow!("a thread panicked"))?).collect()
    });
    let judged: Vec<Judged> = judged?.into_iter().flatten().collect();
    println!("{} photographs of faces", judged.len());
    for (index, (name, _, is_bad)) in LIGHTS.into_iter().enumerate() {
        println!("\n{name}: {}", if is_bad { "complaints wanted" } else { "no complaint wanted" });
        let line = |title: &str, members: Vec<&Judged>| {
            let count = |which: usize| members.iter().filter(|judged| judged.complaints[index][which]).count();
            println!("  {title:22} {:38} before {}", rate(count(0), members.len()), rate(count(1), members.len()));
        };
        for (group, title) in GROUPS.into_iter().enumerate() {
            line(title, judged.iter().filter(|judged| judged.group == group).collect());
        }
        line("all", judged.iter().collect());
    }
    Ok(())
}

fn paths(arguments: &Arguments) -> Result<Vec<(PathBuf, bool)>> {
    let root = workspace();
    let folders = if arguments.photographs.is_empty() {
        vec![root.join("node_modules"), root.join(".cache/occlusion")]
    } else {
        arguments.photographs.clone()
    };
    let mut seen = HashSet::new();
    let mut paths = Vec::new();
    if let Some(file) = &arguments.faces {
        let text = std::fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
        for line in text.lines() {
            let (path, tone) = line.split_once('\t').unwrap_or((line, ""));
            paths.push((PathBuf::from(path), tone.trim() == "dark"));
        }
    }
    let list = read_list(&root.join("crates/evaluation/corpus/photographs.json"))?;
    let bare = list.iter().filter(|photograph| photograph.shows == Cover::Bare);
    paths.extend(bare.filter_map(|photograph| photograph.path(&folders)).map(|path| (path, false)));
    // A photograph that is in several packages counts once; what somebody said of it comes first.
    paths.retain(|(path, _)| std::fs::read(path).is_ok_and(|bytes| seen.insert(bytes)));
    Ok(paths)
}

/// `None` where there is no clear face that looks ahead.
fn judge(path: &Path, is_dark: bool, each: bool) -> Result<Option<Judged>> {
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
    let complaints = LIGHTS.into_iter().map(|(name, light, is_bad)| {
        let relit = relit(&picture, &face.bbox, light, &mut random);
        let now = measured(&relit, face)?;
        let complaints = [complains(&now), former(&relit, &face.bbox)];
        if each && complaints[0] && !is_bad {
            println!("  {} {name}: {:.3} {:.3} {:.3}", path.display(), now.brightness, now.backlight, now.overexposed);
        }
        Ok(complaints)
    });
    Ok(Some(Judged { group, complaints: complaints.collect::<Result<Vec<_>>>()? }))
}

fn measured(picture: &RgbImage, face: &Face) -> Result<FaceMeasurements> {
    Ok(QualityMeter::new().measure(&Planes::new(picture).frame()?, face))
}

/// Whether guidance says `too_dark` or `too_bright`.
fn complains(light: &FaceMeasurements) -> bool {
    let limits = Thresholds::default();
    light.brightness < limits.min_brightness
        || light.brightness > limits.max_brightness
        || light.backlight < -limits.max_backlight
        || light.overexposed > limits.max_overexposed
}

/// The rule up to commit 703df15: mean luma of the face 0.15 to 0.85, at most 0.5 darker than what is around it, and a
/// quarter of it burnt out at most.
fn former(picture: &RgbImage, bbox: &Rect) -> bool {
    let center = bbox.center();
    let (mut face, mut around, mut white) = ((0.0, 0.0), (0.0, 0.0), 0.0);
    for (x, y, pixel) in picture.enumerate_pixels() {
        let (dx, dy) = ((x as f32 - center.x) / bbox.width * 2.0, (y as f32 - center.y) / bbox.height * 2.0);
        let luma = luma(pixel.0);
        if (dx / 0.8).powi(2) + (dy / 0.95).powi(2) <= 1.0 {
            face = (face.0 + luma, face.1 + 1.0);
            white += if luma >= 250.0 { 1.0 } else { 0.0 };
        }
        let on_head = dx.abs() < 1.35 && dy > -1.35;
        if dx.abs() < 2.2 && dy > -2.2 && dy < 1.0 && !on_head {
            around = (around.0 + luma, around.1 + 1.0);
        }
    }
    let brightness = face.0 / f32::max(face.1, 1.0) / 255.0;
    let behind = if around.1 > 0.0 { around.0 / around.1 / 255.0 } else { brightness };
    !(0.15..=0.85).contains(&brightness) || behind - brightness > 0.5 || white / f32::max(face.1, 1.0) > 0.25
}
