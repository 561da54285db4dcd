//! Compares the frame that is kept of a hold, by the current and the former rule, with the best one.

use nearfar::detection::Face;
use nearfar::frame::{Point, Rect};
use nearfar::guidance::Thresholds;
use nearfar::quality::FaceMeasurements;
use nearfar::selection::{Best, FaceFacts, KeptFrame, MIN_RELATIVE_FITNESS, Score, score};

/// One frame of a hold with the engine's measurements and its true sharpness.
#[derive(Clone, Copy, Debug)]
pub struct HoldFrame {
    /// Time since the first frame of the hold, ms.
    pub at: f32,
    /// The face.
    pub face: Face,
    /// The engine's measurements.
    pub measurements: FaceMeasurements,
    /// Its sharpness by the reference.
    pub true_sharpness: f32,
}

/// The choice of one hold. Sharpness is relative to the best frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outcome {
    /// Sharpness of the kept frame.
    pub ratio: f32,
    /// Sharpness of the frame that the former rule kept.
    pub former: f32,
    /// Sharpness of the frame that is sharpest by the engine's measure among all frames of the hold. It excludes the
    /// loss of an online choice.
    pub offline: f32,
    /// Share of the fit frames that are within 5 % of the best: the success rate of a random choice.
    pub random: f32,
    /// Number of copied frames.
    pub copies: usize,
    /// Whether the first frame was kept.
    pub is_first: bool,
}

/// Chooses a frame of a hold; `None` if it has no frames.
pub fn choose(frames: &[HoldFrame]) -> Option<Outcome> {
    let limits = Thresholds::default();
    let scores: Vec<_> = frames.iter().map(|frame| score(&frame.measurements, &limits)).collect();
    let fittest = scores.iter().map(|score| score.fitness).fold(0.0, f32::max);
    let fit: Vec<usize> = (0..frames.len()).filter(|&i| scores[i].fitness >= MIN_RELATIVE_FITNESS * fittest).collect();
    let best = fit.iter().map(|&i| frames[i].true_sharpness).fold(0.0, f32::max);
    let sharpest = *fit.iter().max_by(|&&a, &&b| scores[a].detail.total_cmp(&scores[b].detail))?;
    let (chosen, copies) = kept(frames, &scores);
    let within = fit.iter().filter(|&&i| frames[i].true_sharpness >= 0.95 * best).count();
    Some(Outcome {
        ratio: frames[chosen].true_sharpness / best,
        former: frames[former(frames, &limits)].true_sharpness / best,
        offline: frames[sharpest].true_sharpness / best,
        random: within as f32 / fit.len() as f32,
        copies,
        is_first: chosen == 0,
    })
}

/// Index of the frame that the engine keeps, and the number of copied frames.
fn kept(frames: &[HoldFrame], scores: &[Score]) -> (usize, usize) {
    let (mut best, mut copies, mut chosen) = (Best::default(), 0, 0);
    for (index, (frame, score)) in frames.iter().zip(scores).enumerate() {
        let face = FaceFacts::new(&frame.face, &frame.measurements);
        if best.offer(KeptFrame { captured_at: index as f64, face, oval: Rect::default(), score: *score }) {
            (chosen, copies) = (index, copies + 1);
        }
    }
    (chosen, copies)
}

/// Minimum number of frames in a hold, as in the session.
const HOLD_FRAMES: usize = 5;

/// The frames of a hold that ends after `hold` ms: as many as a session would take.
pub fn until(frames: &[HoldFrame], hold: f32) -> &[HoldFrame] {
    let by_time = frames.iter().position(|frame| frame.at >= hold - 1.0).map_or(frames.len(), |last| last + 1);
    &frames[..by_time.max(HOLD_FRAMES).min(frames.len())]
}

/// Sharpness of the frame that is kept of a hold of `hold` ms, relative to the best fit frame of all `frames`: 1 can be
/// exceeded by a frame that is not fit enough among all. `None` without frames.
pub fn ratio_to_whole(frames: &[HoldFrame], hold: f32) -> Option<f32> {
    let limits = Thresholds::default();
    let scores: Vec<_> = frames.iter().map(|frame| score(&frame.measurements, &limits)).collect();
    let fittest = scores.iter().map(|score| score.fitness).fold(0.0, f32::max);
    let is_fit = |score: &Score| score.fitness >= MIN_RELATIVE_FITNESS * fittest;
    let fit = frames.iter().zip(&scores).filter(|(_, score)| is_fit(score));
    let best = fit.map(|(frame, _)| frame.true_sharpness).fold(0.0, f32::max);
    let (chosen, _) = kept(until(frames, hold), &scores);
    Some(frames.get(chosen)?.true_sharpness / best)
}

