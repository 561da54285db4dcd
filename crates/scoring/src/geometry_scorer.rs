//! The built-in scorer: integrity, geometry and comparison of far and near. It needs no trained anti-spoofing model.

use crate::analyzer::{Analyzer, FaceAnalysis, MainFace};
use crate::cancellation::{Cancellation, Cancelled};
use crate::checks::faces::width_share;
use crate::checks::pictures::Pictures;
use crate::checks::skin_light::{SkinLight, skin_light};
use crate::checks::{
    comparison, depth, face_quality, faces, files, focal_length, injection, manifest, motion, nonce, pad, pictures,
    reflection, screen, times,
};
use crate::comparison::Comparison;
use crate::evidence::Evidence;
use crate::fusion::{Fusion, FusionResult, quality_penalty};
use crate::limits::{LimitError, Limits};
use crate::pad::PadArtefacts;
use crate::picture::{decode, frame};
use crate::scorer::Scorer;
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

/// Scores by integrity, geometry and comparison, with the detection crate that the page uses.
#[derive(Debug)]
pub struct GeometryScorer {
    limits: Limits,
    widened: Thresholds,
    first: Mutex<Analyzer>,
    /// Further analyzers, so that several attempts can be scored at once.
    others: Vec<Mutex<Analyzer>>,
    /// The operator's networks for presentation attack detection.
    pad_models: Models,
}

