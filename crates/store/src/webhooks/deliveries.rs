//! Claims events for delivery by lease, and stores the outcomes.

use crate::database::database_error;
use crate::error::Result;
use crate::{Millis, Store};
use nearfar_protocol::webhook::EventType;
use sqlx::any::AnyRow;
use sqlx::{FromRow, Row};

/// An event that one sender delivers until its lease expires.
#[derive(Clone, Debug, PartialEq)]
pub struct EventClaim {
    /// The event's id.
    pub event_id: String,
    /// The account.
    pub account_id: String,
    /// The session, which may be erased.
    pub session_id: String,
    /// The type.
    pub event: EventType,
    /// When it happened.
    pub created_at: Millis,
    /// When its delivery is given up.
    pub give_up_at: Millis,
    /// Counts the claims of this event and identifies this one.
    pub fencing_token: i64,
    /// How often delivery was tried, with this claim: claims that were released do not count.
    pub attempts: i64,
}

/// The outcome of a delivery.
#[derive(Clone, Debug, PartialEq)]
pub enum DeliveryOutcome {
    /// The endpoint has accepted the event.
    Delivered,
    /// It was not tried: others may claim it at once.
    Released,
    /// Delivery is tried again later.
    Retry {
        /// When.
        at: Millis,
        /// Why it failed. Contains no user data.
        failure: String,
    },
    /// Delivery is given up; the event becomes a dead letter.
    Dead {
        /// Why it failed. Contains no user data.
        failure: String,
    },
}

/// Claims events. Another instance may have claimed one since the inner query found it, so its state is compared again, as
/// expressions that no index serves: otherwise PostgreSQL may run the inner query anew for each event that is due.
const CLAIM: &str = "UPDATE webhook_events SET due_at = $1, attempts = attempts + 1, failed_at = NULL \
    WHERE id IN (SELECT id FROM webhook_events WHERE account_id = $3 AND state = 'waiting' AND due_at <= $2 \
    ORDER BY due_at, id LIMIT $4) AND state || '' = 'waiting' AND due_at + 0 <= $2 \
    RETURNING id, account_id, session_id, event, created_at, give_up_at, attempts, released";

impl Store {
    /// The accounts with events to deliver, the longest waiting first.
    ///
    /// # Errors
    /// [`crate::Error::Unavailable`].
    pub async fn accounts_with_due_events(&self, now: Millis) -> Result<Vec<String>> {
        let query = "SELECT e.account_id AS account_id, (SELECT MIN(v.due_at) FROM webhook_events v \
                     WHERE v.account_id = e.account_id AND v.state = 'waiting') AS due_at \
                     FROM webhook_endpoints e WHERE e.enabled = 1";
        let rows = sqlx::query_as(query).fetch_all(self.database.pool()).await.map_err(database_error)?;
        let due = |(id, due_at): (String, Option<i64>)| Some((due_at.filter(|due_at| *due_at <= now)?, id));
        let mut due: Vec<(Millis, String)> = rows.into_iter().filter_map(due).collect();
        due.sort_unstable();
        Ok(due.into_iter().map(|(_, id)| id).collect())
    }

    /// Claims up to that many due events of each account, until `until`. No other sender gets them before.
    ///
    /// # Errors
    /// [`crate::Error::Unavailable`].
    pub async fn claim_events(&self, slots: &[(String, usize)], now: Millis, until: Millis) -> Result<Vec<EventClaim>> {
        let mut claims = Vec::new();
        let mut write = self.database.write().await?;
        for (account_id, count) in slots {
            let claimed: Vec<EventClaim> = sqlx::query_as(CLAIM)
                .bind(until)
                .bind(now)
                .bind(account_id)
                .bind(i64::try_from(*count).unwrap_or(i64::MAX))
                .fetch_all(&mut *write)
                .await
                .map_err(database_error)?;
            claims.extend(claimed);
        }
        write.commit().await?;
        Ok(claims)
    }

