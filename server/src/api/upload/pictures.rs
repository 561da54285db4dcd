//! Receives the upload of an attempt: the manifest, then its files, sealed, in one repeatable request. The video may
//! follow separately.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use bytes::Bytes;
use nearfar_protocol::device_class::DeviceClass;
use nearfar_protocol::envelope::Envelope;
use nearfar_protocol::manifest::{Manifest, VIDEO};
use nearfar_protocol::page::StatusView;
use nearfar_protocol::status;
use nearfar_sealing::Binding;
use nearfar_store::{Conflict, Error as StoreError, Upload, UploadFile};
use subtle::ConstantTimeEq;

use super::limits;
use super::reader::UploadReader;
use super::sealed::SealedUpload;
use crate::api::auth::PageAuth;
use crate::api::json_body::has_content_type;
use crate::api::session_view::status_view;
use crate::config::upload_limit::{MANIFEST_BYTES, UploadLimit};
use crate::response::{ApiError, ApiResponse, ApiResult};
use crate::state::memory::Reservation;
use crate::state::upload_slots::{UploadKey, UploadKind};
use crate::state::{App, is_valid_id};

/// The name of the manifest part.
const MANIFEST: &str = "manifest";

/// The content type of a sealed upload.
const CONTENT_TYPE: &str = "application/octet-stream";

/// A sealed upload.
#[derive(Clone, Debug, utoipa::ToSchema)]
#[schema(value_type = String, format = Binary)]
pub struct Sealed(pub Vec<u8>);

