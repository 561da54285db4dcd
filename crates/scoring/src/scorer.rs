//! The trait behind which a stronger scorer can stand, and the scorer that needs no trained anti-spoofing model.

use crate::analyzer::{Analyzer, FaceAnalysis, MainFace};
use crate::cancellation::{Cancellation, Cancelled};
use crate::checks::pictures::Pictures;
use crate::checks::skin_light::{Skin, skin};
use crate::checks::{
    comparison, depth, face_quality, faces, files, focal_length, injection, manifest, motion, nonce, pad, pictures,
    reflection, screen, times,
};
use crate::comparison::Comparison;
use crate::evidence::Evidence;
use crate::fusion::{Answer, Weighed, quality_doubt};
use crate::limits::{LimitError, Limits};
use crate::pad::PadArtefacts;
use crate::picture::{decode, frame};
use crate::verdict::{Kind, Verdict};
use crate::verdict_builder::VerdictBuilder;
use image::{RgbImage, RgbaImage};
use nearfar::detection::{Detector, Face, ModelError};
use nearfar::frame::Size;
use nearfar::guidance::{MAX_STOPS, Stage, Target, Thresholds, Viewport};
use nearfar_pad::{FaceImage, Models};
use nearfar_parallax::{Parallax, ResidualMap, View, parallax};
use nearfar_protocol::light::{self, COLORS};
use nearfar_protocol::result::{AttackType, CameraType, ResultCode};
use std::sync::{Mutex, PoisonError};

/// Judges attempts. The same evidence always gets the same verdict, and none makes it panic.
pub trait Scorer: Send + Sync {
    /// Judges one attempt. Takes some hundred milliseconds of one core: not for a thread that serves requests.
    fn score(&self, evidence: &Evidence) -> Verdict;

    /// The comparison, given up soon after `stop` is set. A scorer that never looks at it is waited for no longer, but its
    /// thread goes on.
    ///
    /// # Errors
    /// [`Cancelled`] when it was given up.
    fn score_until(&self, evidence: &Evidence, cancellation: &Cancellation) -> Result<Verdict, Cancelled> {
        cancellation.check()?;
        Ok(self.score(evidence))
    }

    /// What no plane explains between far and near, drawn over the far face for people, a square of
    /// `ResidualMap::SIDE` pixels: of a flat thing nothing, of a face nose and sides. `None` where a scorer draws none
    /// or the pictures show no two faces.
    fn residual_map(&self, _evidence: &Evidence) -> Option<RgbImage> {
        None
    }
}

/// Judges by integrity, geometry and likeness, with the detection crate that the page uses.
#[derive(Debug)]
pub struct GeometryScorer {
    limits: Limits,
    widened: Thresholds,
    first: Mutex<Analyzer>,
    /// More of them, so that several attempts can be judged at once.
    others: Vec<Mutex<Analyzer>>,
    /// What the operator has brought.
    pad: Models,
}

