//! Positions of a simulated person, and variations of expression and light.

use image::codecs::jpeg::JpegEncoder;
use image::{RgbImage, imageops};
use nearfar_rendering::portraits::Portrait;
use nearfar_rendering::random::Random;
use nearfar_rendering::scene::{Camera, Head, Surface, render};

/// The position and orientation of a person.
#[derive(Clone, Copy, Debug)]
pub struct Position {
    /// Width of the face relative to the picture.
    pub share: f32,
    /// Distance of the camera in distances between the eyes.
    pub distance: f32,
    /// Middle of the face box relative to the sides of the picture.
    pub middle: (f32, f32),
    /// Yaw and pitch, radians.
    pub turn: (f32, f32),
}

impl Position {
    /// The far position in the middle of the range of guidance: 60 cm.
    pub const FAR: Position = Position { share: 0.29, distance: 9.4, middle: (0.5, 0.52), turn: (0.0, 0.0) };
    /// The near position: 27 cm, nearer by the growth of the face.
    pub const NEAR: Position = Position { share: 0.65, distance: 9.4 * 0.29 / 0.65, ..Position::FAR };

    /// The position with the random movement of a living person.
    pub fn with_jitter(self, random: &mut Random) -> Position {
        let mut jitter = |most: f32| random.between(-most, most);
        Position {
            turn: (jitter(0.12), jitter(0.1)),
            middle: (self.middle.0 + jitter(0.03), self.middle.1 + jitter(0.03)),
            share: self.share * (1.0 + jitter(0.08)),
            ..self
        }
    }

    /// Renders the view of the camera.
    pub fn render(&self, portrait: &Portrait, surface: &Surface, size: (u32, u32)) -> RgbImage {
        let camera = Camera::framing(self.distance, self.share, self.middle, size);
        render(portrait, surface, &Camera { turn: [self.turn.0, self.turn.1, 0.0], ..camera }, size)
    }
}

/// The head with a random expression.
pub fn with_random_expression(head: &Head, random: &mut Random) -> Surface {
    Surface::Head(head.with_expression(random.between(-0.08, 0.08), random.between(-0.06, 0.06)))
}

/// The width of a picture in which the near face is enlarged little or not at all.
pub fn native_width(portrait: &Portrait) -> u32 {
    (portrait.face.bbox.width * 1.4 / Position::NEAR.share).clamp(300.0, 480.0) as u32
}

/// Varies light and camera at random: exposure, white balance, side light, blur, noise. `strength` 1 is another place,
/// 0.35 the change within a few seconds and half a metre.
pub fn vary_light(picture: &RgbImage, strength: f32, random: &mut Random) -> RgbImage {
    let mut around_one = |most: f32| 1.0 + strength * random.between(-most, most);
    let (gain, gamma) = (around_one(0.3), around_one(0.25));
    let cast = [around_one(0.1), around_one(0.05), around_one(0.1)];
    let slope = strength * random.between(0.0, 0.7);
    let (sin, cos) = random.between(0.0, std::f32::consts::TAU).sin_cos();
    let noise = random.between(0.0, 4.0);
    let blur = strength * random.between(-0.6, 1.2);
    let mut changed = if blur > 0.2 { imageops::blur(picture, blur) } else { picture.clone() };
    let (width, height) = (picture.width() as f32, picture.height() as f32);
    for (x, y, pixel) in changed.enumerate_pixels_mut() {
        let light = 1.0 + slope * ((x as f32 / width - 0.5) * cos + (y as f32 / height - 0.5) * sin);
        for (channel, cast) in pixel.0.iter_mut().zip(cast) {
            let value = 255.0 * (f32::from(*channel) / 255.0).powf(gamma) * gain * cast * light;
            *channel = (value + noise * random.normal()).clamp(0.0, 255.0) as u8;
        }
    }
    changed
}

/// Matches the colours of the middle of `picture` to those of `other`, as of two people in one room.
pub fn match_colors(picture: &RgbImage, other: &RgbImage) -> RgbImage {
    let mean = |picture: &RgbImage| {
        let (width, height) = picture.dimensions();
        let middle = imageops::crop_imm(picture, width * 2 / 5, height * 2 / 5, width / 5, height / 5).to_image();
        imageops::thumbnail(&middle, 1, 1).get_pixel(0, 0).0.map(f32::from)
    };
    let (from, to) = (mean(picture), mean(other));
    let mut changed = picture.clone();
    for pixel in changed.pixels_mut() {
        for (channel, value) in pixel.0.iter_mut().enumerate() {
            *value = (f32::from(*value) * to[channel] / from[channel].max(1.0)).clamp(0.0, 255.0) as u8;
        }
    }
    changed
}

/// Encodes a picture as JPEG.
pub fn jpeg(picture: &RgbImage, quality: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, quality).encode_image(picture).unwrap();
    bytes
}
