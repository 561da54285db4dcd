//! Legal holds: sessions whose data must not be erased, neither by time nor on request.

use crate::audit::{self, Actor, AuditAction, NewAuditEntry};
use crate::database::{Write, database_error};
use crate::error::{Conflict, Error, Result};
use crate::retention_by_kind;
use crate::sessions::{self, SessionState};
use crate::{Millis, Store, is_study};
use sqlx::any::AnyRow;
use sqlx::{FromRow, Row};

/// Maximum length of a reason, in characters.
const MAX_REASON: usize = 500;

/// A hold on a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LegalHold {
    /// The session.
    pub session_id: String,
    /// Why the data is held: at most 500 characters.
    pub reason: String,
    /// The name of the operator or of the command's user.
    pub held_by: String,
    /// When it was set.
    pub held_at: Millis,
    /// When erasure was first asked for, if it was. It is carried out once the hold is released.
    pub erasure_requested_at: Option<Millis>,
}

const COLUMNS: &str = "session_id, reason, held_by, held_at, erasure_requested_at";

impl Store {
    /// Sets a hold, recorded in the audit log without its reason. Repeating it replaces the reason.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Conflict::Cleared`]; [`Error::Invalid`] for an empty or long reason, and for a session of
    /// a study, whose people may withdraw at any time.
    pub async fn hold_session(&self, actor: &Actor, session_id: &str, reason: &str, now: Millis) -> Result<()> {
        let reason = reason.trim();
        if reason.is_empty() || reason.chars().count() > MAX_REASON {
            return Err(Error::invalid("reason", format!("must have 1 to {MAX_REASON} characters")));
        }
        if is_study(session_id) {
            return Err(Error::invalid("signatureId", "is one of a study, whose people may withdraw at any time"));
        }
        let mut write = self.database.write().await?;
        let session = sessions::lock(&mut write, session_id).await?;
        if session.state == SessionState::Cleared {
            return Err(Conflict::Cleared.into());
        }
        sqlx::query(
            "INSERT INTO legal_holds (session_id, reason, held_by, held_at) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (session_id) DO UPDATE SET reason = excluded.reason",
        )
        .bind(session_id)
        .bind(reason)
        .bind(actor.name())
        .bind(now)
        .execute(&mut *write)
        .await
        .map_err(database_error)?;
        let entry = NewAuditEntry::new(actor, AuditAction::LegalHoldSet);
        audit::append(&mut write, entry.account(&session.account_id).subject(session_id), now).await?;
        write.commit().await
    }

    /// Releases a hold, recorded in the audit log. An erasure that was asked for meanwhile is carried out. Returns
    /// whether there was a hold.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Unavailable`]: if the hold was released already, a retention run erases the data.
    pub async fn release_hold(&self, actor: &Actor, session_id: &str, now: Millis) -> Result<bool> {
        let mut write = self.database.write().await?;
        let session = sessions::lock(&mut write, session_id).await?;
        let Some(hold) = find(&mut write, session_id).await? else { return Ok(false) };
        let query = "DELETE FROM legal_holds WHERE session_id = $1";
        sqlx::query(query).bind(session_id).execute(&mut *write).await.map_err(database_error)?;
        // What was due meanwhile.
        retention_by_kind::restart(&mut write, &session.account_id).await?;
        if hold.erasure_requested_at.is_some() {
            // So that a crash from here on only delays the erasure.
            let query = "UPDATE sessions SET purge_at = $2 WHERE id = $1";
            sqlx::query(query).bind(session_id).bind(now).execute(&mut *write).await.map_err(database_error)?;
        }
        let entry = NewAuditEntry::new(actor, AuditAction::LegalHoldReleased);
        audit::append(&mut write, entry.account(&session.account_id).subject(session_id), now).await?;
        write.commit().await?;
        if hold.erasure_requested_at.is_some() {
            self.erase_session_by(Some(&Actor::Service), session_id, now).await?;
        }
        Ok(true)
    }

    /// The hold on a session, if there is one.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn legal_hold(&self, session_id: &str) -> Result<Option<LegalHold>> {
        let query = sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM legal_holds WHERE session_id = $1"));
        sqlx::query_as(query).bind(session_id).fetch_optional(self.database.pool()).await.map_err(database_error)
    }

    /// All holds, oldest first.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn legal_holds(&self) -> Result<Vec<LegalHold>> {
        let query = sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM legal_holds ORDER BY held_at, session_id"));
        sqlx::query_as(query).fetch_all(self.database.pool()).await.map_err(database_error)
    }
}

async fn find(write: &mut Write, session_id: &str) -> Result<Option<LegalHold>> {
    let query = sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM legal_holds WHERE session_id = $1"));
    sqlx::query_as(query).bind(session_id).fetch_optional(&mut **write).await.map_err(database_error)
}

/// Notes that erasure was asked for, if the session is held. Returns whether it is.
pub(crate) async fn request_erasure(write: &mut Write, session_id: &str, now: Millis) -> Result<bool> {
    let query =
        "UPDATE legal_holds SET erasure_requested_at = COALESCE(erasure_requested_at, $2) WHERE session_id = $1";
    let done = sqlx::query(query).bind(session_id).bind(now).execute(&mut **write).await.map_err(database_error)?;
    Ok(done.rows_affected() > 0)
}

impl FromRow<'_, AnyRow> for LegalHold {
    fn from_row(row: &AnyRow) -> sqlx::Result<Self> {
        Ok(LegalHold {
            session_id: row.try_get("session_id")?,
            reason: row.try_get("reason")?,
            held_by: row.try_get("held_by")?,
            held_at: row.try_get("held_at")?,
            erasure_requested_at: row.try_get("erasure_requested_at")?,
        })
    }
}
