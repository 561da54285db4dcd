//! Every endpoint with another session's or account's token.

use crate::common::Service;
use nearfar_protocol::page::CrossDevice;
use nearfar_store::AccountSettings;
use serde_json::json;

pub(crate) const PAGE: [(&str, &str); 9] = [
    ("GET", "/h5/api/v1/session"),
    ("GET", "/h5/api/v1/status"),
    ("POST", "/h5/api/v1/consent"),
    ("POST", "/h5/api/v1/attempts"),
    ("PUT", "/h5/api/v1/attempts/a"),
    ("PUT", "/h5/api/v1/attempts/a/video"),
    ("POST", "/h5/api/v1/handoff"),
    ("POST", "/h5/api/v1/handoff/0123456789abcdef/confirm"),
    ("POST", "/h5/api/v1/problems"),
];

#[tokio::test]
async fn every_authenticated_route_is_tested_here() {
    let service = Service::new().await;
    let request = axum::http::Request::get("/openapi.json").body(axum::body::Body::empty()).expect("a request");
    let document = service.send(request).await.body;
    let mut guarded = Vec::new();
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for (method, route) in methods.as_object().expect("methods") {
            if route["security"][0].get("session_token").is_some() {
                guarded.push((method.to_uppercase(), path.replace("{id}", "")));
            }
        }
    }
    assert_eq!(guarded.len(), PAGE.len());
    for (method, path) in guarded {
        let tail = path.rsplit('/').next().unwrap_or_default();
        let known = PAGE.iter().any(|(m, p)| *m == method && (p.ends_with(tail) || p.contains("attempts/a")));
        assert!(known, "{method} {path}");
    }
}

#[tokio::test]
async fn the_page_api_accepts_only_session_tokens() {
    let service = Service::new().await;
    let shop = service.integrator(AccountSettings::default()).await;
    let session = service.session(&shop, json!({})).await;
    for (method, path) in PAGE {
        let denied = "Access denied: Token not found or expired";
        service.page(method, path, "rubbish", Some(json!({}))).await.expect("IAM_FAILED", denied);
        let foreign = service.page(method, path, &shop.token, Some(json!({}))).await;
        foreign.expect("IAM_FAILED", "You are not authorized by the Identity and Access Management system");
    }
    service.app.store.enable_account(&shop.account.id, false).await.expect("disabled");
    for (method, path) in PAGE {
        let answer = service.page(method, path, &session.token, Some(json!({}))).await;
        answer.expect("IAM_FAILED", "Account is disabled. Please contact your sales manager for help");
    }
    service.pass(3_600_000 + 2_400_000);
    for (method, path) in PAGE {
        let answer = service.page(method, path, &session.token, Some(json!({}))).await;
        answer.expect("IAM_FAILED", "Access denied: Token not found or expired");
    }
}

#[tokio::test]
async fn sessions_are_isolated() {
    let service = Service::new().await;
    let settings = AccountSettings { cross_device: CrossDevice::Fallback, ..AccountSettings::default() };
    let shop = service.integrator(settings.clone()).await;
    let other = service.integrator(settings).await;
    let mine = service.session(&shop, json!({"tryCount": 2})).await;
    let sister = service.session(&shop, json!({"tryCount": 2})).await;
    let foreign = service.session(&other, json!({"tryCount": 2})).await;
    let attempt = service.attempt(&mine.token, "a").await;
    let made = service.page("POST", "/h5/api/v1/handoff", &mine.token, None).await.ok();
    let id = made.data()["handoff"]["handoffId"].as_str().expect("an id").to_owned();
    for stranger in [&sister, &foreign] {
        let answer = service.upload(&stranger.token, &attempt).await;
        answer.expect("ATTEMPT_NOT_FOUND", "The attempt does not exist");
        let view = service.page("GET", "/h5/api/v1/session", &stranger.token, None).await.ok();
        assert_eq!(view.data()["signatureId"], json!(stranger.id));
        assert_eq!(view.data()["status"]["handoff"], json!(null));
        let path = format!("/h5/api/v1/handoff/{id}/confirm");
        let word = json!({"claimId": "claim", "number": "12"});
        let answer = service.page("POST", &path, &stranger.token, Some(word)).await;
        assert_eq!(answer.code(), "HANDOFF_NOT_FOUND");
    }
    service.upload(&mine.token, &attempt).await.ok();
    nearfar_server::workers::scoring::score_next(&service.app).await.expect("scored");
    let answer = service.result(&other, &mine.id).await;
    answer.expect("SIGNATURE_NOT_EXIST", "This signatureId is not exist");
    let status = service.page("GET", "/h5/api/v1/status", &sister.token, None).await.ok();
    assert_eq!(status.data()["state"], "open");
}

#[tokio::test]
async fn session_rates_are_independent() {
    let service = Service::with(|config| config.session_rate = 1).await;
    let shop = service.integrator(AccountSettings::default()).await;
    let noisy = service.session(&shop, json!({})).await;
    let quiet = service.session(&shop, json!({})).await;
    service.page("GET", "/h5/api/v1/status", &noisy.token, None).await.ok();
    let answer = service.page("GET", "/h5/api/v1/status", &noisy.token, None).await;
    assert_eq!(answer.code(), "SERVICE_BUSY");
    assert_eq!(answer.headers["retry-after"], "1");
    service.page("GET", "/h5/api/v1/status", &quiet.token, None).await.ok();
}
