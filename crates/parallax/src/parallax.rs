//! The judgement of a far and a near picture.

use crate::crop::{Gray, Placement, SIDE, UNIT, on_face, to_face};
use crate::figures::Figures;
use crate::flow::{Match, matches};
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
    /// The face in it, as the detector gives it.
    pub face: &'a Face,
}

/// What is said of two pictures.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Natural logarithm of how much likelier the pictures are for a head that came nearer than for a flat, bent or folded
    /// sheet or for far enlarged, -4.6 to 4.6.
    LogLikelihoodRatio(f32),
    /// The pictures allow no verdict.
    #[serde(rename = "unsure")]
    Inconclusive(InconclusiveReason),
}

/// Why there is no verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum InconclusiveReason {
    /// Eyes and mouth of a face make no sense.
    Keypoints,
    /// A face is of too few pixels.
    Small,
    /// Near is not much nearer than far.
    Distance,
    /// A face is too dark.
    Dark,
    /// Too few textured points of the far face were found in the near one.
    Texture,
    /// The points that were found leave the face's depth too uncertain.
    Noise,
}

/// A judgement with what explains it.
#[derive(Clone, Debug)]
pub struct Parallax {
    /// The verdict.
    pub verdict: Verdict,
    /// How much larger the near face is than the far one, by its keypoints; 0 where they make no sense.
    pub growth: f32,
    /// What the verdict came from, where it came so far.
    pub figures: Option<Figures>,
    /// The far face's luma and the residual flow over it.
    seen: Option<(Gray, Vec<Residual>)>,
}

impl Parallax {
    /// The residual flow over the far face, where it came so far. Drawn on demand: it takes as long as a part of
    /// the judgement does, and only people need it.
    pub fn map(&self) -> Option<ResidualMap> {
        self.seen.as_ref().map(|(luma, residuals)| ResidualMap::new(luma, residuals))
    }
}

/// Pixels between the eyes, in either picture: a third of what the crop shows.
const MIN_UNIT: f32 = 24.0;
/// As the scoring's check of growth has it: parallax grows with the change of distance.
const MIN_GROWTH: f32 = 1.4;
/// From this growth on there are figures, which then say something of the focal length alone.
const MIN_FIGURES: f32 = 1.15;
/// The least growth of the distance between the eyes, over the diagonal: a fifth of what the page asks for.
const MIN_GROWN: f32 = 0.01;
/// Mean luma of a face, of 255: half of what guidance calls dark.
const MIN_LUMA: f32 = 25.0;
/// Points; the face has room for about 930.
const MIN_POINTS: usize = 150;
/// Standard error of the approach: more than two thirds of what 60 and 25 cm give (0.15) says nothing.
const MAX_ERROR: f32 = 0.1;
/// Pixels of the crop by which a point may miss the plane, as in the experiment that this follows.
const PLANE_LIMIT: f32 = 2.0;
/// Pixels on each side over which contrast is made even.
const EVEN: usize = 16;

/// Whether the two pictures show a face's depth. `seed` chooses the draws of the search for the plane: the same
/// pictures, faces and seed give the same judgement.
pub fn parallax(far: View, near: View, seed: u64) -> Parallax {
    let mut judged = Parallax {
        verdict: Verdict::Inconclusive(InconclusiveReason::Keypoints),
        growth: 0.0,
        figures: None,
        seen: None,
    };
    judged.verdict = match judge(far, near, seed, &mut judged) {
        Ok(figures) => Verdict::LogLikelihoodRatio(figures.log_likelihood_ratio()),
        Err(reason) => Verdict::Inconclusive(reason),
    };
    judged
}

fn judge(far: View, near: View, seed: u64, judged: &mut Parallax) -> Result<Figures, InconclusiveReason> {
    let place = |view: View| Placement::new(view.face).ok_or(InconclusiveReason::Keypoints);
    let (far_place, near_place) = (place(far)?, place(near)?);
    judged.growth = near_place.unit / far_place.unit;
    if far_place.unit < MIN_UNIT {
        return Err(InconclusiveReason::Small);
    }
    if judged.growth < MIN_FIGURES {
        return Err(InconclusiveReason::Distance);
    }
    let (far_luma, near_luma) = (far_place.luma(far.frame), near_place.luma(near.frame));
    let is_on_face = |pixel: Point2<f32>| on_face(to_face(pixel));
    let pixel = |index: usize| Point2::new((index % SIDE) as f32, (index / SIDE) as f32);
    let face: Vec<usize> = (0..SIDE * SIDE).filter(|index| is_on_face(pixel(*index))).collect();
    let mean = |values: &[f32]| face.iter().map(|index| values[*index]).sum::<f32>() / face.len() as f32;
    if mean(&far_luma.values) < MIN_LUMA || mean(&near_luma.values) < MIN_LUMA {
        return Err(InconclusiveReason::Dark);
    }
    let shown = |pixel: Point2<f32>| is_on_face(pixel) && far_place.shows(far.frame, pixel);
    let mut found = matches(&far_luma.equalised(EVEN), &near_luma.equalised(EVEN), shown);
    found.retain(|found| near_place.shows(near.frame, found.to));
    if found.len() < MIN_POINTS {
        return Err(InconclusiveReason::Texture);
    }
    let in_face = |found: &Match| Match { from: to_face(found.from), to: to_face(found.to) };
    let found: Vec<Match> = found.iter().map(in_face).collect();
    let (plane, inlier_share) =
        Homography::of_most(&found, PLANE_LIMIT / UNIT, seed).ok_or(InconclusiveReason::Texture)?;
    let residual = |found: &Match| Residual { at: found.from, off: found.to - plane.map(found.from) };
    let residuals: Vec<Residual> = found.iter().map(residual).collect();
    let comparison = Comparison::new(&residuals);
    judged.seen = Some((far_luma, residuals));
    let comparison = comparison.ok_or(InconclusiveReason::Texture)?;
    // Distances between the eyes over the diagonals: far and near may have been shrunk alike or not.
    let share = |place: Placement, view: View| {
        let size = view.frame.size();
        place.unit / (size.width as f32).hypot(size.height as f32)
    };
    let grown = share(near_place, near) - share(far_place, far);
    // Pictures that are larger, too, may show a face that is not: nothing came nearer.
    if grown < MIN_GROWN {
        return Err(InconclusiveReason::Distance);
    }
    let percent = |length: f64| length as f32 * UNIT / SIDE as f32 * 100.0;
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
        inverse_focal: comparison.approach as f32 / grown,
        inverse_focal_error: comparison.approach_error as f32 / grown,
    };
    judged.figures = Some(figures);
    if judged.growth < MIN_GROWTH {
        return Err(InconclusiveReason::Distance);
    }
    // What is no number is not below anything.
    if figures.approach_error <= MAX_ERROR && figures.log_likelihood_ratio().is_finite() {
        Ok(figures)
    } else {
        Err(InconclusiveReason::Noise)
    }
}
