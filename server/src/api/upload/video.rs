//! The video of an attempt, in a request of its own: the pictures are judged meanwhile.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use nearfar_protocol::envelope::Envelope;
use nearfar_protocol::manifest::{Manifest, VIDEO};
use nearfar_protocol::status;
use nearfar_scoring::checks::files::is_video;
use nearfar_store::{AttemptState, Error as StoreError, LateFile, MANIFEST, UploadFile};
use serde_json::Value;

use super::body::UploadBody;
use super::file::read_file;
use crate::api::auth::Visitor;
use crate::api::json_body::is_of_type;
use crate::api::reply::{Answer, Failure, Reply};
use crate::api::upload::limits::UploadLimit;
use crate::api::upload::slots::{Kind, Sent};
use crate::app::{App, is_id};

/// The bytes of a video.
#[derive(Clone, Debug, utoipa::ToSchema)]
#[schema(value_type = String, format = Binary)]
pub struct Video(pub Vec<u8>);

/// Takes the video that a received attempt's manifest names. The same again gets the same answer.
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
    visitor: Visitor,
    Path(attempt_id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    visitor.check_confirmed(&app).await?;
    if !is_of_type(&headers, &["video/webm", "video/mp4"]) {
        return Err(Failure::of(status::UNSUPPORTED_MEDIA_TYPE));
    }
    check_attempt(&app, &visitor, &attempt_id).await?;
    let (account, session) = (&visitor.account.id, &visitor.session.id);
    let sent = Sent { account, session, attempt: &attempt_id, kind: Kind::Video };
    let slot = app.uploads.acquire(sent, || app.monotonic()).await?;
    let manifest = manifest(&app, session, &attempt_id).await?;
    let expected = manifest.file(VIDEO).ok_or_else(|| Failure::with_extra(status::FILE_UNEXPECTED, VIDEO))?;
    UploadLimit::new(&app.config, &visitor.account.settings).check(&manifest)?;
    let (content, _memory) = read_file(UploadBody::new(&app, body, &slot, account), expected).await?;
    if !is_video(&content) {
        return Err(Failure::of(status::UNSUPPORTED_MEDIA_TYPE));
    }
    let late = LateFile {
        session_id: visitor.session.id.clone(),
        attempt_id,
        device: visitor.token.device.clone(),
        file: UploadFile { name: VIDEO.to_owned(), content },
        patience: i64::from(app.config.nonce_seconds) * 1000,
    };
    app.store.receive_late(&late, app.now()).await.map_err(no_attempt)?;
    Ok(Reply::ok())
}

/// Refuses an attempt that was not received from this device.
async fn check_attempt(app: &App, visitor: &Visitor, attempt_id: &str) -> Result<(), Failure> {
    if !is_id(attempt_id) {
        return Err(Failure::of(status::ATTEMPT_NOT_FOUND));
    }
    let attempt = app.store.attempt(&visitor.session.id, attempt_id).await.map_err(no_attempt)?;
    if attempt.device != visitor.token.device || attempt.state == AttemptState::Issued {
        return Err(Failure::of(status::ATTEMPT_NOT_FOUND));
    }
    Ok(())
}

async fn manifest(app: &App, session_id: &str, attempt_id: &str) -> Result<Manifest, Failure> {
    let bytes = app.store.file(session_id, attempt_id, MANIFEST).await.map_err(no_attempt)?;
    Manifest::parse(&bytes).map_err(|error| Failure::internal(&error))
}

fn no_attempt(error: StoreError) -> Failure {
    match error {
        StoreError::NotFound(_) => Failure::of(status::ATTEMPT_NOT_FOUND),
        other => other.into(),
    }
}
