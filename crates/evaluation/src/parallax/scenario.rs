//! What is held before the camera, and the judgement of one such capture.

use anyhow::{Context, Result};
use image::RgbImage;
use nearfar::detection::{Detector, Face};
use nearfar::encoding::{AUDIT_SIDE, audit_jpeg};
use nearfar_inspect::model::largest;
use nearfar_parallax::{Calibration, Parallax, Verdict, View, calibration, parallax};
use nearfar_rendering::canvas::{vary, with_frame};
use nearfar_rendering::footage::Footage;
use nearfar_rendering::portraits::Portrait;
use nearfar_rendering::random::Random;
use nearfar_rendering::scene::{Camera, Head, Surface, bending_axis, folded_once, folded_twice, paper_nose, shot};
use std::f32::consts::PI;

/// Species of captures; the first two are bona fide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Species {
    /// The portrait on a head in depth, which turns a little and changes its expression.
    Head,
    /// The same of a head unlike the mean one, with more expression.
    OtherHead,
    /// A head that only turns, and whose near picture is far enlarged.
    Zoomed,
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
    /// A print folded once, about upright, near the middle of the face.
    FoldedUpright,
    /// A print folded once at a slant.
    FoldedSlanting,
    /// A print folded once, about level.
    FoldedLevel,
    /// A print folded twice.
    FoldedTwice,
    /// A print that is flat in far and folded once in near.
    FoldedLater,
    /// A flat print with its nose cut free and bent out.
    NoseCut,
    /// A flat print with its nose pressed out.
    NosePressed,
}

impl Species {
    /// All of them.
    pub const ALL: [Species; 16] = [
        Species::Head,
        Species::OtherHead,
        Species::Zoomed,
        Species::Flat,
        Species::BentSlightly,
        Species::Bent,
        Species::BentStrongly,
        Species::Hollow,
        Species::BentMore,
        Species::FoldedUpright,
        Species::FoldedSlanting,
        Species::FoldedLevel,
        Species::FoldedTwice,
        Species::FoldedLater,
        Species::NoseCut,
        Species::NosePressed,
    ];

    /// Whether somebody came nearer.
    pub fn is_bona_fide(self) -> bool {
        matches!(self, Species::Head | Species::OtherHead)
    }

    /// What is before the camera in far and in near.
    fn surfaces(self, random: &mut Random) -> [Surface; 2] {
        // Prints are of natural size: 6.3 cm between the eyes.
        let angle = bending_axis(random);
        let bend = |low: f32, high: f32, random: &mut Random| Surface::Cylinder {
            angle,
            radius: random.between(low, high) / 6.3,
        };
        match self {
            Species::Head | Species::OtherHead | Species::Zoomed => {
                let (head, most) =
                    if self == Species::Head { (Head::new(random), 0.05) } else { (Head::unlike(random), 0.09) };
                let mut moved = || head.with_expression(random.between(-most, most), random.between(-most, most));
                [Surface::Head(moved()), Surface::Head(moved())]
            }
            Species::Flat => [Surface::Flat, Surface::Flat],
            Species::BentMore => [bend(30.0, 60.0, random), bend(8.0, 15.0, random)],
            Species::BentSlightly => twice(bend(25.0, 60.0, random)),
            Species::Bent => twice(bend(12.0, 25.0, random)),
            Species::BentStrongly => twice(bend(7.5, 12.0, random)),
            Species::Hollow => twice(bend(-40.0, -10.0, random)),
            Species::FoldedUpright => twice(Surface::Folded(folded_once(0.0, random))),
            Species::FoldedSlanting => {
                let slant = random.between(0.3, 1.2) * if random.chance(0.5) { 1.0 } else { -1.0 };
                twice(Surface::Folded(folded_once(slant, random)))
            }
            Species::FoldedLevel => twice(Surface::Folded(folded_once(PI / 2.0, random))),
            Species::FoldedTwice => twice(Surface::Folded(folded_twice(random))),
            Species::FoldedLater => {
                let axis = if random.chance(0.7) { 0.0 } else { random.between(0.0, PI) };
                [Surface::Flat, Surface::Folded(folded_once(axis, random))]
            }
            Species::NoseCut => twice(Surface::PaperNose(paper_nose(true, random))),
            Species::NosePressed => twice(Surface::PaperNose(paper_nose(false, random))),
        }
    }

