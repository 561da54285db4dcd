//! Sessions: one person's liveness check each.

use crate::columns::{IntColumn, named_column};
use crate::database::{Write, database_error};
use crate::error::{Conflict, Entity, Error, Result};
use crate::{Millis, Store, check_id, is_study};
use serde::{Deserialize, Serialize};
use sqlx::any::AnyRow;
use sqlx::{FromRow, Row};

/// Inconclusive attempts of one session that cost no try. Each further one costs a try, so that a session ends.
pub const MAX_FREE_INCONCLUSIVE: u32 = 3;

/// Where a session stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionState {
    /// An attempt may be made (unless its time is over: see [`Session::is_expired`]).
    Open,
    /// An attempt was received and is to be judged.
    #[serde(rename = "judging")]
    Scoring,
    /// The last attempt passed.
    Passed,
    /// No attempt passed and none may be made.
    Failed,
    /// The data is gone; only this tombstone is left.
    Cleared,
}

/// Why a session failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureReason {
    /// The judged attempts have cost as many tries as `tryCount` allows: see [`Session::tries_used`].
    TriesUsed,
    /// The capture was started more often than the account's retry limit allows.
    RetryLimit,
    /// The judgement was final.
    Refused,
    /// The person does not take part in the study.
    Declined,
}

named_column!(SessionState, FailureReason);

/// What a new session is made of.
#[derive(Clone, Debug, Default)]
pub struct NewSession {
    /// The `signatureId`: random, drawn by the caller; 1 to 64 letters, digits, `-` or `_`.
    pub id: String,
    /// Whose it is.
    pub account_id: String,
    /// The account's epoch as the caller knows it: see [`Session::token_epoch`].
    pub token_epoch: i64,
    /// ISO alpha-3.
    pub region: Option<String>,
    /// The integrator's name for the end user.
    pub user_id: Option<String>,
    /// Where the page goes after success.
    pub return_url: String,
    /// Where the page goes after failure.
    pub failed_return_url: Option<String>,
    /// How many tries there are: see [`Session::tries_used`].
    pub try_count: Option<u32>,
    /// As the integrator sent it.
    pub product_level: Option<String>,
    /// Whether the page runs in an iframe.
    pub iframe: bool,
    /// When no capture may be started any more.
    pub expires_at: Millis,
    /// When the data is cleared.
    pub purge_at: Millis,
}

/// A session as stored.
#[derive(Clone, Debug, PartialEq)]
pub struct Session {
    /// The `signatureId`.
    pub id: String,
    /// Whose it is.
    pub account_id: String,
    /// The account's epoch when the session was made: once the account's is another one, tokens and links of the
    /// session must no longer work.
    pub token_epoch: i64,
    /// Goes up with every change: cheap to compare when polling.
    pub version: i64,
    /// Where it stands.
    pub state: SessionState,
    /// Why it failed, if it did.
    pub failure: Option<FailureReason>,
    /// ISO alpha-3.
    pub region: Option<String>,
    /// The integrator's name for the end user; gone when cleared.
    pub user_id: Option<String>,
    /// Where the page goes after success; gone when cleared.
    pub return_url: Option<String>,
    /// Where the page goes after failure; gone when cleared.
    pub failed_return_url: Option<String>,
    /// How many tries there are: see [`Session::tries_used`].
    pub try_count: Option<u32>,
    /// As the integrator sent it.
    pub product_level: Option<String>,
    /// Whether the page runs in an iframe.
    pub iframe: bool,
    /// Whether more than one device was used.
    pub multi_device: bool,
    /// Whether a hand-off link was used.
    pub use_slave_url: bool,
    /// How many captures were started (nonces taken out).
    pub starts: u32,
    /// How many attempts were judged.
    pub scored: u32,
    /// How many of them were inconclusive.
    pub inconclusive: u32,
    /// The attempt that was judged last: the session's result.
    pub result_attempt: Option<String>,
    /// When it was made.
    pub created_at: Millis,
    /// When no capture may be started any more.
    pub expires_at: Millis,
    /// When the data is cleared.
    pub purge_at: Millis,
    /// When it passed or failed.
    pub finished_at: Option<Millis>,
    /// When the data was cleared.
    pub cleared_at: Option<Millis>,
}

impl Session {
    /// Whether its time was over before anything came of it.
    pub fn is_expired(&self, now: Millis) -> bool {
        self.state == SessionState::Open && now >= self.expires_at
    }

    /// How many tries the judged attempts have cost: one each, but none for the first [`MAX_FREE_INCONCLUSIVE`] that
    /// were inconclusive.
    pub fn tries_used(&self) -> u32 {
        self.scored.saturating_sub(self.inconclusive.min(MAX_FREE_INCONCLUSIVE))
    }

    /// # Errors
    /// [`Conflict::Cleared`] and [`Conflict::Finished`].
    pub(crate) fn check_unfinished(&self) -> Result<(), Conflict> {
        match self.state {
            SessionState::Open | SessionState::Scoring => Ok(()),
            SessionState::Passed | SessionState::Failed => Err(Conflict::Finished),
            SessionState::Cleared => Err(Conflict::Cleared),
        }
    }
}

