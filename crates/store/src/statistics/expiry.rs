//! Finds sessions that expired without an end.

use super::{Increments, Metric};
use crate::database::database_error;
use crate::error::Result;
use crate::sessions::{self, Session};
use crate::{Millis, Store};

/// Maximum number of sessions per call. The next call continues.
const BATCH_SIZE: i64 = 500;

impl Store {
    /// Marks and counts, once each, open sessions that expired before a time, and returns them: at most 500. Choose a time
    /// so long ago that no attempt of such a session can still arrive. Call it periodically on every instance.
    ///
    /// # Errors
    /// [`crate::Error::Unavailable`].
    pub async fn expire_sessions(&self, expired_before: Millis, now: Millis) -> Result<Vec<Session>> {
        let query =
            "SELECT 1 AS due FROM sessions WHERE state = 'open' AND expired_at IS NULL AND expires_at < $1 LIMIT 1";
        let due = sqlx::query(query).bind(expired_before).fetch_optional(self.database.pool()).await;
        if due.map_err(database_error)?.is_none() {
            return Ok(Vec::new());
        }
        let mut write = self.database.write().await?;
        let statement = format!(
            "UPDATE sessions SET expired_at = $2 WHERE state = 'open' AND expired_at IS NULL AND id IN ( \
                 SELECT id FROM sessions WHERE state = 'open' AND expired_at IS NULL AND expires_at < $1 \
                 ORDER BY expires_at, id LIMIT $3) RETURNING {}",
            sessions::COLUMNS
        );
        let expired: Vec<Session> = sqlx::query_as(sqlx::AssertSqlSafe(statement))
            .bind(expired_before)
            .bind(now)
            .bind(BATCH_SIZE)
            .fetch_all(&mut *write)
            .await
            .map_err(database_error)?;
        let mut increments = Increments::default();
        expired.iter().for_each(|session| increments.add(session, Metric::Expired, ""));
        self.count(&mut write, increments).await?;
        write.commit().await?;
        Ok(expired)
    }
}
