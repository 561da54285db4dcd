//! Serves the OpenAPI document, and the documentation site from the page's folder.

use std::sync::LazyLock;

use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::{Json, Router};

use crate::state::App;
use crate::web::content_security;
use crate::web::openapi;
use crate::web::site;

/// Built once, on first request.
static DOCUMENT: LazyLock<utoipa::openapi::OpenApi> = LazyLock::new(openapi::document);

/// Where Swagger UI is.
const API: &str = "/docs/api/";
/// Where the playground's preview is, which runs the element.
const PREVIEW: &str = "/docs/playground/preview/";

/// The routes of the documents.
pub fn router() -> Router<App> {
    let router = Router::new()
        .route("/openapi.json", get(async || Json(&*DOCUMENT)))
        .route("/docs", get(async || Redirect::to("/docs/")))
        .route("/docs/", get(file))
        .route("/docs/{*path}", get(file));
    router.layer(from_fn(set_policy))
}

/// A file of the site. A folder without its slash is redirected, since its links are relative.
async fn file(State(app): State<App>, request: Request) -> Response {
    let path = request.uri().path();
    if is_page_name(path) {
        let index = app.config.page_dir.join(path.trim_start_matches('/')).join("index.html");
        if tokio::fs::metadata(index).await.is_ok_and(|found| found.is_file()) {
            return Redirect::permanent(&format!("{path}/")).into_response();
        }
    }
    let mut response = site::file(&app.config.page_dir, request).await;
    if response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED {
        // Names do not contain hashes, and nothing here is confidential.
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    }
    response
}

/// Whether a path can name a page without its slash: plain names only, so that the redirect stays below `/docs/`.
fn is_page_name(path: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let is_name = |name: &str| !matches!(name, "" | "." | "..") && name.bytes().all(allowed);
    path.strip_prefix("/docs/").is_some_and(|rest| rest.split('/').all(is_name))
}

async fn set_policy(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let policy = match path {
        _ if path.starts_with(API) => content_security::SWAGGER_UI,
        _ if path.starts_with(PREVIEW) => content_security::PREVIEW,
        _ => content_security::DOCUMENTS,
    };
    let mut response = next.run(request).await;
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_of_the_site_are_redirected() {
        for path in ["/docs/start", "/docs/decisions/0001-own-simd-kernels", "/docs/source/examples/react/App.tsx"] {
            assert!(is_page_name(path), "{path}");
        }
        for path in ["/docs/", "/docs", "/docs//evil.example", "/docs/..", "/docs/a%2fb", "/docs/a/", "/start"] {
            assert!(!is_page_name(path), "{path}");
        }
    }
}
