//! A face in the light of a screen, as a camera sees it that goes on setting its exposure and white balance.
//!
//! How bright: a phone of 7 x 15 cm shows white of 400 cd/m2; of that 0.0105 m2 x 400 / (0.25 m)2 = 67 lux fall on a face at
//! 25 cm, some 20 where it is set to a third, and a red, green or blue field gives the same share of that one channel.
//! A room has 100 to 500 lux (EN 12464-1 asks for 500 on a desk, 100 in corridors), a living room in the evening 50.

use super::evidence::{NONCE_ISSUED_AT, manifest_file};
use super::scene::Position;
use image::{DynamicImage, Rgb, RgbImage};
use nearfar::encoding::{JpegLimits, encode_jpeg};
use nearfar_protocol::light::{self, HOLD_MS, LightColor, LightOutcome, LightReport, ShownLight, linear, sequences};
use nearfar_protocol::manifest::AuditEntry;
use nearfar_rendering::portraits::Portrait;
use nearfar_rendering::random::Random;
use nearfar_rendering::scene::Surface;
use nearfar_scoring::picture::frame;
use nearfar_scoring::{Evidence, IssuedLightChallenge};
use std::array::from_fn;

/// Light of red, green and blue, 1: what the screen gives at most.
pub type Light = [f32; 3];

/// What a screen's light falls on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Before {
    /// Skin, hair and a room behind them, each reflects its share.
    Head,
    /// Glass over a film: it mirrors the screen whatever the film shows. Its share is over the film's white.
    Glass,
    /// Nothing: the pictures come from a program.
    Nothing,
}

/// The room, and what the camera does about the light.
#[derive(Clone, Copy, Debug)]
pub struct Lighting {
    /// What is before the screen.
    pub before: Before,
    /// The screen's light over the room's, on the face.
    pub share: f32,
    /// How much more of red and blue the room has than green: what the camera's white balance has to take back.
    pub warmth: Light,
    /// How much of a change of brightness the exposure takes back until the picture is taken, 0 to 1.
    pub exposure: f32,
    /// How much of a change of colour the white balance takes back, 0 to 1.
    pub balance: f32,
    /// Of each channel, 0 to 255.
    pub noise: f32,
}

impl Lighting {
    /// A room and a camera of its own. `lux` of the room and of the screen.
    pub fn new(before: Before, room: f32, screen: f32, random: &mut Random) -> Self {
        // From incandescent light (red) to a clouded sky (blue).
        let warm = random.between(-0.25, 0.5);
        Lighting {
            before,
            share: screen / room,
            warmth: [1.0 + warm, 1.0, 1.0 - 0.8 * warm],
            exposure: random.between(0.2, 1.0),
            balance: random.between(0.0, 0.4),
            noise: random.between(0.5, 4.0),
        }
    }
}

/// The camera, from picture to picture: what it has got used to.
#[derive(Clone, Debug)]
pub struct Watching {
    lighting: Lighting,
    gains: Light,
}

impl Watching {
    /// A camera that has got used to the room.
    pub fn new(lighting: Lighting) -> Self {
        Watching { lighting, gains: [1.0; 3] }
    }

