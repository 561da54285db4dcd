//! Pictures that cannot be scored: a result code of its own, no score.

use image::{Rgb, RgbImage, imageops};
use nearfar_evaluation::captures::evidence::evidence;
use nearfar_evaluation::captures::scene::{Position, match_colors};
use nearfar_evaluation::captures::{SIZE, bona_fide_pair, package, scorer};
use nearfar_protocol::result::{AttackType, CameraType, ResultCode};
use nearfar_rendering::augmentation::with_frame;
use nearfar_rendering::covers::face_map::FaceMap;
use nearfar_rendering::covers::{Cover, Materials, draw};
use nearfar_rendering::random::Random;
use nearfar_rendering::scene::{Head, Surface};
use nearfar_scoring::{Check, Kind, Outcome, Scorer, Verdict};

fn score(far: &RgbImage, near: &RgbImage) -> Verdict {
    scorer().score(&evidence(far, near))
}

#[track_caller]
fn assert_rejected(verdict: &Verdict, code: ResultCode, check: Check) {
    assert_eq!(verdict.code, code, "{verdict:#?}");
    assert_eq!((verdict.score, verdict.attack_type), (None, None));
    let first = verdict.checks.iter().find(|outcome| outcome.has_failed()).unwrap();
    assert_eq!(first.check, check, "{verdict:#?}");
    assert!(!first.note.is_empty());
    let comparisons = verdict.checks.iter().filter(|outcome| outcome.check.kind() == Kind::Comparison);
    assert!(comparisons.clone().all(|outcome| outcome.outcome == Outcome::Skipped));
}

fn grey(like: &RgbImage) -> RgbImage {
    RgbImage::from_fn(like.width(), like.height(), |x, y| Rgb([((x * 7 + y * 3) % 40 + 90) as u8; 3]))
}

#[test]
fn a_picture_without_a_face_is_rejected() {
    let one = bona_fide_pair(0);
    assert_rejected(&score(&grey(&one.far), &one.near), ResultCode::NoFaceDetected, Check::Faces);
    assert_rejected(&score(&one.far, &grey(&one.near)), ResultCode::NoFaceDetected, Check::Faces);
}

#[test]
fn two_faces_are_rejected() {
    let (one, other) = (bona_fide_pair(0), bona_fide_pair(1));
    let (width, height) = one.far.dimensions();
    // Next to each other in a wide picture, so that both are complete.
    let double = |a: &RgbImage, b: &RgbImage| {
        let mut wide = RgbImage::new(width * 2, height);
        imageops::replace(&mut wide, a, 0, 0);
        imageops::replace(&mut wide, b, i64::from(width), 0);
        wide
    };
    let verdict = score(&double(&one.far, &other.far), &double(&one.near, &other.near));
    assert_rejected(&verdict, ResultCode::TooManyFacesDetected, Check::Faces);
    let group = image::open(package("@vladmandic/face-api/demo/sample6.jpg")).unwrap().to_rgb8();
    assert_rejected(&score(&group, &group), ResultCode::TooManyFacesDetected, Check::Faces);
}

#[test]
fn swapped_far_and_near_are_rejected() {
    let one = bona_fide_pair(0);
    assert_rejected(&score(&one.near, &one.far), ResultCode::InvalidFaceDetected, Check::Size);
}

#[test]
fn the_same_picture_twice_has_no_growth() {
    let one = bona_fide_pair(0);
    let verdict = score(&one.far, &one.far);
    assert_rejected(&verdict, ResultCode::InvalidFaceDetected, Check::Size);
    let growth = verdict.outcome(Check::Growth).unwrap();
    assert!(growth.has_failed() && (growth.figures["growth"] - 1.0).abs() < 1e-3, "{growth:?}");
}

#[test]
fn a_face_off_its_place_or_cut_off_is_rejected() {
    let one = bona_fide_pair(0);
    let head = Surface::Head(Head::mean());
    let aside = Position { middle: (0.75, 0.52), ..Position::FAR }.render(&one.portrait, &head, SIZE);
    assert_rejected(&score(&aside, &one.near), ResultCode::InvalidFaceDetected, Check::Place);
    let cut = Position { middle: (0.85, 0.52), ..Position::NEAR }.render(&one.portrait, &head, SIZE);
    assert_rejected(&score(&one.far, &cut), ResultCode::InvalidFaceDetected, Check::Place);
}

