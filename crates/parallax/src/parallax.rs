//! Judges a far and a near picture.

use crate::crop::{EYE_DISTANCE, Gray, Placement, SIDE, face_coordinates, is_on_face};
use crate::figures::Figures;
use crate::flow::{Match, match_patches};
use crate::homography::Homography;
use crate::map::ResidualMap;
use crate::residual_flow::{Comparison, Residual};
use nalgebra::Point2;
use nearfar::detection::Face;
use nearfar::frame::Frame;
use serde::Serialize;

/// One of the two pictures.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// The whole picture.
    pub frame: &'a Frame<'a>,
    /// The face in it, as detected.
    pub face: &'a Face,
}

/// The verdict on two pictures.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Log likelihood ratio of a head that came nearer against a flat, bent or folded sheet or an enlargement of the
    /// far picture, -4.6 to 4.6.
    LogLikelihoodRatio(f32),
    /// The pictures allow no verdict.
    #[serde(rename = "unsure")]
    Inconclusive(InconclusiveReason),
}

/// Why there is no verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum InconclusiveReason {
    /// The keypoints of a face are invalid.
    Keypoints,
    /// A face has too few pixels.
    Small,
    /// The near face is not much nearer than the far one.
    Distance,
    /// A face is too dark.
    Dark,
    /// Too few textured points of the far face were found in the near picture.
    Texture,
    /// The face's depth is too uncertain.
    Noise,
}

/// A verdict with the data behind it.
#[derive(Clone, Debug)]
pub struct Parallax {
    /// The verdict.
    pub verdict: Verdict,
    /// Growth of the face from far to near, by its keypoints; 0 if they are invalid.
    pub growth: f32,
    /// The figures behind the verdict, if they were computed.
    pub figures: Option<Figures>,
    /// The far face's luma and its residual flow.
    residual_data: Option<(Gray, Vec<Residual>)>,
}

impl Parallax {
    /// Draws the residual flow over the far face, if it was computed. On demand, because drawing takes as long as part
    /// of the comparison and only human viewers need it.
    pub fn map(&self) -> Option<ResidualMap> {
        self.residual_data.as_ref().map(|(luma, residuals)| ResidualMap::new(luma, residuals))
    }
}

/// Minimum distance between the eyes in pixels, in both pictures: a third of the crop's.
const MIN_EYE_DISTANCE: f32 = 24.0;
/// Minimum growth for a verdict, as in the scoring's check of growth: parallax increases with the change of distance.
const MIN_GROWTH: f32 = 1.4;
/// Minimum growth for figures, which below [`MIN_GROWTH`] only inform about the focal length.
const MIN_GROWTH_FOR_FIGURES: f32 = 1.15;
/// Minimum growth of the distance between the eyes, over the diagonal: a fifth of what the page requires.
const MIN_GROWTH_OVER_DIAGONAL: f32 = 0.01;
/// Minimum mean luma of a face, of 255: half of what guidance considers dark.
const MIN_LUMA: f32 = 25.0;
/// Minimum number of points; a face has room for about 930.
const MIN_POINTS: usize = 150;
/// Maximum standard error of the approach: two thirds of what 60 and 25 cm give (0.15).
const MAX_ERROR: f32 = 0.1;
/// Tolerance of the plane in pixels of the crop, as in the experiment that this follows.
const PLANE_TOLERANCE: f32 = 2.0;
/// Radius of the contrast normalisation in pixels.
const CONTRAST_RADIUS: usize = 16;

/// Judges whether two pictures show a face with depth. The result is determined by pictures, faces and `seed`, which
/// drives the search for the plane.
pub fn parallax(far: View, near: View, seed: u64) -> Parallax {
    let mut result = Parallax {
        verdict: Verdict::Inconclusive(InconclusiveReason::Keypoints),
        growth: 0.0,
        figures: None,
        residual_data: None,
    };
    result.verdict = match compute_figures(far, near, seed, &mut result) {
        Ok(figures) => Verdict::LogLikelihoodRatio(figures.log_likelihood_ratio()),
        Err(reason) => Verdict::Inconclusive(reason),
    };
    result
}

