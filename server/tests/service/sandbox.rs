//! Sandbox accounts: chosen verdicts, and the mark that no answer lacks.

use std::collections::BTreeSet;
use std::io::Cursor;

use crate::common::{Answered, Integrator, Service, Session};
use crate::isolation::PAGE;
use axum::body::Body;
use axum::http::{Method, Request, header};
use nearfar_protocol::page::CrossDevice;
use nearfar_protocol::status;
use nearfar_record::{Error as RecordError, PublicKeys, verify, verify_sandbox};
use nearfar_server::commands::show;
use nearfar_store::{AccountSettings, NewAccount};
use serde_json::{Value, json};

const TOKEN: &str = "/openapi/liveness/v2/h5/token";
const GET_RESULT: &str = "/openapi/liveness/v4/h5/get-result";
const RECORD: &str = "/liveness/h5/v1/capture-record";
const KEYS: &str = "/liveness/h5/v1/capture-record/keys";
const AUDIT_IMAGES: &str = "/liveness/h5/v1/audit-images";
const PARAMETER: (&str, &str) = ("PARAMETER_ERROR", "Parameter error,please check you input.");

impl Service {
    async fn sandbox(&self, settings: AccountSettings) -> Integrator {
        let new = NewAccount { name: "tests".into(), sandbox: true, settings, ..NewAccount::default() };
        let (account, secret) = self.app.store.create_account(new, self.app.now()).await.expect("an account");
        let mut integrator = Integrator { account, secret: secret.to_string(), token: String::new() };
        let answer = self.generate_token(&integrator.signed(self.app.now())).await.ok();
        integrator.token = answer.data()["token"].as_str().expect("a token").to_owned();
        integrator
    }

    async fn status(&self, session: &Session) -> Value {
        self.page("GET", "/h5/api/v1/status", &session.token, None).await.ok().data().clone()
    }

    async fn request(&self, method: Method, path: &str, access: Option<&str>, body: Option<&Value>) -> Answered {
        let mut request = Request::builder().method(method).uri(path).header(header::CONTENT_TYPE, "application/json");
        if let Some(token) = access {
            request = request.header("X-ACCESS-TOKEN", token);
        }
        let body = body.map_or(Body::empty(), |body| Body::from(body.to_string()));
        self.send(request.body(body).expect("a request")).await
    }

    async fn record(&self, token: &str, id: &str) -> Vec<u8> {
        let request = Request::post(RECORD).header("X-ACCESS-TOKEN", token);
        let request = request.header(header::CONTENT_TYPE, "application/json");
        let body = Body::from(json!({"signatureId": id}).to_string());
        self.bytes(request.body(body).expect("a request")).await.2
    }

    async fn record_keys(&self) -> PublicKeys {
        let request = Request::get(KEYS).body(Body::empty()).expect("a request");
        PublicKeys::parse(&self.text(request).await.2).expect("keys")
    }
}

#[track_caller]
fn assert_marked(answer: &Answered, what: &str) {
    let extra = answer.body["extra"].as_str().unwrap_or("");
    assert!(extra == "SANDBOX" || extra.starts_with("SANDBOX; "), "{what}: {}", answer.body);
    assert_eq!(answer.body["pricingStrategy"], "FREE", "{what}");
}

/// The operations of the OpenAPI document for which `keep` is true.
async fn operations(service: &Service, keep: impl Fn(&Value) -> bool) -> BTreeSet<(Method, String)> {
    let document = service.request(Method::GET, "/openapi.json", None, None).await.body;
    let mut operations = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for (method, operation) in methods.as_object().expect("methods") {
            if keep(operation) {
                operations.insert((method.to_uppercase().parse().expect("a method"), path.clone()));
            }
        }
    }
    operations
}

#[tokio::test]
async fn each_attempt_gets_the_result_chosen_for_it() {
    let service = Service::new().await;
    let tests = service.sandbox(AccountSettings { verdict_fields: true, ..AccountSettings::default() }).await;
    let chosen =
        json!(["FACE_OCCLUDED", {"code": "SUCCESS", "score": 0, "attackType": 2}, {"code": "SUCCESS", "score": 87}]);
    let session = service.session(&tests, json!({"tryCount": 3, "sandbox": chosen})).await;
    let expected = [
        ("retry", "FACE_OCCLUDED", json!(null), json!(null), json!(["not_judged"])),
        ("retry", "SUCCESS", json!(0), json!(2), json!(["evidence"])),
        ("succeeded", "SUCCESS", json!(87), json!(null), json!([])),
    ];
    for (index, (state, code, score, attack, reasons)) in expected.into_iter().enumerate() {
        service.scored(&session.token, &format!("a{index}")).await;
        assert_eq!(service.status(&session).await["state"], state);
        let answer = service.result(&tests, &session.id).await;
        let data = answer.data();
        assert_eq!((answer.code(), &data["score"], &data["attackType"]), (code, &score, &attack));
        assert_eq!((&data["passed"], &data["reasons"]), (&json!(state == "succeeded"), &reasons));
    }
}

