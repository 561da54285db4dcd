//! Sharpness, light and pose on photographs with known changes.

use image::{RgbImage, imageops};
use nearfar::detection::{Detector, Face};
use nearfar::frame::{Frame, Layout, PixelFormat, Size};
use nearfar::guidance::Thresholds;
use nearfar::quality::{FaceMeasurements, QualityMeter, pose};
use std::path::{Path, PathBuf};

fn package(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("node_modules").join(path)
}

pub(crate) fn detector() -> Detector {
    let model = std::fs::read(package("@mediapipe/face_detection/face_detection_short_range.tflite")).unwrap();
    Detector::from_tflite(&model).unwrap()
}

pub(crate) fn with_frame<T>(picture: &RgbImage, look: impl FnOnce(&Frame) -> T) -> T {
    let rgba: Vec<u8> = picture.pixels().flat_map(|p| [p[0], p[1], p[2], 255]).collect();
    let size = Size { width: picture.width(), height: picture.height() };
    look(&Frame::new(Layout::packed(PixelFormat::Rgba, size), &rgba).unwrap())
}

pub(crate) fn photograph(name: &str) -> RgbImage {
    image::open(package("@vladmandic/face-api/demo").join(name)).unwrap().to_rgb8()
}

/// The face with the highest score in a photograph.
pub(crate) fn surest(detector: &mut Detector, picture: &RgbImage) -> Face {
    let faces = with_frame(picture, |frame| detector.detect_still(frame));
    faces.into_iter().max_by(|a, b| a.score.total_cmp(&b.score)).unwrap()
}

fn measure(picture: &RgbImage, face: &Face) -> FaceMeasurements {
    with_frame(picture, |frame| QualityMeter::new().measure(frame, face))
}

#[test]
fn sharpness_falls_with_blur_independently_of_size_and_contrast() {
    let mut detector = detector();
    for name in ["sample1.jpg", "sample4.jpg", "sample6.jpg"] {
        let photo = photograph(name);
        let face = surest(&mut detector, &photo);
        let sharp = measure(&photo, &face).sharpness;
        let mut last = sharp;
        for share in [0.01, 0.02, 0.04] {
            let blurred = measure(&imageops::blur(&photo, share * face.bbox.width), &face).sharpness;
            assert!(blurred < last - 0.03 || blurred == 0.0, "{name}: {blurred} at a blur of {share} after {last}");
            last = blurred;
        }
        assert!(sharp > 0.25 && last < 0.15, "{name}: {sharp} sharp, {last} blurred");

        let half = imageops::resize(&photo, photo.width() / 2, photo.height() / 2, imageops::FilterType::Triangle);
        let smaller = measure(&half, &scaled(&face, 0.5)).sharpness;
        assert!((smaller - sharp).abs() < 0.25, "{name}: {sharp}, at half size {smaller}");

        let mut dim = photo.clone();
        dim.pixels_mut().for_each(|p| p.0 = p.0.map(|c| 30 + c / 2));
        let dim = measure(&dim, &face).sharpness;
        assert!((dim - sharp).abs() < 0.1, "{name}: {sharp}, at half contrast {dim}");
    }
}

fn scaled(face: &Face, by: f32) -> Face {
    let mut face = *face;
    face.bbox.x *= by;
    face.bbox.y *= by;
    face.bbox.width *= by;
    face.bbox.height *= by;
    for point in &mut face.keypoints {
        point.x *= by;
        point.y *= by;
    }
    face
}

#[test]
fn light_is_measured_on_the_face_and_around_it() {
    let photo = photograph("sample6.jpg");
    let face = surest(&mut detector(), &photo);
    let plain = measure(&photo, &face);
    let changed = |change: fn(u8) -> u8| {
        let mut picture = photo.clone();
        picture.pixels_mut().for_each(|p| p.0 = p.0.map(change));
        measure(&picture, &face)
    };
    let limits = Thresholds::default();
    assert!((limits.min_brightness..limits.max_brightness).contains(&plain.brightness), "{plain:?}");
    let dark = changed(|c| c / 8);
    assert!(dark.brightness < 0.15 && dark.brightness > plain.brightness / 8.0, "{plain:?} {dark:?}");
    let burnt = changed(|c| c.saturating_mul(4));
    assert!(burnt.overexposed > 0.5 && burnt.brightness > 0.8, "{burnt:?}");
    let black = changed(|c| c.saturating_sub(250));
    assert!(black.underexposed > 0.9, "{black:?}");

    let bbox = face.bbox;
    let outside = |value: u8| {
        let mut picture = photo.clone();
        for (x, y, pixel) in picture.enumerate_pixels_mut() {
            let (dx, dy) = (x as f32 - bbox.center().x, y as f32 - bbox.center().y);
            if dx.abs() > 0.6 * bbox.width || dy.abs() > 0.6 * bbox.height {
                pixel.0 = [value; 3];
            }
        }
        measure(&picture, &face).backlight
    };
    assert!(outside(255) < -0.2, "light behind");
    assert!(outside(0) > 0.2, "dark behind");
}

#[test]
fn a_mirrored_photograph_has_the_mirrored_pose() {
    let mut detector = detector();
    for name in ["sample1.jpg", "sample3.jpg", "sample4.jpg"] {
        let photo = photograph(name);
        let face = surest(&mut detector, &photo);
        let mut mirrored = face;
        for (to, from) in [1, 0, 2, 3, 5, 4].into_iter().enumerate() {
            mirrored.keypoints[to] = face.keypoints[from];
            mirrored.keypoints[to].x = photo.width() as f32 - face.keypoints[from].x;
        }
        let (a, b) = (pose(&face), pose(&mirrored));
        assert!((a.yaw + b.yaw).abs() < 0.1 && (a.roll + b.roll).abs() < 0.1 && (a.pitch - b.pitch).abs() < 0.1);
    }
}
