//! The motion challenge: a person who follows the path passes, a video of another path does not.

use image::RgbImage;
use nearfar::frame::{Point, Size};
use nearfar::guidance::{Stage, Target, Viewport};
use nearfar_evaluation::captures::evidence::{evidence, manifest_file};
use nearfar_evaluation::captures::light::{Lighting, LitObject, add_light_challenge, random_sequence};
use nearfar_evaluation::captures::path::{
    FaceBox, path_evidence, positions, random_path, remove_file, stages, turn_towards_camera,
};
use nearfar_evaluation::captures::scene::Position;
use nearfar_evaluation::captures::{SIZE, own_portraits, scorer};
use nearfar_inspect::model::detector;
use nearfar_protocol::motion::{MotionPath, PathLength, paths};
use nearfar_protocol::result::{CameraType, ResultCode};
use nearfar_rendering::portraits::Portrait;
use nearfar_rendering::random::Random;
use nearfar_rendering::scene::{Head, Surface};
use nearfar_scoring::checks::motion::guidance_path;
use nearfar_scoring::{Check, Evidence, IssuedMotionChallenge, Limits, Outcome, Scorer, Verdict};

fn person(name: &str) -> Portrait {
    own_portraits(|person| person == name).pop().unwrap()
}

/// The positions of a person who follows a path.
fn path_positions(path: &MotionPath) -> Vec<Position> {
    let face = FaceBox::measure(&person("marc"), SIZE, &mut detector(None).unwrap()).unwrap();
    positions(path, face, SIZE)
}

/// Pictures of the person at these positions, facing the camera.
fn render_at(places: &[Position]) -> Vec<RgbImage> {
    let portrait = person("marc");
    let surface = Surface::Head(Head::mean());
    let render = |place: &Position| {
        Position { turn: turn_towards_camera(place, SIZE), ..*place }.render(&portrait, &surface, SIZE)
    };
    places.iter().map(render).collect()
}

fn bona_fide(path: &MotionPath) -> Evidence {
    path_evidence(path, &render_at(&path_positions(path)))
}

fn motion(verdict: &Verdict) -> (Outcome, &str) {
    let outcome = verdict.outcome(Check::Motion).unwrap();
    (outcome.outcome, &outcome.note)
}

fn rejection_note(evidence: &Evidence) -> String {
    let verdict = scorer().score(evidence);
    assert_eq!((verdict.code, verdict.score), (ResultCode::InvalidFaceDetected, None), "{verdict:#?}");
    assert_eq!(verdict.attack_type, None, "it is not an attack");
    motion(&verdict).1.to_owned()
}

/// A path from far left over up to near right, in both lengths.
fn example(length: PathLength) -> &'static MotionPath {
    let fits = |path: &&MotionPath| path.far.x == -1.0 && path.stops[0].y == -1.0 && path.near.x == 1.0;
    paths(length).iter().find(fits).unwrap()
}

#[test]
fn a_head_at_the_side_that_faces_the_camera_has_the_pose_of_one_in_the_middle() {
    let pose = |middle: (f32, f32), faces: bool| {
        let place = Position { middle, ..Position::FAR };
        let turn = if faces { turn_towards_camera(&place, SIZE) } else { (0.0, 0.0) };
        let picture = Position { turn, ..place }.render(&person("marc"), &Surface::Head(Head::mean()), SIZE);
        nearfar::quality::pose(&scorer().largest_face(&image::DynamicImage::ImageRgb8(picture).to_rgba8()).unwrap())
    };
    // With the eyes in the middle the turn is zero.
    let straight = pose((0.5, 0.55), true);
    let off = |(x, y): (f32, f32), faces: bool| {
        let seen = pose((x, y), faces);
        (seen.yaw - straight.yaw).hypot(seen.pitch - straight.pitch)
    };
    for place in [(0.3, 0.4), (0.7, 0.4), (0.3, 0.7), (0.7, 0.7)] {
        let (facing, not) = (off(place, true), off(place, false));
        assert!(facing < 0.6 * not, "{place:?}: {facing} {not}");
    }
}

#[test]
fn a_person_who_follows_the_path_passes() {
    for length in [PathLength::Short, PathLength::Long] {
        let path = example(length);
        let verdict = scorer().score(&bona_fide(path));
        assert_eq!(motion(&verdict), (Outcome::Passed, ""), "{verdict:#?}");
        assert!(verdict.score >= Some(50), "{verdict:#?}");
        let focal = verdict.outcome(Check::FocalLength).unwrap();
        assert_eq!(focal.outcome, Outcome::Passed);
        assert_eq!(focal.figures["doubt"], 0.0, "{focal:?}");
    }
}

