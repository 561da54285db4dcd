//! Cut-outs of photographed hands and pieces of other photographs, to cover a face with.

use super::face_map::FaceMap;
use crate::random::Random;
use image::RgbImage;
use nearfar::frame::Point;

/// A hand without its background.
pub struct Cutout {
    picture: RgbImage,
    /// Opacity of each pixel, by rows.
    alpha: Vec<f32>,
}

impl Cutout {
    /// Cuts a hand out of a photograph with a plain background in the corners. Skin is redder than paper.
    pub fn hand(picture: RgbImage) -> Option<Self> {
        let (width, height) = picture.dimensions();
        let redness = |p: &image::Rgb<u8>| f32::from(p[0]) - f32::from(p[2]);
        let corners = [(2, 2), (width - 3, 2)].map(|(x, y)| redness(picture.get_pixel(x, y)));
        let back = (corners[0] + corners[1]) / 2.0;
        let mut values: Vec<f32> = picture.pixels().map(|p| redness(p) - back).collect();
        let mut sorted = values.clone();
        sorted.sort_unstable_by(f32::total_cmp);
        let warm = sorted[sorted.len() * 95 / 100];
        if warm < 25.0 {
            return None;
        }
        values.iter_mut().for_each(|value| *value = ((*value - 0.35 * warm) / (0.2 * warm)).clamp(0.0, 1.0));
        let share = values.iter().sum::<f32>() / (width * height) as f32;
        (0.08..0.6).contains(&share).then_some(Cutout { picture, alpha: values })
    }

    /// Interpolated colour and opacity at relative coordinates, each 0 to 1. Transparent outside.
    fn at(&self, s: f32, t: f32) -> ([f32; 3], f32) {
        let (w, h) = self.picture.dimensions();
        let (x, y) = (s * w as f32 - 0.5, t * h as f32 - 0.5);
        if !(x >= 0.0 && y >= 0.0 && x < w as f32 - 1.0) {
            return ([0.0; 3], 0.0);
        }
        // The arm continues below the picture.
        let y = y.min(h as f32 - 1.01);
        let (x0, y0) = (x as u32, y as u32);
        let (fx, fy) = (x.fract(), y.fract());
        let mut color = [0.0; 3];
        let mut alpha = 0.0;
        for (dx, dy, weight) in
            [(0, 0, (1.0 - fx) * (1.0 - fy)), (1, 0, fx * (1.0 - fy)), (0, 1, (1.0 - fx) * fy), (1, 1, fx * fy)]
        {
            let pixel = self.picture.get_pixel(x0 + dx, y0 + dy);
            color = [0, 1, 2].map(|i| color[i] + weight * f32::from(pixel[i]));
            alpha += weight * self.alpha[((y0 + dy) * w + x0 + dx) as usize];
        }
        (color, alpha)
    }

    fn mean_color(&self) -> [f32; 3] {
        let mut sum = [0.0; 4];
        for (pixel, alpha) in self.picture.pixels().zip(&self.alpha) {
            sum = [0, 1, 2, 3].map(|i| sum[i] + alpha * if i < 3 { f32::from(pixel[i]) } else { 1.0 });
        }
        [0, 1, 2].map(|i| sum[i] / sum[3].max(1.0))
    }
}

/// Lays a hand over the point `over`, in about the colour `skin`.
pub fn lay_hand<'a>(
    hand: &'a Cutout,
    map: &FaceMap,
    over: Point,
    skin: [f32; 3],
    random: &mut Random,
) -> Box<dyn Fn(f32, f32) -> ([f32; 3], f32) + 'a> {
    let map = *map;
    // A hand is about as long as a face and fills some two thirds of its photograph.
    let size = random.between(2.6, 3.9);
    // Fingers point up or to a side, never down.
    let (sin, cos) = random.between(-1.9, 1.9).sin_cos();
    let mirrored = random.chance(0.5);
    // The part of the hand over the point: the palm or the base of the fingers.
    let (s, t) = (random.between(0.42, 0.58), random.between(0.45, 0.68));
    let mean = hand.mean_color();
    let match_skin = random.between(0.5, 1.0);
    let gain = [0, 1, 2].map(|i| (skin[i] / mean[i].max(20.0)).powf(match_skin) * random.between(0.92, 1.08));
    let bright = random.between(0.75, 1.15);
    let contrast = random.between(0.8, 1.3);
    Box::new(move |x, y| {
        let (u, v) = map.offset(x, y, over);
        let (p, q) = (u * cos + v * sin, v * cos - u * sin);
        let p = if mirrored { -p } else { p };
        let (color, alpha) = hand.at(s + p / size, t + q / size);
        let color = [0, 1, 2].map(|i| (mean[i] + (color[i] - mean[i]) * contrast) * gain[i] * bright);
        (color, alpha)
    })
}

/// Covers a rectangle or an ellipse around `over` with a piece of any photograph.
pub fn lay_surface<'a>(
    photo: &'a RgbImage,
    map: &FaceMap,
    over: Point,
    half: (f32, f32),
    random: &mut Random,
) -> Box<dyn Fn(f32, f32) -> ([f32; 3], f32) + 'a> {
    let map = *map;
    let (sin, cos) = random.between(-0.8, 0.8).sin_cos();
    let power = random.pick(&[2.0, 3.0, 8.0, 8.0, 20.0]);
    let zoom = random.between(0.15, 0.7) * photo.width().min(photo.height()) as f32;
    let (left, top) = (
        random.between(0.0, photo.width() as f32 - zoom).max(0.0),
        random.between(0.0, photo.height() as f32 - zoom).max(0.0),
    );
    let bright = random.between(0.6, 1.2);
    Box::new(move |x, y| {
        let (u, v) = map.offset(x, y, over);
        let (p, q) = (u * cos + v * sin, v * cos - u * sin);
        let (a, b) = (p / half.0, q / half.1);
        let radius = (a.abs().powf(power) + b.abs().powf(power)).powf(1.0 / power);
        let opaque = ((1.0 - radius) * half.0.min(half.1) * map.height / 2.0 + 0.5).clamp(0.0, 1.0);
        if opaque == 0.0 {
            return ([0.0; 3], 0.0);
        }
        let at =
            |part: f32, from: f32, last: u32| (from + (part + 1.0) / 2.0 * zoom).clamp(0.0, (last - 1) as f32) as u32;
        let pixel = photo.get_pixel(at(a, left, photo.width()), at(b, top, photo.height()));
        (pixel.0.map(|c| f32::from(c) * bright), opaque)
    })
}
