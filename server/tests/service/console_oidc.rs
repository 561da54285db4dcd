//! The console's sign-in through an OpenID provider.

use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use nearfar_server::config::Config;
use nearfar_server::config::oidc::OidcClaim;
use nearfar_server::console::Console;
use nearfar_store::{Actor, Role};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::common::browser::{Browser, PASSWORD, Page};
use crate::common::open_id::{Behaviour, CLIENT_ID, CLIENT_SECRET, CODE, OpenId, encoded, redirected};
use crate::common::{START, Service};

fn through(provider: &OpenId) -> impl FnOnce(&mut Config) {
    let issuer = provider.issuer();
    move |config| {
        config.console_oidc_issuer = Some(issuer);
        config.console_oidc_client_id = CLIENT_ID.into();
        config.console_oidc_client_secret = Some(CLIENT_SECRET.into());
    }
}

/// The service with a provider, and an operator who is not set up.
async fn service(change: impl FnOnce(&mut Config)) -> (Service, OpenId) {
    let provider = OpenId::start(START).await;
    let configure = through(&provider);
    let service = Service::with(|config| {
        configure(config);
        change(config);
    })
    .await;
    service.operator("ann@example.com", Role::Reviewer).await;
    (service, provider)
}

/// Begins, and returns the state that the provider would send back.
async fn begin(browser: &mut Browser, provider: &OpenId) -> String {
    let page = browser.get("/console/oidc").await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
    let parameters = provider.authorize(page.location());
    parameters.into_iter().find(|(name, _)| name == "state").expect("a state").1
}

async fn finish(browser: &mut Browser, state: &str) -> Page {
    browser.get(&format!("/console/oidc/callback?code={}&state={state}", CODE.replace(' ', "%20"))).await
}

async fn sign_in(browser: &mut Browser, provider: &OpenId) -> Page {
    let state = begin(browser, provider).await;
    finish(browser, &state).await
}

/// The reason and the subject of the last entry of the audit log.
async fn last_entry(service: &Service) -> (String, String, Option<String>) {
    let mut entries = service.app.store.audit_entries_after(0, 1000).await.expect("entries");
    let entry = entries.pop().expect("an entry");
    let details: Value = serde_json::from_str(&entry.details).expect("JSON");
    (entry.action, details["reason"].as_str().unwrap_or_default().to_owned(), entry.subject)
}

#[tokio::test]
async fn an_operator_signs_in_and_is_known_by_identity_from_then_on() {
    let (service, provider) = service(|_| {}).await;
    let mut browser = Browser::new(&service).await;
    assert!(browser.get("/console/sign-in").await.text.contains("href=\"/console/oidc\""));
    let page = browser.get("/console/oidc").await;
    let cookie = page.headers[header::SET_COOKIE].to_str().expect("text");
    assert!(cookie.starts_with("nearfar-oidc=") && cookie.contains("HttpOnly; SameSite=Lax"), "{cookie}");
    let parameters = provider.authorize(page.location());
    for expected in [
        ("response_type", "code"),
        ("client_id", CLIENT_ID),
        ("redirect_uri", "http://localhost:8788/console/oidc/callback"),
        ("code_challenge_method", "S256"),
        ("scope", "openid email"),
    ] {
        assert!(parameters.contains(&(expected.0.into(), expected.1.into())), "{expected:?}");
    }
    let state = &parameters.iter().find(|(name, _)| name == "state").expect("a state").1;
    let page = finish(&mut browser, state).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    assert_eq!(page.headers["refresh"], "0; url=/console/");
    let profile = browser.get("/console/profile").await;
    assert!(profile.text.contains("ann@example.com") && !profile.text.contains("New password"), "{}", profile.text);
    assert!(!browser.cookies.contains_key("nearfar-oidc"));
    // A second time, with another name at the provider; and not by somebody else with her former name.
    provider.set(Behaviour { claims: json!({ "email": "ann.lee@example.com" }), ..Behaviour::default() });
    assert_eq!(sign_in(&mut Browser::new(&service).await, &provider).await.status, StatusCode::OK);
    provider.set(Behaviour { claims: json!({ "sub": "person 2" }), ..Behaviour::default() });
    let mut other = Browser::new(&service).await;
    let page = sign_in(&mut other, &provider).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN, "{}", page.text);
    assert_eq!(other.get("/console/profile").await.location(), "/console/sign-in");
    let entries = service.app.store.audit_entries_after(0, 1000).await.expect("entries");
    let actions: Vec<_> = entries.iter().map(|entry| entry.action.as_str()).collect();
    let expected = ["operator_created", "operator_linked", "signed_in", "signed_in", "sign_in_failed"];
    assert_eq!(actions, expected);
    assert!(entries[2].details.contains("\"method\":\"oidc\""), "{}", entries[2].details);
    // A reset makes room for another identity.
    let ann = service.app.store.operator_by_name("ann@example.com").await.expect("ann");
    service.app.store.reset_operator(&Actor::Service, &ann.id, service.app.now()).await.expect("reset");
    assert_eq!(sign_in(&mut other, &provider).await.status, StatusCode::OK);
}

