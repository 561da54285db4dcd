//! Summaries of stored sessions and attempts, for lists.

use nearfar_protocol::result::{AttackType, Decision, ResultCode};
use nearfar_protocol::sessions::{AttemptSummary, SessionSummary};
use nearfar_store::{Attempt, FoundSession};

/// The summary of a session.
pub fn session_summary(found: FoundSession, now: i64) -> SessionSummary {
    let FoundSession { session, code, score } = found;
    SessionSummary {
        state: session.lifecycle(now),
        signature_id: session.id,
        failure: session.failure.map(|failure| failure.code().to_owned()),
        user_id: session.user_id,
        region: session.region,
        product_level: session.product_level,
        created_at: session.created_at,
        opened_at: session.opened_at,
        expires_at: session.expires_at,
        finished_at: session.finished_at,
        erased_at: session.cleared_at,
        attempts_started: session.starts,
        attempts_scored: session.scored,
        code,
        score,
        verdict: session.verdict,
        device: session.device_class,
        camera_type: session.camera_type,
        multi_device: session.multi_device,
        sandbox: session.sandbox.is_some(),
    }
}

/// The summary of an attempt.
pub fn attempt_summary(attempt: Attempt) -> AttemptSummary {
    let outcome = attempt.outcome;
    let code = outcome.as_ref().and_then(|outcome| ResultCode::from_code(&outcome.code));
    let score = outcome.as_ref().and_then(|outcome| outcome.score);
    AttemptSummary {
        attempt_id: attempt.id,
        started_at: attempt.issued_at,
        received_at: attempt.received_at,
        scored_at: attempt.scored_at,
        code,
        score,
        verdict: code.map(|code| Decision::of(code, score)),
        attack_type: outcome
            .as_ref()
            .and_then(|outcome| outcome.attack_type)
            .and_then(|number| AttackType::try_from(number).ok()),
        reason: outcome.and_then(|outcome| outcome.reason),
    }
}
