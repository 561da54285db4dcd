//! Get Token, each field, code and message.

use crate::common::{START, Service, origins, verdict};
use nearfar_protocol::result::ResultCode;
use nearfar_store::AccountSettings;
use serde_json::{Value, json};

const PATH: &str = "/openapi/liveness/v2/h5/token";
const EMPTY: (&str, &str) = ("PARAMETER_ERROR", "Parameter should not be empty");
const PARAMETER: (&str, &str) = ("PARAMETER_ERROR", "Parameter error,please check you input.");
const RETURN: (&str, &str) = ("PARAMETER_ERROR", "Invalid returnUrl,please check your returnUrl");
const FAILED: (&str, &str) = ("PARAMETER_ERROR", "Invalid failedReturnUrl, please check your failedReturnUrl");
const TRY: (&str, &str) = ("PARAMETER_ERROR", "try count must > 0");
const REGION: (&str, &str) = ("REGION_WRONG", "Region is wrong");
const COUNTRY: (&str, &str) = ("IAM_FAILED", "Account not authorized for this country");
const DOMAIN: (&str, &str) = ("IAM_FAILED", "Account not authorized for this domain");

fn body(change: &Value) -> Value {
    let mut body = json!({"returnUrl": "https://www.example.com", "region": "IDN"});
    for (name, value) in change.as_object().expect("an object") {
        body[name] = value.clone();
    }
    body
}

#[tokio::test]
async fn every_wrong_parameter_has_its_message() {
    let service = Service::new().await;
    let shop = service.integrator(AccountSettings::default()).await;
    let cases: Vec<(&str, Value, (&str, &str))> = vec![
        ("returnUrl missing", json!({"returnUrl": null}), EMPTY),
        ("returnUrl empty", json!({"returnUrl": " "}), EMPTY),
        ("returnUrl no URL", json!({"returnUrl": "example"}), RETURN),
        ("returnUrl of another scheme", json!({"returnUrl": "javascript:alert(1)"}), RETURN),
        ("returnUrl with a password", json!({"returnUrl": "https://a:b@example.com"}), RETURN),
        ("returnUrl too long", json!({"returnUrl": format!("https://example.com/{}", "x".repeat(2048))}), RETURN),
        ("returnUrl no text", json!({"returnUrl": ["x"]}), PARAMETER),
        ("failedReturnUrl no URL", json!({"failedReturnUrl": "ftp://example.com"}), FAILED),
        ("region missing", json!({"region": null}), EMPTY),
        ("region unknown", json!({"region": "XXX"}), REGION),
        ("region alpha-2", json!({"region": "ID"}), REGION),
        ("region in small letters", json!({"region": "idn"}), REGION),
        ("tryCount 0", json!({"tryCount": 0}), TRY),
        ("tryCount negative", json!({"tryCount": "-1"}), TRY),
        ("tryCount no number", json!({"tryCount": "many"}), TRY),
        ("productLevel unknown", json!({"productLevel": "GOLD"}), PARAMETER),
        ("userId too long", json!({"userId": "x".repeat(257)}), PARAMETER),
    ];
    for (name, change, (code, message)) in cases {
        let answer = service.post(PATH, &shop.token, body(&change)).await;
        assert_eq!((answer.code(), answer.message()), (code, message), "{name}");
        assert_eq!(answer.data(), &Value::Null, "{name}");
    }
}

#[tokio::test]
async fn every_valid_parameter_is_stored() {
    let service = Service::new().await;
    let shop = service.integrator(AccountSettings::default()).await;
    let cases = [
        json!({}),
        json!({"tryCount": "1000"}),
        json!({"tryCount": 3, "productLevel": "PRO", "userId": 42, "failedReturnUrl": "http://localhost:1/x?y=1#z"}),
        json!({"productLevel": "STANDARD", "returnUrl": "https://www.example-success.com/?id=123&isLivenessIframe=true"}),
    ];
    for case in cases {
        let answer = service.post(PATH, &shop.token, body(&case)).await.ok();
        let id = answer.data()["signatureId"].as_str().expect("an id");
        assert!(id.len() == 16 && id.bytes().all(|b| b.is_ascii_hexdigit()));
        assert!(answer.data()["url"].as_str().expect("a URL").starts_with("http://localhost:8787/h5/?token=ey"));
        let stored = service.app.store.session(id).await.expect("stored");
        let text = |value: &Value| value.as_str().map(str::to_owned).or_else(|| Some(value.as_i64()?.to_string()));
        assert_eq!(stored.try_count.map(|n| n.to_string()), text(&case["tryCount"]).or(Some("1".into())));
        assert_eq!(stored.product_level, text(&case["productLevel"]));
        assert_eq!(stored.user_id, text(&case["userId"]));
        assert_eq!(stored.failed_return_url, text(&case["failedReturnUrl"]));
        assert_eq!(stored.region.as_deref(), Some("IDN"));
        assert_eq!(stored.iframe, case["returnUrl"].is_string());
        assert_eq!(stored.expires_at, START + 3_600_000);
    }
}

