//! Token Authentication, each field, code and message.

use crate::common::{START, Service};
use axum::body::Body;
use axum::http::{Request, StatusCode};
use nearfar_store::AccountSettings;
use serde_json::{Value, json};

const EMPTY: (&str, &str) = ("PARAMETER_ERROR", "Parameter should not be empty");
const TIMESTAMP: (&str, &str) = ("PARAMETER_ERROR", "Timestamp error");
const SIGNATURE: (&str, &str) = ("PARAMETER_ERROR", "Signature error");
const PARAMETER: (&str, &str) = ("PARAMETER_ERROR", "Parameter error,please check you input.");
const KEY: (&str, &str) = ("IAM_FAILED", "Access Key not found");

#[tokio::test]
async fn a_valid_signature_gets_a_token() {
    let service = Service::new().await;
    let shop = service.integrator(AccountSettings::default()).await;
    let answer = service.generate_token(&shop.signed(START)).await.ok();
    assert_eq!(answer.data()["expiredTime"], json!(START + 3_600_000));
    assert_eq!(answer.data()["token"].as_str().map(|token| token.split('.').count()), Some(3));
    assert_eq!(answer.body["extra"], Value::Null);
}

#[tokio::test]
async fn numbers_may_come_as_numbers_and_signatures_in_capitals() {
    let service = Service::new().await;
    let shop = service.integrator(AccountSettings::default()).await;
    let mut body = shop.signed(START);
    body["timestamp"] = json!(START);
    body["periodSecond"] = json!(120);
    body["signature"] = json!(body["signature"].as_str().expect("text").to_uppercase());
    let answer = service.generate_token(&body).await.ok();
    assert_eq!(answer.data()["expiredTime"], json!(START + 120_000));
}

#[tokio::test]
async fn every_wrong_parameter_has_its_message() {
    let service = Service::new().await;
    let shop = service.integrator(AccountSettings::default()).await;
    let late = shop.signed(START - 300_001);
    let early = shop.signed(START + 300_001);
    let cases: Vec<(&str, Value, (&str, &str))> = vec![
        ("accessKey missing", json!({"accessKey": null}), EMPTY),
        ("accessKey empty", json!({"accessKey": ""}), EMPTY),
        ("timestamp missing", json!({"timestamp": null}), EMPTY),
        ("signature missing", json!({"signature": null}), EMPTY),
        ("accessKey no text", json!({"accessKey": {}}), PARAMETER),
        ("accessKey unknown", json!({"accessKey": "nobody"}), KEY),
        ("timestamp of ten digits", json!({"timestamp": "1713247589"}), TIMESTAMP),
        ("timestamp no number", json!({"timestamp": "yesterday"}), TIMESTAMP),
        ("timestamp too old", late, TIMESTAMP),
        ("timestamp too new", early, TIMESTAMP),
        ("signature of another timestamp", json!({"timestamp": (START + 1).to_string()}), SIGNATURE),
        ("signature short", json!({"signature": "00"}), SIGNATURE),
        ("periodSecond 59", json!({"periodSecond": "59"}), PARAMETER),
        ("periodSecond 86401", json!({"periodSecond": 86401}), PARAMETER),
        ("periodSecond no number", json!({"periodSecond": "an hour"}), PARAMETER),
        ("periodSecond a fraction", json!({"periodSecond": 60.5}), PARAMETER),
    ];
    for (name, change, (code, message)) in cases {
        let mut body = shop.signed(START);
        for (field, value) in change.as_object().expect("an object") {
            body[field] = value.clone();
        }
        let answer = service.generate_token(&body).await;
        assert_eq!((answer.code(), answer.message()), (code, message), "{name}");
        assert_eq!(answer.data(), &Value::Null, "{name}");
    }
    for period in ["60", "86400"] {
        let mut body = shop.signed(START);
        body["periodSecond"] = json!(period);
        service.generate_token(&body).await.ok();
    }
    for edge in [START - 300_000, START + 300_000] {
        service.generate_token(&shop.signed(edge)).await.ok();
    }
}

#[tokio::test]
async fn account_disabled_requires_a_valid_signature() {
    let service = Service::new().await;
    let shop = service.integrator(AccountSettings::default()).await;
    service.app.store.enable_account(&shop.account.id, false).await.expect("disabled");
    service.generate_token(&shop.signed(START)).await.expect("ACCOUNT_DISABLED", "Account Disabled");
    let mut wrong = shop.signed(START);
    wrong["signature"] = json!("0".repeat(64));
    service.generate_token(&wrong).await.expect(SIGNATURE.0, SIGNATURE.1);
}

#[tokio::test]
async fn an_expired_account_gets_no_token() {
    let service = Service::new().await;
    let shop = service.integrator(AccountSettings::default()).await;
    let store = &service.app.store;
    store.update_account(&shop.account.id, "shop", Some(START), &shop.account.settings).await.expect("set");
    let message = "Account is expired. Please contact your sales manager for help";
    service.generate_token(&shop.signed(START)).await.expect("IAM_FAILED", message);
}

#[tokio::test]
async fn non_object_bodies_are_bad_requests() {
    let service = Service::new().await;
    for body in ["{", "", "[]", "\"x\"", "\u{fffd}"] {
        let request =
            Request::post("/openapi/auth/ticket/v1/generate-token").header("content-type", "application/json");
        let answer = service.send(request.body(Body::from(body)).expect("a request")).await;
        let answer = answer.expect("CLIENT_ERROR", "HTTP 400 - Bad Request");
        assert_eq!(answer.http, StatusCode::BAD_REQUEST, "{body}");
    }
}
