//! Simulated captures of heads and prints, and their parallax.

use anyhow::{Context, Result};
use image::RgbImage;
use nearfar::detection::{Detector, Face};
use nearfar::encoding::{AUDIT_SIDE, audit_jpeg};
use nearfar_inspect::model::largest;
use nearfar_parallax::{Calibration, Parallax, Verdict, View, calibration, parallax};
use nearfar_rendering::augmentation::{vary, with_frame};
use nearfar_rendering::degradation::Degradation;
use nearfar_rendering::paper::{PaperShape, bending_axis, folded_once};
use nearfar_rendering::portraits::Portrait;
use nearfar_rendering::random::Random;
use nearfar_rendering::scene::{Camera, Head, Surface, render};
use std::f32::consts::PI;

/// Species of captures; the first two are bona fide. Names of variants are part of random seeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Species {
    /// A 3D head that turns a little and changes its expression.
    Head,
    /// An atypical head with more expression.
    OtherHead,
    /// A head that only turns; its near picture is an enlarged far picture.
    Zoomed,
    /// A flat print at a slant.
    Flat,
    /// A print bent by 25 to 60 cm.
    BentSlightly,
    /// A print bent by 12 to 25 cm.
    Bent,
    /// A print bent by 7.5 to 12 cm: as around a head.
    BentStrongly,
    /// A concave print, bent by 10 to 40 cm.
    Hollow,
    /// A print bent by 30 to 60 cm in far and by 8 to 15 cm in near.
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
    /// All species.
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

    /// Whether a person came nearer.
    pub fn is_bona_fide(self) -> bool {
        matches!(self, Species::Head | Species::OtherHead)
    }

    /// The surfaces in far and in near.
    fn surfaces(self, random: &mut Random) -> [Surface; 2] {
        // Prints are life-size: 6.3 cm between the eyes.
        let angle = bending_axis(random);
        let bend = |low: f32, high: f32, random: &mut Random| Surface::Cylinder {
            angle,
            radius: random.between(low, high) / 6.3,
        };
        match self {
            Species::Head | Species::OtherHead | Species::Zoomed => {
                let (head, range) =
                    if self == Species::Head { (Head::new(random), 0.05) } else { (Head::atypical(random), 0.09) };
                let mut surface = || head.with_expression(random.between(-range, range), random.between(-range, range));
                [Surface::Head(surface()), Surface::Head(surface())]
            }
            Species::Flat => [Surface::Flat, Surface::Flat],
            Species::BentMore => [bend(30.0, 60.0, random), bend(8.0, 15.0, random)],
            Species::BentSlightly => twice(bend(25.0, 60.0, random)),
            Species::Bent => twice(bend(12.0, 25.0, random)),
            Species::BentStrongly => twice(bend(7.5, 12.0, random)),
            Species::Hollow => twice(bend(-40.0, -10.0, random)),
            Species::FoldedUpright => twice(PaperShape::FoldedUpright.surface(random)),
            Species::FoldedSlanting => twice(PaperShape::FoldedSlanting.surface(random)),
            Species::FoldedLevel => twice(PaperShape::FoldedLevel.surface(random)),
            Species::FoldedTwice => twice(PaperShape::FoldedTwice.surface(random)),
            Species::FoldedLater => {
                let axis = if random.chance(0.7) { 0.0 } else { random.between(0.0, PI) };
                [Surface::Flat, Surface::Folded(folded_once(axis, random))]
            }
            Species::NoseCut => twice(PaperShape::NoseCut.surface(random)),
            Species::NosePressed => twice(PaperShape::NosePressed.surface(random)),
        }
    }

    /// Greatest yaw, pitch and roll, radians: for a head within the limits of guidance, for a print more.
    fn max_turn(self) -> [f32; 3] {
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

/// Size of the pictures, by the resolution of the portraits.
const SIZE: (u32, u32) = (480, 640);

/// A picture with the face in it.
pub type FacePicture = (RgbImage, Face);

/// A far and a near picture with their faces.
#[derive(Clone)]
pub struct FacePair {
    /// The far picture.
    pub far: FacePicture,
    /// The near picture.
    pub near: FacePicture,
}

/// The constant properties of a capture.
struct Setup {
    /// Focal lengths of far and near, pixels.
    focals: [f32; 2],
    /// Distances of far and near.
    distances: [f32; 2],
    surfaces: [Surface; 2],
    /// The degradation of an ordinary camera, if any.
    degradation: Option<Degradation>,
}

impl Setup {
    fn new(species: Species, random: &mut Random) -> Self {
        // 53 to 66 cm and 23 to 32 cm; a face fills 0.6 to 0.7 of the near picture.
        let (far, near) = (random.between(8.5, 10.5), random.between(3.6, 5.0));
        let Camera { focal, .. } = Camera::framing(near, random.between(0.6, 0.7), (0.5, 0.5), SIZE);
        let surfaces = species.surfaces(random);
        let degradation = random.chance(0.35).then(|| Degradation::new(random));
        if species == Species::Zoomed {
            return Setup { focals: [focal, focal * far / near], distances: [far, far], surfaces, degradation };
        }
        Setup { focals: [focal, focal], distances: [far, near], surfaces, degradation }
    }

    /// Simulates far (0) or near (1) with a random place and turn.
    fn simulate(&self, stage: usize, portrait: &Portrait, species: Species, random: &mut Random) -> Result<RgbImage> {
        let (distance, focal) = (self.distances[stage], self.focals[stage]);
        let picture = render_varied(portrait, &self.surfaces[stage], (distance, focal), species, random)?;
        Ok(match &self.degradation {
            Some(degradation) => degradation.apply(&picture),
            None => picture,
        })
    }
}

/// Renders a surface at a distance by a camera of a focal length, with random place, turn, light and lens.
fn render_varied(
    portrait: &Portrait,
    surface: &Surface,
    (distance, focal): (f32, f32),
    species: Species,
    random: &mut Random,
) -> Result<RgbImage> {
    let middle = (random.between(0.46, 0.54), random.between(0.40, 0.46));
    let turn = species.max_turn().map(|range| random.between(-range, range));
    vary(&render(portrait, surface, &Camera { distance, focal, turn, middle }, SIZE), random)
}

/// The random generator of a capture. Each `index` gives another capture of the species.
fn capture_random(portrait: &Portrait, species: Species, index: u32) -> Random {
    Random::new(&format!("{} {species:?} {index}", portrait.person))
}

/// Simulates a capture. `None` if the detector finds no face.
///
/// # Errors
/// If a picture cannot be encoded or decoded.
pub fn simulate(
    portrait: &Portrait,
    species: Species,
    index: u32,
    detector: &mut Detector,
) -> Result<Option<FacePair>> {
    let random = &mut capture_random(portrait, species, index);
    let setup = Setup::new(species, random);
    let mut pictures = Vec::new();
    for stage in [0, 1] {
        let picture = setup.simulate(stage, portrait, species, random)?;
        let Some(picture) = with_largest_face(picture, detector)? else { return Ok(None) };
        pictures.push(picture);
    }
    let near = pictures.pop();
    Ok(pictures.pop().zip(near).map(|(far, near)| FacePair { far, near }))
}

/// Simulates a head at three distances, the farthest first. The nearest picture is taken from `enlarged` times its
/// apparent distance and enlarged by that factor; 1 for a person who came that near. `None` if the detector finds no
/// face.
///
/// # Errors
/// If a picture cannot be encoded or decoded.
pub fn simulate_distances(
    portrait: &Portrait,
    enlarged: f32,
    index: u32,
    detector: &mut Detector,
) -> Result<Option<[FacePicture; 3]>> {
    // The same heads and turns for each factor, so that only the enlargement differs.
    let random = &mut Random::new(&format!("{} distances {index}", portrait.person));
    let (far, near) = (random.between(9.0, 10.5), random.between(3.6, 4.3));
    let Camera { focal, .. } = Camera::framing(near, random.between(0.6, 0.7), (0.5, 0.5), SIZE);
    let head = Head::atypical(random);
    let mut pictures = Vec::new();
    for (distance, enlarged) in [(far, 1.0), ((far * near).sqrt(), 1.0), (near, enlarged)] {
        let head = head.with_expression(random.between(-0.05, 0.05), random.between(-0.05, 0.05));
        let from = (distance * enlarged, focal * enlarged);
        let picture = render_varied(portrait, &Surface::Head(head), from, Species::Head, random)?;
        let Some(picture) = with_largest_face(picture, detector)? else { return Ok(None) };
        pictures.push(picture);
    }
    Ok(pictures.try_into().ok())
}

/// Estimates the camera from neighbouring distances of a capture; `None` if the parallax of a pair is inconclusive.
///
/// # Errors
/// If a picture is not a valid frame.
pub fn calibrate(distances: &[FacePicture; 3], seed: u64) -> Result<Option<Calibration>> {
    let mut pairs = Vec::new();
    for [far, near] in distances.array_windows() {
        let parallax = measure_parallax(&FacePair { far: far.clone(), near: near.clone() }, seed)?;
        let Verdict::LogLikelihoodRatio(_) = parallax.verdict else { return Ok(None) };
        pairs.extend(parallax.figures);
    }
    Ok(calibration(&pairs))
}

/// Simulates an audit frame: the far stage of the same capture at another moment, in the size of the engine's audit
/// frames. `None` if the detector finds no face.
///
/// # Errors
/// If a picture cannot be encoded or decoded.
pub fn simulate_audit_frame(
    portrait: &Portrait,
    species: Species,
    index: u32,
    detector: &mut Detector,
) -> Result<Option<FacePicture>> {
    let setup = Setup::new(species, &mut capture_random(portrait, species, index));
    let mut random = Random::new(&format!("{} {species:?} {index} audit", portrait.person));
    let picture = setup.simulate(0, portrait, species, &mut random)?;
    let jpeg = with_frame(&picture, |frame| audit_jpeg(frame, AUDIT_SIDE))??;
    with_largest_face(image::load_from_memory(&jpeg.bytes).context("decoding an audit frame")?.to_rgb8(), detector)
}

/// Adds the largest face of a picture; `None` if the detector finds none.
///
/// # Errors
/// If the picture is not a valid frame.
pub fn with_largest_face(picture: RgbImage, detector: &mut Detector) -> Result<Option<FacePicture>> {
    let faces = with_frame(&picture, |frame| detector.detect_still(frame))?;
    Ok(largest(faces).map(|face| (picture, face)))
}

/// Measures the parallax of two pictures.
///
/// # Errors
/// If a picture is not a valid frame.
pub fn measure_parallax(pair: &FacePair, seed: u64) -> Result<Parallax> {
    let ((far, far_face), (near, near_face)) = (&pair.far, &pair.near);
    with_frame(far, |far| {
        with_frame(near, |near| {
            parallax(View { frame: far, face: far_face }, View { frame: near, face: near_face }, seed)
        })
    })?
}
