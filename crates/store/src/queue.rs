//! The scoring queue. Attempts are claimed by lease, so that another instance takes over the work of one that crashed.

use crate::attempts::{self, AttemptOutcome, AttemptState, FileEntry};
use crate::database::{Write, database_error};
use crate::error::{Conflict, Error, Result};
use crate::sessions::{self, FailureReason, Session, SessionState};
use crate::statistics::Increments;
use crate::uploads::MANIFEST;
use crate::webhooks::record_event;
use crate::{Millis, Store};
use bytes::Bytes;
use futures::FutureExt;
use nearfar_protocol::result::{Decision, ResultCode};
use nearfar_protocol::webhook::EventType;
use sqlx::any::AnyRow;
use sqlx::{FromRow, Row};
use std::collections::BTreeMap;

/// An attempt that one scorer works on until its lease expires.
#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    /// The session.
    pub session_id: String,
    /// The attempt.
    pub attempt_id: String,
    /// The issued nonce.
    pub nonce: String,
    /// When it was issued.
    pub nonce_issued_at: Millis,
    /// When the nonce expired.
    pub nonce_expires_at: Millis,
    /// The issued light challenge, as serialised by the caller.
    pub light: Option<String>,
    /// The motion challenge, likewise.
    pub motion: Option<String>,
    /// When the upload was acknowledged.
    pub received_at: Millis,
    /// Counts the claims of this attempt and identifies this claim. Above 1, a scorer crashed, stalled or released the
    /// attempt.
    pub fencing_token: i64,
    /// How many earlier claims were not released: their scorers crashed, stalled or failed.
    pub failures: i64,
}

/// The uploaded data of a claimed attempt.
#[derive(Clone, Debug)]
pub struct ReceivedUpload {
    /// The manifest's bytes.
    pub manifest: Bytes,
    /// The files by name, without the manifest.
    pub files: BTreeMap<String, Bytes>,
}

/// The effect of an outcome on the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consequence {
    /// The session has passed.
    Pass,
    /// Another attempt may follow if `tryCount` allows.
    MayRetry,
    /// Inconclusive: another attempt may follow as after [`Consequence::MayRetry`]. The first
    /// [`crate::MAX_FREE_INCONCLUSIVE`] of a session cost no try.
    Inconclusive,
    /// The session has failed, whatever tries are left.
    Fail,
}

/// The backlog of scoring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backlog {
    /// Attempts received and not scored, claimed or not.
    pub attempts: u64,
    /// When the oldest of them was received.
    pub oldest: Option<Millis>,
}

