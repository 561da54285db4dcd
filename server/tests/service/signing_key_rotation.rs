//! Rotation of signing keys across two instances: nothing that was issued before becomes invalid too early or too late.

use std::io::Cursor;

use crate::common::{Integrator, Service};
use axum::body::Body;
use axum::http::{Request, header};
use nearfar_record::{PublicKeys, verify};
use nearfar_server::api::integrator::capture_record;
use nearfar_server::config::Config;
use nearfar_server::state::App;
use nearfar_server::state::signing_keys::{ACTIVATION, Rotation, rotate};
use nearfar_server::state::tokens::{AccessClaims, PageClaims};
use nearfar_server::workers::key_refresh::refresh;
use nearfar_server::workers::scoring::score_next;
use nearfar_store::AccountSettings;
use serde_json::json;

/// Another instance on the same store.
async fn other_instance(service: &Service) -> App {
    let app = &service.app;
    let (config, store) = (app.config.clone(), app.store.clone());
    App::new(config, store, app.scorer.clone(), app.clock.clone(), app.entropy.clone()).await.expect("an app")
}

async fn rotated(service: &Service, compromised: bool) -> Rotation {
    let app = &service.app;
    rotate(&app.store, &app.config, &app.entropy, compromised, app.now()).await.expect("rotated")
}

async fn record(service: &Service, shop: &Integrator, id: &str) -> Vec<u8> {
    let request = Request::post(capture_record::PATH).header("X-ACCESS-TOKEN", &shop.token);
    let request = request.header(header::CONTENT_TYPE, "application/json");
    service.bytes(request.body(Body::from(json!({"signatureId": id}).to_string())).expect("a request")).await.2
}

async fn published(service: &Service) -> PublicKeys {
    let request = Request::get(capture_record::KEYS_PATH).body(Body::empty()).expect("a request");
    PublicKeys::parse(&service.text(request).await.2).expect("keys")
}

/// A new access token for an account that does not matter.
fn access(app: &App) -> String {
    let ends = app.now() + 86_400_000;
    app.tokens.access(&AccessClaims { sub: "shop".into(), epoch: 0, ends }, app.now()).expect("a token")
}

fn knows(app: &App, token: &str) -> bool {
    app.tokens.verify_access(token, app.now()).is_some()
}

#[tokio::test]
async fn tokens_and_uploads_of_former_keys_are_valid_until_they_expire() {
    let service = Service::new().await;
    let shop = service.integrator(AccountSettings::default()).await;
    let (knowing, ignorant) = (other_instance(&service).await, other_instance(&service).await);
    let session = service.session(&shop, json!({})).await;
    let attempt = service.attempt(&session.token, "a").await;
    let before = access(&service.app);

    let rotation = rotated(&service, false).await;
    assert_eq!(rotation.active_from, service.app.now() + ACTIVATION);
    refresh(&service.app).await;
    refresh(&knowing).await;
    let early = access(&service.app);
    assert!(knows(&ignorant, &early), "until the new key is known everywhere, the former one signs");
    service.pass(ACTIVATION);
    let after = access(&service.app);
    assert!(knows(&knowing, &after));
    assert!(!knows(&ignorant, &after), "it is signed with the new key");
    refresh(&ignorant).await;
    assert!(knows(&ignorant, &after));

    for app in [&service.app, &knowing, &ignorant] {
        assert!(knows(app, &before) && knows(app, &early));
    }
    // An attempt that began before the rotation is sealed to the former key.
    service.upload(&session.token, &attempt).await.ok();
    assert!(score_next(&service.app).await.expect("scored"));
    service.result(&shop, &session.id).await.ok();
    // One of today is sealed to the new key.
    let next = service.session(&shop, json!({})).await;
    service.scored(&next.token, "a").await;

    // The longest-lived token of the former keys ends before they do.
    service.pass(rotation.former_retire_at - service.app.now() - 1);
    let page = |ends| PageClaims { sub: session.id.clone(), device: "first".into(), handoff: None, ends };
    let config = Config::default();
    let last = rotation.active_from + i64::from(config.session_seconds) * 1000 + config.longest_attempt();
    assert!(page(last).ends <= rotation.former_retire_at);
    refresh(&service.app).await;
    let destroyed = async || {
        let keys = service.app.store.signing_keys("access-token", service.app.now()).await.expect("keys");
        keys.iter().map(|key| key.secret.is_none()).collect::<Vec<_>>()
    };
    assert_eq!(destroyed().await, [false, false]);
    service.pass(1);
    refresh(&service.app).await;
    assert_eq!(destroyed().await, [true, false]);
    refresh(&service.app).await;
    let late = AccessClaims { sub: "shop".into(), epoch: 0, ends: service.app.now() + 1000 };
    let forged = ignorant.tokens.access(&late, rotation.active_from - 1).expect("a token");
    assert!(!knows(&service.app, &forged), "the former key signs nothing any more");
}

#[tokio::test]
async fn capture_records_of_former_keys_verify_for_ever() {
    let service = Service::new().await;
    let mut shop = service.integrator(AccountSettings::default()).await;
    let session = service.session(&shop, json!({})).await;
    service.scored(&session.token, "a").await;
    let old = record(&service, &shop, &session.id).await;
    let only_old = published(&service).await;

    let rotation = rotated(&service, false).await;
    refresh(&service.app).await;
    let early = published(&service).await;
    service.pass(rotation.former_retire_at - service.app.now());
    refresh(&service.app).await;
    refresh(&service.app).await;
    let answer = service.generate_token(&shop.signed(service.app.now())).await.ok();
    shop.token = answer.data()["token"].as_str().expect("a token").to_owned();
    let new = record(&service, &shop, &session.id).await;
    assert_ne!(old, new, "the new key signs");
    assert!(verify(Cursor::new(&new), &only_old).is_err());
    verify(Cursor::new(&new), &early).expect("the new key was published before it signed");
    let today = published(&service).await;
    for file in [&old, &new] {
        verify(Cursor::new(file), &today).expect("it holds");
    }
}

#[tokio::test]
async fn compromised_keys_end_at_once() {
    let service = Service::new().await;
    let shop = service.integrator(AccountSettings::default()).await;
    let session = service.session(&shop, json!({})).await;
    let before = access(&service.app);
    rotated(&service, true).await;
    refresh(&service.app).await;
    refresh(&service.app).await;
    assert!(!knows(&service.app, &before) && knows(&service.app, &access(&service.app)));
    let status = service.page("GET", "/h5/api/v1/status", &session.token, None).await;
    assert_eq!(status.code(), "IAM_FAILED");
}
