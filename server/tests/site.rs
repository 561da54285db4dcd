//! The page's files, the documents, and what may frame or call them.

mod common;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use common::Service;
use nearfar_store::AccountSettings;
use serde_json::json;

fn get(path: &str) -> Request<Body> {
    Request::get(path).body(Body::empty()).expect("a request")
}

async fn with_page() -> Service {
    let service = Service::new().await;
    let folder = &service.app.config.page_dir;
    std::fs::create_dir_all(folder).expect("a folder");
    std::fs::write(folder.join("index.html"), "<!doctype html><title>page</title>").expect("written");
    std::fs::write(folder.join("page.0123abcd.js"), "1").expect("written");
    service
}

#[tokio::test]
async fn the_page_may_be_framed_by_the_sessions_integrator_alone() {
    let service = with_page().await;
    let settings = AccountSettings {
        frame_ancestors: vec!["https://shop.example".into(), "https://www.shop.example".into()],
        ..AccountSettings::default()
    };
    let shop = service.integrator(settings).await;
    let session = service.session(&shop, json!({})).await;
    let icon = json!({"locale": "en", "mobileResultPage": {"successIconLink": "https://cdn.shop.example/ok.png"}});
    service.post("/openapi/liveness/v1/h5/configureUI", &shop.token, icon).await.ok();
    let path = session.url.strip_prefix("http://localhost:8787").expect("of the service");
    let (http, headers, text) = service.text(get(path)).await;
    assert_eq!((http, text.as_str()), (StatusCode::OK, "<!doctype html><title>page</title>"));
    let policy = headers["content-security-policy"].to_str().expect("text");
    assert!(policy.ends_with("frame-ancestors https://shop.example https://www.shop.example"), "{policy}");
    assert!(policy.contains("img-src 'self' blob: data: https://cdn.shop.example;"), "{policy}");
    assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{policy}");
    assert_eq!(headers["referrer-policy"], "no-referrer");
    assert!(headers.get("x-frame-options").is_none());
    for path in ["/h5/", "/h5/?token=rubbish", "/"] {
        let (_, headers, _) = service.text(get(path)).await;
        assert!(headers["content-security-policy"].to_str().expect("text").ends_with("frame-ancestors 'none'"));
    }
}

#[tokio::test]
async fn the_page_of_a_cross_device_link_has_the_policy_of_its_account() {
    let service = with_page().await;
    let settings = AccountSettings {
        cross_device: true,
        frame_ancestors: vec!["https://shop.example".into()],
        ..AccountSettings::default()
    };
    let shop = service.integrator(settings).await;
    let icon = json!({"locale": "en", "mobileResultPage": {"successIconLink": "https://cdn.shop.example/ok.png"}});
    service.post("/openapi/liveness/v1/h5/configureUI", &shop.token, icon).await.ok();
    let session = service.session(&shop, json!({})).await;
    let made = service.page("POST", "/h5/api/v1/handoff", &session.token, None).await.ok();
    let url = made.data()["url"].as_str().expect("a URL");
    let (sent, fragment) = url.split_once('#').expect("a fragment");
    let secret = fragment.split_once('.').expect("id and secret").1;
    assert!(secret.len() == 32 && !sent.contains(secret), "the secret is not sent: {url}");
    let path = sent.strip_prefix("http://localhost:8787").expect("of the service");
    let policy = async |path: &str| {
        let (http, headers, _) = service.text(get(path)).await;
        assert_eq!(http, StatusCode::OK, "{path}");
        headers["content-security-policy"].to_str().expect("text").to_owned()
    };
    let told = policy(path).await;
    assert!(told.ends_with("frame-ancestors https://shop.example"), "{told}");
    assert!(told.contains("img-src 'self' blob: data: https://cdn.shop.example;"), "{told}");
    // The page keeps its language and more in the query, in any order.
    assert_eq!(policy(&path.replace("?link", "?language=vi&link")).await, told);
    let unknown = format!("/h5/?link={}", "0".repeat(16));
    let long = format!("/h5/?link={}", "a".repeat(3000));
    for path in [&unknown, &long, "/h5/?link=", "/h5/?link=%00%27;--", "/h5/?link=a&link=b"] {
        let told = policy(path).await;
        assert!(told.ends_with("frame-ancestors 'none'") && !told.contains("shop.example"), "{path}: {told}");
    }
    service.clear(&shop.token, &format!("?signatureId={}", session.id)).await.ok();
    assert!(policy(path).await.ends_with("frame-ancestors 'none'"), "nothing is left of a cleared session");
}

#[tokio::test]
async fn files_with_a_hash_are_kept_and_others_are_not() {
    let service = with_page().await;
    let (_, headers, _) = service.text(get("/h5/page.0123abcd.js")).await;
    assert_eq!(headers["cache-control"], "public, max-age=31536000, immutable");
    let (_, headers, _) = service.text(get("/h5/")).await;
    assert_eq!(headers["cache-control"], "no-cache");
    let (http, headers, _) = service.text(get("/h5?token=x&language=vi")).await;
    assert_eq!(
        (http, &headers["location"]),
        (StatusCode::PERMANENT_REDIRECT, &"/h5/?token=x&language=vi".parse().expect("a value"))
    );
    for path in ["/h5/../Cargo.toml", "/h5/%2e%2e/%2e%2e/nearfar.db", "/h5/nothing", "//evil.example"] {
        let (http, _, _) = service.text(get(path)).await;
        assert_ne!(http, StatusCode::OK, "{path}");
    }
}

#[tokio::test]
async fn the_document_is_as_it_was() {
    let service = Service::new().await;
    let document = service.send(get("/openapi.json")).await.body;
    insta::assert_json_snapshot!("openapi", document);
    let (http, _, text) = service.text(get("/docs/")).await;
    assert_eq!(http, StatusCode::OK);
    assert!(!text.contains("https://") && !text.contains("//cdn"), "the page fetches nothing from elsewhere");
}

#[tokio::test]
async fn other_origins_need_a_permission() {
    let service = Service::with(|config| config.cors_origins = "https://app.example".into()).await;
    for (origin, allowed) in [("https://app.example", true), ("https://evil.example", false)] {
        let request = Request::options("/h5/api/v1/status")
            .header("origin", origin)
            .header("access-control-request-method", "GET");
        let (_, headers, _) = service.text(request.body(Body::empty()).expect("a request")).await;
        assert_eq!(headers.get("access-control-allow-origin").is_some(), allowed, "{origin}");
    }
    let request = Request::get("/h5/api/v1/status").header("origin", "https://app.example");
    let answer = service.send(request.body(Body::empty()).expect("a request")).await;
    assert_eq!(answer.headers["access-control-allow-origin"], "https://app.example");
    assert_eq!(answer.code(), "IAM_FAILED");
}
