//! Health endpoints, with plain responses for load balancers.

use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use metrics_exporter_prometheus::PrometheusHandle;
use nearfar_store::Error as StoreError;
use serde_json::json;
use tower_http::cors::{Any, CorsLayer};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::App;
use crate::web::site;

/// The routes of the public address. Pages of any origin may read `/health/live`: a page whose origin is missing in
/// `cors_origins` thereby distinguishes that from a network failure.
pub fn routes() -> OpenApiRouter<App> {
    let live = OpenApiRouter::default().routes(routes!(live)).layer(CorsLayer::new().allow_origin(Any));
    live.routes(routes!(ready))
}

/// The route of the metrics address.
pub fn metrics_router(handle: PrometheusHandle) -> Router {
    Router::new().route("/metrics", get(move || std::future::ready(handle.render())))
}

/// The process responds.
#[utoipa::path(get, path = "/health/live", tag = "Operation", responses((status = 200, description = "It lives")))]
pub async fn live() -> Response {
    Json(json!({"status": "live"})).into_response()
}

/// The page exists, the database and the object store respond, attempts are scored in time, and the service is not
/// shutting down.
#[utoipa::path(
    get, path = "/health/ready", tag = "Operation",
    responses((status = 200, description = "It can work"), (status = 503, description = "It cannot now"))
)]
pub async fn ready(State(app): State<App>) -> Response {
    match check(&app).await {
        Ok(()) => Json(json!({"status": "ready"})).into_response(),
        Err(reason) => (StatusCode::SERVICE_UNAVAILABLE, Json(json!({"status": reason}))).into_response(),
    }
}

async fn check(app: &App) -> Result<(), &'static str> {
    if app.stop.is_cancelled() {
        return Err("stopping");
    }
    if app.config.scorers > 0 && app.scorers.count() == 0 {
        return Err("no scorer runs");
    }
    let unavailable = |error: StoreError| {
        tracing::warn!(%error, "not ready");
        "store unavailable"
    };
    if !site::has_page(&app.config).await {
        tracing::warn!(page_dir = %app.config.page_dir.display(), "not ready: the page is missing");
        return Err("page missing");
    }
    app.store.check().await.map_err(unavailable)?;
    let waited = app.oldest_waited(&app.store.backlog().await.map_err(unavailable)?);
    // Also without scorers: attempts received here would wait as long.
    let limit = Duration::from_secs(app.config.overdue_seconds.into());
    if !limit.is_zero() && waited >= limit {
        tracing::warn!(seconds = waited.as_secs(), "not ready: an attempt has waited too long for its score");
        return Err("attempts overdue");
    }
    Ok(())
}
