//! The scoring worker: scores received attempts outside of requests.
//!
//! Attempts are claimed from the store by lease, so that another scorer takes over what a crashed one had claimed.

use std::sync::Arc;
use std::time::Duration;

use nearfar_protocol::result::{Decision, ResultCode};
use nearfar_protocol::sandbox::SandboxResults;
use nearfar_scoring::{Cancellation, Evidence, IssuedNonce, Verdict};
use nearfar_store::{
    AttemptOutcome, Claim, Conflict, Consequence, Error as StoreError, Policy, ReceivedUpload, Session, is_study,
};
use tracing::Instrument;

use crate::challenges::StoredChallenge;
use crate::challenges::light::StoredLightChallenge;
use crate::challenges::motion::StoredMotionChallenge;
use crate::state::App;
use crate::stored::failure_reasons::failure_reasons;
use crate::stored::manifest::parse_manifest;
use crate::workers::supervision::supervise;

/// How long a scorer waits for a local upload before it checks for uploads to other instances.
const POLL_INTERVAL: Duration = Duration::from_secs(1);
/// Delay after the store was unavailable.
const RETRY_DELAY: Duration = Duration::from_secs(2);

/// Starts the scorers of this instance.
pub fn start(app: &App) {
    for _ in 0..app.config.scorers {
        supervise(app, "scorer", &app.scorers, |app| async move { run(&app).await });
    }
}

async fn run(app: &App) {
    while !app.stop.is_cancelled() {
        let pause = match score_next(app).await {
            Ok(true) => continue,
            Ok(false) => POLL_INTERVAL,
            Err(error) => {
                tracing::warn!(%error, "scoring is postponed");
                RETRY_DELAY
            }
        };
        tokio::select! {
            () = app.received.notified() => {}
            () = tokio::time::sleep(pause) => {}
            () = app.stop.cancelled() => {}
        }
    }
}

/// Scores the oldest waiting attempt. Returns whether there was one.
pub async fn score_next(app: &App) -> nearfar_store::Result<bool> {
    let now = app.now();
    let lease = i64::from(app.config.lease_seconds) * 1000;
    let Some(claim) = app.store.claim(now, now + lease).await? else { return Ok(false) };
    let span = tracing::info_span!("scoring", signature_id = claim.session_id);
    let outcome = tokio::select! {
        outcome = score_claim(app, &claim).instrument(span) => outcome,
        lost = renew_lease(app, &claim) => Err(lost),
    };
    match outcome {
        Ok(()) => app.notify_change(&claim.session_id),
        Err(StoreError::Conflict(Conflict::LeaseLost)) => tracing::info!("another scorer took over an attempt"),
        Err(error) => {
            // So that it need not wait for the lease to expire. An outage does not count as a failed claim; a scorer
            // that fails does.
            let retry_at = app.now() + i64::try_from(RETRY_DELAY.as_millis()).unwrap_or_default();
            let is_outage = error.is_temporary();
            let done = if is_outage {
                app.store.release(&claim, retry_at).await
            } else {
                app.store.renew(&claim, retry_at).await
            };
            if let Err(error) = done {
                tracing::warn!(%error, "an attempt could not be released and waits for its lease to expire");
            }
            return Err(error);
        }
    }
    Ok(true)
}

async fn score_claim(app: &App, claim: &Claim) -> nearfar_store::Result<()> {
    let started = app.clock.monotonic();
    let session = app.store.session(&claim.session_id).await.map_err(erased)?;
    let verdict = if claim.failures >= app.config.scoring_turns {
        tracing::error!(signature_id = claim.session_id, failures = claim.failures, "an attempt cannot be scored");
        None
    } else {
        match app.store.received_upload(claim).await {
            Ok(received) => match &session.sandbox {
                None => Some(run_scorer(app, claim, received).await?),
                Some(chosen) => Some(chosen_verdict(chosen, &session, &received)?),
            },
            Err(error @ StoreError::Corrupt { .. }) => {
                tracing::error!(%error, signature_id = claim.session_id, "an attempt is corrupt");
                None
            }
            Err(error) => return Err(error),
        }
    };
    let policy = policy(app, &session).await?;
    let (outcome, consequence) = match &verdict {
        Some(verdict) => outcome(verdict, policy.pass_score.unwrap_or(app.config.pass_score))?,
        // Not the person's fault: inconclusive, so that another try may follow.
        None => (unscorable(), Consequence::Inconclusive),
    };
    app.store.finish(claim, &outcome, consequence, app.now()).await?;
    // Neither a study nor a test is counted with customers.
    if session.sandbox.is_some() {
        metrics::counter!("nearfar_sandbox_attempts_judged_total", "code" => outcome.code.clone()).increment(1);
    } else if is_study(&claim.session_id) {
        metrics::counter!("nearfar_study_attempts_judged_total", "code" => outcome.code.clone()).increment(1);
    } else {
        record_metrics(&policy, verdict.as_ref(), &outcome);
    }
    if session.sandbox.is_none() {
        let seconds = app.clock.monotonic().saturating_sub(started).as_secs_f64();
        metrics::histogram!("nearfar_scoring_seconds").record(seconds);
    }
    tracing::info!(
        signature_id = claim.session_id,
        code = outcome.code,
        score = outcome.score,
        sandbox = session.sandbox.is_some(),
        "an attempt was scored"
    );
    Ok(())
}

/// Maps `NotFound` of a claimed attempt's session: it was erased in the meantime.
fn erased(error: StoreError) -> StoreError {
    match error {
        StoreError::NotFound(_) => Conflict::LeaseLost.into(),
        other => other,
    }
}

