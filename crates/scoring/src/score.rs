//! The score of an attempt that passed every check.

use crate::agreement::Comparison;
use crate::limits::Limits;
use crate::sight::MainFace;

/// The most that doubtful pictures take off, as a share of the score.
const DOUBT: f32 = 0.25;

/// 1 to 100 (a score of 0 stands for a failed check): the likelihood that far and near are one capture, times `trust`, that of
/// a face's depth and of a camera, less up to a quarter where the pictures are hardly good enough to tell. 50 is the line: the other is
/// then as likely, or the pictures too doubtful.
pub fn score(comparison: &Comparison, trust: f32, faces: [&MainFace; 2], growth: f32, limits: &Limits) -> u8 {
    let comfort = faces.map(|face| comfort(face, limits)).into_iter().fold(1.0, f32::min);
    let grown = share((growth - limits.min_growth) / (0.25 * limits.min_growth));
    let doubt = DOUBT * (1.0 - comfort.min(grown));
    (100.0 * comparison.likelihood() * trust * (1.0 - doubt)).round().clamp(1.0, 100.0) as u8
}

/// How far the weakest figure of a face is from its limit: 0 at it, 1 from halfway to the best value on.
fn comfort(face: &MainFace, limits: &Limits) -> f32 {
    let wide = limits.widened();
    let measured = &face.measured;
    let below = |value: f32, limit: f32| share(2.0 * (1.0 - value / limit.max(1e-3)));
    let above = |value: f32, limit: f32, best: f32| share(2.0 * (value - limit) / (best - limit).max(1e-3));
    [
        below(measured.pose.yaw.abs(), wide.max_yaw),
        below(measured.pose.pitch.abs(), wide.max_pitch),
        below(measured.pose.roll.abs(), wide.max_roll),
        below(measured.occlusion, wide.max_occlusion),
        above(measured.sharpness, wide.min_sharpness, 0.6),
        above(measured.brightness, wide.min_brightness, 0.5),
        above(face.face.score, wide.min_score, 0.9),
    ]
    .into_iter()
    .fold(1.0, f32::min)
}

/// Within 0 to 1; a NaN is 0.
fn share(value: f32) -> f32 {
    if value > 0.0 { value.min(1.0) } else { 0.0 }
}
