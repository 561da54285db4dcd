//! Screens that show somebody who comes nearer: their depth is true, and what they leave in the pictures is not a room's.

use crate::staging::evidence::evidence;
use crate::staging::scene::Position;
use crate::staging::{SIZE, model, own_portraits, scorer, someone};
use image::RgbImage;
use nearfar_inspect::occlusion::random::Random;
use nearfar_inspect::staging::scene::{Head, Surface};
use nearfar_inspect::staging::screen::{Kind, Screen};
use nearfar_protocol::result::AttackType;
use nearfar_scoring::{Check, GeometryScorer, Limits, Scorer, Verdict};

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

fn judged(screen: &Screen, limits: Limits) -> Verdict {
    let [far, near] = shown(screen);
    GeometryScorer::new(&model(), limits, 1).unwrap().judge(&evidence(&far, &near))
}

#[test]
fn a_tablet_whose_edge_is_seen_is_told_and_one_that_fills_the_picture_and_is_out_of_focus_is_not() {
    let smaller = Screen::flawless(Kind::Tablet, 0.85);
    let verdict = judged(&smaller, Limits::default());
    let screen = verdict.outcome(Check::Screen).unwrap();
    assert!(verdict.score < Some(50), "{verdict:#?}");
    assert!(screen.figures["secondSide"] > 0.9 && screen.figures["likelihood"] < 0.3, "{screen:#?}");
    // No sign is left, and nothing else tells a film: this is said in the documents, too.
    let flawless = judged(&Screen::flawless(Kind::Tablet, 1.1), Limits::default());
    assert!(flawless.score >= Some(50), "{flawless:#?}");
}

#[test]
fn the_limit_decides_between_none_and_little() {
    let smaller = Screen::flawless(Kind::Tablet, 0.85);
    let strict = judged(&smaller, Limits { min_direct: 0.5, ..Limits::default() });
    assert_eq!((strict.score, strict.attack_type), (Some(0), Some(AttackType::Presentation)), "{strict:#?}");
    assert!(strict.outcome(Check::Screen).unwrap().has_failed());
    let lenient = judged(&smaller, Limits { min_direct: 0.0, ..Limits::default() });
    assert!((1..50).contains(&lenient.score.unwrap()) && lenient.attack_type.is_none(), "{lenient:#?}");
}

#[test]
fn people_show_no_signs() {
    for index in 0..2 {
        let someone = someone(index);
        let verdict = scorer().judge(&evidence(&someone.far, &someone.near));
        let screen = verdict.outcome(Check::Screen).unwrap();
        assert!(!screen.has_failed() && screen.figures["likelihood"] > 0.5, "{screen:#?}");
    }
}
