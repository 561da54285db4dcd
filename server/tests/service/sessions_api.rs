//! The sessions API: search, description, bad input, isolation.

use crate::common::{Integrator, START, Service, Session, verdict};
use nearfar_protocol::result::{AttackType, ResultCode};
use nearfar_server::workers::scoring;
use nearfar_store::AccountSettings;
use serde_json::{Value, json};

const SEARCH: &str = "/openapi/liveness/v1/sessions/search";
const GET: &str = "/openapi/liveness/v1/sessions/get";
const IPHONE: &str =
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Safari/604";

/// An attempt from an iPhone, scored.
pub(crate) async fn scored_from_iphone(service: &Service, session: &Session) {
    let mut attempt = service.attempt(&session.token, "a").await;
    attempt.manifest["device"] = json!({"userAgent": IPHONE});
    service.pass(20_000);
    service.upload(&session.token, &attempt).await.ok();
    assert!(scoring::score_next(&service.app).await.expect("scored"));
}

/// The integrator with a token that is valid now.
pub(crate) async fn renewed(service: &Service, shop: &Integrator) -> Integrator {
    let answer = service.generate_token(&shop.signed(service.app.now())).await.ok();
    let token = answer.data()["token"].as_str().expect("a token").to_owned();
    Integrator { account: shop.account.clone(), secret: shop.secret.clone(), token }
}

async fn ids(service: &Service, shop: &Integrator, filter: Value) -> Vec<String> {
    let answer = service.post(SEARCH, &shop.token, filter).await.ok();
    let sessions = answer.data()["sessions"].as_array().expect("sessions").iter();
    sessions.map(|session| session["signatureId"].as_str().expect("an id").to_owned()).collect()
}

#[tokio::test]
async fn a_search_finds_sessions_by_what_is_known_of_them() {
    let service = Service::new().await;
    let shop = service.integrator(AccountSettings::default()).await;
    let passed = service.session(&shop, json!({"userId": "eve", "productLevel": "STANDARD"})).await;
    scored_from_iphone(&service, &passed).await;
    let attack = service.session(&shop, json!({"userId": "bob", "tryCount": 2})).await;
    service.set_verdict(verdict(ResultCode::Success, Some(0), Some(AttackType::Presentation)));
    service.scored(&attack.token, "a").await;
    service.pass(1000);
    let open = service.session(&shop, json!({"userId": 17})).await;

    assert_eq!(ids(&service, &shop, json!({})).await, [&*open.id, &*attack.id, &*passed.id]);
    let cases = [
        (json!({"userId": "eve"}), &passed),
        (json!({"userId": 17}), &open),
        (json!({"state": "passed"}), &passed),
        (json!({"verdict": "attack"}), &attack),
        (json!({"os": "ios", "browser": "safari", "deviceType": "phone", "cameraType": "WEB_CAMERA"}), &passed),
        (json!({"os": "other"}), &attack),
        (json!({"productLevel": "STANDARD"}), &passed),
        (json!({"createdFrom": service.app.now()}), &open),
        (json!({"createdBefore": (START + 1).to_string(), "verdict": null, "state": ""}), &passed),
    ];
    for (filter, session) in cases {
        assert_eq!(ids(&service, &shop, filter.clone()).await, [&*session.id], "{filter}");
    }

    let first = service.post(SEARCH, &shop.token, json!({"limit": 2})).await.ok();
    assert_eq!(first.data()["sessions"].as_array().map(Vec::len), Some(2));
    let rest =
        service.post(SEARCH, &shop.token, json!({"limit": "2", "cursor": first.data()["nextCursor"]})).await.ok();
    assert_eq!(rest.data()["sessions"][0]["signatureId"], json!(passed.id));
    assert_eq!(rest.data()["nextCursor"], Value::Null);

    let listed = &rest.data()["sessions"][0];
    let expected = json!({"state": "passed", "verdict": "live", "code": "SUCCESS", "score": 97, "userId": "eve",
        "attemptsStarted": 1, "attemptsScored": 1, "sandbox": false, "failure": null, "erasedAt": null,
        "device": {"os": "ios", "browser": "safari", "deviceType": "phone"}, "createdAt": START});
    for (name, value) in expected.as_object().expect("an object") {
        assert_eq!(&listed[name], value, "{name}");
    }
    service.pass(3_600_000);
    let shop = renewed(&service, &shop).await;
    assert_eq!(ids(&service, &shop, json!({"state": "expired"})).await, [&*open.id, &*attack.id]);
}