#[test]
fn each_stop_is_compared_with_the_path() {
    let path = example(PathLength::Long);
    let places = path_positions(path);
    let moved = |index: usize, change: fn(Position) -> Position| {
        let mut places = places.clone();
        places[index] = change(places[index]);
        rejection_note(&path_evidence(path, &render_at(&places)))
    };
    let aside = |place: Position| Position { middle: (place.middle.0 + 0.2, place.middle.1), ..place };
    assert_eq!(moved(1, aside), "at stop 1: the face is not where the path says");
    let smaller = |place: Position| Position { share: place.share / 1.3, ..place };
    assert_eq!(moved(2, smaller), "at stop 2: the face is smaller than the path says");
    let larger = |place: Position| Position { share: place.share * 1.3, ..place };
    assert_eq!(moved(1, larger), "at stop 1: the face is larger than the path says");
}

#[test]
fn far_and_near_are_compared_with_the_path_by_their_own_checks() {
    let path = example(PathLength::Short);
    let mut moved = path_positions(path);
    moved[0].middle = (0.5, moved[0].middle.1);
    let verdict = scorer().score(&path_evidence(path, &render_at(&moved)));
    assert_eq!((verdict.code, verdict.score), (ResultCode::InvalidFaceDetected, None));
    assert_eq!(verdict.outcome(Check::Place).unwrap().outcome, Outcome::Failed);
}

#[test]
fn missing_and_reordered_stops_are_rejected() {
    let path = example(PathLength::Long);
    let mut none = bona_fide(path);
    remove_file(&mut none, "stop-1");
    assert_eq!(rejection_note(&none), "there is not one picture for each stop of the path");
    let mut swapped = bona_fide(path);
    let time = swapped.manifest.stops[0].time;
    swapped.manifest.stops[0].time = swapped.manifest.stops[1].time;
    swapped.manifest.stops[1].time = time;
    assert_eq!(rejection_note(&swapped), "the stops were not taken one after the other");
    let mut late = bona_fide(path);
    late.manifest.stops[1].time = late.manifest.near_image_time + 1;
    assert_eq!(rejection_note(&late), "the stops were not taken one after the other");
}

#[test]
fn a_short_path_is_rejected_without_the_colours_that_accompany_it() {
    let path = example(PathLength::Short);
    let mut alone = bona_fide(path);
    alone.motion = Some(IssuedMotionChallenge { path: path.clone(), with_light: true });
    let left_out = "the path is a short one, and the colours that stand beside it were left out";
    assert_eq!(rejection_note(&alone), left_out);
    let random = &mut Random::new("colours beside a path");
    let colors = random_sequence(random);
    let head = Surface::Head(Head::mean());
    let lighting = Lighting::new(LitObject::Head, 60.0, 50.0, random);
    add_light_challenge(&mut alone, (&person("marc"), &head), &colors, &colors, lighting, random);
    let verdict = scorer().score(&alone);
    assert_eq!(motion(&verdict), (Outcome::Passed, ""), "{verdict:#?}");
    assert!(verdict.score >= Some(50), "{verdict:#?}");
    // The colours have to be the issued ones, with a picture of each.
    let mut other = alone.clone();
    other.light.as_mut().unwrap().colors.reverse();
    assert_eq!(rejection_note(&other), left_out);
}

#[test]
fn photos_of_the_camera_app_follow_no_path() {
    let mut photos = bona_fide(example(PathLength::Short));
    photos.manifest.camera_type = CameraType::SystemCamera;
    assert_eq!(rejection_note(&photos), "the device's own camera program leads along no path");
}

#[test]
fn a_dark_stop_is_rejected() {
    let path = example(PathLength::Short);
    let mut pictures = render_at(&path_positions(path));
    pictures[1].iter_mut().for_each(|sample| *sample /= 12);
    assert_eq!(
        rejection_note(&path_evidence(path, &pictures)),
        "at stop 1: there is too little light on the face, or too much"
    );
}

