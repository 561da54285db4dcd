//! Whether the service lives and can work. Answers are plain, for load balancers.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use metrics_exporter_prometheus::PrometheusHandle;
use serde_json::json;

use crate::app::App;

/// The routes of the public address.
pub fn router() -> Router<App> {
    Router::new().route("/health/live", get(live)).route("/health/ready", get(ready))
}

/// The route of the metrics' address.
pub fn metrics_router(handle: PrometheusHandle) -> Router {
    Router::new().route("/metrics", get(move || std::future::ready(handle.render())))
}

/// The process answers.
#[utoipa::path(get, path = "/health/live", tag = "Operation", responses((status = 200, description = "It lives")))]
pub async fn live() -> Response {
    Json(json!({"status": "live"})).into_response()
}

/// The database and the object store answer, and the service is not about to stop.
#[utoipa::path(
    get, path = "/health/ready", tag = "Operation",
    responses((status = 200, description = "It can work"), (status = 503, description = "It cannot now"))
)]
pub async fn ready(State(app): State<App>) -> Response {
    let refuse = |why: &str| (StatusCode::SERVICE_UNAVAILABLE, Json(json!({"status": why}))).into_response();
    if app.stop.is_cancelled() {
        return refuse("stopping");
    }
    match app.store.check().await {
        Ok(()) => Json(json!({"status": "ready"})).into_response(),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            refuse("store unavailable")
        }
    }
}