/// Why there is no scorer.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// A limit makes no sense.
    #[error(transparent)]
    Limit(#[from] LimitError),
    /// The file is not the face detection model.
    #[error("not the face detection model: {0}")]
    Model(#[from] ModelError),
}

impl GeometryScorer {
    /// With the bytes of `face_detection_short_range.tflite`, able to judge `at_once` attempts at the same time (at
    /// least one; a further one waits).
    ///
    /// # Errors
    /// For limits out of range or a foreign model.
    pub fn new(model: &[u8], limits: Limits, at_once: usize) -> Result<Self, LoadError> {
        limits.validate()?;
        let eyes = || Ok::<_, LoadError>(Mutex::new(Analyzer::new(Detector::from_tflite(model)?)));
        let others = (1..at_once).map(|_| eyes()).collect::<Result<_, _>>()?;
        Ok(GeometryScorer { limits, widened: limits.widened(), first: eyes()?, others, pad: Models::default() })
    }

    /// With networks for presentation attack detection, too.
    pub fn with_pad(self, pad: Models) -> Self {
        GeometryScorer { pad, ..self }
    }

    /// Those networks.
    pub fn pad_models(&self) -> &Models {
        &self.pad
    }

    /// The largest face of any picture.
    pub fn largest_face(&self, picture: &RgbaImage) -> Option<Face> {
        let frame = frame(picture).ok()?;
        self.with_eyes(|eyes| eyes.largest(&frame))
    }

    /// Looks at a picture as its stage asks: by the path, where one was asked for.
    fn look(&self, picture: &RgbaImage, stage: Stage, evidence: &Evidence) -> Option<FaceAnalysis> {
        let frame = frame(picture).ok()?;
        let (size, shown) = (frame.size(), viewport(evidence));
        let target = match &evidence.motion {
            Some(asked) => Target::on_path(&motion::followed(asked)?, stage, self.limits.allowance, size, shown)?,
            None => Target::new(stage, size, shown, &self.widened),
        };
        // What is at a stop was looked at closely far and near.
        let is_stop = stage.stop().is_some();
        let thresholds = &self.widened;
        Some(self.with_eyes(|eyes| {
            if is_stop { eyes.glance(&frame, target, thresholds) } else { eyes.look(&frame, target, thresholds) }
        }))
    }

    /// Lends the first pair of eyes that is free.
    fn with_eyes<T>(&self, look: impl FnOnce(&mut Analyzer) -> T) -> T {
        let free = self.others.iter().find_map(|eyes| eyes.try_lock().ok());
        // Analyzer keep nothing that a panic of another thread could have spoilt.
        let mut eyes = free.unwrap_or_else(|| self.first.lock().unwrap_or_else(PoisonError::into_inner));
        look(&mut eyes)
    }

    /// The skin in the light of each colour of the light challenge.
    fn skins(&self, evidence: &Evidence, near: f32, cancellation: &Cancellation) -> Result<[Skin; COLORS], String> {
        let lit = evidence.manifest.audit.iter().filter(|entry| entry.phase == light::PHASE);
        let skins: Vec<Skin> = lit
            .map(|entry| {
                cancellation.check().map_err(|stopped| stopped.to_string())?;
                let bytes = evidence.files.get(&entry.name).ok_or("a picture of a colour did not come")?;
                let picture = decode(bytes, &self.limits.audit).map_err(|error| error.to_string())?;
                let frame = frame(&picture).map_err(|error| error.to_string())?;
                let face = self.with_eyes(|eyes| eyes.find(&frame));
                skin(&picture, face.as_ref(), near)
            })
            .collect::<Result<_, String>>()?;
        skins.try_into().map_err(|_| "there is not one picture for each colour".into())
    }

    /// The checks of the upload itself; the pictures, if they decode.
    fn integrity(
        &self,
        evidence: &Evidence,
        report: &mut VerdictBuilder,
        cancellation: &Cancellation,
    ) -> Result<Option<Pictures>, Cancelled> {
        report.add(manifest::check(evidence));
        report.add(nonce::check(evidence));
        report.add(files::hashes(evidence));
        // What was altered or foreign is not worth decoding.
        if report.failed(Kind::Integrity).is_some() {
            return Ok(None);
        }
        cancellation.check()?;
        let (outcome, decoded) = pictures::stills(evidence, &self.limits);
        report.add(outcome);
        report.add(pictures::audit(evidence, &self.limits, cancellation)?);
        report.add(files::video(evidence, self.limits.max_video_bytes));
        report.add(times::check(evidence, &self.limits));
        report.add(times::timeline(&evidence.manifest, &self.limits));
        Ok(decoded)
    }

    /// The checks of the faces; what each picture shows, if there is one face in each.
    fn presence(&self, evidence: &Evidence, pictures: &Pictures, report: &mut VerdictBuilder) -> Option<Shown> {
        let far = self.look(&pictures.far, Stage::Far, evidence)?;
        let near = self.look(&pictures.near, Stage::Near, evidence)?;
        let pair = [("far", &far), ("near", &near)];
        let (counted, code) = faces::count(&pair, &self.widened);
        let alone = !counted.has_failed();
        report.add_as(counted, code);
        let both = |sight: &FaceAnalysis| Some((sight.main.clone()?, sight.size));
        let [far_face, near_face] = [both(&far)?, both(&near)?];
        if !alone {
            return None;
        }
        let ovals = [(&evidence.manifest.ovals.far, &far), (&evidence.manifest.ovals.near, &near)];
        let ovals = ovals.map(|(oval, sight)| faces::oval_in_picture(oval, sight, evidence.manifest.viewport.width));
        let shows_ovals = evidence.manifest.camera_type == CameraType::WebCamera;
        let (a, b) = ((&far_face.0, far_face.1), (&near_face.0, near_face.1));
        let invalid = ResultCode::InvalidFaceDetected;
        report.add_as(faces::size(&pair, &self.limits), invalid);
        report.add_as(faces::place(&pair, shows_ovals.then_some(ovals)), invalid);
        report.add_as(faces::growth(a, b, self.limits.min_growth), invalid);
        let stops = pictures.stops.iter().zip(Stage::STOPS);
        let stops: Vec<FaceAnalysis> = stops.filter_map(|(picture, stop)| self.look(picture, stop, evidence)).collect();
        report.add_as(motion::check(evidence, &stops, [a, b], &self.limits), invalid);
        report.add_as(face_quality::pose(&pair), invalid);
        report.add_as(face_quality::light(&pair), ResultCode::FaceQualityTooPoor);
        report.add_as(face_quality::occlusion(&pair), ResultCode::FaceOccluded);
        report.add_as(face_quality::sharpness(&pair), ResultCode::FaceQualityTooPoor);
        let stops = stops.into_iter().filter_map(|sight| sight.main).collect();
        Some(Shown { far: far_face, stops, near: near_face })
    }
}

/// The faces of the pictures, with the sizes of those.
struct Shown {
    far: (MainFace, Size),
    /// In the order of the path.
    stops: Vec<MainFace>,
    near: (MainFace, Size),
}

impl Scorer for GeometryScorer {
    fn score(&self, evidence: &Evidence) -> Verdict {
        // Nobody stops it.
        self.score_until(evidence, &Cancellation::default())
            .unwrap_or_else(|Cancelled| VerdictBuilder::default().refused())
    }

    fn score_until(&self, evidence: &Evidence, cancellation: &Cancellation) -> Result<Verdict, Cancelled> {
        cancellation.check()?;
        let mut report = VerdictBuilder::default();
        report.add(injection::check(&evidence.manifest));
        let decoded = self.integrity(evidence, &mut report, cancellation)?;
        let Some(pictures) = decoded.filter(|_| report.failed(Kind::Integrity).is_none()) else {
            return Ok(report.attack(AttackType::Injection));
        };
        cancellation.check()?;
        let faces = self.presence(evidence, &pictures, &mut report);
        let Some(shown) = faces.filter(|_| report.failed(Kind::Presence).is_none()) else {
            return Ok(report.refused());
        };
        let Shown { far: (far, far_size), stops, near: (near, near_size) } = shown;
        cancellation.check()?;
        let comparison = Comparison::new(&far.descriptor, &near.descriptor);
        report.add(comparison::shape(far_size, near_size, &self.limits));
        report.add(comparison::face(&comparison, &self.limits));
        report.add(comparison::background(&comparison));
        if report.failed(Kind::Agreement).is_some() {
            return Ok(report.attack(AttackType::Unsure));
        }
        let Some(parallax) = between((&pictures.far, &far.face), (&pictures.near, &near.face)) else {
            return Ok(report.refused());
        };
        cancellation.check()?;
        report.add_as(depth::texture(&parallax), ResultCode::FaceQualityTooPoor);
        let Some(depth) = depth::ratio(&parallax) else {
            return Ok(report.refused());
        };
        report.add(depth::depth(&parallax, depth, &self.limits));
        if report.failed(Kind::Presentation).is_some() {
            return Ok(report.attack(AttackType::Presentation));
        }
        cancellation.check()?;
        let on_the_way: Vec<(&RgbaImage, &Face)> =
            pictures.stops.iter().zip(&stops).map(|(picture, stop)| (picture, &stop.face)).collect();
        let along = [&[(&pictures.far, &far.face)], on_the_way.as_slice(), &[(&pictures.near, &near.face)]].concat();
        let from_stop = on_the_way.last().and_then(|stop| between(*stop, (&pictures.near, &near.face)));
        let calibration = from_stop.and_then(|from_stop| focal_length::calibrated(&[parallax, from_stop]));
        report.add(focal_length::check(calibration.as_ref()));
        cancellation.check()?;
        let names = [&["far"], &STOP_NAMES[..stops.len()], &["near"]].concat();
        let named = along.iter().zip(names);
        let shown: Vec<FaceImage> =
            named.map(|(&(picture, face), name)| FaceImage { name, picture, face: &face.bbox }).collect();
        let scores = self.pad.scores(&shown, || cancellation.check().is_err());
        cancellation.check()?;
        report.add_as(pad::check(&scores), ResultCode::FaceQualityTooPoor);
        let Ok(scores) = scores else { return Ok(report.refused()) };
        let signs = PadArtefacts::new((&pictures.far, &far.face.bbox), (&pictures.near, &near.face.bbox));
        report.add(screen::check(&signs));
        let share = |face: &MainFace, size: Size| face.face.bbox.width / size.width.max(1) as f32;
        let growth = share(&near, near_size) / share(&far, far_size);
        let asked = evidence.light.as_ref();
        let told = evidence.manifest.light.as_ref();
        let reflected = reflection::check(asked, told, || self.skins(evidence, share(&near, near_size), cancellation));
        cancellation.check()?;
        report.add(reflected.outcome);
        let doubts = [
            ("background", comparison::background_doubt(&comparison)),
            ("screen", screen::doubt(&signs)),
            ("source", injection::penalty(&evidence.manifest)),
            ("reflection", reflected.doubt),
            ("focalLength", focal_length::doubt(calibration.as_ref())),
        ];
        let quality = quality_doubt([&far, &near], growth, &self.limits);
        let weighed = Weighed {
            depth,
            likeness: comparison.log_odds(),
            pad: scores.map(|scores| scores.log_odds),
            doubts,
            quality,
        };
        report.add_as(weighed.certainty(&self.limits), ResultCode::FaceQualityTooPoor);
        Ok(match weighed.answer(&self.limits) {
            Answer::Live(score) | Answer::Attack(score) => report.scored(score),
            Answer::Inconclusive => report.refused(),
        })
    }

    fn residual_map(&self, evidence: &Evidence) -> Option<RgbImage> {
        let pictures = pictures::stills(evidence, &self.limits).1?;
        let far = self.look(&pictures.far, Stage::Far, evidence)?.main?;
        let near = self.look(&pictures.near, Stage::Near, evidence)?.main?;
        let map = between((&pictures.far, &far.face), (&pictures.near, &near.face))?.map()?;
        let side = ResidualMap::SIDE as u32;
        RgbImage::from_raw(side, side, map.rgb)
    }
}

/// The part of the screen that showed the camera.
fn viewport(evidence: &Evidence) -> Viewport {
    let size = evidence.manifest.viewport;
    Viewport { width: size.width as f32, height: size.height as f32 }
}

/// The draws of the search for the plane: always the comparison, so that a verdict can be had again.
const SEED: u64 = 1;

/// The parallax between two pictures, the farther one first.
fn between((far_picture, far): (&RgbaImage, &Face), (near_picture, near): (&RgbaImage, &Face)) -> Option<Parallax> {
    let (far_frame, near_frame) = (frame(far_picture).ok()?, frame(near_picture).ok()?);
    Some(parallax(View { frame: &far_frame, face: far }, View { frame: &near_frame, face: near }, SEED))
}

/// What the stops are called among the figures.
const STOP_NAMES: [&str; MAX_STOPS] = ["stop0", "stop1"];
