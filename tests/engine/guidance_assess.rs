//! The checks of guidance, their priority, and the target.

use crate::common::{LANDSCAPE, PORTRAIT, face, good_face, good_measurements, target, whole};
use nearfar::detection::Face;
use nearfar::frame::{Point, Rect, Size};
use nearfar::guidance::{
    Assessment, Instruction, InstructionSet, MIN_GROWTH, Motion, Scene, Stage, Target, Thresholds, Viewport, assess,
    assess_in_stream, main_face, main_face_in_stream,
};
use nearfar::quality::{FaceMeasurements, Pose};

fn assess_faces(faces: &[Face], stage: Stage) -> Assessment {
    let measurements = good_measurements();
    let scene = Scene { faces, measurements: Some(&measurements), speed: 0.0 };
    assess(&scene, &target(stage), &Thresholds::default())
}

fn assess_measurements(measurements: FaceMeasurements) -> Assessment {
    let target = target(Stage::Far);
    let faces = [good_face(&target)];
    assess(&Scene { faces: &faces, measurements: Some(&measurements), speed: 0.0 }, &target, &Thresholds::default())
}

fn only(instruction: Instruction) -> Assessment {
    Assessment { instruction, failing: [instruction].into_iter().collect() }
}

#[test]
fn a_good_face_keeps_still_and_passes() {
    for stage in [Stage::Far, Stage::Near] {
        let assessment = assess_faces(&[good_face(&target(stage))], stage);
        assert_eq!(assessment.instruction, Instruction::KeepStill);
        assert!(assessment.passes());
    }
}

#[test]
fn left_and_right_match_the_mirrored_preview() {
    let target = target(Stage::Far);
    let (middle, y, width) = (target.face_center.x, target.face_center.y, 200.0);

    // The camera's picture is not mirrored. A face with a small x is on the left of that picture.
    let left_of_picture = face(middle - 150.0, y, width);
    // The page mirrors the video by CSS: x becomes 720 - x, so the person sees their face on the RIGHT.
    let seen_at = PORTRAIT.width as f32 - left_of_picture.bbox.center().x;
    assert!(seen_at > PORTRAIT.width as f32 / 2.0);
    // To return to the centre of the screen, the face has to move LEFT on the screen.
    assert_eq!(assess_faces(&[left_of_picture], Stage::Far), only(Instruction::MoveLeft));

    // Does moving to one's own left do that? The person faces the camera. Their left eye is on the right of the
    // unmirrored picture, as in any photo: keypoint 1 has the larger x.
    let eyes = left_of_picture.keypoints;
    assert!(eyes[Face::LEFT_EYE].x > eyes[Face::RIGHT_EYE].x);
    // So their own left is towards larger x, which is towards the centre for this face.
    let after_moving_left = face(left_of_picture.bbox.center().x + 150.0, y, width);
    assert_eq!(assess_faces(&[after_moving_left], Stage::Far).instruction, Instruction::KeepStill);

    // And in the other direction.
    let right_of_picture = face(middle + 150.0, y, width);
    assert_eq!(assess_faces(&[right_of_picture], Stage::Far), only(Instruction::MoveRight));
}

#[test]
fn up_and_down_match_the_screen() {
    let target = target(Stage::Near);
    let (x, middle, width) = (target.face_center.x, target.face_center.y, 468.0);
    assert_eq!(assess_faces(&[face(x, middle + 140.0, width)], Stage::Near), only(Instruction::MoveUp));
    assert_eq!(assess_faces(&[face(x, middle - 140.0, width)], Stage::Near), only(Instruction::MoveDown));
}

#[test]
fn diagonal_offsets_are_not_centered_and_report_both_directions() {
    let target = target(Stage::Far);
    let assessment =
        assess_faces(&[face(target.face_center.x - 120.0, target.face_center.y + 120.0, 200.0)], Stage::Far);
    assert_eq!(assessment.instruction, Instruction::NotCentered);
    let failing: Vec<_> = assessment.failing.iter().collect();
    assert_eq!(failing, [Instruction::NotCentered, Instruction::MoveLeft, Instruction::MoveUp]);
}

