//! The light challenge on staged captures: who follows it, who does not, and what that costs.

use nearfar_evaluation::captures::evidence::evidence;
use nearfar_evaluation::captures::light::{Before, Lighting, add, any_sequence};
use nearfar_evaluation::captures::{CapturePair, bona_fide_pair, scorer};
use nearfar_protocol::light::LightColor;
use nearfar_protocol::result::ResultCode;
use nearfar_rendering::random::Random;
use nearfar_rendering::scene::{Head, Surface};
use nearfar_scoring::{Check, Evidence, Outcome, Scorer, Verdict};
use std::sync::LazyLock;

static ONE: LazyLock<CapturePair> = LazyLock::new(|| bona_fide_pair(0));

/// A capture whose pictures of the colours show `shown`, by light of so many lux.
fn lit(before: Before, room: f32, screen: f32, choose: fn(&[LightColor], &mut Random) -> Vec<LightColor>) -> Evidence {
    let mut random = Random::new(&format!("light {before:?} {room} {screen}"));
    let mut capture = evidence(&ONE.far, &ONE.near);
    let asked = any_sequence(&mut random);
    let shown = choose(&asked, &mut random);
    let lighting = Lighting::new(before, room, screen, &mut random);
    add(&mut capture, (&ONE.portrait, &Surface::Head(Head::mean())), &asked, &shown, lighting, &mut random);
    capture
}

fn right(asked: &[LightColor], _: &mut Random) -> Vec<LightColor> {
    asked.to_vec()
}

fn another(asked: &[LightColor], random: &mut Random) -> Vec<LightColor> {
    loop {
        let other = any_sequence(random);
        if other.iter().zip(asked).all(|(a, b)| a != b) {
            return other;
        }
    }
}

/// The outcome's note, how likely the order was, and the score.
fn judged(evidence: &Evidence) -> (String, f64, u8, Verdict) {
    let verdict = scorer().score(evidence);
    let outcome = verdict.outcome(Check::Reflection).unwrap();
    let odds = outcome.figures.get("logOdds").copied().unwrap_or(f64::NAN);
    (outcome.note.clone(), odds, verdict.score.unwrap_or_else(|| panic!("{verdict:#?}")), verdict)
}

#[test]
fn a_face_follows_by_the_light_of_a_room_and_of_an_evening() {
    let plain = scorer().score(&evidence(&ONE.far, &ONE.near)).score.unwrap();
    for (room, screen) in [(400.0, 20.0), (200.0, 40.0), (20.0, 60.0)] {
        let (note, odds, score, verdict) = judged(&lit(Before::Head, room, screen, right));
        assert_eq!((note.as_str(), score), ("", plain), "{room} lux: {verdict:#?}");
        assert!(odds > 4.0, "{room} lux: {odds}");
    }
}

#[test]
fn another_order_or_none_is_told_costs_something_and_refuses_nobody() {
    let (note, odds, other, verdict) = judged(&lit(Before::Head, 200.0, 40.0, another));
    assert_eq!(note, "the face follows other colours", "{verdict:#?}");
    assert!(odds < -4.0, "{odds}");
    let (note, _, none, verdict) = judged(&lit(Before::Nothing, 200.0, 40.0, right));
    assert_eq!(note, "the face does not reflect the colours", "{verdict:#?}");
    assert!(50 <= other && other < none && none < 100, "{other} {none}");
    assert_eq!(verdict.outcome(Check::Reflection).unwrap().outcome, Outcome::Passed, "it is evidence: it never fails");
}

#[test]
fn glass_before_a_film_mirrors_the_colours_and_is_told_from_a_face() {
    for (room, screen) in [(200.0, 20.0), (50.0, 40.0)] {
        let (note, odds, score, verdict) = judged(&lit(Before::Glass, room, screen, right));
        assert_eq!(note, "a pane reflects the colours, the face does not", "{room} lux: {verdict:#?}");
        assert!(odds > 4.0, "{room} lux: {odds}");
        assert!(score >= 50, "it is evidence: {verdict:#?}");
    }
}

#[test]
fn in_the_sun_and_where_nothing_is_seen_it_is_not_known() {
    let (note, _, sun, verdict) = judged(&lit(Before::Head, 20_000.0, 30.0, right));
    assert!(note.contains("does not reflect") || note.contains("something else"), "{verdict:#?}");
    assert!(sun >= 50);
    let mut dark = lit(Before::Head, 200.0, 40.0, right);
    let lost = dark.manifest.audit.pop().unwrap().name;
    dark.manifest.files.retain(|file| file.name != lost);
    dark.files.remove(&lost);
    let (note, _, score, verdict) = judged(&dark);
    assert_eq!(note, "there is not one picture for each colour");
    assert_eq!((score, verdict.outcome(Check::Reflection).unwrap().outcome), (sun, Outcome::Skipped));
}

#[test]
fn an_account_that_requires_it_lets_nobody_pass_without() {
    let mut follows = lit(Before::Head, 200.0, 40.0, right);
    let mut film = lit(Before::Nothing, 200.0, 40.0, right);
    for capture in [&mut follows, &mut film] {
        capture.light.as_mut().unwrap().required = true;
    }
    assert!(judged(&follows).2 >= 50);
    // Nobody is called an attacker for it: it was never measured on real people in real rooms.
    let unanswered = |film: &Evidence| {
        let verdict = scorer().score(film);
        assert_eq!((verdict.code, verdict.score), (ResultCode::FaceQualityTooPoor, None), "{verdict:#?}");
    };
    unanswered(&film);
    film.manifest.light = None;
    unanswered(&film);
}
