//! Responses common to all APIs.

use crate::common::{START, Service};
use axum::body::Body;
use axum::http::{Request, StatusCode};
use nearfar_store::AccountSettings;
use serde_json::json;

const TOKEN: &str = "/openapi/liveness/v2/h5/token";

/// The APIs that need an access token.
const GUARDED: [(&str, &str); 7] = [
    ("POST", TOKEN),
    ("POST", "/openapi/liveness/v1/h5/configureUI"),
    ("POST", "/openapi/liveness/v4/h5/get-result"),
    ("POST", "/openapi/liveness/v1/sessions/search"),
    ("POST", "/openapi/liveness/v1/sessions/get"),
    ("POST", "/openapi/liveness/v1/statistics"),
    ("GET", "/liveness/h5/ext/v1/clear-data?signatureId=x"),
];

fn request(method: &str, path: &str, token: Option<&str>) -> Request<Body> {
    let request = Request::builder().method(method).uri(path).header("content-type", "application/json");
    let request = match token {
        Some(token) => request.header("X-ACCESS-TOKEN", token),
        None => request,
    };
    request.body(Body::from("{}")).expect("a request")
}

#[tokio::test]
async fn no_or_foreign_or_old_access_tokens_are_refused_by_every_api() {
    let service = Service::new().await;
    let shop = service.integrator(AccountSettings::default()).await;
    let session = service.session(&shop, json!({})).await;
    for (method, path) in GUARDED {
        for token in [None, Some("rubbish"), Some("eyJhbGciOiJub25lIn0.e30."), Some("")] {
            let answer = service.send(request(method, path, token)).await;
            answer.expect("IAM_FAILED", "Token not found or expired");
        }
        let answer = service.send(request(method, path, Some(&session.token))).await;
        answer.expect("IAM_FAILED", "You are not authorized by the Identity and Access Management system");
    }
    service.pass(3_600_000);
    for (method, path) in GUARDED {
        let answer = service.send(request(method, path, Some(&shop.token))).await;
        answer.expect("IAM_FAILED", "Token not found or expired");
    }
}

#[tokio::test]
async fn disabled_and_expired_accounts_are_rejected_by_every_api() {
    for (method, path) in GUARDED {
        let service = Service::new().await;
        let shop = service.integrator(AccountSettings::default()).await;
        let (store, id) = (&service.app.store, &shop.account.id);
        store.rotate_secret(id).await.expect("rotated");
        let answer = service.send(request(method, path, Some(&shop.token))).await;
        answer.expect("IAM_FAILED", "Access Key not found or expired");
        store.update_account(id, "shop", Some(START), &shop.account.settings).await.expect("set");
        let answer = service.send(request(method, path, Some(&shop.token))).await;
        answer.expect("IAM_FAILED", "Account is expired. Please contact your sales manager for help");
        store.enable_account(id, false).await.expect("disabled");
        let answer = service.send(request(method, path, Some(&shop.token))).await;
        answer.expect("IAM_FAILED", "Account is disabled. Please contact your sales manager for help");
    }
}

