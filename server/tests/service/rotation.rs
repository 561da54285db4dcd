//! Secret rotation and temporary disabling: tokens and links are revoked, received data stays.

use crate::common::{Answered, Integrator, Service, Session};
use crate::isolation::PAGE;
use axum::body::Body;
use axum::http::Request;
use nearfar_protocol::page::CrossDevice;
use nearfar_server::workers::scoring::score_next;
use nearfar_store::AccountSettings;
use serde_json::json;

const ENDED: (&str, &str) = ("IAM_FAILED", "Access denied: Token not found or expired");

/// What revokes the tokens of an account.
#[derive(Clone, Copy, Debug)]
enum Change {
    Rotated,
    DisabledForAWhile,
}

async fn begin() -> (Service, Integrator, Session) {
    let service = Service::new().await;
    let settings =
        AccountSettings { cross_device: CrossDevice::Fallback, audit_images: true, ..AccountSettings::default() };
    let shop = service.integrator(settings).await;
    let session = service.session(&shop, json!({"tryCount": 2})).await;
    (service, shop, session)
}

/// Changes the account, and authenticates with its current keys.
async fn change(service: &Service, shop: &mut Integrator, change: Change) {
    let (store, id) = (&service.app.store, &shop.account.id);
    match change {
        Change::Rotated => shop.secret = store.rotate_secret(id).await.expect("rotated").to_string(),
        Change::DisabledForAWhile => {
            store.enable_account(id, false).await.expect("disabled");
            store.enable_account(id, true).await.expect("enabled");
        }
    }
    let answer = service.generate_token(&shop.signed(service.app.now())).await.ok();
    shop.token = answer.data()["token"].as_str().expect("a token").to_owned();
}

async fn open(service: &Service, link: &str) -> Answered {
    let path = link.strip_prefix("http://localhost:8787").expect("of this service");
    service.send(Request::get(path).body(Body::empty()).expect("a request")).await
}

#[tokio::test]
async fn page_tokens_end_with_the_accounts_and_new_sessions_are_good() {
    for way in [Change::Rotated, Change::DisabledForAWhile] {
        let (service, mut shop, session) = begin().await;
        service.attempt(&session.token, "a").await;
        change(&service, &mut shop, way).await;
        for (method, path) in PAGE {
            let answer = service.page(method, path, &session.token, Some(json!({}))).await;
            answer.expect(ENDED.0, ENDED.1);
        }
        let session = service.session(&shop, json!({})).await;
        service.scored(&session.token, "a").await;
        service.result(&shop, &session.id).await.ok();
    }
}

#[tokio::test]
async fn handoff_links_are_revoked_with_tokens() {
    for way in [Change::Rotated, Change::DisabledForAWhile] {
        let (service, mut shop, session) = begin().await;
        let link = async || {
            let made = service.page("POST", "/h5/api/v1/handoff", &session.token, None).await.ok();
            let url = made.data()["url"].as_str().expect("a URL");
            url.split_once("#handoff=").expect("a link").1.to_owned()
        };
        let claim = async |link: &str| {
            let wish = json!({"link": link, "deviceId": "phone"});
            service.page("POST", "/h5/api/v1/handoff/claim", "", Some(wish)).await
        };
        let claimed = claim(&link().await).await.ok();
        let phone = claimed.data()["token"].as_str().expect("a token");
        let unopened = link().await;
        change(&service, &mut shop, way).await;
        let unknown = ("HANDOFF_NOT_FOUND", "The cross device link does not exist or has expired");
        claim(&unopened).await.expect(unknown.0, unknown.1);
        service.page("GET", "/h5/api/v1/status", phone, None).await.expect(ENDED.0, ENDED.1);
    }
}

#[tokio::test]
async fn audit_links_are_revoked_but_results_remain() {
    for way in [Change::Rotated, Change::DisabledForAWhile] {
        let (service, mut shop, session) = begin().await;
        service.scored(&session.token, "a").await;
        let under_way = service.session(&shop, json!({})).await;
        let attempt = service.attempt(&under_way.token, "a").await;
        service.upload(&under_way.token, &attempt).await.ok();
        let before = service.result(&shop, &session.id).await.ok();
        let old = before.data()["auditImageUrl"].as_str().expect("a link");
        open(&service, old).await.ok();
        change(&service, &mut shop, way).await;
        open(&service, old).await.expect("IAM_FAILED", "Token not found or expired");
        assert!(score_next(&service.app).await.expect("scored"), "what was received is not lost");
        for id in [&session.id, &under_way.id] {
            let result = service.result(&shop, id).await.ok();
            assert_eq!(result.data()["score"], 97);
            open(&service, result.data()["auditImageUrl"].as_str().expect("a link")).await.ok();
        }
    }
}