#[tokio::test]
async fn the_default_is_success_and_the_last_result_repeats_until_the_tries_are_used() {
    let service = Service::new().await;
    // What the scorer would measure does not matter.
    service.set_verdict(crate::common::verdict(nearfar_protocol::result::ResultCode::NoFaceDetected, None, None));
    let tests = service.sandbox(AccountSettings::default()).await;
    let session = service.session(&tests, json!({})).await;
    service.scored(&session.token, "a").await;
    assert_eq!(service.result(&tests, &session.id).await.ok().data()["score"], 100);

    let session = service.session(&tests, json!({"tryCount": 2, "sandbox": ["NO_FACE_DETECTED"]})).await;
    for (attempt, state, tries_left) in [("a", "retry", 1), ("b", "failed", 0)] {
        service.scored(&session.token, attempt).await;
        let status = service.status(&session).await;
        assert_eq!((&status["state"], &status["triesLeft"]), (&json!(state), &json!(tries_left)));
    }
    let poor = json!({"tryCount": 1, "sandbox": ["FACE_QUALITY_TOO_POOR", {"code": "SUCCESS", "score": 49}]});
    let session = service.session(&tests, poor).await;
    service.scored(&session.token, "a").await;
    assert_eq!(service.status(&session).await["triesLeft"], 1, "inconclusive: costs no try, as always");
    service.scored(&session.token, "b").await;
    assert_eq!(service.status(&session).await["state"], "failed", "the score does not pass");
}

#[tokio::test]
async fn an_upload_is_checked_as_always() {
    let service = Service::new().await;
    let tests = service.sandbox(AccountSettings::default()).await;
    let session = service.session(&tests, json!({})).await;
    let good = service.attempt(&session.token, "a").await;
    let mut wrong = good.clone();
    wrong.replace("far", b"no picture");
    assert_eq!(service.upload(&session.token, &wrong).await.code(), "PICTURE_INVALID");
    let mut wrong = good.clone();
    wrong.manifest["nonce"] = json!("0".repeat(64));
    assert_eq!(service.upload(&session.token, &wrong).await.code(), "NONCE_MISMATCH");
    let mut wrong = good.clone();
    wrong.sealed_for.attempt_id = "b".into();
    assert_eq!(service.upload(&session.token, &wrong).await.code(), "SEAL_BROKEN");
    service.pass(601_000);
    assert_eq!(service.upload(&session.token, &good).await.code(), "NONCE_EXPIRED");
    service.scored(&session.token, "b").await;
    service.result(&tests, &session.id).await.ok();
}

#[tokio::test]
async fn only_sandbox_accounts_may_choose() {
    let service = Service::new().await;
    let shop = service.integrator(AccountSettings::default()).await;
    let tests = service.sandbox(AccountSettings::default()).await;
    let body = |sandbox: Value| json!({"returnUrl": "https://shop.example", "region": "IDN", "sandbox": sandbox});
    for sandbox in [json!(["SUCCESS"]), json!([]), json!(""), json!(7)] {
        let answer = service.post(TOKEN, &shop.token, body(sandbox)).await.expect(PARAMETER.0, PARAMETER.1);
        assert_eq!(answer.body["extra"], "sandbox is accepted only from sandbox accounts");
    }
    service.post(TOKEN, &shop.token, body(json!(null))).await.ok();
    let answer = service.post(TOKEN, &tests.token, body(json!(["PASSED"]))).await.expect(PARAMETER.0, PARAMETER.1);
    let extra = answer.body["extra"].as_str().expect("a text");
    assert!(extra.starts_with("SANDBOX; sandbox[0]: unknown variant `PASSED`, expected one of `SUCCESS`"), "{extra}");
}