/// The verdict that a test chose for this attempt of a sandbox account. No picture is analysed.
fn chosen_verdict(chosen: &str, session: &Session, received: &ReceivedUpload) -> nearfar_store::Result<Verdict> {
    let corrupt = |error: serde_json::Error| StoreError::Corrupt { what: "chosen results", reason: error.to_string() };
    let chosen: SandboxResults = serde_json::from_str(chosen).map_err(corrupt)?;
    parse_manifest(&received.manifest)?;
    // Only one attempt of a session is scored at a time.
    let result = chosen.for_attempt(session.scored as usize);
    Ok(Verdict { code: result.code, score: result.score, attack_type: result.attack_type, checks: Vec::new() })
}

/// The policy of a session.
async fn policy(app: &App, session: &Session) -> nearfar_store::Result<Policy> {
    let account = app.store.account(&session.account_id).await.map_err(erased)?;
    Ok(account.settings.policy(session.product_level.as_deref()))
}

/// Counts a scored attempt by level, verdict and first failure reason.
fn record_metrics(policy: &Policy, verdict: Option<&Verdict>, outcome: &AttemptOutcome) {
    let code = verdict.map_or(ResultCode::FaceQualityTooPoor, |verdict| verdict.code);
    let decision = Decision::of(code, outcome.score);
    let labels = [
        ("code", outcome.code.clone()),
        ("level", policy.level.code().to_owned()),
        ("verdict", decision.code().to_owned()),
        ("reason", outcome.reason.clone().unwrap_or_else(|| "none".to_owned())),
    ];
    metrics::counter!("nearfar_attempts_judged_total", &labels).increment(1);
}

async fn run_scorer(app: &App, claim: &Claim, received: ReceivedUpload) -> nearfar_store::Result<Verdict> {
    let light = claim.light.as_deref().map(StoredLightChallenge::from_json).transpose();
    let light = light.map_err(|error| StoreError::Corrupt { what: "light challenge", reason: error.to_string() })?;
    let motion = claim.motion.as_deref().map(StoredMotionChallenge::from_json).transpose();
    let motion = motion.map_err(|error| StoreError::Corrupt { what: "motion challenge", reason: error.to_string() })?;
    let nonce = IssuedNonce {
        value: claim.nonce.clone(),
        issued_at: claim.nonce_issued_at,
        expires_at: claim.nonce_expires_at,
    };
    let files = received.files.into_iter().map(|(name, bytes)| (name, bytes.to_vec())).collect();
    let evidence = Evidence {
        manifest: parse_manifest(&received.manifest)?,
        nonce,
        files,
        received_at: claim.received_at,
        light: light.map(StoredLightChallenge::into_issued),
        motion: motion.map(StoredMotionChallenge::into_issued),
    };
    let scorer = Arc::clone(&app.scorer);
    let cancellation = CancelOnDrop::default();
    let work = tokio::task::spawn_blocking({
        let cancellation = Arc::clone(&cancellation.0);
        move || scorer.score_until(&evidence, &cancellation)
    });
    let seconds = app.config.judgement_seconds;
    let scored = tokio::time::timeout(Duration::from_secs(seconds.into()), work).await;
    let scored = scored.map_err(|_| StoreError::Internal(format!("scoring took more than {seconds} s")))?;
    let failed = |error: &dyn std::fmt::Display| StoreError::Internal(format!("the scorer failed: {error}"));
    scored.map_err(|error| failed(&error))?.map_err(|error| failed(&error))
}

/// Cancels scoring when the claim is lost or times out.
#[derive(Default)]
struct CancelOnDrop(Arc<Cancellation>);

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

fn outcome(verdict: &Verdict, pass_score: u8) -> nearfar_store::Result<(AttemptOutcome, Consequence)> {
    let checks = serde_json::to_string(&verdict.checks).map_err(|error| StoreError::Internal(error.to_string()))?;
    let consequence = match verdict.code {
        ResultCode::Success if verdict.score >= Some(pass_score) => Consequence::Pass,
        ResultCode::FaceQualityTooPoor => Consequence::Inconclusive,
        _ => Consequence::MayRetry,
    };
    let passed = consequence == Consequence::Pass;
    let outcome = AttemptOutcome {
        code: verdict.code.code().to_owned(),
        score: verdict.score,
        attack_type: verdict.attack_type.map(u8::from),
        checks,
        reason: failure_reasons(&verdict.checks, Decision::of(verdict.code, verdict.score), passed).into_iter().next(),
    };
    Ok((outcome, consequence))
}

fn unscorable() -> AttemptOutcome {
    AttemptOutcome {
        code: ResultCode::FaceQualityTooPoor.code().to_owned(),
        score: None,
        attack_type: None,
        checks: "[]".to_owned(),
        reason: failure_reasons(&[], Decision::Inconclusive, false).into_iter().next(),
    }
}

/// Renews the lease until cancelled. Completes with the error that lost it.
async fn renew_lease(app: &App, claim: &Claim) -> StoreError {
    let lease = i64::from(app.config.lease_seconds) * 1000;
    loop {
        tokio::time::sleep(Duration::from_secs(u64::from(app.config.lease_seconds) / 3)).await;
        match app.store.renew(claim, app.now() + lease).await {
            Ok(()) => {}
            Err(error @ StoreError::Conflict(_)) => return error,
            Err(error) => tracing::warn!(%error, "a lease could not be renewed"),
        }
    }
}
