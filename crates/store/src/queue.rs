//! Judging received attempts: claimed by lease, so that the work of an instance that crashed goes to another.

use crate::attempts::{self, AttemptOutcome, AttemptState, FileEntry};
use crate::database::database_error;
use crate::error::{Conflict, Error, Result};
use crate::sessions::{self, FailureReason, Session, SessionState};
use crate::uploads::MANIFEST;
use crate::{Millis, Store};
use bytes::Bytes;
use sqlx::any::AnyRow;
use sqlx::{FromRow, Row};
use std::collections::BTreeMap;

/// An attempt that one scorer works on until the lease ends.
#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    /// Whose attempt.
    pub session_id: String,
    /// Which attempt.
    pub attempt_id: String,
    /// What was issued.
    pub nonce: String,
    /// When it was issued.
    pub nonce_issued_at: Millis,
    /// Until when it was taken.
    pub nonce_expires_at: Millis,
    /// The light challenge that was asked for with it, in the words of whoever issued it.
    pub light: Option<String>,
    /// The motion challenge, likewise.
    pub motion: Option<String>,
    /// When the upload was acknowledged.
    pub received_at: Millis,
    /// The how-manieth claim of this attempt it is: more than one means that a scorer crashed, stalled or gave it
    /// back. It also tells this claim from others.
    pub fencing_token: i64,
    /// How many claims before this one were not given back: their scorers crashed, stalled or failed on it.
    pub failures: i64,
}

/// All that was received for a claimed attempt.
#[derive(Clone, Debug)]
pub struct ReceivedUpload {
    /// The manifest's bytes.
    pub manifest: Bytes,
    /// The files by name, without the manifest.
    pub files: BTreeMap<String, Bytes>,
}

/// What a judgement means for the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consequence {
    /// It has passed.
    Pass,
    /// Another attempt may be made, if `tryCount` allows.
    MayRetry,
    /// Nothing was found out. Another attempt may be made as after [`Consequence::MayRetry`], and this one costs no try
    /// if it is among the first [`crate::MAX_FREE_INCONCLUSIVE`] of its session.
    Inconclusive,
    /// It has failed, however many tries are left.
    Fail,
}

/// How much waits to be judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backlog {
    /// Received and not judged, whether claimed or not.
    pub attempts: u64,
    /// When the oldest of them was received.
    pub oldest: Option<Millis>,
}

