//! Simulates the recapture of a video from a screen: subpixels seen through lens and sensor, backlight, glass and edge.
//!
//! The artefacts are random for every capture. Often none is visible: with a fine grid, a lens slightly out of focus,
//! or a screen that fills the picture.

use super::scene::bilinear;
use crate::random::Random;
use image::codecs::jpeg::JpegEncoder;
use image::{Rgb, RgbImage, imageops};
use std::f32::consts::TAU;

/// The kind of a screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// 3 : 4, 768 to 2048 pixels across.
    Tablet,
    /// Longer than the picture, 720 to 1440 pixels across, often with diamond subpixels.
    Phone,
}

/// A screen and the camera in front of it. Light is linear; 1 is white.
#[derive(Clone, Debug)]
pub struct Screen {
    /// Width of the screen relative to the picture: below 1 its edges are visible.
    pub scale: f32,
    /// Height of the screen relative to a 3 : 4 picture of the same width.
    pub tall: f32,
    /// Pixels across the screen.
    pixels: f32,
    /// Diamond layout: red and blue have half as many subpixels as green.
    diamonds: bool,
    /// Pixels across the sensor.
    sensor: f32,
    /// Deviation of the lens blur, sensor pixels.
    lens: f32,
    /// Black level, including the room's reflection on the glass.
    black: f32,
    /// Exponent of screen and camera together.
    gamma: f32,
    tint: [f32; 3],
    /// Relative position, size and light of reflections.
    glare: [[f32; 4]; 2],
    /// Amplitude of the flicker as a share, and the number of its bands in the picture.
    flicker: (f32, f32),
    /// Width of the bezel relative to the screen, and its light.
    edge: (f32, f32),
    /// Colours of the background.
    behind: [[f32; 3]; 2],
    /// Rotation, slants, shift.
    pose: [f32; 5],
    /// JPEG quality that simulates the compression of the video.
    quality: u8,
    tone: ToneCurve,
}

/// Tone curve of the recapturing camera: real recaptures have crushed blacks and more contrast than the video.
#[derive(Clone, Copy, Debug)]
struct ToneCurve {
    /// The values below this share of the range become black.
    crushed: f32,
    /// Shape of the curve from linear, 0, to S-shaped, 1.
    contrast: f32,
}

impl ToneCurve {
    const LINEAR: ToneCurve = ToneCurve { crushed: 0.0, contrast: 0.0 };

    /// Maps a value, 0 to 1.
    fn apply(self, value: f32) -> f32 {
        let value = ((value - self.crushed) / (1.0 - self.crushed)).clamp(0.0, 1.0);
        let curved = value * value * (3.0 - 2.0 * value);
        value + self.contrast * (curved - value)
    }
}

impl Screen {
    /// A random screen. Its width is `min_scale` to 1.25 times that of the picture.
    pub fn new(kind: Kind, min_scale: f32, random: &mut Random) -> Self {
        let phone = kind == Kind::Phone;
        let lens = match random.between(0.0, 1.0) {
            ..0.5 => random.between(0.35, 0.6),
            ..0.8 => random.between(0.6, 1.0),
            _ => random.between(1.0, 3.0),
        };
        let has_glare = random.chance(0.5);
        let mut spot = || {
            let light = if has_glare { random.between(0.0, 0.15) } else { 0.0 };
            [random.between(0.0, 1.0), random.between(0.0, 1.0), random.between(0.08, 0.3), light]
        };
        let glare = [spot(), spot()];
        let flicker = if random.chance(0.4) { random.between(0.01, 0.12) } else { 0.0 };
        let edge = if random.chance(0.15) { 0.6 } else { random.between(0.001, 0.02) };
        let mut color = || [(); 3].map(|()| random.between(0.01, 0.5));
        Screen {
            behind: [color(), color()],
            glare,
            lens,
            scale: random.between(min_scale, 1.25),
            tall: if phone { random.between(1.1, 1.5) } else { 1.0 },
            pixels: if phone { random.between(720.0, 1440.0) } else { random.between(768.0, 2048.0) },
            diamonds: phone && random.chance(0.6),
            sensor: random.between(900.0, 3000.0),
            black: random.between(0.001, 0.03),
            gamma: random.between(0.9, 1.15),
            tint: [random.between(0.93, 1.02), 1.0, random.between(0.98, 1.08)],
            flicker: (flicker, random.between(3.0, 25.0)),
            edge: (random.between(0.02, 0.08), edge),
            pose: [(); 5].map(|()| random.between(-1.0, 1.0)),
            quality: random.between(50.0, 92.0) as u8,
            tone: ToneCurve { crushed: random.between(0.0, 0.2), contrast: random.between(0.0, 0.8) },
        }
    }

    /// A screen held straight. The lens is out of focus, so that only its edge is visible, and only with a `scale`
    /// below 1.
    pub fn flawless(kind: Kind, scale: f32) -> Self {
        Screen {
            scale,
            lens: 1.5,
            black: 0.0,
            gamma: 1.0,
            tint: [1.0; 3],
            glare: [[0.5, 0.5, 0.1, 0.0]; 2],
            flicker: (0.0, 5.0),
            edge: (0.04, 0.005),
            pose: [0.0; 5],
            quality: 92,
            tone: ToneCurve::LINEAR,
            ..Screen::new(kind, 1.0, &mut Random::new("flawless"))
        }
    }

