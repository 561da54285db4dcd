//! Draws covers over a bare face: masks, scarves, hands, dark glasses, objects in front of an eye or the mouth. Also
//! draws ordinary glasses and hats, which do not count as covers.

pub mod cutouts;
pub mod face_map;
pub mod glasses;

use crate::random::Random;
use cutouts::{Cutout, lay_hand, lay_surface};
use face_map::FaceMap;
use glasses::glasses;
use image::RgbImage;
use nearfar::detection::Face;
use nearfar::frame::Point;
use serde::{Deserialize, Serialize};

/// A drawn cover, or the cover that a photograph shows. Names of variants are part of random seeds and of
/// `faces.jsonl`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cover {
    /// Nothing.
    Bare,
    /// Drawn ordinary glasses: still a bare face.
    ClearGlasses,
    /// A mask of one of the photographed textures.
    TexturedMask,
    /// A mask of one colour, with or without folds.
    PlainMask,
    /// A patterned scarf from the nose down.
    Scarf,
    /// Skin-coloured fingers over the mouth.
    HandOverMouth,
    /// A sheet or a phone over the mouth.
    ThingOverMouth,
    /// Dark glasses.
    DarkGlasses,
    /// A phone, a sheet or an eye patch over one eye.
    ThingOverEye,
    /// Skin-coloured fingers over one eye.
    HandOverEye,
    /// A photographed hand over the mouth or the nose.
    RealHandOverMouth,
    /// A photographed hand over one eye.
    RealHandOverEye,
    /// A piece of another photograph over the mouth, the nose or half the face.
    SurfaceOverMouth,
    /// A piece of another photograph over one eye.
    SurfaceOverEye,
    /// Strands of hair over one eye.
    HairOverEye,
    /// A piece of another photograph over the forehead, as a hat: still a bare face.
    Hat,
}

impl Cover {
    /// The variants that cover eyes, nose or mouth.
    pub const COVERING: [Cover; 13] = [
        Cover::TexturedMask,
        Cover::PlainMask,
        Cover::Scarf,
        Cover::HandOverMouth,
        Cover::ThingOverMouth,
        Cover::DarkGlasses,
        Cover::ThingOverEye,
        Cover::HandOverEye,
        Cover::RealHandOverMouth,
        Cover::RealHandOverEye,
        Cover::SurfaceOverMouth,
        Cover::SurfaceOverEye,
        Cover::HairOverEye,
    ];

    /// Whether it covers eyes, nose or mouth.
    pub fn covers(self) -> bool {
        !matches!(self, Cover::Bare | Cover::ClearGlasses | Cover::Hat)
    }
}

/// A picture with a cover, and the coverage of each pixel.
pub struct Covered {
    /// The picture.
    pub picture: RgbImage,
    /// Coverage by rows, 0 to 1.
    pub alpha: Vec<f32>,
}

/// Colour and opacity of a cover at one point.
pub(super) type Paint = ([f32; 3], f32);

/// Photographs used as covers. Missing ones are replaced by drawn covers.
#[derive(Default)]
pub struct Materials {
    /// Masks for [`Cover::TexturedMask`].
    pub masks: Vec<RgbImage>,
    /// Hands.
    pub hands: Vec<Cutout>,
    /// Any photographs, to cut pieces from.
    pub surfaces: Vec<RgbImage>,
}

