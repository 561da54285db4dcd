//! Simulates holds from a portrait: hand tremor, a head that settles and sways, motion blur, focus hunting, sensor
//! noise and codec loss.

use image::codecs::jpeg::JpegEncoder;
use image::{Rgb, RgbImage, imageops};
use nearfar::frame::Point;
use nearfar_rendering::random::Random;

/// One frame of a simulated hold.
pub struct SimulatedFrame {
    /// Time since the first frame, ms.
    pub at: f32,
    /// The frame of the camera.
    pub picture: RgbImage,
    /// The frame without noise, codec loss and drift of the exposure: only blurred.
    pub clean: RgbImage,
}

/// Side of the frames relative to the width of the face: a crop of the camera's frame.
const FRAME_WIDTHS: f32 = 2.6;
/// Samples of the motion blur within an exposure.
const MOTION_SAMPLES: usize = 9;

/// The random conditions of one hold.
struct Conditions {
    interval: f32,
    exposure: f32,
    /// Amplitude, pixels.
    tremor: f32,
    tremor_hz: [f32; 4],
    phases: [f32; 8],
    sway: f32,
    /// Initial speed, face widths per second, and time constant, s.
    settling: (f32, f32),
    settling_direction: f32,
    focus: (f32, f32),
    noise: f32,
    is_noise_smooth: bool,
    gain_drift: f32,
    quality: u8,
}

impl Conditions {
    fn new(random: &mut Random) -> Self {
        let mut phase = || random.between(0.0, std::f32::consts::TAU);
        let phases = [0; 8].map(|_| phase());
        Conditions {
            interval: random.pick(&[1.0 / 30.0, 1.0 / 24.0, 1.0 / 15.0]),
            exposure: random.pick(&[1.0 / 100.0, 1.0 / 50.0, 1.0 / 33.0, 1.0 / 30.0]),
            tremor: random.between(0.2, 2.2),
            tremor_hz: [0; 4].map(|_| random.between(5.0, 11.0)),
            phases,
            sway: random.between(0.005, 0.04),
            settling: (random.between(0.0, 0.6), random.between(0.1, 0.5)),
            settling_direction: random.between(0.0, std::f32::consts::TAU),
            focus: (random.between(0.4, 1.0), random.between(0.0, 1.2)),
            noise: random.between(1.0, 7.0),
            is_noise_smooth: random.chance(0.5),
            gain_drift: random.between(0.0, 0.08),
            quality: random.between(55.0, 92.0) as u8,
        }
    }

    /// Offset of the face at a time, pixels, and its roll in radians.
    fn offset(&self, t: f32, face: f32) -> (f32, f32, f32) {
        use std::f32::consts::TAU;
        let wave = |hz: f32, phase: usize| (TAU * hz * t + self.phases[phase]).sin();
        let shake =
            |first: usize| 0.7 * wave(self.tremor_hz[first], first) + 0.4 * wave(self.tremor_hz[first + 1], first + 1);
        let sway = self.sway * face;
        let (speed, decay) = self.settling;
        let slide = -speed * decay * (-t / decay).exp() * face;
        let (sin, cos) = self.settling_direction.sin_cos();
        (
            self.tremor * shake(0) + sway * wave(0.45, 4) + slide * cos,
            self.tremor * shake(2) + sway * wave(0.6, 5) + slide * sin,
            0.03 * wave(0.5, 6),
        )
    }

    /// Deviation of the lens blur at a time, pixels.
    fn defocus(&self, t: f32) -> f32 {
        let hunt = (std::f32::consts::TAU * 1.3 * t + self.phases[7]).sin();
        self.focus.0 + self.focus.1 * (0.5 + 0.5 * hunt) * (-t / 0.8).exp()
    }
}

/// Simulates a hold of `seconds`. The face around `center`, `width` pixels wide in the photograph, is scaled to `face`
/// pixels.
pub fn simulate_hold(
    photograph: &RgbImage,
    center: Point,
    width: f32,
    face: f32,
    seconds: f32,
    seed: &str,
) -> Vec<SimulatedFrame> {
    let mut random = Random::new(seed);
    let conditions = Conditions::new(&mut random);
    let levels = blur_levels(photograph, face / width);
    let scale = face / width;
    let middle = (center.x * scale, center.y * scale);
    let side = (FRAME_WIDTHS * face) as u32;
    let count = (seconds / conditions.interval).ceil() as usize + 1;
    let frame = |index: usize| {
        let t = index as f32 * conditions.interval;
        let clean = blurred(&levels, middle, side, t, face, &conditions);
        let gain = 1.0 + conditions.gain_drift * (t * 5.0).sin();
        let drifted = map(&clean, |value| value * gain);
        let picture = compressed(&noisy(&drifted, &conditions, &mut random), conditions.quality);
        SimulatedFrame { at: t * 1000.0, picture, clean }
    };
    (0..count).map(frame).collect()
}

/// The photograph in the scale of the frames, blurred by 0, 0.5, 1 … pixels.
fn blur_levels(photograph: &RgbImage, scale: f32) -> Vec<RgbImage> {
    let (width, height) = ((photograph.width() as f32 * scale) as u32, (photograph.height() as f32 * scale) as u32);
    let sharp = imageops::resize(photograph, width.max(1), height.max(1), imageops::FilterType::CatmullRom);
    let blurred = (1..=5).map(|step| imageops::blur(&sharp, 0.5 * step as f32)).collect::<Vec<_>>();
    std::iter::once(sharp).chain(blurred).collect()
}

