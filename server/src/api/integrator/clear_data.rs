//! PII Data Retention: erases the personal data of a session.

use axum::extract::{Query, State};
use nearfar_protocol::envelope::Envelope;
use nearfar_protocol::public::paths;
use nearfar_protocol::status;
use nearfar_store::{Actor, Error as StoreError};
use serde::Deserialize;
use serde_json::Value;

use crate::api::auth::AccountAuth;
use crate::response::{ApiError, ApiResponse, ApiResult};
use crate::state::{App, is_valid_id};

/// The query.
#[derive(Clone, Debug, Deserialize)]
pub struct ClearQuery {
    /// The session.
    #[serde(rename = "signatureId", default)]
    pub signature_id: String,
}

/// Erases pictures, video, results and device facts of a session. Repeating it succeeds.
#[utoipa::path(
    get, path = paths::CLEAR_DATA, tag = "Public APIs", security(("access_token" = [])),
    params(("signatureId" = String, Query, description = "The session")),
    responses((status = 200, description = "SUCCESS, PARAMETER_ERROR, EMPTY_PARAMETER_ERROR, IAM_FAILED, \
        SERVICE_BUSY, RETRY_LATER, ERROR", body = Envelope<Value>))
)]
pub async fn clear_data(
    State(app): State<App>,
    AccountAuth(account): AccountAuth,
    query: Result<Query<ClearQuery>, axum::extract::rejection::QueryRejection>,
) -> ApiResult {
    let Query(query) = query.map_err(|_| ApiError::new(status::ILLEGAL_PARAMETERS))?;
    if query.signature_id.trim().is_empty() {
        return Err(ApiError::new(status::EMPTY_PARAMETER_ERROR));
    }
    if !is_valid_id(&query.signature_id) {
        return Err(ApiError::new(status::ILLEGAL_PARAMETERS));
    }
    let map_error = |error: StoreError| match error {
        StoreError::NotFound(_) => ApiError::new(status::ILLEGAL_PARAMETERS),
        other => ApiError::from(other).map_status(status::SERVER_ERROR, status::CLEAR_DATA_ERROR),
    };
    let session = app.store.session_of(&account.id, &query.signature_id).await.map_err(map_error)?;
    app.store
        .erase_session_by(Some(&Actor::Integrator(account.access_key)), &session.id, app.now())
        .await
        .map_err(map_error)?;
    app.notify_change(&session.id);
    tracing::info!(signature_id = session.id, "cleared");
    Ok(ApiResponse::ok())
}