#[test]
fn distance() {
    let target = target(Stage::Far);
    let at = |width| assess_faces(&[face(target.face_center.x, target.face_center.y, width)], Stage::Far);
    // 12 % of the short side is detected, but too far.
    assert_eq!(at(0.12 * 720.0), only(Instruction::TooFar));
    assert_eq!(at(0.21 * 720.0), only(Instruction::TooFar));
    assert_eq!(at(0.23 * 720.0).instruction, Instruction::KeepStill);
    assert_eq!(at(0.35 * 720.0).instruction, Instruction::KeepStill);
    // A face that fills the picture never gets "closer", in either stage.
    assert_eq!(at(0.37 * 720.0), only(Instruction::TooNear));
    assert_eq!(at(2.0 * 720.0), only(Instruction::TooNear));
    let huge = assess_faces(&[face(360.0, 660.0, 0.8 * 720.0)], Stage::Near);
    assert_eq!(huge, only(Instruction::TooNear));
    // The far position is too far for the near stage.
    assert_eq!(assess_faces(&[good_face(&target)], Stage::Near).instruction, Instruction::TooFar);
}

#[test]
fn no_face_and_multiple_faces() {
    let main = good_face(&target(Stage::Far));
    let other = |width| face(120.0, 300.0, width);
    assert_eq!(assess_faces(&[], Stage::Far), only(Instruction::NoFace));
    let unsure = Face { score: 0.4, ..main };
    assert_eq!(assess_faces(&[unsure], Stage::Far), only(Instruction::NoFace));
    assert_eq!(assess_faces(&[other(100.0), main], Stage::Far), only(Instruction::MultipleFaces));
    // A poster behind the person is small and does not count, and neither does a face with a low score.
    assert!(assess_faces(&[main, other(60.0)], Stage::Far).passes());
    assert!(assess_faces(&[main, Face { score: 0.6, ..other(150.0) }], Stage::Far).passes());
    // A large detection with a low score is neither the person nor a second face.
    assert!(assess_faces(&[Face { score: 0.501, ..face(100.0, 640.0, 300.0) }, main], Stage::Far).passes());
}

#[test]
fn a_second_face_counts_only_if_confident_and_large_enough() {
    let Point { x, y } = target(Stage::Far).face_center;
    let person = face(x, y, 159.0);
    let hand = |score| Face { score, ..face(560.0, 900.0, 56.0) };
    // Slightly wider than 0.35 of the face. Patterns, hands and animals rarely score 0.8 in a tight region.
    assert!(assess_faces(&[person, hand(0.79)], Stage::Far).passes());
    assert_eq!(assess_faces(&[person, hand(0.81)], Stage::Far), only(Instruction::MultipleFaces));
}

#[test]
fn the_main_face_changes_only_to_a_clearly_more_prominent_one() {
    let (target, thresholds) = (target(Stage::Far), Thresholds::default());
    let person = face(330.0, 640.0, 150.0);
    let choose = |before, other| main_face_in_stream(before, &[person, other], &target, &thresholds);
    let wider = face(400.0, 800.0, 200.0);
    assert_eq!(choose(None, wider), Some(1));
    assert_eq!(choose(Some(&person), wider), Some(0));
    assert_eq!(choose(Some(&wider), wider), Some(1));
    // A person who steps between camera and person becomes the main face; a pattern does not, however large.
    assert_eq!(choose(Some(&person), face(400.0, 700.0, 330.0)), Some(1));
    for score in [0.51, 0.6, 0.65] {
        assert_eq!(choose(None, Face { score, ..face(400.0, 1000.0, 330.0) }), Some(0), "{score}");
    }
    // If it is the only face, even one with a low score is the person's: covered faces are.
    let covered = Face { score: 0.51, ..person };
    assert_eq!(main_face(&[covered], &target, &thresholds), Some(0));
}

