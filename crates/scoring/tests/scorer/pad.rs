//! Networks of the operator together with the rest of the evidence. The networks here are synthetic and respond to
//! colour only.

#[path = "../../../pad/tests/networks/onnx.rs"]
mod onnx;

use nearfar_evaluation::captures::evidence::evidence;
use nearfar_evaluation::captures::{bona_fide_pair, print_pair, scorer};
use nearfar_pad::{ModelConfig, Models};
use nearfar_protocol::result::{AttackType, ResultCode};
use nearfar_scoring::{Check, Outcome, Scorer, Verdict};
use sha2::{Digest, Sha256};

/// A network whose output for a living person is `live` times the mean of red.
fn networks(name: &str, live: f32) -> Models {
    let network = onnx::means_times("GlobalAveragePool", 16, &[[0.0, live], [0.0, 0.0], [0.0, 0.0]]);
    let file = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.onnx"));
    std::fs::write(&file, &network).unwrap();
    let json = serde_json::json!({
        "file": file, "sha256": hex::encode(Sha256::digest(&network)), "side": 16, "crop": 1.0, "range": [0.0, 1.0], "live": 1,
    });
    Models::load(&[serde_json::from_value::<ModelConfig>(json).unwrap()], 1).unwrap()
}

fn score(is_print: bool, networks: Models) -> Verdict {
    let pair = if is_print { print_pair(0) } else { bona_fide_pair(0) };
    scorer().with_pad(networks).score(&evidence(&pair.far, &pair.near))
}

#[test]
fn a_network_can_reject_a_head_but_cannot_accept_a_print() {
    let alone = score(false, Models::default());
    let none = alone.outcome(Check::Pad).unwrap();
    assert_eq!((none.outcome, none.note.is_empty()), (Outcome::Skipped, false));

    let believed = score(false, networks("believes", 100.0));
    assert_eq!(believed.score, alone.score, "the contribution is limited: {believed:#?}");
    let pad = believed.outcome(Check::Pad).unwrap();
    let figures: Vec<&str> = pad.figures.keys().map(|name| &**name).collect();
    assert_eq!((pad.outcome, figures), (Outcome::Passed, vec!["far believes", "logOdds", "near believes"]));
    assert_eq!(believed.outcome(Check::Certainty).unwrap().figures["pad"], f64::from(4.6f32));

    let doubted = score(false, networks("doubts", -100.0));
    assert!(doubted.code == ResultCode::Success && doubted.score < Some(50), "{doubted:#?}");
    assert_eq!(doubted.attack_type, None, "the kind of attack is unknown");

    let print = score(true, networks("believes-all", 100.0));
    assert_eq!((print.score, print.attack_type), (Some(0), Some(AttackType::Presentation)));
    assert_eq!(print.outcome(Check::Pad).unwrap().outcome, Outcome::Skipped, "depth decides first");
}

#[test]
fn an_uncertain_network_makes_an_attempt_inconclusive() {
    // The mean of red is somewhere between a fifth and all.
    let unsure = score(false, networks("unsure", -1.5));
    assert_eq!((unsure.code, unsure.score), (ResultCode::FaceQualityTooPoor, None), "{unsure:#?}");
}

#[test]
fn an_output_that_is_not_a_number_is_of_poor_quality_and_not_an_attack() {
    // Grey, the input of the trial run, is 0; any other input overflows.
    let network = onnx::means_times("GlobalAveragePool", 16, &[[0.0, f32::MAX], [0.0, f32::MAX], [0.0, f32::MAX]]);
    let file = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("overflows.onnx");
    std::fs::write(&file, &network).unwrap();
    let json = serde_json::json!({
        "file": file, "sha256": hex::encode(Sha256::digest(&network)), "side": 16, "crop": 1.0, "live": 1,
        "range": [-1000.0, 1000.0],
    });
    let networks = Models::load(&[serde_json::from_value::<ModelConfig>(json).unwrap()], 1).unwrap();
    let verdict = score(false, networks);
    assert_eq!((verdict.code, verdict.score), (ResultCode::FaceQualityTooPoor, None));
    let pad = verdict.outcome(Check::Pad).unwrap();
    assert!(pad.has_failed() && pad.note.contains("overflows") && pad.note.contains("not a number"), "{pad:?}");
}