impl Store {
    /// Claims the oldest waiting attempt, if any, until `until`; renew the lease in time. Instances compare these times
    /// with their own clocks: make leases long compared to clock differences, and equal on all instances. A lease that
    /// ends later than twice its length from now was taken before the clock was set back, and is ignored.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn claim(&self, now: Millis, until: Millis) -> Result<Option<Claim>> {
        let latest = until.saturating_add(until.saturating_sub(now));
        // Retries only if, on PostgreSQL, another instance took the chosen attempt.
        while self.has_claimable(now, latest).await? {
            let claim = self.group_commit.run(move |write| claim_oldest(write, now, until, latest).boxed()).await?;
            if claim.is_some() {
                return Ok(claim);
            }
        }
        Ok(None)
    }

    /// Whether an attempt can be claimed, without taking the write permit.
    async fn has_claimable(&self, now: Millis, latest: Millis) -> Result<bool> {
        let query = "SELECT 1 AS waiting FROM attempts \
                     WHERE state = 'received' AND (lease_until <= $1 OR lease_until > $2) LIMIT 1";
        let row = sqlx::query(query).bind(now).bind(latest).fetch_optional(self.database.pool()).await;
        let row = row.map_err(database_error)?;
        Ok(row.is_some())
    }

    /// Reads the upload of a claimed attempt.
    ///
    /// # Errors
    /// [`Conflict::LeaseLost`] if it was erased; [`Error::Corrupt`]; [`Error::Unavailable`].
    pub async fn received_upload(&self, claim: &Claim) -> Result<ReceivedUpload> {
        let entries = self.files(&claim.session_id, &claim.attempt_id).await?;
        let mut files = BTreeMap::new();
        for entry in &entries {
            let content = self.content(entry).await;
            // Erasure deletes the rows first: if they are gone, a missing file is not corruption.
            if matches!(content, Err(Error::Corrupt { .. })) && self.was_erased(claim, entry).await? {
                return Err(Conflict::LeaseLost.into());
            }
            files.insert(entry.name.clone(), content?);
        }
        let manifest = files.remove(MANIFEST).ok_or(Conflict::LeaseLost)?;
        Ok(ReceivedUpload { manifest, files })
    }

    async fn was_erased(&self, claim: &Claim, entry: &FileEntry) -> Result<bool> {
        Ok(!self.files(&claim.session_id, &claim.attempt_id).await?.contains(entry))
    }

    /// Stores the outcome and its effect on the session, atomically. Returns the session. Repeating it succeeds.
    ///
    /// # Errors
    /// [`Conflict::LeaseLost`] if another scorer took over or the session was erased: drop the outcome.
    pub async fn finish(
        &self,
        claim: &Claim,
        outcome: &AttemptOutcome,
        consequence: Consequence,
        now: Millis,
    ) -> Result<Session> {
        validate(outcome)?;
        let (store, claim, outcome) = (self.clone(), claim.clone(), outcome.clone());
        self.group_commit
            .run(move |write| {
                async move { store.write_outcome(write, &claim, &outcome, consequence, now).await }.boxed()
            })
            .await
    }

    async fn write_outcome(
        &self,
        write: &mut Write,
        claim: &Claim,
        outcome: &AttemptOutcome,
        consequence: Consequence,
        now: Millis,
    ) -> Result<Session> {
        let mut session = match sessions::lock(write, &claim.session_id).await {
            Err(Error::NotFound(_)) => return Err(Conflict::LeaseLost.into()),
            other => other?,
        };
        match attempts::fence(write, &claim.session_id, &claim.attempt_id).await? {
            Some((AttemptState::Received, fence)) if fence == claim.fencing_token => {}
            Some((AttemptState::Scored, fence)) if fence == claim.fencing_token => {
                write.discard();
                return Ok(session);
            }
            _ => return Err(Conflict::LeaseLost.into()),
        }
        let done = sqlx::query(
            "UPDATE attempts SET state = 'judged', code = $4, score = $5, attack_type = $6, checks = $7, \
             judged_at = $8, reason = $9 WHERE session_id = $1 AND id = $2 AND fence = $3 AND state = 'received'",
        )
        .bind(&claim.session_id)
        .bind(&claim.attempt_id)
        .bind(claim.fencing_token)
        .bind(&outcome.code)
        .bind(outcome.score.map(i64::from))
        .bind(outcome.attack_type.map(i64::from))
        .bind(&outcome.checks)
        .bind(now)
        .bind(&outcome.reason)
        .execute(&mut **write)
        .await
        .map_err(database_error)?;
        // A claim does not lock the session, so another one may have happened.
        if done.rows_affected() == 0 {
            return Err(Conflict::LeaseLost.into());
        }
        let before = session.state;
        session.scored += 1;
        session.inconclusive += u32::from(consequence == Consequence::Inconclusive);
        session.result_attempt = Some(claim.attempt_id.clone());
        session.verdict = ResultCode::from_code(&outcome.code).map(|code| Decision::of(code, outcome.score));
        let is_declined = session.failure == Some(FailureReason::Declined);
        let tries_used = session.try_count.is_some_and(|tries| session.tries_used() >= tries);
        (session.state, session.failure) = match consequence {
            Consequence::Pass => (SessionState::Passed, None),
            Consequence::Fail => (SessionState::Failed, Some(FailureReason::Refused)),
            Consequence::MayRetry | Consequence::Inconclusive if tries_used => {
                (SessionState::Failed, Some(FailureReason::TriesUsed))
            }
            Consequence::MayRetry | Consequence::Inconclusive => (SessionState::Open, None),
        };
        session.finished_at = (session.state != SessionState::Open).then_some(now);
        if is_declined {
            // A person who withdrew during scoring has ended the session.
            (session.state, session.failure) = (SessionState::Failed, Some(FailureReason::Declined));
            session.finished_at = Some(now);
        }
        sessions::save(write, &session).await?;
        let event = match session.state {
            SessionState::Passed => Some(EventType::SessionCompleted),
            SessionState::Failed => Some(EventType::SessionFailed),
            _ => None,
        };
        // A person who withdrew during scoring has ended the session then.
        if let Some(event) = event.filter(|_| !is_declined) {
            record_event(write, &self.entropy, (&session.account_id, &session.id), event, now).await?;
        }
        let mut increments = Increments::default();
        increments.add_outcome(&session, outcome);
        increments.add_end(before, &session);
        self.count(write, increments);
        Ok(session)
    }

    /// Extends a claim. With an end in the near future, it gives the claim up as a failure.
    ///
    /// # Errors
    /// [`Conflict::LeaseLost`]: stop working on it.
    pub async fn renew(&self, claim: &Claim, until: Millis) -> Result<()> {
        self.update_lease(claim, until, 0).await
    }

    /// Releases a claim, to be claimed again no earlier than `until`: at once on shutdown, later after an outage.
    ///
    /// # Errors
    /// [`Conflict::LeaseLost`] if the claim is no longer current.
    pub async fn release(&self, claim: &Claim, until: Millis) -> Result<()> {
        self.update_lease(claim, until, 1).await
    }

    async fn update_lease(&self, claim: &Claim, until: Millis, given_back: i64) -> Result<()> {
        let claim = claim.clone();
        self.group_commit.run(move |write| write_lease(write, claim, until, given_back).boxed()).await
    }

    /// The backlog of scoring.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn backlog(&self) -> Result<Backlog> {
        let query = "SELECT COUNT(*) AS attempts, MIN(received_at) AS oldest FROM attempts WHERE state = 'received'";
        let backlog = sqlx::query_as(query).fetch_one(self.database.pool()).await;
        let (attempts, oldest): (i64, _) = backlog.map_err(database_error)?;
        Ok(Backlog { attempts: attempts.unsigned_abs(), oldest })
    }
}

