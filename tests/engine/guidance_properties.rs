//! Properties of guidance for any input.

use crate::common::{face, target};
use nearfar::detection::Face;
use nearfar::frame::{Point, Rect, Size};
use nearfar::guidance::{
    Assessment, Hysteresis, Instruction, InstructionSet, Scene, Stage, Target, Thresholds, Viewport, assess,
    assess_in_stream, main_face,
};
use nearfar::quality::{FaceMeasurements, Pose};
use proptest::prelude::*;

/// Numbers that a frame could produce, and some that it could not.
fn any_number() -> impl Strategy<Value = f32> {
    prop_oneof![8 => -2000.0f32..2000.0, 4 => 0.0f32..1.0, 1 => any::<f32>(), 1 => Just(f32::NAN)]
}

prop_compose! {
    fn any_face()(x in any_number(), y in any_number(), width in any_number(), height in any_number(),
                  score in any_number(), point in any_number()) -> Face {
        Face { bbox: Rect { x, y, width, height }, keypoints: [Point { x: point, y: point }; 6], score }
    }
}

prop_compose! {
    fn any_measurements()(yaw in any_number(), pitch in any_number(), roll in any_number(), sharpness in any_number(),
                   brightness in any_number(), backlight in any_number(), overexposed in any_number(),
                   occlusion in any_number()) -> FaceMeasurements {
        let pose = Pose { yaw, pitch, roll };
        FaceMeasurements {
            pose, sharpness, brightness, backlight, overexposed, occlusion, ..FaceMeasurements::default()
        }
    }
}

fn any_stage() -> impl Strategy<Value = Stage> {
    prop_oneof![Just(Stage::Far), Just(Stage::Near)]
}

fn any_failing() -> impl Strategy<Value = InstructionSet> {
    prop::collection::vec(prop::sample::select(Instruction::ALL.to_vec()), 0..5)
        .prop_map(|instructions| instructions.into_iter().collect())
}

/// The codes after left and right were swapped.
fn swapped(set: InstructionSet) -> InstructionSet {
    set.iter()
        .map(|instruction| match instruction {
            Instruction::MoveLeft => Instruction::MoveRight,
            Instruction::MoveRight => Instruction::MoveLeft,
            other => other,
        })
        .collect()
}

/// The assessment of a frame in which only this check fails; none for "keep still".
fn alone(instruction: Instruction) -> Assessment {
    let failing = [instruction].into_iter().filter(|one| *one != Instruction::KeepStill).collect();
    Assessment { instruction, failing }
}

