//! How attempts count against the tries and starts of a session, and where the person goes afterwards.

use crate::common::{Integrator, Service, Session, verdict};
use nearfar_protocol::result::{AttackType, ResultCode};
use nearfar_server::workers::scoring::score_next;
use nearfar_store::{AccountSettings, MAX_STARTS};
use serde_json::{Value, json};

#[tokio::test]
async fn tries_are_counted_and_the_page_gets_its_redirect() {
    let service = Service::new().await;
    let shop = service.integrator(AccountSettings::default()).await;
    let session = service.session(&shop, json!({"tryCount": 2})).await;
    service.set_verdict(verdict(ResultCode::FaceOccluded, None, None));
    service.scored(&session.token, "a").await;
    let status = service.page("GET", "/h5/api/v1/status", &session.token, None).await.ok();
    assert_eq!(status.data()["state"], "retry");
    assert_eq!(status.data()["triesLeft"], 1);
    assert_eq!(
        status.data()["result"],
        json!({"attemptId": "a", "code": "FACE_OCCLUDED", "passed": false, "score": null})
    );
    let failed = json!({"info": "failedNext", "url": "https://shop.example/failed"});
    assert_eq!(status.data()["next"], failed, "with tries left the person may give up");
    service.scored(&session.token, "b").await;
    let status = service.page("GET", "/h5/api/v1/status", &session.token, None).await.ok();
    assert_eq!(status.data()["state"], "failed");
    assert_eq!(status.data()["next"], failed);
}

/// Status and result of a session right after an attempt: state, tries left, code.
async fn progress(service: &Service, shop: &Integrator, session: &Session) -> (String, u64, String) {
    let status = service.page("GET", "/h5/api/v1/status", &session.token, None).await.ok();
    let result = service.result(shop, &session.id).await;
    assert_eq!(status.data()["result"]["code"], result.code());
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let tries_left = status.data()["triesLeft"].as_u64().expect("a number");
    (text(&status.data()["state"]), tries_left, result.code().to_owned())
}

#[tokio::test]
async fn three_inconclusive_attempts_cost_no_try() {
    let service = Service::new().await;
    let shop = service.integrator(AccountSettings::default()).await;
    for tries in [1, 2] {
        service.set_verdict(verdict(ResultCode::FaceQualityTooPoor, None, None));
        let session = service.session(&shop, json!({"tryCount": tries})).await;
        for id in ["a", "b", "c"] {
            service.scored(&session.token, id).await;
            let expected = ("retry".to_owned(), tries, "FACE_QUALITY_TOO_POOR".to_owned());
            assert_eq!(progress(&service, &shop, &session).await, expected, "{id}");
            let result = service.result(&shop, &session.id).await;
            assert_eq!((&result.data()["score"], &result.data()["attackType"]), (&json!(null), &json!(null)));
            let status = service.page("GET", "/h5/api/v1/status", &session.token, None).await.ok();
            let shown = json!({"attemptId": id, "code": "FACE_QUALITY_TOO_POOR", "passed": false, "score": null});
            assert_eq!(status.data()["result"], shown);
            assert_eq!(status.data()["next"]["info"], "failedNext", "the person may give up");
        }
        service.scored(&session.token, "d").await;
        let (state, tries_left, code) = progress(&service, &shop, &session).await;
        assert_eq!((tries_left, &*code), (tries - 1, "FACE_QUALITY_TOO_POOR"));
        if tries == 1 {
            assert_eq!(state, "failed");
            let more = service.page("POST", "/h5/api/v1/attempts", &session.token, Some(json!({}))).await;
            more.expect("SESSION_FINISHED", "The session has finished");
            continue;
        }
        assert_eq!(state, "retry");
        service.set_verdict(verdict(ResultCode::Success, Some(0), Some(AttackType::Presentation)));
        service.scored(&session.token, "e").await;
        assert_eq!(progress(&service, &shop, &session).await, ("failed".to_owned(), 0, "SUCCESS".to_owned()));
    }
}

#[tokio::test]
async fn every_other_code_costs_a_try() {
    let service = Service::new().await;
    let shop = service.integrator(AccountSettings::default()).await;
    for code in ResultCode::ALL.into_iter().filter(|code| *code != ResultCode::FaceQualityTooPoor) {
        let session = service.session(&shop, json!({"tryCount": 2})).await;
        service.set_verdict(verdict(ResultCode::FaceQualityTooPoor, None, None));
        service.scored(&session.token, "a").await;
        let score = (code == ResultCode::Success).then_some(49);
        service.set_verdict(verdict(code, score, None));
        service.scored(&session.token, "b").await;
        assert_eq!(progress(&service, &shop, &session).await, ("retry".to_owned(), 1, code.code().to_owned()));
        service.scored(&session.token, "c").await;
        assert_eq!(progress(&service, &shop, &session).await, ("failed".to_owned(), 0, code.code().to_owned()));
    }
}

