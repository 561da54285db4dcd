//! Draws glasses: tinted, graded and mirrored ones hide the eyes, clear ones do not.

use super::face_map::FaceMap;
use super::{Materials, Paint, edge, pick, texel};
use crate::random::Random;
use image::RgbImage;
use nearfar::detection::Face;

/// The appearance of a lens.
enum Lens<'a> {
    /// One colour, with a sheen.
    Tinted([f32; 3]),
    /// Darker above than below.
    Graded([f32; 3]),
    /// Reflects a scene.
    Mirrored { scene: &'a RgbImage, tint: [f32; 3] },
    /// Transparent with a reflection across it.
    Clear { glare: f32, at: f32 },
}

/// Two lenses, a rim, a bridge and temples; `dark` ones hide the eyes.
pub(super) fn glasses<'a>(
    map: &FaceMap,
    dark: bool,
    materials: &'a Materials,
    random: &mut Random,
) -> Box<dyn Fn(f32, f32) -> Paint + 'a> {
    let map = *map;
    let eyes = [map.face.keypoints[Face::RIGHT_EYE], map.face.keypoints[Face::LEFT_EYE]];
    let apart = eyes[0].distance(eyes[1]) / map.height;
    let (half_w, half_h) = (apart * random.between(0.34, 0.48), random.between(0.2, 0.4));
    let power = random.pick(&[2.0, 2.5, 4.0]);
    let rim = random.between(0.008, 0.06);
    let rim_color = random.pick(&[
        [20.0; 3],
        [60.0, 40.0, 30.0],
        [150.0, 140.0, 120.0],
        [120.0, 20.0, 30.0],
        [225.0, 220.0, 215.0],
        [40.0, 110.0, 160.0],
    ]);
    let color = random.pick(&[
        [14.0; 3],
        [30.0, 24.0, 20.0],
        [24.0, 30.0, 26.0],
        [45.0, 40.0, 60.0],
        [90.0, 45.0, 25.0],
        [100.0, 50.0, 70.0],
        [30.0, 60.0, 90.0],
        [150.0, 110.0, 20.0],
    ]);
    let lens = match random.pick(&[0, 1, 2]) {
        _ if !dark => Lens::Clear {
            glare: if random.chance(0.5) { random.between(0.2, 0.8) } else { 0.0 },
            at: random.between(-1.0, 1.0),
        },
        1 => Lens::Graded(color),
        2 if !materials.surfaces.is_empty() => Lens::Mirrored {
            scene: pick(&materials.surfaces, random),
            tint: random.pick(&[[1.0; 3], [1.1, 0.75, 0.5], [0.6, 0.9, 1.2], [1.2, 0.6, 0.4], [1.1, 0.9, 0.4]]),
        },
        _ => Lens::Tinted(color),
    };
    let tint = if dark { random.between(0.78, 1.0) } else { random.between(0.0, 0.12) };
    let (sheen, drop) = (if dark { random.between(0.0, 90.0) } else { 0.0 }, random.between(-0.04, 0.1));
    let part = random.between(0.3, 0.8);
    Box::new(move |x, y| {
        let mut paint = (rim_color, 0.0);
        for eye in eyes {
            let (u, v) = map.offset(x, y, eye);
            let v = v - drop;
            let radius = ((u / half_w).abs().powf(power) + (v / half_h).abs().powf(power)).powf(1.0 / power);
            let distance = (1.0 - radius) * half_h;
            if distance > 0.0 {
                let (across, down) = (u / half_w, v / half_h);
                let inside = edge(&map, distance);
                let shine = sheen * (1.0 - down).clamp(0.0, 1.5);
                paint = match &lens {
                    Lens::Tinted(color) => (color.map(|c| c + shine), tint * inside),
                    Lens::Graded(color) => {
                        (color.map(|c| c + 0.5 * shine), tint * inside * (0.85 - 0.25 * down).clamp(0.0, 1.0))
                    }
                    Lens::Mirrored { scene, tint: colors } => {
                        let reflected = texel(
                            scene,
                            (0.5 + 0.5 * part * across).clamp(0.0, 1.0),
                            (0.5 + 0.5 * part * down).clamp(0.0, 1.0),
                        );
                        ([0, 1, 2].map(|i| reflected[i] * colors[i]), tint.max(0.85) * inside)
                    }
                    Lens::Clear { glare, at } => {
                        let band = (1.0 - ((across + 0.6 * down - at) / 0.35).abs()).max(0.0);
                        ([245.0; 3], (tint + glare * band).min(0.9) * inside)
                    }
                };
            } else if distance > -rim {
                return (rim_color, edge(&map, distance + rim));
            }
        }
        let (a, b) = map.at(x, y);
        let bridge = a.abs() < 0.14 && (b - drop + 0.06).abs() < 0.02 + rim / 2.0;
        let temple = a.abs() > 0.72 && a.abs() < 1.0 && (b - drop - 0.02).abs() < 0.025;
        if paint.1 == 0.0 && (bridge || temple) { (rim_color, 1.0) } else { paint }
    })
}
