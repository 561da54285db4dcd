//! Retention of single kinds of data, shorter than that of the whole session.

use crate::database::{Write, database_error};
use crate::error::{Error, Result};
use crate::pending_deletions::{self, IMMEDIATELY};
use crate::sessions::{self, SessionState};
use crate::{Millis, Store};
use serde::{Deserialize, Serialize};
use sqlx::Row;

/// Maximum number of items per kind, account and run. The next run continues.
const BATCH_SIZE: i64 = 500;
const HOUR: Millis = 3_600_000;
/// How long after an attempt's receipt a file of it may still arrive, at most: a video has `nonce_seconds`, at most a
/// day, and the clocks of two instances may differ.
const LATE_FILES: Millis = 48 * HOUR;

/// Hours to keep single kinds of data, from the receipt: 1 to 87600. `None`: as long as the session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct RetentionByKind {
    /// The far and the near picture, and those along a path.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pictures: Option<u32>,
    /// The small pictures from in between.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audit_images: Option<u32>,
    /// The video.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub video: Option<u32>,
    /// Problem reports of the page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem_reports: Option<u32>,
}

/// A kind of files, with the condition on `files.name` that selects them.
struct FileKind {
    name: &'static str,
    hours: Option<u32>,
    condition: &'static str,
}

impl RetentionByKind {
    /// Validates every field.
    ///
    /// # Errors
    /// [`Error::Invalid`] for the first invalid field.
    pub fn validate(&self) -> Result<()> {
        let hours = [self.pictures, self.audit_images, self.video, self.problem_reports];
        if hours.into_iter().flatten().any(|hours| !(1..=87_600).contains(&hours)) {
            return Err(Error::invalid("retentionByKind", "must have hours from 1 to 87600"));
        }
        Ok(())
    }

    fn file_kinds(&self) -> [FileKind; 3] {
        let kind = |name, hours, condition| FileKind { name, hours, condition };
        [
            kind("pictures", self.pictures, "(files.name IN ('far', 'near') OR files.name LIKE 'stop-%')"),
            kind("audit_images", self.audit_images, "files.name LIKE 'audit-%'"),
            kind("video", self.video, "files.name = 'video'"),
        ]
    }
}

/// What one run erased.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Erased {
    /// Files and problem reports.
    pub(crate) items: u64,
    /// Whether more remained than one run handles.
    pub(crate) has_more: bool,
}

impl Store {
    /// Erases what is older than its account allows for its kind, and schedules the deletion of files. Sessions on hold
    /// and unscored attempts are left out.
    pub(crate) async fn erase_by_kind(&self, now: Millis) -> Result<Erased> {
        let mut erased = Erased::default();
        for (account, retention) in self.retentions_by_kind().await? {
            for kind in retention.file_kinds() {
                if let Some(hours) = kind.hours {
                    self.erase_files(&account, &kind, now - i64::from(hours) * HOUR, &mut erased).await?;
                }
            }
            if let Some(hours) = retention.problem_reports {
                self.erase_reports(&account, now - i64::from(hours) * HOUR, &mut erased).await?;
            }
        }
        Ok(erased)
    }

