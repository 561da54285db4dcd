//! Receives the video of an attempt in its own request, while the pictures are scored.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use bytes::Bytes;
use nearfar_protocol::envelope::Envelope;
use nearfar_protocol::manifest::{Manifest, ManifestFile, VIDEO};
use nearfar_protocol::status;
use nearfar_scoring::checks::files::is_video;
use nearfar_store::{AttemptState, DeferredFile, Error as StoreError, MANIFEST, UploadFile};
use serde_json::Value;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::limits;
use super::reader::UploadReader;
use crate::api::auth::PageAuth;
use crate::api::json_body::has_content_type;
use crate::response::{ApiError, ApiResponse, ApiResult};
use crate::state::memory::Reservation;
use crate::state::upload_slots::{UploadKey, UploadKind};
use crate::state::{App, is_valid_id};

/// The bytes of a video.
#[derive(Clone, Debug, utoipa::ToSchema)]
#[schema(value_type = String, format = Binary)]
pub struct Video(pub Vec<u8>);

/// Receives the video named by the manifest of a received attempt. Repeating the request returns the same response.
#[utoipa::path(
    put, path = "/h5/api/v1/attempts/{id}/video", operation_id = "upload_video",
    tag = "Page", security(("session_token" = [])),
    params(("id" = String, Path, description = "The attempt")),
    request_body(description = "The video's bytes", content((Video = "video/webm"), (Video = "video/mp4"))),
    responses((status = 200, description = "SUCCESS, FILE_UNEXPECTED, FILE_ALTERED, FILE_TOO_LARGE, VIDEO_DISABLED, \
        NONCE_EXPIRED, ATTEMPT_NOT_FOUND, SESSION_EXPIRED, HANDOFF_NOT_CONFIRMED, HANDOFF_VOIDED, \
        HANDOFF_TAKEN, IAM_FAILED, SERVICE_BUSY, RETRY_LATER, ERROR", body = Envelope<Value>))
)]
pub async fn receive(
    State(app): State<App>,
    auth: PageAuth,
    Path(attempt_id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> ApiResult {
    auth.check_confirmed(&app).await?;
    if !has_content_type(&headers, &["video/webm", "video/mp4"]) {
        return Err(ApiError::new(status::UNSUPPORTED_MEDIA_TYPE));
    }
    check_attempt(&app, &auth, &attempt_id).await?;
    let (account, session) = (&auth.account.id, &auth.session.id);
    let sent = UploadKey { account, session, attempt: &attempt_id, kind: UploadKind::Video };
    let slot = app.uploads.acquire(sent, || app.monotonic()).await?;
    let manifest = manifest(&app, session, &attempt_id).await?;
    let expected = manifest.file(VIDEO).ok_or_else(|| ApiError::with_extra(status::FILE_UNEXPECTED, VIDEO))?;
    limits::check(&app.config.upload_limit(&auth.account.settings), &manifest)?;
    let (content, _memory) = read_file(UploadReader::new(&app, body, &slot, account), expected).await?;
    if !is_video(&content) {
        return Err(ApiError::new(status::UNSUPPORTED_MEDIA_TYPE));
    }
    let late = DeferredFile {
        session_id: auth.session.id.clone(),
        attempt_id,
        device: auth.token.device.clone(),
        file: UploadFile { name: VIDEO.to_owned(), content, sha256: expected.sha256.clone() },
        accept_within: i64::from(app.config.nonce_seconds) * 1000,
    };
    app.store.receive_deferred(&late, app.now()).await.map_err(attempt_error)?;
    Ok(ApiResponse::ok())
}

/// Reads a file of the announced length and hash. Returns it with its memory.
async fn read_file<'a>(
    mut reader: UploadReader<'a>,
    expected: &ManifestFile,
) -> Result<(Bytes, Reservation<'a>), ApiError> {
    let altered = || ApiError::with_extra(status::FILE_ALTERED, expected.name.clone());
    let bytes = usize::try_from(expected.bytes).map_err(|error| ApiError::internal(&error))?;
    // One more byte detects a file that is too long.
    let content = reader.read(bytes.saturating_add(1)).await?.freeze();
    if content.len() != bytes {
        return Err(altered());
    }
    // All bytes have arrived: from here on no other upload can end this one as idle.
    let memory = reader.complete()?;
    let hashed = content.clone();
    // A large video would block other requests.
    let hash = tokio::task::spawn_blocking(move || hex::encode(Sha256::digest(hashed)));
    let hash = hash.await.map_err(|error| ApiError::internal(&error))?;
    if !bool::from(hash.as_bytes().ct_eq(expected.sha256.as_bytes())) {
        return Err(altered());
    }
    Ok((content, memory))
}

/// Rejects an attempt that was not received from this device.
async fn check_attempt(app: &App, auth: &PageAuth, attempt_id: &str) -> Result<(), ApiError> {
    if !is_valid_id(attempt_id) {
        return Err(ApiError::new(status::ATTEMPT_NOT_FOUND));
    }
    let attempt = app.store.attempt(&auth.session.id, attempt_id).await.map_err(attempt_error)?;
    if attempt.device != auth.token.device || attempt.state == AttemptState::Issued {
        return Err(ApiError::new(status::ATTEMPT_NOT_FOUND));
    }
    Ok(())
}

async fn manifest(app: &App, session_id: &str, attempt_id: &str) -> Result<Manifest, ApiError> {
    let bytes = app.store.file(session_id, attempt_id, MANIFEST).await.map_err(attempt_error)?;
    Manifest::parse(&bytes).map_err(|error| ApiError::internal(&error))
}

fn attempt_error(error: StoreError) -> ApiError {
    match error {
        StoreError::NotFound(_) => ApiError::new(status::ATTEMPT_NOT_FOUND),
        other => other.into(),
    }
}
