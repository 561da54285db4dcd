//! Frames for guidance with known answers: a photograph at a drawn size and place, bare or with a drawn cover.

use anyhow::{Context, Result};
use image::RgbImage;
use nearfar::detection::{Detector, Face};
use nearfar::frame::{Rect, Size};
use nearfar::guidance::{Assessment, Instruction, Scene, Stage, Target, Thresholds, Viewport, assess, main_face};
use nearfar::quality::QualityMeter;
use nearfar_rendering::augmentation::{crop, vary, with_frame};
use nearfar_rendering::covers::face_map::FaceMap;
use nearfar_rendering::covers::{Cover, Materials, draw};
use nearfar_rendering::photographs::Photograph;
use nearfar_rendering::random::Random;
use std::path::Path;

/// Side of a frame, pixels.
const SIDE: u32 = 640;
/// The visible part of a frame: upright, like a phone's.
const VIEWPORT: Viewport = Viewport { width: 480.0, height: 640.0 };
/// Width of the face relative to the short side of the visible part.
const WIDTHS: (f32, f32) = (0.18, 0.5);
/// The most by which a photograph is enlarged.
const MAX_ENLARGEMENT: f32 = 2.0;
/// The most by which a face is off the middle, in short sides of the visible part.
const MAX_OFFSET: f32 = 0.22;
/// How many places are drawn at most until the face is in its place.
const PLACES: usize = 100;
/// Frames that a detector gets of a picture, as in a stream: the later ones refine the first.
const FRAMES: usize = 3;

/// One frame.
#[derive(Clone, Debug)]
pub struct GuidanceFrame {
    /// The person.
    pub person: String,
    /// What covers the face.
    pub cover: Cover,
    /// The instruction of size and place for the face where the corpus says that it is; `keep_still` in its place.
    pub expected: Instruction,
    /// The picture.
    pub picture: RgbImage,
}

/// What a detector's faces lead to in a frame.
#[derive(Clone, Copy, Debug)]
pub struct Guided {
    /// The instruction from the faces alone, without measurements of quality.
    pub placed: Instruction,
    /// The assessment with measurements of the main face.
    pub assessment: Assessment,
    /// The main face.
    pub face: Option<Face>,
}

/// The number of frames of each photograph.
#[derive(Clone, Copy, Debug)]
pub struct Amount {
    /// With the face as the photograph shows it.
    pub plain: u32,
    /// With each drawn cover.
    pub each_cover: u32,
}

/// Passes frames of a photograph to `take`. In every second one the face is in its place. `reference` finds where covers
/// are drawn; a face that it does not find gets none.
///
/// # Errors
/// If the photograph cannot be read.
pub fn guidance_frames(
    photograph: &Photograph,
    path: &Path,
    materials: &Materials,
    amount: Amount,
    reference: &mut Detector,
    mut take: impl FnMut(GuidanceFrame) -> Result<()>,
) -> Result<()> {
    let photo = image::open(path).with_context(|| format!("reading {}", path.display()))?.to_rgb8();
    let mut plan: Vec<(Cover, u32)> = (0..amount.plain).map(|index| (photograph.shows, index)).collect();
    if photograph.shows == Cover::Bare {
        plan.extend(
            Cover::COVERING.into_iter().flat_map(|cover| (0..amount.each_cover).map(move |index| (cover, index))),
        );
    }
    for (cover, index) in plan {
        let mut random = Random::new(&format!("guidance {} {cover:?} {index}", photograph.person));
        let (known, expected) = drawn_place(photograph.width, index.is_multiple_of(2), &mut random);
        let (scale, side, center) = (known.bbox.width / photograph.width, SIDE as f32, known.bbox.center());
        let [x, y] = [photograph.x + (side / 2.0 - center.x) / scale, photograph.y + (side / 2.0 - center.y) / scale];
        let bare = crop(&photo, x, y, side / scale, SIDE);
        let drawn = if photograph.shows == Cover::Bare { cover } else { Cover::Bare };
        let picture = if drawn == Cover::Bare {
            bare
        } else {
            let faces = with_frame(&bare, |frame| reference.detect_still(frame))?;
            let Some(face) = faces.into_iter().find(|face| face.is_same_as(&known)) else { continue };
            draw(&bare, &FaceMap::new(&face), drawn, materials, &mut random).picture
        };
        let picture = vary(&picture, &mut random)?;
        take(GuidanceFrame { person: photograph.person.clone(), cover, expected, picture })?;
    }
    Ok(())
}

/// A face at a drawn size and place, and its instruction. With `in_place`, draws up to [`PLACES`] times until the face is
/// in its place; a small photograph may not be enlarged enough.
fn drawn_place(width: f32, in_place: bool, random: &mut Random) -> (Face, Instruction) {
    let thresholds = Thresholds::default();
    let short = VIEWPORT.width;
    let most = (MAX_ENLARGEMENT * width / short).clamp(WIDTHS.0, WIDTHS.1);
    let mut draw = || {
        let width = random.between(WIDTHS.0, most) * short;
        let [x, y] = [(); 2].map(|()| SIDE as f32 / 2.0 + random.between(-MAX_OFFSET, MAX_OFFSET) * short);
        let bbox = Rect { x: x - width / 2.0, y: y - width / 2.0, width, height: width };
        let face = Face { bbox, score: 1.0, keypoints: Default::default() };
        let scene = Scene { faces: &[face], measurements: None, speed: 0.0 };
        (face, assess(&scene, &target(&thresholds), &thresholds).instruction)
    };
    let mut place = draw();
    for _ in 0..PLACES {
        if !in_place || place.1 == Instruction::KeepStill {
            break;
        }
        place = draw();
    }
    place
}

impl GuidanceFrame {
    /// Runs detection, quality and guidance on the frame.
    ///
    /// # Errors
    /// If the picture is not a valid frame.
    pub fn guided_by(&self, detector: &mut Detector, meter: &mut QualityMeter) -> Result<Guided> {
        let thresholds = Thresholds::default();
        let target = target(&thresholds);
        with_frame(&self.picture, |frame| {
            detector.reset();
            for _ in 1..FRAMES {
                detector.detect(frame);
            }
            let faces = detector.detect(frame);
            let main = main_face(faces, &target, &thresholds).map(|index| &faces[index]);
            let measurements = main.map(|face| meter.measure(frame, face));
            let scene = |measurements| Scene { faces, measurements, speed: 0.0 };
            Guided {
                placed: assess(&scene(None), &target, &thresholds).instruction,
                assessment: assess(&scene(measurements.as_ref()), &target, &thresholds),
                face: main.copied(),
            }
        })
    }
}

fn target(thresholds: &Thresholds) -> Target {
    Target::new(Stage::Far, Size { width: SIDE, height: SIDE }, VIEWPORT, thresholds)
}
