//! Species as films that a browser plays as its camera: somebody, or something, far, then nearer, then near.

use anyhow::{Context, Result};
use image::RgbImage;
use nearfar_evaluation::captures::scene::{Position, jpeg, relit};
use nearfar_evaluation::species::Species;
use nearfar_rendering::portraits::Portrait;
use nearfar_rendering::random::Random;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

/// As phones give it.
const SIZE: (u32, u32) = (720, 1280);
const QUALITY: u8 = 88;
/// Pictures that are drawn, and for how many of the film's each is shown, at 30 a second: 2.4 s far, 1.5 s on the way,
/// 6 s near. While they are held, they go to and fro.
const FAR: (usize, usize) = (4, 3);
const WAY: (usize, usize) = (15, 3);
const NEAR: (usize, usize) = (5, 3);
const FAR_FRAMES: usize = 72;
const NEAR_FRAMES: usize = 180;

/// What a browser can be shown as its camera; an altered upload is an honest film.
pub fn playable() -> impl Iterator<Item = Species> {
    let is_none = |species: &Species| {
        matches!(species, Species::AlteredUpload | Species::RecordedLight | Species::FollowingVideo)
    };
    Species::ALL.into_iter().filter(move |species| !is_none(species))
}

/// Writes `FOLDER/SPECIES/PERSON.mjpeg`.
pub fn write(folder: &Path, species: Species, person: &Portrait) -> Result<()> {
    let name = species.to_string().replace(' ', "-");
    let folder = folder.join(name);
    std::fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
    let path = folder.join(format!("{}.mjpeg", person.person.replace(['/', ' '], "-")));
    let mut out = BufWriter::new(File::create(&path).with_context(|| path.display().to_string())?);
    for frame in frames(species, person) {
        out.write_all(&frame)?;
    }
    out.flush().with_context(|| path.display().to_string())
}

/// One JPEG after the other.
fn frames(species: Species, person: &Portrait) -> Vec<Vec<u8>> {
    let mut random = Random::new(&format!("film {} {species:?}", person.person));
    let staged = species.staged(&mut random);
    let [far, near] = [Position::FAR, Position::NEAR].map(|position| species.held(position, &mut random));
    let mut drawn = |place: Position, part: f32| {
        let surface = staged.surface(part);
        let picture = staged.seen(person, &surface, place, SIZE, &mut random);
        if staged.has_camera { relit(&picture, 0.0, &mut random) } else { picture }
    };
    // Hands and heads sway by a little: a degree, a hundredth of the picture.
    let sway = |place: Position, index: usize| {
        let off = (index as f32 * 2.1).sin();
        let middle = (place.middle.0 + 0.004 * off, place.middle.1 + 0.003 * off);
        Position { turn: (place.turn.0 + 0.015 * off, place.turn.1), middle, ..place }
    };
    let fars: Vec<_> = (0..FAR.0).map(|index| drawn(sway(far, index), 0.0)).collect();
    let way: Vec<_> = (1..=WAY.0)
        .map(|index| {
            let part = index as f32 / WAY.0 as f32;
            drawn(between(far, near, part), part)
        })
        .collect();
    let nears: Vec<_> = (0..NEAR.0).map(|index| drawn(sway(near, index), 1.0)).collect();
    let mut sensor = Sensor::new(random);
    let on_the_way = (0..WAY.0 * WAY.1).map(|frame| &way[frame / WAY.1]);
    let all = held(&fars, FAR.1, FAR_FRAMES).chain(on_the_way).chain(held(&nears, NEAR.1, NEAR_FRAMES));
    // What a program makes of few pictures has the noise of those, if any; the rest was filmed once, frame by frame.
    let is_made = matches!(species, Species::InjectedStill | Species::InjectedLoop);
    all.map(|picture| if is_made { jpeg(picture, QUALITY) } else { jpeg(&sensor.taken(picture), QUALITY) }).collect()
}

/// Pictures to and fro, each for so many frames.
fn held(pictures: &[RgbImage], each: usize, count: usize) -> impl Iterator<Item = &RgbImage> {
    let turn = 2 * (pictures.len() - 1);
    (0..count).map(move |frame| {
        let step = frame / each % turn;
        &pictures[step.min(turn - step)]
    })
}

/// A sensor's noise, another one in each frame.
struct Sensor {
    /// Drawn once: a film has a thousand million samples.
    noise: Vec<f32>,
    random: Random,
}

impl Sensor {
    const SAMPLES: usize = 1 << 20;

    fn new(mut random: Random) -> Self {
        let level = random.between(0.7, 2.5);
        Sensor { noise: (0..Self::SAMPLES).map(|_| level * random.normal()).collect(), random }
    }

    fn taken(&mut self, picture: &RgbImage) -> RgbImage {
        let mut taken = picture.clone();
        for row in taken.chunks_exact_mut(3 * picture.width() as usize) {
            let from = self.random.between(0.0, (Self::SAMPLES - row.len()) as f32) as usize;
            for (sample, noise) in row.iter_mut().zip(&self.noise[from..]) {
                *sample = (f32::from(*sample) + noise).round().clamp(0.0, 255.0) as u8;
            }
        }
        taken
    }
}

/// A place on the way: the face grows as evenly as the distance shrinks, where it does.
fn between(far: Position, near: Position, part: f32) -> Position {
    let mix = |a: f32, b: f32| a + (b - a) * part;
    let share = far.share * (near.share / far.share).powf(part);
    Position {
        share,
        distance: far.distance * (near.distance / far.distance).powf(part),
        middle: (mix(far.middle.0, near.middle.0), mix(far.middle.1, near.middle.1)),
        turn: (mix(far.turn.0, near.turn.0), mix(far.turn.1, near.turn.1)),
    }
}
