//! Records that sessions expired: no request changes them, so a worker has to find them.

use super::outbox::insert_events;
use crate::database::database_error;
use crate::error::Result;
use crate::{Millis, Store};
use nearfar_protocol::webhook::EventType;

/// Maximum number of sessions per call.
const BATCH_SIZE: i64 = 100;

/// Expired sessions of endpoints that receive this event. A session with a valid nonce may still end by its upload.
const EXPIRED: &str = "SELECT s.id FROM webhook_endpoints e JOIN sessions s ON s.account_id = e.account_id \
    WHERE e.records_expiry = 1 AND s.state = 'open' AND s.expiry_recorded = 0 AND s.expires_at <= $1 \
    AND s.expires_at >= e.expiry_since AND NOT EXISTS (SELECT 1 FROM attempts a \
    WHERE a.session_id = s.id AND a.state = 'issued' AND a.nonce_expires_at > $1) LIMIT $2";

impl Store {
    /// Records the event of expired sessions, each once. Returns whether more may remain.
    ///
    /// # Errors
    /// [`crate::Error::Unavailable`].
    pub async fn record_expired_sessions(&self, now: Millis) -> Result<bool> {
        let query = sqlx::query(EXPIRED).bind(now).bind(1_i64);
        // Without taking the write permit.
        if query.fetch_optional(self.database.pool()).await.map_err(database_error)?.is_none() {
            return Ok(false);
        }
        let mut write = self.database.write().await?;
        let statement = format!(
            "UPDATE sessions SET expiry_recorded = 1 WHERE id IN ({EXPIRED}) AND state = 'open' AND expiry_recorded = 0 \
             RETURNING id, account_id"
        );
        let expired: Vec<(String, String)> = sqlx::query_as(sqlx::AssertSqlSafe(statement))
            .bind(now)
            .bind(BATCH_SIZE)
            .fetch_all(&mut *write)
            .await
            .map_err(database_error)?;
        if expired.is_empty() {
            return Ok(false);
        }
        // The sessions are locked by now. An instance whose clock is behind may have issued a nonce just before.
        let places: Vec<String> = (2..expired.len() + 2).map(|place| format!("${place}")).collect();
        let statement = format!(
            "SELECT COUNT(*) FROM attempts WHERE state = 'issued' AND nonce_expires_at > $1 AND session_id IN ({})",
            places.join(", ")
        );
        let mut query = sqlx::query_scalar(sqlx::AssertSqlSafe(statement)).bind(now);
        for (id, _) in &expired {
            query = query.bind(id.clone());
        }
        let open: i64 = query.fetch_one(&mut *write).await.map_err(database_error)?;
        if open > 0 {
            return Ok(false);
        }
        let sessions: Vec<(&str, &str)> = expired.iter().map(|(id, account)| (account.as_str(), id.as_str())).collect();
        insert_events(&mut write, &self.entropy, &sessions, EventType::SessionExpired, now).await?;
        write.commit().await?;
        Ok(expired.len() as i64 == BATCH_SIZE)
    }
}
