//! Heads and prints: depth, no depth, and pictures in which depth cannot be measured.

use image::imageops;
use nearfar::guidance::Thresholds;
use nearfar_evaluation::captures::evidence::{evidence, evidence_from_files};
use nearfar_evaluation::captures::scene::Position;
use nearfar_evaluation::captures::{CapturePair, bona_fide_pair, model, pair_on_surface, print_pair, scorer};
use nearfar_protocol::result::{AttackType, ResultCode};
use nearfar_rendering::scene::Surface;
use nearfar_scoring::{Check, GeometryScorer, Limits, Outcome, Scorer, Verdict};

fn score(pair: &CapturePair) -> Verdict {
    scorer().score(&evidence(&pair.far, &pair.near))
}

/// The log odds of the fused evidence.
fn log_odds(verdict: &Verdict) -> f64 {
    verdict.outcome(Check::Certainty).unwrap().figures["logOdds"]
}

#[track_caller]
fn assert_presentation_attack(verdict: &Verdict) {
    assert_eq!(verdict.code, ResultCode::Success, "{verdict:#?}");
    assert_eq!((verdict.score, verdict.attack_type), (Some(0), Some(AttackType::Presentation)), "{verdict:#?}");
    let depth = verdict.outcome(Check::Depth).unwrap();
    assert!(depth.has_failed() && !depth.note.is_empty(), "{depth:?}");
}

#[test]
fn heads_have_depth_and_prints_of_them_have_none() {
    for index in 0..2 {
        let head = score(&bona_fide_pair(index));
        assert!(head.score >= Some(80), "{head:#?}");
        assert!(head.outcome(Check::Depth).unwrap().figures["likelihood"] > 0.9, "{head:#?}");
        assert_presentation_attack(&score(&print_pair(index)));
    }
}

#[test]
fn a_print_bent_around_a_head_has_no_depth_of_a_face() {
    let bent = Surface::Cylinder { angle: 0.0, radius: 10.0 / 6.3 };
    assert_presentation_attack(&score(&pair_on_surface(0, &bent)));
}

#[test]
fn pictures_without_texture_are_of_poor_quality_and_not_an_attack() {
    let mut pair = bona_fide_pair(0);
    // The check of sharpness is disabled to test the limit of depth.
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
fn the_limit_of_depth_decides_between_score_0_and_a_low_score() {
    let lenient = Limits { min_depth: 0.0, ..Limits::default() };
    let scorer = GeometryScorer::new(&model(), lenient, 1).unwrap();
    let print = print_pair(0);
    let verdict = scorer.score(&evidence(&print.far, &print.near));
    assert_eq!((verdict.code, verdict.attack_type), (ResultCode::Success, None), "{verdict:#?}");
    assert!((1..50).contains(&verdict.score.unwrap()), "{verdict:#?}");
}

#[test]
fn injection_evidence_is_reported_and_lowers_the_log_odds() {
    let pair = bona_fide_pair(0);
    let mut evidence = evidence(&pair.far, &pair.near);
    let without = scorer().score(&evidence);
    assert_eq!(without.outcome(Check::Source).unwrap().outcome, Outcome::Skipped);
    evidence.manifest.device.signs = Some(vec![]);
    let camera = scorer().score(&evidence);
    assert_eq!(camera.score, without.score);
    evidence.manifest.device.signs = Some(["virtual_camera", "automation", "unknown"].map(String::from).into());
    let software = scorer().score(&evidence);
    assert!(software.score <= camera.score && software.score >= Some(50), "{software:#?}");
    assert!(log_odds(&software) < log_odds(&camera) - 0.3, "{software:#?}");
    let figures = &software.outcome(Check::Source).unwrap().figures;
    assert_eq!(figures.keys().collect::<Vec<_>>(), ["automation", "doubt", "virtualCamera"]);
}

#[test]
fn repeated_audit_frames_are_injection_evidence() {
    let pair = bona_fide_pair(0);
    let bona_fide = evidence(&pair.far, &pair.near);
    let mut files = bona_fide.files.clone();
    files.insert("audit-1".into(), files["audit-0"].clone());
    let frozen = scorer().score(&evidence_from_files(files, pair.far.dimensions()));
    assert_eq!(frozen.outcome(Check::Source).unwrap().figures["repeatedFrames"], 1.0);
    let bona_fide = scorer().score(&bona_fide);
    assert!(frozen.score <= bona_fide.score && frozen.score >= Some(50), "{frozen:#?}");
    assert!(log_odds(&frozen) < log_odds(&bona_fide) - 0.1, "{frozen:#?}");
}