/// Why a scorer cannot be created.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// A limit is out of its range.
    #[error(transparent)]
    Limit(#[from] LimitError),
    /// The file is not the face detection model.
    #[error("not the face detection model: {0}")]
    Model(#[from] ModelError),
}

impl GeometryScorer {
    /// Creates a scorer from the bytes of `face_detection_short_range.tflite`. It scores up to `concurrency` attempts
    /// at the same time (at least one); further ones wait.
    ///
    /// # Errors
    /// For limits out of range or another model.
    pub fn new(model: &[u8], limits: Limits, concurrency: usize) -> Result<Self, LoadError> {
        limits.validate()?;
        let analyzer = || Ok::<_, LoadError>(Mutex::new(Analyzer::new(Detector::from_tflite(model)?)));
        let others = (1..concurrency).map(|_| analyzer()).collect::<Result<_, _>>()?;
        let (widened, first) = (limits.widened(), analyzer()?);
        Ok(GeometryScorer { limits, widened, first, others, pad_models: Models::default() })
    }

    /// Adds networks for presentation attack detection.
    pub fn with_pad(self, pad_models: Models) -> Self {
        GeometryScorer { pad_models, ..self }
    }

    /// The networks for presentation attack detection.
    pub fn pad_models(&self) -> &Models {
        &self.pad_models
    }

    /// The largest face of any picture.
    pub fn largest_face(&self, picture: &RgbaImage) -> Option<Face> {
        let frame = frame(picture).ok()?;
        self.with_analyzer(|analyzer| analyzer.largest_face(&frame))
    }

    /// Analyzes a picture against the target of its stage, which follows from the path if one was issued.
    fn analyze(&self, picture: &RgbaImage, stage: Stage, evidence: &Evidence) -> Option<FaceAnalysis> {
        let frame = frame(picture).ok()?;
        let (size, viewport) = (frame.size(), viewport(evidence));
        let target = match &evidence.motion {
            Some(issued) => {
                Target::on_path(&motion::guidance_path(issued)?, stage, self.limits.allowance, size, viewport)?
            }
            None => Target::new(stage, size, viewport, &self.widened),
        };
        // A bystander would be found in far and near, which are analyzed as stills.
        let is_stop = stage.stop().is_some();
        let thresholds = &self.widened;
        Some(self.with_analyzer(|analyzer| {
            if is_stop {
                analyzer.analyze_fast(&frame, target, thresholds)
            } else {
                analyzer.analyze(&frame, target, thresholds)
            }
        }))
    }

    /// Runs `work` with the first free analyzer; waits for one if all are busy.
    fn with_analyzer<T>(&self, work: impl FnOnce(&mut Analyzer) -> T) -> T {
        let free = self.others.iter().find_map(|analyzer| analyzer.try_lock().ok());
        // Analyzers keep no state that the panic of another thread could corrupt.
        let mut analyzer = free.unwrap_or_else(|| self.first.lock().unwrap_or_else(PoisonError::into_inner));
        work(&mut analyzer)
    }

    /// The light of the skin in the picture of each colour of the light challenge.
    fn skin_lights(
        &self,
        evidence: &Evidence,
        near: f32,
        cancellation: &Cancellation,
    ) -> Result<[SkinLight; COLORS], String> {
        let entries = evidence.manifest.audit.iter().filter(|entry| entry.phase == light::PHASE);
        let lights: Vec<SkinLight> = entries
            .map(|entry| {
                cancellation.check().map_err(|cancelled| cancelled.to_string())?;
                let bytes = evidence.files.get(&entry.name).ok_or("a picture of a colour did not come")?;
                let picture = decode(bytes, &self.limits.audit).map_err(|error| error.to_string())?;
                let frame = frame(&picture).map_err(|error| error.to_string())?;
                let face = self.with_analyzer(|analyzer| analyzer.largest_face_fast(&frame));
                skin_light(&picture, face.as_ref(), near)
            })
            .collect::<Result<_, String>>()?;
        lights.try_into().map_err(|_| "there is not one picture for each colour".into())
    }

    /// Runs the integrity checks. Returns the pictures if they decode.
    fn check_integrity(
        &self,
        evidence: &Evidence,
        verdict: &mut VerdictBuilder,
        cancellation: &Cancellation,
    ) -> Result<Option<Pictures>, Cancelled> {
        verdict.add(manifest::check(evidence));
        verdict.add(nonce::check(evidence));
        verdict.add(files::hashes(evidence));
        // Do not spend time on decoding files that are altered or from elsewhere.
        if verdict.has_failed(Kind::Integrity) {
            return Ok(None);
        }
        cancellation.check()?;
        let (outcome, decoded) = pictures::stills(evidence, &self.limits);
        verdict.add(outcome);
        verdict.add(pictures::audit(evidence, &self.limits, cancellation)?);
        verdict.add(files::video(evidence, self.limits.max_video_bytes));
        verdict.add(times::check(evidence, &self.limits));
        verdict.add(times::timeline(&evidence.manifest, &self.limits));
        Ok(decoded)
    }

    /// Runs the presence checks. Returns the faces if there is one in each picture.
    fn check_presence(
        &self,
        evidence: &Evidence,
        pictures: &Pictures,
        verdict: &mut VerdictBuilder,
    ) -> Option<CaptureFaces> {
        let far = self.analyze(&pictures.far, Stage::Far, evidence)?;
        let near = self.analyze(&pictures.near, Stage::Near, evidence)?;
        let pair = [("far", &far), ("near", &near)];
        let (count, code) = faces::count(&pair, &self.widened);
        let is_one_each = !count.has_failed();
        verdict.add_with_code(count, code);
        let main = |analysis: &FaceAnalysis| Some((analysis.main.clone()?, analysis.size));
        let [far_face, near_face] = [main(&far)?, main(&near)?];
        if !is_one_each {
            return None;
        }
        let ovals = [(&evidence.manifest.ovals.far, &far), (&evidence.manifest.ovals.near, &near)];
        let viewport_width = evidence.manifest.viewport.width;
        let ovals = ovals.map(|(oval, analysis)| faces::oval_in_picture(oval, analysis, viewport_width));
        let shows_ovals = evidence.manifest.camera_type == CameraType::WebCamera;
        let (a, b) = ((&far_face.0, far_face.1), (&near_face.0, near_face.1));
        let invalid = ResultCode::InvalidFaceDetected;
        verdict.add_with_code(faces::size(&pair, &self.limits), invalid);
        verdict.add_with_code(faces::position(&pair, shows_ovals.then_some(ovals)), invalid);
        verdict.add_with_code(faces::growth(a, b, self.limits.min_growth), invalid);
        let stops = pictures.stops.iter().zip(Stage::STOPS);
        let stops: Vec<FaceAnalysis> =
            stops.filter_map(|(picture, stop)| self.analyze(picture, stop, evidence)).collect();
        verdict.add_with_code(motion::check(evidence, &stops, [a, b], &self.limits), invalid);
        verdict.add_with_code(face_quality::pose(&pair, &self.widened), invalid);
        verdict.add_with_code(face_quality::light(&pair, &self.widened), ResultCode::FaceQualityTooPoor);
        verdict.add_with_code(face_quality::occlusion(&pair, &self.widened), ResultCode::FaceOccluded);
        verdict.add_with_code(face_quality::sharpness(&pair, &self.widened), ResultCode::FaceQualityTooPoor);
        let stops = stops.into_iter().filter_map(|analysis| analysis.main).collect();
        Some(CaptureFaces { far: far_face, stops, near: near_face })
    }
}

/// The faces of a capture; far and near with the sizes of their pictures.
struct CaptureFaces {
    far: (MainFace, Size),
    /// In the order of the path.
    stops: Vec<MainFace>,
    near: (MainFace, Size),
}

impl Scorer for GeometryScorer {
    fn score(&self, evidence: &Evidence) -> Verdict {
        // Nobody cancels it.
        self.score_until(evidence, &Cancellation::default())
            .unwrap_or_else(|Cancelled| VerdictBuilder::default().rejected())
    }

    fn score_until(&self, evidence: &Evidence, cancellation: &Cancellation) -> Result<Verdict, Cancelled> {
        cancellation.check()?;
        let mut verdict = VerdictBuilder::default();
        verdict.add(injection::check(&evidence.manifest));
        let decoded = self.check_integrity(evidence, &mut verdict, cancellation)?;
        let Some(pictures) = decoded.filter(|_| !verdict.has_failed(Kind::Integrity)) else {
            return Ok(verdict.attack(AttackType::Injection));
        };
        cancellation.check()?;
        let faces = self.check_presence(evidence, &pictures, &mut verdict);
        let Some(faces) = faces.filter(|_| !verdict.has_failed(Kind::Presence)) else {
            return Ok(verdict.rejected());
        };
        let CaptureFaces { far: (far, far_size), stops, near: (near, near_size) } = faces;
        cancellation.check()?;
        let comparison = Comparison::new(&far.descriptor, &near.descriptor);
        verdict.add(comparison::shape(far_size, near_size, &self.limits));
        verdict.add(comparison::face(&comparison, &self.limits));
        verdict.add(comparison::background(&comparison));
        if verdict.has_failed(Kind::Comparison) {
            return Ok(verdict.attack(AttackType::Unsure));
        }
        let Some(parallax) = parallax_between((&pictures.far, &far.face), (&pictures.near, &near.face)) else {
            return Ok(verdict.rejected());
        };
        cancellation.check()?;
        verdict.add_with_code(depth::texture(&parallax), ResultCode::FaceQualityTooPoor);
        let Some(depth) = depth::log_likelihood_ratio(&parallax) else {
            return Ok(verdict.rejected());
        };
        verdict.add(depth::depth(&parallax, depth, &self.limits));
        if verdict.has_failed(Kind::Presentation) {
            return Ok(verdict.attack(AttackType::Presentation));
        }
        cancellation.check()?;
        let at_stops: Vec<(&RgbaImage, &Face)> =
            pictures.stops.iter().zip(&stops).map(|(picture, stop)| (picture, &stop.face)).collect();
        let along = [&[(&pictures.far, &far.face)], at_stops.as_slice(), &[(&pictures.near, &near.face)]].concat();
        let from_stop = at_stops.last().and_then(|stop| parallax_between(*stop, (&pictures.near, &near.face)));
        let calibration = from_stop.and_then(|from_stop| focal_length::calibrate(&[parallax, from_stop]));
        verdict.add(focal_length::check(calibration.as_ref()));
        cancellation.check()?;
        let names = [&["far"], &STOP_NAMES[..stops.len()], &["near"]].concat();
        let images: Vec<FaceImage> = along
            .iter()
            .zip(names)
            .map(|(&(picture, face), name)| FaceImage { name, picture, face: &face.bbox })
            .collect();
        let scores = self.pad_models.scores(&images, || cancellation.check().is_err());
        cancellation.check()?;
        verdict.add_with_code(pad::check(&scores), ResultCode::FaceQualityTooPoor);
        let Ok(scores) = scores else { return Ok(verdict.rejected()) };
        let artefacts = PadArtefacts::new((&pictures.far, &far.face.bbox), (&pictures.near, &near.face.bbox));
        verdict.add(screen::check(&artefacts));
        let near_share = width_share(&near, near_size);
        let reflection = reflection::check(evidence.light.as_ref(), evidence.manifest.light.as_ref(), || {
            self.skin_lights(evidence, near_share, cancellation)
        });
        cancellation.check()?;
        verdict.add(reflection.outcome);
        let penalties = [
            ("background", comparison::background_penalty(&comparison)),
            ("screen", screen::penalty(&artefacts)),
            ("source", injection::penalty(&evidence.manifest)),
            ("reflection", reflection.penalty),
            ("focalLength", focal_length::penalty(calibration.as_ref())),
        ];
        let growth = near_share / width_share(&far, far_size);
        let fusion = Fusion {
            depth,
            comparison: comparison.log_odds(),
            pad: scores.map(|scores| scores.log_odds),
            penalties,
            quality: quality_penalty([&far, &near], growth, &self.limits),
        };
        verdict.add_with_code(fusion.check(&self.limits), ResultCode::FaceQualityTooPoor);
        Ok(match fusion.result(&self.limits) {
            FusionResult::Live(score) | FusionResult::Attack(score) => verdict.scored(score),
            FusionResult::Inconclusive => verdict.rejected(),
        })
    }

    fn residual_map(&self, evidence: &Evidence) -> Option<RgbImage> {
        let pictures = pictures::stills(evidence, &self.limits).1?;
        let far = self.analyze(&pictures.far, Stage::Far, evidence)?.main?;
        let near = self.analyze(&pictures.near, Stage::Near, evidence)?.main?;
        let map = parallax_between((&pictures.far, &far.face), (&pictures.near, &near.face))?.map()?;
        let side = ResidualMap::SIDE as u32;
        RgbImage::from_raw(side, side, map.rgb)
    }
}

/// The part of the screen that showed the camera.
fn viewport(evidence: &Evidence) -> Viewport {
    let size = evidence.manifest.viewport;
    Viewport { width: size.width as f32, height: size.height as f32 }
}

/// Seed of the random search for the plane, fixed so that verdicts are reproducible.
const SEED: u64 = 1;

/// The parallax between two pictures, the farther one first.
fn parallax_between(
    (far_picture, far): (&RgbaImage, &Face),
    (near_picture, near): (&RgbaImage, &Face),
) -> Option<Parallax> {
    let (far_frame, near_frame) = (frame(far_picture).ok()?, frame(near_picture).ok()?);
    Some(parallax(View { frame: &far_frame, face: far }, View { frame: &near_frame, face: near }, SEED))
}

/// The names of the stops in the figures.
const STOP_NAMES: [&str; MAX_STOPS] = ["stop0", "stop1"];