#[test]
fn quality_checks() {
    let good = good_measurements();
    let turned = |yaw, pitch, roll| assess_measurements(FaceMeasurements { pose: Pose { yaw, pitch, roll }, ..good });
    assert_eq!(turned(-25.0, 0.0, 0.0), only(Instruction::NotFrontal));
    assert_eq!(turned(0.0, 25.0, 0.0), only(Instruction::NotFrontal));
    assert_eq!(turned(0.0, 0.0, 25.0), only(Instruction::NotFrontal));
    assert!(turned(10.0, -10.0, 10.0).passes());
    assert_eq!(assess_measurements(FaceMeasurements { occlusion: 0.9, ..good }), only(Instruction::Occluded));
    assert_eq!(assess_measurements(FaceMeasurements { brightness: 0.05, ..good }), only(Instruction::TooDark));
    assert_eq!(assess_measurements(FaceMeasurements { backlight: -0.7, ..good }), only(Instruction::TooDark));
    assert!(assess_measurements(FaceMeasurements { backlight: 0.7, ..good }).passes());
    assert_eq!(assess_measurements(FaceMeasurements { brightness: 0.95, ..good }), only(Instruction::TooBright));
    assert_eq!(assess_measurements(FaceMeasurements { overexposed: 0.5, ..good }), only(Instruction::TooBright));
    assert_eq!(assess_measurements(FaceMeasurements { sharpness: 0.1, ..good }), only(Instruction::Blurry));
    // NaN passes no check.
    assert_eq!(assess_measurements(FaceMeasurements { sharpness: f32::NAN, ..good }), only(Instruction::Blurry));
}

#[test]
fn a_tilted_head_is_straightened_before_size_and_position_are_checked() {
    let target = target(Stage::Far);
    let assess_tilted = |roll: f32, width: f32| {
        let faces = [face(target.face_center.x + 200.0, target.face_center.y, width)];
        let measurements = FaceMeasurements { pose: Pose { roll, ..Pose::default() }, ..good_measurements() };
        let scene = Scene { faces: &faces, measurements: Some(&measurements), speed: 0.0 };
        assess_in_stream(InstructionSet::EMPTY, Some(0), &scene, &target, &Thresholds::default())
    };
    for roll in [-40.0, -25.0, 25.0, 40.0] {
        for width in [80.0, 130.0, 320.0] {
            assert_eq!(assess_tilted(roll, width), only(Instruction::NotFrontal), "{roll} {width}");
        }
    }
    assert_eq!(assess_tilted(10.0, 80.0).instruction, Instruction::TooFar);
    // The size of a turned or nodded head is valid.
    let faces = [face(target.face_center.x, target.face_center.y, 80.0)];
    let measurements = FaceMeasurements { pose: Pose { yaw: 30.0, ..Pose::default() }, ..good_measurements() };
    let turned = assess(
        &Scene { faces: &faces, measurements: Some(&measurements), speed: 0.0 },
        &target,
        &Thresholds::default(),
    );
    assert_eq!(turned.instruction, Instruction::TooFar);
    assert!(turned.failing.contains(Instruction::NotFrontal));
}

#[test]
fn a_moving_face_keeps_still_and_fails() {
    let target = target(Stage::Far);
    let faces = [good_face(&target)];
    let scene = Scene { faces: &faces, measurements: None, speed: 2.0 };
    assert_eq!(assess(&scene, &target, &Thresholds::default()), only(Instruction::KeepStill));
}

#[test]
fn the_most_urgent_check_is_the_instruction_and_all_are_reported() {
    let target = target(Stage::Far);
    let measurements = FaceMeasurements {
        pose: Pose { yaw: 50.0, ..Pose::default() },
        occlusion: 1.0,
        brightness: 0.01,
        sharpness: 0.2,
        ..FaceMeasurements::default()
    };
    let faces = [face(target.face_center.x - 200.0, target.face_center.y, 100.0), face(100.0, 200.0, 90.0)];
    let assessment = assess(
        &Scene { faces: &faces, measurements: Some(&measurements), speed: 3.0 },
        &target,
        &Thresholds::default(),
    );
    let failing: Vec<_> = assessment.failing.iter().map(Instruction::code).collect();
    let expected = "multiple_faces too_far move_left not_frontal too_dark occluded blurry keep_still";
    assert_eq!(failing.join(" "), expected);
    assert_eq!(assessment.instruction, Instruction::MultipleFaces);
}

#[test]
fn a_face_without_edges_is_only_blurry() {
    let target = target(Stage::Far);
    let pose = Pose { yaw: 50.0, ..Pose::default() };
    let measurements = FaceMeasurements { pose, occlusion: 1.0, sharpness: 0.08, ..good_measurements() };
    let faces = [good_face(&target)];
    let scene = Scene { faces: &faces, measurements: Some(&measurements), speed: 0.0 };
    assert_eq!(assess(&scene, &target, &Thresholds::default()), only(Instruction::Blurry));
}

