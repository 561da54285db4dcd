//! The page's files, the API documents, and who may frame or call them.

use crate::common::{Service, Session, origins};
use axum::body::Body;
use axum::http::{Request, StatusCode};
use nearfar_protocol::page::CrossDevice;
use nearfar_server::config::Config;
use nearfar_store::AccountSettings;
use serde_json::{Value, json};

fn get(path: &str) -> Request<Body> {
    Request::get(path).body(Body::empty()).expect("a request")
}

/// Compressed copies are distinguished by their text: the service sends them as they are.
const FILES: [(&str, &str); 6] = [
    ("index.html", "<!doctype html><title>page</title>"),
    ("index.html.br", "page by brotli"),
    ("page.0123abcd.js", "1"),
    ("page.0123abcd.js.br", "script by brotli"),
    ("page.0123abcd.js.gz", "script by gzip"),
    ("alone.css", "a{}"),
];

async fn with_page() -> Service {
    page_with(|_| {}).await
}

async fn page_with(change: impl FnOnce(&mut Config)) -> Service {
    let service = Service::with(change).await;
    let folder = &service.app.config.page_dir;
    for (name, content) in FILES {
        std::fs::write(folder.join(name), content).expect("written");
    }
    service
}

#[tokio::test]
async fn only_the_integrator_can_frame_the_page() {
    let service = with_page().await;
    let settings = AccountSettings {
        frame_ancestors: origins(&["https://shop.example", "https://www.shop.example"]),
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
    assert!(policy.starts_with("frame-ancestors https://shop.example https://www.shop.example; "), "{policy}");
    assert!(policy.contains("img-src 'self' blob: data: https://cdn.shop.example;"), "{policy}");
    assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{policy}");
    assert_eq!(headers["referrer-policy"], "no-referrer");
    // Once open, the page has the session's id in place of the token.
    let (_, headers, _) = service.text(get(&format!("/h5/?session={}&language=en", session.id))).await;
    assert_eq!(headers["content-security-policy"], policy);
    assert!(headers.get("x-frame-options").is_none());
    for path in ["/h5/", "/h5/?token=rubbish", "/h5/?session=rubbish", "/h5/?session=%00%27;--", "/"] {
        let (_, headers, _) = service.text(get(path)).await;
        assert!(headers["content-security-policy"].to_str().expect("text").starts_with("frame-ancestors 'none'; "));
    }
}

/// Hosts that URL parsers accept and that would inject into a policy.
const HOSTILE: [&str; 6] = [
    "http://a;frame-ancestors/x.png",
    "http://a;report-uri/x.png",
    "https://a,b/x.png",
    "https://'unsafe-inline'/x.png",
    "https://*/x.png",
    "https://a_b.example/x.png",
];

/// The policy of a session's page.
async fn policy_of(service: &Service, session: &Session) -> String {
    let path = session.url.strip_prefix("http://localhost:8787").expect("of the service");
    let (http, headers, _) = service.text(get(path)).await;
    assert_eq!(http, StatusCode::OK);
    headers["content-security-policy"].to_str().expect("text").to_owned()
}

#[tokio::test]
async fn a_configuration_adds_only_the_origins_of_its_links() {
    let service = with_page().await;
    let shop = service.integrator(AccountSettings::default()).await;
    let configure = async |ui| service.post("/openapi/liveness/v1/h5/configureUI", &shop.token, ui).await;
    let plain = policy_of(&service, &service.session(&shop, json!({})).await).await;
    for link in HOSTILE {
        let ui = json!({"locale": "en", "mobileCameraPage": {"backgroundLink": link}});
        let answer = configure(ui).await;
        assert_eq!(answer.code(), "PARAMETER_ERROR", "{link}: {:?}", answer.body);
    }
    // A text that looks like a link is shown, and not loaded. A page to go to is no picture.
    let texts = json!({"locale": "en", "titleText": "https://text.example/x.png", "privacyLink": "https://p.example/",
        "mobileTipsPage": {"title": HOSTILE[0], "tips": [{"text": HOSTILE[1]}]}});
    configure(texts).await.ok();
    let session = service.session(&shop, json!({})).await;
    assert_eq!(policy_of(&service, &session).await, plain);
    configure(json!({"locale": "en", "logoLink": "https://cdn.shop.example/logo.svg"})).await.ok();
    let with_logo = plain.replace("data:;", "data: https://cdn.shop.example;");
    assert_eq!(policy_of(&service, &session).await, with_logo);
}

#[tokio::test]
async fn invalid_stored_origins_reach_no_header() {
    let service = with_page().await;
    let shop = service.integrator(AccountSettings::default()).await;
    let session = service.session(&shop, json!({})).await;
    let plain = policy_of(&service, &session).await;
    for (index, link) in HOSTILE.iter().enumerate() {
        let ui = json!({"mobileCameraPage": {"backgroundLink": link}, "mobileTipsPage": {"tips": [{"iconLink": link}]},
            "unknown": "https://unknown.example"});
        let locale = ["en", "de_DE", "fr_FR", "vi_VN", "id_ID", "ms_MY"][index];
        service.app.store.put_ui(&shop.account.id, locale, &ui.to_string(), service.app.now()).await.expect("stored");
        assert_eq!(policy_of(&service, &session).await, plain, "{link}");
    }
    let settings = json!({"frameAncestors": ["https://a;sandbox", "https://shop.example", "https://a,b"],
        "messageOrigins": ["https://a;sandbox"], "allowedReturnOrigins": ["https://a;sandbox"]});
    let change = format!("UPDATE accounts SET settings = '{settings}' RETURNING CAST(1 AS BIGINT)");
    assert_eq!(service.storage.count(change).await, 1);
    let policy = policy_of(&service, &session).await;
    assert_eq!(policy, plain.replace("'none'; default-src", "https://shop.example; default-src"));
    let view = service.page("GET", "/h5/api/v1/session", &session.token, None).await.ok();
    assert_eq!(view.data()["messageOrigins"], json!([]));
    let wish = json!({"returnUrl": "https://shop.example/ok", "region": "IDN"});
    let answer = service.post("/openapi/liveness/v2/h5/token", &shop.token, wish).await;
    assert_eq!(answer.code(), "IAM_FAILED", "a list that cannot be read allows nobody: {:?}", answer.body);
}

#[tokio::test]
async fn the_page_of_a_cross_device_link_has_the_policy_of_its_account() {
    let service = with_page().await;
    let settings = AccountSettings {
        cross_device: CrossDevice::Fallback,
        frame_ancestors: origins(&["https://shop.example"]),
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
    let reported = policy(path).await;
    assert!(reported.starts_with("frame-ancestors https://shop.example; "), "{reported}");
    assert!(reported.contains("img-src 'self' blob: data: https://cdn.shop.example;"), "{reported}");
    // The page keeps its language and more in the query, in any order.
    assert_eq!(policy(&path.replace("?link", "?language=vi&link")).await, reported);
    let unknown = format!("/h5/?link={}", "0".repeat(16));
    let long = format!("/h5/?link={}", "a".repeat(3000));
    for path in [&unknown, &long, "/h5/?link=", "/h5/?link=%00%27;--", "/h5/?link=a&link=b"] {
        let reported = policy(path).await;
        assert!(
            reported.starts_with("frame-ancestors 'none'; ") && !reported.contains("shop.example"),
            "{path}: {reported}"
        );
    }
    service.clear(&shop.token, &format!("?signatureId={}", session.id)).await.ok();
    assert!(policy(path).await.starts_with("frame-ancestors 'none'; "), "nothing is left of a cleared session");
}

#[tokio::test]
async fn only_hashed_files_are_cached() {
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
async fn compressed_files_are_sent_to_clients_that_accept_them() {
    let service = with_page().await;
    let (script, style) = ("/h5/page.0123abcd.js", "/h5/alone.css");
    let cases = [
        (script, "", None, "1"),
        (script, "gzip", Some("gzip"), "script by gzip"),
        (script, "gzip, deflate, br, zstd", Some("br"), "script by brotli"),
        (script, "br;q=0.5, gzip", Some("gzip"), "script by gzip"),
        (script, "br;q=0, deflate", None, "1"),
        ("/h5/", "gzip, br", Some("br"), "page by brotli"),
        ("/h5/", "gzip", None, "<!doctype html><title>page</title>"),
        (style, "gzip, br", None, "a{}"),
        // Requested by its own name, a copy is just a file.
        ("/h5/page.0123abcd.js.br", "gzip, br", None, "script by brotli"),
    ];
    for (path, accepted, encoding, content) in cases {
        for method in ["GET", "HEAD"] {
            let request = Request::builder().method(method).uri(path).header("accept-encoding", accepted);
            let (http, headers, text) = service.text(request.body(Body::empty()).expect("a request")).await;
            let name = format!("{method} {path}, {accepted}");
            assert_eq!((http, text.as_str()), (StatusCode::OK, if method == "GET" { content } else { "" }), "{name}");
            let header = |name: &str| headers.get(name).map(|value| value.to_str().expect("text").to_owned());
            assert_eq!(header("content-encoding").as_deref(), encoding, "{name}");
            assert_eq!(header("content-length"), Some(content.len().to_string()), "{name}");
            assert_eq!(header("vary").as_deref(), Some("accept-encoding"), "{name}");
            assert!(header("content-security-policy").is_some(), "{name}");
            let (kind, kept) = match path {
                "/h5/" => ("text/html", "no-cache"),
                "/h5/page.0123abcd.js" => ("text/javascript", "public, max-age=31536000, immutable"),
                "/h5/alone.css" => ("text/css", "no-cache"),
                _ => ("application/octet-stream", "no-cache"),
            };
            assert_eq!(
                (header("content-type").as_deref(), header("cache-control").as_deref()),
                (Some(kind), Some(kept))
            );
        }
    }
}

#[tokio::test]
async fn conditional_and_range_requests_apply_to_the_encoded_file() {
    let service = with_page().await;
    let settings =
        AccountSettings { frame_ancestors: origins(&["https://shop.example"]), ..AccountSettings::default() };
    let shop = service.integrator(settings).await;
    let session = service.session(&shop, json!({})).await;
    let page = session.url.strip_prefix("http://localhost:8787").expect("of the service");
    let ask = async |path: &str, accepted: &str, more: (&'static str, &str)| {
        let request = Request::get(path).header("accept-encoding", accepted).header(more.0, more.1);
        service.text(request.body(Body::empty()).expect("a request")).await
    };
    let none = ("x-nothing", "");
    let (_, whole, _) = ask(page, "br", none).await;
    assert_eq!(whole["content-encoding"], "br");
    assert!(
        whole["content-security-policy"].to_str().expect("text").starts_with("frame-ancestors https://shop.example; ")
    );
    let tag = whole["etag"].to_str().expect("text");
    let (http, headers, text) = ask(page, "br", ("if-none-match", tag)).await;
    assert_eq!((http, text.as_str()), (StatusCode::NOT_MODIFIED, ""));
    for name in [
        "content-security-policy",
        "cache-control",
        "vary",
        "etag",
        "permissions-policy",
        "cross-origin-embedder-policy",
        "cross-origin-opener-policy",
        "cross-origin-resource-policy",
    ] {
        assert!(headers.contains_key(name), "{name}");
        assert_eq!(headers.get(name), whole.get(name), "a browser replaces {name} of what it has kept");
    }
    let (http, headers, _) = ask(page, "gzip", ("if-none-match", tag)).await;
    assert_eq!((http, headers.get("content-encoding")), (StatusCode::OK, None), "another copy is another thing");
    let modified = whole["last-modified"].to_str().expect("text");
    let (http, _, _) = ask(page, "br", ("if-modified-since", modified)).await;
    assert_eq!(http, StatusCode::NOT_MODIFIED);

    let script = "/h5/page.0123abcd.js";
    let (http, headers, text) = ask(script, "gzip", ("range", "bytes=0-5")).await;
    assert_eq!((http, text.as_str()), (StatusCode::PARTIAL_CONTENT, "script"));
    assert_eq!(
        (&headers["content-range"], &headers["content-encoding"]),
        (&"bytes 0-5/14".parse().expect("a value"), &"gzip".parse().expect("a value"))
    );
    assert_eq!(headers["vary"], "accept-encoding");
    // Missing files are ordinary errors, uncompressed.
    let (http, headers, text) = ask(script, "gzip", ("range", "bytes=90-")).await;
    assert_eq!((http, headers.get("content-encoding")), (StatusCode::BAD_REQUEST, None));
    assert!(text.contains("CLIENT_ERROR"), "{text}");
}

#[tokio::test]
async fn the_served_document_is_the_committed_one() {
    let committed = include_str!("../../../docs/openapi.json");
    let service = Service::new().await;
    let served = service.send(get("/openapi.json")).await.body;
    assert_eq!(served, serde_json::from_str::<Value>(committed).expect("JSON"));
}

#[tokio::test]
async fn the_documentation_has_its_own_routes() {
    let service = with_page().await;
    let folder = service.app.config.page_dir.join("docs");
    std::fs::create_dir_all(folder.join("start")).expect("a folder");
    let page = "<!doctype html><title>docs</title>";
    for (name, content) in [("index.html", page), ("start/index.html", page), ("style.css", "b{}")] {
        std::fs::write(folder.join(name), content).expect("written");
    }
    let (http, headers, _) = service.text(get("/docs")).await;
    assert_eq!((http, &headers["location"]), (StatusCode::SEE_OTHER, &"/docs/".parse().expect("a value")));
    for (path, kind, content) in
        [("/docs/", "text/html", page), ("/docs/start/", "text/html", page), ("/docs/style.css", "text/css", "b{}")]
    {
        let (http, headers, text) = service.text(get(path)).await;
        assert_eq!((http, text.as_str()), (StatusCode::OK, content), "{path}");
        assert_eq!(headers["content-type"], kind, "{path}");
    }
    let (http, headers, _) = service.text(get("/docs/start")).await;
    assert_eq!(
        (http, &headers["location"]),
        (StatusCode::PERMANENT_REDIRECT, &"/docs/start/".parse().expect("a value"))
    );
    for path in ["/docs/nothing", "/docs/start/../start", "/docs/%2e%2e"] {
        let (http, _, _) = service.text(get(path)).await;
        assert_eq!(http, StatusCode::NOT_FOUND, "{path}");
    }
    for path in ["/h5/docs/", "/h5/docs/style.css", "/h5/%64ocs/", "/h5//docs/", "/%64ocs/", "/./docs/index.html"] {
        let (http, _, _) = service.text(get(path)).await;
        assert_eq!(http, StatusCode::NOT_FOUND, "{path}");
    }
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
    // How a page distinguishes a missing permission from a missing connection.
    let live = Request::get("/health/live").header("origin", "https://evil.example");
    let (_, headers, _) = service.text(live.body(Body::empty()).expect("a request")).await;
    assert_eq!(headers["access-control-allow-origin"], "*");
    let request = Request::get("/h5/api/v1/status").header("origin", "https://app.example");
    let answer = service.send(request.body(Body::empty()).expect("a request")).await;
    assert_eq!(answer.headers["access-control-allow-origin"], "https://app.example");
    assert_eq!(answer.code(), "IAM_FAILED");
}