#[tokio::test]
async fn a_session_is_described_with_its_attempts() {
    let service = Service::new().await;
    let shop = service.integrator(AccountSettings::default()).await;
    let session = service.session(&shop, json!({"tryCount": 2})).await;
    service.set_verdict(verdict(ResultCode::Success, Some(0), Some(AttackType::Injection)));
    service.scored(&session.token, "a").await;
    service.set_verdict(verdict(ResultCode::Success, Some(80), None));
    service.scored(&session.token, "b").await;
    let described = service.post(GET, &shop.token, json!({"signatureId": session.id})).await.ok();
    assert_eq!(described.data()["session"]["state"], "passed");
    let attempts: Vec<Value> = described.data()["attempts"].as_array().expect("attempts").clone();
    let of = |name: &str| attempts.iter().map(|attempt| attempt[name].clone()).collect::<Vec<_>>();
    assert_eq!(of("verdict"), [json!("attack"), json!("live")]);
    assert_eq!(of("attackType"), [json!(2), Value::Null]);
    assert_eq!(of("reason"), [json!("evidence"), Value::Null]);

    service.clear(&shop.token, &format!("?signatureId={}", session.id)).await.ok();
    let erased = service.post(GET, &shop.token, json!({"signatureId": session.id})).await.ok();
    let data = erased.data();
    assert_eq!((&data["session"]["state"], &data["session"]["erasedAt"]), (&json!("erased"), &json!(START)));
    assert_eq!((&data["session"]["device"], &data["session"]["userId"]), (&Value::Null, &Value::Null));
    assert_eq!(data["attempts"], json!([]));
}

#[tokio::test]
async fn bad_input_gets_the_contracts_code_and_message() {
    let service = Service::new().await;
    let shop = service.integrator(AccountSettings::default()).await;
    let cases = [
        (json!({"limit": 0}), "limit should be 1 to 100"),
        (json!({"limit": 101}), "limit should be 1 to 100"),
        (json!({"limit": "many"}), "limit should be 1 to 100"),
        (json!({"createdFrom": "yesterday"}), "createdFrom should be a Unix time in ms"),
        (json!({"createdBefore": -1}), "createdBefore should be a Unix time in ms"),
        (json!({"createdFrom": 5, "createdBefore": 5}), "createdBefore should be later than createdFrom"),
        (json!({"state": "done"}), "state should be one of open, scoring, passed, failed, expired, erased"),
        (json!({"verdict": "LIVE"}), "verdict should be one of live, attack, inconclusive"),
        (json!({"cameraType": "web"}), "cameraType should be one of WEB_CAMERA, SYSTEM_CAMERA"),
        (json!({"cursor": "' OR 1=1"}), "invalid cursor: is not one of a page before"),
        (json!({"userId": "x".repeat(257)}), "userId should have at most 256 characters"),
        (json!({"userId": ["x"]}), "userId should be a text"),
    ];
    for (body, extra) in cases {
        let answer = service.post(SEARCH, &shop.token, body.clone()).await;
        let answer = answer.expect("PARAMETER_ERROR", "Parameter error,please check you input.");
        assert_eq!(answer.body["extra"], extra, "{body}");
    }
    let mistyped = service.post(SEARCH, &shop.token, json!({"userID": "eve"})).await;
    assert!(mistyped.body["extra"].as_str().expect("a text").starts_with("userID is not a parameter"));
    for body in [json!([]), json!("x")] {
        service.post(SEARCH, &shop.token, body).await.expect("CLIENT_ERROR", "HTTP 400 - Bad Request");
    }
    let missing = service.post(GET, &shop.token, json!({})).await;
    missing.expect("PARAMETER_ERROR", "Parameter should not be empty");
    for id in ["nothing", "../x"] {
        let unknown = service.post(GET, &shop.token, json!({"signatureId": id})).await;
        unknown.expect("SIGNATURE_NOT_EXIST", "This signatureId is not exist");
    }
}

#[tokio::test]
async fn accounts_see_only_their_own_sessions() {
    let service = Service::new().await;
    let shop = service.integrator(AccountSettings::default()).await;
    let other = service.integrator(AccountSettings::default()).await;
    let mine = service.session(&shop, json!({"userId": "eve"})).await;
    let theirs = service.session(&other, json!({"userId": "eve"})).await;
    assert_eq!(ids(&service, &shop, json!({"userId": "eve"})).await, [&*mine.id]);
    assert_eq!(ids(&service, &other, json!({})).await, [&*theirs.id]);
    let cursor = format!("{}.{}", START + 5, theirs.id);
    assert_eq!(ids(&service, &shop, json!({"cursor": cursor})).await, [&*mine.id]);
    let denied = service.post(GET, &shop.token, json!({"signatureId": theirs.id})).await;
    denied.expect("SIGNATURE_NOT_EXIST", "This signatureId is not exist");
}

#[tokio::test]
async fn searches_have_a_rate_limit_of_their_own() {
    let service = Service::with(|config| config.account_rate = 1).await;
    let shop = service.integrator(AccountSettings::default()).await;
    service.post(SEARCH, &shop.token, json!({})).await.ok();
    assert_eq!(service.post(SEARCH, &shop.token, json!({})).await.code(), "SERVICE_BUSY");
    service.session(&shop, json!({})).await;
}
