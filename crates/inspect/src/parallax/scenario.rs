//! What is held before the camera, and the judgement of one such capture.

use crate::model::largest;
use crate::occlusion::canvas::{vary, with_frame};
use crate::occlusion::random::Random;
use crate::staging::portraits::Portrait;
use crate::staging::scene::{Camera, Head, Surface, bending_axis, shot};
use anyhow::{Context, Result};
use image::RgbImage;
use nearfar::detection::{Detector, Face};
use nearfar::encoding::{AUDIT_SIDE, audit_jpeg};
use nearfar_parallax::{Parallax, View, parallax};

/// Species of captures; only the first is bona fide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Species {
    /// The portrait on a head in depth, which turns a little and changes its expression.
    Head,
    /// A flat print, held at a slant.
    Flat,
    /// A print bent by 25 to 60 cm.
    BentSlightly,
    /// A print bent by 12 to 25 cm.
    Bent,
    /// A print bent by 7.5 to 12 cm: as around a head.
    BentStrongly,
    /// A print that is bent inwards by 10 to 40 cm.
    Hollow,
    /// A print bent by 30 to 60 cm in far, by 8 to 15 cm in near.
    BentMore,
}

impl Species {
    /// All of them.
    pub const ALL: [Species; 7] = [
        Species::Head,
        Species::Flat,
        Species::BentSlightly,
        Species::Bent,
        Species::BentStrongly,
        Species::Hollow,
        Species::BentMore,
    ];

    /// What is before the camera in far and in near.
    fn surfaces(self, random: &mut Random) -> [Surface; 2] {
        // Prints are of natural size: 6.3 cm between the eyes.
        let angle = bending_axis(random);
        let mut bent = |low: f32, high: f32| Surface::Cylinder { angle, radius: random.between(low, high) / 6.3 };
        match self {
            Species::Head => {
                let head = Head::new(random);
                let mut moved = || head.with_expression(random.between(-0.05, 0.05), random.between(-0.05, 0.05));
                [Surface::Head(moved()), Surface::Head(moved())]
            }
            Species::Flat => [Surface::Flat, Surface::Flat],
            Species::BentMore => [bent(30.0, 60.0), bent(8.0, 15.0)],
            Species::BentSlightly => twice(bent(25.0, 60.0)),
            Species::Bent => twice(bent(12.0, 25.0)),
            Species::BentStrongly => twice(bent(7.5, 12.0)),
            Species::Hollow => twice(bent(-40.0, -10.0)),
        }
    }

    /// Most turn, nod and tilt, radians: a head that guidance lets through, a print held less straight.
    fn most_turn(self) -> [f32; 3] {
        match self {
            Species::Head => [0.14, 0.12, 0.08],
            Species::Flat => [0.35, 0.35, 0.12],
            _ => [0.2, 0.2, 0.1],
        }
    }
}

fn twice(surface: Surface) -> [Surface; 2] {
    [surface.clone(), surface]
}

/// Pixels of the pictures: as many as the portraits bear.
const SIZE: (u32, u32) = (480, 640);

/// A picture and the face in it.
pub type Shot = (RgbImage, Face);

/// A far and a near picture with the faces in them.
#[derive(Clone)]
pub struct Staged {
    /// The far picture.
    pub far: Shot,
    /// The near picture.
    pub near: Shot,
}

/// What stays the same during a capture.
struct Setting {
    focal: f32,
    /// Of far and near.
    distances: [f32; 2],
    surfaces: [Surface; 2],
}

impl Setting {
    fn new(species: Species, random: &mut Random) -> Self {
        // 53 to 66 cm and 23 to 32 cm; a face fills 0.6 to 0.7 of the near picture.
        let (far, near) = (random.between(8.5, 10.5), random.between(3.6, 5.0));
        let Camera { focal, .. } = Camera::filled(near, random.between(0.6, 0.7), (0.5, 0.5), SIZE);
        Setting { focal, distances: [far, near], surfaces: species.surfaces(random) }
    }

    /// Far (0) or near (1), somewhere and turned somehow.
    fn taken(&self, stage: usize, portrait: &Portrait, species: Species, random: &mut Random) -> Result<RgbImage> {
        let middle = (random.between(0.46, 0.54), random.between(0.40, 0.46));
        let turn = species.most_turn().map(|most| random.between(-most, most));
        let camera = Camera { distance: self.distances[stage], focal: self.focal, turn, middle };
        vary(&shot(portrait, &self.surfaces[stage], &camera, SIZE), random)
    }
}

/// The draws of a capture; `index` makes another one of the same species.
fn draws(portrait: &Portrait, species: Species, index: u32) -> Random {
    Random::new(&format!("{} {species:?} {index}", portrait.person))
}

/// Stages a capture. `None` where the detector finds no face.
///
/// # Errors
/// When a picture cannot be encoded or decoded.
pub fn stage(portrait: &Portrait, species: Species, index: u32, detector: &mut Detector) -> Result<Option<Staged>> {
    let random = &mut draws(portrait, species, index);
    let setting = Setting::new(species, random);
    let mut taken = Vec::new();
    for stage in [0, 1] {
        let picture = setting.taken(stage, portrait, species, random)?;
        let Some(found) = found(picture, detector)? else { return Ok(None) };
        taken.push(found);
    }
    let near = taken.pop();
    Ok(taken.pop().zip(near).map(|(far, near)| Staged { far, near }))
}

/// The far stage of the same capture at another moment, as small as the engine keeps frames for the audit. `None` where
/// the detector finds no face.
///
/// # Errors
/// When a picture cannot be encoded or decoded.
pub fn audit(portrait: &Portrait, species: Species, index: u32, detector: &mut Detector) -> Result<Option<Shot>> {
    let setting = Setting::new(species, &mut draws(portrait, species, index));
    let mut random = Random::new(&format!("{} {species:?} {index} audit", portrait.person));
    let picture = setting.taken(0, portrait, species, &mut random)?;
    let jpeg = with_frame(&picture, |frame| audit_jpeg(frame, AUDIT_SIDE))??;
    found(image::load_from_memory(&jpeg.bytes).context("decoding an audit frame")?.to_rgb8(), detector)
}

/// A picture with the largest face in it, `None` where the detector finds none.
///
/// # Errors
/// When the picture is no frame.
pub fn found(picture: RgbImage, detector: &mut Detector) -> Result<Option<Shot>> {
    let faces = with_frame(&picture, |frame| detector.detect_still(frame))?;
    Ok(largest(faces).map(|face| (picture, face)))
}

/// Judges two pictures.
///
/// # Errors
/// When a picture is no frame.
pub fn judge(staged: &Staged, seed: u64) -> Result<Parallax> {
    let ((far, far_face), (near, near_face)) = (&staged.far, &staged.near);
    with_frame(far, |far| {
        with_frame(near, |near| {
            parallax(View { frame: far, face: far_face }, View { frame: near, face: near_face }, seed)
        })
    })?
}