#[tokio::test]
async fn wrong_paths_methods_and_bodies_are_client_errors() {
    let service = Service::new().await;
    let shop = service.integrator(AccountSettings::default()).await;
    let token = Some(shop.token.as_str());
    let cases = [
        ("GET", "/openapi/nothing", StatusCode::NOT_FOUND, "HTTP 404 - Not Found"),
        ("POST", "/openapi/nothing", StatusCode::NOT_FOUND, "HTTP 404 - Not Found"),
        ("PUT", "/h5/api/v1/nothing", StatusCode::NOT_FOUND, "HTTP 404 - Not Found"),
        ("GET", TOKEN, StatusCode::METHOD_NOT_ALLOWED, "HTTP 405 - Method Not Allowed"),
        ("POST", "/liveness/h5/ext/v1/clear-data", StatusCode::METHOD_NOT_ALLOWED, "HTTP 405 - Method Not Allowed"),
    ];
    for (method, path, http, message) in cases {
        let answer = service.send(request(method, path, token)).await.expect("CLIENT_ERROR", message);
        assert_eq!(answer.http, http);
        assert_eq!(answer.headers["content-type"], "application/json");
    }
    let plain = Request::post(TOKEN).header("X-ACCESS-TOKEN", &shop.token).body(Body::from("{}")).expect("a request");
    let answer = service.send(plain).await.expect("CLIENT_ERROR", "HTTP 415 - Unsupported Media Type");
    assert_eq!(answer.http, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let answer = service.post(TOKEN, &shop.token, json!({"userId": "x".repeat(300_000)})).await;
    let answer = answer.expect("CLIENT_ERROR", "HTTP 413 - Payload Too Large");
    assert_eq!(answer.http, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn a_missing_body_times_out() {
    let service = Service::with(|config| config.upload_seconds = 0).await;
    let shop = service.integrator(AccountSettings::default()).await;
    let session = service.session(&shop, json!({})).await;
    service.attempt(&session.token, "a").await;
    let never = Body::from_stream(futures::stream::pending::<Result<Vec<u8>, std::io::Error>>());
    let upload = Request::put("/h5/api/v1/attempts/a")
        .header("authorization", format!("Bearer {}", session.token))
        .header("content-type", "application/octet-stream");
    let answer = service.send(upload.body(never).expect("a request")).await;
    let answer = answer.expect("CLIENT_ERROR", "HTTP 408 - Request Timeout");
    assert_eq!(answer.http, StatusCode::REQUEST_TIMEOUT);
}

#[tokio::test]
async fn rate_limited_requests_get_retry_after() {
    let service = Service::with(|config| config.account_rate = 2).await;
    let shop = service.integrator(AccountSettings::default()).await;
    let ask = || service.result(&shop, "0123456789abcdef");
    for _ in 0..2 {
        ask().await.expect("SIGNATURE_NOT_EXIST", "This signatureId is not exist");
    }
    let message = "Rate limit is exceeded, please retry after the suggested time in HTTP Header.";
    let answer = ask().await.expect("SERVICE_BUSY", message);
    assert_eq!(answer.headers["retry-after"], "1");
    service.pass(1000);
    ask().await.expect("SIGNATURE_NOT_EXIST", "This signatureId is not exist");
}

#[tokio::test]
async fn an_unavailable_store_is_retry_later() {
    let service = Service::new().await;
    let shop = service.integrator(AccountSettings::default()).await;
    service.app.store.close().await;
    let message = "Query failed, please retry after the suggested time in HTTP Header.";
    let answer = service.result(&shop, "0123456789abcdef").await.expect("RETRY_LATER", message);
    assert_eq!(answer.headers["retry-after"], "10");
    let (http, _, _) = service.text(request("GET", "/health/ready", None)).await;
    assert_eq!(http, StatusCode::SERVICE_UNAVAILABLE);
    let (http, _, _) = service.text(request("GET", "/health/live", None)).await;
    assert_eq!(http, StatusCode::OK);
}

#[tokio::test]
async fn an_internal_error_is_server_error() {
    let service = Service::new().await;
    let shop = service.integrator(AccountSettings::default()).await;
    let session = service.session(&shop, json!({})).await;
    service.scored(&session.token, "a").await;
    for picture in service.stored_files() {
        std::fs::write(picture, "rubbish").expect("written");
    }
    let answer = service.result(&shop, &session.id).await.expect("ERROR", "Server error");
    assert_eq!(answer.body["extra"], json!(null), "what went wrong is for the log");
}

#[test]
fn clear_data_words_its_error_in_lower_case() {
    use nearfar_protocol::status;
    use nearfar_server::response::ApiError;
    let failure = ApiError::internal(&"deliberate").map_status(status::SERVER_ERROR, status::CLEAR_DATA_ERROR);
    assert_eq!(failure.response().status.message, "server error");
}

#[tokio::test]
async fn responses_are_not_cached_sniffed_or_sent_as_referrer() {
    let service = Service::with(|config| config.hsts_seconds = 100).await;
    let answer = service.send(request("POST", TOKEN, None)).await;
    assert_eq!(answer.headers["cache-control"], "no-store");
    assert_eq!(answer.headers["x-content-type-options"], "nosniff");
    assert_eq!(answer.headers["referrer-policy"], "no-referrer");
    assert_eq!(answer.headers["strict-transport-security"], "max-age=100; includeSubDomains");
}