fn compute_figures(far: View, near: View, seed: u64, result: &mut Parallax) -> Result<Figures, InconclusiveReason> {
    let place = |view: View| Placement::new(view.face).ok_or(InconclusiveReason::Keypoints);
    let (far_place, near_place) = (place(far)?, place(near)?);
    result.growth = near_place.unit / far_place.unit;
    if far_place.unit < MIN_EYE_DISTANCE {
        return Err(InconclusiveReason::Small);
    }
    if result.growth < MIN_GROWTH_FOR_FIGURES {
        return Err(InconclusiveReason::Distance);
    }
    let (far_luma, near_luma) = (far_place.luma(far.frame), near_place.luma(near.frame));
    let is_face_pixel = |pixel: Point2<f32>| is_on_face(face_coordinates(pixel));
    let pixel = |index: usize| Point2::new((index % SIDE) as f32, (index / SIDE) as f32);
    let face: Vec<usize> = (0..SIDE * SIDE).filter(|index| is_face_pixel(pixel(*index))).collect();
    let mean = |values: &[f32]| face.iter().map(|index| values[*index]).sum::<f32>() / face.len() as f32;
    if mean(&far_luma.values) < MIN_LUMA || mean(&near_luma.values) < MIN_LUMA {
        return Err(InconclusiveReason::Dark);
    }
    let is_candidate = |pixel: Point2<f32>| is_face_pixel(pixel) && far_place.is_inside_frame(far.frame, pixel);
    let mut found = match_patches(
        &far_luma.contrast_normalised(CONTRAST_RADIUS),
        &near_luma.contrast_normalised(CONTRAST_RADIUS),
        is_candidate,
    );
    found.retain(|found| near_place.is_inside_frame(near.frame, found.to));
    if found.len() < MIN_POINTS {
        return Err(InconclusiveReason::Texture);
    }
    let in_face = |found: &Match| Match { from: face_coordinates(found.from), to: face_coordinates(found.to) };
    let found: Vec<Match> = found.iter().map(in_face).collect();
    let (plane, inlier_share) =
        Homography::ransac(&found, PLANE_TOLERANCE / EYE_DISTANCE, seed).ok_or(InconclusiveReason::Texture)?;
    let residual = |found: &Match| Residual { at: found.from, flow: found.to - plane.map(found.from) };
    let residuals: Vec<Residual> = found.iter().map(residual).collect();
    let comparison = Comparison::new(&residuals);
    result.residual_data = Some((far_luma, residuals));
    let comparison = comparison.ok_or(InconclusiveReason::Texture)?;
    // Eye distances over the diagonals: the pictures may have been scaled independently.
    let share = |place: Placement, view: View| {
        let size = view.frame.size();
        place.unit / (size.width as f32).hypot(size.height as f32)
    };
    let growth_over_diagonal = share(near_place, near) - share(far_place, far);
    // If the pictures have different sizes, a face that is larger in pixels may not be larger in the picture.
    if growth_over_diagonal < MIN_GROWTH_OVER_DIAGONAL {
        return Err(InconclusiveReason::Distance);
    }
    let percent = |length: f64| length as f32 * EYE_DISTANCE / SIDE as f32 * 100.0;
    let figures = Figures {
        points: found.len(),
        inlier_share,
        residual: percent(comparison.plane),
        noise: percent(comparison.noise),
        correlation: comparison.correlation as f32,
        over_cylinder: comparison.over_cylinder as f32,
        over_crease: comparison.over_crease as f32,
        beyond_bending: comparison.beyond_bending as f32,
        beyond_creases: comparison.beyond_creases as f32,
        approach: comparison.approach as f32,
        approach_error: comparison.approach_error as f32,
        inverse_focal: comparison.approach as f32 / growth_over_diagonal,
        inverse_focal_error: comparison.approach_error as f32 / growth_over_diagonal,
    };
    result.figures = Some(figures);
    if result.growth < MIN_GROWTH {
        return Err(InconclusiveReason::Distance);
    }
    // Written so that NaN is rejected.
    if figures.approach_error <= MAX_ERROR && figures.log_likelihood_ratio().is_finite() {
        Ok(figures)
    } else {
        Err(InconclusiveReason::Noise)
    }
}
