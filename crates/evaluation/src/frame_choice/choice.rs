//! Which frame of a hold is kept, today and by the former rule, and how near that is to the best.

use nearfar::detection::Face;
use nearfar::frame::{Point, Rect};
use nearfar::guidance::Thresholds;
use nearfar::quality::FaceMeasurements;
use nearfar::selection::{Best, FaceFacts, KeptFrame, MIN_RELATIVE_FITNESS, score};

/// One frame of a hold as the engine measures it, and how sharp it truly is.
#[derive(Clone, Copy, Debug)]
pub struct HeldFrame {
    /// The face found.
    pub face: Face,
    /// What the engine measured.
    pub measured: FaceMeasurements,
    /// Its sharpness by the reference.
    pub truth: f32,
}

/// What became of one hold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outcome {
    /// Sharpness of the frame kept over that of the best.
    pub ratio: f32,
    /// The same of the frame that the former rule kept.
    pub former: f32,
    /// The same of the sharpest by the engine's measure among all frames of the hold: what is lost by choosing as they
    /// come is not in it.
    pub afterwards: f32,
    /// Share of the frames fit to be kept that are within 5 % of the best: what a blind choice hits.
    pub blind: f32,
    /// Pixels copied, times.
    pub copies: usize,
    /// Whether the first frame was kept.
    pub is_first: bool,
}

/// What is kept of a hold; `None` for one without frames.
pub fn choose(frames: &[HeldFrame]) -> Option<Outcome> {
    let limits = Thresholds::default();
    let scores: Vec<_> = frames.iter().map(|frame| score(&frame.measured, &limits)).collect();
    let fittest = scores.iter().map(|score| score.fitness).fold(0.0, f32::max);
    let fit: Vec<usize> = (0..frames.len()).filter(|&i| scores[i].fitness >= MIN_RELATIVE_FITNESS * fittest).collect();
    let best = fit.iter().map(|&i| frames[i].truth).fold(0.0, f32::max);
    let sharpest = *fit.iter().max_by(|&&a, &&b| scores[a].detail.total_cmp(&scores[b].detail))?;
    let (mut kept, mut copies, mut chosen) = (Best::default(), 0, 0);
    for (index, (frame, score)) in frames.iter().zip(&scores).enumerate() {
        let face = FaceFacts::new(&frame.face, &frame.measured);
        if kept.offer(KeptFrame { captured_at: index as f64, face, oval: Rect::default(), score: *score }) {
            (chosen, copies) = (index, copies + 1);
        }
    }
    let within = fit.iter().filter(|&&i| frames[i].truth >= 0.95 * best).count();
    Some(Outcome {
        ratio: frames[chosen].truth / best,
        former: frames[former(frames, &limits)].truth / best,
        afterwards: frames[sharpest].truth / best,
        blind: within as f32 / fit.len() as f32,
        copies,
        is_first: chosen == 0,
    })
}

/// What was kept up to commit 703df15: a weighted sum of sharpness on the grid, pose, place, light and size, where a frame
/// had to be better by 0.01. The face's mean place and size stand for the oval's.
fn former(frames: &[HeldFrame], limits: &Thresholds) -> usize {
    let mean = |value: fn(&HeldFrame) -> f32| frames.iter().map(value).sum::<f32>() / frames.len() as f32;
    let middle = Point { x: mean(|frame| frame.face.bbox.center().x), y: mean(|frame| frame.face.bbox.center().y) };
    let width = mean(|frame| frame.face.bbox.width);
    let share = |value: f32| if value > 0.0 { value.min(1.0) } else { 0.0 };
    let quality = |frame: &HeldFrame| {
        let (face, measured) = (&frame.face.bbox, &frame.measured);
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

    fn held(truth: f32, detail: f32, yaw: f32) -> HeldFrame {
        let face = Face {
            bbox: Rect { x: 0.0, y: 0.0, width: 200.0, height: 200.0 },
            keypoints: [Point::default(); 6],
            score: 0.9,
        };
        let mut measured =
            FaceMeasurements { sharpness: 0.6, detail, brightness: 0.5, eyes_open: 1.0, ..FaceMeasurements::default() };
        measured.pose.yaw = yaw;
        HeldFrame { face, measured, truth }
    }

    #[test]
    fn the_best_is_sought_among_the_fit_ones() {
        // The sharpest of all is turned away.
        let frames = [held(10.0, 0.10, 2.0), held(12.0, 0.12, 2.0), held(20.0, 0.20, 9.0), held(11.0, 0.11, 0.5)];
        let outcome = choose(&frames).unwrap();
        assert_eq!((outcome.ratio, outcome.afterwards, outcome.is_first), (1.0, 1.0, false));
        assert_eq!(outcome.blind, 1.0 / 3.0);
        assert_eq!(choose(&[]), None);
    }
}
