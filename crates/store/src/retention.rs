//! Retention: erases personal data and deletes uploads that were never acknowledged.
//!
//! Deletions in the object store are first recorded in the database, so that a crash or outage only delays them.

use crate::audit::{self, Actor, AuditAction, NewAuditEntry};
use crate::blobs::session_prefix;
use crate::database::{Write, database_error};
use crate::error::{Conflict, Error, Result, StorageBackend};
use crate::legal_holds;
use crate::pending_deletions::{self, IMMEDIATELY};
use crate::sessions::{self, SessionState};
use crate::statistics::Increments;
use crate::webhooks::record_event;
use crate::{Millis, Store, is_study, studies};
use nearfar_protocol::webhook::EventType;

/// Maximum number of rows of each kind per run. The next run continues.
const BATCH_SIZE: i64 = 500;

/// What one retention run did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RetentionReport {
    /// Sessions erased because their retention was over.
    pub erased_sessions: u64,
    /// Files and problem reports erased because the retention of their kind was over.
    pub erased_items: u64,
    /// Pending deletions executed: files of erased sessions and abandoned uploads.
    pub deletions: u64,
    /// Tombstones deleted.
    pub tombstones: u64,
    /// Deletions postponed because the object store or database was unavailable.
    pub deferred: u64,
    /// Whether more remained than one run handles.
    pub has_more: bool,
}

impl Store {
    /// Erases a session: deletes its files, attempts, results, device facts, links, problem reports and reviewers'
    /// decisions, and leaves a tombstone. From the first moment none of its data is readable. Repeating it succeeds.
    ///
    /// # Errors
    /// [`Error::NotFound`]. [`Error::Unavailable`]: retry. If the database had committed, the session already reads as
    /// erased, and a retention run completes the deletion.
    pub async fn erase_session(&self, session_id: &str, now: Millis) -> Result<()> {
        self.erase_session_by(None, session_id, now).await
    }

    /// Like [`Store::erase_session`], with an entry of the audit log in the same transaction. A session that is already
    /// erased gets no further entry.
    ///
    /// # Errors
    /// As [`Store::erase_session`].
    pub async fn erase_session_by(&self, actor: Option<&Actor>, session_id: &str, now: Millis) -> Result<()> {
        let cleared = self.with_reserved_space(|| self.erase_session_once(actor, session_id, now)).await;
        self.reserve.fill().await;
        cleared
    }

    async fn erase_session_once(&self, actor: Option<&Actor>, session_id: &str, now: Millis) -> Result<()> {
        self.erase_session_rows(actor, session_id, now).await?;
        let flushed = self.database.flush_log().await;
        self.delete_pending(&session_prefix(session_id)).await?;
        match flushed {
            Ok(()) => Ok(()),
            // Deleting the files may have freed the space needed.
            Err(_) => self.database.flush_log().await,
        }
    }

    /// Retries with the reserved space if the database could not be written.
    pub(crate) async fn with_reserved_space<T, F: Future<Output = Result<T>>>(
        &self,
        work: impl Fn() -> F,
    ) -> Result<T> {
        match work().await {
            Err(Error::Unavailable { backend: StorageBackend::Database, .. }) if self.reserve.release().await => {
                work().await
            }
            outcome => outcome,
        }
    }

    /// Erases sessions whose retention is over, deletes abandoned uploads and old tombstones. Call it periodically on
    /// every instance; concurrent runs do not interfere.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if the database cannot be queried.
    pub async fn run_retention(&self, now: Millis) -> Result<RetentionReport> {
        let report = self.run_retention_until(now).await?;
        self.database
            .execute_one(
                "INSERT INTO sweeps (id, swept_at) VALUES (1, $1) \
                 ON CONFLICT (id) DO UPDATE SET swept_at = excluded.swept_at",
                now,
            )
            .await?;
        Ok(report)
    }

    /// Like [`Store::run_retention`] while the clock is uncertain: executes only requested deletions, none that depend
    /// on time.
    ///
    /// # Errors
    /// As [`Store::run_retention`].
    pub async fn run_requested_deletions(&self) -> Result<RetentionReport> {
        self.run_retention_until(IMMEDIATELY).await
    }