#[test]
fn an_oval_at_another_place_is_rejected() {
    let one = bona_fide_pair(0);
    let mut moved = evidence(&one.far, &one.near);
    moved.manifest.ovals.far.x = 0.0;
    moved.manifest.ovals.far.y = 0.0;
    assert_rejected(&scorer().score(&moved), ResultCode::InvalidFaceDetected, Check::Place);
}

#[test]
fn the_camera_app_of_the_device_shows_no_oval() {
    let one = bona_fide_pair(0);
    let mut photos = evidence(&one.far, &one.near);
    photos.manifest.camera_type = CameraType::SystemCamera;
    photos.manifest.instructions.clear();
    photos.manifest.ovals.far.x = 0.0;
    photos.manifest.ovals.far.y = 0.0;
    let verdict = scorer().score(&photos);
    assert!(verdict.score >= Some(50), "{verdict:#?}");
}

#[test]
fn a_head_with_a_large_roll_is_rejected() {
    let one = bona_fide_pair(0);
    let tilted = |picture: &RgbImage| {
        let (width, height) = (picture.width() as f32, picture.height() as f32);
        let (sin, cos) = 40f32.to_radians().sin_cos();
        RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
            let (dx, dy) = (x as f32 - width / 2.0, y as f32 - height / 2.0);
            let at = |value: f32, end: f32| value.clamp(0.0, end - 1.0) as u32;
            *picture
                .get_pixel(at(width / 2.0 + dx * cos + dy * sin, width), at(height / 2.0 - dx * sin + dy * cos, height))
        })
    };
    assert_rejected(&score(&tilted(&one.far), &tilted(&one.near)), ResultCode::InvalidFaceDetected, Check::Pose);
}

#[test]
fn a_covered_mouth_and_covered_eyes_are_rejected() {
    let one = bona_fide_pair(0);
    for cover in [Cover::PlainMask, Cover::DarkGlasses] {
        let covered = |picture: &RgbImage| {
            let mut detector = nearfar_inspect::model::detector(None).unwrap();
            let face = with_frame(picture, |frame| detector.detect_still(frame)[0]).unwrap();
            draw(picture, &FaceMap::new(&face), cover, &Materials::default(), &mut Random::new("covered")).picture
        };
        assert_rejected(&score(&covered(&one.far), &covered(&one.near)), ResultCode::FaceOccluded, Check::Occlusion);
    }
}

#[test]
fn darkness_and_overexposure_are_rejected() {
    let one = bona_fide_pair(0);
    let light = |gain: f32, lift: f32| {
        [&one.far, &one.near].map(|picture| {
            let mut changed = picture.clone();
            changed.pixels_mut().for_each(|pixel| {
                pixel.0 = pixel.0.map(|value| (f32::from(value) * gain + lift).clamp(0.0, 255.0) as u8);
            });
            changed
        })
    };
    let [far, near] = light(0.12, 0.0);
    assert_rejected(&score(&far, &near), ResultCode::FaceQualityTooPoor, Check::Light);
    let [far, near] = light(1.2, 130.0);
    assert_rejected(&score(&far, &near), ResultCode::FaceQualityTooPoor, Check::Light);
}

#[test]
fn a_blurred_near_picture_is_rejected() {
    let one = bona_fide_pair(0);
    let width = one.near.width() as f32 * Position::NEAR.share;
    let blurred = imageops::blur(&one.near, width * 0.025);
    assert_rejected(&score(&one.far, &blurred), ResultCode::FaceQualityTooPoor, Check::Sharpness);
}

#[test]
fn another_person_in_near_does_not_pass() {
    let (one, other) = (bona_fide_pair(0), bona_fide_pair(1));
    let verdict = score(&one.far, &other.near);
    assert_eq!(verdict.code, ResultCode::Success, "{verdict:#?}");
    assert!(verdict.outcome(Check::SameFace).unwrap().has_failed(), "{verdict:#?}");
    assert_eq!((verdict.score, verdict.attack_type), (Some(0), Some(AttackType::Unsure)));
    // With matched colours the score stays below 50, or no points are found again.
    let verdict = score(&one.far, &match_colors(&other.near, &one.near));
    assert!(verdict.score < Some(50), "{verdict:#?}");
}

#[test]
fn another_aspect_ratio_is_an_attack() {
    let one = bona_fide_pair(0);
    let wide = imageops::crop_imm(&one.near, 0, 0, one.near.width(), one.near.height() * 9 / 10).to_image();
    let verdict = score(&one.far, &wide);
    assert!(verdict.outcome(Check::Shape).unwrap().has_failed(), "{verdict:#?}");
    assert_eq!((verdict.score, verdict.attack_type), (Some(0), Some(AttackType::Unsure)));
}
