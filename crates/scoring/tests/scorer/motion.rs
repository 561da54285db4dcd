//! The motion challenge: who was led along the path passes, a film of another path does not.

use image::RgbImage;
use nearfar::frame::{Point, Size};
use nearfar::guidance::{Stage, Target, Viewport};
use nearfar_evaluation::captures::evidence::{evidence, manifest_file};
use nearfar_evaluation::captures::light::{Before, Lighting, add, any_sequence};
use nearfar_evaluation::captures::path::{FaceBox, any_path, drop_file, evidence_along, facing, positions, stages};
use nearfar_evaluation::captures::scene::Position;
use nearfar_evaluation::captures::{SIZE, own_portraits, scorer};
use nearfar_inspect::model::detector;
use nearfar_protocol::motion::{MotionPath, PathLength, paths};
use nearfar_protocol::result::{CameraType, ResultCode};
use nearfar_rendering::portraits::Portrait;
use nearfar_rendering::random::Random;
use nearfar_rendering::scene::{Head, Surface};
use nearfar_scoring::checks::motion::followed;
use nearfar_scoring::{Check, Evidence, IssuedMotionChallenge, Limits, Outcome, Scorer, Verdict};

fn person(name: &str) -> Portrait {
    own_portraits(|person| person == name).pop().unwrap()
}

/// Where the person stands who is led along a path.
fn places(path: &MotionPath) -> Vec<Position> {
    let face = FaceBox::of(&person("marc"), SIZE, &mut detector(None).unwrap()).unwrap();
    positions(path, face, SIZE)
}

/// The same person's pictures where each of these places is; they look into the camera.
fn seen(places: &[Position]) -> Vec<RgbImage> {
    let portrait = person("marc");
    let surface = Surface::Head(Head::mean());
    let shot = |place: &Position| Position { turn: facing(place, SIZE), ..*place }.shot(&portrait, &surface, SIZE);
    places.iter().map(shot).collect()
}

fn honest(path: &MotionPath) -> Evidence {
    evidence_along(path, &seen(&places(path)))
}

fn motion(verdict: &Verdict) -> (Outcome, &str) {
    let outcome = verdict.outcome(Check::Motion).unwrap();
    (outcome.outcome, &outcome.note)
}

fn refused(evidence: &Evidence) -> String {
    let verdict = scorer().score(evidence);
    assert_eq!((verdict.code, verdict.score), (ResultCode::InvalidFaceDetected, None), "{verdict:#?}");
    assert_eq!(verdict.attack_type, None, "nobody is called an attacker by it");
    motion(&verdict).1.to_owned()
}

/// Far left, up, near right; both lengths.
fn example(length: PathLength) -> &'static MotionPath {
    let fits = |path: &&MotionPath| path.far.x == -1.0 && path.stops[0].y == -1.0 && path.near.x == 1.0;
    paths(length).iter().find(fits).unwrap()
}