    /// The time of the last [`Store::run_retention`] of any instance, by its clock; `None` if there was none.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn last_retention_run(&self) -> Result<Option<Millis>> {
        let last = sqlx::query_scalar("SELECT MAX(swept_at) FROM sweeps").fetch_one(self.database.pool()).await;
        last.map_err(database_error)
    }

    async fn run_retention_until(&self, now: Millis) -> Result<RetentionReport> {
        let report = self.run_retention_once(now).await;
        self.reserve.fill().await;
        report
    }

    async fn run_retention_once(&self, now: Millis) -> Result<RetentionReport> {
        let mut report = RetentionReport::default();
        // Not while the person is still busy with an attempt, which may outlast the shortest retention.
        let due = "SELECT id FROM sessions WHERE cleared_at IS NULL AND purge_at <= $1 \
                   AND NOT EXISTS (SELECT 1 FROM legal_holds WHERE legal_holds.session_id = sessions.id) \
                   AND NOT EXISTS (SELECT 1 FROM attempts WHERE attempts.session_id = sessions.id \
                       AND attempts.state <> 'judged' AND attempts.nonce_expires_at > $1) \
                   ORDER BY purge_at LIMIT $2";
        for id in self.due(due, now, &mut report).await? {
            match self.with_reserved_space(|| self.erase_session_rows(Some(&Actor::Service), &id, now)).await {
                Ok(()) => report.erased_sessions += 1,
                Err(error) => deferred(&mut report, error)?,
            }
        }
        if now > IMMEDIATELY {
            match self.erase_by_kind(now).await {
                Ok(erased) => {
                    report.erased_items = erased.items;
                    report.has_more |= erased.has_more;
                }
                Err(error) => deferred(&mut report, error)?,
            }
        }
        // The files of what was just erased are scheduled by now.
        let due = "SELECT prefix FROM doomed_blobs WHERE due_at <= $1 ORDER BY due_at LIMIT $2";
        for prefix in self.due(due, now, &mut report).await? {
            match self.with_reserved_space(|| self.delete_pending(&prefix)).await {
                Ok(true) => report.deletions += 1,
                Ok(false) => {}
                Err(error) => deferred(&mut report, error)?,
            }
        }
        let mut write = self.database.write().await?;
        let done = sqlx::query(
            "DELETE FROM sessions WHERE id IN ( \
                 SELECT id FROM sessions WHERE cleared_at IS NOT NULL AND cleared_at <= $1 LIMIT $2)",
        )
        .bind(now.saturating_sub(self.tombstone_retention))
        .bind(BATCH_SIZE)
        .execute(&mut *write)
        .await
        .map_err(database_error)?;
        write.commit().await?;
        if report.erased_sessions + report.erased_items > 0 {
            self.database.flush_log().await?;
        }
        report.tombstones = done.rows_affected();
        report.has_more |= report.tombstones == BATCH_SIZE.unsigned_abs();
        Ok(report)
    }

    async fn due(&self, query: &'static str, now: Millis, report: &mut RetentionReport) -> Result<Vec<String>> {
        let due = sqlx::query_scalar(query).bind(now).bind(BATCH_SIZE).fetch_all(self.database.pool()).await;
        let due = due.map_err(database_error)?;
        report.has_more |= due.len() as i64 == BATCH_SIZE;
        Ok(due)
    }

    /// Erases the rows of a session and schedules the deletion of its files, atomically.
    async fn erase_session_rows(&self, actor: Option<&Actor>, session_id: &str, now: Millis) -> Result<()> {
        let mut write = self.database.write().await?;
        let session = sessions::lock(&mut write, session_id).await?;
        if session.state == SessionState::Cleared {
            return Ok(());
        }
        if legal_holds::request_erasure(&mut write, session_id, now).await? {
            write.commit().await?;
            return Err(Conflict::OnHold.into());
        }
        delete_rows(&mut write, session_id, now).await?;
        let erased = EventType::DataErased;
        record_event(&mut write, &self.entropy, (&session.account_id, session_id), erased, now).await?;
        pending_deletions::schedule(&mut write, &session_prefix(session_id), IMMEDIATELY).await?;
        let mut increments = Increments::default();
        increments.add_erasure(&session, now);
        self.count(&mut write, increments);
        if let Some(actor) = actor {
            let entry = NewAuditEntry::new(actor, AuditAction::SessionErased);
            audit::append(&mut write, entry.account(&session.account_id).subject(session_id), now).await?;
        }
        write.commit().await
    }
}

/// An outage during a run does not prevent the rest from being tried.
fn deferred(report: &mut RetentionReport, error: Error) -> Result<()> {
    match error {
        // The hold was set since the run began.
        Error::NotFound(_) | Error::Conflict(Conflict::OnHold) => Ok(()),
        error if error.is_temporary() => {
            tracing::warn!(%error, "erasure is postponed");
            report.deferred += 1;
            Ok(())
        }
        error => Err(error),
    }
}

async fn delete_rows(write: &mut Write, session_id: &str, now: Millis) -> Result<()> {
    for query in [
        "DELETE FROM attempts WHERE session_id = $1",
        "DELETE FROM hand_offs WHERE session_id = $1",
        "DELETE FROM problem_reports WHERE session_id = $1",
        "DELETE FROM session_reviews WHERE session_id = $1",
        "DELETE FROM study_sessions WHERE session_id = $1",
    ] {
        sqlx::query(query).bind(session_id).execute(&mut **write).await.map_err(database_error)?;
    }
    if is_study(session_id) {
        studies::delete_unreferenced_people(write).await?;
    }
    sqlx::query(
        "UPDATE sessions SET state = 'cleared', cleared_at = $2, failure = NULL, region = NULL, user_id = NULL, \
         return_url = NULL, failed_return_url = NULL, product_level = NULL, multi_device = 0, use_slave_url = 0, \
         starts = 0, judged = 0, inconclusive = 0, result_attempt = NULL, opened_at = NULL, expired_at = NULL, \
         verdict = NULL, os = NULL, browser = NULL, device_type = NULL, camera_type = NULL WHERE id = $1",
    )
    .bind(session_id)
    .bind(now)
    .execute(&mut **write)
    .await
    .map_err(database_error)?;
    Ok(())
}
