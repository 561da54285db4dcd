//! The capture record of a session: its upload and outcome in one signed file, as evidence for later years. An addition
//! to the contract.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum_extra::TypedHeader;
use axum_extra::headers::CacheControl;
use axum_extra::response::Attachment;
use bytes::Bytes;
use jsonwebtoken::jwk::JwkSet;
use nearfar_protocol::manifest::{AUDIT_PREFIX, FAR, NEAR, STOP_PREFIX, VIDEO};
use nearfar_protocol::motion::MAX_STOPS;
use nearfar_protocol::public::SignatureRequest;
use nearfar_protocol::status;
use nearfar_record::{Claims, FORMAT, sign};
use nearfar_store::{Error as StoreError, FileEntry, MANIFEST};

use super::scored_attempt::{erased_meanwhile, scored_attempt};
use crate::api::auth::AccountAuth;
use crate::api::json_body::JsonBody;
use crate::config::upload_limit::RECORD_FACTOR;
use crate::response::ApiError;
use crate::state::App;

/// The path of capture records.
pub const PATH: &str = "/liveness/h5/v1/capture-record";
/// The path of the public keys that verify records.
pub const KEYS_PATH: &str = "/liveness/h5/v1/capture-record/keys";

/// A capture record.
#[derive(Clone, Debug, utoipa::ToSchema)]
#[schema(value_type = String, format = Binary)]
pub struct CaptureRecord(pub Vec<u8>);

/// The capture record of the attempt that Get Result reports. Repeating the request returns the same file, until the
/// signing key is rotated.
#[utoipa::path(
    post, path = PATH, tag = "Public APIs", security(("access_token" = [])),
    request_body = SignatureRequest,
    responses((status = 200, description = "The record; or, as JSON, SIGNATURE_NOT_EXIST, RESULT_NOT_FOUND, \
        LIVENESS_NO_RESULT, PARAMETER_ERROR, IAM_FAILED, SERVICE_BUSY, RETRY_LATER, ERROR", content(
        (CaptureRecord = "application/zip"), (nearfar_protocol::envelope::Envelope<serde_json::Value> = "application/json"))))
)]
pub async fn capture_record(
    State(app): State<App>,
    AccountAuth(account): AccountAuth,
    body: JsonBody,
) -> Result<Response, ApiError> {
    let (session, attempt) = scored_attempt(&app, &account, body).await?;
    let outcome = attempt.outcome.as_ref().ok_or_else(|| ApiError::new(status::LIVENESS_NO_RESULT))?;
    let entries = app.store.files(&session.id, &attempt.id).await?;
    // The video is large and can arrive later; the manifest contains its hash.
    let is_included = |file: &&FileEntry| file.name != VIDEO;
    let mut names: Vec<&str> = entries.iter().filter(is_included).map(|file| file.name.as_str()).collect();
    if !names.contains(&FAR) {
        // The account keeps pictures for a shorter time than results, or everything is being erased.
        return Err(ApiError::with_extra(status::RESULT_NOT_FOUND, "PICTURES_ERASED"));
    }
    names.sort_by_key(|name| position(name));
    let bytes = RECORD_FACTOR * entries.iter().filter(is_included).map(|file| file.bytes).sum::<u64>();
    let _memory = app.result_memory.reserve(&account.id, bytes)?;
    let mut files: Vec<(&str, Bytes)> = Vec::new();
    for name in names {
        let read: Result<_, StoreError> = app.store.file(&session.id, &attempt.id, name).await;
        files.push((name, read.map_err(erased_meanwhile)?));
    }
    let claims = Claims {
        format: FORMAT,
        signature_id: session.id.clone(),
        attempt_id: attempt.id.clone(),
        nonce: attempt.nonce.clone(),
        nonce_issued_at: attempt.issued_at,
        received_at: attempt.received_at.unwrap_or_default(),
        judged_at: attempt.scored_at.unwrap_or_default(),
        code: outcome.code.clone(),
        score: outcome.score,
        attack_type: outcome.attack_type,
        sandbox: session.sandbox.is_some(),
        files: Vec::new(),
    };
    let files: Vec<(&str, &[u8])> = files.iter().map(|(name, content)| (*name, &**content)).collect();
    let key = app.record_keys.current(app.now()).ok_or_else(|| ApiError::internal(&"no key signs records"))?;
    let record = sign(claims, &files, &key).map_err(|error| ApiError::internal(&error))?;
    let record = Attachment::new(record).filename(format!("{}.zip", session.id)).content_type("application/zip");
    Ok((TypedHeader(CacheControl::new().with_no_store()), record).into_response())
}

/// The public keys that verify records, as a JWK set (RFC 7517): the current one and all former ones.
#[utoipa::path(
    get, path = KEYS_PATH, operation_id = "capture_record_keys", tag = "Public APIs",
    responses((status = 200, description = "A JWK set", body = serde_json::Value))
)]
pub async fn keys(State(app): State<App>) -> Json<JwkSet> {
    Json(app.record_keys.public())
}

/// The position of a file in a record: audit pictures sort by number.
fn position(name: &str) -> u32 {
    let numbered = |prefix: &str| name.strip_prefix(prefix).and_then(|number| number.parse::<u32>().ok());
    let audit = || numbered(AUDIT_PREFIX).map(|number| number.saturating_add(3 + MAX_STOPS as u32));
    match name {
        MANIFEST => 0,
        FAR => 1,
        NEAR => 2,
        _ => numbered(STOP_PREFIX).map(|number| number.saturating_add(3)).or_else(audit).unwrap_or(u32::MAX),
    }
}
