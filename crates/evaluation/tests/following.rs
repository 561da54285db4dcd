//! A simulated person who follows the guidance of the page.
#![allow(clippy::unwrap_used, reason = "a failing unwrap fails the test")]

use nearfar::pipeline::PipelineConfig;
use nearfar::session::SessionConfig;
use nearfar_evaluation::captures::following::{FRAME_MS, Film};
use nearfar_evaluation::captures::path::FaceBox;
use nearfar_evaluation::captures::{SIZE, own_portraits};
use nearfar_inspect::model::detector;

#[test]
fn the_times_of_a_capture_are_those_of_its_holds_and_moves() {
    let person = own_portraits(|person| person == "marc").pop().unwrap();
    let face = FaceBox::measure(&person, SIZE, &mut detector(None).unwrap()).unwrap();
    let film = Film::render(&person, face, None, 600.0, SIZE);
    let capture = |far_hold: f32, reaction: f64| {
        let session = SessionConfig { far_hold, ..SessionConfig::default() };
        let config = PipelineConfig { session, ..PipelineConfig::default() };
        film.capture(detector(None).unwrap(), config, reaction).unwrap().expect("a capture")
    };
    let (long, short, slow) = (capture(1000.0, 200.0), capture(400.0, 200.0), capture(400.0, 800.0));
    let is_about = |value: f64, wanted: f64| (value - wanted).abs() <= 2.5 * FRAME_MS;
    assert!(is_about(long.far_hold, 1000.0) && is_about(short.far_hold, 400.0), "{long:?} {short:?}");
    let near_hold = f64::from(SessionConfig::default().near_hold);
    assert!(is_about(long.near_hold, near_hold) && long.stop_holds == 0.0, "{long:?}");
    assert!(is_about(slow.moves - short.moves, 600.0), "the reaction counts as movement: {short:?} {slow:?}");
    assert!(is_about(long.total() - short.total(), 600.0), "{long:?} {short:?}");
}