#[test]
fn a_failing_check_passes_only_beyond_its_limit() {
    let target = target(Stage::Far);
    let thresholds = Thresholds::default();
    let measurements = FaceMeasurements { sharpness: thresholds.min_sharpness * 1.04, ..good_measurements() };
    let faces = [good_face(&target)];
    let scene = Scene { faces: &faces, measurements: Some(&measurements), speed: 0.0 };
    let blurry = only(Instruction::Blurry);
    assert!(assess(&scene, &target, &thresholds).passes());
    assert_eq!(
        assess_in_stream(blurry.failing, main_face(scene.faces, &target, &thresholds), &scene, &target, &thresholds),
        blurry
    );
    // A previous failure of another check does not make this one stricter.
    let dark = only(Instruction::TooDark).failing;
    assert!(
        assess_in_stream(dark, main_face(scene.faces, &target, &thresholds), &scene, &target, &thresholds).passes()
    );
}

#[test]
fn codes_match_the_docs_and_round_trip() {
    let codes: Vec<_> = Instruction::ALL.into_iter().map(Instruction::code).collect();
    let documented = "no_face multiple_faces too_far too_near move_left move_right move_up move_down not_centered \
                      not_frontal occluded too_dark too_bright blurry keep_still";
    assert_eq!(codes.join(" "), documented);
    for instruction in Instruction::ALL {
        assert_eq!(Instruction::from_code(instruction.code()), Some(instruction));
        assert_eq!(serde_json::to_value(instruction).unwrap(), instruction.code());
        assert!(Instruction::PRIORITY.contains(&instruction));
    }
    assert_eq!(Instruction::from_code("closer"), None);
    let set: InstructionSet = [Instruction::Blurry, Instruction::TooFar].into_iter().collect();
    assert_eq!(serde_json::to_string(&set).unwrap(), r#"["too_far","blurry"]"#);
    assert_eq!(serde_json::from_str::<InstructionSet>(r#"["blurry","too_far"]"#).unwrap(), set);
}

#[test]
fn only_the_visible_part_counts() {
    // A landscape frame that covers a portrait phone screen: its sides are cropped.
    let viewport = Viewport { width: 360.0, height: 720.0 };
    assert_eq!(viewport.visible(LANDSCAPE), Rect { x: 460.0, y: 0.0, width: 360.0, height: 720.0 });
    // A portrait frame in a wide window: top and bottom are cropped.
    let viewport = Viewport { width: 1440.0, height: 720.0 };
    assert_eq!(viewport.visible(PORTRAIT), Rect { x: 0.0, y: 460.0, width: 720.0, height: 360.0 });
    // An invalid viewport shows everything.
    for (width, height) in [(0.0, 0.0), (f32::NAN, 100.0), (-5.0, 100.0), (f32::INFINITY, 100.0)] {
        let all = Rect { x: 0.0, y: 0.0, width: 720.0, height: 1280.0 };
        assert_eq!(Viewport { width, height }.visible(PORTRAIT), all, "{width} x {height}");
    }
}

#[test]
fn both_ovals_fit_into_the_visible_part() {
    let sizes = [PORTRAIT, LANDSCAPE, Size { width: 640, height: 480 }, Size { width: 480, height: 480 }];
    let viewports = [(390.0, 844.0), (844.0, 390.0), (1280.0, 720.0), (320.0, 320.0), (0.0, 0.0)];
    for size in sizes {
        for (width, height) in viewports {
            let viewport = Viewport { width, height };
            let [far, near] =
                [Stage::Far, Stage::Near].map(|stage| Target::new(stage, size, viewport, &Thresholds::default()));
            for target in [far, near] {
                let (oval, seen) = (target.oval, target.visible);
                assert!(oval.x >= seen.x && oval.x + oval.width <= seen.x + seen.width, "{size:?} {viewport:?}");
                assert!(oval.y >= seen.y && oval.y + oval.height <= seen.y + seen.height, "{size:?} {viewport:?}");
                assert!((oval.width / oval.height - 0.8).abs() < 0.01, "the shape of a head");
                let offset = oval.center().distance(seen.center());
                assert!(offset < 0.01, "in the middle, so that mirroring does not move it");
            }
            assert!(near.oval.width > 1.5 * far.oval.width);
            assert!(near.min_face >= MIN_GROWTH * far.max_face);
        }
    }
}

#[test]
fn the_oval_in_css_pixels() {
    // 720 x 1280 covers 360 x 780: the scale is 780 / 1280.
    let viewport = Viewport { width: 360.0, height: 780.0 };
    let target = Target::new(Stage::Far, PORTRAIT, viewport, &Thresholds::default());
    let oval = target.in_viewport();
    assert!((oval.center().x - 180.0).abs() < 0.01 && (oval.center().y - 390.0).abs() < 0.01);
    assert!((oval.width / target.oval.width - 780.0 / 1280.0).abs() < 1e-4);
}

#[test]
fn near_targets_always_require_the_minimum_growth() {
    let near = target(Stage::Near);
    assert_eq!(near.after(200.0, 200.0).unwrap().min_face, near.min_face);
    // After the visible part shrank, the far face may be larger than the thresholds now allow.
    let raised = near.after(300.0, 300.0).unwrap();
    assert_eq!(raised.min_face, 300.0 * MIN_GROWTH);
    assert_eq!(near.after(400.0, 400.0), None);
}

#[test]
fn motion_measures_speed_and_ignores_jitter() {
    let steady = |shake: f32| {
        let mut motion = Motion::default();
        (0..60)
            .map(|i| motion.update(&face(360.0 + shake * (i % 2) as f32, 640.0, 200.0).bbox, f64::from(i) * 33.0))
            .last()
    };
    assert_eq!(steady(0.0), Some(0.0));
    assert!(steady(2.0).unwrap() < 0.2);
    // Half its width per second, at 30 and at 10 frames per second.
    for (frames, step) in [(60, 33.0), (20, 100.0)] {
        let mut motion = Motion::default();
        let moved = |i: i32| face(200.0 + 0.1 * f64::from(i) as f32 * step as f32, 640.0, 200.0).bbox;
        let speed = (0..frames).map(|i| motion.update(&moved(i), f64::from(i) * step)).last().unwrap();
        assert!((speed - 0.5).abs() < 0.01, "{speed}");
    }
    // Invalid input has no lasting effect.
    let mut motion = Motion::default();
    assert_eq!(motion.update(&face(f32::NAN, 0.0, 10.0).bbox, 0.0), 0.0);
    assert_eq!(motion.update(&face(1.0, 0.0, 10.0).bbox, 10.0), 0.0);
    assert_eq!(motion.update(&face(9.0, 0.0, 10.0).bbox, 10.0), 0.0);
    assert_eq!(motion.update(&face(9.0, 0.0, 10.0).bbox, f64::NAN), 0.0);
}

#[test]
fn thresholds_are_read_from_json_and_errors_name_the_field() {
    assert_eq!(Thresholds::default().validate(), Ok(()));
    let some: Thresholds = serde_json::from_str(r#"{"maxYaw": 12, "minSharpness": 0.4}"#).unwrap();
    assert_eq!(some, Thresholds { max_yaw: 12.0, min_sharpness: 0.4, ..Thresholds::default() });
    let unknown = serde_json::from_str::<Thresholds>(r#"{"maxYaww": 12}"#).unwrap_err();
    assert!(unknown.to_string().contains("maxYaww"));

    let error = Thresholds { max_yaw: 200.0, ..Thresholds::default() }.validate().unwrap_err();
    assert_eq!(error.to_string(), "maxYaw is 200, outside 3 to 60");
    assert!(Thresholds { min_brightness: f32::NAN, ..Thresholds::default() }.validate().is_err());
    let mut close = Thresholds::default();
    close.near.min_size = 0.5;
    let error = close.validate().unwrap_err();
    assert_eq!((error.field, error.value), ("near.minSize", 0.5));
    assert!(error.to_string().ends_with("(at least 1.55 times far.maxSize)"), "{error}");
}

#[test]
fn stage_targets_scale_with_the_frame() {
    let small = Size { width: 360, height: 640 };
    let target = Target::new(Stage::Far, small, whole(small), &Thresholds::default());
    assert!((target.min_face * 2.0 - crate::common::target(Stage::Far).min_face).abs() < 0.01);
}
