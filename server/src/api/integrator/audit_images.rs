//! Serves the audit pictures of a scored attempt through the link in Get Result. The link's token grants access for a
//! limited time, to one attempt only.

use axum::extract::{Query, State};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use nearfar_protocol::envelope::Envelope;
use nearfar_protocol::manifest::AUDIT_PREFIX;
use nearfar_protocol::result::{AuditImage, AuditImages};
use nearfar_protocol::status;
use nearfar_store::{Account, Attempt, Error as StoreError, FileEntry, MANIFEST, SessionState};
use serde::Deserialize;

use super::scored_attempt::erased_meanwhile;
use crate::api::auth::check_usable;
use crate::config::upload_limit::RESULT_FACTOR;
use crate::response::{ApiError, ApiResponse, ApiResult, SandboxMark};
use crate::state::App;
use crate::state::tokens::AuditClaims;
use crate::stored::manifest::parse_manifest;

/// The path of audit pictures.
pub const PATH: &str = "/liveness/h5/v1/audit-images";

/// The query.
#[derive(Clone, Debug, Deserialize)]
pub struct AuditQuery {
    /// The link's token.
    pub token: String,
}

/// A link to the audit pictures, if there are any.
pub fn link(app: &App, account: &Account, attempt: &Attempt, files: &[FileEntry]) -> Result<Option<String>, ApiError> {
    if !files.iter().any(|file| file.name.starts_with(AUDIT_PREFIX)) {
        return Ok(None);
    }
    let now = app.now();
    let ends = now + i64::from(app.config.audit_link_seconds) * 1000;
    let epoch = account.token_epoch;
    let audit = AuditClaims { sub: attempt.session_id.clone(), attempt: attempt.id.clone(), epoch, ends };
    let token = app.tokens.audit(&audit, now).map_err(|error| ApiError::internal(&error))?;
    Ok(Some(app.config.link(&format!("{PATH}?token={token}"))))
}

/// The audit pictures of an attempt, as linked by `auditImageUrl` of Get Result.
#[utoipa::path(
    get, path = PATH, tag = "Public APIs",
    params(("token" = String, Query, description = "As in the link")),
    responses((status = 200, description = "SUCCESS, RESULT_NOT_FOUND, IAM_FAILED, SERVICE_BUSY, RETRY_LATER, ERROR",
        body = Envelope<AuditImages>))
)]
pub async fn audit_images(State(app): State<App>, sandbox: SandboxMark, Query(query): Query<AuditQuery>) -> ApiResult {
    let now = app.now();
    let audit = app.tokens.verify_audit(&query.token, now).ok_or_else(|| ApiError::new(status::IAM_TOKEN))?;
    app.session_rate.check("audit pictures", &audit.sub)?;
    let session = app.store.session(&audit.sub).await.map_err(erased_meanwhile)?;
    let account = app.store.account(&session.account_id).await?;
    sandbox.set(&account);
    if session.state == SessionState::Cleared {
        return Err(ApiError::new(status::RESULT_NOT_FOUND));
    }
    check_usable(&account, now)?;
    if audit.epoch != account.token_epoch {
        return Err(ApiError::new(status::IAM_TOKEN));
    }
    if !account.settings.audit_images {
        return Err(ApiError::new(status::IAM_NOT_AUTHORIZED));
    }
    let files = app.store.files(&audit.sub, &audit.attempt).await?;
    let pictures = files.iter().filter(|file| file.name.starts_with(AUDIT_PREFIX));
    let _memory =
        app.result_memory.reserve(&account.id, RESULT_FACTOR * pictures.map(|file| file.bytes).sum::<u64>())?;
    let read = async |name: &str| -> Result<_, StoreError> { app.store.file(&audit.sub, &audit.attempt, name).await };
    let manifest = read(MANIFEST).await.map_err(erased_meanwhile)?;
    let manifest = parse_manifest(&manifest)?;
    let mut images = Vec::new();
    for entry in manifest.audit {
        let picture = read(&entry.name).await.map_err(erased_meanwhile)?;
        let image = BASE64.encode(picture);
        images.push(AuditImage { time: entry.time, phase: entry.phase, code: entry.code, image });
    }
    ApiResponse::data(&AuditImages { signature_id: session.id, images })
}
