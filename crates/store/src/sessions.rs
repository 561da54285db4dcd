//! Sessions: one person's liveness check each.

use crate::database::{Write, database_error, get, get_bool, get_named};
use crate::error::{Conflict, Error, Result, Thing};
use crate::{Millis, Store, check_id};
use sqlx::any::AnyRow;

/// Where a session stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionState {
    /// An attempt may be made (unless its time is over: see [`Session::is_expired`]).
    Open,
    /// An attempt was received and is to be judged.
    Judging,
    /// The last attempt passed.
    Passed,
    /// No attempt passed and none may be made.
    Failed,
    /// The data is gone; only this tombstone is left.
    Cleared,
}

impl SessionState {
    const ALL: [Self; 5] = [Self::Open, Self::Judging, Self::Passed, Self::Failed, Self::Cleared];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Judging => "judging",
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Cleared => "cleared",
        }
    }
}

/// Why a session failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// As many attempts were judged as `tryCount` allows.
    TriesUsed,
    /// The capture was started more often than the account's retry limit allows.
    RetryLimit,
    /// The judgement was final.
    Refused,
}

impl Failure {
    const ALL: [Self; 3] = [Self::TriesUsed, Self::RetryLimit, Self::Refused];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::TriesUsed => "tries_used",
            Self::RetryLimit => "retry_limit",
            Self::Refused => "refused",
        }
    }
}

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
    /// How many attempts may be judged.
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
    pub failure: Option<Failure>,
    /// ISO alpha-3.
    pub region: Option<String>,
    /// The integrator's name for the end user; gone when cleared.
    pub user_id: Option<String>,
    /// Where the page goes after success; gone when cleared.
    pub return_url: Option<String>,
    /// Where the page goes after failure; gone when cleared.
    pub failed_return_url: Option<String>,
    /// How many attempts may be judged.
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
    pub judged: u32,
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

    /// # Errors
    /// [`Conflict::Cleared`] and [`Conflict::Finished`].
    pub(crate) fn check_unfinished(&self) -> Result<(), Conflict> {
        match self.state {
            SessionState::Open | SessionState::Judging => Ok(()),
            SessionState::Passed | SessionState::Failed => Err(Conflict::Finished),
            SessionState::Cleared => Err(Conflict::Cleared),
        }
    }
}

const COLUMNS: &str = "id, account_id, token_epoch, version, state, failure, region, user_id, return_url, \
    failed_return_url, try_count, product_level, iframe, multi_device, use_slave_url, starts, judged, result_attempt, created_at, \
    expires_at, purge_at, finished_at, cleared_at";

impl Store {
    /// Makes a session.
    ///
    /// # Errors
    /// [`Conflict::IdTaken`]: draw another id. [`Error::NotFound`] for an account that is not there.
    pub async fn create_session(&self, new: NewSession, now: Millis) -> Result<Session> {
        check_id("signatureId", &new.id)?;
        let mut write = self.database.write().await?;
        let query = format!(
            "INSERT INTO sessions ({COLUMNS}) VALUES ($1, $2, $3, 0, 'open', NULL, $4, $5, $6, $7, $8, $9, $10, 0, 0, \
             0, 0, NULL, $11, $12, $13, NULL, NULL) RETURNING {COLUMNS}"
        );
        let row = sqlx::query(sqlx::AssertSqlSafe(query))
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
        let session = read(&row)?;
        write.commit().await?;
        Ok(session)
    }

    /// The session with this id, for a caller whose token names it (the page).
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn session(&self, id: &str) -> Result<Session> {
        let query = sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM sessions WHERE id = $1"));
        let row = sqlx::query(query).bind(id).fetch_optional(self.database.pool()).await.map_err(database_error)?;
        read(&row.ok_or(Error::NotFound(Thing::Session))?)
    }

    /// The session with this id if it is this account's.
    ///
    /// # Errors
    /// [`Error::NotFound`], also for another account's.
    pub async fn session_of(&self, account_id: &str, id: &str) -> Result<Session> {
        let session = self.session(id).await?;
        if session.account_id != account_id {
            return Err(Error::NotFound(Thing::Session));
        }
        Ok(session)
    }
}

/// Locks the session's row until the transaction ends, on both databases, and reads it.
pub(crate) async fn lock(write: &mut Write, id: &str) -> Result<Session> {
    let query = format!("UPDATE sessions SET version = version + 1 WHERE id = $1 RETURNING {COLUMNS}");
    let row = sqlx::query(sqlx::AssertSqlSafe(query)).bind(id).fetch_optional(&mut **write).await;
    read(&row.map_err(database_error)?.ok_or(Error::NotFound(Thing::Session))?)
}

/// Writes what changes in the course of a session back to its locked row.
pub(crate) async fn save(write: &mut Write, session: &Session) -> Result<()> {
    sqlx::query(
        "UPDATE sessions SET state = $2, failure = $3, multi_device = $4, use_slave_url = $5, starts = $6, \
         judged = $7, result_attempt = $8, finished_at = $9 WHERE id = $1",
    )
    .bind(&session.id)
    .bind(session.state.name())
    .bind(session.failure.map(Failure::name))
    .bind(i64::from(session.multi_device))
    .bind(i64::from(session.use_slave_url))
    .bind(i64::from(session.starts))
    .bind(i64::from(session.judged))
    .bind(&session.result_attempt)
    .bind(session.finished_at)
    .execute(&mut **write)
    .await
    .map_err(database_error)?;
    Ok(())
}

pub(crate) fn read(row: &AnyRow) -> Result<Session> {
    let count = |number: i64| u32::try_from(number).map_err(|error| Error::corrupt("database row", error));
    let failure: Option<String> = get(row, "failure")?;
    let failure = failure.map(|name| {
        let known = Failure::ALL.into_iter().find(|failure| failure.name() == name);
        known.ok_or_else(|| Error::corrupt("database row", format!("failure is {name:?}")))
    });
    Ok(Session {
        id: get(row, "id")?,
        account_id: get(row, "account_id")?,
        token_epoch: get(row, "token_epoch")?,
        version: get(row, "version")?,
        state: get_named(row, "state", |name| SessionState::ALL.into_iter().find(|state| state.name() == name))?,
        failure: failure.transpose()?,
        region: get(row, "region")?,
        user_id: get(row, "user_id")?,
        return_url: get(row, "return_url")?,
        failed_return_url: get(row, "failed_return_url")?,
        try_count: get::<Option<i64>>(row, "try_count")?.map(count).transpose()?,
        product_level: get(row, "product_level")?,
        iframe: get_bool(row, "iframe")?,
        multi_device: get_bool(row, "multi_device")?,
        use_slave_url: get_bool(row, "use_slave_url")?,
        starts: count(get(row, "starts")?)?,
        judged: count(get(row, "judged")?)?,
        result_attempt: get(row, "result_attempt")?,
        created_at: get(row, "created_at")?,
        expires_at: get(row, "expires_at")?,
        purge_at: get(row, "purge_at")?,
        finished_at: get(row, "finished_at")?,
        cleared_at: get(row, "cleared_at")?,
    })
}
