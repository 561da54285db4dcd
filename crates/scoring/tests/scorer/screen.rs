//! Videos of an approaching person on screens: their depth is genuine, but they leave PAD artefacts.

use image::RgbImage;
use nearfar_evaluation::captures::evidence::evidence;
use nearfar_evaluation::captures::scene::Position;
use nearfar_evaluation::captures::{SIZE, bona_fide_pair, own_portraits, scorer};
use nearfar_protocol::result::AttackType;
use nearfar_rendering::random::Random;
use nearfar_rendering::scene::{Head, Surface};
use nearfar_rendering::screen::{Kind, Screen};
use nearfar_scoring::{Check, Scorer, Verdict};

/// The far and the near picture of a man on a screen.
fn recaptured_pair(screen: &Screen) -> [RgbImage; 2] {
    let man = own_portraits(|person| person == "marc").pop().unwrap();
    let mut random = Random::new("shown");
    [Position::FAR, Position::NEAR].map(|position| {
        let recorded = Position { share: position.share / screen.scale, ..position };
        let video = recorded.render(&man, &Surface::Head(Head::mean()), screen.video_size(SIZE.0));
        screen.recapture(&video, SIZE, &mut random)
    })
}

fn score(screen: &Screen) -> Verdict {
    let [far, near] = recaptured_pair(screen);
    scorer().score(&evidence(&far, &near))
}

#[test]
fn a_tablet_with_a_visible_edge_has_a_penalty_and_is_not_an_attack() {
    let smaller = Screen::flawless(Kind::Tablet, 0.85);
    let verdict = score(&smaller);
    let screen = verdict.outcome(Check::Screen).unwrap();
    assert!(screen.figures["secondSide"] > 0.9 && screen.figures["doubt"] == 0.5, "{screen:#?}");
    // The penalty is small, since it was never measured on real replays.
    let certainty = &verdict.outcome(Check::Certainty).unwrap().figures;
    assert_eq!(certainty["screen"], -0.5);
    assert_ne!(verdict.attack_type, Some(AttackType::Presentation), "{verdict:#?}");
    // Without artefacts nothing detects a video, as the documents say.
    let flawless = score(&Screen::flawless(Kind::Tablet, 1.1));
    assert!(flawless.score >= Some(50), "{flawless:#?}");
    assert_eq!(flawless.outcome(Check::Screen).unwrap().figures["doubt"], 0.0);
}

#[test]
fn people_have_no_artefacts() {
    for index in 0..2 {
        let pair = bona_fide_pair(index);
        let verdict = scorer().score(&evidence(&pair.far, &pair.near));
        let screen = verdict.outcome(Check::Screen).unwrap();
        assert!(!screen.has_failed() && screen.figures["doubt"] == 0.0, "{screen:#?}");
    }
}
