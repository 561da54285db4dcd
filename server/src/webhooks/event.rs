//! Builds the body of an event from what is stored of its session at the delivery.

use nearfar_protocol::result::{AttackType, Decision, ResultCode};
use nearfar_protocol::webhook::{EVENT_ID_PREFIX, EventData, EventType, WebhookEvent};
use nearfar_scoring::CheckOutcome;
use nearfar_store::{Account, AttemptOutcome, Entropy, Error as StoreError, EventClaim, Session, SessionState, Store};

use crate::clock::random_hex;
use crate::stored::failure_reasons::failure_reasons;

/// The session that a test event names: there is none.
const TEST_SESSION: &str = "test";

/// Builds the event of a claim. Once the session's data was erased, only its id remains.
///
/// # Errors
/// [`StoreError`].
pub async fn build(store: &Store, claim: &EventClaim) -> nearfar_store::Result<WebhookEvent> {
    let account = store.account(&claim.account_id).await?;
    let session = match store.session(&claim.session_id).await {
        Ok(session) if session.state != SessionState::Cleared => Some(session),
        Ok(_) | Err(StoreError::NotFound(_)) => None,
        Err(error) => return Err(error),
    };
    let data = match session {
        Some(session) if claim.event != EventType::DataErased => session_data(store, &session, claim.event).await?,
        _ => EventData::default(),
    };
    Ok(WebhookEvent {
        id: claim.event_id.clone(),
        event: claim.event,
        created_at: claim.created_at,
        access_key: account.access_key,
        data: EventData { signature_id: claim.session_id.clone(), sandbox: account.sandbox, ..data },
    })
}

/// An event of the type that tests an endpoint. It names no session.
pub fn test_event(account: &Account, entropy: &Entropy, now: i64) -> WebhookEvent {
    WebhookEvent {
        id: format!("{EVENT_ID_PREFIX}{}", random_hex(entropy, 16)),
        event: EventType::Test,
        created_at: now,
        access_key: account.access_key.clone(),
        data: EventData { signature_id: TEST_SESSION.into(), sandbox: account.sandbox, ..EventData::default() },
    }
}

async fn session_data(store: &Store, session: &Session, event: EventType) -> nearfar_store::Result<EventData> {
    let outcome = match &session.result_attempt {
        None => None,
        Some(id) => match store.attempt(&session.id, id).await {
            Ok(attempt) => attempt.outcome,
            // Erased since the session was read.
            Err(StoreError::NotFound(_)) => return Ok(EventData::default()),
            Err(error) => return Err(error),
        },
    };
    let passed = session.state == SessionState::Passed;
    let ended = event != EventType::SessionExpired;
    let data = EventData {
        user_id: session.user_id.clone(),
        passed: (ended || outcome.is_some()).then_some(passed),
        ..EventData::default()
    };
    match outcome {
        None => Ok(data),
        Some(outcome) => with_outcome(data, &outcome, passed),
    }
}

fn with_outcome(data: EventData, outcome: &AttemptOutcome, passed: bool) -> nearfar_store::Result<EventData> {
    let corrupt = |reason: String| StoreError::Corrupt { what: "outcome of an attempt", reason };
    let code = ResultCode::from_code(&outcome.code).ok_or_else(|| corrupt(format!("code {}", outcome.code)))?;
    let checks: Vec<CheckOutcome> =
        serde_json::from_str(&outcome.checks).map_err(|error| corrupt(error.to_string()))?;
    let verdict = Decision::of(code, outcome.score);
    Ok(EventData {
        code: Some(code),
        score: outcome.score,
        attack_type: outcome.attack_type.and_then(|number| AttackType::try_from(number).ok()),
        verdict: Some(verdict),
        reasons: Some(failure_reasons(&checks, verdict, passed)),
        ..data
    })
}