/// Draws `cover` over the face of `map`.
pub fn draw(bare: &RgbImage, map: &FaceMap, cover: Cover, materials: &Materials, random: &mut Random) -> Covered {
    let skin = skin_color(bare, map);
    // White in the light of this picture.
    let light = (skin.iter().sum::<f32>() / 3.0 / 150.0).clamp(0.35, 1.0) * random.between(0.8, 1.15);
    let painter: Box<dyn Fn(f32, f32) -> Paint> = match cover {
        Cover::Bare => return Covered { picture: bare.clone(), alpha: vec![0.0; bare.pixels().len()] },
        Cover::TexturedMask if !materials.masks.is_empty() => {
            mask(map, Surface::Texture(pick(&materials.masks, random)), random)
        }
        Cover::TexturedMask | Cover::PlainMask => {
            let color = cloth_color(skin, random);
            mask(map, Surface::Folded(color), random)
        }
        Cover::Scarf => scarf(map, skin, random),
        Cover::RealHandOverMouth if !materials.hands.is_empty() => {
            let keypoint = random.pick(&[Face::MOUTH, Face::MOUTH, Face::NOSE]);
            let over = map.point(map.face.keypoints[keypoint], random.between(-0.15, 0.15), random.between(-0.1, 0.15));
            lay_hand(pick(&materials.hands, random), map, over, skin.map(|c| c / light), random)
        }
        Cover::RealHandOverEye if !materials.hands.is_empty() => {
            let over = map.point(eye(map, random), random.between(-0.08, 0.08), random.between(-0.08, 0.1));
            lay_hand(pick(&materials.hands, random), map, over, skin.map(|c| c / light), random)
        }
        Cover::SurfaceOverMouth if !materials.surfaces.is_empty() => {
            let over =
                map.point(map.face.keypoints[Face::MOUTH], random.between(-0.15, 0.15), random.between(-0.2, 0.2));
            let half = (random.between(0.4, 1.2), random.between(0.35, 0.9));
            lay_surface(pick(&materials.surfaces, random), map, over, half, random)
        }
        Cover::SurfaceOverEye if !materials.surfaces.is_empty() => {
            let over = map.point(eye(map, random), random.between(-0.08, 0.08), random.between(-0.08, 0.08));
            let half = (random.between(0.36, 0.8), random.between(0.28, 0.9));
            lay_surface(pick(&materials.surfaces, random), map, over, half, random)
        }
        Cover::Hat if !materials.surfaces.is_empty() => {
            // The lower edge lies between hairline and brow.
            let (half, edge) = (random.between(0.8, 1.3), random.between(-0.75, -0.4));
            let over = map.point(map.eyes(), random.between(-0.1, 0.1), edge - half);
            lay_surface(pick(&materials.surfaces, random), map, over, (random.between(0.9, 1.5), half), random)
        }
        Cover::Hat => return Covered { picture: bare.clone(), alpha: vec![0.0; bare.pixels().len()] },
        Cover::HairOverEye => hair(map, skin, random),
        Cover::HandOverMouth | Cover::RealHandOverMouth => {
            let center =
                map.point(map.face.keypoints[Face::MOUTH], random.between(-0.1, 0.1), random.between(-0.12, 0.1));
            hand(map, center, skin, random)
        }
        Cover::HandOverEye | Cover::RealHandOverEye => {
            let center = map.point(eye(map, random), 0.0, random.between(-0.08, 0.08));
            hand(map, center, skin, random)
        }
        Cover::ThingOverMouth | Cover::SurfaceOverMouth => {
            let center =
                map.point(map.face.keypoints[Face::MOUTH], random.between(-0.1, 0.1), random.between(-0.05, 0.15));
            object(map, center, (random.between(0.55, 1.1), random.between(0.35, 0.6)), random)
        }
        Cover::ThingOverEye | Cover::SurfaceOverEye => {
            let center = map.point(eye(map, random), 0.0, random.between(-0.06, 0.06));
            object(map, center, (random.between(0.36, 0.55), random.between(0.3, 0.9)), random)
        }
        Cover::DarkGlasses => glasses(map, true, materials, random),
        Cover::ClearGlasses => glasses(map, false, materials, random),
    };
    let mut picture = bare.clone();
    let mut alpha = Vec::with_capacity(bare.pixels().len());
    for (x, y, pixel) in picture.enumerate_pixels_mut() {
        let (color, opaque) = painter(x as f32 + 0.5, y as f32 + 0.5);
        for (channel, color) in pixel.0.iter_mut().zip(color) {
            *channel = (f32::from(*channel) * (1.0 - opaque) + (color * light).clamp(0.0, 255.0) * opaque) as u8;
        }
        alpha.push(opaque);
    }
    Covered { picture, alpha }
}

