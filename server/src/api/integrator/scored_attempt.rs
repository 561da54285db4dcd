//! Finds the scored attempt of a session.

use nearfar_protocol::status;
use nearfar_store::{Account, Attempt, Error as StoreError, Session, SessionState};

use crate::api::json_body::JsonBody;
use crate::response::ApiError;
use crate::state::{App, is_valid_id};

/// The session that the body names, if it is the account's, and its last scored attempt.
pub async fn scored_attempt(app: &App, account: &Account, body: JsonBody) -> Result<(Session, Attempt), ApiError> {
    let signature_id = body.params()?.required("signatureId")?;
    if !is_valid_id(&signature_id) {
        return Err(ApiError::new(status::SIGNATURE_NOT_EXIST));
    }
    let session = app.store.session_of(&account.id, &signature_id).await.map_err(|error| match error {
        StoreError::NotFound(_) => ApiError::new(status::SIGNATURE_NOT_EXIST),
        other => other.into(),
    })?;
    if session.state == SessionState::Cleared {
        return Err(ApiError::new(status::RESULT_NOT_FOUND));
    }
    let attempt_id = session.result_attempt.as_ref().ok_or_else(|| ApiError::new(status::LIVENESS_NO_RESULT))?;
    let attempt = app.store.attempt(&session.id, attempt_id).await.map_err(erased_meanwhile)?;
    Ok((session, attempt))
}

/// Maps `NotFound` after the session was read: it was erased in the meantime.
pub fn erased_meanwhile(error: StoreError) -> ApiError {
    match error {
        StoreError::NotFound(_) => ApiError::new(status::RESULT_NOT_FOUND),
        other => other.into(),
    }
}
