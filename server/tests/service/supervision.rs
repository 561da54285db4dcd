//! Failing background tasks are restarted, and `ready` stays true meanwhile.

use std::sync::atomic::Ordering;
use std::time::Duration;

use crate::common::Service;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use nearfar_server::workers::retention;
use nearfar_server::workers::scoring;
use nearfar_store::AccountSettings;
use serde_json::{Value, json};

async fn ready(service: &Service) -> (StatusCode, Value) {
    let answer = service.send(Request::get("/health/ready").body(Body::empty()).expect("a request")).await;
    (answer.http, answer.body["status"].clone())
}

async fn until_ready_says(service: &Service, wanted: &str) {
    let accept_within = Duration::from_secs(120);
    let said = async {
        while ready(service).await.1 != wanted {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    assert!(tokio::time::timeout(accept_within, said).await.is_ok(), "it never says {wanted:?}");
}

#[tokio::test]
async fn a_panicked_scorer_is_restarted() {
    let service = Service::new().await;
    let shop = service.integrator(AccountSettings::default()).await;
    let session = service.session(&shop, json!({})).await;
    let attempt = service.attempt(&session.token, "a").await;
    assert_eq!(ready(&service).await, (StatusCode::SERVICE_UNAVAILABLE, json!("no scorer runs")));
    service.clock.broken.store(true, Ordering::SeqCst);
    scoring::start(&service.app);
    retention::start(&service.app);
    until_ready_says(&service, "no scorer runs").await;
    service.clock.broken.store(false, Ordering::SeqCst);
    until_ready_says(&service, "ready").await;
    let answer = service.upload(&session.token, &attempt).await.ok();
    let version = answer.data()["version"].as_str().expect("a version");
    let path = format!("/h5/api/v1/status?version={version}&wait=25");
    let status = service.page("GET", &path, &session.token, None).await.ok();
    assert_eq!(status.data()["state"], "succeeded");
    service.app.stop.cancel();
    service.app.tasks.close();
    service.app.tasks.wait().await;
}

#[tokio::test]
async fn an_overdue_attempt_means_not_ready() {
    let service = Service::with(|config| config.scorers = 0).await;
    let shop = service.integrator(AccountSettings::default()).await;
    let session = service.session(&shop, json!({})).await;
    let attempt = service.attempt(&session.token, "a").await;
    service.upload(&session.token, &attempt).await.ok();
    service.pass(599_999);
    assert_eq!(ready(&service).await, (StatusCode::OK, json!("ready")));
    service.pass(1);
    let overdue = (StatusCode::SERVICE_UNAVAILABLE, json!("attempts overdue"));
    assert_eq!(ready(&service).await, overdue);
    assert!(scoring::score_next(&service.app).await.expect("scored"));
    assert_eq!(ready(&service).await, (StatusCode::OK, json!("ready")));
}

#[tokio::test]
async fn waiting_time_survives_a_clock_set_back() {
    let service = Service::with(|config| config.scorers = 0).await;
    let shop = service.integrator(AccountSettings::default()).await;
    let session = service.session(&shop, json!({})).await;
    let attempt = service.attempt(&session.token, "a").await;
    service.upload(&session.token, &attempt).await.ok();
    assert_eq!(ready(&service).await.0, StatusCode::OK);
    service.set_clock(-3_600_000);
    for _ in 0..62 {
        service.pass(1_000);
        retention::check_clock(&service.app).await;
    }
    service.pass(600_000);
    assert_eq!(ready(&service).await.1, "attempts overdue");
}