fn eye(map: &FaceMap, random: &mut Random) -> Point {
    map.face.keypoints[random.pick(&[Face::RIGHT_EYE, Face::LEFT_EYE])]
}

pub(super) fn pick<'a, T>(from: &'a [T], random: &mut Random) -> &'a T {
    let indices: Vec<usize> = (0..from.len()).collect();
    &from[random.pick(&indices)]
}

/// Median colour of the cheeks and the forehead.
fn skin_color(picture: &RgbImage, map: &FaceMap) -> [f32; 3] {
    let mut found: Vec<[u8; 3]> = Vec::new();
    for (x, y, pixel) in picture.enumerate_pixels() {
        let (a, b) = map.at(x as f32, y as f32);
        if (0.3..0.7).contains(&b) && (0.2..0.6).contains(&a.abs()) {
            found.push(pixel.0);
        }
    }
    [0, 1, 2].map(|i| {
        let mut values: Vec<u8> = found.iter().map(|c| c[i]).collect();
        values.sort_unstable();
        values.get(values.len() / 2).map_or(128.0, |v| f32::from(*v))
    })
}

fn cloth_color(skin: [f32; 3], random: &mut Random) -> [f32; 3] {
    let color = random.pick(&[
        [235.0, 235.0, 235.0],
        [25.0, 25.0, 28.0],
        [120.0, 120.0, 120.0],
        [70.0, 120.0, 200.0],
        [150.0, 195.0, 225.0],
        [225.0, 160.0, 170.0],
        [150.0, 25.0, 35.0],
        [40.0, 90.0, 60.0],
        [200.0, 170.0, 130.0],
        skin,
        skin,
    ]);
    color.map(|c| c * random.between(0.85, 1.15))
}

/// Opacity at a signed distance from an edge (in eye-mouth distances, positive inside), antialiased over two pixels.
pub(super) fn edge(map: &FaceMap, distance: f32) -> f32 {
    (distance * map.height / 2.0 + 0.5).clamp(0.0, 1.0)
}

enum Surface<'a> {
    Texture(&'a RgbImage),
    Folded([f32; 3]),
}

/// Upper and lower edge of a mask at `a`.
fn mask_edges(a: f32, top: f32, bottom: f32) -> (f32, f32) {
    let a = a.abs();
    let upper = top + 0.28 * (a / 0.35).min(1.0) * (1.0 - 0.35 * a);
    (upper, bottom - 0.75 * a.powf(2.2))
}

fn mask<'a>(map: &FaceMap, surface: Surface<'a>, random: &mut Random) -> Box<dyn Fn(f32, f32) -> Paint + 'a> {
    let map = *map;
    let (top, bottom) = (random.between(0.12, 0.5), random.between(1.5, 1.75));
    let side = random.between(0.8, 0.97);
    let (slope, folds, depth) =
        (random.between(-0.35, 0.35), random.pick(&[0.0, 0.0, 2.0, 3.0]), random.between(0.05, 0.2));
    let weave = random.between(0.0, 0.08);
    let strap = random.chance(0.6);
    Box::new(move |x, y| {
        let (a, b) = map.at(x, y);
        let (upper, lower) = mask_edges(a, top, bottom);
        let inside = (b - upper).min(lower - b).min((side - a.abs()) * 0.8);
        let mut opaque = edge(&map, inside);
        let t = ((b - upper) / (lower - upper).max(0.1)).clamp(0.0, 1.0);
        let shade = (1.0 - 0.35 * a * a + slope * a) * (1.05 - 0.25 * t);
        let mut color = match &surface {
            Surface::Texture(texture) => texel(texture, (a / side + 1.0) / 2.0, t),
            Surface::Folded(color) => {
                let fold = if folds > 0.0 {
                    1.0 - depth * (1.0 - (t * folds * std::f32::consts::PI).sin().abs()).powi(6)
                } else {
                    1.0
                };
                let thread = 1.0 + weave * ((x * 1.7).sin() * (y * 1.3).sin());
                color.map(|c| c * fold * thread)
            }
        };
        let on_strap =
            strap && (a.abs() > side) && a.abs() < 1.05 && ((b - upper).abs() < 0.03 || (b - lower).abs() < 0.03);
        if on_strap {
            opaque = 1.0;
            color = [215.0; 3];
        }
        (color.map(|c| c * shade), opaque)
    })
}

