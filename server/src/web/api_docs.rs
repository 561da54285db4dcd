//! The OpenAPI document, and Swagger UI to read it with, whose files the build puts into the page's folder.

use std::path::{Component, Path};
use std::sync::LazyLock;

use axum::extract::{Request, State};
use axum::http::header;
use axum::middleware::map_response;
use axum::response::{Redirect, Response};
use axum::routing::get;
use axum::{Json, Router};
use percent_encoding::percent_decode_str;

use crate::api::openapi;
use crate::app::App;
use crate::web::content_security;
use crate::web::site;

/// The folder in the page's folder, and the path that its files have.
const FOLDER: &str = "docs";

/// Made once: everybody may ask for it.
static DOCUMENT: LazyLock<utoipa::openapi::OpenApi> = LazyLock::new(openapi::document);

/// The routes of the documents.
pub fn router() -> Router<App> {
    let router = Router::new()
        .route("/openapi.json", get(async || Json(&*DOCUMENT)))
        .route("/docs", get(async || Redirect::to("/docs/")))
        .route("/docs/", get(file))
        .route("/docs/{*path}", get(file));
    router.layer(map_response(async |mut response: Response| {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, content_security::DOCUMENTS);
        response
    }))
}

async fn file(State(app): State<App>, request: Request) -> Response {
    site::file(&app.config.page_dir, request).await
}

/// Whether a path leads into the folder of the documents, which has routes and a policy of its own.
pub fn is_below(path: &str) -> bool {
    let path = percent_decode_str(path).decode_utf8_lossy();
    let first = Path::new(&*path).components().find_map(|component| match component {
        Component::Normal(name) => Some(name),
        _ => None,
    });
    // Some file systems know a folder by any case of its letters.
    first.is_some_and(|name| name.eq_ignore_ascii_case(FOLDER))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_is_known_however_it_is_written() {
        for path in
            ["/docs", "/docs/", "/docs/index.html", "//docs/", "/./docs/x", "/%64ocs/", "/docs%2findex.html", "/DOCS/"]
        {
            assert!(is_below(path), "{path}");
        }
        for path in ["/", "/docs.css", "/assets/docs", "/index.html"] {
            assert!(!is_below(path), "{path}");
        }
    }
}
