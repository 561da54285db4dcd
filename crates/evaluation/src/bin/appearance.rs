//! `appearance`: how well the coarse appearance of a face separates people, under changes of light and distance.

use clap::Parser;
use nearfar::detection::Detector;
use nearfar::frame::{Frame, Layout, PixelFormat, Rect, Size};
use nearfar::pipeline::appearance;
use nearfar::session::Appearance;
use std::path::PathBuf;

/// An RGBA picture.
type Picture = image::RgbaImage;

/// The name of a change and the function that applies it.
type Change = (&'static str, fn(&Picture) -> Picture);

/// Changes that may occur between a far and a near frame of the same person.
const CHANGES: [Change; 9] = [
    ("darker", |picture| mapped(picture, |_, channels| channels.map(|c| c * 0.6))),
    ("brighter", |picture| mapped(picture, |_, channels| channels.map(|c| c * 1.3))),
    ("gamma", |picture| mapped(picture, |_, channels| channels.map(|c| c.powf(0.75)))),
    ("warmer", |picture| mapped(picture, |_, [r, g, b]| [r * 1.08, g, b * 0.9])),
    ("colder", |picture| mapped(picture, |_, [r, g, b]| [r * 0.92, g, b * 1.1])),
    ("lit from the left", |picture| mapped(picture, |across, channels| channels.map(|c| c * (1.2 - 0.4 * across)))),
    ("lit by a screen", |picture| mapped(picture, |_, [r, g, b]| [r * 0.9 + 0.05, g * 0.9 + 0.06, b * 0.9 + 0.09])),
    ("far away", |picture| resized(picture, 0.35)),
    ("out of focus", |picture| image::imageops::blur(picture, picture.width() as f32 / 150.0)),
];

/// Differences of boxes of two detections of the same face: shifts relative to its width, and a scale.
const BOX_SHIFTS: [(f32, f32, f32); 5] =
    [(0.0, 0.0, 1.0), (0.05, 0.0, 1.0), (0.0, 0.05, 1.0), (0.0, 0.0, 1.08), (0.0, 0.0, 0.93)];

fn mapped(picture: &Picture, change: impl Fn(f32, [f32; 3]) -> [f32; 3]) -> Picture {
    let mut changed = picture.clone();
    let width = picture.width() as f32;
    for (x, _, pixel) in changed.enumerate_pixels_mut() {
        let [r, g, b, _] = pixel.0;
        let channels = change(x as f32 / width, [r, g, b].map(|c| f32::from(c) / 255.0));
        let [r, g, b] = channels.map(|c| (c * 255.0).clamp(0.0, 255.0) as u8);
        pixel.0 = [r, g, b, 255];
    }
    changed
}

fn resized(picture: &Picture, scale: f32) -> Picture {
    let size = |side: u32| ((side as f32 * scale) as u32).max(1);
    image::imageops::thumbnail(picture, size(picture.width()), size(picture.height()))
}

fn appearance_of(picture: &Picture, bbox_of: impl FnOnce(&Frame) -> Option<Rect>) -> Option<Appearance> {
    let size = Size { width: picture.width(), height: picture.height() };
    let frame = Frame::new(Layout::packed(PixelFormat::Rgba, size), picture.as_raw()).ok()?;
    let bbox = bbox_of(&frame)?;
    Some(appearance(&frame, &bbox))
}

/// Prints the share of pairs that each threshold of the difference of appearance takes for two faces: pairs of one
/// photograph under changes of light and distance, and pairs of different people.
#[derive(Parser)]
#[command(name = "appearance", version)]
struct Arguments {
    /// The face detection model, a .tflite file
    model: PathBuf,
    /// Portraits of different people, PNG or JPEG
    #[arg(required = true, value_name = "PHOTOS")]
    photos: Vec<PathBuf>,
}

fn main() -> anyhow::Result<()> {
    let Arguments { model, photos } = Arguments::parse();
    let mut detector = Detector::from_tflite(&std::fs::read(model)?)?;
    let (mut people, mut same) = (Vec::new(), Vec::new());
    for path in photos {
        let picture = image::open(&path)?.to_rgba8();
        let picture = if picture.width() > 900 { resized(&picture, 900.0 / picture.width() as f32) } else { picture };
        let mut found = None;
        let mut find = |frame: &Frame| {
            let faces = detector.detect_still(frame);
            faces.first().filter(|_| faces.len() == 1).map(|face| face.bbox)
        };
        let Some(plain) = appearance_of(&picture, |frame| {
            found = find(frame);
            found
        }) else {
            eprintln!("{}: not exactly one face", path.display());
            continue;
        };
        for (name, change) in CHANGES {
            let changed = change(&picture);
            if let Some(other) = appearance_of(&changed, &mut find) {
                same.push((plain.difference(&other), name));
            }
        }
        for (x, y, scale) in BOX_SHIFTS {
            let shifted = found.map(|Rect { x: left, y: top, width, height }| Rect {
                x: left + (x + (1.0 - scale) / 2.0) * width,
                y: top + (y + (1.0 - scale) / 2.0) * height,
                width: width * scale,
                height: height * scale,
            });
            same.extend(appearance_of(&picture, |_| shifted).map(|other| (plain.difference(&other), "box")));
        }
        people.push((path, plain));
    }
    let mut different = Vec::new();
    for (index, (_, one)) in people.iter().enumerate() {
        different.extend(people[index + 1..].iter().map(|(_, other)| one.difference(other)));
    }
    same.sort_by(|a, b| b.0.total_cmp(&a.0));
    println!("{} people; greatest differences of the same person {:?}", people.len(), &same[..same.len().min(8)]);
    for threshold in [0.8, 1.0, 1.2, 1.4, 1.6, 1.8, 2.0] {
        let share = |count: usize, of: usize| 100.0 * count as f64 / of.max(1) as f64;
        let false_alarms = same.iter().filter(|(difference, _)| *difference > threshold).count();
        let detections = different.iter().filter(|difference| **difference > threshold).count();
        println!(
            "over {threshold}: {:5.1} % of {} pairs of one person, {:5.1} % of {} pairs of two",
            share(false_alarms, same.len()),
            same.len(),
            share(detections, different.len()),
            different.len()
        );
    }
    Ok(())
}
