//! The session status, with long polling.

use std::time::Duration;

use axum::extract::{Query, State};
use nearfar_protocol::envelope::Envelope;
use nearfar_protocol::page::{SessionState, StatusView};
use nearfar_protocol::status;
use nearfar_store::{Error as StoreError, Session, SessionState as Stored};
use serde::Deserialize;
use tokio::time::{Instant, sleep, timeout_at};

use crate::api::auth::PageAuth;
use crate::api::session_view::{public_state, status_view, version};
use crate::response::{ApiError, ApiResponse, ApiResult};
use crate::state::App;

/// The query.
#[derive(Clone, Debug, Deserialize)]
pub struct StatusQuery {
    /// The version that the page knows. With it, the response waits for another version.
    #[serde(default)]
    pub version: Option<String>,
    /// Maximum seconds to wait.
    #[serde(default)]
    pub wait: Option<u64>,
}

/// The status of the session. With `version` and `wait`, the response waits for a change.
#[utoipa::path(
    get, path = "/h5/api/v1/status", tag = "Page", security(("session_token" = [])),
    params(
        ("version" = Option<String>, Query, description = "The version that is known already"),
        ("wait" = Option<u64>, Query, description = "Seconds to wait for another version"),
    ),
    responses((status = 200, description = "SUCCESS, SESSION_EXPIRED, IAM_FAILED, SERVICE_BUSY, RETRY_LATER, ERROR",
        body = Envelope<StatusView>))
)]
pub async fn status(State(app): State<App>, auth: PageAuth, Query(query): Query<StatusQuery>) -> ApiResult {
    let session = match (&query.version, query.wait) {
        (Some(known), Some(seconds)) => wait_for_change(&app, auth.session.clone(), known, seconds).await?,
        _ => auth.session.clone(),
    };
    let view = status_view(&app, &auth, &session).await?;
    // Clients that do not wait get `Retry-After` while a score is pending.
    let pending = view.state == SessionState::Scoring;
    let mut reply = ApiResponse::data(&view)?;
    reply.retry_after = pending.then_some(1);
    Ok(reply)
}

async fn wait_for_change(app: &App, mut session: Session, known: &str, seconds: u64) -> Result<Session, ApiError> {
    // Subscribe before reading, so that no change in between is missed.
    let mut changes = app.changes.subscribe();
    let deadline = deadline(Duration::from_secs(seconds.min(app.config.poll_seconds)));
    let interval = Duration::from_millis(app.config.poll_interval_ms);
    loop {
        session = reload(app, &session.id).await?;
        if version(&session, public_state(&session, app.now())) != known {
            return Ok(session);
        }
        let notified = async {
            loop {
                match changes.recv().await {
                    Ok(id) if id == session.id => return,
                    Ok(_) => {}
                    // Messages were missed; one may have been for this session.
                    Err(_) => return,
                }
            }
        };
        let change = async {
            tokio::select! {
                () = notified => {}
                () = sleep(interval) => {}
            }
        };
        tokio::select! {
            waited = timeout_at(deadline, change) => if waited.is_err() { return Ok(session) },
            () = app.stop.cancelled() => return Ok(session),
        }
    }
}

/// A duration, not a wall clock time: tests can pause tokio's clock.
fn deadline(wait: Duration) -> Instant {
    Instant::now() + wait
}

async fn reload(app: &App, id: &str) -> Result<Session, ApiError> {
    let session = app.store.session(id).await.map_err(|error| match error {
        StoreError::NotFound(_) => ApiError::new(status::SESSION_EXPIRED),
        other => other.into(),
    })?;
    if session.state == Stored::Cleared { Err(ApiError::new(status::SESSION_EXPIRED)) } else { Ok(session) }
}
