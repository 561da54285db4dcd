//! Headers of every kind of response, odd paths, and what can be disabled.

use crate::common::Service;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use nearfar_server::config::Config;
use nearfar_store::AccountSettings;
use serde_json::json;

fn request(method: &str, path: &str) -> Request<Body> {
    Request::builder().method(method).uri(path).body(Body::empty()).expect(path)
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).unwrap_or_else(|| panic!("{name}: {headers:?}")).to_str().expect("text")
}

async fn with_script(change: impl FnOnce(&mut Config)) -> Service {
    let service = Service::with(change).await;
    let page = &service.app.config.page_dir;
    std::fs::write(page.join("page.0123abcd.js"), "1").expect("written");
    std::fs::create_dir(page.join("assets")).expect("a folder");
    for folder in ["docs/api", "docs/start", "docs/playground/preview"] {
        std::fs::create_dir_all(page.join(folder)).expect("a folder");
        std::fs::write(page.join(folder).join("index.html"), "<!doctype html>").expect("written");
    }
    std::fs::write(page.join("docs/index.html"), "<!doctype html>").expect("written");
    std::fs::write(page.join("docs/api/swagger-ui.css"), "b{}").expect("written");
    service
}

#[tokio::test]
async fn odd_paths_are_not_found() {
    let service = with_script(|_| {}).await;
    let deep = "a/".repeat(3000);
    let name = "a".repeat(300);
    let paths = [
        format!("/h5/{name}"),
        format!("/h5/{name}.js"),
        format!("/{name}"),
        format!("/h5/{}", "a".repeat(253)),
        format!("/h5/{}", "%C3%A4".repeat(128)),
        format!("/h5/{deep}"),
        format!("/h5/{deep}x.js"),
        "/h5/%00".into(),
        "/h5/index.html%00.js".into(),
        "/h5/..".into(),
        "/h5/../index.html".into(),
        "/h5/%2e%2e/nearfar.db".into(),
        "/h5/%2e%2e%2fnearfar.db".into(),
        "/h5/..%5cnearfar.db".into(),
        "/h5/%ff%fe".into(),
        "/h5/%".into(),
        "/h5/%zz".into(),
        "/h5/index.html/x".into(),
        "/h5/index.html/".into(),
        "/h5/assets".into(),
        "/h5/assets/".into(),
        "//assets".into(),
        "/h5//assets".into(),
        "/h5/con:".into(),
        "/h5/page.0123abcd.js%20".into(),
    ];
    for path in paths {
        for accepted in ["identity", "br, gzip"] {
            let mut request = request("GET", &path);
            request.headers_mut().insert("accept-encoding", accepted.parse().expect("a value"));
            let answer = service.send(request).await;
            let start = path.chars().take(40).collect::<String>();
            assert_eq!(answer.http, StatusCode::NOT_FOUND, "{start}, {accepted}: {:?}", answer.body);
            answer.expect("CLIENT_ERROR", "HTTP 404 - Not Found");
        }
    }
}

#[tokio::test]
async fn every_response_has_its_headers() {
    let service = with_script(|_| {}).await;
    let shop = service.integrator(AccountSettings::default()).await;
    let session = service.session(&shop, json!({})).await;
    let page = session.url.strip_prefix("http://localhost:8787").expect("of the service");
    let redirect = page.replacen("/h5/", "/h5", 1);
    let nothing = "frame-ancestors 'none'; default-src 'none'";
    // Method, path, status, the policy's start, who may embed it, whether it is cached.
    let cases = [
        ("GET", page, 200, "frame-ancestors 'none'; default-src 'none'; script-src", "cross-origin", "no-cache"),
        ("HEAD", page, 200, "frame-ancestors 'none'; default-src 'none'; script-src", "cross-origin", "no-cache"),
        ("GET", "/h5/page.0123abcd.js", 200, "frame-ancestors", "cross-origin", "public, max-age=31536000, immutable"),
        ("GET", &redirect, 308, nothing, "same-origin", "no-store"),
        ("GET", "/h5/nothing", 404, nothing, "same-origin", "no-store"),
        ("POST", "/h5/", 404, nothing, "same-origin", "no-store"),
        ("OPTIONS", "/h5/", 404, nothing, "same-origin", "no-store"),
        ("GET", "/h5/api/v1/session", 200, nothing, "same-origin", "no-store"),
        ("HEAD", "/h5/api/v1/session", 200, nothing, "same-origin", "no-store"),
        ("DELETE", "/h5/api/v1/session", 405, nothing, "same-origin", "no-store"),
        ("OPTIONS", "/openapi/liveness/v2/h5/token", 405, nothing, "same-origin", "no-store"),
        ("GET", "/liveness/h5/v1/capture-record/keys", 200, nothing, "same-origin", "no-store"),
        ("GET", "/liveness/h5/v1/audit-images?token=x", 200, nothing, "same-origin", "no-store"),
        ("GET", "/health/live", 200, nothing, "same-origin", "no-store"),
        (
            "GET",
            "/docs/",
            200,
            "frame-ancestors 'none'; default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; ",
            "same-origin",
            "no-cache",
        ),
        (
            "GET",
            "/docs/api/",
            200,
            "frame-ancestors 'none'; default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; ",
            "same-origin",
            "no-cache",
        ),
        (
            "GET",
            "/docs/playground/preview/",
            200,
            "frame-ancestors 'self'; default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; ",
            "same-origin",
            "no-cache",
        ),
        ("GET", "/docs/start", 308, "frame-ancestors 'none'; default-src 'none'", "same-origin", "no-store"),
        ("GET", "/docs/nothing", 404, "frame-ancestors 'none'; default-src 'none'", "same-origin", "no-store"),
        ("GET", "/openapi.json", 200, "frame-ancestors 'none'; default-src 'none'", "same-origin", "no-store"),
    ];
    for (method, path, http, policy, resource, kept) in cases {
        let (status, headers, _) = service.text(request(method, path)).await;
        assert_eq!(status.as_u16(), http, "{method} {path}");
        let reported = header(&headers, "content-security-policy");
        assert!(reported.starts_with(policy) && !reported.contains("unsafe-inline"), "{method} {path}: {reported}");
        assert_eq!(header(&headers, "cross-origin-resource-policy"), resource, "{method} {path}");
        assert_eq!(header(&headers, "cross-origin-opener-policy"), "same-origin", "{method} {path}");
        assert_eq!(header(&headers, "cache-control"), kept, "{method} {path}");
        assert_eq!(header(&headers, "x-content-type-options"), "nosniff", "{method} {path}");
        assert_eq!(header(&headers, "referrer-policy"), "no-referrer", "{method} {path}");
    }
}

