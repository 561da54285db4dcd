//! The portraits of the occlusion corpus, one of each person.

use crate::canvas::with_frame;
use crate::covers::Cover;
pub use crate::photographs::Worn;
use crate::photographs::{Photograph, read_list};
use anyhow::{Context, Result};
use image::{RgbImage, imageops};
use nearfar::detection::{Detector, Face};
use nearfar::guidance::Thresholds;
use nearfar::quality::pose;
use nearfar_inspect::model::workspace;
use std::path::{Path, PathBuf};

/// One person.
pub struct Portrait {
    /// A name for the person.
    pub person: String,
    /// The photograph around the face.
    pub picture: RgbImage,
    /// The face in it.
    pub face: Face,
    /// Whether it is the only one that is not far behind.
    pub is_alone: bool,
    /// What the person wears.
    pub wears: Vec<Worn>,
}

impl Portrait {
    /// How far the person looks aside, up or down, over what guidance allows.
    pub fn turned(&self) -> f32 {
        let (pose, limits) = (pose(&self.face), Thresholds::default());
        (pose.yaw.abs() / limits.max_yaw).max(pose.pitch.abs() / limits.max_pitch)
    }

    /// Whether the person looks into the camera, as guidance has it.
    pub fn looks_straight(&self) -> bool {
        self.turned() <= 1.0
    }

    /// Pixels between the eyes, by eyes and mouth: a turn shortens the one, a nod the other.
    pub fn unit(&self) -> f32 {
        let [right, left, mouth] = [Face::RIGHT_EYE, Face::LEFT_EYE, Face::MOUTH].map(|i| self.face.keypoints[i]);
        let (x, y) = ((right.x + left.x) / 2.0, (right.y + left.y) / 2.0);
        (right.distance(left) + (mouth.x - x).hypot(mouth.y - y) / 1.07) / 2.0
    }

    /// The pixel at a place of the face: distances between the eyes, from the point between them.
    pub fn pixel(&self, u: f32, v: f32) -> (f32, f32) {
        let [right, left] = [Face::RIGHT_EYE, Face::LEFT_EYE].map(|i| self.face.keypoints[i]);
        let (x, y, unit) = ((right.x + left.x) / 2.0, (right.y + left.y) / 2.0, self.unit());
        let (sin, cos) = (left.y - right.y).atan2(left.x - right.x).sin_cos();
        (x + unit * (u * cos - v * sin), y + unit * (u * sin + v * cos))
    }
}

/// Folders of photographs: the workspace's npm packages, and those that `crates/evaluation/corpus/fetch.mjs` fetched.
pub fn folders() -> Vec<PathBuf> {
    vec![workspace().join("node_modules"), workspace().join(".cache/occlusion")]
}

/// One bare face of each listed person whose photograph is there and whose name is wanted.
///
/// # Errors
/// When the list or a photograph cannot be read.
pub fn portraits(
    folders: &[PathBuf],
    detector: &mut Detector,
    is_wanted: impl Fn(&str) -> bool,
) -> Result<Vec<Portrait>> {
    let mut all: Vec<Portrait> = Vec::new();
    for photograph in read_list(&workspace().join("crates/evaluation/corpus/photographs.json"))? {
        let known = all.iter().any(|portrait| portrait.person == photograph.person);
        if photograph.shows != Cover::Bare || known || !is_wanted(&photograph.person) {
            continue;
        }
        let Some(path) = photograph.path(folders) else { continue };
        let new = portrait(&photograph, &path, detector)?;
        // Several packages bring the same photographs.
        all.extend(new.filter(|new| !all.iter().any(|known| is_twin(known, new))));
    }
    Ok(all)
}

/// Faces less wide than this, over that of the portrait, are far behind: as guidance and the score have it.
const BYSTANDER: f32 = 0.35;

fn portrait(photograph: &Photograph, path: &Path, detector: &mut Detector) -> Result<Option<Portrait>> {
    let whole = image::open(path).with_context(|| format!("reading {}", path.display()))?.to_rgb8();
    // Enough for a far picture; what the photograph does not show is left out rather than made up.
    let reach = photograph.width * 4.0;
    let low = |middle: f32| (middle - reach / 2.0).max(0.0) as u32;
    let (x, y) = (low(photograph.x), low(photograph.y));
    let length = |low: u32, middle: f32, end: u32| ((middle + reach / 2.0) as u32).min(end).saturating_sub(low);
    let (width, height) = (length(x, photograph.x, whole.width()), length(y, photograph.y, whole.height()));
    let picture = imageops::crop_imm(&whole, x, y, width, height).to_image();
    let away = |face: &Face| {
        let center = face.bbox.center();
        (center.x - (photograph.x - x as f32)).hypot(center.y - (photograph.y - y as f32))
    };
    let faces = with_frame(&picture, |frame| detector.detect_still(frame))?;
    let near = faces.iter().filter(|face| away(face) < photograph.width * 0.4);
    let Some(face) = near.min_by(|a, b| away(a).total_cmp(&away(b))).copied() else { return Ok(None) };
    let is_alone = faces.iter().filter(|other| other.bbox.width > BYSTANDER * face.bbox.width).count() == 1;
    Ok(Some(Portrait { person: photograph.person.clone(), picture, face, is_alone, wears: photograph.wears.clone() }))
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
