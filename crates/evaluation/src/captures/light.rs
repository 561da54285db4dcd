//! Simulates a face in the light of a screen, captured by a camera with automatic exposure and white balance.
//!
//! Illuminance: a phone of 7 x 15 cm shows white of 400 cd/m2. At 25 cm 0.0105 m2 x 400 / (0.25 m)2 = 67 lux of it
//! reach a face, some 20 at a third of the brightness. A red, green or blue field gives the same share of its channel.
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

/// Red, green and blue light; 1 is the maximum of the screen.
pub type Light = [f32; 3];

/// The object in the light of the screen. Names of variants are part of random seeds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum LitObject {
    /// Skin, hair and a room behind them, which reflect the light diffusely.
    Head,
    /// Glass over a video, which mirrors the screen whatever the video shows. Its share is relative to the video's
    /// white.
    Glass,
    /// None: the pictures are injected.
    Nothing,
}

/// The light of room and screen, and the response of the camera.
#[derive(Clone, Copy, Debug)]
pub struct Lighting {
    /// The object in front of the screen.
    pub object: LitObject,
    /// The screen's light relative to the room's, on the face.
    pub share: f32,
    /// Red and blue of the room relative to green, which the white balance corrects.
    pub warmth: Light,
    /// The share of a change of brightness that the automatic exposure corrects before the picture, 0 to 1.
    pub exposure: f32,
    /// The share of a change of colour that the white balance corrects, 0 to 1.
    pub balance: f32,
    /// Noise of each channel, 0 to 255.
    pub noise: f32,
}

impl Lighting {
    /// A random room and camera. `room` and `screen` are in lux.
    pub fn new(object: LitObject, room: f32, screen: f32, random: &mut Random) -> Self {
        // From incandescent light (red) to a clouded sky (blue).
        let warm = random.between(-0.25, 0.5);
        Lighting {
            object,
            share: screen / room,
            warmth: [1.0 + warm, 1.0, 1.0 - 0.8 * warm],
            exposure: random.between(0.2, 1.0),
            balance: random.between(0.0, 0.4),
            noise: random.between(0.5, 4.0),
        }
    }
}

/// A camera with automatic exposure and white balance, which adapt from picture to picture.
#[derive(Clone, Debug)]
pub struct AdaptingCamera {
    lighting: Lighting,
    gains: Light,
}

impl AdaptingCamera {
    /// A camera adapted to the room.
    pub fn new(lighting: Lighting) -> Self {
        AdaptingCamera { lighting, gains: [1.0; 3] }
    }

    /// Captures `picture`, which is balanced for the room, while the screen shows `light`. `middle` and `radii` of the
    /// face are in pixels.
    pub fn capture(
        &mut self,
        picture: &RgbImage,
        (middle, radii): ((f32, f32), (f32, f32)),
        light: Light,
        random: &mut Random,
    ) -> RgbImage {
        let Lighting { object, share, warmth, exposure, balance, noise } = self.lighting;
        // Relative to the balance for the room.
        let added: Light = from_fn(|channel| share * light[channel] / warmth[channel]);
        let linear = |value: u8| linear(f32::from(value) / 255.0);
        let lit = |x: u32, y: u32, value: u8, channel: usize| {
            let distance = ((x as f32 - middle.0) / radii.0).powi(2) + ((y as f32 - middle.1) / radii.1).powi(2);
            let own = linear(value);
            match object {
                // The background is four times as far away.
                LitObject::Head => own * (1.0 + added[channel] * if distance < 1.0 { 1.0 } else { 1.0 / 16.0 }),
                // The reflection of the screen covers the face and has soft edges.
                LitObject::Glass => own + added[channel] * (1.3 - distance).clamp(0.0, 1.0),
                LitObject::Nothing => own,
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
        if object != LitObject::Nothing {
            for (gain, mean) in self.gains.iter_mut().zip(means) {
                let wanted = (1.0 / grey).powf(exposure) * (grey / mean).powf(balance);
                // The adaptation is mostly complete when the picture is taken.
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

/// Size of the pictures that the page sends of the colours.
const SIZE: (u32, u32) = (240, 320);

/// Encodes a picture like the page: at this quality browsers store one colour for two by two pixels.
fn jpeg(picture: &RgbImage) -> Vec<u8> {
    let rgba = DynamicImage::from(picture.clone()).into_rgba8();
    let limits = JpegLimits { min_side: 1, quality: 80, min_quality: 80, ..JpegLimits::default() };
    encode_jpeg(&frame(&rgba).unwrap(), &limits, |_| ()).unwrap().bytes
}

/// A random sequence of those that can be drawn.
pub fn random_sequence(random: &mut Random) -> Vec<LightColor> {
    let all: Vec<usize> = (0..sequences().len()).collect();
    sequences()[random.pick(&all)].to_vec()
}

/// Adds a light challenge to a capture: the service drew `requested`, and the person or video reflects `shown`.
pub fn add_light_challenge(
    evidence: &mut Evidence,
    (portrait, surface): (&Portrait, &Surface),
    requested: &[LightColor],
    shown: &[LightColor],
    lighting: Lighting,
    random: &mut Random,
) {
    let mut camera = AdaptingCamera::new(lighting);
    let position = Position::NEAR.with_jitter(random);
    let from = |index: usize| NONCE_ISSUED_AT + 7000 + i64::from(HOLD_MS) * index as i64;
    for (index, color) in shown.iter().enumerate() {
        // A person who keeps still moves by a few millimetres, and a little more over seconds.
        let mut jitter = |most: f32| random.between(-most, most);
        let middle = (position.middle.0 + jitter(0.01), position.middle.1 + jitter(0.01));
        let turn = (position.turn.0 + jitter(0.02), position.turn.1 + jitter(0.02));
        let place = Position { middle, turn, ..position };
        let picture = place.render(portrait, surface, SIZE);
        let (width, height) = (SIZE.0 as f32, SIZE.1 as f32);
        let radius = 0.6 * place.share * width;
        let face = ((middle.0 * width, middle.1 * height), (radius, 1.4 * radius));
        let bytes = jpeg(&camera.capture(&picture, face, color.linear(), random));
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
    let report = requested.iter().enumerate().map(|(index, &color)| ShownLight {
        color,
        from: from(index),
        until: from(index + 1),
    });
    evidence.manifest.light = Some(LightReport { outcome: LightOutcome::Shown, shown: report.collect() });
    evidence.light = Some(IssuedLightChallenge { colors: requested.to_vec(), required: false });
    evidence.received_at += 5000;
}
