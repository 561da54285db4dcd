//! Honest captures staged from real portraits.

use nearfar_evaluation::captures::evidence::evidence;
use nearfar_evaluation::captures::scene::{Position, fitting_width, moved, relit};
use nearfar_evaluation::captures::{bona_fide_pair, model, own_portraits, scorer};
use nearfar_protocol::result::ResultCode;
use nearfar_rendering::random::Random;
use nearfar_rendering::scene::Head;
use nearfar_scoring::{
    Cancellation, Cancelled, Check, GeometryScorer, LimitError, Limits, LoadError, Outcome, Scorer, Verdict,
};

#[test]
fn a_head_in_depth_passes_with_every_check_and_its_figures() {
    let pair = bona_fide_pair(0);
    let verdict = scorer().score(&evidence(&pair.far, &pair.near));
    assert_eq!((verdict.code, verdict.attack_type), (ResultCode::Success, None), "{verdict:#?}");
    assert!(verdict.score.unwrap() >= 80, "{verdict:#?}");
    let checks: Vec<Check> = verdict.checks.iter().map(|outcome| outcome.check).collect();
    assert_eq!(checks, Check::ALL);
    for outcome in &verdict.checks {
        // No video came, nothing of signs was told, neither colours nor a path were asked for, and there is no network.
        let is_silent = matches!(
            outcome.check,
            Check::Video | Check::Source | Check::Reflection | Check::Pad | Check::Motion | Check::FocalLength
        );
        let expected = if is_silent { Outcome::Skipped } else { Outcome::Passed };
        assert_eq!(outcome.outcome, expected, "{outcome:?}");
        assert!(!outcome.figures.is_empty() || outcome.outcome == Outcome::Skipped || outcome.check == Check::Hashes);
    }
    let growth = verdict.outcome(Check::Growth).unwrap().figures["growth"];
    assert!((growth - f64::from(Position::NEAR.share / Position::FAR.share)).abs() < 0.15, "{growth}");
}

#[test]
fn heads_that_move_in_other_light_pass() {
    let scorer = scorer();
    let (mut judged, mut passed) = (0, 0);
    for portrait in own_portraits(|_| true) {
        let width = fitting_width(&portrait);
        let size = (width, width * 4 / 3);
        // Those who look elsewhere or are in company are no honest capture to begin with.
        let pose = nearfar::quality::pose(&portrait.face);
        if !portrait.is_alone || pose.yaw.abs().max(pose.pitch.abs()).max(pose.roll.abs()) > 15.0 {
            continue;
        }
        let mut random = Random::new(&portrait.person);
        let head = Head::new(&mut random);
        let mut seen = |position: Position| {
            let picture = position.alive(&mut random).shot(&portrait, &moved(&head, &mut random), size);
            relit(&picture, 0.35, &mut random)
        };
        let (far, near) = (seen(Position::FAR), seen(Position::NEAR));
        let verdict = scorer.score(&evidence(&far, &near));
        judged += 1;
        passed += usize::from(verdict.score >= Some(50));
    }
    assert!(judged >= 8, "{judged} portraits");
    assert!(passed * 10 >= judged * 8, "{passed} of {judged}");
}

#[test]
fn the_same_evidence_gets_the_same_verdict_whoever_was_judged_between() {
    let scorer = scorer();
    let (one, other) = (bona_fide_pair(0), bona_fide_pair(1));
    let evidence_of_one = evidence(&one.far, &one.near);
    let first = scorer.score(&evidence_of_one);
    scorer.score(&evidence(&other.far, &other.near));
    assert_eq!(scorer.score(&evidence_of_one), first);
    let threads: Vec<Verdict> = std::thread::scope(|scope| {
        let running: Vec<_> = (0..4).map(|_| scope.spawn(|| scorer.score(&evidence_of_one))).collect();
        running.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(threads.iter().all(|verdict| *verdict == first));
}

#[test]
fn a_verdict_survives_json() {
    let pair = bona_fide_pair(0);
    let verdict = scorer().score(&evidence(&pair.far, &pair.near));
    let json = serde_json::to_string(&verdict).unwrap();
    let back: Verdict = serde_json::from_str(&json).unwrap();
    assert_eq!(back.score, verdict.score);
    assert_eq!(back.checks.len(), verdict.checks.len());
    let value: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&value["code"], &value["attackType"]), (&"SUCCESS".into(), &serde_json::Value::Null));
    assert_eq!(value["checks"][0]["check"], "manifest");
    assert_eq!(value["checks"][0]["outcome"], "passed");
}

#[test]
fn nonsense_limits_and_foreign_models_are_refused() {
    let limits = Limits { min_growth: 9.0, ..Limits::default() };
    let refused = GeometryScorer::new(&model(), limits, 1).unwrap_err();
    assert!(matches!(refused, LoadError::Limit(LimitError::Range { field: "minGrowth", .. })), "{refused}");
    let cut = &model()[..1000];
    let refused = GeometryScorer::new(cut, Limits::default(), 1).unwrap_err();
    assert!(refused.to_string().starts_with("not the face detection model"), "{refused}");
}

#[test]
fn a_judgement_ends_without_a_verdict_when_it_is_stopped() {
    let pair = bona_fide_pair(0);
    let evidence = evidence(&pair.far, &pair.near);
    let cancellation = Cancellation::default();
    assert_eq!(scorer().score_until(&evidence, &cancellation), Ok(scorer().score(&evidence)));
    cancellation.cancel();
    assert_eq!(scorer().score_until(&evidence, &cancellation), Err(Cancelled));
}
