//! Bona fide captures simulated from real portraits.

use nearfar_evaluation::captures::evidence::evidence;
use nearfar_evaluation::captures::scene::{Position, native_width, vary_light, with_random_expression};
use nearfar_evaluation::captures::{bona_fide_pair, model, own_portraits, scorer};
use nearfar_protocol::result::ResultCode;
use nearfar_rendering::random::Random;
use nearfar_rendering::scene::Head;
use nearfar_scoring::{
    Cancellation, Cancelled, Check, GeometryScorer, LimitError, Limits, LoadError, Outcome, Scorer, Verdict,
};

#[test]
fn a_3d_head_passes_every_check_with_figures() {
    let pair = bona_fide_pair(0);
    let verdict = scorer().score(&evidence(&pair.far, &pair.near));
    assert_eq!((verdict.code, verdict.attack_type), (ResultCode::Success, None), "{verdict:#?}");
    assert!(verdict.score.unwrap() >= 80, "{verdict:#?}");
    let checks: Vec<Check> = verdict.checks.iter().map(|outcome| outcome.check).collect();
    assert_eq!(checks, Check::ALL);
    for outcome in &verdict.checks {
        // There is no video, no injection evidence, no challenge and no network.
        let is_skipped = matches!(
            outcome.check,
            Check::Video | Check::Source | Check::Reflection | Check::Pad | Check::Motion | Check::FocalLength
        );
        let expected = if is_skipped { Outcome::Skipped } else { Outcome::Passed };
        assert_eq!(outcome.outcome, expected, "{outcome:?}");
        assert!(!outcome.figures.is_empty() || outcome.outcome == Outcome::Skipped || outcome.check == Check::Hashes);
    }
    let growth = verdict.outcome(Check::Growth).unwrap().figures["growth"];
    assert!((growth - f64::from(Position::NEAR.share / Position::FAR.share)).abs() < 0.15, "{growth}");
}

#[test]
fn heads_that_move_in_changing_light_pass() {
    let scorer = scorer();
    let (mut scored, mut passed) = (0, 0);
    for portrait in own_portraits(|_| true) {
        let width = native_width(&portrait);
        let size = (width, width * 4 / 3);
        // Portraits outside the limits of pose or with bystanders are excluded.
        let pose = nearfar::quality::pose(&portrait.face);
        if !portrait.is_alone || pose.yaw.abs().max(pose.pitch.abs()).max(pose.roll.abs()) > 15.0 {
            continue;
        }
        let mut random = Random::new(&portrait.person);
        let head = Head::new(&mut random);
        let mut render = |position: Position| {
            let picture =
                position.with_jitter(&mut random).render(&portrait, &with_random_expression(&head, &mut random), size);
            vary_light(&picture, 0.35, &mut random)
        };
        let (far, near) = (render(Position::FAR), render(Position::NEAR));
        let verdict = scorer.score(&evidence(&far, &near));
        scored += 1;
        passed += usize::from(verdict.score >= Some(50));
    }
    assert!(scored >= 8, "{scored} portraits");
    assert!(passed * 10 >= scored * 8, "{passed} of {scored}");
}

#[test]
fn the_same_evidence_gets_the_same_verdict_whatever_is_scored_in_between() {
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
fn a_verdict_round_trips_through_json() {
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
fn invalid_limits_and_models_are_rejected() {
    let limits = Limits { min_growth: 9.0, ..Limits::default() };
    let error = GeometryScorer::new(&model(), limits, 1).unwrap_err();
    assert!(matches!(error, LoadError::Limit(LimitError::Range { field: "minGrowth", .. })), "{error}");
    let cut = &model()[..1000];
    let error = GeometryScorer::new(cut, Limits::default(), 1).unwrap_err();
    assert!(error.to_string().starts_with("not the face detection model"), "{error}");
}

#[test]
fn cancelled_scoring_ends_without_a_verdict() {
    let pair = bona_fide_pair(0);
    let evidence = evidence(&pair.far, &pair.near);
    let cancellation = Cancellation::default();
    assert_eq!(scorer().score_until(&evidence, &cancellation), Ok(scorer().score(&evidence)));
    cancellation.cancel();
    assert_eq!(scorer().score_until(&evidence, &cancellation), Err(Cancelled));
}
