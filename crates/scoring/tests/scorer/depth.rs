//! Heads and prints: what has a face's depth, what has none, and what cannot be told.

use image::imageops;
use nearfar::guidance::Thresholds;
use nearfar_evaluation::captures::evidence::{evidence, evidence_from_files};
use nearfar_evaluation::captures::scene::Position;
use nearfar_evaluation::captures::{CapturePair, bona_fide_pair, model, pair_on_surface, print_pair, scorer};
use nearfar_protocol::result::{AttackType, ResultCode};
use nearfar_rendering::scene::Surface;
use nearfar_scoring::{Check, GeometryScorer, Limits, Outcome, Scorer, Verdict};

fn judge(pair: &CapturePair) -> Verdict {
    scorer().score(&evidence(&pair.far, &pair.near))
}

/// All evidence together.
fn log_odds(verdict: &Verdict) -> f64 {
    verdict.outcome(Check::Certainty).unwrap().figures["logOdds"]
}

#[track_caller]
fn is_presentation_attack(verdict: &Verdict) {
    assert_eq!(verdict.code, ResultCode::Success, "{verdict:#?}");
    assert_eq!((verdict.score, verdict.attack_type), (Some(0), Some(AttackType::Presentation)), "{verdict:#?}");
    let depth = verdict.outcome(Check::Depth).unwrap();
    assert!(depth.has_failed() && !depth.note.is_empty(), "{depth:?}");
}

#[test]
fn heads_have_depth_and_their_prints_have_none() {
    for index in 0..2 {
        let head = judge(&bona_fide_pair(index));
        assert!(head.score >= Some(80), "{head:#?}");
        assert!(head.outcome(Check::Depth).unwrap().figures["likelihood"] > 0.9, "{head:#?}");
        is_presentation_attack(&judge(&print_pair(index)));
    }
}

#[test]
fn a_print_that_is_bent_as_around_a_head_has_no_depth_of_a_face() {
    let bent = Surface::Cylinder { angle: 0.0, radius: 10.0 / 6.3 };
    is_presentation_attack(&judge(&pair_on_surface(0, &bent)));
}

#[test]
fn what_is_too_smooth_to_tell_is_no_attack_but_a_picture_too_poor() {
    let mut pair = bona_fide_pair(0);
    // No check of sharpness minds: it is the limit of depth that is looked at.
    let thresholds = Thresholds { min_sharpness: 0.0, ..Thresholds::default() };
    let limits = Limits { thresholds, ..Limits::default() };
    for (picture, position) in [(&mut pair.far, Position::FAR), (&mut pair.near, Position::NEAR)] {
        let width = position.share * picture.width() as f32;
        *picture = imageops::blur(picture, width * 0.035);
    }
    let scorer = GeometryScorer::new(&model(), limits, 1).unwrap();
    let verdict = scorer.score(&evidence(&pair.far, &pair.near));
    assert_eq!(verdict.code, ResultCode::FaceQualityTooPoor, "{verdict:#?}");
    assert_eq!((verdict.score, verdict.attack_type), (None, None));
    assert!(verdict.outcome(Check::Texture).unwrap().has_failed(), "{verdict:#?}");
    assert_eq!(verdict.outcome(Check::Depth).unwrap().outcome, Outcome::Skipped);
}

#[test]
fn the_limit_of_depth_decides_between_none_and_little() {
    let lenient = Limits { min_depth: 0.0, ..Limits::default() };
    let scorer = GeometryScorer::new(&model(), lenient, 1).unwrap();
    let print = print_pair(0);
    let verdict = scorer.score(&evidence(&print.far, &print.near));
    assert_eq!((verdict.code, verdict.attack_type), (ResultCode::Success, None), "{verdict:#?}");
    assert!((1..50).contains(&verdict.score.unwrap()), "{verdict:#?}");
}

#[test]
fn signs_of_a_program_are_told_and_take_a_little_off() {
    let pair = bona_fide_pair(0);
    let mut told = evidence(&pair.far, &pair.near);
    let silent = scorer().score(&told);
    assert_eq!(silent.outcome(Check::Source).unwrap().outcome, Outcome::Skipped);
    told.manifest.device.signs = Some(vec![]);
    let camera = scorer().score(&told);
    assert_eq!(camera.score, silent.score);
    told.manifest.device.signs = Some(["virtual_camera", "automation", "what nobody knows"].map(String::from).into());
    let program = scorer().score(&told);
    assert!(program.score <= camera.score && program.score >= Some(50), "{program:#?}");
    assert!(log_odds(&program) < log_odds(&camera) - 0.3, "{program:#?}");
    let figures = &program.outcome(Check::Source).unwrap().figures;
    assert_eq!(figures.keys().collect::<Vec<_>>(), ["automation", "doubt", "virtualCamera"]);
}

#[test]
fn pictures_on_the_way_that_repeat_are_a_sign_too() {
    let pair = bona_fide_pair(0);
    let honest = evidence(&pair.far, &pair.near);
    let mut files = honest.files.clone();
    files.insert("audit-1".into(), files["audit-0"].clone());
    let frozen = scorer().score(&evidence_from_files(files, pair.far.dimensions()));
    assert_eq!(frozen.outcome(Check::Source).unwrap().figures["repeatedFrames"], 1.0);
    let honest = scorer().score(&honest);
    assert!(frozen.score <= honest.score && frozen.score >= Some(50), "{frozen:#?}");
    assert!(log_odds(&frozen) < log_odds(&honest) - 0.1, "{frozen:#?}");
}