fn blurred(levels: &[RgbImage], middle: (f32, f32), side: u32, t: f32, face: f32, conditions: &Conditions) -> RgbImage {
    let level = (conditions.defocus(t) / 0.5).min(levels.len() as f32 - 1.001);
    let (lower, share) = (level as usize, level.fract());
    let places: Vec<_> = (0..MOTION_SAMPLES)
        .map(|i| conditions.offset(t + conditions.exposure * i as f32 / (MOTION_SAMPLES - 1) as f32, face))
        .map(|(dx, dy, tilt)| (dx, dy, tilt.sin(), tilt.cos()))
        .collect();
    RgbImage::from_fn(side, side, |x, y| {
        let (u, v) = (x as f32 - side as f32 / 2.0, y as f32 - side as f32 / 2.0);
        let mut sum = [0.0; 3];
        for &(dx, dy, sin, cos) in &places {
            let (px, py) = (middle.0 + (u - dx) * cos - (v - dy) * sin, middle.1 + (u - dx) * sin + (v - dy) * cos);
            for (level, weight) in [(lower, 1.0 - share), (lower + 1, share)] {
                let sample = bilinear(&levels[level], px, py);
                sum = [0, 1, 2].map(|i| sum[i] + weight * sample[i]);
            }
        }
        Rgb(sum.map(|value| (value / MOTION_SAMPLES as f32).round().clamp(0.0, 255.0) as u8))
    })
}

/// Bilinear interpolation; outside, the edge continues.
fn bilinear(picture: &RgbImage, x: f32, y: f32) -> [f32; 3] {
    let (width, height) = picture.dimensions();
    let (x, y) = (x.clamp(0.0, width as f32 - 1.001), y.clamp(0.0, height as f32 - 1.001));
    let (column, row) = (x as u32, y as u32);
    let (fx, fy) = (x.fract(), y.fract());
    let at = |dx: u32, dy: u32| picture.get_pixel((column + dx).min(width - 1), (row + dy).min(height - 1)).0;
    let (a, b, c, d) = (at(0, 0), at(1, 0), at(0, 1), at(1, 1));
    [0, 1, 2].map(|i| {
        let top = f32::from(a[i]) * (1.0 - fx) + f32::from(b[i]) * fx;
        let bottom = f32::from(c[i]) * (1.0 - fx) + f32::from(d[i]) * fx;
        top * (1.0 - fy) + bottom * fy
    })
}

fn map(picture: &RgbImage, change: impl Fn(f32) -> f32) -> RgbImage {
    let mut changed = picture.clone();
    changed.iter_mut().for_each(|value| *value = change(f32::from(*value)).round().clamp(0.0, 255.0) as u8);
    changed
}

/// Sensor noise, which grows with the light. In half of the cameras demosaicing smooths it.
fn noisy(picture: &RgbImage, conditions: &Conditions, random: &mut Random) -> RgbImage {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let row = width * 3;
    let noise: Vec<f32> = (0..row * height).map(|_| random.normal()).collect();
    let at = |index: usize| {
        if !conditions.is_noise_smooth {
            return noise[index];
        }
        let get = |index: Option<usize>| index.and_then(|index| noise.get(index)).copied().unwrap_or_default();
        let around =
            get(index.checked_sub(3)) + get(Some(index + 3)) + get(index.checked_sub(row)) + get(Some(index + row));
        0.8 * noise[index] + 0.3 * around
    };
    let mut changed = picture.clone();
    for (index, value) in changed.iter_mut().enumerate() {
        let light = f32::from(*value);
        let deviation = conditions.noise * (0.4 + 0.6 * light / 255.0).sqrt();
        *value = (light + deviation * at(index)).round().clamp(0.0, 255.0) as u8;
    }
    changed
}

/// Codec loss; JPEG stands for any block codec.
fn compressed(picture: &RgbImage, quality: u8) -> RgbImage {
    let mut bytes = Vec::new();
    let encoded = JpegEncoder::new_with_quality(&mut bytes, quality).encode_image(picture);
    encoded.and_then(|()| image::load_from_memory(&bytes)).map_or_else(|_| picture.clone(), |decoded| decoded.to_rgb8())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_simulated_hold_moves_blurs_and_is_reproducible() {
        let photograph = RgbImage::from_fn(120, 120, |x, y| Rgb([if (x / 4 + y / 4) % 2 == 0 { 40 } else { 200 }; 3]));
        let simulate = || simulate_hold(&photograph, Point { x: 60.0, y: 60.0 }, 40.0, 30.0, 0.3, "a hold");
        let (one, again) = (simulate(), simulate());
        assert!(one.len() > 3);
        assert_eq!(one[0].picture, again[0].picture, "the same seed");
        assert_ne!(one[0].clean, one[2].clean, "it moves");
        assert_ne!(one[0].picture, one[0].clean, "noise and loss");
        let levels = blur_levels(&photograph, 0.75);
        let contrast = |picture: &RgbImage| picture.iter().max().unwrap() - picture.iter().min().unwrap();
        assert!(contrast(&levels[5]) < contrast(&levels[0]));
    }
}
