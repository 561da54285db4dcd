//! Serves the OpenAPI document, and Swagger UI from the page's folder.

use std::sync::LazyLock;

use axum::extract::{Request, State};
use axum::http::header;
use axum::middleware::map_response;
use axum::response::{Redirect, Response};
use axum::routing::get;
use axum::{Json, Router};

use crate::state::App;
use crate::web::content_security;
use crate::web::openapi;
use crate::web::site;

/// Built once, on first request.
static DOCUMENT: LazyLock<utoipa::openapi::OpenApi> = LazyLock::new(openapi::document);

/// The routes of the API documents.
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
