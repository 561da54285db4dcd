//! Reads the audit log.

use super::AuditEntry;
use crate::Store;
use crate::database::database_error;
use crate::error::Result;
use sqlx::any::AnyRow;
use sqlx::{FromRow, Row};

const COLUMNS: &str = "sequence, recorded_at, actor_kind, actor_name, action, account_id, subject, details, \
                       previous_hash, hash";

/// Which entries to list. Empty fields match everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Only entries with a smaller sequence.
    pub before: Option<i64>,
    /// Only this action.
    pub action: Option<String>,
    /// Only this actor's name.
    pub actor: Option<String>,
    /// Only this subject.
    pub subject: Option<String>,
}

impl Store {
    /// Up to `limit` entries with a greater sequence than `after`, oldest first.
    ///
    /// # Errors
    /// [`crate::Error::Unavailable`]; [`crate::Error::Corrupt`] for a row of another format.
    pub async fn audit_entries_after(&self, after: i64, limit: u32) -> Result<Vec<AuditEntry>> {
        let query = format!("SELECT {COLUMNS} FROM audit_entries WHERE sequence > $1 ORDER BY sequence LIMIT $2");
        let query = sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(after).bind(i64::from(limit));
        query.fetch_all(self.database.pool()).await.map_err(database_error)
    }

    /// Up to `limit` entries of the filter, newest first.
    ///
    /// # Errors
    /// As [`Store::audit_entries_after`].
    pub async fn audit_entries(&self, filter: &AuditFilter, limit: u32) -> Result<Vec<AuditEntry>> {
        let query = format!(
            "SELECT {COLUMNS} FROM audit_entries WHERE sequence < $1 AND ($2 = '' OR action = $2) \
             AND ($3 = '' OR actor_name = $3) AND ($4 = '' OR subject = $4) ORDER BY sequence DESC LIMIT $5"
        );
        let text = |field: &Option<String>| field.clone().unwrap_or_default();
        sqlx::query_as(sqlx::AssertSqlSafe(query))
            .bind(filter.before.unwrap_or(i64::MAX))
            .bind(text(&filter.action))
            .bind(text(&filter.actor))
            .bind(text(&filter.subject))
            .bind(i64::from(limit))
            .fetch_all(self.database.pool())
            .await
            .map_err(database_error)
    }
}

impl FromRow<'_, AnyRow> for AuditEntry {
    fn from_row(row: &AnyRow) -> sqlx::Result<Self> {
        Ok(AuditEntry {
            sequence: row.try_get("sequence")?,
            recorded_at: row.try_get("recorded_at")?,
            actor_kind: row.try_get("actor_kind")?,
            actor_name: row.try_get("actor_name")?,
            action: row.try_get("action")?,
            account_id: row.try_get("account_id")?,
            subject: row.try_get("subject")?,
            details: row.try_get("details")?,
            previous_hash: row.try_get("previous_hash")?,
            hash: row.try_get("hash")?,
        })
    }
}