impl Store {
    /// Claims the attempt that has waited longest, if any waits. The lease ends at `until`: renew it in time.
    /// Instances compare these times by their own clocks, so leases should be long against the clocks' difference, and
    /// as long at all instances: one that ends later than two of them from now was taken before the clock was put back,
    /// and counts no more.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn claim(&self, now: Millis, until: Millis) -> Result<Option<Claim>> {
        let latest = until.saturating_add(until.saturating_sub(now));
        // Again only if on PostgreSQL another instance took the one that was chosen: then there may be a next.
        while self.is_waiting(now, latest).await? {
            let mut write = self.database.write().await?;
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
            .fetch_optional(&mut *write)
            .await
            .map_err(database_error)?;
            if claim.is_some() {
                write.commit().await?;
                return Ok(claim);
            }
        }
        Ok(None)
    }

    /// Whether there is something to claim, without taking the turn to write.
    async fn is_waiting(&self, now: Millis, latest: Millis) -> Result<bool> {
        let query = "SELECT 1 AS waiting FROM attempts \
                     WHERE state = 'received' AND (lease_until <= $1 OR lease_until > $2) LIMIT 1";
        let row = sqlx::query(query).bind(now).bind(latest).fetch_optional(self.database.pool()).await;
        let row = row.map_err(database_error)?;
        Ok(row.is_some())
    }

    /// Reads what was received for a claimed attempt.
    ///
    /// # Errors
    /// [`Conflict::LeaseLost`] if it was cleared meanwhile; [`Error::Corrupt`]; [`Error::Unavailable`].
    pub async fn received_upload(&self, claim: &Claim) -> Result<ReceivedUpload> {
        let entries = self.files(&claim.session_id, &claim.attempt_id).await?;
        let mut files = BTreeMap::new();
        for entry in &entries {
            let content = self.content(entry).await;
            // Clearing takes the rows first: if they are gone by now, a missing file is no damage.
            if matches!(content, Err(Error::Corrupt { .. })) && self.is_gone(claim, entry).await? {
                return Err(Conflict::LeaseLost.into());
            }
            files.insert(entry.name.clone(), content?);
        }
        let manifest = files.remove(MANIFEST).ok_or(Conflict::LeaseLost)?;
        Ok(ReceivedUpload { manifest, files })
    }

    async fn is_gone(&self, claim: &Claim, entry: &FileEntry) -> Result<bool> {
        Ok(!self.files(&claim.session_id, &claim.attempt_id).await?.contains(entry))
    }

    /// Stores the judgement and what it means for the session, all at once. Returns the session as it is then.
    /// Saying the same again is no error.
    ///
    /// # Errors
    /// [`Conflict::LeaseLost`] if another scorer took over or the session was cleared: drop the judgement.
    pub async fn finish(
        &self,
        claim: &Claim,
        outcome: &AttemptOutcome,
        consequence: Consequence,
        now: Millis,
    ) -> Result<Session> {
        check(outcome)?;
        let mut write = self.database.write().await?;
        let mut session = match sessions::lock(&mut write, &claim.session_id).await {
            Err(Error::NotFound(_)) => return Err(Conflict::LeaseLost.into()),
            other => other?,
        };
        match attempts::fence(&mut write, &claim.session_id, &claim.attempt_id).await? {
            Some((AttemptState::Received, fence)) if fence == claim.fencing_token => {}
            Some((AttemptState::Scored, fence)) if fence == claim.fencing_token => return Ok(session),
            _ => return Err(Conflict::LeaseLost.into()),
        }
        let done = sqlx::query(
            "UPDATE attempts SET state = 'judged', code = $4, score = $5, attack_type = $6, checks = $7, \
             judged_at = $8 WHERE session_id = $1 AND id = $2 AND fence = $3 AND state = 'received'",
        )
        .bind(&claim.session_id)
        .bind(&claim.attempt_id)
        .bind(claim.fencing_token)
        .bind(&outcome.code)
        .bind(outcome.score.map(i64::from))
        .bind(outcome.attack_type.map(i64::from))
        .bind(&outcome.checks)
        .bind(now)
        .execute(&mut *write)
        .await
        .map_err(database_error)?;
        // A claim does not lock the session, so one can have come between.
        if done.rows_affected() == 0 {
            return Err(Conflict::LeaseLost.into());
        }
        session.scored += 1;
        session.inconclusive += u32::from(consequence == Consequence::Inconclusive);
        session.result_attempt = Some(claim.attempt_id.clone());
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
            // Whoever withdrew while it was judged has ended the session by that.
            (session.state, session.failure) = (SessionState::Failed, Some(FailureReason::Declined));
            session.finished_at = Some(now);
        }
        sessions::save(&mut write, &session).await?;
        write.commit().await?;
        Ok(session)
    }

    /// Keeps a claim for longer; or, with an end that is near, lets it go as one more failure.
    ///
    /// # Errors
    /// [`Conflict::LeaseLost`]: stop working on it.
    pub async fn renew(&self, claim: &Claim, until: Millis) -> Result<()> {
        self.update_lease(claim, until, 0).await
    }

    /// Gives a claim back, to be claimed again not before `until`: at once on shutdown, later after an outage.
    ///
    /// # Errors
    /// [`Conflict::LeaseLost`] if it is no longer this claim's.
    pub async fn release(&self, claim: &Claim, until: Millis) -> Result<()> {
        self.update_lease(claim, until, 1).await
    }

    async fn update_lease(&self, claim: &Claim, until: Millis, given_back: i64) -> Result<()> {
        let mut write = self.database.write().await?;
        let done = sqlx::query(
            "UPDATE attempts SET lease_until = $4, given_back = given_back + $5 \
             WHERE session_id = $1 AND id = $2 AND fence = $3 AND state = 'received'",
        )
        .bind(&claim.session_id)
        .bind(&claim.attempt_id)
        .bind(claim.fencing_token)
        .bind(until)
        .bind(given_back)
        .execute(&mut *write)
        .await
        .map_err(database_error)?;
        if done.rows_affected() == 0 {
            return Err(Conflict::LeaseLost.into());
        }
        write.commit().await
    }

    /// How much waits to be judged.
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

fn check(outcome: &AttemptOutcome) -> Result<()> {
    if outcome.score.is_some_and(|score| score > 100) {
        return Err(Error::invalid("score", "must be 0 to 100"));
    }
    if outcome.attack_type.is_some_and(|kind| !(1..=3).contains(&kind)) {
        return Err(Error::invalid("attack type", "must be 1 to 3"));
    }
    Ok(())
}
