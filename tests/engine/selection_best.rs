//! Which frame of a hold is kept.

use crate::common::good_measurements;
use nearfar::frame::Rect;
use nearfar::guidance::Thresholds;
use nearfar::quality::{FaceMeasurements, Pose};
use nearfar::selection::{Best, FaceFacts, KeptFrame, Score, score};

/// Offers frames of these (fitness, detail) and returns the indices that were kept, in turn.
fn kept(frames: &[(f32, f32)]) -> Vec<usize> {
    let mut best = Best::default();
    let offered = frames.iter().enumerate().filter(|&(index, &(fitness, detail))| {
        let score = Score { fitness, detail };
        let face = FaceFacts::default();
        best.offer(KeptFrame { captured_at: index as f64, face, oval: Rect::default(), score })
    });
    offered.map(|(index, _)| index).collect()
}

#[test]
fn the_sharpest_of_equally_fit_frames_is_kept() {
    assert_eq!(kept(&[(0.9, 0.05), (0.9, 0.04), (0.85, 0.06), (0.9, 0.055), (0.95, 0.08), (0.9, 0.07)]), [0, 2, 4]);
}

#[test]
fn differences_within_the_noise_are_not_copied() {
    assert_eq!(kept(&[(0.9, 0.0500), (0.9, 0.0504), (0.9, 0.0506)]), [0, 2]);
}

#[test]
fn a_sharper_but_turned_face_is_not_kept() {
    assert_eq!(kept(&[(0.9, 0.05), (0.80, 0.09), (0.82, 0.06)]), [0, 2]);
}

#[test]
fn a_fitter_frame_replaces_a_sharp_one_while_the_person_settles() {
    // The second is fitter by more than a tenth; the third is as unfit as the first; the fourth is sharper and fit.
    assert_eq!(kept(&[(0.5, 0.09), (0.7, 0.04), (0.5, 0.10), (0.65, 0.05)]), [0, 1, 3]);
    // Fitness that rises in small steps keeps the sharp frame only while it is within a tenth.
    assert_eq!(kept(&[(0.50, 0.09), (0.55, 0.05), (0.57, 0.05), (0.63, 0.04), (0.68, 0.06)]), [0, 2, 4]);
}

#[test]
fn a_new_hold_starts_empty() {
    let frame = |fitness, detail| KeptFrame {
        captured_at: 0.0,
        face: FaceFacts::default(),
        oval: Rect::default(),
        score: Score { fitness, detail },
    };
    let mut best = Best::default();
    assert!(best.offer(frame(0.9, 0.09)));
    best.clear();
    assert!(best.get().is_none());
    assert!(best.offer(frame(0.5, 0.01)), "neither the frame nor the fitness of the broken hold counts");
}

#[test]
fn the_worst_factor_determines_the_fitness() {
    let limits = Thresholds::default();
    let fitness = |measurements: FaceMeasurements| score(&measurements, &limits).fitness;
    let turned =
        |yaw: f32, pitch: f32| FaceMeasurements { pose: Pose { yaw, pitch, roll: 0.0 }, ..good_measurements() };
    assert_eq!(fitness(good_measurements()), 1.0);
    assert!((fitness(turned(0.5 * limits.max_yaw, 0.1 * limits.max_pitch)) - 0.5).abs() < 1e-6);
    assert!((fitness(turned(-0.5 * limits.max_yaw, 0.8 * limits.max_pitch)) - 0.2).abs() < 1e-6);
    assert_eq!(fitness(turned(2.0 * limits.max_yaw, 0.0)), 0.0);
    // Skin of any tone in good light is equally fit; near a limit it is not.
    for brightness in [0.3, 0.37, 0.45, 0.6, 0.75] {
        assert_eq!(fitness(FaceMeasurements { brightness, ..good_measurements() }), 1.0, "{brightness}");
    }
    let dim = fitness(FaceMeasurements { brightness: limits.min_brightness + 0.02, ..good_measurements() });
    assert!(dim > 0.2 && dim < 0.6, "{dim}");
    assert_eq!(fitness(FaceMeasurements { overexposed: limits.max_overexposed, ..good_measurements() }), 0.0);
    assert_eq!(fitness(FaceMeasurements { backlight: -limits.max_backlight, ..good_measurements() }), 0.0);
}

#[test]
fn open_eyes_win_and_among_closed_ones_the_fittest() {
    let limits = Thresholds::default();
    let fitness = |eyes_open: f32, yaw: f32| {
        let pose = Pose { yaw, ..Pose::default() };
        score(&FaceMeasurements { eyes_open, pose, ..good_measurements() }, &limits).fitness
    };
    assert_eq!(fitness(0.95, 0.0), 1.0);
    // Open eyes matter more than a frontal pose.
    assert!(fitness(0.9, 0.6 * limits.max_yaw) > fitness(0.1, 0.0) + 0.1);
    // If the eyes stay closed, the frame with the best pose is still found.
    assert!(fitness(0.1, 0.0) > fitness(0.1, 0.8 * limits.max_yaw) + 0.1);
}
