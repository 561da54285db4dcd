//! Scoring under faults: crashing scorers, corrupt files, erased data.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::common::{Service, verdict};
use nearfar_protocol::result::ResultCode;
use nearfar_scoring::{Cancellation, Cancelled, Evidence, Scorer, Verdict};
use nearfar_server::workers::retention::run_retention;
use nearfar_server::workers::scoring::{self, score_next};
use nearfar_store::AccountSettings;
use serde_json::json;

#[tokio::test]
async fn claims_of_a_crashed_scorer_go_to_another() {
    let service = Service::new().await;
    let shop = service.integrator(AccountSettings::default()).await;
    let session = service.session(&shop, json!({})).await;
    let attempt = service.attempt(&session.token, "a").await;
    service.upload(&session.token, &attempt).await.ok();
    let now = service.app.now();
    let lost = service.app.store.claim(now, now + 60_000).await.expect("claimed");
    assert!(lost.is_some(), "a scorer takes it and is never heard of again");
    assert!(!score_next(&service.app).await.expect("asked"), "it is not taken twice");
    service.pass(60_000);
    assert!(score_next(&service.app).await.expect("scored"));
    service.result(&shop, &session.id).await.ok();
}

#[tokio::test]
async fn a_corrupt_attempt_is_inconclusive_and_can_be_retried() {
    let service = Service::new().await;
    let shop = service.integrator(AccountSettings::default()).await;
    let session = service.session(&shop, json!({"tryCount": 2})).await;
    let attempt = service.attempt(&session.token, "a").await;
    service.upload(&session.token, &attempt).await.ok();
    let mut folders = vec![service.storage.objects()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
            match entry.path() {
                path if path.is_dir() => folders.push(path),
                path => std::fs::write(path, "rubbish").expect("written"),
            }
        }
    }
    assert!(score_next(&service.app).await.expect("scored"));
    let status = service.page("GET", "/h5/api/v1/status", &session.token, None).await.ok();
    assert_eq!(status.data()["state"], "retry");
    assert_eq!(status.data()["result"]["code"], "FACE_QUALITY_TOO_POOR");
    assert_eq!(status.data()["triesLeft"], 2, "it is not the person's failure");
    service.scored(&session.token, "b").await;
    service.result(&shop, &session.id).await.ok();
}

#[tokio::test]
async fn an_attempt_that_crashes_every_scorer_is_inconclusive() {
    let service = Service::with(|config| config.scoring_turns = 2).await;
    let shop = service.integrator(AccountSettings::default()).await;
    let session = service.session(&shop, json!({"tryCount": 2})).await;
    let attempt = service.attempt(&session.token, "a").await;
    service.upload(&session.token, &attempt).await.ok();
    // A panicking scorer poisons its lock: all later calls panic too.
    let scorer = service.scorer.clone();
    let poisoned = std::thread::spawn(move || {
        let _lock = scorer.0.lock();
        panic!("deliberate");
    });
    assert!(poisoned.join().is_err());
    for _ in 0..2 {
        score_next(&service.app).await.expect_err("the scorer failed");
        let none = ("LIVENESS_NO_RESULT", "This token has no detection result");
        service.result(&shop, &session.id).await.expect(none.0, none.1);
        service.pass(2_000);
    }
    assert!(score_next(&service.app).await.expect("refused"));
    let code = ("FACE_QUALITY_TOO_POOR", "Face quality is too low,please try again.");
    service.result(&shop, &session.id).await.expect(code.0, code.1);
}

/// Returns no verdict until cancelled; gives up after a minute, so that a failing test ends.
#[derive(Default)]
struct EndlessScorer {
    stopped: AtomicUsize,
}

impl Scorer for EndlessScorer {
    fn score(&self, evidence: &Evidence) -> Verdict {
        let verdict = verdict(ResultCode::Success, Some(97), None);
        self.score_until(evidence, &Cancellation::default()).unwrap_or(verdict)
    }

    fn score_until(&self, _: &Evidence, cancellation: &Cancellation) -> Result<Verdict, Cancelled> {
        for _ in 0..6_000 {
            cancellation.check().inspect_err(|_| {
                self.stopped.fetch_add(1, Ordering::SeqCst);
            })?;
            std::thread::sleep(Duration::from_millis(10));
        }
        Ok(verdict(ResultCode::Success, Some(97), None))
    }
}

#[tokio::test]
async fn a_scoring_timeout_counts_as_a_failed_claim() {
    let scorer = Arc::new(EndlessScorer::default());
    let service = Service::scored_by(Some(scorer.clone()), |config| {
        config.judgement_seconds = 1;
        config.scoring_turns = 2;
    })
    .await;
    let shop = service.integrator(AccountSettings::default()).await;
    let session = service.session(&shop, json!({"tryCount": 2})).await;
    let attempt = service.attempt(&session.token, "a").await;
    service.upload(&session.token, &attempt).await.ok();
    for turn in 1..=2 {
        score_next(&service.app).await.expect_err("no verdict");
        let none = ("LIVENESS_NO_RESULT", "This token has no detection result");
        service.result(&shop, &session.id).await.expect(none.0, none.1);
        // The thread ends too, and leaves the processor to the next scoring.
        while scorer.stopped.load(Ordering::SeqCst) < turn {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        service.pass(2_000);
    }
    assert!(score_next(&service.app).await.expect("refused"));
    let code = ("FACE_QUALITY_TOO_POOR", "Face quality is too low,please try again.");
    let answer = service.result(&shop, &session.id).await.expect(code.0, code.1);
    assert_eq!((&answer.data()["score"], &answer.data()["attackType"]), (&json!(null), &json!(null)));
    let status = service.page("GET", "/h5/api/v1/status", &session.token, None).await.ok();
    assert_eq!(status.data()["state"], "retry");
}

#[tokio::test]
async fn the_retention_worker_erases_sessions() {
    let service = Service::new().await;
    let settings = AccountSettings { retention_hours: 1, ..AccountSettings::default() };
    let shop = service.integrator(settings).await;
    let session = service.session(&shop, json!({})).await;
    service.scored(&session.token, "a").await;
    run_retention(&service.app, &mut None).await;
    service.result(&shop, &session.id).await.ok();
    service.pass(3_600_000);
    run_retention(&service.app, &mut None).await;
    let token = service.generate_token(&shop.signed(service.app.now())).await.ok();
    let token = token.data()["token"].as_str().expect("a token");
    let path = "/openapi/liveness/v4/h5/get-result";
    let gone = ("RESULT_NOT_FOUND", "The requested resource was not found or has been deleted");
    service.post(path, token, json!({"signatureId": session.id})).await.expect(gone.0, gone.1);
}

#[tokio::test]
async fn background_scoring_stops_on_request() {
    let service = Service::new().await;
    let shop = service.integrator(AccountSettings::default()).await;
    let session = service.session(&shop, json!({})).await;
    let attempt = service.attempt(&session.token, "a").await;
    scoring::start(&service.app);
    let answer = service.upload(&session.token, &attempt).await.ok();
    let version = answer.data()["version"].as_str().expect("a version");
    let path = format!("/h5/api/v1/status?version={version}&wait=25");
    let status = service.page("GET", &path, &session.token, None).await.ok();
    assert_eq!(status.data()["state"], "succeeded");
    service.app.stop.cancel();
    service.app.tasks.close();
    service.app.tasks.wait().await;
}
