//! Networks that an operator brings, beside the rest of the evidence. Those here are made: they know colours alone.

#[path = "../../../pad/tests/networks/onnx.rs"]
mod onnx;

use nearfar_evaluation::captures::evidence::evidence;
use nearfar_evaluation::captures::{bona_fide_pair, print_pair, scorer};
use nearfar_pad::{ModelConfig, Models};
use nearfar_protocol::result::{AttackType, ResultCode};
use nearfar_scoring::{Check, Outcome, Scorer, Verdict};
use sha2::{Digest, Sha256};

/// A network whose output of a living person is `live` times the mean of red: no face is without.
fn networks(name: &str, live: f32) -> Models {
    let network = onnx::means_times("GlobalAveragePool", 16, &[[0.0, live], [0.0, 0.0], [0.0, 0.0]]);
    let file = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.onnx"));
    std::fs::write(&file, &network).unwrap();
    let json = serde_json::json!({
        "file": file, "sha256": hex::encode(Sha256::digest(&network)), "side": 16, "crop": 1.0, "range": [0.0, 1.0], "live": 1,
    });
    Models::load(&[serde_json::from_value::<ModelConfig>(json).unwrap()], 1).unwrap()
}

fn judged(is_print: bool, networks: Models) -> Verdict {
    let shown = if is_print { print_pair(0) } else { bona_fide_pair(0) };
    scorer().with_pad(networks).score(&evidence(&shown.far, &shown.near))
}

#[test]
fn a_head_that_a_network_takes_for_an_attack_is_one_and_a_print_that_it_takes_for_a_person_is_none() {
    let alone = judged(false, Models::default());
    let none = alone.outcome(Check::Pad).unwrap();
    assert_eq!((none.outcome, none.note.is_empty()), (Outcome::Skipped, false));

    let believed = judged(false, networks("believes", 100.0));
    assert_eq!(believed.score, alone.score, "more than enough changes nothing: {believed:#?}");
    let pad = believed.outcome(Check::Pad).unwrap();
    let figures: Vec<&str> = pad.figures.keys().map(|name| &**name).collect();
    assert_eq!((pad.outcome, figures), (Outcome::Passed, vec!["far believes", "logOdds", "near believes"]));
    assert_eq!(believed.outcome(Check::Certainty).unwrap().figures["pad"], f64::from(4.6f32));

    let doubted = judged(false, networks("doubts", -100.0));
    assert!(doubted.code == ResultCode::Success && doubted.score < Some(50), "{doubted:#?}");
    assert_eq!(doubted.attack_type, None, "how it attacked is not known");

    let print = judged(true, networks("believes-all", 100.0));
    assert_eq!((print.score, print.attack_type), (Some(0), Some(AttackType::Presentation)));
    assert_eq!(print.outcome(Check::Pad).unwrap().outcome, Outcome::Skipped, "depth has decided");
}

#[test]
fn a_network_that_hardly_doubts_leaves_an_attempt_without_an_answer() {
    // The mean of red is somewhere between a fifth and all.
    let unsure = judged(false, networks("unsure", -1.5));
    assert_eq!((unsure.code, unsure.score), (ResultCode::FaceQualityTooPoor, None), "{unsure:#?}");
}

#[test]
fn an_answer_that_is_no_number_lets_nobody_pass_and_accuses_nobody() {
    // Grey is 0, with which it is tried; anything else is too much for it.
    let network = onnx::means_times("GlobalAveragePool", 16, &[[0.0, f32::MAX], [0.0, f32::MAX], [0.0, f32::MAX]]);
    let file = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("overflows.onnx");
    std::fs::write(&file, &network).unwrap();
    let json = serde_json::json!({
        "file": file, "sha256": hex::encode(Sha256::digest(&network)), "side": 16, "crop": 1.0, "live": 1,
        "range": [-1000.0, 1000.0],
    });
    let networks = Models::load(&[serde_json::from_value::<ModelConfig>(json).unwrap()], 1).unwrap();
    let verdict = judged(false, networks);
    assert_eq!((verdict.code, verdict.score), (ResultCode::FaceQualityTooPoor, None));
    let pad = verdict.outcome(Check::Pad).unwrap();
    assert!(pad.has_failed() && pad.note.contains("overflows") && pad.note.contains("no number"), "{pad:?}");
}
