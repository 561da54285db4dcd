//! PII Data Retention: removes all that is known of the person of a session.

use axum::extract::{Query, State};
use nearfar_protocol::envelope::Envelope;
use nearfar_protocol::public::paths;
use nearfar_protocol::status;
use nearfar_store::Error as StoreError;
use serde::Deserialize;
use serde_json::Value;

use crate::api::auth::Caller;
use crate::api::reply::{Answer, Failure, Reply};
use crate::app::{App, is_id};

/// The query.
#[derive(Clone, Debug, Deserialize)]
pub struct ClearQuery {
    /// The session.
    #[serde(rename = "signatureId", default)]
    pub signature_id: String,
}

/// Removes pictures, video, results and device facts of a session. Doing it again is no error.
#[utoipa::path(
    get, path = paths::CLEAR_DATA, tag = "Public APIs", security(("access_token" = [])),
    params(("signatureId" = String, Query, description = "The session")),
    responses((status = 200, description = "SUCCESS, PARAMETER_ERROR, EMPTY_PARAMETER_ERROR, IAM_FAILED, \
        SERVICE_BUSY, RETRY_LATER, ERROR", body = Envelope<Value>))
)]
pub async fn clear_data(
    State(app): State<App>,
    Caller(account): Caller,
    query: Result<Query<ClearQuery>, axum::extract::rejection::QueryRejection>,
) -> Answer {
    let Query(query) = query.map_err(|_| Failure::of(status::ILLEGAL_PARAMETERS))?;
    if query.signature_id.trim().is_empty() {
        return Err(Failure::of(status::EMPTY_PARAMETER_ERROR));
    }
    if !is_id(&query.signature_id) {
        return Err(Failure::of(status::ILLEGAL_PARAMETERS));
    }
    let told = |error: StoreError| match error {
        StoreError::NotFound(_) => Failure::of(status::ILLEGAL_PARAMETERS),
        other => Failure::from(other).instead(status::SERVER_ERROR, status::CLEAR_DATA_ERROR),
    };
    let session = app.store.session_of(&account.id, &query.signature_id).await.map_err(told)?;
    app.store.clear(&session.id, app.now()).await.map_err(told)?;
    app.changed(&session.id);
    tracing::info!(signature_id = session.id, "cleared");
    Ok(Reply::ok())
}
