//! Maps a stored session to the page's view.

use nearfar_protocol::page::{
    Device, HandoffState, HandoffView, Next, NextInfo, ResultView, SessionState as PublicState, StatusView,
};
use nearfar_protocol::result::ResultCode;
use nearfar_store::{AttemptState, FailureReason, Handoff, HandoffState as StoredHandoffState, Session, SessionState};

use crate::api::auth::PageAuth;
use crate::response::ApiError;
use crate::state::App;

/// The device of the request.
pub fn device(auth: &PageAuth) -> Device {
    if auth.is_first() { Device::First } else { Device::Second }
}

/// The status of the session for this device.
pub async fn status_view(app: &App, auth: &PageAuth, session: &Session) -> Result<StatusView, ApiError> {
    let now = app.now();
    let links = app.store.handoffs(&session.id).await?;
    let link = if auth.is_first() {
        links.last()
    } else {
        links.iter().find(|link| Some(&link.id) == auth.token.handoff.as_ref())
    };
    let state = public_state(session, now);
    let first = auth.is_first();
    let viewer = if first { Viewer::First } else { Viewer::Second(&auth.token.device) };
    let confirmed = |link: &Handoff| link.state == StoredHandoffState::Confirmed && viewer.holds(link);
    Ok(StatusView {
        state,
        version: version(session, state),
        tries_left: session.try_count.unwrap_or(1).saturating_sub(session.tries_used()),
        result: result_view(app, session).await?,
        // Only the first device redirects to the integrator. The second one tells the person to return.
        next: if first { next(auth, session, state) } else { None },
        handoff: link.map(|link| handoff_view(link, viewer, now)),
        active: first || link.is_some_and(confirmed),
    })
}

/// Changes whenever the view does.
pub fn version(session: &Session, state: PublicState) -> String {
    let over = if state == PublicState::Expired { "-expired" } else { "" };
    format!("{}{over}", session.version)
}

/// The current state of the session.
pub fn public_state(session: &Session, now: i64) -> PublicState {
    match session.state {
        SessionState::Open if session.is_expired(now) => PublicState::Expired,
        SessionState::Open if session.scored > 0 => PublicState::Retry,
        SessionState::Open => PublicState::Open,
        SessionState::Scoring => PublicState::Scoring,
        SessionState::Passed => PublicState::Succeeded,
        SessionState::Failed => PublicState::Failed,
        SessionState::Cleared => PublicState::Expired,
    }
}

async fn result_view(app: &App, session: &Session) -> Result<Option<ResultView>, ApiError> {
    let Some(id) = &session.result_attempt else { return Ok(None) };
    let attempt = app.store.attempt(&session.id, id).await?;
    let scored = attempt.outcome.filter(|_| attempt.state == AttemptState::Scored);
    Ok(scored.and_then(|scored| {
        let code = ResultCode::from_code(&scored.code)?;
        // As decided then: the passing score may have changed since.
        let passed = session.state == SessionState::Passed;
        Some(ResultView { attempt_id: attempt.id, code, passed, score: scored.score })
    }))
}

fn next(auth: &PageAuth, session: &Session, state: PublicState) -> Option<Next> {
    let success = session.return_url.clone();
    let failed = session.failed_return_url.clone().or_else(|| success.clone());
    let settings = &auth.account.settings;
    match state {
        PublicState::Succeeded => success.map(|url| Next { info: NextInfo::SuccessNext, url }),
        PublicState::Failed if session.failure == Some(FailureReason::RetryLimit) => {
            let url = settings.retry_limit_url.clone().or(failed);
            url.map(|url| Next { info: NextInfo::FailedNext, url })
        }
        // The person may also give up while tries are left.
        PublicState::Failed | PublicState::Expired | PublicState::Retry => {
            failed.map(|url| Next { info: NextInfo::FailedNext, url })
        }
        PublicState::Open | PublicState::Scoring => None,
    }
}

/// The device that views a link.
#[derive(Clone, Copy, Debug)]
pub enum Viewer<'a> {
    /// The device that created it.
    First,
    /// A device that opened it, by the name in its token.
    Second(&'a str),
}

impl Viewer<'_> {
    /// Whether this is the second device that holds the link's claim.
    fn holds(self, link: &Handoff) -> bool {
        matches!(self, Self::Second(device) if link.device.as_deref() == Some(device))
    }
}

/// The page's view of a link. Numbers and claims are shown only for comparison, and only to the two devices.
pub fn handoff_view(link: &Handoff, viewer: Viewer<'_>, now: i64) -> HandoffView {
    let is_first = matches!(viewer, Viewer::First);
    let is_concerned = is_first || viewer.holds(link);
    let state = match link.state {
        StoredHandoffState::Voided => HandoffState::Voided,
        StoredHandoffState::Confirmed if is_concerned => HandoffState::Confirmed,
        _ if !is_concerned || now >= link.expires_at => HandoffState::Ended,
        StoredHandoffState::Created => HandoffState::Waiting,
        StoredHandoffState::Opened | StoredHandoffState::Confirmed => HandoffState::Claimed,
    };
    let compared = state == HandoffState::Claimed;
    HandoffView {
        handoff_id: link.id.clone(),
        state,
        expires_at: link.expires_at,
        number: link.code.clone().filter(|_| compared),
        claim_id: link.claim.clone().filter(|_| compared && is_first),
    }
}
