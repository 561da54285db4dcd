//! A portrait as a camera would see it: from far or near, turned a little, in other light.

use super::portraits::Portrait;
use image::codecs::jpeg::JpegEncoder;
use image::{RgbImage, imageops};
use nearfar_inspect::occlusion::random::Random;

/// How the person is seen.
#[derive(Clone, Copy, Debug)]
pub struct View {
    /// Width of the face over that of the picture.
    pub share: f32,
    /// Distance of the camera in distances between the eyes; `None` for a flat picture of the person.
    pub distance: Option<f32>,
    /// Turn and nod away from the photograph, radians.
    pub turn: (f32, f32),
    /// Middle of the face box over the sides of the picture.
    pub middle: (f32, f32),
    /// How far the mouth is moved down and the brows up, in distances between the eyes: another expression.
    pub expression: (f32, f32),
}

impl View {
    /// The far position, in the middle of what guidance allows.
    pub const FAR: View =
        View { share: 0.29, distance: None, turn: (0.0, 0.0), middle: (0.5, 0.52), expression: (0.0, 0.0) };
    /// The near position.
    pub const NEAR: View = View { share: 0.65, ..View::FAR };

    /// A person of flesh: another distance, a slightly moved head.
    pub fn alive(self, distance: f32, random: &mut Random) -> View {
        let mut jitter = |most: f32| random.between(-most, most);
        View {
            distance: Some(distance),
            turn: (jitter(0.12), jitter(0.1)),
            expression: (jitter(0.08), jitter(0.06)),
            middle: (0.5 + jitter(0.03), 0.52 + jitter(0.03)),
            share: self.share * (1.0 + jitter(0.08)),
        }
    }
}

/// The distance from which the photographs are taken to have been made, in distances between the eyes.
const PHOTOGRAPHED_FROM: f32 = 16.0;

/// Pixels of the picture's width for which the near face is not much more than its photograph holds.
pub fn fitting_width(portrait: &Portrait) -> u32 {
    (portrait.face.bbox.width * 1.4 / View::NEAR.share).clamp(300.0, 480.0) as u32
}

/// The portrait as it is seen in a picture of this size. What the photograph does not show is continued from its edge.
pub fn shot(portrait: &Portrait, view: &View, (width, height): (u32, u32)) -> RgbImage {
    let face = portrait.face.bbox;
    let scale = view.share * width as f32 / face.width;
    let shrink = scale.min(1.0);
    let side = |length: u32| ((length as f32 * shrink).round() as u32).max(1);
    let source = &portrait.picture;
    let source = imageops::resize(source, side(source.width()), side(source.height()), imageops::FilterType::Triangle);
    let sx = source.width() as f32 / portrait.picture.width() as f32;
    let center = face.center();
    // The head as an ellipsoid around a point between eyes and mouth; the eyes are about 0.42 boxes apart.
    let unit = face.width * 0.42;
    let (cx, cy) = (view.middle.0 * width as f32, view.middle.1 * height as f32);
    RgbImage::from_fn(width, height, |x, y| {
        let (dx, dy) = ((x as f32 + 0.5 - cx) / scale / unit, (y as f32 + 0.5 - cy) / scale / unit);
        let (mut u, mut v) = (dx, dy);
        // Where a point of the photograph is seen, turned round by iteration.
        for _ in 0..4 {
            let (seen_u, seen_v) = seen_at(u, v, view);
            u += dx - seen_u;
            v += dy - seen_v;
        }
        let (px, py) = (center.x + u * unit, center.y + v * unit);
        bilinear(&source, px * sx - 0.5, py * sx - 0.5)
    })
}

fn seen_at(u: f32, v: f32, view: &View) -> (f32, f32) {
    let Some(distance) = view.distance else { return (u, v) };
    let depth = (1.0 - (u / 1.45).powi(2) - (v / 1.9).powi(2)).max(0.0).sqrt() * 1.1;
    let perspective = (1.0 - depth / PHOTOGRAPHED_FROM) / (1.0 - depth / distance);
    // The origin is the middle of the face box, about halfway from the eyes to the mouth.
    let bump = |at: f32, wide: f32| (-(u / 0.6).powi(2) - ((v - at) / wide).powi(2)).exp();
    let moved = view.expression.0 * bump(0.6, 0.35) - view.expression.1 * bump(-0.75, 0.25);
    (u * perspective + depth * view.turn.0, v * perspective + depth * view.turn.1 + moved)
}

fn bilinear(picture: &RgbImage, x: f32, y: f32) -> image::Rgb<u8> {
    let clamp = |value: f32, length: u32| value.clamp(0.0, (length - 1) as f32);
    let (x, y) = (clamp(x, picture.width()), clamp(y, picture.height()));
    let (left, top) = (x as u32, y as u32);
    let (right, below) = ((left + 1).min(picture.width() - 1), (top + 1).min(picture.height() - 1));
    let (fx, fy) = (x - left as f32, y - top as f32);
    let corners = [(left, top), (right, top), (left, below), (right, below)].map(|(x, y)| picture.get_pixel(x, y).0);
    let weights = [(1.0 - fx) * (1.0 - fy), fx * (1.0 - fy), (1.0 - fx) * fy, fx * fy];
    image::Rgb([0, 1, 2].map(|channel| {
        let sum: f32 = corners.iter().zip(weights).map(|(corner, weight)| f32::from(corner[channel]) * weight).sum();
        (sum + 0.5) as u8
    }))
}

/// A change of light and camera: exposure, white balance, light from a side, blur, noise; `strength` 1 is another
/// place, 0.35 what a few seconds and half a metre bring.
pub fn relit(picture: &RgbImage, strength: f32, random: &mut Random) -> RgbImage {
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

/// `picture` with the colours of its middle brought to those of `other`: two people in one room.
pub fn matched(picture: &RgbImage, other: &RgbImage) -> RgbImage {
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

/// As JPEG.
pub fn jpeg(picture: &RgbImage, quality: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, quality).encode_image(picture).unwrap();
    bytes
}
