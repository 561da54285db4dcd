//! The cross-device process: a link, a device that opens it, and the confirmation by the first device.

use axum::extract::{Path, State};
use nearfar_protocol::envelope::Envelope;
use nearfar_protocol::page::{CrossDevice, HandoffClaimed, HandoffConfirm, HandoffCreated, HandoffView};
use nearfar_protocol::status;
use nearfar_store::{ClaimOutcome, Conflict, Error as StoreError, HandoffClaim, MAX_OPENED_LINKS, NewHandoff};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use crate::api::auth::{PageAuth, check_usable};
use crate::api::json_body::JsonBody;
use crate::api::session_view::{Viewer, handoff_view};
use crate::clock::{random_hex, random_numbers};
use crate::response::{ApiError, ApiResponse, ApiResult, SandboxMark};
use crate::state::tokens::PageClaims;
use crate::state::{App, is_valid_id};

/// The body of a claim.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Claim {
    /// The fragment of the link, after `#handoff=`.
    pub link: String,
    /// An id drawn by the device, so that the claim can be repeated. 1 to 48 letters, digits, `-` or `_`.
    pub device_id: String,
}

/// Creates a link for a second device. Only the first device may do so.
#[utoipa::path(
    post, path = "/h5/api/v1/handoff", operation_id = "create_handoff",
    tag = "Page", security(("session_token" = [])),
    responses((status = 200, description = "SUCCESS, HANDOFF_DISABLED, HANDOFF_LIMIT, DEVICE_NOT_ALLOWED, \
        SESSION_EXPIRED, SESSION_FINISHED, IAM_FAILED, SERVICE_BUSY, RETRY_LATER, ERROR",
        body = Envelope<HandoffCreated>))
)]
pub async fn create(State(app): State<App>, auth: PageAuth) -> ApiResult {
    check_first(&auth)?;
    let now = app.now();
    let secret = random_hex(&app.entropy, 16);
    let new = NewHandoff {
        id: app.new_id(),
        session_id: auth.session.id.clone(),
        secret_sha256: sha256(&secret),
        expires_at: now + i64::from(app.config.handoff_seconds) * 1000,
    };
    let link = app.store.create_handoff(new, now).await.map_err(handoff_error)?;
    app.notify_change(&auth.session.id);
    // The id is in the query because the page's security policy depends on the account. The secret is in the fragment,
    // which is neither sent nor logged.
    let url = app.config.link(&format!("/h5/?link={id}#handoff={id}.{secret}", id = link.id));
    ApiResponse::data(&HandoffCreated { url, handoff: handoff_view(&link, Viewer::First, now) })
}

