//! Attempts: nonces, challenges, expiry, status and problem reports.

use crate::common::Service;
use nearfar_protocol::page::Accessibility;
use nearfar_server::workers::scoring::score_next;
use nearfar_store::{AccountSettings, LightSetting};
use serde_json::json;

#[tokio::test]
async fn a_nonce_belongs_to_one_attempt_and_expires() {
    let service = Service::new().await;
    let shop = service.integrator(AccountSettings::default()).await;
    let session = service.session(&shop, json!({"tryCount": 3})).await;
    let first = service.attempt(&session.token, "a").await;
    let again = service.attempt(&session.token, "a").await;
    assert_eq!(first.manifest["nonce"], again.manifest["nonce"], "a lost answer can be asked for again");
    let second = service.attempt(&session.token, "b").await;
    assert_ne!(first.manifest["nonce"], second.manifest["nonce"]);
    let mut swapped = first.clone();
    swapped.id = "b".into();
    service.upload(&session.token, &swapped).await.expect("SEAL_BROKEN", "The upload does not open");
    swapped.sealed_for = second.sealed_for.clone();
    let message = "The nonce is not that of the attempt";
    service.upload(&session.token, &swapped).await.expect("NONCE_MISMATCH", message);
    service.pass(600_000);
    service.upload(&session.token, &first).await.expect("NONCE_EXPIRED", "The nonce has expired");
    let third = service.attempt(&session.token, "c").await;
    service.upload(&session.token, &third).await.ok();
    let answer = service.page("POST", "/h5/api/v1/attempts", &session.token, Some(json!({"attemptId": "d"}))).await;
    let answer = answer.expect("ATTEMPT_PENDING", "The last attempt is still being judged");
    assert_eq!(answer.headers["retry-after"], "1");
    let taken = service.page("POST", "/h5/api/v1/attempts", &session.token, Some(json!({"attemptId": "c"}))).await;
    assert_eq!(taken.code(), "ATTEMPT_CONFLICT");
}

#[tokio::test]
async fn a_person_with_more_time_has_three_times_as_long_if_the_account_allows_it() {
    let service = Service::new().await;
    for (accessibility, factor) in [(Accessibility::Offer, 3), (Accessibility::On, 3), (Accessibility::Off, 1)] {
        let shop = service.integrator(AccountSettings { accessibility, ..AccountSettings::default() }).await;
        let session = service.session(&shop, json!({})).await;
        // The last moment of the session: an attempt that began in time may finish.
        service.pass(3_599_000);
        let body = Some(json!({"attemptId": "slow", "moreTime": true}));
        let issued = service.page("POST", "/h5/api/v1/attempts", &session.token, body).await.ok();
        let time = |name: &str| issued.data()[name].as_i64().expect("a time");
        assert_eq!(time("expiresAt") - time("issuedAt"), factor * 600_000, "{accessibility:?}");
        let attempt = service.attempt(&session.token, "slow").await;
        service.pass(factor * 600_000 - 1);
        service.upload(&session.token, &attempt).await.ok();
    }
}

#[tokio::test]
async fn each_attempt_draws_its_colours() {
    let service = Service::new().await;
    for setting in [LightSetting::Off, LightSetting::Offered, LightSetting::Required] {
        let shop = service.integrator(AccountSettings { light_challenge: setting, ..AccountSettings::default() }).await;
        let session = service.session(&shop, json!({"tryCount": 9})).await;
        let view = service.page("GET", "/h5/api/v1/session", &session.token, None).await.ok();
        assert_eq!(view.data()["lightChallenge"], setting != LightSetting::Off);
        let ask = async |id: &str| {
            let body = Some(json!({"attemptId": id}));
            service.page("POST", "/h5/api/v1/attempts", &session.token, body).await.ok().data()["light"].clone()
        };
        let first = ask("a").await;
        if setting == LightSetting::Off {
            assert_eq!(first, json!(null));
            continue;
        }
        assert_eq!(first["colors"].as_array().map(Vec::len), Some(6), "{first}");
        assert!(first["holdMs"].as_u64() >= Some(400), "{first}");
        assert_eq!(ask("a").await, first, "asked again, the same");
        let others = [ask("b").await, ask("c").await, ask("d").await];
        assert!(others.iter().any(|other| *other != first), "{first}");
    }
}

#[tokio::test]
async fn an_expired_session_finishes_its_attempt_and_issues_none() {
    let service = Service::new().await;
    let shop = service.integrator(AccountSettings::default()).await;
    let session = service.session(&shop, json!({})).await;
    service.pass(3_599_000);
    let attempt = service.attempt(&session.token, "a").await;
    service.pass(2_000);
    let answer = service.page("POST", "/h5/api/v1/attempts", &session.token, Some(json!({"attemptId": "b"}))).await;
    answer.expect("SESSION_EXPIRED", "The session has expired");
    let view = service.page("GET", "/h5/api/v1/session", &session.token, None).await.ok();
    assert_eq!(view.data()["status"]["state"], "expired");
    assert_eq!(view.data()["status"]["next"]["info"], "failedNext");
    service.upload(&session.token, &attempt).await.ok();
    assert!(score_next(&service.app).await.expect("scored"));
    let status = service.page("GET", "/h5/api/v1/status", &session.token, None).await.ok();
    assert_eq!(status.data()["state"], "succeeded");
}

#[tokio::test]
async fn a_status_request_waits_for_the_score() {
    let service = Service::new().await;
    let shop = service.integrator(AccountSettings::default()).await;
    let session = service.session(&shop, json!({})).await;
    let attempt = service.attempt(&session.token, "a").await;
    let answer = service.upload(&session.token, &attempt).await.ok();
    let version = answer.data()["version"].as_str().expect("a version");
    let path = format!("/h5/api/v1/status?version={version}&wait=20");
    let (status, scored) = tokio::join!(service.page("GET", &path, &session.token, None), score_next(&service.app));
    assert!(scored.expect("scored"));
    assert_eq!(status.ok().data()["state"], "succeeded");
    let waiting = service.page("GET", &path.replace("wait=20", "wait=0"), &session.token, None).await.ok();
    assert_eq!(waiting.data()["state"], "succeeded");
}

#[tokio::test]
async fn problem_reports_are_stored() {
    let service = Service::new().await;
    let shop = service.integrator(AccountSettings::default()).await;
    let session = service.session(&shop, json!({})).await;
    let path = "/h5/api/v1/problems";
    let problem = json!({"code": "camera_in_use", "message": "busy", "phase": "far"});
    service.page("POST", path, &session.token, Some(problem)).await.ok();
    let reports = service.app.store.reports(&session.id).await.expect("reports");
    assert_eq!(reports.len(), 1);
    assert!(reports[0].body.contains("camera_in_use"));
    for bad in [json!({}), json!({"code": "Not Snake"}), json!({"code": "x", "message": "x".repeat(501)})] {
        let answer = service.page("POST", path, &session.token, Some(bad)).await;
        answer.expect("PARAMETER_ERROR", "Parameter error,please check you input.");
    }
}
