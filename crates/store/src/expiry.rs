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

/// Marks sessions, and returns them. Another instance may have changed one since the inner query found it, so its state is
/// compared again, as an expression that no index serves: otherwise PostgreSQL goes through all open sessions, and runs the
/// inner query anew for each (15,000 open ones took 1.5 s).
fn mark_expired() -> String {
    format!(
        "UPDATE sessions SET expired_at = $1 WHERE id IN ({EXPIRED}) AND state || '' = 'open' AND expired_at IS NULL \
         RETURNING {}",
        sessions::COLUMNS
    )
}

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
        let expired: Vec<Session> = sqlx::query_as(sqlx::AssertSqlSafe(mark_expired()))
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
        self.count(&mut write, increments);
        write.commit().await?;
        Ok(expired.len() as i64 == BATCH_SIZE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::NewAccount;
    use crate::query_plan::{Bound, Site, explain};

    nearfar_test_support::on_both!(Site: expired_sessions_are_found_once_and_changed_by_id);

    /// Before the database has statistics, as after an import.
    async fn expired_sessions_are_found_once_and_changed_by_id(site: Site) {
        let store = site.open().await;
        let new = NewAccount { name: "Shop".into(), ..NewAccount::default() };
        let account = store.create_account(new, 1).await.unwrap().0.id;
        let insert = format!(
            "INSERT INTO sessions (id, account_id, version, state, iframe, multi_device, use_slave_url, starts, judged, \
             created_at, expires_at, purge_at) \
             WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 5000) \
             SELECT 's' || n, '{account}', 0, 'open', 0, 0, 0, 0, 0, n, n, 9000000 FROM numbers"
        );
        sqlx::query(sqlx::AssertSqlSafe(insert)).execute(store.database.pool()).await.unwrap();
        let plan = explain(&store, &mark_expired(), vec![Bound::Number(6000), Bound::Number(100)]).await;
        let by_id = ["sessions_pkey on sessions", "SEARCH sessions USING INDEX sqlite_autoindex_sessions_1 (id=?)"];
        assert!(by_id.iter().any(|step| plan.contains(step)), "{plan}");
        assert_eq!(plan.matches("sessions_to_expire").count(), 1, "{plan}");
        assert!(store.expire_sessions(6000).await.unwrap());
    }
}