#[tokio::test]
async fn apps_are_returned_to_by_the_schemes_of_the_account() {
    let service = Service::new().await;
    let plain = service.integrator(AccountSettings::default()).await;
    let settings = AccountSettings {
        allowed_return_schemes: vec!["myapp".parse().expect("a scheme"), "com.shop.app".parse().expect("a scheme")],
        allowed_return_origins: origins(&["https://shop.example"]),
        ..AccountSettings::default()
    };
    let app = service.integrator(settings).await;
    let urls = json!({"returnUrl": "myapp://done?x=1#/end", "failedReturnUrl": "com.shop.app:/failed"});
    let answer = service.post(PATH, &app.token, body(&urls)).await.ok();
    let stored = service.app.store.session(answer.data()["signatureId"].as_str().expect("an id")).await;
    let stored = stored.expect("stored");
    assert_eq!(stored.return_url.as_deref(), urls["returnUrl"].as_str());
    assert_eq!(stored.failed_return_url.as_deref(), urls["failedReturnUrl"].as_str());
    assert!(!stored.iframe);
    let embedded = json!({"returnUrl": "myapp://done?isLivenessIframe=true"});
    let answer = service.post(PATH, &app.token, body(&embedded)).await.ok();
    let stored = service.app.store.session(answer.data()["signatureId"].as_str().expect("an id")).await;
    assert!(stored.expect("stored").iframe);
    service.post(PATH, &plain.token, body(&urls)).await.expect(RETURN.0, RETURN.1);
    let cases = [
        (json!({"returnUrl": "other://done"}), RETURN),
        (json!({"returnUrl": "javascript:alert(1)"}), RETURN),
        (json!({"returnUrl": "intent://done#Intent;scheme=myapp;end"}), RETURN),
        (json!({"returnUrl": "myapp://a:b@done"}), RETURN),
        (json!({"returnUrl": format!("myapp://{}", "x".repeat(2048))}), RETURN),
        (json!({"returnUrl": "myapp://done", "failedReturnUrl": "other://done"}), FAILED),
        (json!({"returnUrl": "https://evil.example"}), DOMAIN),
    ];
    for (case, (code, message)) in cases {
        service.post(PATH, &app.token, body(&case)).await.expect(code, message);
    }
}

#[tokio::test]
async fn several_return_origins_are_allowed() {
    let service = Service::new().await;
    let settings = AccountSettings {
        allowed_return_origins: origins(&["https://shop.example", "https://pay.example:8443"]),
        ..AccountSettings::default()
    };
    let shop = service.integrator(settings).await;
    for (success, failed) in [
        ("https://shop.example/a", "https://shop.example/b"),
        ("https://pay.example:8443/a", "https://pay.example:8443/b"),
        ("https://shop.example/a", "https://pay.example:8443/b"),
        ("https://pay.example:8443/a", "https://shop.example/b"),
    ] {
        let urls = json!({"returnUrl": success, "failedReturnUrl": failed});
        service.post(PATH, &shop.token, body(&urls)).await.ok();
    }
    for wrong in ["https://other.example", "https://pay.example", "https://shop.example:8443", "http://shop.example"] {
        let urls = json!({"returnUrl": wrong});
        service.post(PATH, &shop.token, body(&urls)).await.expect(DOMAIN.0, DOMAIN.1);
        let urls = json!({"returnUrl": "https://shop.example", "failedReturnUrl": wrong});
        service.post(PATH, &shop.token, body(&urls)).await.expect(DOMAIN.0, DOMAIN.1);
    }
}

#[tokio::test]
async fn a_return_url_keeps_its_query_and_fragment() {
    let service = Service::new().await;
    let settings = AccountSettings { retry_limit: Some(1), ..AccountSettings::default() };
    let shop = service.integrator(settings).await;
    let success = "https://shop.example/?lang=de#/done?id=1&next=%2Fhome";
    let failed = "https://shop.example/#/failed?id=1";
    let urls = json!({"returnUrl": success, "failedReturnUrl": failed});
    let session = service.session(&shop, urls.clone()).await;
    service.scored(&session.token, "a").await;
    let next = async |token: &str| {
        let status = service.page("GET", "/h5/api/v1/status", token, None).await.ok();
        status.data()["next"].clone()
    };
    assert_eq!(next(&session.token).await, json!({"info": "successNext", "url": success}));
    service.set_verdict(verdict(ResultCode::Success, Some(0), None));
    let session = service.session(&shop, urls).await;
    service.scored(&session.token, "a").await;
    assert_eq!(next(&session.token).await, json!({"info": "failedNext", "url": failed}));
    // The flag of frames may be in the query of a router.
    for (url, iframe) in [
        ("https://shop.example/#/done?id=1&isLivenessIframe=true", true),
        ("https://shop.example/?isLivenessIframe=true#/done?id=1", true),
        ("https://shop.example/#/done?id=1&isLivenessIframe=false", false),
        ("https://shop.example/#isLivenessIframe=true", false),
    ] {
        let session = service.session(&shop, json!({"returnUrl": url})).await;
        let stored = service.app.store.session(&session.id).await.expect("stored");
        assert_eq!((stored.iframe, stored.return_url.as_deref()), (iframe, Some(url)));
    }
}

#[tokio::test]
async fn accounts_can_be_restricted_to_regions_and_origins() {
    let service = Service::new().await;
    let settings = AccountSettings {
        regions: vec!["IDN".into()],
        allowed_return_origins: origins(&["https://shop.example"]),
        ..AccountSettings::default()
    };
    let shop = service.integrator(settings).await;
    let good = json!({"returnUrl": "https://shop.example/a", "failedReturnUrl": "https://shop.example/b"});
    service.post(PATH, &shop.token, body(&good)).await.ok();
    let cases = [
        (json!({"returnUrl": "https://shop.example", "region": "DEU"}), COUNTRY),
        (json!({"returnUrl": "https://shop.example.evil.example"}), DOMAIN),
        (json!({"returnUrl": "https://shop.example", "failedReturnUrl": "http://shop.example"}), DOMAIN),
    ];
    for (case, (code, message)) in cases {
        service.post(PATH, &shop.token, body(&case)).await.expect(code, message);
    }
}
