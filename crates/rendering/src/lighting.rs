//! Relights photographs: exposure, coloured light, bright backgrounds.

use crate::random::Random;
use image::{Rgb, RgbImage};
use nearfar::frame::Rect;

/// A change of light.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Light {
    /// No change.
    AsItIs,
    /// More or less light, in stops.
    Stops(f32),
    /// Coloured light.
    Tint([f32; 3]),
    /// A white wall behind the person in the same light.
    WhiteWall,
    /// An overexposed background; the person is darker by this many stops.
    BackLight(f32),
}

/// Relights a photograph and adds sensor noise. The person is assumed to surround the face box.
pub fn relight(photograph: &RgbImage, face: &Rect, light: Light, random: &mut Random) -> RgbImage {
    if light == Light::AsItIs {
        return photograph.clone();
    }
    let linear: Vec<f32> = (0..256).map(|value| to_linear(value as f32 / 255.0)).collect();
    let coded: Vec<u8> = (0..=4096).map(|value| (to_coded(value as f32 / 4096.0) * 255.0).round() as u8).collect();
    RgbImage::from_fn(photograph.width(), photograph.height(), |x, y| {
        let is_person = is_on_person(face, x as f32, y as f32);
        let pixel = photograph.get_pixel(x, y).0.map(|value| linear[usize::from(value)]);
        let lit = match light {
            Light::Stops(stops) => pixel.map(|value| value * stops.exp2()),
            Light::Tint(tint) => [0, 1, 2].map(|i| pixel[i] * tint[i]),
            Light::WhiteWall if !is_person => [0.86; 3],
            Light::BackLight(_) if !is_person => [1.2; 3],
            Light::BackLight(stops) => pixel.map(|value| value * (-stops).exp2()),
            Light::WhiteWall | Light::AsItIs => pixel,
        };
        let values = lit.map(|value| {
            let deviation = (3e-6 + 8e-5 * value.clamp(0.0, 1.0)).sqrt();
            let value = (value + deviation * random.normal()).clamp(0.0, 1.0);
            coded[(value * 4096.0) as usize]
        });
        Rgb(values)
    })
}

/// Whether a point lies in an ellipse for head, hair and neck or in a block for the shoulders.
fn is_on_person(face: &Rect, x: f32, y: f32) -> bool {
    let center = face.center();
    let (dx, dy) = (x - center.x, y - center.y);
    let (u, v) = (dx / (0.72 * face.width), (dy + 0.1 * face.height) / (0.85 * face.height));
    u * u + v * v < 1.0 || (dy > 0.5 * face.height && dx.abs() < 1.2 * face.width)
}

fn to_linear(value: f32) -> f32 {
    if value < 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
}

fn to_coded(value: f32) -> f32 {
    if value < 0.003_130_8 { 12.92 * value } else { 1.055 * value.powf(1.0 / 2.4) - 0.055 }
}

/// Individual typology angle of cheeks and forehead, degrees: above 41 light, below 10 brown and dark. The light of the
/// photograph shifts it by tens of degrees.
///
/// `skin_tone` in `tools/faces/labels.py` computes the same angle: change both together.
pub fn typology_angle(photograph: &RgbImage, face: &Rect) -> Option<f32> {
    let center = face.center();
    let mut channels: [Vec<u8>; 3] = Default::default();
    for (u, v) in [(-0.22, 0.1), (0.22, 0.1), (0.0, -0.28)] {
        for step in 0..64 {
            let (i, j) = (step % 8, step / 8);
            let x = center.x + (u + 0.02 * (i as f32 - 3.5)) * face.width;
            let y = center.y + (v + 0.015 * (j as f32 - 3.5)) * face.height;
            if x >= 0.0 && y >= 0.0 && (x as u32) < photograph.width() && (y as u32) < photograph.height() {
                let pixel = photograph.get_pixel(x as u32, y as u32).0;
                (0..3).for_each(|i| channels[i].push(pixel[i]));
            }
        }
    }
    let median = |values: &mut Vec<u8>| {
        values.sort_unstable();
        values.get(values.len() / 2).map(|value| to_linear(f32::from(*value) / 255.0))
    };
    let [r, g, b] = channels.each_mut().map(median);
    Some(typology_angle_of([r?, g?, b?]))
}

/// Individual typology angle of a colour in linear light, degrees: A. Chardon, I. Cretois, C. Hourseau, "Skin colour
/// typology and suntanning pathways", International Journal of Cosmetic Science 13, 1991. Uses CIELAB of sRGB under
/// D65.
pub fn typology_angle_of([r, g, b]: [f32; 3]) -> f32 {
    let y = 0.2126 * r + 0.7152 * g + 0.0722 * b;
    let z = (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089;
    let root = |t: f32| if t > 0.008_856 { t.cbrt() } else { 7.787 * t + 16.0 / 116.0 };
    let (lightness, yellow) = (116.0 * root(y) - 16.0, 200.0 * (root(y) - root(z)));
    (lightness - 50.0).atan2(yellow).to_degrees()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FACE: Rect = Rect { x: 30.0, y: 30.0, width: 40.0, height: 40.0 };

    fn skin(color: [u8; 3]) -> RgbImage {
        RgbImage::from_pixel(100, 100, Rgb(color))
    }

    #[test]
    fn relighting_is_linear() {
        let mut random = Random::new("light");
        let mut mean = |light| {
            let picture = relight(&skin([188; 3]), &FACE, light, &mut random);
            let sum = |x: u32| (40..60).map(|y| f32::from(picture.get_pixel(x, y)[0])).sum::<f32>() / 20.0;
            (sum(50), sum(2))
        };
        // 188 is half of the light.
        assert!((mean(Light::Stops(-1.0)).0 - 137.0).abs() < 3.0);
        assert!(mean(Light::Stops(2.0)).0 > 250.0);
        let (face, behind) = mean(Light::BackLight(2.0));
        assert!((face - 99.0).abs() < 4.0 && behind > 250.0, "{face} {behind}");
    }

    #[test]
    fn dark_skin_has_a_smaller_angle_than_light_skin() {
        let angle = |color| typology_angle(&skin(color), &FACE).unwrap();
        let (light, tan, dark) = (angle([240, 210, 190]), angle([190, 140, 110]), angle([90, 60, 45]));
        assert!(light > 41.0 && (0.0..35.0).contains(&tan) && dark < -20.0, "{light} {tan} {dark}");
    }
}