proptest! {
    #[test]
    fn the_instruction_agrees_with_the_checks(
        faces in prop::collection::vec(any_face(), 0..100), measurements in prop::option::of(any_measurements()),
        speed in any_number(), stage in any_stage(), previous in any_failing(),
        frame in (0u32..5000, 0u32..5000), viewport in (any_number(), any_number()),
    ) {
        let size = Size { width: frame.0, height: frame.1 };
        let viewport = Viewport { width: viewport.0, height: viewport.1 };
        let thresholds = Thresholds::default();
        let target = Target::new(stage, size, viewport, &thresholds);
        let scene = Scene { faces: &faces, measurements: measurements.as_ref(), speed };
        let main = main_face(scene.faces, &target, &thresholds);
        let assessment = assess_in_stream(previous, main, &scene, &target, &thresholds);
        if assessment.passes() {
            prop_assert_eq!(assessment.instruction, Instruction::KeepStill);
        } else {
            prop_assert_eq!(Some(assessment.instruction), assessment.failing.iter().next());
        }
        let both = |a, b| assessment.failing.contains(a) && assessment.failing.contains(b);
        prop_assert!(!both(Instruction::TooFar, Instruction::TooNear));
    }

    #[test]
    fn a_failed_check_is_never_easier(
        faces in prop::collection::vec(any_face(), 0..4), measurements in any_measurements(), speed in any_number(),
        stage in any_stage(), previous in any_failing(),
    ) {
        let (target, thresholds) = (target(stage), Thresholds::default());
        let scene = Scene { faces: &faces, measurements: Some(&measurements), speed };
        let main = main_face(scene.faces, &target, &thresholds);
        let fresh = assess_in_stream(InstructionSet::EMPTY, main, &scene, &target, &thresholds).failing;
        let after = assess_in_stream(previous, main, &scene, &target, &thresholds).failing;
        for instruction in fresh.iter() {
            prop_assert!(after.contains(instruction), "{:?}", instruction);
        }
    }

    // Integers, so that mirroring is exact.
    #[test]
    fn mirroring_the_scene_only_swaps_left_and_right(
        places in prop::collection::vec((0i16..720, 0i16..1280, 1i16..350), 0..5),
        measurements in any_measurements(), stage in any_stage(),
    ) {
        let (target, thresholds) = (target(stage), Thresholds::default());
        let faces = |mirrored: bool| -> Vec<Face> {
            places.iter().map(|&(x, y, half)| {
                let x = if mirrored { 720 - x } else { x };
                face(f32::from(x), f32::from(y), 2.0 * f32::from(half))
            }).collect()
        };
        let mirrored_looks = FaceMeasurements {
            pose: Pose { yaw: -measurements.pose.yaw, roll: -measurements.pose.roll, ..measurements.pose }, ..measurements
        };
        let seen = Scene { faces: &faces(false), measurements: Some(&measurements), speed: 0.0 };
        let mirrored = Scene { faces: &faces(true), measurements: Some(&mirrored_looks), speed: 0.0 };
        let (seen, mirrored) = (assess(&seen, &target, &thresholds), assess(&mirrored, &target, &thresholds));
        prop_assert_eq!(swapped(seen.failing), mirrored.failing);
    }

    #[test]
    fn an_approaching_face_is_too_far_then_right_then_too_near(
        steps in prop::collection::vec(0.5f32..12.0, 10..200), stage in any_stage(), start in 20.0f32..400.0,
    ) {
        let (target, thresholds) = (target(stage), Thresholds::default());
        let rank = |failing: InstructionSet| {
            if failing.contains(Instruction::TooFar) { 0 } else if failing.contains(Instruction::TooNear) { 2 } else { 1 }
        };
        let (mut width, mut last, mut failing) = (start, 0, InstructionSet::EMPTY);
        for step in steps {
            width += step;
            let faces = [face(target.face_center.x, target.face_center.y, width)];
            let scene = Scene { faces: &faces, measurements: None, speed: 0.0 };
            let main = main_face(scene.faces, &target, &thresholds);
            failing = assess_in_stream(failing, main, &scene, &target, &thresholds).failing;
            prop_assert!(rank(failing) >= last, "at {} px", width);
            last = rank(failing);
        }
    }

    #[test]
    fn instructions_neither_flicker_nor_linger(
        frames in prop::collection::vec((1.0f64..300.0, prop::sample::select(Instruction::ALL.to_vec())), 1..300),
        calm in 1usize..20,
    ) {
        const HOLD: f64 = 600.0;
        let mut hysteresis = Hysteresis::default();
        let (mut now, mut changed_at, mut confirmed_at) = (0.0, None, 0.0);
        // Each instruction lasts for some frames, as with a camera.
        for (step, instruction) in frames.iter().flat_map(|frame| std::iter::repeat_n(*frame, calm)) {
            now += step;
            let before = hysteresis.shown();
            let news = hysteresis.update(&alone(instruction), HOLD, now);
            prop_assert_eq!(hysteresis.shown(), news.or(before));
            if news.is_some() {
                prop_assert_ne!(before, news, "reported only when it changes");
                prop_assert!(changed_at.is_none_or(|at| now - at >= HOLD), "twice within the hold");
                changed_at = Some(now);
            }
            if hysteresis.shown() == Some(instruction) {
                confirmed_at = now;
            }
            prop_assert!(now - confirmed_at < 2.0 * HOLD, "a wrong text lingers");
        }
    }

    #[test]
    fn keep_still_follows_once_the_previous_text_was_readable(wait in 0.0f64..2000.0) {
        let mut hysteresis = Hysteresis::default();
        prop_assert_eq!(hysteresis.update(&alone(Instruction::TooFar), 600.0, 0.0), Some(Instruction::TooFar));
        let shown = hysteresis.update(&alone(Instruction::KeepStill), 600.0, wait).is_some();
        prop_assert_eq!(shown, wait >= 600.0);
    }

    #[test]
    fn a_followed_instruction_is_replaced_sooner(wait in 0.0f64..2000.0) {
        let mut hysteresis = Hysteresis::default();
        let both = Assessment {
            instruction: Instruction::TooFar,
            failing: [Instruction::TooFar, Instruction::MoveLeft].into_iter().collect(),
        };
        hysteresis.update(&both, 600.0, 0.0);
        hysteresis.update(&both, 600.0, 590.0);
        prop_assert_eq!(hysteresis.update(&alone(Instruction::MoveLeft), 600.0, 600.0), None);
        let shown = hysteresis.update(&alone(Instruction::MoveLeft), 600.0, 600.0 + wait);
        prop_assert_eq!(shown.is_some(), wait >= 200.0);
    }
}
