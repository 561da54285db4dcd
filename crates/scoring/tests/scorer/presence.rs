//! Pictures that cannot be judged: a code of their own, no score.

use image::{Rgb, RgbImage, imageops};
use nearfar_evaluation::captures::evidence::evidence;
use nearfar_evaluation::captures::scene::{Position, matched};
use nearfar_evaluation::captures::{SIZE, bona_fide_pair, package, scorer};
use nearfar_protocol::result::{AttackType, CameraType, ResultCode};
use nearfar_rendering::canvas::with_frame;
use nearfar_rendering::covers::face_map::FaceMap;
use nearfar_rendering::covers::{Cover, Materials, draw};
use nearfar_rendering::random::Random;
use nearfar_rendering::scene::{Head, Surface};
use nearfar_scoring::{Check, Kind, Outcome, Scorer, Verdict};

fn judge(far: &RgbImage, near: &RgbImage) -> Verdict {
    scorer().score(&evidence(far, near))
}

#[track_caller]
fn refused(verdict: &Verdict, code: ResultCode, check: Check) {
    assert_eq!(verdict.code, code, "{verdict:#?}");
    assert_eq!((verdict.score, verdict.attack_type), (None, None));
    let first = verdict.checks.iter().find(|outcome| outcome.has_failed()).unwrap();
    assert_eq!(first.check, check, "{verdict:#?}");
    assert!(!first.note.is_empty());
    let agreement = verdict.checks.iter().filter(|outcome| outcome.check.kind() == Kind::Agreement);
    assert!(agreement.clone().all(|outcome| outcome.outcome == Outcome::Skipped));
}

fn grey(like: &RgbImage) -> RgbImage {
    RgbImage::from_fn(like.width(), like.height(), |x, y| Rgb([((x * 7 + y * 3) % 40 + 90) as u8; 3]))
}

#[test]
fn no_face() {
    let one = bona_fide_pair(0);
    refused(&judge(&grey(&one.far), &one.near), ResultCode::NoFaceDetected, Check::Faces);
    refused(&judge(&one.far, &grey(&one.near)), ResultCode::NoFaceDetected, Check::Faces);
}

#[test]
fn two_faces_in_far_or_near() {
    let (one, other) = (bona_fide_pair(0), bona_fide_pair(1));
    let (width, height) = one.far.dimensions();
    // Side by side in a wide picture, so that both are whole.
    let double = |a: &RgbImage, b: &RgbImage| {
        let mut wide = RgbImage::new(width * 2, height);
        imageops::replace(&mut wide, a, 0, 0);
        imageops::replace(&mut wide, b, i64::from(width), 0);
        wide
    };
    let verdict = judge(&double(&one.far, &other.far), &double(&one.near, &other.near));
    refused(&verdict, ResultCode::TooManyFacesDetected, Check::Faces);
    let group = image::open(package("@vladmandic/face-api/demo/sample6.jpg")).unwrap().to_rgb8();
    refused(&judge(&group, &group), ResultCode::TooManyFacesDetected, Check::Faces);
}

#[test]
fn swapped_far_and_near() {
    let one = bona_fide_pair(0);
    refused(&judge(&one.near, &one.far), ResultCode::InvalidFaceDetected, Check::Size);
}

#[test]
fn the_same_picture_twice_does_not_grow() {
    let one = bona_fide_pair(0);
    let verdict = judge(&one.far, &one.far);
    refused(&verdict, ResultCode::InvalidFaceDetected, Check::Size);
    let growth = verdict.outcome(Check::Growth).unwrap();
    assert!(growth.has_failed() && (growth.figures["growth"] - 1.0).abs() < 1e-3, "{growth:?}");
}

#[test]
fn a_face_off_its_place_or_cut_off() {
    let one = bona_fide_pair(0);
    let head = Surface::Head(Head::mean());
    let aside = Position { middle: (0.75, 0.52), ..Position::FAR }.shot(&one.portrait, &head, SIZE);
    refused(&judge(&aside, &one.near), ResultCode::InvalidFaceDetected, Check::Place);
    let cut = Position { middle: (0.85, 0.52), ..Position::NEAR }.shot(&one.portrait, &head, SIZE);
    refused(&judge(&one.far, &cut), ResultCode::InvalidFaceDetected, Check::Place);
}

#[test]
fn an_oval_somewhere_else() {
    let one = bona_fide_pair(0);
    let mut moved = evidence(&one.far, &one.near);
    moved.manifest.ovals.far.x = 0.0;
    moved.manifest.ovals.far.y = 0.0;
    refused(&scorer().score(&moved), ResultCode::InvalidFaceDetected, Check::Place);
}

#[test]
fn no_oval_was_shown_by_the_devices_own_camera_program() {
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
fn a_head_on_the_shoulder() {
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
    refused(&judge(&tilted(&one.far), &tilted(&one.near)), ResultCode::InvalidFaceDetected, Check::Pose);
}

#[test]
fn covered_mouth_or_eyes() {
    let one = bona_fide_pair(0);
    for cover in [Cover::PlainMask, Cover::DarkGlasses] {
        let covered = |picture: &RgbImage| {
            let mut detector = nearfar_inspect::model::detector(None).unwrap();
            let face = with_frame(picture, |frame| detector.detect_still(frame)[0]).unwrap();
            draw(picture, &FaceMap::new(&face), cover, &Materials::default(), &mut Random::new("covered")).picture
        };
        refused(&judge(&covered(&one.far), &covered(&one.near)), ResultCode::FaceOccluded, Check::Occlusion);
    }
}

#[test]
fn darkness_and_glare() {
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
    refused(&judge(&far, &near), ResultCode::FaceQualityTooPoor, Check::Light);
    let [far, near] = light(1.2, 130.0);
    refused(&judge(&far, &near), ResultCode::FaceQualityTooPoor, Check::Light);
}

#[test]
fn a_blurred_near_picture() {
    let one = bona_fide_pair(0);
    let width = one.near.width() as f32 * Position::NEAR.share;
    let blurred = imageops::blur(&one.near, width * 0.025);
    refused(&judge(&one.far, &blurred), ResultCode::FaceQualityTooPoor, Check::Sharpness);
}

#[test]
fn another_person_steps_in() {
    let (one, other) = (bona_fide_pair(0), bona_fide_pair(1));
    let verdict = judge(&one.far, &other.near);
    assert_eq!(verdict.code, ResultCode::Success, "{verdict:#?}");
    assert!(verdict.outcome(Check::SameFace).unwrap().has_failed(), "{verdict:#?}");
    assert_eq!((verdict.score, verdict.attack_type), (Some(0), Some(AttackType::Unsure)));
    // With the skin of the first, too, it stays below the line, or there is nothing of the first to be found again.
    let verdict = judge(&one.far, &matched(&other.near, &one.near));
    assert!(verdict.score < Some(50), "{verdict:#?}");
}

#[test]
fn another_shape_or_another_room() {
    let one = bona_fide_pair(0);
    let wide = imageops::crop_imm(&one.near, 0, 0, one.near.width(), one.near.height() * 9 / 10).to_image();
    let verdict = judge(&one.far, &wide);
    assert!(verdict.outcome(Check::Shape).unwrap().has_failed(), "{verdict:#?}");
    assert_eq!((verdict.score, verdict.attack_type), (Some(0), Some(AttackType::Unsure)));
}