/// A second device opens the link and gets its own token, valid for attempts once the first device confirms. It may
/// repeat the request. Another device voids an unconfirmed link, and is rejected after confirmation.
#[utoipa::path(
    post, path = "/h5/api/v1/handoff/claim", operation_id = "claim_handoff", tag = "Page", request_body = Claim,
    responses((status = 200, description = "SUCCESS, HANDOFF_NOT_FOUND, HANDOFF_VOIDED, HANDOFF_TAKEN, HANDOFF_LIMIT, \
        SESSION_EXPIRED, SESSION_FINISHED, PARAMETER_ERROR, IAM_FAILED, SERVICE_BUSY, RETRY_LATER, ERROR",
        body = Envelope<HandoffClaimed>))
)]
pub async fn claim(State(app): State<App>, sandbox: SandboxMark, body: JsonBody) -> ApiResult {
    let claim: Claim = body.read()?;
    let parts = claim.link.split_once('.').filter(|(id, _)| is_valid_id(id));
    let (id, secret) = parts.ok_or_else(|| ApiError::new(status::HANDOFF_NOT_FOUND))?;
    if !is_valid_id(&claim.device_id) || claim.device_id.len() > 48 {
        let reason = "deviceId should be 1 to 48 letters, digits, - or _";
        return Err(ApiError::with_extra(status::PARAMETER_ERROR, reason));
    }
    // Before anything is locked or counted for the link: its id is no secret.
    if !app.store.handoff_exists(id, &sha256(secret)).await? {
        return Err(app.session_rate.reject("claim", "", ApiError::new(status::HANDOFF_NOT_FOUND)));
    }
    app.session_rate.check("claim", &format!("{id} {}", claim.device_id))?;
    let now = app.now();
    let device = format!("second-{}", claim.device_id);
    let claim_request = HandoffClaim {
        link: id.to_owned(),
        secret_sha256: sha256(secret),
        device: device.clone(),
        claim: app.new_id(),
        codes: random_numbers(&app.entropy, MAX_OPENED_LINKS + 1),
    };
    let link = match app.store.claim_handoff(claim_request, now).await.map_err(handoff_error)? {
        ClaimOutcome::Held(link) => link,
        ClaimOutcome::Voided(link) => {
            app.notify_change(&link.session_id);
            return Err(ApiError::new(status::HANDOFF_VOIDED));
        }
    };
    app.notify_change(&link.session_id);
    let session = app.store.session(&link.session_id).await?;
    let account = app.store.account(&session.account_id).await?;
    sandbox.set(&account);
    check_usable(&account, now)?;
    if session.token_epoch != account.token_epoch {
        return Err(ApiError::new(status::HANDOFF_NOT_FOUND));
    }
    let ends = session.expires_at + app.config.longest_attempt();
    let page = PageClaims { sub: session.id, device: device.clone(), handoff: Some(link.id.clone()), ends };
    let token = app.tokens.page(&page, now).map_err(|error| ApiError::internal(&error))?;
    ApiResponse::data(&HandoffClaimed { token, handoff: handoff_view(&link, Viewer::Second(&device), now) })
}

/// The first device confirms that it and the second device show the same number.
#[utoipa::path(
    post, path = "/h5/api/v1/handoff/{id}/confirm", operation_id = "confirm_handoff",
    tag = "Page", security(("session_token" = [])),
    params(("id" = String, Path, description = "The link's id")), request_body = HandoffConfirm,
    responses((status = 200, description = "SUCCESS, HANDOFF_NOT_FOUND, HANDOFF_NOT_CLAIMED, HANDOFF_VOIDED, \
        HANDOFF_DISABLED, DEVICE_NOT_ALLOWED, SESSION_EXPIRED, SESSION_FINISHED, PARAMETER_ERROR, IAM_FAILED, \
        SERVICE_BUSY, RETRY_LATER, ERROR", body = Envelope<HandoffView>))
)]
pub async fn confirm(State(app): State<App>, auth: PageAuth, Path(id): Path<String>, body: JsonBody) -> ApiResult {
    check_first(&auth)?;
    let HandoffConfirm { claim_id, number } = body.read()?;
    if !is_valid_id(&id) {
        return Err(ApiError::new(status::HANDOFF_NOT_FOUND));
    }
    let now = app.now();
    let confirmed = app.store.confirm_handoff(&auth.session.id, &id, &claim_id, &number, now).await;
    let link = confirmed.map_err(handoff_error)?;
    app.notify_change(&auth.session.id);
    ApiResponse::data(&handoff_view(&link, Viewer::First, now))
}

fn check_first(auth: &PageAuth) -> Result<(), ApiError> {
    if auth.account.settings.cross_device == CrossDevice::Off {
        return Err(ApiError::new(status::HANDOFF_DISABLED));
    }
    if !auth.is_first() {
        return Err(ApiError::new(status::DEVICE_NOT_ALLOWED));
    }
    Ok(())
}

fn handoff_error(error: StoreError) -> ApiError {
    match error {
        StoreError::NotFound(_) => ApiError::new(status::HANDOFF_NOT_FOUND),
        // Not a rate limit: retrying later does not help.
        StoreError::Conflict(Conflict::TooMany) => ApiError::new(status::HANDOFF_LIMIT),
        other => other.into(),
    }
}

fn sha256(text: &str) -> String {
    hex::encode(Sha256::digest(text))
}