async fn write_lease(write: &mut Write, claim: Claim, until: Millis, given_back: i64) -> Result<()> {
    let done = sqlx::query(
        "UPDATE attempts SET lease_until = $4, given_back = given_back + $5 \
         WHERE session_id = $1 AND id = $2 AND fence = $3 AND state = 'received'",
    )
    .bind(claim.session_id)
    .bind(claim.attempt_id)
    .bind(claim.fencing_token)
    .bind(until)
    .bind(given_back)
    .execute(&mut **write)
    .await
    .map_err(database_error)?;
    if done.rows_affected() == 0 {
        return Err(Conflict::LeaseLost.into());
    }
    Ok(())
}

async fn claim_oldest(write: &mut Write, now: Millis, until: Millis, latest: Millis) -> Result<Option<Claim>> {
    let claim = sqlx::query_as(
        "UPDATE attempts SET lease_until = $1, fence = fence + 1 \
         WHERE state = 'received' AND (lease_until <= $2 OR lease_until > $3) AND (session_id, id) = ( \
             SELECT session_id, id FROM attempts \
             WHERE state = 'received' AND (lease_until <= $2 OR lease_until > $3) ORDER BY received_at, session_id, id LIMIT 1) \
         RETURNING session_id, id, nonce, issued_at, nonce_expires_at, received_at, fence, \
         given_back, light, motion",
    )
    .bind(until)
    .bind(now)
    .bind(latest)
    .fetch_optional(&mut **write)
    .await
    .map_err(database_error)?;
    if claim.is_none() {
        write.discard();
    }
    Ok(claim)
}

impl FromRow<'_, AnyRow> for Claim {
    fn from_row(row: &AnyRow) -> sqlx::Result<Self> {
        let fencing_token = row.try_get("fence")?;
        Ok(Claim {
            session_id: row.try_get("session_id")?,
            attempt_id: row.try_get("id")?,
            nonce: row.try_get("nonce")?,
            nonce_issued_at: row.try_get("issued_at")?,
            nonce_expires_at: row.try_get("nonce_expires_at")?,
            light: row.try_get("light")?,
            motion: row.try_get("motion")?,
            received_at: row.try_get("received_at")?,
            fencing_token,
            failures: fencing_token - 1 - row.try_get::<i64, _>("given_back")?,
        })
    }
}

fn validate(outcome: &AttemptOutcome) -> Result<()> {
    if outcome.score.is_some_and(|score| score > 100) {
        return Err(Error::invalid("score", "must be 0 to 100"));
    }
    if outcome.attack_type.is_some_and(|kind| !(1..=3).contains(&kind)) {
        return Err(Error::invalid("attack type", "must be 1 to 3"));
    }
    Ok(())
}