    /// Size of the video for a picture of this width: 1.5 times as wide.
    pub fn video_size(&self, width: u32) -> (u32, u32) {
        let across = width * 3 / 2;
        (across, (across as f32 * 4.0 / 3.0 * self.tall) as u32)
    }

    /// Recaptures `video`.
    pub fn recapture(&self, video: &RgbImage, size: (u32, u32), random: &mut Random) -> RgbImage {
        let video = compressed(video, self.quality);
        let blur = self.lens / self.sensor * video.width() as f32 / self.scale;
        let video = if blur > 0.3 { imageops::blur(&video, blur) } else { video };
        let (width, height) = (size.0 as f32, size.1 as f32);
        let pose = self.pose.map(|value| value + 0.15 * random.between(-1.0, 1.0));
        let (sin, cos) = (0.05 * pose[0]).sin_cos();
        // From picture to screen coordinates, both in widths around the middle.
        let on_screen = |x: f32, y: f32| {
            let (x, y) = (x / width - 0.5 + 0.02 * pose[3], (y - height / 2.0) / width + 0.02 * pose[4]);
            let (x, y) = (x * cos + y * sin, y * cos - x * sin);
            let depth = self.scale * (1.0 + 0.08 * (pose[1] * x + pose[2] * y));
            (x / depth, y / depth)
        };
        let grid = Grid::new(self, width);
        let linear: Vec<f32> = (0..256).map(|value| (value as f32 / 255.0).powf(2.2 * self.gamma)).collect();
        let phase = random.between(0.0, TAU);
        let half = 2.0 / 3.0 * self.tall;
        RgbImage::from_fn(size.0, size.1, |column, row| {
            let (x, y) = (column as f32 + 0.5, row as f32 + 0.5);
            let (u, v) = on_screen(x, y);
            let glare: f32 = self
                .glare
                .iter()
                .map(|[left, top, wide, light]| {
                    light * (-((x / width - left).powi(2) + (y / height - top).powi(2)) / (wide * wide)).exp()
                })
                .sum();
            let out = (u.abs() - 0.5).max(v.abs() - half);
            let light = if out < 0.0 {
                let (video_x, video_y) =
                    ((u + 0.5) * video.width() as f32 - 0.5, (v / half + 1.0) * 0.5 * video.height() as f32 - 0.5);
                let pixel = bilinear(&video, video_x, video_y).0;
                let grid = grid.at(column, row, &on_screen);
                let wave = (phase + TAU * self.flicker.1 * y / height).sin();
                let backlight = 1.0 + self.flicker.0 * (wave + 0.3 * wave * wave);
                [0, 1, 2].map(|i| {
                    let light = (linear[usize::from(pixel[i])] * (1.0 - self.black) + self.black) * self.tint[i];
                    light * grid[i] * backlight + glare
                })
            } else if out < self.edge.0 {
                [self.edge.1 + glare; 3]
            } else {
                let mix = 0.5 + 0.5 * (3.0 * x / width + (4.0 * y / height).sin()).sin();
                [0, 1, 2].map(|i| self.behind[0][i] * mix + self.behind[1][i] * (1.0 - mix))
            };
            Rgb(light.map(|light| (255.0 * self.tone.apply(light.clamp(0.0, 1.0).powf(1.0 / 2.2)) + 0.5) as u8))
        })
    }
}

fn compressed(video: &RgbImage, quality: u8) -> RgbImage {
    let mut jpeg = Vec::new();
    let encoded = JpegEncoder::new_with_quality(&mut jpeg, quality).encode_image(video);
    let decoded = encoded.and_then(|()| image::load_from_memory(&jpeg));
    decoded.map_or_else(|_| video.clone(), |decoded| decoded.to_rgb8())
}

/// Light profile of one screen pixel after lens and sensor, sampled over a period.
struct Profile(Vec<f32>);

impl Profile {
    const STEPS: usize = 256;

    /// Emits over `lit` of the period; `frequency` is in periods per sensor pixel.
    fn new(lit: f32, frequency: f32, lens: f32) -> Self {
        let sinc = |x: f32| if x.abs() < 1e-4 { 1.0 } else { (TAU / 2.0 * x).sin() / (TAU / 2.0 * x) };
        let wave = |step: usize| {
            let at = step as f32 / Self::STEPS as f32;
            let harmonic = |k: f32| {
                let f = k * frequency;
                // Gaussian blur of the lens, box filter of the sensor pixel.
                let transfer = (-0.5 * (TAU * lens * f).powi(2)).exp() * sinc(f);
                2.0 * sinc(k * lit) * transfer * (TAU * k * at).cos()
            };
            1.0 + [1.0, 2.0, 3.0].map(harmonic).iter().sum::<f32>()
        };
        Profile((0..Self::STEPS).map(wave).collect())
    }