#[tokio::test]
async fn the_store_keeps_chosen_results_to_sandbox_accounts() {
    let service = Service::new().await;
    let shop = service.integrator(AccountSettings::default()).await;
    let tests = service.sandbox(AccountSettings::default()).await;
    for (account, sandbox) in [(&shop.account, Some("[]".to_owned())), (&tests.account, None)] {
        let new = nearfar_store::NewSession {
            id: "x".into(),
            account_id: account.id.clone(),
            sandbox,
            ..nearfar_store::NewSession::default()
        };
        let refused = service.app.store.create_session(new, 0).await.expect_err("refused");
        assert!(matches!(refused, nearfar_store::Error::Invalid { what: "sandbox", .. }), "{refused}");
    }
}

/// Fails for a new operation until this test requests it.
#[tokio::test]
async fn every_answer_to_the_integrator_is_marked() {
    let service = Service::new().await;
    let tests = service.sandbox(AccountSettings { audit_images: true, ..AccountSettings::default() }).await;
    let session = service.session(&tests, json!({})).await;
    service.scored(&session.token, "a").await;
    let result = service.result(&tests, &session.id).await.ok();
    let link = result.data()["auditImageUrl"].as_str().expect("a link").to_owned();
    let audit = link.strip_prefix("http://localhost:8787").expect("of this service").to_owned();
    let id = json!({"signatureId": session.id});
    let clear = format!("/liveness/h5/ext/v1/clear-data?signatureId={}", session.id);
    // Path, request, and whether its answer is a success.
    let signed = tests.signed(service.app.now());
    let late = json!({"periodSecond": 1});
    let url = json!({"returnUrl": "https://shop.example", "region": "IDN"});
    let cases: [(&str, Method, &str, Option<&Value>); 9] = [
        ("/openapi/auth/ticket/v1/generate-token", Method::POST, "", Some(&signed)),
        (TOKEN, Method::POST, TOKEN, Some(&url)),
        (TOKEN, Method::POST, TOKEN, Some(&late)),
        ("/openapi/liveness/v1/h5/configureUI", Method::POST, "", Some(&json!({"locale": "en", "unknownField": 1}))),
        ("/openapi/liveness/v1/h5/configureUI", Method::POST, "", Some(&json!({"locale": "tlh"}))),
        (GET_RESULT, Method::POST, "", Some(&id)),
        (AUDIT_IMAGES, Method::GET, &audit, None),
        (RECORD, Method::POST, "", Some(&json!({"signatureId": "unknown"}))),
        ("/liveness/h5/ext/v1/clear-data", Method::GET, &clear, None),
    ];
    let mut requested = BTreeSet::new();
    let request = async |path: &str, method: &Method, address: &str, body: Option<&Value>| {
        let address = if address.is_empty() { path } else { address };
        service.request(method.clone(), address, Some(&tests.token), body).await
    };
    for (path, method, address, body) in &cases {
        let answer = request(path, method, address, *body).await;
        assert_marked(&answer, path);
        requested.insert((method.clone(), (*path).to_owned()));
    }
    // The session is erased now: errors are marked too, as are those of a disabled account.
    for (path, method, address, body) in &cases {
        assert_marked(&request(path, method, address, *body).await, path);
    }
    service.app.store.enable_account(&tests.account.id, false).await.expect("disabled");
    for (path, method, address, body) in &cases {
        let answer = request(path, method, address, *body).await;
        assert_marked(&answer, path);
        assert_ne!(answer.code(), "SUCCESS", "{path}");
    }
    // The keys are the same for everybody.
    requested.insert((Method::GET, KEYS.to_owned()));
    assert_eq!(requested, operations(&service, |operation| operation["tags"][0] == "Public APIs").await);
}

#[tokio::test]
async fn details_follow_the_mark() {
    let service = Service::new().await;
    let tests = service.sandbox(AccountSettings::default()).await;
    let body = json!({"locale": "en", "unknownField": 1});
    let answer = service.post("/openapi/liveness/v1/h5/configureUI", &tests.token, body.clone()).await.ok();
    assert_eq!(answer.body["extra"], "SANDBOX; Ignored, not known: unknownField");
    let shop = service.integrator(AccountSettings::default()).await;
    let answer = service.post("/openapi/liveness/v1/h5/configureUI", &shop.token, body).await.ok();
    assert_eq!(answer.body["extra"], "Ignored, not known: unknownField");
}

