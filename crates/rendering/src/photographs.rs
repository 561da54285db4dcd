//! The corpus of photographs, and samples of bare and covered faces from it, each varied in light and lens.

use crate::augmentation::{crop, vary, with_frame};
use crate::covers::face_map::FaceMap;
use crate::covers::{Cover, Covered, Materials, draw};
use crate::random::Random;
use anyhow::{Context, Result};
use image::RgbImage;
use nearfar::detection::{Detector, Face};
use nearfar::frame::Point;
use nearfar_inspect::model::workspace;
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// One face in one photograph of a package.
#[derive(Clone, Debug, Deserialize)]
pub struct Photograph {
    /// A name for the person.
    pub person: String,
    /// Registry and package, for example `npm:material-kit`.
    pub source: String,
    /// The file inside the package.
    pub file: String,
    /// Middle of the face in the picture, pixels.
    pub x: f32,
    /// Middle of the face in the picture, pixels.
    pub y: f32,
    /// Width of the face, pixels.
    pub width: f32,
    /// `bare`, or the cover that the person wears in the photograph.
    pub shows: Cover,
    /// Accessories that do not cover the face.
    #[serde(default)]
    pub wears: Vec<Worn>,
}

/// Accessories of a bare face.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Worn {
    /// Clear glasses.
    Glasses,
    /// A hat, a cap, a scarf.
    Headwear,
}

impl Photograph {
    /// Finds the file as `<package>/<file>` under the first of `roots` that has it.
    pub fn path(&self, roots: &[PathBuf]) -> Option<PathBuf> {
        let package = self.source.split_once(':').map_or(self.source.as_str(), |(_, package)| package);
        roots.iter().map(|root| root.join(package).join(&self.file)).find(|path| path.is_file())
    }
}

/// Folders with the packages of the corpus: the npm packages of the workspace, and those that
/// `crates/rendering/corpus/fetch.mjs` fetches.
pub fn corpus_folders() -> Vec<PathBuf> {
    vec![workspace().join("node_modules"), workspace().join(".cache/photographs")]
}

/// Reads the list of photographs, `crates/rendering/corpus/photographs.json`.
///
/// # Errors
/// If the file is missing or not such a list.
pub fn read_corpus() -> Result<Vec<Photograph>> {
    let path = workspace().join("crates/rendering/corpus/photographs.json");
    let text = std::fs::read(&path).with_context(|| format!("reading {}", path.display()))?;
    serde_json::from_slice(&text).with_context(|| format!("{} is not a list of photographs", path.display()))
}

/// One picture with one face in it.
pub struct Sample {
    /// The person.
    pub person: String,
    /// What covers the face.
    pub cover: Cover,
    /// The picture.
    pub picture: RgbImage,
    /// The face that the detector finds in this picture, if any.
    pub face: Option<Face>,
}

/// The number of samples of each bare portrait.
#[derive(Clone, Copy, Debug)]
pub struct Amount {
    /// Bare samples.
    pub bare: u32,
    /// Samples with drawn ordinary glasses.
    pub glasses: u32,
    /// Samples of each kind of cover.
    pub each_cover: u32,
}

/// Width of a crop in face widths.
pub const CROP_WIDTHS: f32 = 2.4;

/// Passes all samples of one photograph to `take`. Returns whether the detector finds the bare face; there are no
/// samples without it.
///
/// # Errors
/// If the photograph cannot be read.
pub fn samples(
    photograph: &Photograph,
    path: &Path,
    materials: &Materials,
    amount: Amount,
    detector: &mut Detector,
    mut take: impl FnMut(Sample),
) -> Result<bool> {
    let photo = image::open(path).with_context(|| format!("reading {}", path.display()))?.to_rgb8();
    let mut plan = vec![];
    if photograph.shows == Cover::Bare {
        plan.extend((0..amount.bare).map(|i| (Cover::Bare, i)));
        plan.extend((0..amount.glasses).map(|i| (Cover::ClearGlasses, i)));
        plan.extend(Cover::COVERING.into_iter().flat_map(|cover| (0..amount.each_cover).map(move |i| (cover, i))));
    } else {
        plan.extend((0..amount.bare).map(|i| (photograph.shows, i)));
    }
    let mut any = false;
    for (cover, index) in plan {
        let mut random = Random::new(&format!("{} {cover:?} {index}", photograph.person));
        // Enlarged by at most 1.6.
        let width = random.between(90.0, (photograph.width * 1.6).clamp(100.0, 180.0));
        let side = (width * CROP_WIDTHS) as u32;
        let crop_width = photograph.width * CROP_WIDTHS;
        let (dx, dy) = (random.between(-0.1, 0.1) * photograph.width, random.between(-0.1, 0.1) * photograph.width);
        let bare = crop(&photo, photograph.x + dx, photograph.y + dy, crop_width, side);
        let Some(face) = find_central_face(&bare, detector)? else {
            continue;
        };
        any = true;
        let map = FaceMap::new(&face);
        let drawn = if photograph.shows == Cover::Bare { cover } else { Cover::Bare };
        let covered = draw(&bare, &map, drawn, materials, &mut random);
        let picture = vary(&covered.picture, &mut random)?;
        let face = find_central_face(&picture, detector)?;
        take(Sample { person: photograph.person.clone(), cover, picture, face });
    }
    Ok(any)
}

/// The face nearest to the middle, if there is one near the middle.
///
/// # Errors
/// If the picture is not a valid frame.
pub fn find_central_face(picture: &RgbImage, detector: &mut Detector) -> Result<Option<Face>> {
    // Twice, as in a stream: the second run refines the first.
    detector.reset();
    let faces = with_frame(picture, |frame| {
        detector.detect(frame);
        detector.detect(frame).to_vec()
    })?;
    let side = picture.width() as f32;
    let middle = Point { x: side / 2.0, y: side / 2.0 };
    let offset = |face: &Face| face.bbox.center().distance(middle);
    let near = faces.into_iter().filter(|face| {
        offset(face) < side / CROP_WIDTHS * 0.5 && (0.5..2.0).contains(&(face.bbox.width * CROP_WIDTHS / side))
    });
    Ok(near.min_by(|a, b| offset(a).total_cmp(&offset(b))))
}

/// The covered shares of right eye, left eye, nose, mouth and forehead.
pub fn covered_regions(covered: &Covered, map: &FaceMap) -> [f32; 5] {
    let keypoints = map.face.keypoints;
    let eyes = [keypoints[Face::RIGHT_EYE], keypoints[Face::LEFT_EYE]];
    [
        covered_share(covered, map, eyes[0], 0.22, 0.12),
        covered_share(covered, map, eyes[1], 0.22, 0.12),
        covered_share(covered, map, keypoints[Face::NOSE], 0.2, 0.2),
        covered_share(covered, map, keypoints[Face::MOUTH], 0.38, 0.16),
        covered_share(covered, map, map.point(map.eyes(), 0.0, -0.6), 0.5, 0.16),
    ]
}

/// The covered share of an ellipse; its half axes are in eye-mouth distances.
fn covered_share(covered: &Covered, map: &FaceMap, center: Point, half_w: f32, half_h: f32) -> f32 {
    let width = covered.picture.width() as usize;
    let (mut sum, mut count) = (0.0, 0u32);
    for (index, alpha) in covered.alpha.iter().enumerate() {
        let (u, v) = map.offset((index % width) as f32, (index / width) as f32, center);
        if (u / half_w).powi(2) + (v / half_h).powi(2) <= 1.0 {
            sum += alpha;
            count += 1;
        }
    }
    if count == 0 { 0.0 } else { sum / count as f32 }
}
