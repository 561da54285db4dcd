//! The backlog of events: waiting ones, dead letters, and their upkeep.

use super::deliveries::event_type;
use super::endpoints::record;
use super::outbox::{DEAD_RETENTION, DELIVERY_TIME};
use crate::audit::{Actor, AuditAction};
use crate::database::database_error;
use crate::error::{Entity, Error, Result};
use crate::{Millis, Store};
use nearfar_protocol::webhook::EventType;
use serde_json::json;
use sqlx::any::AnyRow;
use sqlx::{FromRow, Row};

/// Counts of events.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WebhookBacklog {
    /// Events that are not delivered yet.
    pub waiting: u64,
    /// When the oldest of them happened.
    pub oldest: Option<Millis>,
    /// Dead letters.
    pub dead: u64,
}

/// A dead letter: an event whose delivery was given up.
#[derive(Clone, Debug, PartialEq)]
pub struct DeadEvent {
    /// The event's id.
    pub event_id: String,
    /// The session, which may be erased.
    pub session_id: String,
    /// The type.
    pub event: EventType,
    /// When it happened.
    pub created_at: Millis,
    /// How often delivery was tried.
    pub attempts: i64,
    /// Why the last try failed.
    pub failure: Option<String>,
    /// When the last try failed.
    pub failed_at: Option<Millis>,
}

impl Store {
    /// The backlog of one account, or of all.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn webhook_backlog(&self, account_id: Option<&str>) -> Result<WebhookBacklog> {
        let count = "COUNT(CASE WHEN state = 'waiting' THEN 1 END) AS waiting, \
                     MIN(CASE WHEN state = 'waiting' THEN created_at END) AS oldest, \
                     COUNT(CASE WHEN state = 'dead' THEN 1 END) AS dead";
        let condition = if account_id.is_some() { " WHERE account_id = $1" } else { "" };
        let query = sqlx::AssertSqlSafe(format!("SELECT {count} FROM webhook_events{condition}"));
        let mut query = sqlx::query_as(query);
        if let Some(account_id) = account_id {
            query = query.bind(account_id);
        }
        let (waiting, oldest, dead): (i64, _, i64) =
            query.fetch_one(self.database.pool()).await.map_err(database_error)?;
        Ok(WebhookBacklog { waiting: waiting.unsigned_abs(), oldest, dead: dead.unsigned_abs() })
    }

    /// The dead letters of an account, oldest first, at most `limit`.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn dead_events(&self, account_id: &str, limit: u32) -> Result<Vec<DeadEvent>> {
        let query = "SELECT id, session_id, event, created_at, attempts - released AS tries, failure, failed_at \
                     FROM webhook_events \
                     WHERE account_id = $1 AND state = 'dead' ORDER BY failed_at, id LIMIT $2";
        let dead = sqlx::query_as(query).bind(account_id).bind(i64::from(limit)).fetch_all(self.database.pool()).await;
        dead.map_err(database_error)
    }

    /// Delivers an event again: a dead letter starts its three days anew, a waiting event becomes due at once.
    ///
    /// # Errors
    /// [`Error::NotFound`] if it does not exist or was delivered.
    pub async fn retry_event(&self, actor: Option<&Actor>, event_id: &str, now: Millis) -> Result<()> {
        // A waiting event may be claimed right now: only one whose last try has failed is not.
        let condition = "id = $1 AND (state = 'dead' OR failed_at IS NOT NULL)";
        match self.retry_where(actor, condition, event_id, now).await? {
            0 => Err(Error::NotFound(Entity::WebhookEvent)),
            _ => Ok(()),
        }
    }

    /// Delivers all dead letters of an account again. Returns their number.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn retry_dead_events(&self, actor: Option<&Actor>, account_id: &str, now: Millis) -> Result<u64> {
        self.retry_where(actor, "account_id = $1 AND state = 'dead'", account_id, now).await
    }

    /// `condition` is inserted into the statement: it must be a literal of this crate.
    async fn retry_where(&self, actor: Option<&Actor>, condition: &'static str, key: &str, now: Millis) -> Result<u64> {
        let statement = format!(
            "UPDATE webhook_events SET state = 'waiting', due_at = $2, give_up_at = $3, failed_at = NULL \
             WHERE {condition} RETURNING account_id"
        );
        let mut write = self.database.write().await?;
        let accounts: Vec<String> = sqlx::query_scalar(sqlx::AssertSqlSafe(statement))
            .bind(key)
            .bind(now)
            .bind(now.saturating_add(DELIVERY_TIME))
            .fetch_all(&mut *write)
            .await
            .map_err(database_error)?;
        if let Some(account_id) = accounts.first() {
            let details = json!({"events": accounts.len()});
            record(&mut write, actor, AuditAction::WebhookEventsResent, account_id, details, now).await?;
        }
        write.commit().await?;
        Ok(accounts.len() as u64)
    }

    /// Deletes old dead letters and events of removed endpoints. Makes events due that wait for longer than `longest`,
    /// in ms: the clock was set back since. Call it about every minute.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn tidy_events(&self, longest: Millis, now: Millis) -> Result<()> {
        let found = sqlx::query("SELECT 1 AS found FROM webhook_events LIMIT 1")
            .fetch_optional(self.database.pool())
            .await
            .map_err(database_error)?;
        if found.is_none() {
            return Ok(());
        }
        let mut write = self.database.write().await?;
        let dead = "DELETE FROM webhook_events WHERE state = 'dead' AND failed_at <= $1";
        let dead = sqlx::query(dead).bind(now.saturating_sub(DEAD_RETENTION)).execute(&mut *write).await;
        dead.map_err(database_error)?;
        let orphans = "DELETE FROM webhook_events WHERE account_id NOT IN (SELECT account_id FROM webhook_endpoints)";
        sqlx::query(orphans).execute(&mut *write).await.map_err(database_error)?;
        let late = "UPDATE webhook_events SET due_at = $1 WHERE state = 'waiting' AND due_at > $2";
        let late = sqlx::query(late).bind(now).bind(now.saturating_add(longest)).execute(&mut *write).await;
        late.map_err(database_error)?;
        write.commit().await
    }
}

impl FromRow<'_, AnyRow> for DeadEvent {
    fn from_row(row: &AnyRow) -> sqlx::Result<Self> {
        Ok(DeadEvent {
            event_id: row.try_get("id")?,
            session_id: row.try_get("session_id")?,
            event: event_type(row)?,
            created_at: row.try_get("created_at")?,
            attempts: row.try_get("tries")?,
            failure: row.try_get("failure")?,
            failed_at: row.try_get("failed_at")?,
        })
    }
}
