//! Erases a person from a study.

use crate::audit::{self, Actor, AuditAction, NewAuditEntry};
use crate::blobs::session_prefix;
use crate::database::{Write, database_error};
use crate::entropy::random_hex;
use crate::error::Result;
use crate::pending_deletions::{self, IMMEDIATELY};
use crate::statistics::Increments;
use crate::{Millis, Store, sessions};
use nearfar_protocol::study::PersonCode;
use serde_json::json;

/// Counts of an erasure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StudyErasure {
    /// Sessions with their labels and consent.
    pub sessions: u64,
    /// Received captures.
    pub captures: u64,
    /// Their files, including videos.
    pub files: u64,
    /// Videos.
    pub videos: u64,
    /// Sessions whose files could not be deleted yet. They are unreadable, and a retention run deletes them.
    pub deferred: u64,
}

impl Store {
    /// Erases every study session that shows or is presented by a person: captures, videos, labels, consent and the
    /// session. Only counts remain. From the first moment none of its data is readable.
    ///
    /// # Errors
    /// [`crate::Error::Unavailable`]: nothing was erased.
    pub async fn erase_person(&self, person: &PersonCode, now: Millis) -> Result<StudyErasure> {
        self.erase_person_by(None, person, now).await
    }

    /// Like [`Store::erase_person`], with an entry of the audit log in the same transaction. It contains counts only.
    ///
    /// # Errors
    /// As [`Store::erase_person`].
    pub async fn erase_person_by(
        &self,
        actor: Option<&Actor>,
        person: &PersonCode,
        now: Millis,
    ) -> Result<StudyErasure> {
        let erased = self.with_reserved_space(|| self.erase_sessions(actor, person, now)).await;
        self.reserve.fill().await;
        let (mut erased, sessions) = erased?;
        let flushed = self.database.flush_log().await;
        for id in sessions {
            if let Err(error) = self.delete_pending(&session_prefix(&id)).await {
                tracing::warn!(%error, "files of an erased person are left to retention");
                erased.deferred += 1;
            }
        }
        // Deleting the files may have freed the space needed.
        if flushed.is_err() {
            self.database.flush_log().await?;
        }
        Ok(erased)
    }

    async fn erase_sessions(
        &self,
        actor: Option<&Actor>,
        person: &PersonCode,
        now: Millis,
    ) -> Result<(StudyErasure, Vec<String>)> {
        let mut write = self.database.write().await?;
        let query = "SELECT session_id FROM study_sessions WHERE person = $1 OR presenter = $1 ORDER BY session_id";
        let ids = sqlx::query_scalar(query).bind(person.as_str()).fetch_all(&mut *write).await;
        let ids: Vec<String> = ids.map_err(database_error)?;
        let mut erased = StudyErasure::default();
        let mut increments = Increments::default();
        for id in &ids {
            increments.add_erasure(&sessions::lock(&mut write, id).await?, now);
            let query = "SELECT COUNT(*), COUNT(CASE WHEN name = 'video' THEN 1 END), COUNT(DISTINCT attempt_id) \
                         FROM files WHERE session_id = $1";
            let counts = sqlx::query_as(query).bind(id).fetch_one(&mut *write).await;
            let (files, videos, captures): (i64, i64, i64) = counts.map_err(database_error)?;
            erased.sessions += 1;
            erased.files += files.unsigned_abs();
            erased.videos += videos.unsigned_abs();
            erased.captures += captures.unsigned_abs();
            pending_deletions::schedule(&mut write, &session_prefix(id), IMMEDIATELY).await?;
            let deleted = sqlx::query("DELETE FROM sessions WHERE id = $1").bind(id).execute(&mut *write).await;
            deleted.map_err(database_error)?;
        }
        if erased.sessions > 0 {
            delete_unreferenced_people(&mut write).await?;
            let count = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
            sqlx::query(
                "INSERT INTO study_erasures (id, erased_at, sessions, captures, files) VALUES ($1, $2, $3, $4, $5)",
            )
            .bind(random_hex(8, &self.entropy))
            .bind(now)
            .bind(count(erased.sessions))
            .bind(count(erased.captures))
            .bind(count(erased.files))
            .execute(&mut *write)
            .await
            .map_err(database_error)?;
            self.count(&mut write, increments);
            if let Some(actor) = actor {
                let (sessions, captures, files) = (erased.sessions, erased.captures, erased.files);
                let details = json!({ "study": true, "sessions": sessions, "captures": captures, "files": files });
                let entry = NewAuditEntry::new(actor, AuditAction::PersonErased).details(details);
                audit::append(&mut write, entry, now).await?;
            }
            write.commit().await?;
        }
        Ok((erased, ids))
    }
}

/// Deletes people without sessions.
pub(crate) async fn delete_unreferenced_people(write: &mut Write) -> Result<()> {
    let query = "DELETE FROM study_people WHERE person NOT IN (SELECT person FROM study_sessions)";
    sqlx::query(query).execute(&mut **write).await.map_err(database_error)?;
    Ok(())
}
