//! Whether the service lives and can work. Answers are plain, for load balancers.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use metrics_exporter_prometheus::PrometheusHandle;
use nearfar_store::{Backlog, Error as StoreError};
use serde_json::json;
use tower_http::cors::{Any, CorsLayer};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::web::site;

/// The routes of the public address. Pages of any origin may read whether the service lives: a page whose origin is not
/// in `cors_origins` tells by it that this is what is missing, and not the connection.
pub fn routes() -> OpenApiRouter<App> {
    let live = OpenApiRouter::default().routes(routes!(live)).layer(CorsLayer::new().allow_origin(Any));
    live.routes(routes!(ready))
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

/// The page is there, the database and the object store answer, attempts are judged in time, and the service is not about to stop.
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
        tracing::warn!(page_dir = %app.config.page_dir.display(), "not ready: the page is not there");
        return Err("page missing");
    }
    app.store.check().await.map_err(unavailable)?;
    let waited = app.oldest.waited(app, &app.store.backlog().await.map_err(unavailable)?);
    // Also where no scorer is to run: what is taken here would wait as long.
    let most = Duration::from_secs(app.config.overdue_seconds.into());
    if !most.is_zero() && waited >= most {
        tracing::warn!(seconds = waited.as_secs(), "not ready: an attempt has waited too long to be judged");
        return Err("attempts overdue");
    }
    Ok(())
}

/// The attempt that has waited longest, and since when this instance knows of it by the monotonic clock: the time of its
/// receipt is a time of day, and may have been told by a clock that was put back since.
#[derive(Debug, Default)]
pub struct OldestAttempt(Mutex<Option<(i64, Duration)>>);

impl OldestAttempt {
    /// For how long the oldest attempt has waited at least.
    pub fn waited(&self, app: &App, backlog: &Backlog) -> Duration {
        let now = app.clock.monotonic();
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *known = backlog.oldest.map(|oldest| match *known {
            Some((received, since)) if received == oldest => (received, since),
            _ => (oldest, now),
        });
        let seen = known.map_or(Duration::ZERO, |(_, since)| now.saturating_sub(since));
        let told = backlog.oldest.map_or(0, |oldest| app.now().saturating_sub(oldest));
        seen.max(Duration::from_millis(u64::try_from(told).unwrap_or(0)))
    }
}