#[tokio::test]
async fn a_person_can_pass_after_inconclusive_attempts() {
    let service = Service::new().await;
    let shop = service.integrator(AccountSettings::default()).await;
    let session = service.session(&shop, json!({})).await;
    service.set_verdict(verdict(ResultCode::FaceQualityTooPoor, None, None));
    for id in ["a", "b", "c"] {
        service.scored(&session.token, id).await;
    }
    service.set_verdict(verdict(ResultCode::Success, Some(97), None));
    service.scored(&session.token, "d").await;
    assert_eq!(progress(&service, &shop, &session).await.0, "succeeded");
    assert_eq!(service.result(&shop, &session.id).await.ok().data()["score"], 97);
}

#[tokio::test]
async fn inconclusive_attempts_do_not_extend_session_or_retry_limit() {
    let service = Service::new().await;
    let limited = AccountSettings { retry_limit: Some(1), ..AccountSettings::default() };
    let shop = service.integrator(limited).await;
    service.set_verdict(verdict(ResultCode::FaceQualityTooPoor, None, None));
    let session = service.session(&shop, json!({})).await;
    service.scored(&session.token, "a").await;
    let more = service.page("POST", "/h5/api/v1/attempts", &session.token, Some(json!({}))).await;
    more.expect("TRY_LIMIT_REACHED", "No tries are left");

    let shop = service.integrator(AccountSettings::default()).await;
    let session = service.session(&shop, json!({})).await;
    let attempt = service.attempt(&session.token, "a").await;
    service.upload(&session.token, &attempt).await.ok();
    service.pass(3_600_000);
    assert!(score_next(&service.app).await.expect("scored"));
    let status = service.page("GET", "/h5/api/v1/session", &session.token, None).await.ok();
    assert_eq!(status.data()["status"]["state"], "expired");
    assert_eq!(status.data()["status"]["next"]["info"], "failedNext");
    let more = service.page("POST", "/h5/api/v1/attempts", &session.token, Some(json!({}))).await;
    more.expect("SESSION_EXPIRED", "The session has expired");
}

#[tokio::test]
async fn success_redirects_to_the_return_url() {
    let service = Service::new().await;
    let shop = service.integrator(AccountSettings::default()).await;
    let session = service.session(&shop, json!({})).await;
    service.scored(&session.token, "a").await;
    let status = service.page("GET", "/h5/api/v1/status", &session.token, None).await.ok();
    assert_eq!(status.data()["state"], "succeeded");
    assert_eq!(status.data()["next"], json!({"info": "successNext", "url": "https://shop.example/ok?id=1"}));
}

#[tokio::test]
async fn past_the_retry_limit_the_session_fails_and_redirects() {
    let service = Service::new().await;
    let settings = AccountSettings {
        retry_limit: Some(2),
        retry_limit_url: Some("https://shop.example/too-many".into()),
        ..AccountSettings::default()
    };
    let shop = service.integrator(settings).await;
    let session = service.session(&shop, json!({"tryCount": 9})).await;
    service.attempt(&session.token, "a").await;
    service.attempt(&session.token, "b").await;
    let answer = service.page("POST", "/h5/api/v1/attempts", &session.token, Some(json!({}))).await;
    answer.expect("TRY_LIMIT_REACHED", "No tries are left");
    let status = service.page("GET", "/h5/api/v1/status", &session.token, None).await.ok();
    assert_eq!(status.data()["state"], "failed");
    assert_eq!(status.data()["next"], json!({"info": "failedNext", "url": "https://shop.example/too-many"}));
}

#[tokio::test]
async fn starts_are_limited_without_an_account_limit() {
    let service = Service::new().await;
    let shop = service.integrator(AccountSettings::default()).await;
    let session = service.session(&shop, json!({"tryCount": 1000})).await;
    let start = async |id: u32| {
        let body = Some(json!({"attemptId": format!("a{id}")}));
        service.page("POST", "/h5/api/v1/attempts", &session.token, body).await
    };
    for id in 0..MAX_STARTS {
        start(id).await.ok();
    }
    start(0).await.ok();
    start(MAX_STARTS).await.expect("TRY_LIMIT_REACHED", "No tries are left");
    let status = service.page("GET", "/h5/api/v1/status", &session.token, None).await.ok();
    assert_eq!(status.data()["state"], "failed");
    assert_eq!(status.data()["next"]["url"], "https://shop.example/failed", "the person is sent back");
    let kept = service.app.store.attempts(&session.id).await.expect("attempts").len();
    assert_eq!(kept, MAX_STARTS as usize);
}
