//! One bare portrait of each person of the corpus.

use crate::augmentation::with_frame;
use crate::covers::Cover;
pub use crate::photographs::Worn;
use crate::photographs::{Photograph, read_corpus};
use anyhow::{Context, Result};
use image::{RgbImage, imageops};
use nearfar::detection::{Detector, Face};
use nearfar::guidance::Thresholds;
use nearfar::quality::pose;
use std::path::{Path, PathBuf};

/// One person.
pub struct Portrait {
    /// A name for the person.
    pub person: String,
    /// The photograph around the face.
    pub picture: RgbImage,
    /// The face in it.
    pub face: Face,
    /// Whether there is no other face except far in the background.
    pub is_alone: bool,
    /// Accessories.
    pub wears: Vec<Worn>,
}

impl Portrait {
    /// The greater of yaw and pitch, relative to the limit of guidance.
    pub fn relative_turn(&self) -> f32 {
        let (pose, limits) = (pose(&self.face), Thresholds::default());
        (pose.yaw.abs() / limits.max_yaw).max(pose.pitch.abs() / limits.max_pitch)
    }

    /// Whether the pose is within the limits of guidance.
    pub fn is_frontal(&self) -> bool {
        self.relative_turn() <= 1.0
    }

    /// The distance between the eyes in pixels, estimated from eyes and mouth: yaw shortens one distance, pitch the
    /// other.
    pub fn face_unit(&self) -> f32 {
        let [right, left, mouth] = [Face::RIGHT_EYE, Face::LEFT_EYE, Face::MOUTH].map(|i| self.face.keypoints[i]);
        let (x, y) = ((right.x + left.x) / 2.0, (right.y + left.y) / 2.0);
        (right.distance(left) + (mouth.x - x).hypot(mouth.y - y) / 1.07) / 2.0
    }

    /// The pixel at face coordinates: in face units from the point between the eyes.
    pub fn pixel(&self, u: f32, v: f32) -> (f32, f32) {
        let [right, left] = [Face::RIGHT_EYE, Face::LEFT_EYE].map(|i| self.face.keypoints[i]);
        let (x, y, unit) = ((right.x + left.x) / 2.0, (right.y + left.y) / 2.0, self.face_unit());
        let (sin, cos) = (left.y - right.y).atan2(left.x - right.x).sin_cos();
        (x + unit * (u * cos - v * sin), y + unit * (u * sin + v * cos))
    }
}

/// Reads one bare portrait of each wanted person whose photograph is in one of `folders`.
///
/// # Errors
/// If the list or a photograph cannot be read.
pub fn portraits(
    folders: &[PathBuf],
    detector: &mut Detector,
    is_wanted: impl Fn(&str) -> bool,
) -> Result<Vec<Portrait>> {
    let mut all: Vec<Portrait> = Vec::new();
    for photograph in read_corpus()? {
        let known = all.iter().any(|portrait| portrait.person == photograph.person);
        if photograph.shows != Cover::Bare || known || !is_wanted(&photograph.person) {
            continue;
        }
        let Some(path) = photograph.path(folders) else { continue };
        let new = portrait(&photograph, &path, detector)?;
        // Several packages contain the same photographs.
        all.extend(new.filter(|new| !all.iter().any(|known| is_same_photograph(known, new))));
    }
    Ok(all)
}

/// Faces narrower than this, relative to the portrait, are in the background, as for guidance and the score.
const BACKGROUND_FACE: f32 = 0.35;

fn portrait(photograph: &Photograph, path: &Path, detector: &mut Detector) -> Result<Option<Portrait>> {
    let whole = image::open(path).with_context(|| format!("reading {}", path.display()))?.to_rgb8();
    // Enough for a far picture. The crop never exceeds the photograph.
    let crop_width = photograph.width * 4.0;
    let low = |middle: f32| (middle - crop_width / 2.0).max(0.0) as u32;
    let (x, y) = (low(photograph.x), low(photograph.y));
    let length = |low: u32, middle: f32, end: u32| ((middle + crop_width / 2.0) as u32).min(end).saturating_sub(low);
    let (width, height) = (length(x, photograph.x, whole.width()), length(y, photograph.y, whole.height()));
    let picture = imageops::crop_imm(&whole, x, y, width, height).to_image();
    let offset = |face: &Face| {
        let center = face.bbox.center();
        (center.x - (photograph.x - x as f32)).hypot(center.y - (photograph.y - y as f32))
    };
    let faces = with_frame(&picture, |frame| detector.detect_still(frame))?;
    let near = faces.iter().filter(|face| offset(face) < photograph.width * 0.4);
    let Some(face) = near.min_by(|a, b| offset(a).total_cmp(&offset(b))).copied() else { return Ok(None) };
    let is_alone = faces.iter().filter(|other| other.bbox.width > BACKGROUND_FACE * face.bbox.width).count() == 1;
    Ok(Some(Portrait { person: photograph.person.clone(), picture, face, is_alone, wears: photograph.wears.clone() }))
}

/// Whether both are the same photograph at any size: their faces correlate almost perfectly.
fn is_same_photograph(a: &Portrait, b: &Portrait) -> bool {
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