pub(super) fn texel(texture: &RgbImage, s: f32, t: f32) -> [f32; 3] {
    let (w, h) = (texture.width() - 1, texture.height() - 1);
    let (x, y) = (s.clamp(0.0, 1.0) * w as f32, t.clamp(0.0, 1.0) * h as f32);
    let at = |dx: u32, dy: u32| texture.get_pixel((x as u32 + dx).min(w), (y as u32 + dy).min(h)).0.map(f32::from);
    let (fx, fy) = (x.fract(), y.fract());
    let (a, b, c, d) = (at(0, 0), at(1, 0), at(0, 1), at(1, 1));
    [0, 1, 2].map(|i| (a[i] * (1.0 - fx) + b[i] * fx) * (1.0 - fy) + (c[i] * (1.0 - fx) + d[i] * fx) * fy)
}

fn scarf(map: &FaceMap, skin: [f32; 3], random: &mut Random) -> Box<dyn Fn(f32, f32) -> Paint> {
    let map = *map;
    let (one, two) = (cloth_color(skin, random), cloth_color(skin, random));
    let top = random.between(0.25, 0.65);
    let (tilt, wave) = (random.between(-0.15, 0.15), random.between(0.0, 0.05));
    let (turn, pitch) = (random.between(0.0, 3.1), random.between(3.0, 14.0));
    let checks = random.chance(0.4);
    let crease = random.between(0.05, 0.3);
    Box::new(move |x, y| {
        let (a, b) = map.at(x, y);
        let upper = top + tilt * a + wave * (a * 7.0).sin();
        let opaque = edge(&map, (b - upper).min(1.25 - a.abs()));
        let along = a * turn.cos() + b * turn.sin();
        let across = b * turn.cos() - a * turn.sin();
        let stripe = (along * pitch).sin() > 0.2;
        let mixed = stripe ^ (checks && (across * pitch).sin() > 0.2);
        let shade = (1.0 - 0.3 * a * a) * (1.0 - crease * (b * 9.0 + a * 2.5).sin().max(0.0));
        (if mixed { one } else { two }.map(|c| c * shade), opaque)
    })
}

/// A lock of hair from the parting down over one eye.
fn hair(map: &FaceMap, skin: [f32; 3], random: &mut Random) -> Box<dyn Fn(f32, f32) -> Paint> {
    let map = *map;
    let over = eye(&map, random);
    let side = if map.offset(over.x, over.y, map.face.keypoints[Face::NOSE]).0 < 0.0 { -1.0 } else { 1.0 };
    let color = random.pick(&[[20.0, 16.0, 14.0], [40.0, 28.0, 20.0], [75.0, 50.0, 30.0], [150.0, 115.0, 70.0], skin]);
    let (half, bend) = (random.between(0.24, 0.42), random.between(0.0, 0.5));
    let (strands, depth) = (random.between(18.0, 45.0), random.between(0.1, 0.4));
    let bottom = random.between(0.35, 1.6);
    let phase = random.between(0.0, 6.0);
    Box::new(move |x, y| {
        let (u, v) = map.offset(x, y, over);
        let across = u * side + bend * (v * v - v) * 0.5 - 0.04;
        let ragged = 0.05 * (across * strands + phase).sin() + 0.03 * (across * strands * 2.3).sin();
        let inside = (half - across.abs() + ragged * 0.5).min(bottom + ragged - v).min(v + 2.2);
        let shade = 1.0 - depth * (0.5 + 0.5 * (across * strands * 1.7 + phase + v).sin());
        (color.map(|c| c * shade), edge(&map, inside) * 0.97)
    })
}

