//! Compares the face network with JAX on the same pictures, and tests it on photographs with and without covers.

use super::quality_photographs::{detector, photograph, surest, with_frame};
use image::RgbImage;
use nearfar::detection::Face;
use nearfar::detection::simd::Portable;
use nearfar::frame::{Frame, Layout, PixelFormat, Rotation, Size};
use nearfar::quality::face_network::{FaceAttributes, FaceNetwork, SIDE, WeightsError, aligned_region};
use serde::Deserialize;

/// A picture from a formula, and the outputs of `tools/faces/network.py` for it.
#[derive(Deserialize)]
struct Vector {
    seed: u32,
    outputs: [f32; 10],
}

/// The same formula as in `tools/faces/network.py`.
fn formula_pixels(seed: u32) -> Vec<u8> {
    let side = SIDE as u32;
    let places = (0..side).flat_map(|y| (0..side).flat_map(move |x| (0..3).map(move |c| (x, y, c))));
    places.map(|(x, y, c)| ((3 * x * x + 7 * y * seed + 50 * c + x * y) % 256) as u8).collect()
}

fn outputs(attributes: &FaceAttributes) -> Vec<f32> {
    let pose = attributes.pose;
    let turns = [pose.yaw, pose.pitch, pose.roll].map(|angle| angle / 10.0);
    [&attributes.covered[..], &[attributes.forehead_covered], &attributes.eyes_open, &turns].concat()
}

#[test]
fn all_back_ends_match_jax() {
    let vectors: Vec<Vector> = serde_json::from_str(include_str!("../golden/face_network.json")).unwrap();
    assert!(vectors.len() >= 4);
    let mut fastest: FaceNetwork = FaceNetwork::default();
    let mut portable = FaceNetwork::<Portable>::default();
    for vector in &vectors {
        let pixels = formula_pixels(vector.seed);
        for seen in [outputs(&fastest.analyze_pixels(&pixels)), outputs(&portable.analyze_pixels(&pixels))] {
            for (ours, theirs) in seen.iter().zip(vector.outputs) {
                assert!((ours - theirs).abs() < 2e-3, "seed {}: {seen:?} instead of {:?}", vector.seed, vector.outputs);
            }
        }
    }
    // Different pictures have different outputs: the network uses its input.
    assert!((vectors[0].outputs[0] - vectors[1].outputs[0]).abs() > 0.05);
}

#[test]
fn weights_of_another_length_are_rejected() {
    let weights = include_bytes!("../../src/quality/face_network/weights.bin");
    assert!(FaceNetwork::<Portable>::from_bytes(weights).is_ok());
    for wrong in [&weights[..weights.len() - 1], &[weights, &[0u8][..]].concat(), &[]] {
        assert_eq!(FaceNetwork::<Portable>::from_bytes(wrong).err(), Some(WeightsError));
    }
}

/// Paints an ellipse in face coordinates: eye distances to the right and down from a point.
fn covered(photo: &RgbImage, face: &Face, over: usize, half: (f32, f32), color: [u8; 3]) -> RgbImage {
    let region = aligned_region(face).unwrap();
    let unit = region.width / 2.7;
    let (sin, cos) = region.angle.sin_cos();
    let middle = face.keypoints[over];
    let mut picture = photo.clone();
    for (x, y, pixel) in picture.enumerate_pixels_mut() {
        let (dx, dy) = (x as f32 - middle.x, y as f32 - middle.y);
        let (u, v) = ((dx * cos + dy * sin) / unit / half.0, (dy * cos - dx * sin) / unit / half.1);
        if u * u + v * v < 1.0 {
            pixel.0 = color;
        }
    }
    picture
}

#[test]
fn a_cover_is_attributed_to_its_face_region() {
    let mut detector = detector();
    let mut network: FaceNetwork = FaceNetwork::default();
    for name in ["sample1.jpg", "sample4.jpg", "sample6.jpg"] {
        let photo = photograph(name);
        let face = surest(&mut detector, &photo);
        let mut analyze = |picture: &RgbImage| with_frame(picture, |frame| network.analyze(frame, &face)).unwrap();
        let bare = analyze(&photo);
        assert!(bare.occlusion() < 0.5, "{name}: {bare:?}");
        // One of them looks down.
        assert!(bare.both_eyes_open() > 0.5 || bare.pose.pitch < -20.0, "{name}: {bare:?}");
        let mouth = analyze(&covered(&photo, &face, Face::MOUTH, (1.0, 0.6), [70, 110, 160]));
        assert!(
            mouth.occlusion() > 0.5 && mouth.covered[3] > mouth.covered[0].max(mouth.covered[1]),
            "{name}: {mouth:?}"
        );
        for (eye, other) in [(0, 1), (1, 0)] {
            let at = [Face::RIGHT_EYE, Face::LEFT_EYE][eye];
            let seen = analyze(&covered(&photo, &face, at, (0.45, 0.4), [25, 25, 30]));
            assert!(seen.occlusion() > 0.5 && seen.covered[eye] > seen.covered[other], "{name}: {seen:?}");
        }
    }
}