pub(crate) const COLUMNS: &str = "id, account_id, token_epoch, version, state, failure, region, user_id, return_url, \
    failed_return_url, try_count, product_level, iframe, multi_device, use_slave_url, starts, judged, inconclusive, \
    result_attempt, created_at, expires_at, purge_at, finished_at, cleared_at";

impl Store {
    /// Makes a session.
    ///
    /// # Errors
    /// [`Conflict::IdTaken`]: draw another id. [`Error::NotFound`] for an account that is not there.
    pub async fn create_session(&self, new: NewSession, now: Millis) -> Result<Session> {
        check_id("signatureId", &new.id)?;
        if is_study(&new.id) {
            return Err(Error::invalid("signatureId", "is one of a study"));
        }
        let mut write = self.database.write().await?;
        let query = format!(
            "INSERT INTO sessions ({COLUMNS}) VALUES ($1, $2, $3, 0, 'open', NULL, $4, $5, $6, $7, $8, $9, $10, 0, 0, \
             0, 0, 0, NULL, $11, $12, $13, NULL, NULL) RETURNING {COLUMNS}"
        );
        let session = sqlx::query_as(sqlx::AssertSqlSafe(query))
            .bind(new.id)
            .bind(new.account_id)
            .bind(new.token_epoch)
            .bind(new.region)
            .bind(new.user_id)
            .bind(new.return_url)
            .bind(new.failed_return_url)
            .bind(new.try_count.map(i64::from))
            .bind(new.product_level)
            .bind(i64::from(new.iframe))
            .bind(now)
            .bind(new.expires_at)
            .bind(new.purge_at)
            .fetch_one(&mut *write)
            .await
            .map_err(database_error)?;
        write.commit().await?;
        Ok(session)
    }

    /// The session with this id, for a caller whose token names it (the page).
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn session(&self, id: &str) -> Result<Session> {
        let query = sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM sessions WHERE id = $1"));
        let session = sqlx::query_as(query).bind(id).fetch_optional(self.database.pool()).await;
        session.map_err(database_error)?.ok_or(Error::NotFound(Entity::Session))
    }

    /// The session with this id if it is this account's.
    ///
    /// # Errors
    /// [`Error::NotFound`], also for another account's.
    pub async fn session_of(&self, account_id: &str, id: &str) -> Result<Session> {
        let session = self.session(id).await?;
        if session.account_id != account_id {
            return Err(Error::NotFound(Entity::Session));
        }
        Ok(session)
    }
}

/// Locks the session's row until the transaction ends, on both databases, and reads it.
pub(crate) async fn lock(write: &mut Write, id: &str) -> Result<Session> {
    let query = format!("UPDATE sessions SET version = version + 1 WHERE id = $1 RETURNING {COLUMNS}");
    let session = sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(id).fetch_optional(&mut **write).await;
    session.map_err(database_error)?.ok_or(Error::NotFound(Entity::Session))
}

/// Writes what changes in the course of a session back to its locked row.
pub(crate) async fn save(write: &mut Write, session: &Session) -> Result<()> {
    sqlx::query(
        "UPDATE sessions SET state = $2, failure = $3, multi_device = $4, use_slave_url = $5, starts = $6, \
         judged = $7, inconclusive = $8, result_attempt = $9, finished_at = $10 WHERE id = $1",
    )
    .bind(&session.id)
    .bind(session.state)
    .bind(session.failure)
    .bind(i64::from(session.multi_device))
    .bind(i64::from(session.use_slave_url))
    .bind(i64::from(session.starts))
    .bind(i64::from(session.scored))
    .bind(i64::from(session.inconclusive))
    .bind(&session.result_attempt)
    .bind(session.finished_at)
    .execute(&mut **write)
    .await
    .map_err(database_error)?;
    Ok(())
}

impl FromRow<'_, AnyRow> for Session {
    fn from_row(row: &AnyRow) -> sqlx::Result<Self> {
        let IntColumn(starts) = row.try_get("starts")?;
        let IntColumn(scored) = row.try_get("judged")?;
        let IntColumn(inconclusive) = row.try_get("inconclusive")?;
        let is = |column| Ok::<_, sqlx::Error>(row.try_get::<i64, _>(column)? != 0);
        Ok(Session {
            id: row.try_get("id")?,
            account_id: row.try_get("account_id")?,
            token_epoch: row.try_get("token_epoch")?,
            version: row.try_get("version")?,
            state: row.try_get("state")?,
            failure: row.try_get("failure")?,
            region: row.try_get("region")?,
            user_id: row.try_get("user_id")?,
            return_url: row.try_get("return_url")?,
            failed_return_url: row.try_get("failed_return_url")?,
            try_count: row.try_get::<Option<IntColumn<_>>, _>("try_count")?.map(|IntColumn(count)| count),
            product_level: row.try_get("product_level")?,
            iframe: is("iframe")?,
            multi_device: is("multi_device")?,
            use_slave_url: is("use_slave_url")?,
            starts,
            scored,
            inconclusive,
            result_attempt: row.try_get("result_attempt")?,
            created_at: row.try_get("created_at")?,
            expires_at: row.try_get("expires_at")?,
            purge_at: row.try_get("purge_at")?,
            finished_at: row.try_get("finished_at")?,
            cleared_at: row.try_get("cleared_at")?,
        })
    }
}