#[test]
fn another_face_at_a_stop_is_rejected() {
    let path = example(PathLength::Short);
    let other = person("md1");
    let places = path_positions(path);
    let mut pictures = render_at(&places);
    pictures[1] = places[1].render(&other, &Surface::Head(Head::mean()), SIZE);
    assert_eq!(rejection_note(&path_evidence(path, &pictures)), "far and stop 1 hardly show one face in one capture");
}

#[test]
fn without_a_path_stops_are_ignored() {
    let middle = render_at(&[Position::FAR, Position::NEAR]);
    let mut capture = evidence(&middle[0], &middle[1]);
    capture.manifest.stops = bona_fide(example(PathLength::Short)).manifest.stops;
    capture.files.insert("stop-0".into(), nearfar_evaluation::captures::scene::jpeg(&middle[0], 92));
    capture.manifest.files.push(manifest_file("stop-0", &capture.files["stop-0"]));
    let verdict = scorer().score(&capture);
    assert_eq!(motion(&verdict), (Outcome::Skipped, "no path was asked for"));
    assert!(verdict.score >= Some(50), "{verdict:#?}");
}

#[test]
fn an_enlarged_near_picture_implies_an_implausible_focal_length() {
    let path = example(PathLength::Short);
    let mut moved = path_positions(path);
    // The person came less near than requested; near is enlarged by half.
    moved[2].distance *= 1.5;
    let verdict = scorer().score(&path_evidence(path, &render_at(&moved)));
    let focal = verdict.outcome(Check::FocalLength).unwrap();
    assert!(focal.figures["inverseFocal"] < 0.6 && focal.figures["doubt"] > 0.0, "{focal:?}");
    assert!(verdict.score.is_none_or(|score| score < 50), "{verdict:#?}");
}

/// Whether the `moments` of a video, in their order, are within the targets of the requested path.
fn follows(requested: &MotionPath, moments: &[(f32, Point)], size: Size) -> bool {
    let requested = guidance_path(&IssuedMotionChallenge { path: requested.clone(), with_light: false }).unwrap();
    let viewport = Viewport { width: size.width as f32, height: size.height as f32 };
    let mut targets = Stage::ALL
        .into_iter()
        .filter_map(|stage| Target::on_path(&requested, stage, Limits::default().allowance, size, viewport));
    let mut next = targets.next();
    for (width, middle) in moments {
        let Some(target) = &next else { break };
        let off = [middle.x - target.face_center.x, middle.y - target.face_center.y];
        let is_there = off.iter().all(|off| off.abs() <= target.max_offset);
        if is_there && (target.min_face..=target.max_face).contains(width) {
            next = targets.next();
        }
    }
    next.is_none()
}

fn moments(recorded: &MotionPath, size: Size, random: &mut Random) -> Vec<(f32, Point)> {
    let path = guidance_path(&IssuedMotionChallenge { path: recorded.clone(), with_light: false }).unwrap();
    let viewport = Viewport { width: size.width as f32, height: size.height as f32 };
    let held = stages(recorded).into_iter().map(|stage| {
        let target = Target::on_path(&path, stage, 0.0, size, viewport).unwrap();
        let off = |random: &mut Random| random.between(-0.7, 0.7) * target.max_offset;
        let width = target.min_face * (target.max_face / target.min_face).powf(random.between(0.15, 0.85));
        (width, Point { x: target.face_center.x + off(random), y: target.face_center.y + off(random) })
    });
    held.collect()
}

#[test]
fn a_video_of_one_path_is_rejected_on_another_98_times_in_100() {
    let mut random = Random::new("films of other paths");
    let shapes = [(720, 1280), (720, 960), (640, 480), (1280, 720)];
    for (recorded, asked) in [
        (PathLength::Short, PathLength::Short),
        (PathLength::Long, PathLength::Long),
        (PathLength::Long, PathLength::Short),
    ] {
        for (width, height) in shapes {
            let size = Size { width, height };
            let (mut followed_itself, mut passed) = (0, 0);
            for _ in 0..2000 {
                let (video, other) = (random_path(recorded, &mut random), random_path(asked, &mut random));
                let moments = moments(&video, size, &mut random);
                followed_itself += usize::from(follows(&video, &moments, size));
                passed += usize::from(follows(&other, &moments, size));
            }
            assert_eq!(followed_itself, 2000, "a video follows its own path");
            assert!(passed <= 40, "{recorded:?} on {asked:?} at {width} x {height}: {passed} of 2000");
            println!("{recorded:?} on {asked:?} at {width} x {height}: {passed} of 2000 pass");
        }
    }
}