/// Receives the manifest and files of an attempt. Repeating the request returns the same response.
#[utoipa::path(
    put, path = "/h5/api/v1/attempts/{id}", operation_id = "upload_attempt",
    tag = "Page", security(("session_token" = [])),
    params(("id" = String, Path, description = "The attempt")),
    request_body(content((Sealed = "application/octet-stream")), description = "Sealed with `sealingKey` as \
        described in docs/SEALING.md: `manifest` (JSON) first, then one part for each file it names, under its name; \
        `video` may follow later"),
    responses((status = 200, description = "SUCCESS, UPLOAD_NOT_SEALED, SEAL_BROKEN, MANIFEST_INVALID, \
        FILE_UNEXPECTED, FILE_MISSING, FILE_ALTERED, FILE_TOO_LARGE, PICTURE_INVALID, \
        VIDEO_DISABLED, NONCE_MISMATCH, NONCE_EXPIRED, ATTEMPT_NOT_FOUND, ATTEMPT_CONFLICT, \
        ATTEMPT_PENDING, SESSION_EXPIRED, SESSION_FINISHED, HANDOFF_NOT_CONFIRMED, HANDOFF_VOIDED, \
        HANDOFF_TAKEN, IAM_FAILED, SERVICE_BUSY, RETRY_LATER, ERROR", body = Envelope<StatusView>))
)]
pub async fn receive(
    State(app): State<App>,
    auth: PageAuth,
    Path(attempt_id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> ApiResult {
    auth.check_confirmed(&app).await?;
    if !is_valid_id(&attempt_id) {
        return Err(ApiError::new(status::ATTEMPT_NOT_FOUND));
    }
    if !has_content_type(&headers, &[CONTENT_TYPE]) {
        return Err(ApiError::new(status::UNSUPPORTED_MEDIA_TYPE));
    }
    if !app.queue.has_room(&app.store, app.clock.monotonic()).await? {
        return Err(ApiError::retry_after(status::RETRY_LATER, 2));
    }
    let attempt_error = |error| match error {
        StoreError::NotFound(_) => ApiError::new(status::ATTEMPT_NOT_FOUND),
        other => other.into(),
    };
    let issued = app.store.attempt(&auth.session.id, &attempt_id).await.map_err(attempt_error)?;
    if issued.device != auth.token.device {
        return Err(ApiError::new(status::ATTEMPT_NOT_FOUND));
    }
    let limits = app.config.upload_limit(&auth.account.settings);
    let binding = Binding { signature_id: &auth.session.id, attempt_id: &attempt_id, nonce: &issued.nonce };
    let keys = app.sealing.of(&auth.session.id, issued.issued_at)?;
    // Only after these checks: an upload that replaces an older one must come from the same device.
    let account = &auth.account.id;
    let sent = UploadKey { account, session: &auth.session.id, attempt: &attempt_id, kind: UploadKind::Pictures };
    let slot = app.uploads.acquire(sent, || app.monotonic()).await?;
    let upload = SealedUpload::begin(UploadReader::new(&app, body, &slot, account), &keys, &binding).await?;
    let (manifest_bytes, manifest, files, _memory) = read(upload, limits).await?;
    // The store compares it too, but only after it has written the files.
    if !bool::from(manifest.nonce.as_bytes().ct_eq(issued.nonce.as_bytes())) {
        return Err(StoreError::from(Conflict::WrongNonce).into());
    }
    let upload = Upload {
        session_id: auth.session.id.clone(),
        attempt_id,
        device: auth.token.device.clone(),
        nonce: manifest.nonce,
        manifest: manifest_bytes,
        files,
        far_image_time: manifest.far_image_time,
        near_image_time: manifest.near_image_time,
        camera_type: manifest.camera_type,
        device_class: DeviceClass::of(&manifest.device),
    };
    let receipt = app.store.receive(upload, app.now()).await.map_err(attempt_error)?;
    if !receipt.repeated {
        app.queue.add();
        app.received.notify_one();
        app.notify_change(&auth.session.id);
    }
    // From here on the upload is stored. Only the response can fail, and the page can request it again.
    ApiResponse::data(&status_view(&app, &auth, &receipt.session).await?)
}

type Read<'a> = (Bytes, Manifest, Vec<UploadFile>, Reservation<'a>);

async fn read(mut upload: SealedUpload<'_>, limits: UploadLimit) -> Result<Read<'_>, ApiError> {
    let invalid = |reason: &str| ApiError::with_extra(status::MANIFEST_INVALID, reason);
    let mut header = upload.header().await?;
    if u64::from(header.bytes) > MANIFEST_BYTES {
        return Err(ApiError::with_extra(status::FILE_TOO_LARGE, MANIFEST));
    }
    let (bytes, _) = upload.content(&header).await?;
    if header.name != MANIFEST {
        return Err(invalid("the first part should be the manifest"));
    }
    let manifest = Manifest::parse(&bytes).map_err(|error| invalid(&error.to_string()))?;
    limits::check(&limits, &manifest)?;
    let mut files: Vec<UploadFile> = Vec::new();
    while !header.last {
        header = upload.header().await?;
        let name = header.name.clone();
        let expected = manifest.file(&name).filter(|_| files.iter().all(|known| known.name != name));
        let expected = expected.ok_or_else(|| ApiError::with_extra(status::FILE_UNEXPECTED, name.clone()))?;
        let altered = || ApiError::with_extra(status::FILE_ALTERED, name.clone());
        if u64::from(header.bytes) != expected.bytes {
            return Err(altered());
        }
        let (content, hash) = upload.content(&header).await?;
        if !bool::from(hash.as_bytes().ct_eq(expected.sha256.as_bytes())) {
            return Err(altered());
        }
        check_picture(&manifest, &name, &content)?;
        files.push(UploadFile { name, content, sha256: hash });
    }
    let memory = upload.end().await?;
    let is_received = |name: &str| files.iter().any(|known| known.name == name);
    let missing = manifest.files.iter().find(|file| file.name != VIDEO && !is_received(&file.name));
    match missing {
        Some(file) => Err(ApiError::with_extra(status::FILE_MISSING, file.name.clone())),
        None => Ok((bytes, manifest, files, memory)),
    }
}

/// Rejects a picture that the page cannot have written: scoring it could take unbounded time and memory.
fn check_picture(manifest: &Manifest, name: &str, content: &[u8]) -> Result<(), ApiError> {
    let Some(rule) = manifest.picture_rule(name) else { return Ok(()) };
    match rule.check(content) {
        Ok(_) => Ok(()),
        Err(error) => Err(ApiError::with_extra(status::PICTURE_INVALID, format!("{name}: {error}"))),
    }
}
