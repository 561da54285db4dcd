//! From a list of portraits to samples: every face bare and covered in several ways, each varied in light and lens.

use crate::canvas::{crop, vary, with_frame};
use crate::covers::face_map::FaceMap;
use crate::covers::{Cover, Covered, Materials, draw};
use crate::random::Random;
use anyhow::{Context, Result};
use image::RgbImage;
use nearfar::detection::{Detector, Face};
use nearfar::frame::Point;
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// One face in one photograph of a package.
#[derive(Clone, Debug, Deserialize)]
pub struct Photograph {
    /// A name for the person.
    pub person: String,
    /// Registry and package, such as `npm:material-kit`.
    pub source: String,
    /// The file inside the package.
    pub file: String,
    /// Middle of the face in the picture, pixels.
    pub x: f32,
    /// Middle of the face in the picture, pixels.
    pub y: f32,
    /// Width of the face, pixels.
    pub width: f32,
    /// What the photograph itself shows: `bare`, or a cover that the person wears.
    pub shows: Cover,
    /// What the person wears that does not cover the face.
    #[serde(default)]
    pub wears: Vec<Worn>,
}

/// What a bare face may wear.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Worn {
    /// Clear glasses.
    Glasses,
    /// A hat, a cap, a scarf.
    Headwear,
}

impl Photograph {
    /// The file, looked for under each of `roots` as `<package>/<file>`.
    pub fn path(&self, roots: &[PathBuf]) -> Option<PathBuf> {
        let package = self.source.split_once(':').map_or(self.source.as_str(), |(_, package)| package);
        roots.iter().map(|root| root.join(package).join(&self.file)).find(|path| path.is_file())
    }
}

/// Reads the list of photographs.
///
/// # Errors
/// When the file is missing or is not such a list.
pub fn read_list(path: &Path) -> Result<Vec<Photograph>> {
    let text = std::fs::read(path).with_context(|| format!("reading {}", path.display()))?;
    serde_json::from_slice(&text).with_context(|| format!("{} is no list of photographs", path.display()))
}

/// One picture with one face in it.
pub struct Sample {
    /// The person.
    pub person: String,
    /// What covers the face.
    pub cover: Cover,
    /// The picture.
    pub picture: RgbImage,
    /// The face as the detector finds it in this very picture; `None` where it finds none.
    pub face: Option<Face>,
}

/// How many samples are made of each bare portrait.
#[derive(Clone, Copy, Debug)]
pub struct Amount {
    /// Bare ones, besides the untouched photograph.
    pub bare: u32,
    /// With ordinary glasses drawn.
    pub glasses: u32,
    /// Of each kind of cover.
    pub each_cover: u32,
}

/// A crop is this many face widths wide.
pub const REACH: f32 = 2.4;

/// All samples of one photograph, each handed to `take` as it is made. Nothing where the detector does not find the
/// bare face.
///
/// # Errors
/// When the photograph cannot be read.
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
        // No more than 1.6 times enlarged.
        let width = random.between(90.0, (photograph.width * 1.6).clamp(100.0, 180.0));
        let side = (width * REACH) as u32;
        let reach = photograph.width * REACH;
        let (dx, dy) = (random.between(-0.1, 0.1) * photograph.width, random.between(-0.1, 0.1) * photograph.width);
        let bare = crop(&photo, photograph.x + dx, photograph.y + dy, reach, side);
        let Some(face) = find(&bare, detector)? else {
            continue;
        };
        any = true;
        let map = FaceMap::new(&face);
        let drawn = if photograph.shows == Cover::Bare { cover } else { Cover::Bare };
        let covered = draw(&bare, &map, drawn, materials, &mut random);
        let picture = vary(&covered.picture, &mut random)?;
        let face = find(&picture, detector)?;
        take(Sample { person: photograph.person.clone(), cover, picture, face });
    }
    Ok(any)
}

/// The face nearest to the middle, if it is near the middle at all.
///
/// # Errors
/// When the picture is no frame.
pub fn find(picture: &RgbImage, detector: &mut Detector) -> Result<Option<Face>> {
    // Twice, as in a stream: the second time looks closely at what the first found.
    detector.reset();
    let faces = with_frame(picture, |frame| {
        detector.detect(frame);
        detector.detect(frame).to_vec()
    })?;
    let side = picture.width() as f32;
    let middle = Point { x: side / 2.0, y: side / 2.0 };
    let away = |face: &Face| face.bbox.center().distance(middle);
    let near = faces
        .into_iter()
        .filter(|face| away(face) < side / REACH * 0.5 && (0.5..2.0).contains(&(face.bbox.width * REACH / side)));
    Ok(near.min_by(|a, b| away(a).total_cmp(&away(b))))
}

/// Covered share of right eye, left eye, nose, mouth and forehead.
pub fn parts(covered: &Covered, map: &FaceMap) -> [f32; 5] {
    let keypoints = map.face.keypoints;
    let eyes = [keypoints[Face::RIGHT_EYE], keypoints[Face::LEFT_EYE]];
    [
        share(covered, map, eyes[0], 0.22, 0.12),
        share(covered, map, eyes[1], 0.22, 0.12),
        share(covered, map, keypoints[Face::NOSE], 0.2, 0.2),
        share(covered, map, keypoints[Face::MOUTH], 0.38, 0.16),
        share(covered, map, map.point(map.eyes(), 0.0, -0.6), 0.5, 0.16),
    ]
}

/// Covered share of an ellipse, its half axes in eye-mouth distances.
fn share(covered: &Covered, map: &FaceMap, center: Point, half_w: f32, half_h: f32) -> f32 {
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