    /// What the camera makes of `picture`, taken in the room's light and balanced, while the screen shows `light`.
    /// `middle`, `radii`: of the face, pixels.
    pub fn picture(
        &mut self,
        picture: &RgbImage,
        (middle, radii): ((f32, f32), (f32, f32)),
        light: Light,
        random: &mut Random,
    ) -> RgbImage {
        let Lighting { before, share, warmth, exposure, balance, noise } = self.lighting;
        // Balanced for the room: of what the room has less of, the screen gives more.
        let added: Light = from_fn(|channel| share * light[channel] / warmth[channel]);
        let linear = |value: u8| linear(f32::from(value) / 255.0);
        let lit = |x: u32, y: u32, value: u8, channel: usize| {
            let away = ((x as f32 - middle.0) / radii.0).powi(2) + ((y as f32 - middle.1) / radii.1).powi(2);
            let own = linear(value);
            match before {
                // What is behind the head is four times as far away.
                Before::Head => own * (1.0 + added[channel] * if away < 1.0 { 1.0 } else { 1.0 / 16.0 }),
                // The image of the screen lies before the face, and ends softly.
                Before::Glass => own + added[channel] * (1.3 - away).clamp(0.0, 1.0),
                Before::Nothing => own,
            }
        };
        let mut sums = [0.0f32; 3];
        for (x, y, pixel) in picture.enumerate_pixels().step_by(7) {
            for (channel, sum) in sums.iter_mut().enumerate() {
                *sum += lit(x, y, pixel.0[channel], channel) / linear(pixel.0[channel]).max(0.01);
            }
        }
        let count = picture.pixels().len().div_ceil(7) as f32;
        let means = sums.map(|sum| (sum / count).max(0.1));
        let grey = means.iter().sum::<f32>() / 3.0;
        if before != Before::Nothing {
            for (gain, mean) in self.gains.iter_mut().zip(means) {
                let wanted = (1.0 / grey).powf(exposure) * (grey / mean).powf(balance);
                // It has gone most of the way when the picture is taken.
                *gain += 0.7 * (wanted - *gain);
            }
        }
        RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
            let pixel = picture.get_pixel(x, y).0;
            Rgb(from_fn(|channel| {
                let light = (lit(x, y, pixel[channel], channel) * self.gains[channel]).max(0.0);
                let value = if light <= 0.003_130_8 { 12.92 * light } else { 1.055 * light.powf(1.0 / 2.4) - 0.055 };
                (255.0 * value + noise * random.normal()).clamp(0.0, 255.0) as u8
            }))
        })
    }
}

/// Pixels of the pictures that the page sends of the colours.
const SIZE: (u32, u32) = (240, 320);

/// As the page sends it: at this quality browsers keep the colour of two by two pixels.
fn jpeg(picture: &RgbImage) -> Vec<u8> {
    let rgba = DynamicImage::from(picture.clone()).into_rgba8();
    let limits = JpegLimits { min_side: 1, quality: 80, min_quality: 80, ..JpegLimits::default() };
    encode_jpeg(&frame(&rgba).unwrap(), &limits, |_| ()).unwrap().bytes
}

/// One of the sequences that can be drawn.
pub fn any_sequence(random: &mut Random) -> Vec<LightColor> {
    let all: Vec<usize> = (0..sequences().len()).collect();
    sequences()[random.pick(&all)].to_vec()
}

/// Adds a challenge to a capture: `asked` was drawn, and the person or film reflects `shown`.
pub fn add(
    evidence: &mut Evidence,
    (portrait, surface): (&Portrait, &Surface),
    asked: &[LightColor],
    shown: &[LightColor],
    lighting: Lighting,
    random: &mut Random,
) {
    let mut camera = Watching::new(lighting);
    let position = Position::NEAR.alive(random);
    let from = |index: usize| NONCE_ISSUED_AT + 7000 + i64::from(HOLD_MS) * index as i64;
    for (index, color) in shown.iter().enumerate() {
        // Whoever keeps still moves by a few millimetres, and a little more from second to second.
        let mut jitter = |most: f32| random.between(-most, most);
        let middle = (position.middle.0 + jitter(0.01), position.middle.1 + jitter(0.01));
        let turn = (position.turn.0 + jitter(0.02), position.turn.1 + jitter(0.02));
        let place = Position { middle, turn, ..position };
        let picture = place.shot(portrait, surface, SIZE);
        let (width, height) = (SIZE.0 as f32, SIZE.1 as f32);
        let radius = 0.6 * place.share * width;
        let face = ((middle.0 * width, middle.1 * height), (radius, 1.4 * radius));
        let bytes = jpeg(&camera.picture(&picture, face, color.linear(), random));
        let name = format!("audit-{}", evidence.manifest.audit.len());
        evidence.manifest.files.push(manifest_file(&name, &bytes));
        let time = from(index + 1);
        evidence.manifest.audit.push(AuditEntry {
            name: name.clone(),
            time,
            phase: light::PHASE.into(),
            code: color.css(),
        });
        evidence.files.insert(name, bytes);
    }
    let told =
        asked.iter().enumerate().map(|(index, &color)| ShownLight { color, from: from(index), until: from(index + 1) });
    evidence.manifest.light = Some(LightReport { outcome: LightOutcome::Shown, shown: told.collect() });
    evidence.light = Some(IssuedLightChallenge { colors: asked.to_vec(), required: false });
    evidence.received_at += 5000;
}
