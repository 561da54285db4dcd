//! Finds sessions that expired without an end: no request changes them, so a worker has to.

use crate::database::database_error;
use crate::error::Result;
use crate::sessions::{self, Session};
use crate::statistics::{Increments, Metric};
use crate::webhooks::record_expired;
use crate::{Millis, Store};

/// Maximum number of sessions per call.
const BATCH_SIZE: i64 = 100;

/// Expired sessions. One with a valid nonce may still end by its upload.
const EXPIRED: &str = "SELECT id FROM sessions WHERE state = 'open' AND expired_at IS NULL AND expires_at <= $1 \
    AND NOT EXISTS (SELECT 1 FROM attempts WHERE attempts.session_id = sessions.id AND attempts.state = 'issued' \
    AND attempts.nonce_expires_at > $1) ORDER BY expires_at LIMIT $2";

impl Store {
    /// Marks sessions whose time is over without an end, counts them and records their events: each once. Nothing can
    /// end them later, not even an upload that began in time. Returns whether more may remain.
    ///
    /// # Errors
    /// [`crate::Error::Unavailable`].
    pub async fn expire_sessions(&self, now: Millis) -> Result<bool> {
        let query = sqlx::query(EXPIRED).bind(now).bind(1_i64);
        // Without taking the write permit.
        if query.fetch_optional(self.database.pool()).await.map_err(database_error)?.is_none() {
            return Ok(false);
        }
        let mut write = self.database.write().await?;
        let statement = format!(
            "UPDATE sessions SET expired_at = $1 WHERE state = 'open' AND expired_at IS NULL AND id IN ({EXPIRED}) \
             RETURNING {}",
            sessions::COLUMNS
        );
        let expired: Vec<Session> = sqlx::query_as(sqlx::AssertSqlSafe(statement))
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
        for session in &expired {
            query = query.bind(session.id.clone());
        }
        let open: i64 = query.fetch_one(&mut *write).await.map_err(database_error)?;
        if open > 0 {
            return Ok(false);
        }
        record_expired(&mut write, &self.entropy, &expired, now).await?;
        let mut increments = Increments::default();
        expired.iter().for_each(|session| increments.add(session, Metric::Expired, ""));
        self.count(&mut write, increments).await?;
        write.commit().await?;
        Ok(expired.len() as i64 == BATCH_SIZE)
    }
}
