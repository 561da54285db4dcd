//! Records events in the transaction of the change that causes them.

use crate::Millis;
use crate::database::{Write, database_error};
use crate::entropy::{Entropy, random_hex};
use crate::error::Result;
use crate::sessions::Session;
use nearfar_protocol::webhook::{EVENT_ID_PREFIX, EventType};
use std::collections::HashMap;

/// How long the delivery of an event is tried, in ms: three days.
pub const DELIVERY_TIME: Millis = 72 * 3_600_000;
/// How long a dead letter is kept, in ms: thirty days.
pub const DEAD_RETENTION: Millis = 30 * 24 * 3_600_000;

/// Records an event of a session if the account has an enabled endpoint that receives it. Call it only where the change
/// happens for the first time: it does not check for repetition.
pub(crate) async fn record_event(
    write: &mut Write,
    entropy: &Entropy,
    (account_id, session_id): (&str, &str),
    event: EventType,
    now: Millis,
) -> Result<()> {
    let query = "SELECT events FROM webhook_endpoints WHERE account_id = $1 AND enabled = 1";
    let events: Option<String> =
        sqlx::query_scalar(query).bind(account_id).fetch_optional(&mut **write).await.map_err(database_error)?;
    if events.is_some_and(|events| events.split(' ').any(|name| name == event.name())) {
        insert_events(write, entropy, &[(account_id, session_id)], event, now).await?;
    }
    Ok(())
}

/// Records the events of sessions that have just expired. Those that expired before the endpoint received such events are
/// left out: they may be many, and are long over.
pub(crate) async fn record_expired(
    write: &mut Write,
    entropy: &Entropy,
    expired: &[Session],
    now: Millis,
) -> Result<()> {
    let query = "SELECT account_id, expiry_since FROM webhook_endpoints WHERE records_expiry = 1";
    let since: Vec<(String, Millis)> = sqlx::query_as(query).fetch_all(&mut **write).await.map_err(database_error)?;
    let since: HashMap<String, Millis> = since.into_iter().collect();
    let receives =
        |session: &&Session| since.get(&session.account_id).is_some_and(|since| session.expires_at >= *since);
    let sessions: Vec<(&str, &str)> =
        expired.iter().filter(receives).map(|session| (session.account_id.as_str(), session.id.as_str())).collect();
    insert_events(write, entropy, &sessions, EventType::SessionExpired, now).await
}

/// Inserts one event of this type for each account and session.
async fn insert_events(
    write: &mut Write,
    entropy: &Entropy,
    sessions: &[(&str, &str)],
    event: EventType,
    now: Millis,
) -> Result<()> {
    if sessions.is_empty() {
        return Ok(());
    }
    let row = |index: usize| format!("(${}, ${}, ${}, $1, 'waiting', $2, $2, $3, 0)", 4 + index, 5 + index, 6 + index);
    let rows: Vec<String> = (0..sessions.len()).map(|index| row(index * 3)).collect();
    let statement = format!(
        "INSERT INTO webhook_events (id, account_id, session_id, event, state, created_at, due_at, give_up_at, attempts) \
         VALUES {}",
        rows.join(", ")
    );
    let mut query = sqlx::query(sqlx::AssertSqlSafe(statement));
    query = query.bind(event.name()).bind(now).bind(now.saturating_add(DELIVERY_TIME));
    for (account_id, session_id) in sessions {
        query = query.bind(format!("{EVENT_ID_PREFIX}{}", random_hex(16, entropy)));
        query = query.bind((*account_id).to_owned()).bind((*session_id).to_owned());
    }
    query.execute(&mut **write).await.map_err(database_error)?;
    Ok(())
}