    /// Most turn, nod and tilt, radians: a head that guidance lets through, a print held less straight.
    fn most_turn(self) -> [f32; 3] {
        match self {
            Species::Head | Species::OtherHead | Species::Zoomed => [0.14, 0.12, 0.08],
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
    /// Of far and near, pixels.
    focals: [f32; 2],
    /// Of far and near.
    distances: [f32; 2],
    surfaces: [Surface; 2],
    /// What the camera makes of it, where it is none of the best.
    footage: Option<Footage>,
}

impl Setting {
    fn new(species: Species, random: &mut Random) -> Self {
        // 53 to 66 cm and 23 to 32 cm; a face fills 0.6 to 0.7 of the near picture.
        let (far, near) = (random.between(8.5, 10.5), random.between(3.6, 5.0));
        let Camera { focal, .. } = Camera::filled(near, random.between(0.6, 0.7), (0.5, 0.5), SIZE);
        let surfaces = species.surfaces(random);
        let footage = random.chance(0.35).then(|| Footage::new(random));
        if species == Species::Zoomed {
            return Setting { focals: [focal, focal * far / near], distances: [far, far], surfaces, footage };
        }
        Setting { focals: [focal, focal], distances: [far, near], surfaces, footage }
    }

    /// Far (0) or near (1), somewhere and turned somehow.
    fn taken(&self, stage: usize, portrait: &Portrait, species: Species, random: &mut Random) -> Result<RgbImage> {
        let (distance, focal) = (self.distances[stage], self.focals[stage]);
        let picture = seen(portrait, &self.surfaces[stage], (distance, focal), species, random)?;
        Ok(match &self.footage {
            Some(footage) => footage.taken(&picture),
            None => picture,
        })
    }
}

/// A surface at this distance, by a camera of this focal length, somewhere and turned as the species is.
fn seen(
    portrait: &Portrait,
    surface: &Surface,
    (distance, focal): (f32, f32),
    species: Species,
    random: &mut Random,
) -> Result<RgbImage> {
    let middle = (random.between(0.46, 0.54), random.between(0.40, 0.46));
    let turn = species.most_turn().map(|most| random.between(-most, most));
    vary(&shot(portrait, surface, &Camera { distance, focal, turn, middle }, SIZE), random)
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

/// Stages a head at three distances, the farthest first. The nearest picture is taken from `enlarged` times as far as it
/// seems, and enlarged by so much; 1 for a person who came that near. `None` where the detector finds no face.
///
/// # Errors
/// When a picture cannot be encoded or decoded.
pub fn stage_distances(
    portrait: &Portrait,
    enlarged: f32,
    index: u32,
    detector: &mut Detector,
) -> Result<Option<[Shot; 3]>> {
    // The same heads and turns for each, so that only the enlarging makes the difference.
    let random = &mut Random::new(&format!("{} distances {index}", portrait.person));
    let (far, near) = (random.between(9.0, 10.5), random.between(3.6, 4.3));
    let Camera { focal, .. } = Camera::filled(near, random.between(0.6, 0.7), (0.5, 0.5), SIZE);
    let head = Head::unlike(random);
    let mut taken = Vec::new();
    for (distance, enlarged) in [(far, 1.0), ((far * near).sqrt(), 1.0), (near, enlarged)] {
        let head = head.with_expression(random.between(-0.05, 0.05), random.between(-0.05, 0.05));
        let from = (distance * enlarged, focal * enlarged);
        let picture = seen(portrait, &Surface::Head(head), from, Species::Head, random)?;
        let Some(found) = found(picture, detector)? else { return Ok(None) };
        taken.push(found);
    }
    Ok(taken.try_into().ok())
}

/// What a capture's neighbouring distances say of its camera; `None` where one pair is unsure.
///
/// # Errors
/// When a picture is no frame.
pub fn calibrated(distances: &[Shot; 3], seed: u64) -> Result<Option<Calibration>> {
    let mut pairs = Vec::new();
    for [far, near] in distances.array_windows() {
        let judged = judge(&Staged { far: far.clone(), near: near.clone() }, seed)?;
        let Verdict::LogLikelihoodRatio(_) = judged.verdict else { return Ok(None) };
        pairs.extend(judged.figures);
    }
    Ok(calibration(&pairs))
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