    async fn erase_files(&self, account: &str, kind: &FileKind, until: Millis, erased: &mut Erased) -> Result<()> {
        let query = "SELECT erased_until FROM retention_progress WHERE account_id = $1 AND kind = $2";
        let progress = sqlx::query_scalar(query).bind(account).bind(kind.name).fetch_optional(self.database.pool());
        let progress: Option<Millis> = progress.await.map_err(database_error)?;
        let from = progress.unwrap_or(Millis::MIN).min(until - LATE_FILES);
        let query = format!(
            "SELECT files.session_id, files.attempt_id, files.name, files.path FROM attempts \
             JOIN sessions ON sessions.id = attempts.session_id \
             JOIN files ON files.session_id = attempts.session_id AND files.attempt_id = attempts.id \
             WHERE attempts.state = 'judged' AND attempts.received_at > $2 AND attempts.received_at <= $3 \
             AND sessions.account_id = $1 AND {} \
             AND NOT EXISTS (SELECT 1 FROM legal_holds WHERE legal_holds.session_id = sessions.id) \
             ORDER BY attempts.received_at LIMIT $4",
            kind.condition
        );
        let query = sqlx::query(sqlx::AssertSqlSafe(query)).bind(account).bind(from).bind(until).bind(BATCH_SIZE);
        let due = query.fetch_all(self.database.pool()).await.map_err(database_error)?;
        for row in &due {
            let text = |column| row.try_get::<String, _>(column).map_err(database_error);
            let (session, attempt, name, path) =
                (text("session_id")?, text("attempt_id")?, text("name")?, text("path")?);
            let erase = || self.erase_file(&session, &attempt, &name, &path);
            erased.items += u64::from(self.with_reserved_space(erase).await?);
        }
        if due.len() as i64 == BATCH_SIZE {
            erased.has_more = true;
            return Ok(());
        }
        let mut write = self.database.write().await?;
        sqlx::query(
            "INSERT INTO retention_progress (account_id, kind, erased_until) VALUES ($1, $2, $3) \
             ON CONFLICT (account_id, kind) DO UPDATE SET erased_until = excluded.erased_until",
        )
        .bind(account)
        .bind(kind.name)
        .bind(until)
        .execute(&mut *write)
        .await
        .map_err(database_error)?;
        write.commit().await
    }

    /// Erases one file's row and schedules the deletion of its content, atomically. Returns whether it was there.
    async fn erase_file(&self, session: &str, attempt: &str, name: &str, path: &str) -> Result<bool> {
        let mut write = self.database.write().await?;
        match sessions::lock(&mut write, session).await {
            Ok(locked) if locked.state != SessionState::Cleared => {}
            Ok(_) | Err(Error::NotFound(_)) => return Ok(false),
            Err(error) => return Err(error),
        }
        // A hold may have been set since.
        let done = sqlx::query(
            "DELETE FROM files WHERE session_id = $1 AND attempt_id = $2 AND name = $3 \
             AND NOT EXISTS (SELECT 1 FROM legal_holds WHERE legal_holds.session_id = $1)",
        )
        .bind(session)
        .bind(attempt)
        .bind(name)
        .execute(&mut *write)
        .await
        .map_err(database_error)?;
        if done.rows_affected() == 0 {
            return Ok(false);
        }
        pending_deletions::schedule(&mut write, path, IMMEDIATELY).await?;
        write.commit().await?;
        Ok(true)
    }

    async fn erase_reports(&self, account: &str, until: Millis, erased: &mut Erased) -> Result<()> {
        let mut write = self.database.write().await?;
        let done = sqlx::query(
            "DELETE FROM problem_reports WHERE (session_id, id) IN ( \
                 SELECT problem_reports.session_id, problem_reports.id FROM problem_reports \
                 JOIN sessions ON sessions.id = problem_reports.session_id \
                 WHERE problem_reports.created_at <= $2 AND sessions.account_id = $1 \
                 AND NOT EXISTS (SELECT 1 FROM legal_holds WHERE legal_holds.session_id = sessions.id) LIMIT $3)",
        )
        .bind(account)
        .bind(until)
        .bind(BATCH_SIZE)
        .execute(&mut *write)
        .await
        .map_err(database_error)?;
        write.commit().await?;
        erased.items += done.rows_affected();
        erased.has_more |= done.rows_affected() == BATCH_SIZE.unsigned_abs();
        Ok(())
    }
}

/// Lets the next run start from the account's oldest attempt.
pub(crate) async fn restart(write: &mut Write, account: &str) -> Result<()> {
    let query = "DELETE FROM retention_progress WHERE account_id = $1";
    sqlx::query(query).bind(account).execute(&mut **write).await.map_err(database_error)?;
    Ok(())
}
