//! The portraits that the workspace's npm packages, and those that `tools/occlusion/fetch.mjs` fetches, bring along.

use image::{RgbImage, imageops};
use nearfar::detection::{Detector, Face};
use nearfar_inspect::model::{detector, workspace};
use nearfar_inspect::occlusion::canvas::with_frame;
use nearfar_inspect::occlusion::corpus::{Photograph, read_list};
use nearfar_inspect::occlusion::covers::Cover;
use std::path::{Path, PathBuf};

/// One person.
pub struct Portrait {
    /// A name for the person.
    pub person: String,
    /// The photograph around the face.
    pub picture: RgbImage,
    /// The face in it.
    pub face: Face,
}

/// A file of the workspace's npm packages.
pub fn package(path: &str) -> PathBuf {
    workspace().join("node_modules").join(path)
}

/// The bytes of the detection model.
pub fn model() -> Vec<u8> {
    std::fs::read(package("@mediapipe/face_detection/face_detection_short_range.tflite")).unwrap()
}

/// One bare face of each person of the list whose photograph is here and whose name is wanted.
pub fn portraits(folders: &[PathBuf], wanted: impl Fn(&str) -> bool) -> Vec<Portrait> {
    let mut detector = detector(None).unwrap();
    let mut all: Vec<Portrait> = Vec::new();
    for photograph in read_list(&workspace().join("tools/occlusion/photographs.json")).unwrap() {
        let known = all.iter().any(|portrait| portrait.person == photograph.person);
        if photograph.shows != Cover::Bare || known || !wanted(&photograph.person) {
            continue;
        }
        let found = photograph.path(folders).and_then(|path| portrait(&photograph, &path, &mut detector));
        // Several packages bring the same photographs.
        all.extend(found.filter(|new| !all.iter().any(|known| is_twin(known, new))));
    }
    all
}

/// The portraits that are always here.
pub fn own_portraits() -> Vec<Portrait> {
    portraits(&[package("")], |_| true)
}

/// One of them by name.
pub fn own_portrait(person: &str) -> Portrait {
    portraits(&[package("")], |name| name == person).pop().unwrap()
}

/// The portraits of the occlusion corpus, too, where it was fetched.
pub fn all_portraits() -> Vec<Portrait> {
    portraits(&[package(""), workspace().join(".cache/occlusion")], |_| true)
}

/// Whether both are one photograph, whatever its size: their faces correlate nearly as a face does with itself.
fn is_twin(a: &Portrait, b: &Portrait) -> bool {
    const SIDE: u32 = 24;
    let luma = |portrait: &Portrait| -> Vec<f32> {
        let bbox = portrait.face.bbox;
        let [x, y, width, height] = [bbox.x.max(0.0), bbox.y.max(0.0), bbox.width, bbox.height].map(|v| v as u32);
        let face = imageops::crop_imm(&portrait.picture, x, y, width, height).to_image();
        let small = imageops::thumbnail(&imageops::grayscale(&face), SIDE, SIDE);
        let mean = small.pixels().map(|pixel| f32::from(pixel[0])).sum::<f32>() / (SIDE * SIDE) as f32;
        small.pixels().map(|pixel| f32::from(pixel[0]) - mean).collect()
    };
    let (a, b) = (luma(a), luma(b));
    let product = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
    product(&a, &b) > 0.93 * (product(&a, &a) * product(&b, &b)).sqrt()
}

fn portrait(photograph: &Photograph, path: &Path, detector: &mut Detector) -> Option<Portrait> {
    let whole = image::open(path).ok()?.to_rgb8();
    // Enough for a far picture; what the photograph does not show is left out rather than made up.
    let reach = photograph.width * 4.0;
    let low = |middle: f32| (middle - reach / 2.0).max(0.0) as u32;
    let (x, y) = (low(photograph.x), low(photograph.y));
    let length = |low: u32, middle: f32, end: u32| ((middle + reach / 2.0) as u32).min(end).saturating_sub(low);
    let (width, height) = (length(x, photograph.x, whole.width()), length(y, photograph.y, whole.height()));
    let picture = imageops::crop_imm(&whole, x, y, width, height).to_image();
    let faces = with_frame(&picture, |frame| detector.detect_still(frame)).ok()?;
    let away = |face: &Face| {
        let center = face.bbox.center();
        (center.x - (photograph.x - x as f32)).hypot(center.y - (photograph.y - y as f32))
    };
    let near = faces.into_iter().filter(|face| away(face) < photograph.width * 0.4);
    let face = near.min_by(|a, b| away(a).total_cmp(&away(b)))?;
    Some(Portrait { person: photograph.person.clone(), picture, face })
}
