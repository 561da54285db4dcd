//! Sessions: one liveness check of one person each.

use crate::columns::{IntColumn, named_column};
use crate::database::{Write, database_error};
use crate::error::{Conflict, Entity, Error, Result};
use crate::statistics::{Increments, Metric};
use crate::{Millis, SessionKind, Store, is_study};
use futures::FutureExt;
use nearfar_protocol::device_class::{BrowserFamily, DeviceClass, DeviceType, OsFamily};
use nearfar_protocol::result::{CameraType, Decision};
use serde::{Deserialize, Serialize};
use sqlx::any::AnyRow;
use sqlx::{FromRow, Row};

/// Inconclusive attempts per session that cost no try. Further ones cost a try each, so that every session ends.
pub const MAX_FREE_INCONCLUSIVE: u32 = 3;

/// The state of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionState {
    /// An attempt may be made, unless the session has expired: see [`Session::is_expired`].
    Open,
    /// An attempt was received and waits for its score.
    #[serde(rename = "judging")]
    Scoring,
    /// The last attempt passed.
    Passed,
    /// No attempt passed and no more are allowed.
    Failed,
    /// The data was erased; this is its tombstone.
    Cleared,
}

/// Why a session failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureReason {
    /// The scored attempts used all tries of `tryCount`: see [`Session::tries_used`].
    TriesUsed,
    /// The account's retry limit was exceeded.
    RetryLimit,
    /// The outcome was final.
    Refused,
    /// The person declined to take part in the study.
    Declined,
}

named_column!(SessionState, FailureReason);

impl FailureReason {
    /// The stable name.
    pub fn code(self) -> &'static str {
        match self {
            Self::TriesUsed => "tries_used",
            Self::RetryLimit => "retry_limit",
            Self::Refused => "refused",
            Self::Declined => "declined",
        }
    }
}

/// A new session.
#[derive(Clone, Debug, Default)]
pub struct NewSession {
    /// The `signatureId`: random, drawn by the caller. 1 to 64 letters, digits, `-` or `_`.
    pub id: String,
    /// The account.
    pub account_id: String,
    /// The account's token epoch known to the caller: see [`Session::token_epoch`].
    pub token_epoch: i64,
    /// ISO alpha-3.
    pub region: Option<String>,
    /// The integrator's id of the person.
    pub user_id: Option<String>,
    /// Redirect after success.
    pub return_url: String,
    /// Redirect after failure.
    pub failed_return_url: Option<String>,
    /// Number of tries: see [`Session::tries_used`].
    pub try_count: Option<u32>,
    /// As the integrator sent it.
    pub product_level: Option<String>,
    /// Whether the page runs in an iframe.
    pub iframe: bool,
    /// The results that a test chose, serialised by the caller: exactly in the sessions of sandbox accounts.
    pub sandbox: Option<String>,
    /// When no capture may start any more.
    pub expires_at: Millis,
    /// When the data is erased.
    pub purge_at: Millis,
}

/// A stored session.
#[derive(Clone, Debug, PartialEq)]
pub struct Session {
    /// The `signatureId`.
    pub id: String,
    /// The account.
    pub account_id: String,
    /// The account's token epoch at creation. If the account's differs, tokens and links of the session are revoked.
    pub token_epoch: i64,
    /// Increases with every change, for polling.
    pub version: i64,
    /// The state.
    pub state: SessionState,
    /// Why it failed, if it did.
    pub failure: Option<FailureReason>,
    /// ISO alpha-3.
    pub region: Option<String>,
    /// The integrator's id of the person; removed by erasure.
    pub user_id: Option<String>,
    /// Redirect after success; removed by erasure.
    pub return_url: Option<String>,
    /// Redirect after failure; removed by erasure.
    pub failed_return_url: Option<String>,
    /// Number of tries: see [`Session::tries_used`].
    pub try_count: Option<u32>,
    /// As the integrator sent it.
    pub product_level: Option<String>,
    /// Whether the page runs in an iframe.
    pub iframe: bool,
    /// The results that a test chose; `None` for every session outside a sandbox account.
    pub sandbox: Option<String>,
    /// Whether more than one device was used.
    pub multi_device: bool,
    /// Whether a handoff link was used.
    pub use_slave_url: bool,
    /// Number of captures started (nonces issued).
    pub starts: u32,
    /// Number of scored attempts.
    pub scored: u32,
    /// Number of inconclusive attempts among them.
    pub inconclusive: u32,
    /// The attempt that was scored last: the session's result.
    pub result_attempt: Option<String>,
    /// Creation time.
    pub created_at: Millis,
    /// When no capture may start any more.
    pub expires_at: Millis,
    /// When the data is erased.
    pub purge_at: Millis,
    /// When it passed or failed.
    pub finished_at: Option<Millis>,
    /// When the data was erased.
    pub cleared_at: Option<Millis>,
    /// When the page was first loaded.
    pub opened_at: Option<Millis>,
    /// When [`Store::expire_sessions`] found that the time was over without an end.
    pub expired_at: Option<Millis>,
    /// The decision about the last scored attempt.
    pub verdict: Option<Decision>,
    /// The classes of the device of the last upload.
    pub device_class: Option<DeviceClass>,
    /// The camera of the last upload.
    pub camera_type: Option<CameraType>,
    /// Whether the statistics count it: not if an older version created it.
    pub(crate) counted: bool,
}

