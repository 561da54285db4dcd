//! Authenticates requests: an integrator by access token, a page by session token.

use axum::extract::{FromRequestParts, MatchedPath};
use axum::http::request::Parts;
use axum_extra::headers::HeaderMapExt;
use axum_extra::headers::authorization::{Authorization, Bearer};
use nearfar_protocol::public::ACCESS_TOKEN_HEADER;
use nearfar_protocol::status;
use nearfar_store::{Account, Error as StoreError, HandoffState, Session, SessionState, is_study};

use crate::response::{ApiError, SandboxMark};
use crate::state::tokens::{FIRST_DEVICE, PageClaims};
use crate::state::{App, has_expired};

/// The account of the request's access token.
#[derive(Clone, Debug)]
pub struct AccountAuth(pub Account);

/// The session and device of the request's session token.
#[derive(Clone, Debug)]
pub struct PageAuth {
    /// The token's claims.
    pub token: PageClaims,
    /// The session.
    pub session: Session,
    /// The account that owns the session.
    pub account: Account,
}

impl FromRequestParts<App> for AccountAuth {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let now = app.now();
        let header = parts.headers.get(ACCESS_TOKEN_HEADER).and_then(|value| value.to_str().ok());
        let token = header.ok_or_else(|| ApiError::new(status::IAM_TOKEN))?;
        let Some(access) = app.tokens.verify_access(token, now) else {
            let foreign = app.tokens.verify_page(token, now).is_some();
            return Err(ApiError::new(if foreign { status::IAM_NOT_AUTHORIZED } else { status::IAM_TOKEN }));
        };
        let account = app.store.account(&access.sub).await.map_err(|error| match error {
            StoreError::NotFound(_) => ApiError::new(status::IAM_KEY_EXPIRED),
            other => other.into(),
        })?;
        SandboxMark::of(parts).set(&account);
        check_usable(&account, now)?;
        // Not counted for the account: it revoked its old tokens.
        if account.token_epoch != access.epoch {
            return Err(app.account_rate.reject("token", &account.id, ApiError::new(status::IAM_KEY_EXPIRED)));
        }
        app.account_rate.check(&purpose(parts), &account.id)?;
        Ok(Self(account))
    }
}

impl FromRequestParts<App> for PageAuth {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let now = app.now();
        let header: Option<Authorization<Bearer>> = parts.headers.typed_get();
        let bearer = header.ok_or_else(|| ApiError::new(status::IAM_SESSION_TOKEN))?;
        let Some(page) = app.tokens.verify_page(bearer.token(), now) else {
            let foreign = app.tokens.verify_access(bearer.token(), now).is_some();
            return Err(ApiError::new(if foreign { status::IAM_NOT_AUTHORIZED } else { status::IAM_SESSION_TOKEN }));
        };
        // Per device, so that an unconfirmed device does not use the first device's rate.
        app.session_rate.check(&purpose(parts), &format!("{} {}", page.sub, page.device))?;
        let session = app.store.session(&page.sub).await.map_err(|error| match error {
            StoreError::NotFound(_) => ApiError::new(status::SESSION_EXPIRED),
            other => other.into(),
        })?;
        if session.state == SessionState::Cleared {
            return Err(ApiError::new(status::SESSION_EXPIRED));
        }
        if is_study(&session.id) && app.config.study.is_none() {
            return Err(ApiError::new(status::STUDY_DISABLED));
        }
        let account = app.store.account(&session.account_id).await?;
        SandboxMark::of(parts).set(&account);
        check_usable(&account, now)?;
        if session.token_epoch != account.token_epoch {
            return Err(ApiError::new(status::IAM_SESSION_TOKEN));
        }
        Ok(Self { token: page, session, account })
    }
}

impl PageAuth {
    /// Whether this is the device that opened the session's URL.
    pub fn is_first(&self) -> bool {
        self.token.device == FIRST_DEVICE
    }

    /// Rejects a second device that the first one has not confirmed.
    pub async fn check_confirmed(&self, app: &App) -> Result<(), ApiError> {
        if self.is_first() {
            return Ok(());
        }
        let links = app.store.handoffs(&self.session.id).await?;
        let link = links.iter().find(|link| Some(&link.id) == self.token.handoff.as_ref());
        match link {
            Some(link) if link.device.as_ref() != Some(&self.token.device) => Err(ApiError::new(status::HANDOFF_TAKEN)),
            Some(link) if link.state == HandoffState::Confirmed => Ok(()),
            Some(link) if link.state == HandoffState::Voided => Err(ApiError::new(status::HANDOFF_VOIDED)),
            Some(_) => Err(ApiError::new(status::HANDOFF_NOT_CONFIRMED)),
            None => Err(ApiError::new(status::HANDOFF_NOT_FOUND)),
        }
    }
}

/// The purpose of a request, by its route. Each purpose has its own rate.
fn purpose(parts: &Parts) -> String {
    let route = parts.extensions.get::<MatchedPath>().map_or("", MatchedPath::as_str);
    format!("{} {route}", parts.method)
}

/// Rejects a disabled or expired account.
pub fn check_usable(account: &Account, now: i64) -> Result<(), ApiError> {
    if !account.enabled {
        return Err(ApiError::new(status::IAM_DISABLED));
    }
    if has_expired(account, now) {
        return Err(ApiError::new(status::IAM_EXPIRED));
    }
    Ok(())
}
