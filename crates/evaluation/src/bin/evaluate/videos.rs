//! Writes videos of each species for a browser to play as its camera: far, approaching, near.

use anyhow::{Context, Result};
use image::RgbImage;
use nearfar_evaluation::captures::scene::{Position, jpeg, vary_light};
use nearfar_evaluation::captures::species::Species;
use nearfar_rendering::portraits::Portrait;
use nearfar_rendering::random::Random;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

/// The size of the videos, as of phones.
const SIZE: (u32, u32) = (720, 1280);
const QUALITY: u8 = 88;
/// Rendered pictures and the number of frames of each, at 30 frames per second: 2.4 s far, 1.5 s approaching, 6 s near.
/// While far or near is held, the pictures play back and forth.
const FAR: (usize, usize) = (4, 3);
const APPROACH: (usize, usize) = (15, 3);
const NEAR: (usize, usize) = (5, 3);
const FAR_FRAMES: usize = 72;
const NEAR_FRAMES: usize = 180;

/// The species that a browser can play as its camera. The video of an altered upload would be bona fide.
pub(crate) fn playable() -> impl Iterator<Item = Species> {
    let is_excluded = |species: &Species| {
        matches!(species, Species::AlteredUpload | Species::RecordedLight | Species::FollowingVideo)
    };
    Species::ALL.into_iter().filter(move |species| !is_excluded(species))
}

/// Writes `FOLDER/SPECIES/PERSON.mjpeg`.
pub(crate) fn write(folder: &Path, species: Species, person: &Portrait) -> Result<()> {
    let name = species.to_string().replace(' ', "-");
    let folder = folder.join(name);
    std::fs::create_dir_all(&folder).with_context(|| format!("creating {}", folder.display()))?;
    let path = folder.join(format!("{}.mjpeg", person.person.replace(['/', ' '], "-")));
    let mut out = BufWriter::new(File::create(&path).with_context(|| path.display().to_string())?);
    for frame in frames(species, person) {
        out.write_all(&frame)?;
    }
    out.flush().with_context(|| path.display().to_string())
}

/// The frames of a video as JPEG.
fn frames(species: Species, person: &Portrait) -> Vec<Vec<u8>> {
    let mut random = Random::new(&format!("film {} {species:?}", person.person));
    let presentation = species.presentation(&mut random);
    let [far, near] = [Position::FAR, Position::NEAR].map(|position| species.random_pose(position, &mut random));
    let mut render = |place: Position, progress: f32| {
        let surface = presentation.surface(progress);
        let picture = presentation.render(person, &surface, place, SIZE, &mut random);
        if presentation.has_camera { vary_light(&picture, 0.0, &mut random) } else { picture }
    };
    // Hands and heads sway by about a degree and a hundredth of the picture.
    let sway = |place: Position, index: usize| {
        let off = (index as f32 * 2.1).sin();
        let middle = (place.middle.0 + 0.004 * off, place.middle.1 + 0.003 * off);
        Position { turn: (place.turn.0 + 0.015 * off, place.turn.1), middle, ..place }
    };
    let far_pictures: Vec<_> = (0..FAR.0).map(|index| render(sway(far, index), 0.0)).collect();
    let approach: Vec<_> = (1..=APPROACH.0)
        .map(|index| {
            let progress = index as f32 / APPROACH.0 as f32;
            render(interpolate(far, near, progress), progress)
        })
        .collect();
    let near_pictures: Vec<_> = (0..NEAR.0).map(|index| render(sway(near, index), 1.0)).collect();
    let mut sensor = Sensor::new(random);
    let approaching = (0..APPROACH.0 * APPROACH.1).map(|frame| &approach[frame / APPROACH.1]);
    let all = back_and_forth(&far_pictures, FAR.1, FAR_FRAMES).chain(approaching).chain(back_and_forth(
        &near_pictures,
        NEAR.1,
        NEAR_FRAMES,
    ));
    // Software that animates a few pictures adds no noise; all others were recorded frame by frame.
    let is_animated = matches!(species, Species::InjectedStill | Species::InjectedLoop);
    all.map(|picture| if is_animated { jpeg(picture, QUALITY) } else { jpeg(&sensor.capture(picture), QUALITY) })
        .collect()
}

/// Plays pictures back and forth, each for a number of frames.
fn back_and_forth(pictures: &[RgbImage], each: usize, count: usize) -> impl Iterator<Item = &RgbImage> {
    let period = 2 * (pictures.len() - 1);
    (0..count).map(move |frame| {
        let step = frame / each % period;
        &pictures[step.min(period - step)]
    })
}

/// Sensor noise, different in each frame.
struct Sensor {
    /// Drawn once and reused at random offsets: a video has a thousand million samples.
    noise: Vec<f32>,
    random: Random,
}

impl Sensor {
    const SAMPLES: usize = 1 << 20;

    fn new(mut random: Random) -> Self {
        let level = random.between(0.7, 2.5);
        Sensor { noise: (0..Self::SAMPLES).map(|_| level * random.normal()).collect(), random }
    }

    fn capture(&mut self, picture: &RgbImage) -> RgbImage {
        let mut captured = picture.clone();
        for row in captured.chunks_exact_mut(3 * picture.width() as usize) {
            let from = self.random.between(0.0, (Self::SAMPLES - row.len()) as f32) as usize;
            for (sample, noise) in row.iter_mut().zip(&self.noise[from..]) {
                *sample = (f32::from(*sample) + noise).round().clamp(0.0, 255.0) as u8;
            }
        }
        captured
    }
}

/// A position between far and near. Size and distance change exponentially.
fn interpolate(far: Position, near: Position, progress: f32) -> Position {
    let mix = |a: f32, b: f32| a + (b - a) * progress;
    let share = far.share * (near.share / far.share).powf(progress);
    Position {
        share,
        distance: far.distance * (near.distance / far.distance).powf(progress),
        middle: (mix(far.middle.0, near.middle.0), mix(far.middle.1, near.middle.1)),
        turn: (mix(far.turn.0, near.turn.0), mix(far.turn.1, near.turn.1)),
    }
}