#[test]
fn a_head_aside_that_faces_the_camera_is_seen_as_one_in_the_middle() {
    let pose = |middle: (f32, f32), faces: bool| {
        let place = Position { middle, ..Position::FAR };
        let turn = if faces { facing(&place, SIZE) } else { (0.0, 0.0) };
        let picture = Position { turn, ..place }.shot(&person("marc"), &Surface::Head(Head::mean()), SIZE);
        nearfar::quality::pose(&scorer().largest_face(&image::DynamicImage::ImageRgb8(picture).to_rgba8()).unwrap())
    };
    // The eyes in the middle: there facing changes nothing.
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
fn whoever_follows_the_path_passes() {
    for length in [PathLength::Short, PathLength::Long] {
        let path = example(length);
        let verdict = scorer().score(&honest(path));
        assert_eq!(motion(&verdict), (Outcome::Passed, ""), "{verdict:#?}");
        assert!(verdict.score >= Some(50), "{verdict:#?}");
        let focal = verdict.outcome(Check::FocalLength).unwrap();
        assert_eq!(focal.outcome, Outcome::Passed);
        assert_eq!(focal.figures["doubt"], 0.0, "{focal:?}");
    }
}

#[test]
fn each_stop_is_held_against_the_path() {
    let path = example(PathLength::Long);
    let places = places(path);
    let moved = |index: usize, change: fn(Position) -> Position| {
        let mut places = places.clone();
        places[index] = change(places[index]);
        refused(&evidence_along(path, &seen(&places)))
    };
    let aside = |place: Position| Position { middle: (place.middle.0 + 0.2, place.middle.1), ..place };
    assert_eq!(moved(1, aside), "at stop 1: the face is not where the path says");
    let smaller = |place: Position| Position { share: place.share / 1.3, ..place };
    assert_eq!(moved(2, smaller), "at stop 2: the face is smaller than the path says");
    let larger = |place: Position| Position { share: place.share * 1.3, ..place };
    assert_eq!(moved(1, larger), "at stop 1: the face is larger than the path says");
}

#[test]
fn far_and_near_are_held_against_it_by_their_own_checks() {
    let path = example(PathLength::Short);
    let mut moved = places(path);
    moved[0].middle = (0.5, moved[0].middle.1);
    let verdict = scorer().score(&evidence_along(path, &seen(&moved)));
    assert_eq!((verdict.code, verdict.score), (ResultCode::InvalidFaceDetected, None));
    assert_eq!(verdict.outcome(Check::Place).unwrap().outcome, Outcome::Failed);
}

#[test]
fn stops_that_did_not_come_or_came_in_another_order_are_refused() {
    let path = example(PathLength::Long);
    let mut none = honest(path);
    drop_file(&mut none, "stop-1");
    assert_eq!(refused(&none), "there is not one picture for each stop of the path");
    let mut swapped = honest(path);
    let time = swapped.manifest.stops[0].time;
    swapped.manifest.stops[0].time = swapped.manifest.stops[1].time;
    swapped.manifest.stops[1].time = time;
    assert_eq!(refused(&swapped), "the stops were not taken one after the other");
    let mut late = honest(path);
    late.manifest.stops[1].time = late.manifest.near_image_time + 1;
    assert_eq!(refused(&late), "the stops were not taken one after the other");
}

#[test]
fn a_short_path_is_refused_where_the_colours_beside_it_were_left_out() {
    let path = example(PathLength::Short);
    let mut alone = honest(path);
    alone.motion = Some(IssuedMotionChallenge { path: path.clone(), with_light: true });
    let left_out = "the path is a short one, and the colours that stand beside it were left out";
    assert_eq!(refused(&alone), left_out);
    let random = &mut Random::new("colours beside a path");
    let colors = any_sequence(random);
    let head = Surface::Head(Head::mean());
    let lighting = Lighting::new(Before::Head, 60.0, 50.0, random);
    add(&mut alone, (&person("marc"), &head), &colors, &colors, lighting, random);
    let verdict = scorer().score(&alone);
    assert_eq!(motion(&verdict), (Outcome::Passed, ""), "{verdict:#?}");
    assert!(verdict.score >= Some(50), "{verdict:#?}");
    // That they were shown is not enough: which ones, and a picture of each.
    let mut other = alone.clone();
    other.light.as_mut().unwrap().colors.reverse();
    assert_eq!(refused(&other), left_out);
}

#[test]
fn photos_of_the_camera_program_follow_no_path() {
    let mut photos = honest(example(PathLength::Short));
    photos.manifest.camera_type = CameraType::SystemCamera;
    assert_eq!(refused(&photos), "the device's own camera program leads along no path");
}

#[test]
fn a_stop_in_the_dark_hides_nothing() {
    let path = example(PathLength::Short);
    let mut pictures = seen(&places(path));
    pictures[1].iter_mut().for_each(|sample| *sample /= 12);
    assert_eq!(
        refused(&evidence_along(path, &pictures)),
        "at stop 1: there is too little light on the face, or too much"
    );
}

#[test]
fn another_face_at_a_stop_is_refused() {
    let path = example(PathLength::Short);
    let other = person("md1");
    let places = places(path);
    let mut pictures = seen(&places);
    pictures[1] = places[1].shot(&other, &Surface::Head(Head::mean()), SIZE);
    assert_eq!(refused(&evidence_along(path, &pictures)), "far and stop 1 hardly show one face in one capture");
}

#[test]
fn without_a_path_nothing_is_asked_and_nothing_is_held_against_anybody() {
    let middle = seen(&[Position::FAR, Position::NEAR]);
    let mut capture = evidence(&middle[0], &middle[1]);
    // Stops that nobody asked for are not looked at.
    capture.manifest.stops = honest(example(PathLength::Short)).manifest.stops;
    capture.files.insert("stop-0".into(), nearfar_evaluation::captures::scene::jpeg(&middle[0], 92));
    capture.manifest.files.push(manifest_file("stop-0", &capture.files["stop-0"]));
    let verdict = scorer().score(&capture);
    assert_eq!(motion(&verdict), (Outcome::Skipped, "no path was asked for"));
    assert!(verdict.score >= Some(50), "{verdict:#?}");
}

#[test]
fn near_that_is_only_enlarged_implies_a_focal_length_that_no_camera_has() {
    let path = example(PathLength::Short);
    let mut moved = places(path);
    // The person of the film came less near than is asked: near is enlarged by half.
    moved[2].distance *= 1.5;
    let verdict = scorer().score(&evidence_along(path, &seen(&moved)));
    let focal = verdict.outcome(Check::FocalLength).unwrap();
    assert!(focal.figures["inverseFocal"] < 0.6 && focal.figures["doubt"] > 0.0, "{focal:?}");
    assert!(verdict.score.is_none_or(|score| score < 50), "{verdict:#?}");
}

/// Whether the faces of one path, each off by chance as far as the page lets them, are where another one wants them:
/// `moments` of the film are tried in their order.
fn fits(asked: &MotionPath, moments: &[(f32, Point)], size: Size) -> bool {
    let asked = followed(&IssuedMotionChallenge { path: asked.clone(), with_light: false }).unwrap();
    let viewport = Viewport { width: size.width as f32, height: size.height as f32 };
    let mut wanted = Stage::ALL
        .into_iter()
        .filter_map(|stage| Target::on_path(&asked, stage, Limits::default().allowance, size, viewport));
    let mut next = wanted.next();
    for (width, middle) in moments {
        let Some(target) = &next else { break };
        let off = [middle.x - target.face_center.x, middle.y - target.face_center.y];
        let is_there = off.iter().all(|off| off.abs() <= target.max_offset);
        if is_there && (target.min_face..=target.max_face).contains(width) {
            next = wanted.next();
        }
    }
    next.is_none()
}

fn moments(filmed: &MotionPath, size: Size, random: &mut Random) -> Vec<(f32, Point)> {
    let path = followed(&IssuedMotionChallenge { path: filmed.clone(), with_light: false }).unwrap();
    let viewport = Viewport { width: size.width as f32, height: size.height as f32 };
    let held = stages(filmed).into_iter().map(|stage| {
        let target = Target::on_path(&path, stage, 0.0, size, viewport).unwrap();
        let off = |random: &mut Random| random.between(-0.7, 0.7) * target.max_offset;
        let width = target.min_face * (target.max_face / target.min_face).powf(random.between(0.15, 0.85));
        (width, Point { x: target.face_center.x + off(random), y: target.face_center.y + off(random) })
    });
    held.collect()
}

#[test]
fn a_film_of_one_path_is_refused_on_another_98_times_in_100() {
    let mut random = Random::new("films of other paths");
    let shapes = [(720, 1280), (720, 960), (640, 480), (1280, 720)];
    for (filmed, asked) in [
        (PathLength::Short, PathLength::Short),
        (PathLength::Long, PathLength::Long),
        (PathLength::Long, PathLength::Short),
    ] {
        for (width, height) in shapes {
            let size = Size { width, height };
            let (mut followed_itself, mut passed) = (0, 0);
            for _ in 0..2000 {
                let (film, other) = (any_path(filmed, &mut random), any_path(asked, &mut random));
                let moments = moments(&film, size, &mut random);
                followed_itself += usize::from(fits(&film, &moments, size));
                passed += usize::from(fits(&other, &moments, size));
            }
            assert_eq!(followed_itself, 2000, "whoever was led along it is where it says");
            assert!(passed <= 40, "{filmed:?} on {asked:?} at {width} x {height}: {passed} of 2000");
            println!("{filmed:?} on {asked:?} at {width} x {height}: {passed} of 2000 pass");
        }
    }
}