#[tokio::test]
async fn every_answer_to_the_page_is_marked() {
    let service = Service::new().await;
    let settings = AccountSettings { cross_device: CrossDevice::Fallback, ..AccountSettings::default() };
    let tests = service.sandbox(settings.clone()).await;
    let shop = service.integrator(settings).await;
    for (account, is_sandbox) in [(&tests, true), (&shop, false)] {
        let session = service.session(account, json!({})).await;
        let view = service.page("GET", "/h5/api/v1/session", &session.token, None).await.ok();
        assert_eq!(view.data()["sandbox"], is_sandbox);
        let mut answers = Vec::new();
        for (method, path) in PAGE {
            answers.push((path, service.page(method, path, &session.token, Some(json!({}))).await));
        }
        let link = service.page("POST", "/h5/api/v1/handoff", &session.token, Some(json!({}))).await.ok();
        let link =
            link.data()["url"].as_str().and_then(|url| url.split_once("#handoff=")).expect("a link").1.to_owned();
        let claim = Some(json!({"link": link, "deviceId": "phone"}));
        answers.push(("claim", service.page("POST", "/h5/api/v1/handoff/claim", "", claim).await.ok()));
        for (path, answer) in answers {
            let marked = answer.body["extra"].as_str().is_some_and(|extra| extra.starts_with("SANDBOX"));
            assert_eq!(marked, is_sandbox, "{path}: {}", answer.body);
        }
    }
    // `PAGE` has the operations with a session token; the claim is the one without.
    let operations = operations(&service, |operation| operation["tags"][0] == "Page").await;
    assert_eq!(operations.len(), PAGE.len() + 1);
}

#[tokio::test]
async fn sandbox_and_real_accounts_do_not_see_each_others_sessions() {
    let service = Service::new().await;
    let shop = service.integrator(AccountSettings::default()).await;
    let tests = service.sandbox(AccountSettings::default()).await;
    let illegal = ("PARAMETER_ERROR", "Parameter error, please check your request whether has illegal parameters");
    for (owner, other) in [(&shop, &tests), (&tests, &shop)] {
        let session = service.session(owner, json!({})).await;
        service.scored(&session.token, "a").await;
        let unknown = status::SIGNATURE_NOT_EXIST;
        service.result(other, &session.id).await.expect(unknown.code, unknown.message);
        let record: Value = serde_json::from_slice(&service.record(&other.token, &session.id).await).expect("JSON");
        assert_eq!(record["code"], unknown.code);
        service.clear(&other.token, &format!("?signatureId={}", session.id)).await.expect(illegal.0, illegal.1);
        let answer = service.result(owner, &session.id).await.ok();
        assert_eq!(answer.body["extra"], if owner.account.sandbox { json!("SANDBOX") } else { json!(null) });
    }
}

#[tokio::test]
async fn a_capture_record_of_the_sandbox_is_no_record_of_a_real_verdict() {
    let service = Service::new().await;
    let shop = service.integrator(AccountSettings::default()).await;
    let tests = service.sandbox(AccountSettings::default()).await;
    let keys = service.record_keys().await;
    let session = service.session(&tests, json!({})).await;
    service.scored(&session.token, "a").await;
    let record = service.record(&tests.token, &session.id).await;
    assert!(matches!(verify(Cursor::new(&record), &keys), Err(RecordError::Sandbox)));
    let checked = verify_sandbox(Cursor::new(&record), &keys).expect("it holds");
    assert!(checked.claims.sandbox);
    assert_eq!((checked.claims.signature_id, checked.claims.score), (session.id, Some(100)));

    let session = service.session(&shop, json!({})).await;
    service.scored(&session.token, "a").await;
    let record = service.record(&shop.token, &session.id).await;
    assert!(matches!(verify_sandbox(Cursor::new(&record), &keys), Err(RecordError::NotSandbox)));
    assert!(!verify(Cursor::new(&record), &keys).expect("it holds").claims.sandbox);
}

#[tokio::test]
async fn the_operators_page_names_the_sandbox() {
    let service = Service::new().await;
    for (account, is_sandbox) in [
        (service.sandbox(AccountSettings::default()).await, true),
        (service.integrator(AccountSettings::default()).await, false),
    ] {
        let session = service.session(&account, json!({})).await;
        service.scored(&session.token, "a").await;
        let page =
            show::render(&service.app.store, &*service.scorer, &session.id, service.app.now()).await.expect("a page");
        assert_eq!(page.contains("SANDBOX: a test chose the results"), is_sandbox);
    }
}
