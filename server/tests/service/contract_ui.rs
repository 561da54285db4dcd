//! ConfigureUI over HTTP; the protocol crate tests the rules of each field.

use crate::common::Service;
use nearfar_protocol::locale::CODES;
use nearfar_protocol::ui::{Kind, PAGES};
use nearfar_store::AccountSettings;
use serde_json::{Value, json};

const PATH: &str = "/openapi/liveness/v1/h5/configureUI";

#[tokio::test]
async fn every_configuration_error_has_its_response() {
    let service = Service::new().await;
    let shop = service.integrator(AccountSettings::default()).await;
    let long = json!("x".repeat(101));
    let mut count = 0;
    for page in &PAGES {
        for field in page.fields {
            let mut cases: Vec<(Value, &str, &str)> = Vec::new();
            if let Some(error) = field.error {
                let wrong = if field.kind == Kind::Text { long.clone() } else { json!("wrong") };
                cases.push((wrong, error.name, error.message));
            }
            if let Kind::Tips(errors) = field.kind {
                cases.push((json!([{}, {}, {}, {}, {}]), errors.count.name, errors.count.message));
                cases.push((json!([{"iconLink": "wrong"}]), errors.icon.name, errors.icon.message));
                cases.push((json!([{"text": long}]), errors.text.name, errors.text.message));
            }
            for (value, name, message) in cases {
                count += 1;
                let body = json!({"locale": "en", page.name: {field.name: value}});
                let answer = service.post(PATH, &shop.token, body).await.expect("PARAMETER_ERROR", message);
                let extra = answer.body["extra"].as_str().expect("extra");
                assert!(extra.starts_with(&format!("{name} {}.{}", page.name, field.name)), "{extra}");
            }
        }
    }
    assert_eq!(count, 44);
}

#[tokio::test]
async fn every_locale_is_stored_and_abbreviations_are_the_same() {
    let service = Service::new().await;
    let shop = service.integrator(AccountSettings::default()).await;
    let session = service.session(&shop, json!({})).await;
    for code in CODES {
        let body = json!({"locale": code, "titleText": format!("title {code}")});
        let answer = service.post(PATH, &shop.token, body).await.ok();
        assert_eq!(answer.data(), &Value::Null);
        let view = service.page("GET", &format!("/h5/api/v1/session?language={code}"), &session.token, None).await.ok();
        assert_eq!(view.data()["ui"]["titleText"], format!("title {code}"));
    }
    for (short, long) in nearfar_protocol::locale::ABBREVIATIONS {
        let ask = |code: &str| format!("/h5/api/v1/session?language={code}");
        let a = service.page("GET", &ask(short), &session.token, None).await.ok();
        let b = service.page("GET", &ask(long), &session.token, None).await.ok();
        assert_eq!(a.data()["ui"], b.data()["ui"]);
    }
}

#[tokio::test]
async fn the_locale_is_required_and_known() {
    let service = Service::new().await;
    let shop = service.integrator(AccountSettings::default()).await;
    let cases = [
        (json!({}), "EMPTY_PARAMETER_ERROR", "Parameter should not be empty"),
        (json!({"locale": "tlh"}), "PARAMETER_ERROR", "Parameter error,please check you input."),
        (json!([]), "CLIENT_ERROR", "HTTP 400 - Bad Request"),
    ];
    for (body, code, message) in cases {
        service.post(PATH, &shop.token, body).await.expect(code, message);
    }
}

#[tokio::test]
async fn configurations_apply_to_open_sessions_of_their_account_only() {
    let service = Service::new().await;
    let shop = service.integrator(AccountSettings::default()).await;
    let other = service.integrator(AccountSettings::default()).await;
    let session = service.session(&shop, json!({})).await;
    let foreign = service.session(&other, json!({})).await;
    let tip = "x".repeat(80);
    let body = json!({"locale": "en", "glow": 1, "mobileTipsPage": {"tips": [{"text": tip}]}});
    let answer = service.post(PATH, &shop.token, body).await.ok();
    assert_eq!(answer.body["extra"], "Ignored, not known: glow");
    let view = service.page("GET", "/h5/api/v1/session?language=en_US", &session.token, None).await.ok();
    assert_eq!(view.data()["ui"], json!({"mobileTipsPage": {"tips": [{"text": "x".repeat(52)}]}}));
    let view = service.page("GET", "/h5/api/v1/session?language=en", &foreign.token, None).await.ok();
    assert_eq!(view.data()["ui"], json!({}));
    service.post(PATH, &shop.token, json!({"locale": "en"})).await.ok();
    let view = service.page("GET", "/h5/api/v1/session?language=en", &session.token, None).await.ok();
    assert_eq!(view.data()["ui"], json!({}));
}
