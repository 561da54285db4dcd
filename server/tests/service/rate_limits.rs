//! Rate limits: which requests have one, and that strangers cannot use up another caller's.

use crate::common::{Integrator, Service, Session};
use nearfar_protocol::page::CrossDevice;
use nearfar_store::AccountSettings;
use serde_json::json;

const CLAIM: &str = "/h5/api/v1/handoff/claim";
const STATUS: &str = "/h5/api/v1/status";

async fn begin() -> (Service, Integrator, Session) {
    let service = Service::with(|config| (config.account_rate, config.session_rate) = (5, 5)).await;
    let shop =
        service.integrator(AccountSettings { cross_device: CrossDevice::Fallback, ..AccountSettings::default() }).await;
    let session = service.session(&shop, json!({})).await;
    // From here on all buckets are full.
    service.pass(1_000);
    (service, shop, session)
}

#[tokio::test]
async fn wrong_signatures_have_their_own_rate() {
    let (service, shop, _) = begin().await;
    let mut wrong = shop.signed(service.app.now());
    wrong["signature"] = json!("0".repeat(64));
    for _ in 0..5 {
        assert_eq!(service.generate_token(&wrong).await.code(), "PARAMETER_ERROR");
    }
    for _ in 0..50 {
        let refused = service.generate_token(&wrong).await;
        assert_eq!((refused.code(), &refused.headers["retry-after"]), ("SERVICE_BUSY", &"1".parse().expect("a value")));
    }
    for _ in 0..5 {
        service.generate_token(&shop.signed(service.app.now())).await.ok();
    }
    assert_eq!(service.generate_token(&shop.signed(service.app.now())).await.code(), "SERVICE_BUSY", "it has a limit");
    // Another account's failures count separately.
    let other = service.app.store.create_account(
        nearfar_store::NewAccount { name: "other".into(), ..nearfar_store::NewAccount::default() },
        service.app.now(),
    );
    wrong["accessKey"] = json!(other.await.expect("made").0.access_key);
    assert_eq!(service.generate_token(&wrong).await.code(), "PARAMETER_ERROR");
}

#[tokio::test]
async fn unknown_access_keys_and_links_create_no_rate_buckets() {
    let (service, shop, session) = begin().await;
    let (accounts, sessions) = (service.app.account_rate.buckets(), service.app.session_rate.buckets());
    let mut body = shop.signed(service.app.now());
    for index in 0..300 {
        body["accessKey"] = json!(format!("key-{index}"));
        service.generate_token(&body).await;
        let claim = json!({"link": format!("link-{index}.secret"), "deviceId": format!("device-{index}")});
        service.page("POST", CLAIM, "", Some(claim)).await;
        service.page("GET", STATUS, &format!("{}x{index}", session.token), None).await;
    }
    assert!(service.app.account_rate.buckets() <= accounts + 1);
    assert!(service.app.session_rate.buckets() <= sessions + 1);
    service.generate_token(&shop.signed(service.app.now())).await.ok();
}

#[tokio::test]
async fn idle_rate_buckets_are_dropped() {
    let (service, shop, _) = begin().await;
    for _ in 0..300 {
        let session = service.session(&shop, json!({})).await;
        for path in [STATUS, "/h5/api/v1/session", STATUS, STATUS] {
            service.page("GET", path, &session.token, None).await.ok();
        }
        service.pass(1_000);
    }
    let buckets = service.app.session_rate.buckets();
    assert!(buckets < 600, "{buckets}");
}

#[tokio::test]
async fn claims_with_wrong_secrets_have_their_own_rate() {
    let (service, _, session) = begin().await;
    let made = service.page("POST", "/h5/api/v1/handoff", &session.token, None).await.ok();
    let link = made.data()["url"].as_str().and_then(|url| url.split_once("#handoff=")).expect("a link").1.to_owned();
    let id = link.split_once('.').expect("an id").0;
    let wrong = json!({"link": format!("{id}.{}", "0".repeat(32)), "deviceId": "stranger"});
    for _ in 0..5 {
        assert_eq!(service.page("POST", CLAIM, "", Some(wrong.clone())).await.code(), "HANDOFF_NOT_FOUND");
    }
    for _ in 0..50 {
        assert_eq!(service.page("POST", CLAIM, "", Some(wrong.clone())).await.code(), "SERVICE_BUSY");
    }
    let claim = json!({"link": link, "deviceId": "phone"});
    for _ in 0..5 {
        service.page("POST", CLAIM, "", Some(claim.clone())).await.ok();
    }
    assert_eq!(service.page("POST", CLAIM, "", Some(claim)).await.code(), "SERVICE_BUSY", "it has a limit");
    for _ in 0..5 {
        service.page("GET", STATUS, &session.token, None).await.ok();
    }
}

#[tokio::test]
async fn an_unconfirmed_device_does_not_use_the_first_devices_rate() {
    let (service, _, session) = begin().await;
    let made = service.page("POST", "/h5/api/v1/handoff", &session.token, None).await.ok();
    let link = made.data()["url"].as_str().and_then(|url| url.split_once("#handoff=")).expect("a link").1.to_owned();
    let claimed = service.page("POST", CLAIM, "", Some(json!({"link": link, "deviceId": "stranger"}))).await.ok();
    let stranger = claimed.data()["token"].as_str().expect("a token");
    for _ in 0..5 {
        service.page("GET", STATUS, stranger, None).await;
    }
    assert_eq!(service.page("GET", STATUS, stranger, None).await.code(), "SERVICE_BUSY");
    service.page("GET", STATUS, &session.token, None).await.ok();
}

#[tokio::test]
async fn every_purpose_has_its_own_rate() {
    let (service, shop, session) = begin().await;
    for _ in 0..5 {
        service.page("GET", STATUS, &session.token, None).await.ok();
    }
    assert_eq!(service.page("GET", STATUS, &session.token, None).await.code(), "SERVICE_BUSY");
    service.page("GET", "/h5/api/v1/session", &session.token, None).await.ok();
    service.page("POST", "/h5/api/v1/problems", &session.token, Some(json!({"code": "camera"}))).await.ok();
    let attempt = service.attempt(&session.token, "a").await;
    service.upload(&session.token, &attempt).await.ok();
    for _ in 0..5 {
        assert_ne!(service.result(&shop, &session.id).await.code(), "SERVICE_BUSY");
    }
    assert_eq!(service.result(&shop, &session.id).await.code(), "SERVICE_BUSY");
    service.session(&shop, json!({})).await;
    service.generate_token(&shop.signed(service.app.now())).await.ok();
    service.clear(&shop.token, &format!("?signatureId={}", session.id)).await.ok();
}

#[tokio::test]
async fn a_revoked_token_does_not_use_the_accounts_rate() {
    let (service, shop, _) = begin().await;
    let secret = service.app.store.rotate_secret(&shop.account.id).await.expect("rotated").to_string();
    for _ in 0..5 {
        assert_eq!(service.result(&shop, "0123456789abcdef").await.code(), "IAM_FAILED");
    }
    assert_eq!(service.result(&shop, "0123456789abcdef").await.code(), "SERVICE_BUSY");
    let owner = Integrator { account: shop.account, secret, token: String::new() };
    let token = service.generate_token(&owner.signed(service.app.now())).await.ok();
    let owner = Integrator { token: token.data()["token"].as_str().expect("a token").into(), ..owner };
    assert_eq!(service.result(&owner, "0123456789abcdef").await.code(), "SIGNATURE_NOT_EXIST");
}
