//! Steps of the machine's clock: no effect at first, followed once they last.

use crate::common::{Integrator, Service, Session};
use nearfar_server::workers::retention::{check_clock, run_retention};
use nearfar_server::workers::scoring::score_next;
use nearfar_store::AccountSettings;
use serde_json::json;

const STATUS: &str = "/h5/api/v1/status";
const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

async fn begin() -> (Service, Integrator, Session) {
    let service = Service::with(|config| config.session_rate = 2).await;
    let shop = service.integrator(AccountSettings::default()).await;
    let session = service.session(&shop, json!({"tryCount": 3})).await;
    (service, shop, session)
}

/// Seconds with a clock check each.
async fn seconds(service: &Service, count: u32) {
    for _ in 0..count {
        service.pass(1_000);
        check_clock(&service.app).await;
    }
}

/// Get Result with a current token.
async fn outcome(service: &Service, shop: &Integrator, session: &Session) -> String {
    let token = service.generate_token(&shop.signed(service.app.now())).await.ok();
    let token = token.data()["token"].as_str().expect("a token");
    let path = "/openapi/liveness/v4/h5/get-result";
    service.post(path, token, json!({"signatureId": session.id})).await.code().to_owned()
}

#[tokio::test]
async fn rate_limits_ignore_the_wall_clock() {
    let (service, _, session) = begin().await;
    for step in [-HOUR, HOUR, -31 * DAY, 31 * DAY] {
        for _ in 0..2 {
            service.page("GET", STATUS, &session.token, None).await.ok();
        }
        service.set_clock(step);
        let refused = service.page("GET", STATUS, &session.token, None).await;
        assert_eq!((refused.code(), refused.headers["retry-after"].as_bytes()), ("SERVICE_BUSY", &b"1"[..]), "{step}");
        service.pass(1_000);
        service.page("GET", STATUS, &session.token, None).await.ok();
        // Set back again: everything is still there.
        service.set_clock(-step);
        service.pass(1_000);
    }
}

#[tokio::test]
async fn a_short_clock_jump_of_a_month_changes_nothing() {
    for jump in [31 * DAY, -31 * DAY] {
        let (service, shop, session) = begin().await;
        service.scored(&session.token, "a").await;
        let capturing = service.session(&shop, json!({})).await;
        let attempt = service.attempt(&capturing.token, "a").await;
        run_retention(&service.app, &mut None).await;
        service.set_clock(jump);
        seconds(&service, 3).await;
        run_retention(&service.app, &mut None).await;
        service.upload(&capturing.token, &attempt).await.ok();
        service.set_clock(-jump);
        seconds(&service, 3).await;
        run_retention(&service.app, &mut None).await;
        assert_eq!(outcome(&service, &shop, &session).await, "SUCCESS", "{jump}");
        assert!(score_next(&service.app).await.expect("scored"), "{jump}");
        assert_eq!(outcome(&service, &shop, &capturing).await, "SUCCESS", "{jump}");
        service.page("GET", STATUS, &capturing.token, None).await.ok();
    }
}

#[tokio::test]
async fn expiry_follows_a_clock_step_only_once_it_lasts() {
    let (service, shop, session) = begin().await;
    service.scored(&session.token, "a").await;
    run_retention(&service.app, &mut None).await;
    service.set_clock(31 * DAY);
    let mut seen = None;
    seconds(&service, 62).await;
    run_retention(&service.app, &mut seen).await;
    assert_eq!(outcome(&service, &shop, &session).await, "SUCCESS", "the time is followed, and nothing deleted by it");
    service.pass(HOUR - 10_000);
    run_retention(&service.app, &mut seen).await;
    assert_eq!(outcome(&service, &shop, &session).await, "SUCCESS");
    service.pass(10_000);
    run_retention(&service.app, &mut seen).await;
    assert_eq!(outcome(&service, &shop, &session).await, "RESULT_NOT_FOUND");
}

#[tokio::test]
async fn a_start_at_an_implausible_time_deletes_nothing_for_an_hour() {
    for jump in [31 * DAY, -HOUR] {
        let service = Service::new().await;
        let settings = AccountSettings { retention_hours: 1, ..AccountSettings::default() };
        let shop = service.integrator(settings).await;
        if jump < 0 {
            // A retention run of an instance whose clock was ahead.
            service.app.store.run_retention(service.app.now() + 3 * HOUR).await.expect("retention run");
        }
        let session = service.session(&shop, json!({})).await;
        service.scored(&session.token, "a").await;
        if jump > 0 {
            run_retention(&service.app, &mut None).await;
        }
        // A starting process has not seen the previous time.
        service.pass(jump.max(HOUR));
        let mut seen = None;
        run_retention(&service.app, &mut seen).await;
        let kept = service.app.store.session(&session.id).await.expect("there").cleared_at;
        assert_eq!(kept, None, "{jump}");
        service.pass(HOUR);
        run_retention(&service.app, &mut seen).await;
        let gone = service.app.store.session(&session.id).await.expect("there").cleared_at;
        assert!(gone.is_some(), "{jump}");
    }
}

#[tokio::test]
async fn requested_deletions_run_while_the_clock_is_uncertain() {
    let (service, shop, session) = begin().await;
    service.scored(&session.token, "a").await;
    let away = service.storage.folder().join("away");
    std::fs::rename(service.storage.objects(), &away).expect("moved");
    service.clear(&shop.token, &format!("?signatureId={}", session.id)).await;
    std::fs::rename(&away, service.storage.objects()).expect("moved");
    assert!(!service.stored_files().is_empty());
    service.set_clock(-31 * DAY);
    run_retention(&service.app, &mut None).await;
    assert!(service.stored_files().is_empty());
}

#[tokio::test]
async fn nonces_are_voided_when_the_clock_is_set_back() {
    let (service, shop, session) = begin().await;
    let attempt = service.attempt(&session.token, "a").await;
    service.pass(30_000);
    service.set_clock(-20_000);
    seconds(&service, 62).await;
    let late = service.upload(&session.token, &attempt).await;
    assert_eq!(late.code(), "NONCE_EXPIRED", "its times cannot be checked any more");
    service.scored(&session.token, "b").await;
    assert_eq!(outcome(&service, &shop, &session).await, "SUCCESS");
}

#[tokio::test]
async fn a_lease_from_before_a_clock_change_does_not_block() {
    let (service, shop, session) = begin().await;
    let attempt = service.attempt(&session.token, "a").await;
    service.upload(&session.token, &attempt).await.ok();
    let now = service.app.now();
    let lost = service.app.store.claim(now, now + 60_000).await.expect("asked");
    assert!(lost.is_some(), "by a scorer that is never heard of again");
    service.set_clock(-5 * HOUR);
    seconds(&service, 62).await;
    assert!(score_next(&service.app).await.expect("scored"));
    assert_eq!(outcome(&service, &shop, &session).await, "SUCCESS");
}

#[tokio::test]
async fn token_requests_are_checked_against_the_machines_clock() {
    let (service, shop, _) = begin().await;
    service.set_clock(HOUR);
    let by_machine = service.app.now() + HOUR;
    service.generate_token(&shop.signed(by_machine)).await.ok();
    service.generate_token(&shop.signed(service.app.now())).await.ok();
    let message = service.generate_token(&shop.signed(by_machine + HOUR)).await;
    assert_eq!(message.code(), "PARAMETER_ERROR");
}
