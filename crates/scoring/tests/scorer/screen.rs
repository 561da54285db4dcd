//! Screens that show somebody who comes nearer: their depth is true, and what they leave in the pictures is not a room's.

use image::RgbImage;
use nearfar_evaluation::captures::evidence::evidence;
use nearfar_evaluation::captures::scene::Position;
use nearfar_evaluation::captures::{SIZE, bona_fide_pair, own_portraits, scorer};
use nearfar_protocol::result::AttackType;
use nearfar_rendering::random::Random;
use nearfar_rendering::scene::{Head, Surface};
use nearfar_rendering::screen::{Kind, Screen};
use nearfar_scoring::{Check, Scorer, Verdict};

/// The man's far and near picture on a screen.
fn shown(screen: &Screen) -> [RgbImage; 2] {
    let man = own_portraits(|person| person == "marc").pop().unwrap();
    let mut random = Random::new("shown");
    [Position::FAR, Position::NEAR].map(|position| {
        let filmed = Position { share: position.share / screen.scale, ..position };
        let film = filmed.shot(&man, &Surface::Head(Head::mean()), screen.film_size(SIZE.0));
        screen.shown(&film, SIZE, &mut random)
    })
}

fn judged(screen: &Screen) -> Verdict {
    let [far, near] = shown(screen);
    scorer().score(&evidence(&far, &near))
}

#[test]
fn a_tablet_whose_edge_is_seen_is_told_and_calls_nobody_an_attacker() {
    let smaller = Screen::flawless(Kind::Tablet, 0.85);
    let verdict = judged(&smaller);
    let screen = verdict.outcome(Check::Screen).unwrap();
    assert!(screen.figures["secondSide"] > 0.9 && screen.figures["doubt"] == 0.5, "{screen:#?}");
    // What was never measured on real replays takes a stated, small amount off, and no more.
    let certainty = &verdict.outcome(Check::Certainty).unwrap().figures;
    assert_eq!(certainty["screen"], -0.5);
    assert_ne!(verdict.attack_type, Some(AttackType::Presentation), "{verdict:#?}");
    // No sign is left, and nothing else tells a film: this is said in the documents, too.
    let flawless = judged(&Screen::flawless(Kind::Tablet, 1.1));
    assert!(flawless.score >= Some(50), "{flawless:#?}");
    assert_eq!(flawless.outcome(Check::Screen).unwrap().figures["doubt"], 0.0);
}

#[test]
fn people_show_no_signs() {
    for index in 0..2 {
        let pair = bona_fide_pair(index);
        let verdict = scorer().score(&evidence(&pair.far, &pair.near));
        let screen = verdict.outcome(Check::Screen).unwrap();
        assert!(!screen.has_failed() && screen.figures["doubt"] == 0.0, "{screen:#?}");
    }
}