/// Three or four fingers side by side.
fn hand(map: &FaceMap, center: Point, skin: [f32; 3], random: &mut Random) -> Box<dyn Fn(f32, f32) -> Paint> {
    let map = *map;
    let angle = random.between(-0.9, 0.9);
    let (sin, cos) = angle.sin_cos();
    let fingers = random.pick(&[3, 4, 4]);
    let width = random.between(0.19, 0.27);
    let reach = random.between(0.45, 0.9);
    let tone = [(); 3].map(|()| random.between(0.94, 1.06));
    let bright = random.between(0.8, 1.15);
    let (dip, crease, joints) = (random.between(0.1, 0.5), random.between(0.0, 0.15), random.between(0.0, 0.7));
    let tips: Vec<f32> = (0..fingers).map(|_| random.between(-0.12, 0.12)).collect();
    // The colour of the skin already includes the `light` of the picture.
    let light = (skin.iter().sum::<f32>() / 3.0 / 150.0).clamp(0.35, 1.0);
    let skin = [0, 1, 2].map(|i| skin[i] * tone[i] * bright / light);
    Box::new(move |x, y| {
        let (u, v) = map.offset(x, y, center);
        let (along, across) = (u * cos + v * sin, v * cos - u * sin);
        let place = across / width + fingers as f32 / 2.0;
        let finger = place.floor();
        if finger < 0.0 || finger >= fingers as f32 {
            return (skin, 0.0);
        }
        let off = (place - finger - 0.5) * 2.0;
        let tip = reach + tips[finger as usize];
        // Rounded at the tip; the other end leaves the face.
        let round = width / 2.0 * (1.0 - (1.0 - off * off).max(0.0).sqrt());
        let opaque = edge(&map, (tip - round - along).min(along + 2.2));
        let joint = ((along - tip + joints) * 4.5).sin().powi(10);
        let shade = (1.0 - dip * off.abs().powi(2)) * (1.0 - crease * joint);
        (skin.map(|c| c * shade), opaque)
    })
}

/// A phone, a sheet with lines, or a dark patch. `half` is half its width and height.
fn object(map: &FaceMap, center: Point, half: (f32, f32), random: &mut Random) -> Box<dyn Fn(f32, f32) -> Paint> {
    let map = *map;
    let (sin, cos) = random.between(-0.5, 0.5).sin_cos();
    let kind = random.pick(&[0, 0, 1, 1, 2]);
    let body = match kind {
        0 => random.pick(&[
            [18.0; 3],
            [40.0, 40.0, 46.0],
            [200.0, 198.0, 195.0],
            [120.0, 30.0, 40.0],
            [60.0, 80.0, 120.0],
        ]),
        1 => random.pick(&[[240.0; 3], [235.0, 228.0, 205.0], [205.0, 215.0, 230.0], [190.0, 160.0, 120.0]]),
        _ => random.pick(&[[15.0; 3], [235.0, 230.0, 225.0], [205.0, 165.0, 140.0]]),
    };
    let lines = kind == 1 && random.chance(0.6);
    let (camera, gloss) = (random.between(0.04, 0.1), random.between(-0.25, 0.25));
    Box::new(move |x, y| {
        let (u, v) = map.offset(x, y, center);
        let (p, q) = (u * cos + v * sin, v * cos - u * sin);
        let inside = if kind == 2 {
            (1.0 - ((p / half.0).powi(2) + (q / half.1.min(0.4)).powi(2)).sqrt()) * half.0
        } else {
            (half.0 - p.abs()).min(half.1 - q.abs())
        };
        let mut color = body.map(|c| c * (1.0 + gloss * (p / half.0)));
        if lines && (q * 24.0).sin() > 0.6 && p.abs() < half.0 * 0.85 && (p * 40.0).sin() > -0.7 {
            color = [70.0; 3];
        }
        if kind == 0 {
            let lens = ((p + half.0 * 0.5).powi(2) + (q + half.1 * 0.7).powi(2)).sqrt();
            if lens < camera {
                color = [10.0, 10.0, 14.0];
            } else if inside < 0.02 {
                color = color.map(|c| c * 0.6 + 50.0);
            }
        }
        (color, edge(&map, inside))
    })
}
