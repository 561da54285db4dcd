//! The cross-device process: a link, a device that opens it, and the first device's word that it is the right one.

use axum::extract::{Path, State};
use nearfar_protocol::envelope::Envelope;
use nearfar_protocol::page::{HandoffClaimed, HandoffConfirm, HandoffCreated, HandoffView};
use nearfar_protocol::status;
use nearfar_store::{Error as StoreError, NewHandOff};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use super::view::handoff_view;
use crate::app::{App, is_id};
use crate::auth::Visitor;
use crate::body::JsonBody;
use crate::clock::{random_hex, random_number};
use crate::reply::{Answer, Failure, Reply};
use crate::tokens::Page;

/// The body of a claim.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Claim {
    /// What follows `#handoff=` in the link.
    pub link: String,
    /// An id that the device has drawn: with it the claim can be repeated. 1 to 48 letters, digits, `-` or `_`.
    pub device_id: String,
}

/// Makes a link for a second device. Only the first device may.
#[utoipa::path(
    post, path = "/h5/api/v1/handoff", tag = "Page", security(("session_token" = [])),
    responses((status = 200, description = "SUCCESS, HANDOFF_DISABLED, DEVICE_NOT_ALLOWED, SESSION_EXPIRED, \
        SESSION_FINISHED, IAM_FAILED, SERVICE_BUSY, RETRY_LATER, ERROR", body = Envelope<HandoffCreated>))
)]
pub async fn create(State(app): State<App>, visitor: Visitor) -> Answer {
    check_first(&visitor)?;
    let now = app.now();
    let secret = random_hex(&app.entropy, 16);
    let new = NewHandOff {
        id: app.fresh_id(),
        session_id: visitor.session.id.clone(),
        secret_sha256: sha256(&secret),
        expires_at: now + i64::from(app.config.handoff_seconds) * 1000,
    };
    let link = app.store.create_hand_off(new, now).await?;
    app.changed(&visitor.session.id);
    // The id is in the query, since the page's policy is the account's; the secret is in the fragment, since that part
    // of a URL is neither sent nor logged.
    let url = app.config.link(&format!("/h5/?link={id}#handoff={id}.{secret}", id = link.id));
    Reply::data(&HandoffCreated { url, handoff: handoff_view(&link, now) })
}

/// A second device opens the link and gets a token of its own, good for attempts once the first device confirms.
#[utoipa::path(
    post, path = "/h5/api/v1/handoff/claim", tag = "Page", request_body = Claim,
    responses((status = 200, description = "SUCCESS, HANDOFF_NOT_FOUND, HANDOFF_TAKEN, SESSION_EXPIRED, \
        SESSION_FINISHED, PARAMETER_ERROR, SERVICE_BUSY, RETRY_LATER, ERROR", body = Envelope<HandoffClaimed>))
)]
pub async fn claim(State(app): State<App>, body: JsonBody) -> Answer {
    let claim: Claim = body.read()?;
    let parts = claim.link.split_once('.').filter(|(id, _)| is_id(id));
    let (id, secret) = parts.ok_or_else(|| Failure::of(status::HANDOFF_NOT_FOUND))?;
    if !is_id(&claim.device_id) || claim.device_id.len() > 48 {
        let why = "deviceId should be 1 to 48 letters, digits, - or _";
        return Err(Failure::with_extra(status::PARAMETER_ERROR, why));
    }
    // Before anything is locked for it, or counted as the link's: its id is no secret.
    if !app.store.knows_link(id, &sha256(secret)).await? {
        return Err(app.session_rate.refused("claim", "", Failure::of(status::HANDOFF_NOT_FOUND)));
    }
    app.session_rate.check("claim", &format!("{id} {}", claim.device_id))?;
    let now = app.now();
    let device = format!("second-{}", claim.device_id);
    let number = random_number(&app.entropy);
    let link = app.store.open_hand_off(id, &sha256(secret), &device, &number, now).await.map_err(no_link)?;
    app.changed(&link.session_id);
    let session = app.store.session(&link.session_id).await?;
    let ends = session.expires_at + 2 * i64::from(app.config.nonce_seconds) * 1000;
    let page = Page { sub: session.id, device, handoff: Some(link.id.clone()), ends };
    let token = app.tokens.page(&page, now).map_err(|error| Failure::internal(&error))?;
    Reply::data(&HandoffClaimed { token, handoff: handoff_view(&link, now) })
}

/// The first device says that the number is the one that the second device shows.
#[utoipa::path(
    post, path = "/h5/api/v1/handoff/{id}/confirm", tag = "Page", security(("session_token" = [])),
    params(("id" = String, Path, description = "The link's id")), request_body = HandoffConfirm,
    responses((status = 200, description = "SUCCESS, HANDOFF_NOT_FOUND, HANDOFF_NOT_CLAIMED, HANDOFF_TAKEN, \
        HANDOFF_DISABLED, DEVICE_NOT_ALLOWED, SESSION_EXPIRED, SESSION_FINISHED, PARAMETER_ERROR, IAM_FAILED, \
        SERVICE_BUSY, RETRY_LATER, ERROR", body = Envelope<HandoffView>))
)]
pub async fn confirm(State(app): State<App>, visitor: Visitor, Path(id): Path<String>, body: JsonBody) -> Answer {
    check_first(&visitor)?;
    let HandoffConfirm { number } = body.read()?;
    let links = app.store.hand_offs(&visitor.session.id).await?;
    let link = links.iter().find(|link| link.id == id).ok_or_else(|| Failure::of(status::HANDOFF_NOT_FOUND))?;
    let device = link.device.as_ref().filter(|_| link.code.as_ref() == Some(&number));
    let device = device.ok_or_else(|| Failure::of(status::HANDOFF_NOT_CLAIMED))?;
    let now = app.now();
    let link = app.store.confirm_hand_off(&visitor.session.id, &id, device, now).await.map_err(no_link)?;
    app.changed(&visitor.session.id);
    Reply::data(&handoff_view(&link, now))
}

fn check_first(visitor: &Visitor) -> Result<(), Failure> {
    if !visitor.account.settings.cross_device {
        return Err(Failure::of(status::HANDOFF_DISABLED));
    }
    if !visitor.is_first() {
        return Err(Failure::of(status::DEVICE_NOT_ALLOWED));
    }
    Ok(())
}

fn no_link(error: StoreError) -> Failure {
    match error {
        StoreError::NotFound(_) => Failure::of(status::HANDOFF_NOT_FOUND),
        other => other.into(),
    }
}

fn sha256(text: &str) -> String {
    hex::encode(Sha256::digest(text))
}