#[tokio::test]
async fn a_page_that_isolates_itself_may_frame_the_page() {
    let service = with_script(|_| {}).await;
    let shop = service.integrator(AccountSettings::default()).await;
    let session = service.session(&shop, json!({})).await;
    let page = session.url.strip_prefix("http://localhost:8787").expect("of the service");
    let policy = async |path: &str| {
        let (_, headers, _) = service.text(request("GET", path)).await;
        assert_eq!(header(&headers, "cross-origin-resource-policy"), "cross-origin");
        header(&headers, "cross-origin-embedder-policy").to_owned()
    };
    assert_eq!(policy(page).await, "require-corp");
    assert_eq!(policy("/h5/page.0123abcd.js").await, "require-corp", "a worker's script has to say it, too");
    // The integrator's pictures come from a host without these headers.
    let ui = json!({"locale": "en", "mobileResultPage": {"successIconLink": "https://cdn.shop.example/ok.png"}});
    service.post("/openapi/liveness/v1/h5/configureUI", &shop.token, ui).await.ok();
    assert_eq!(policy(page).await, "credentialless");
}

#[tokio::test]
async fn the_demo_can_be_switched_off() {
    let on = with_script(|_| {}).await;
    let (_, kept, _) = on.text(request("GET", "/")).await;
    let off = with_script(|config| config.demo = false).await;
    let shop = off.integrator(AccountSettings::default()).await;
    let session = off.session(&shop, json!({})).await;
    let page = session.url.strip_prefix("http://localhost:8787").expect("of the service");
    let link = format!("/h5/?link={}", "0".repeat(16));
    let by_id = format!("/h5/?language=vi&session={}", session.id);
    let with = [page, &link, &by_id, "/h5/?token=rubbish", "/h5/page.0123abcd.js"];
    let without = [
        "/",
        "/index.html",
        "/page.0123abcd.js",
        "/?token=x",
        "/h5/",
        "/h5/?language=en",
        "/h5/?mytoken=x",
        "/h5/index.html",
        "/h5/%69ndex.html",
        "/h5/./index.html",
        "/h5//",
    ];
    for (paths, demo) in [(&with[..], false), (&without[..], true)] {
        for path in paths {
            for condition in ["x-nothing", "if-none-match", "if-modified-since"] {
                let mut request = request("GET", path);
                let value = match condition {
                    "if-none-match" => kept["etag"].clone(),
                    "if-modified-since" => "Fri, 01 Jan 2100 00:00:00 GMT".parse().expect("a value"),
                    _ => "x".parse().expect("a value"),
                };
                request.headers_mut().insert(condition, value);
                let (http, _, _) = off.text(request).await;
                assert_eq!(http == StatusCode::NOT_FOUND, demo, "{path}, {condition}: {http}");
            }
        }
    }
}

#[tokio::test]
async fn the_documents_can_be_switched_off() {
    let off = with_script(|config| config.documents = false).await;
    for path in
        ["/docs", "/docs/", "/docs/start", "/docs/api/", "/docs/api/swagger-ui.css", "/h5/docs/api/", "/openapi.json"]
    {
        let (http, _, _) = off.text(request("GET", path)).await;
        assert_eq!(http, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn the_service_is_not_ready_without_its_page() {
    let service = Service::with(|config| config.scorers = 0).await;
    let ready = async || {
        let answer = service.send(request("GET", "/health/ready")).await;
        (answer.http, answer.body["status"].clone())
    };
    assert_eq!(ready().await, (StatusCode::OK, json!("ready")));
    let page = &service.app.config.page_dir;
    std::fs::rename(page.join("index.html"), page.join("other.html")).expect("moved");
    assert_eq!(ready().await, (StatusCode::SERVICE_UNAVAILABLE, json!("page missing")));
    std::fs::create_dir(page.join("index.html")).expect("a folder of that name");
    assert_eq!(ready().await, (StatusCode::SERVICE_UNAVAILABLE, json!("page missing")));
    std::fs::remove_dir_all(page).expect("removed");
    assert_eq!(ready().await, (StatusCode::SERVICE_UNAVAILABLE, json!("page missing")));
}