    /// Stores outcomes of claimed events, atomically. The outcome of a claim that is no longer current is dropped.
    ///
    /// # Errors
    /// [`crate::Error::Unavailable`].
    pub async fn finish_events(&self, outcomes: &[(EventClaim, DeliveryOutcome)], now: Millis) -> Result<()> {
        let mut write = self.database.write().await?;
        for (claim, outcome) in outcomes {
            let query = match outcome {
                DeliveryOutcome::Delivered => {
                    sqlx::query("DELETE FROM webhook_events WHERE id = $1 AND attempts = $2 AND state = 'waiting'")
                        .bind(&claim.event_id)
                        .bind(claim.fencing_token)
                }
                DeliveryOutcome::Released => sqlx::query(
                    "UPDATE webhook_events SET due_at = $3, released = released + 1 \
                     WHERE id = $1 AND attempts = $2 AND state = 'waiting'",
                )
                .bind(&claim.event_id)
                .bind(claim.fencing_token)
                .bind(now),
                DeliveryOutcome::Retry { at, failure } => sqlx::query(
                    "UPDATE webhook_events SET due_at = $3, failure = $4, failed_at = $5 \
                     WHERE id = $1 AND attempts = $2 AND state = 'waiting'",
                )
                .bind(&claim.event_id)
                .bind(claim.fencing_token)
                .bind(at)
                .bind(failure)
                .bind(now),
                DeliveryOutcome::Dead { failure } => sqlx::query(
                    "UPDATE webhook_events SET state = 'dead', failure = $3, failed_at = $4 \
                     WHERE id = $1 AND attempts = $2 AND state = 'waiting'",
                )
                .bind(&claim.event_id)
                .bind(claim.fencing_token)
                .bind(failure)
                .bind(now),
            };
            query.execute(&mut *write).await.map_err(database_error)?;
        }
        write.commit().await
    }
}

impl FromRow<'_, AnyRow> for EventClaim {
    fn from_row(row: &AnyRow) -> sqlx::Result<Self> {
        let (fencing_token, released): (i64, i64) = (row.try_get("attempts")?, row.try_get("released")?);
        Ok(EventClaim {
            event_id: row.try_get("id")?,
            account_id: row.try_get("account_id")?,
            session_id: row.try_get("session_id")?,
            event: event_type(row)?,
            created_at: row.try_get("created_at")?,
            give_up_at: row.try_get("give_up_at")?,
            fencing_token,
            attempts: fencing_token - released,
        })
    }
}

/// The type of an event's row.
pub(super) fn event_type(row: &AnyRow) -> sqlx::Result<EventType> {
    let name: &str = row.try_get("event")?;
    EventType::from_name(name).ok_or_else(|| sqlx::Error::Decode(format!("event {name:?}").into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query_plan::{Bound, Site, explain};

    nearfar_test_support::on_both!(Site: due_events_are_found_once_and_claimed_by_id);

    async fn due_events_are_found_once_and_claimed_by_id(site: Site) {
        let store = site.open().await;
        let new = crate::NewAccount { name: "Shop".into(), ..crate::NewAccount::default() };
        let account = store.create_account(new, 1).await.unwrap().0.id;
        let insert = format!(
            "INSERT INTO webhook_events (id, account_id, session_id, event, state, created_at, due_at, give_up_at, attempts) \
             WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 5000) \
             SELECT 'e' || n, '{account}', 's', 'session.expired', 'waiting', n, n, 9000000, 0 FROM numbers"
        );
        sqlx::query(sqlx::AssertSqlSafe(insert)).execute(store.database.pool()).await.unwrap();
        let values = vec![Bound::Number(9000), Bound::Number(6000), Bound::Text(account), Bound::Number(64)];
        let plan = explain(&store, CLAIM, values).await;
        let by_id =
            ["webhook_events_pkey on webhook_events", "webhook_events USING INDEX sqlite_autoindex_webhook_events_1"];
        assert!(by_id.iter().any(|step| plan.contains(step)), "{plan}");
        assert_eq!(plan.matches("webhook_events_due").count(), 1, "{plan}");
    }
}