/// The rule up to commit 703df15: a weighted sum of grid sharpness, pose, place, light and size, with a least
/// improvement of 0.01. The mean place and size of the face stand for those of the oval.
fn former(frames: &[HoldFrame], limits: &Thresholds) -> usize {
    let mean = |value: fn(&HoldFrame) -> f32| frames.iter().map(value).sum::<f32>() / frames.len() as f32;
    let middle = Point { x: mean(|frame| frame.face.bbox.center().x), y: mean(|frame| frame.face.bbox.center().y) };
    let width = mean(|frame| frame.face.bbox.width);
    let share = |value: f32| if value > 0.0 { value.min(1.0) } else { 0.0 };
    let quality = |frame: &HoldFrame| {
        let (face, measured) = (&frame.face.bbox, &frame.measurements);
        let pose = &measured.pose;
        let turned = (pose.yaw.abs() / limits.max_yaw)
            .max(pose.pitch.abs() / limits.max_pitch)
            .max(pose.roll.abs() / limits.max_roll);
        let off = face.center().distance(middle) / (0.4 * width);
        let dim = (measured.brightness - 0.5).abs() / 0.35;
        let wrong_size = (face.width - width).abs() / (0.25 * width);
        0.4 * share(measured.sharpness)
            + 0.25 * share(1.0 - turned)
            + 0.15 * share(1.0 - off)
            + 0.15 * share(1.0 - dim)
            + 0.05 * share(1.0 - wrong_size)
    };
    let mut best = (0, f32::NEG_INFINITY);
    for (index, frame) in frames.iter().enumerate() {
        let quality = quality(frame);
        if quality > best.1 + 0.01 {
            best = (index, quality);
        }
    }
    best.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(true_sharpness: f32, detail: f32, yaw: f32) -> HoldFrame {
        let face = Face {
            bbox: Rect { x: 0.0, y: 0.0, width: 200.0, height: 200.0 },
            keypoints: [Point::default(); 6],
            score: 0.9,
        };
        let mut measurements =
            FaceMeasurements { sharpness: 0.6, detail, brightness: 0.5, eyes_open: 1.0, ..FaceMeasurements::default() };
        measurements.pose.yaw = yaw;
        HoldFrame { at: 0.0, face, measurements, true_sharpness }
    }

    #[test]
    fn the_best_frame_is_a_fit_one() {
        // The sharpest frame is turned away.
        let frames = [frame(10.0, 0.10, 2.0), frame(12.0, 0.12, 2.0), frame(20.0, 0.20, 9.0), frame(11.0, 0.11, 0.5)];
        let outcome = choose(&frames).unwrap();
        assert_eq!((outcome.ratio, outcome.offline, outcome.is_first), (1.0, 1.0, false));
        assert_eq!(outcome.random, 1.0 / 3.0);
        assert_eq!(choose(&[]), None);
    }

    #[test]
    fn a_shorter_hold_is_compared_with_the_best_frame_of_all() {
        let sharpness = [8.0, 9.0, 10.0, 7.0, 7.0, 7.0, 20.0];
        let frames: Vec<_> = sharpness
            .iter()
            .enumerate()
            .map(|(index, &value)| HoldFrame { at: 100.0 * index as f32, ..frame(value, value / 100.0, 1.0) })
            .collect();
        let counts = [0.0, 400.0, 500.0, 600.0, 5000.0].map(|hold| until(&frames, hold).len());
        assert_eq!(counts, [5, 5, 6, 7, 7], "at least five frames");
        assert_eq!(ratio_to_whole(&frames, 600.0), Some(1.0));
        assert_eq!(ratio_to_whole(&frames, 400.0), Some(0.5), "the best frame came later");
        assert_eq!(ratio_to_whole(&[], 400.0), None);
    }
}