impl Session {
    /// Whether it is a customer's, a test's or a study's.
    pub fn kind(&self) -> SessionKind {
        if is_study(&self.id) {
            SessionKind::Study
        } else if self.sandbox.is_some() {
            SessionKind::Sandbox
        } else {
            SessionKind::Regular
        }
    }

    /// Whether the session expired while open. That is final once [`Store::expire_sessions`] has found it.
    pub fn is_expired(&self, now: Millis) -> bool {
        self.state == SessionState::Open && (self.expired_at.is_some() || now >= self.expires_at)
    }

    /// Tries used: one per scored attempt, except for the first [`MAX_FREE_INCONCLUSIVE`] inconclusive ones.
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
    result_attempt, created_at, expires_at, purge_at, finished_at, cleared_at, sandbox, counted, opened_at, expired_at, \
    verdict, os, browser, device_type, camera_type";

impl Store {
    /// Records that the page of the session was loaded. Repeating it changes nothing.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn mark_opened(&self, id: &str, now: Millis) -> Result<()> {
        let (store, id) = (self.clone(), id.to_owned());
        self.group_commit.run(move |write| async move { store.write_opened(write, &id, now).await }.boxed()).await
    }

    async fn write_opened(&self, write: &mut Write, id: &str, now: Millis) -> Result<()> {
        let query = format!(
            "UPDATE sessions SET opened_at = $2 WHERE id = $1 AND opened_at IS NULL AND state <> 'cleared' \
             RETURNING {COLUMNS}"
        );
        let opened = sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(id).bind(now).fetch_optional(&mut **write).await;
        let opened: Option<Session> = opened.map_err(database_error)?;
        if let Some(session) = opened {
            self.count(write, Increments::of(&session, Metric::Opened));
        }
        Ok(())
    }

    /// The session with this id, for a caller that holds its token (the page).
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn session(&self, id: &str) -> Result<Session> {
        let query = sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM sessions WHERE id = $1"));
        let session = sqlx::query_as(query).bind(id).fetch_optional(self.database.pool()).await;
        session.map_err(database_error)?.ok_or(Error::NotFound(Entity::Session))
    }

    /// The session with this id, if it belongs to this account.
    ///
    /// # Errors
    /// [`Error::NotFound`], also for another account's session.
    pub async fn session_of(&self, account_id: &str, id: &str) -> Result<Session> {
        let session = self.session(id).await?;
        if session.account_id != account_id {
            return Err(Error::NotFound(Entity::Session));
        }
        Ok(session)
    }
}

/// Rejects chosen results in an account whose verdicts are measured, and measured verdicts in a sandbox account.
/// Locks the session's row until the transaction ends, on both databases, and reads it.
pub(crate) async fn lock(write: &mut Write, id: &str) -> Result<Session> {
    let query = format!("UPDATE sessions SET version = version + 1 WHERE id = $1 RETURNING {COLUMNS}");
    let session = sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(id).fetch_optional(&mut **write).await;
    session.map_err(database_error)?.ok_or(Error::NotFound(Entity::Session))
}

/// Writes the mutable fields of a session to its locked row.
pub(crate) async fn save(write: &mut Write, session: &Session) -> Result<()> {
    sqlx::query(
        "UPDATE sessions SET state = $2, failure = $3, multi_device = $4, use_slave_url = $5, starts = $6, \
         judged = $7, inconclusive = $8, result_attempt = $9, finished_at = $10, verdict = $11, os = $12, browser = $13, \
         device_type = $14, camera_type = $15 WHERE id = $1",
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
    .bind(session.verdict.map(Decision::code))
    .bind(session.device_class.map(|class| class.os.code()))
    .bind(session.device_class.map(|class| class.browser.code()))
    .bind(session.device_class.map(|class| class.device_type.code()))
    .bind(session.camera_type.map(CameraType::code))
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
            sandbox: row.try_get("sandbox")?,
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
            opened_at: row.try_get("opened_at")?,
            expired_at: row.try_get("expired_at")?,
            verdict: row.try_get::<Option<String>, _>("verdict")?.and_then(|code| Decision::from_code(&code)),
            device_class: device_class(row)?,
            camera_type: row.try_get::<Option<String>, _>("camera_type")?.and_then(|code| CameraType::from_code(&code)),
            counted: is("counted")?,
        })
    }
}

/// Names that this version does not know are of a later one.
fn device_class(row: &AnyRow) -> sqlx::Result<Option<DeviceClass>> {
    let name = |column| row.try_get::<Option<String>, _>(column);
    let (os, browser, device_type) = (name("os")?, name("browser")?, name("device_type")?);
    let (Some(os), Some(browser), Some(device_type)) = (os, browser, device_type) else { return Ok(None) };
    Ok(Some(DeviceClass {
        os: OsFamily::from_code(&os).unwrap_or(OsFamily::Other),
        browser: BrowserFamily::from_code(&browser).unwrap_or(BrowserFamily::Other),
        device_type: DeviceType::from_code(&device_type).unwrap_or(DeviceType::Other),
    }))
}