fn unsigned(claims: &Value) -> String {
    format!("{}.{}.", encoded(&json!({ "alg": "none" })), encoded(claims))
}

/// With the client secret as the key, which others may know.
fn with_secret(claims: &Value) -> String {
    let signed = format!("{}.{}", encoded(&json!({ "alg": "HS256" })), encoded(claims));
    let mut mac = Hmac::<Sha256>::new_from_slice(CLIENT_SECRET.as_bytes()).expect("a key");
    mac.update(signed.as_bytes());
    format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
}

#[tokio::test]
async fn tokens_that_are_not_for_this_sign_in_are_refused() {
    let (service, provider) = service(|config| config.console_oidc_acr_values = "mfa phr".into()).await;
    let claims = |changes: Value| {
        let mut claims = json!({ "acr": "mfa" });
        for (name, value) in changes.as_object().expect("an object") {
            claims[name] = value.clone();
        }
        Behaviour { claims, ..Behaviour::default() }
    };
    let seconds = START / 1000;
    let good = claims(json!({}));
    for (behaviour, reason) in [
        (claims(json!({ "nonce": "another" })), "nonce"),
        (claims(json!({ "nonce": null })), "nonce"),
        (claims(json!({ "aud": "another" })), "audience"),
        (claims(json!({ "aud": [CLIENT_ID, "another"] })), "audience"),
        (claims(json!({ "iss": "https://another.example" })), "issuer"),
        (claims(json!({ "exp": seconds - 1 })), "Expired"),
        (claims(json!({ "acr": "password" })), "console_oidc_acr_values"),
        (claims(json!({ "acr": null })), "console_oidc_acr_values"),
        (Behaviour { wrong_key: true, ..good.clone() }, "Signature"),
        (Behaviour { token: Some(unsigned), ..good.clone() }, "Signature"),
        (Behaviour { token: Some(with_secret), ..good.clone() }, "Signature"),
        (Behaviour { token: Some(|_| "nonsense".into()), ..good.clone() }, "token response"),
        (claims(json!({ "email_verified": false })), "email"),
        (claims(json!({ "email_verified": null })), "email"),
    ] {
        provider.set(behaviour);
        let mut browser = Browser::new(&service).await;
        browser.address.set_port(1);
        let page = sign_in(&mut browser, &provider).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{reason}: {}", page.text);
        assert!(!browser.cookies.contains_key("nearfar-console"), "{reason}");
        let (action, logged, _) = last_entry(&service).await;
        assert_eq!(action, "sign_in_failed");
        assert!(logged.to_lowercase().contains(&reason.to_lowercase()), "{reason}: {logged}");
        assert!(!logged.contains("ann@") && !logged.contains("access"), "{logged}");
    }
    provider.set(good);
    assert_eq!(sign_in(&mut Browser::new(&service).await, &provider).await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_name_may_be_in_the_user_info_of_the_same_person() {
    let (service, provider) = service(|config| config.console_oidc_claim = OidcClaim::PreferredUsername).await;
    service.operator("lee", Role::Viewer).await;
    let answer = |user_info: Value| Behaviour { user_info, ..Behaviour::default() };
    for (user_info, status) in [
        (json!({ "sub": "person 9", "preferred_username": "lee" }), StatusCode::FORBIDDEN),
        (json!({ "sub": "person 1" }), StatusCode::FORBIDDEN),
        (json!({ "sub": "person 1", "preferred_username": "lee" }), StatusCode::OK),
    ] {
        provider.set(answer(user_info));
        assert_eq!(sign_in(&mut Browser::new(&service).await, &provider).await.status, status);
    }
}

#[tokio::test]
async fn unknown_and_disabled_operators_are_refused() {
    let (service, provider) = service(|_| {}).await;
    let ann = service.app.store.operator_by_name("ann@example.com").await.expect("ann");
    let actor = Actor::Service;
    service.app.store.enable_operator(&actor, &ann.id, false, service.app.now()).await.expect("disabled");
    assert_eq!(sign_in(&mut Browser::new(&service).await, &provider).await.status, StatusCode::FORBIDDEN);
    assert_eq!(last_entry(&service).await.2.as_deref(), Some("ann@example.com"));
    service.app.store.enable_operator(&actor, &ann.id, true, service.app.now()).await.expect("enabled");
    assert_eq!(sign_in(&mut Browser::new(&service).await, &provider).await.status, StatusCode::OK);
    service.app.store.enable_operator(&actor, &ann.id, false, service.app.now()).await.expect("disabled");
    assert_eq!(sign_in(&mut Browser::new(&service).await, &provider).await.status, StatusCode::FORBIDDEN);
    let name = "<img src=x onerror=alert(1)>@example.com";
    provider.set(Behaviour { claims: json!({ "sub": "x", "email": name }), ..Behaviour::default() });
    let page = sign_in(&mut Browser::new(&service).await, &provider).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(!page.text.contains("<img") && page.text.contains("&lt;img"), "{}", page.text);
}

#[tokio::test]
async fn only_the_browser_that_began_can_finish_and_once() {
    let (service, provider) = service(|_| {}).await;
    let (mut victim, mut attacker) = (Browser::new(&service).await, Browser::new(&service).await);
    let state = begin(&mut attacker, &provider).await;
    assert_eq!(finish(&mut victim, &state).await.status, StatusCode::BAD_REQUEST, "without a cookie");
    begin(&mut victim, &provider).await;
    assert_eq!(finish(&mut victim, &state).await.status, StatusCode::BAD_REQUEST, "with the cookie of another sign-in");
    assert_eq!(finish(&mut victim, "").await.status, StatusCode::BAD_REQUEST);
    assert_eq!(victim.get("/console/oidc/callback").await.status, StatusCode::BAD_REQUEST);
    let state = begin(&mut attacker, &provider).await;
    assert_eq!(finish(&mut attacker, &state).await.status, StatusCode::OK);
    assert_eq!(finish(&mut attacker, &state).await.status, StatusCode::BAD_REQUEST, "again");
    // The person cancelled, or the code is wrong.
    let state = begin(&mut victim, &provider).await;
    let page = victim.get(&format!("/console/oidc/callback?error=access_denied&code=x&state={state}")).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    let state = begin(&mut victim, &provider).await;
    let page = victim.get(&format!("/console/oidc/callback?code=wrong&state={state}")).await;
    assert_eq!((page.status, last_entry(&service).await.1.contains("invalid_grant")), (StatusCode::FORBIDDEN, true));
    assert_eq!(victim.get("/console/profile").await.location(), "/console/sign-in");
}

#[tokio::test]
async fn guessing_codes_has_to_wait() {
    let (service, provider) = service(|_| {}).await;
    let mut browser = Browser::new(&service).await;
    let mut statuses = Vec::new();
    for _ in 0..25 {
        let state = begin(&mut browser, &provider).await;
        statuses.push(browser.get(&format!("/console/oidc/callback?code=wrong&state={state}")).await.status);
    }
    assert_eq!(statuses[19], StatusCode::FORBIDDEN);
    let state = begin(&mut browser, &provider).await;
    let page = finish(&mut browser, &state).await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS, "{statuses:?}");
    let wait: i64 = page.headers[header::RETRY_AFTER].to_str().expect("text").parse().expect("seconds");
    service.pass(wait * 1000);
    provider.set(Behaviour { claims: json!({ "exp": service.app.now() / 1000 + 60 }), ..Behaviour::default() });
    let state = begin(&mut browser, &provider).await;
    assert_eq!(finish(&mut browser, &state).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_provider_that_fails_leads_to_a_page_that_says_so() {
    let (service, provider) = service(|_| {}).await;
    let answers: [fn() -> axum::response::Response; 4] = [
        redirected,
        || StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        || "no JSON".into_response(),
        || vec![b' '; 2 * 1024 * 1024].into_response(),
    ];
    for discovery in answers {
        provider.set(Behaviour { discovery: Some(discovery), ..Behaviour::default() });
        let page = Browser::new(&service).await.get("/console/oidc").await;
        assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE, "{}", page.text);
        assert!(page.text.contains("does not answer") && !page.text.contains("127.0.0.1"), "{}", page.text);
    }
    // One instance asks again after a few seconds, not for every request.
    let mut browser = Browser::new(&service).await;
    assert_eq!(browser.get("/console/oidc").await.status, StatusCode::SERVICE_UNAVAILABLE);
    provider.set(Behaviour::default());
    assert_eq!(browser.get("/console/oidc").await.status, StatusCode::SERVICE_UNAVAILABLE);
    service.pass(5_000);
    assert_eq!(browser.get("/console/oidc").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn passwords_can_be_turned_off() {
    let (service, provider) = service(|config| config.console_password_sign_in = false).await;
    let made = service.app.store.create_operator(&Actor::Service, "bob", Role::Viewer, service.app.now()).await;
    let (_, code) = made.expect("bob");
    let mut browser = Browser::new(&service).await;
    let page = browser.get("/console/sign-in").await;
    assert!(page.text.contains("/console/oidc") && !page.text.contains("<form"), "{}", page.text);
    assert_eq!(browser.get(&format!("/console/set-up?setup={}", *code)).await.status, StatusCode::NOT_FOUND);
    assert_eq!(sign_in(&mut browser, &provider).await.status, StatusCode::OK);
    let mut other = Browser::new(&service).await;
    other.csrf = Browser::new(&service).await.get("/console/oidc").await.text;
    assert_eq!(other.sign_in("bob", PASSWORD, "000000").await.status, StatusCode::FORBIDDEN, "there is no form");
}

#[tokio::test]
async fn without_a_provider_there_is_no_such_sign_in() {
    let service = Service::new().await;
    let mut browser = Browser::new(&service).await;
    assert_eq!(browser.get("/console/oidc").await.status, StatusCode::NOT_FOUND);
    assert_eq!(browser.get("/console/oidc/callback?code=a&state=b").await.status, StatusCode::NOT_FOUND);
    assert!(!browser.get("/console/sign-in").await.text.contains("oidc"));
    for (change, option) in [
        ((|config| config.console_password_sign_in = false) as fn(&mut Config), "console_password_sign_in"),
        (|config| config.console_oidc_issuer = Some("https://login.example.com".into()), "console_oidc_client_id"),
        (
            |config| {
                config.console_oidc_issuer = Some("http://login.example.com".into());
                config.console_oidc_client_id = CLIENT_ID.into();
            },
            "console_oidc_issuer",
        ),
    ] {
        let mut config = service.app.config.clone();
        change(&mut config);
        let error = config.check().expect_err("invalid").to_string();
        assert!(error.starts_with(option), "{error}");
    }
    assert!(Console::open(service.app.clone()).await.is_ok());
}
