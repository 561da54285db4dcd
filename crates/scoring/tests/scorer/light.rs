//! The light challenge on simulated captures: responses and penalties.

use nearfar_evaluation::captures::evidence::evidence;
use nearfar_evaluation::captures::light::{Lighting, LitObject, add_light_challenge, random_sequence};
use nearfar_evaluation::captures::{CapturePair, bona_fide_pair, scorer};
use nearfar_protocol::light::LightColor;
use nearfar_protocol::result::ResultCode;
use nearfar_rendering::random::Random;
use nearfar_rendering::scene::{Head, Surface};
use nearfar_scoring::{Check, Evidence, Outcome, Scorer, Verdict};
use std::sync::LazyLock;

static ONE: LazyLock<CapturePair> = LazyLock::new(|| bona_fide_pair(0));

/// A capture with the response that `choose` returns, in this light, lux.
fn lit(
    object: LitObject,
    room: f32,
    screen: f32,
    choose: fn(&[LightColor], &mut Random) -> Vec<LightColor>,
) -> Evidence {
    let mut random = Random::new(&format!("light {object:?} {room} {screen}"));
    let mut capture = evidence(&ONE.far, &ONE.near);
    let requested = random_sequence(&mut random);
    let shown = choose(&requested, &mut random);
    let lighting = Lighting::new(object, room, screen, &mut random);
    add_light_challenge(
        &mut capture,
        (&ONE.portrait, &Surface::Head(Head::mean())),
        &requested,
        &shown,
        lighting,
        &mut random,
    );
    capture
}

fn same(requested: &[LightColor], _: &mut Random) -> Vec<LightColor> {
    requested.to_vec()
}

fn another(requested: &[LightColor], random: &mut Random) -> Vec<LightColor> {
    loop {
        let other = random_sequence(random);
        if other.iter().zip(requested).all(|(a, b)| a != b) {
            return other;
        }
    }
}

/// The note of the check, the log odds of the sequence, and the score.
fn score(evidence: &Evidence) -> (String, f64, u8, Verdict) {
    let verdict = scorer().score(evidence);
    let outcome = verdict.outcome(Check::Reflection).unwrap();
    let odds = outcome.figures.get("logOdds").copied().unwrap_or(f64::NAN);
    (outcome.note.clone(), odds, verdict.score.unwrap_or_else(|| panic!("{verdict:#?}")), verdict)
}

#[test]
fn a_face_follows_in_room_light_and_in_evening_light() {
    let plain = scorer().score(&evidence(&ONE.far, &ONE.near)).score.unwrap();
    for (room, screen) in [(400.0, 20.0), (200.0, 40.0), (20.0, 60.0)] {
        let (note, odds, score, verdict) = score(&lit(LitObject::Head, room, screen, same));
        assert_eq!((note.as_str(), score), ("", plain), "{room} lux: {verdict:#?}");
        assert!(odds > 4.0, "{room} lux: {odds}");
    }
}

#[test]
fn another_sequence_or_none_has_a_penalty_and_does_not_fail() {
    let (note, odds, other, verdict) = score(&lit(LitObject::Head, 200.0, 40.0, another));
    assert_eq!(note, "the face follows other colours", "{verdict:#?}");
    assert!(odds < -4.0, "{odds}");
    let (note, _, none, verdict) = score(&lit(LitObject::Nothing, 200.0, 40.0, same));
    assert_eq!(note, "the face does not reflect the colours", "{verdict:#?}");
    assert!(50 <= other && other < none && none < 100, "{other} {none}");
    assert_eq!(verdict.outcome(Check::Reflection).unwrap().outcome, Outcome::Passed, "the check never fails");
}

#[test]
fn the_reflection_of_glass_is_distinguished_from_a_face() {
    for (room, screen) in [(200.0, 20.0), (50.0, 40.0)] {
        let (note, odds, score, verdict) = score(&lit(LitObject::Glass, room, screen, same));
        assert_eq!(note, "a pane reflects the colours, the face does not", "{room} lux: {verdict:#?}");
        assert!(odds > 4.0, "{room} lux: {odds}");
        assert!(score >= 50, "{verdict:#?}");
    }
}

#[test]
fn in_sunlight_and_without_all_pictures_the_response_is_unclear() {
    let (note, _, sun, verdict) = score(&lit(LitObject::Head, 20_000.0, 30.0, same));
    assert!(note.contains("does not reflect") || note.contains("something else"), "{verdict:#?}");
    assert!(sun >= 50);
    let mut dark = lit(LitObject::Head, 200.0, 40.0, same);
    let lost = dark.manifest.audit.pop().unwrap().name;
    dark.manifest.files.retain(|file| file.name != lost);
    dark.files.remove(&lost);
    let (note, _, score, verdict) = score(&dark);
    assert_eq!(note, "there is not one picture for each colour");
    assert_eq!((score, verdict.outcome(Check::Reflection).unwrap().outcome), (sun, Outcome::Skipped));
}

#[test]
fn a_required_challenge_passes_only_a_face_that_follows() {
    let mut follows = lit(LitObject::Head, 200.0, 40.0, same);
    let mut video = lit(LitObject::Nothing, 200.0, 40.0, same);
    for capture in [&mut follows, &mut video] {
        capture.light.as_mut().unwrap().required = true;
    }
    assert!(score(&follows).2 >= 50);
    // It never makes an attack: it was not measured on real people in real rooms.
    let assert_inconclusive = |video: &Evidence| {
        let verdict = scorer().score(video);
        assert_eq!((verdict.code, verdict.score), (ResultCode::FaceQualityTooPoor, None), "{verdict:#?}");
    };
    assert_inconclusive(&video);
    video.manifest.light = None;
    assert_inconclusive(&video);
}