#[test]
fn rotating_the_frame_changes_only_the_roll() {
    let mut detector = detector();
    let mut network: FaceNetwork = FaceNetwork::default();
    let photo = photograph("sample6.jpg");
    let face = surest(&mut detector, &photo);
    let upright = with_frame(&photo, |frame| network.analyze(frame, &face)).unwrap().pose;
    // The same face in a picture rotated by a quarter turn, keypoints included.
    let turned = image::imageops::rotate90(&photo);
    let height = photo.height() as f32;
    let mut other = face;
    other.keypoints.iter_mut().for_each(|p| (p.x, p.y) = (height - p.y, p.x));
    let pose = with_frame(&turned, |frame| network.analyze(frame, &other)).unwrap().pose;
    assert!((pose.roll - upright.roll - 90.0).abs() < 2.0, "{upright:?} {pose:?}");
    assert!((pose.yaw - upright.yaw).abs() < 3.0 && (pose.pitch - upright.pitch).abs() < 3.0, "{upright:?} {pose:?}");
}

#[test]
fn keypoints_without_a_scale_give_no_attributes() {
    let mut network: FaceNetwork = FaceNetwork::default();
    let photo = photograph("sample6.jpg");
    let mut face = surest(&mut detector(), &photo);
    face.keypoints = [face.keypoints[0]; 6];
    assert_eq!(with_frame(&photo, |frame| network.analyze(frame, &face)), None);
    face.keypoints[Face::MOUTH].x = f32::NAN;
    assert_eq!(with_frame(&photo, |frame| network.analyze(frame, &face)), None);
}

#[test]
fn every_layout_gives_the_same_attributes() {
    let mut network: FaceNetwork = FaceNetwork::default();
    let photo = image::imageops::grayscale(&photograph("sample6.jpg"));
    let face = surest(&mut detector(), &photograph("sample6.jpg"));
    let upright = Size { width: photo.width() & !1, height: photo.height() & !1 };
    let mut read = |format: PixelFormat, rotation: Rotation, flip: bool, full_range: bool| {
        let turned = matches!(rotation, Rotation::Clockwise90 | Rotation::Clockwise270);
        let coded = if turned { Size { width: upright.height, height: upright.width } } else { upright };
        let layout = Layout { rotation, flip, full_range, ..Layout::packed(format, coded) };
        let pixel = if matches!(format, PixelFormat::Rgba | PixelFormat::Bgra) { 4 } else { 1 };
        let empty = vec![128; layout.byte_len()];
        let mut data = empty.clone();
        let frame = Frame::new(layout, &empty).unwrap();
        for (x, y, value) in photo.enumerate_pixels().filter(|(x, y, _)| *x < upright.width && *y < upright.height) {
            let (column, row) = frame.stored_pixel(x as f32 + 0.5, y as f32 + 0.5).unwrap();
            let value = value.0[0];
            let stored = if full_range { value } else { 16 + (u32::from(value) * 219 / 255) as u8 };
            let at = row as usize * layout.planes[0].stride + column as usize * pixel;
            data[at..at + pixel.min(3)].fill(stored);
        }
        network.analyze(&Frame::new(layout, &data).unwrap(), &face).unwrap()
    };
    let expected = read(PixelFormat::Rgba, Rotation::None, false, true);
    let near =
        |a: &FaceAttributes, b: &FaceAttributes| outputs(a).iter().zip(outputs(b)).all(|(a, b)| (a - b).abs() < 0.35);
    for format in [PixelFormat::I420, PixelFormat::Nv12, PixelFormat::Bgra] {
        for rotation in [Rotation::None, Rotation::Clockwise90, Rotation::Half, Rotation::Clockwise270] {
            for flip in [false, true] {
                for full_range in [true, pixel_is_rgb(format)] {
                    let seen = read(format, rotation, flip, full_range);
                    assert!(
                        near(&seen, &expected),
                        "{format:?} {rotation:?} {flip} {full_range}: {seen:?}, not {expected:?}"
                    );
                }
            }
        }
    }
}

/// Packed formats always have full range.
fn pixel_is_rgb(format: PixelFormat) -> bool {
    matches!(format, PixelFormat::Rgba | PixelFormat::Bgra)
}