    fn at(&self, periods: f32) -> f32 {
        let step = (periods - periods.floor()) * Self::STEPS as f32;
        self.0[(step as usize).min(Self::STEPS - 1)]
    }
}

/// The subpixel grid of a screen as the sensor samples it, including moire.
struct Grid<'a> {
    screen: &'a Screen,
    /// Sensor pixels per picture pixel in each direction.
    sensor: u32,
    stripe: Profile,
    line: Profile,
    diamond: Profile,
}

impl<'a> Grid<'a> {
    fn new(screen: &'a Screen, width: f32) -> Self {
        let sensor = (screen.sensor / width).round().max(2.0);
        let frequency = screen.pixels / (screen.scale * width * sensor);
        let profile = |lit: f32, slower: f32| Profile::new(lit, frequency / slower, screen.lens);
        Grid {
            screen,
            sensor: sensor as u32,
            stripe: profile(0.3, 1.0),
            line: profile(0.85, 1.0),
            diamond: profile(0.6, 2f32.sqrt()),
        }
    }

    /// Mean light of red, green and blue on the sensor's pixels that make one of the picture, over that without a grid.
    /// The sensor has one colour a pixel: green on every second, red and blue on every fourth.
    fn at(&self, column: u32, row: u32, on_screen: &impl Fn(f32, f32) -> (f32, f32)) -> [f32; 3] {
        let count = self.sensor;
        // Within one pixel of the picture the way to the screen is straight.
        let corner = on_screen(column as f32, row as f32);
        let (right, down) = (on_screen(column as f32 + 1.0, row as f32), on_screen(column as f32, row as f32 + 1.0));
        let (mut sums, mut counts) = ([0.0f32; 3], [0.0f32; 3]);
        for (j, i) in (0..count).flat_map(|j| (0..count).map(move |i| (j, i))) {
            let (x, y) = ((i as f32 + 0.5) / count as f32, (j as f32 + 0.5) / count as f32);
            let along = |corner: f32, right: f32, down: f32| {
                self.screen.pixels * (corner + x * (right - corner) + y * (down - corner))
            };
            let (u, v) = (along(corner.0, right.0, down.0), along(corner.1, right.1, down.1));
            let channel = match ((column * count + i) % 2, (row * count + j) % 2) {
                (0, 1) => 0,
                (1, 0) => 2,
                _ => 1,
            };
            let light = if self.screen.diamonds && channel != 1 {
                let shift = if channel == 0 { 0.0 } else { 0.5 };
                self.diamond.at((u + v) / 2.0 + shift) * self.diamond.at((u - v) / 2.0)
            } else {
                self.stripe.at(u + channel as f32 / 3.0) * self.line.at(v)
            };
            sums[channel] += light;
            counts[channel] += 1.0;
        }
        [0, 1, 2].map(|channel| sums[channel] / counts[channel].max(1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_keeps_the_mean_light_and_blur_lowers_its_contrast() {
        let spread =
            |profile: &Profile| profile.0.iter().fold(0.0f32, |greatest, value| greatest.max((value - 1.0).abs()));
        let (sharp, soft) = (Profile::new(0.3, 0.4, 0.4), Profile::new(0.3, 0.4, 1.5));
        for profile in [&sharp, &soft] {
            assert!((profile.0.iter().sum::<f32>() / Profile::STEPS as f32 - 1.0).abs() < 1e-3);
        }
        assert!(spread(&sharp) > 0.5 && spread(&soft) < 0.01, "{} {}", spread(&sharp), spread(&soft));
    }

    #[test]
    fn a_tone_curve_crushes_blacks_and_adds_contrast() {
        let tone = ToneCurve { crushed: 0.1, contrast: 0.5 };
        assert_eq!([0.0, 0.05, 0.1, 1.0].map(|value| tone.apply(value)), [0.0, 0.0, 0.0, 1.0]);
        let values: Vec<f32> = (0..=100).map(|step| tone.apply(step as f32 / 100.0)).collect();
        assert!(values.is_sorted());
        assert!(tone.apply(0.7) - tone.apply(0.4) > 0.35, "steeper in the middle than a straight line");
        assert_eq!([0.0, 0.3, 1.0].map(|value| ToneCurve::LINEAR.apply(value)), [0.0, 0.3, 1.0]);
    }

    #[test]
    fn a_gray_video_keeps_its_light_and_gets_a_dark_edge() {
        let mut random = Random::new("screen");
        let screen = Screen::flawless(Kind::Tablet, 0.85);
        let video = RgbImage::from_pixel(180, 240, Rgb([128; 3]));
        let picture = screen.recapture(&video, (120, 160), &mut random);
        assert_eq!(picture.dimensions(), (120, 160));
        let middle = imageops::crop_imm(&picture, 40, 60, 40, 40).to_image();
        let mean = middle.pixels().map(|pixel| f32::from(pixel[1])).sum::<f32>() / 1600.0;
        assert!((mean - 128.0).abs() < 3.0, "{mean}");
        // The edge is dark, the background is not.
        assert!(
            picture.get_pixel(7, 80)[1] < 40 && picture.get_pixel(20, 80)[1] > 100,
            "{:?}",
            picture.get_pixel(7, 80)
        );
    }
}
