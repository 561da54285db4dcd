//! Attempts: issues their nonces and reads their outcomes.

use crate::columns::{IntColumn, named_column};
use crate::database::{Write, database_error};
use crate::error::{Conflict, Entity, Error, Result};
use crate::sessions::{self, FailureReason, SessionState};
use crate::statistics::{Increments, Metric};
use crate::webhooks::record_event;
use crate::{Millis, Store, check_id, studies};
use bytes::Bytes;
use futures::FutureExt;
use nearfar_protocol::webhook::EventType;
use serde::{Deserialize, Serialize};
use sqlx::any::AnyRow;
use sqlx::{Any, Executor, FromRow, Row};

/// The state of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AttemptState {
    /// The nonce was issued.
    Issued,
    /// The files are stored; scoring is pending or in progress.
    Received,
    /// The attempt was scored.
    #[serde(rename = "judged")]
    Scored,
}

named_column!(AttemptState);

/// Default limit of capture starts per session, for accounts without their own retry limit.
pub const MAX_STARTS: u32 = 100;

/// A request to start a capture.
#[derive(Clone, Debug)]
pub struct NonceRequest {
    /// The session.
    pub session_id: String,
    /// The attempt's id, unique within the session. A repeated request with the same id returns the same nonce.
    pub attempt_id: String,
    /// Random, drawn by the caller.
    pub nonce: String,
    /// The device of the session, as the caller names it. Other devices do not see the attempt.
    pub device: String,
    /// When the nonce expires.
    pub expires_at: Millis,
    /// The account's retry limit; `None` means [`MAX_STARTS`].
    pub start_limit: Option<u32>,
    /// The light challenge, serialised by the caller. Returned with the nonce.
    pub light: Option<String>,
    /// The motion challenge, likewise.
    pub motion: Option<String>,
}

/// The result of [`Store::issue_nonce`].
#[derive(Clone, Debug, PartialEq)]
pub enum Issuance {
    /// The capture may start.
    Issued(Box<Attempt>),
    /// The start limit was exceeded and the session has failed.
    LimitReached,
}

/// A stored attempt.
#[derive(Clone, Debug, PartialEq)]
pub struct Attempt {
    /// The session.
    pub session_id: String,
    /// Its id within the session.
    pub id: String,
    /// The device it was issued to.
    pub device: String,
    /// The state.
    pub state: AttemptState,
    /// The nonce that the manifest must contain.
    pub nonce: String,
    /// When the nonce was issued.
    pub issued_at: Millis,
    /// When the nonce expires.
    pub nonce_expires_at: Millis,
    /// The issued light challenge.
    pub light: Option<String>,
    /// The issued motion challenge.
    pub motion: Option<String>,
    /// When the upload was acknowledged.
    pub received_at: Option<Millis>,
    /// SHA-256 of the manifest's bytes, hex.
    pub manifest_sha256: Option<String>,
    /// From the manifest.
    pub far_image_time: Option<Millis>,
    /// From the manifest.
    pub near_image_time: Option<Millis>,
    /// From the manifest.
    pub camera_type: Option<String>,
    /// The outcome.
    pub outcome: Option<AttemptOutcome>,
    /// When it was scored.
    pub scored_at: Option<Millis>,
}

/// The outcome of an attempt.
#[derive(Clone, Debug, PartialEq)]
pub struct AttemptOutcome {
    /// The result's status code.
    pub code: String,
    /// 0 to 100.
    pub score: Option<u8>,
    /// 1 to 3.
    pub attack_type: Option<u8>,
    /// The outcome of every check, as JSON.
    pub checks: String,
    /// The first reason why it did not pass, from a fixed list; `None` if it passed.
    pub reason: Option<String>,
}

/// A file of an attempt, without its content.
#[derive(Clone, Debug, PartialEq)]
pub struct FileEntry {
    /// `far`, `near`, `audit-0`…, `video`, or `manifest`.
    pub name: String,
    /// Size in bytes.
    pub bytes: u64,
    /// SHA-256 of the content, hex.
    pub sha256: String,
    pub(crate) path: String,
    pub(crate) key_id: Option<String>,
}

pub(crate) const COLUMNS: &str = "session_id, id, device, state, nonce, issued_at, nonce_expires_at, received_at, \
    manifest_sha256, far_image_time, near_image_time, camera_type, code, score, attack_type, checks, reason, judged_at, fence, \
    light, motion";

impl Store {
    /// Issues a nonce for a new attempt.
    ///
    /// # Errors
    /// [`Conflict::Cleared`], [`Conflict::Finished`], [`Conflict::Expired`]; [`Conflict::Scoring`] while an attempt is
    /// being scored; [`Conflict::IdTaken`] if the attempt was received or belongs to another device;
    /// [`Conflict::NoConsent`] in a study session without consent.
    pub async fn issue_nonce(&self, request: NonceRequest, now: Millis) -> Result<Issuance> {
        check_id("attempt id", &request.attempt_id)?;
        let store = self.clone();
        self.group_commit.run(move |write| async move { store.write_nonce(write, request, now).await }.boxed()).await
    }

    async fn write_nonce(&self, write: &mut Write, request: NonceRequest, now: Millis) -> Result<Issuance> {
        let mut session = sessions::lock(write, &request.session_id).await?;
        session.check_unfinished()?;
        studies::check_consent(write, &session.id).await?;
        match find(&mut **write, &request.session_id, &request.attempt_id).await {
            Ok(known) if known.device == request.device && known.state == AttemptState::Issued => {
                write.discard();
                return Ok(Issuance::Issued(Box::new(known)));
            }
            Ok(_) => return Err(Conflict::IdTaken.into()),
            Err(Error::NotFound(_)) => {}
            Err(error) => return Err(error),
        }
        if session.state == SessionState::Scoring {
            return Err(Conflict::Scoring.into());
        }
        if session.is_expired(now) {
            return Err(Conflict::Expired.into());
        }
        if session.starts >= request.start_limit.unwrap_or(MAX_STARTS) {
            let before = session.state;
            session.state = SessionState::Failed;
            session.failure = Some(FailureReason::RetryLimit);
            session.finished_at = Some(now);
            sessions::save(write, &session).await?;
            let failed = EventType::SessionFailed;
            record_event(write, &self.entropy, (&session.account_id, &session.id), failed, now).await?;
            let mut increments = Increments::default();
            increments.add_end(before, &session);
            self.count(write, increments);
            return Ok(Issuance::LimitReached);
        }
        let query = format!(
            "INSERT INTO attempts (session_id, id, device, state, nonce, issued_at, nonce_expires_at, light, motion, \
             lease_until, fence) VALUES ($1, $2, $3, 'issued', $4, $5, $6, $7, $8, 0, 0) RETURNING {COLUMNS}"
        );
        let attempt = sqlx::query_as(sqlx::AssertSqlSafe(query))
            .bind(&request.session_id)
            .bind(&request.attempt_id)
            .bind(&request.device)
            .bind(&request.nonce)
            .bind(now)
            .bind(request.expires_at)
            .bind(&request.light)
            .bind(&request.motion)
            .fetch_one(&mut **write)
            .await
            .map_err(database_error)?;
        session.starts += 1;
        sessions::save(write, &session).await?;
        let mut increments = Increments::of(&session, Metric::AttemptsStarted);
        if session.starts == 1 {
            increments.add(&session, Metric::Started, "");
        }
        self.count(write, increments);
        Ok(Issuance::Issued(Box::new(attempt)))
    }

    /// Voids all unused nonces. After the clock was set back, their times no longer show how long a capture took.
    /// Returns their number.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn void_nonces(&self) -> Result<u64> {
        let statement = "UPDATE attempts SET nonce_expires_at = $1 WHERE state = 'issued' AND nonce_expires_at > $1";
        self.database.execute_one(statement, 0).await
    }

    /// One attempt of a session.
    ///
    /// # Errors
    /// [`Error::NotFound`], also after erasure.
    pub async fn attempt(&self, session_id: &str, id: &str) -> Result<Attempt> {
        find(self.database.pool(), session_id, id).await
    }

    /// All attempts of a session, oldest first.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn attempts(&self, session_id: &str) -> Result<Vec<Attempt>> {
        let query = format!("SELECT {COLUMNS} FROM attempts WHERE session_id = $1 ORDER BY issued_at, id");
        let attempts = sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(session_id).fetch_all(self.database.pool());
        attempts.await.map_err(database_error)
    }

    /// The files of a received attempt, by name.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn files(&self, session_id: &str, attempt_id: &str) -> Result<Vec<FileEntry>> {
        sqlx::query_as(
            "SELECT name, path, bytes, sha256, key_id FROM files WHERE session_id = $1 AND attempt_id = $2 \
             ORDER BY name",
        )
        .bind(session_id)
        .bind(attempt_id)
        .fetch_all(self.database.pool())
        .await
        .map_err(database_error)
    }

    /// The content of one file of an attempt.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Corrupt`] if the content has changed since it was received.
    pub async fn file(&self, session_id: &str, attempt_id: &str, name: &str) -> Result<Bytes> {
        let file: Option<FileEntry> = sqlx::query_as(
            "SELECT name, path, bytes, sha256, key_id FROM files \
             WHERE session_id = $1 AND attempt_id = $2 AND name = $3",
        )
        .bind(session_id)
        .bind(attempt_id)
        .bind(name)
        .fetch_optional(self.database.pool())
        .await
        .map_err(database_error)?;
        self.content(&file.ok_or(Error::NotFound(Entity::File))?).await
    }

    pub(crate) async fn content(&self, file: &FileEntry) -> Result<Bytes> {
        let content = self.blobs.get(&file.path, file.key_id.as_deref()).await?;
        if crate::cipher::sha256_hex(&content) != file.sha256 {
            return Err(Error::corrupt("file", "its hash is another one than when it was received"));
        }
        Ok(content)
    }
}

pub(crate) async fn find<'e>(executor: impl Executor<'e, Database = Any>, session: &str, id: &str) -> Result<Attempt> {
    let query = format!("SELECT {COLUMNS} FROM attempts WHERE session_id = $1 AND id = $2");
    let attempt = sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(session).bind(id).fetch_optional(executor).await;
    attempt.map_err(database_error)?.ok_or(Error::NotFound(Entity::Attempt))
}

/// The state and fencing token of an attempt.
pub(crate) async fn fence(write: &mut Write, session: &str, id: &str) -> Result<Option<(AttemptState, i64)>> {
    let query = "SELECT state, fence FROM attempts WHERE session_id = $1 AND id = $2";
    sqlx::query_as(query).bind(session).bind(id).fetch_optional(&mut **write).await.map_err(database_error)
}

impl FromRow<'_, AnyRow> for Attempt {
    fn from_row(row: &AnyRow) -> sqlx::Result<Self> {
        let number = |column| {
            let number: Option<IntColumn<u8>> = row.try_get(column)?;
            Ok::<_, sqlx::Error>(number.map(|IntColumn(number)| number))
        };
        let outcome = match row.try_get("code")? {
            None => None,
            Some(code) => Some(AttemptOutcome {
                code,
                score: number("score")?,
                attack_type: number("attack_type")?,
                checks: row.try_get::<Option<String>, _>("checks")?.unwrap_or_default(),
                reason: row.try_get("reason")?,
            }),
        };
        Ok(Attempt {
            session_id: row.try_get("session_id")?,
            id: row.try_get("id")?,
            device: row.try_get("device")?,
            state: row.try_get("state")?,
            nonce: row.try_get("nonce")?,
            issued_at: row.try_get("issued_at")?,
            nonce_expires_at: row.try_get("nonce_expires_at")?,
            light: row.try_get("light")?,
            motion: row.try_get("motion")?,
            received_at: row.try_get("received_at")?,
            manifest_sha256: row.try_get("manifest_sha256")?,
            far_image_time: row.try_get("far_image_time")?,
            near_image_time: row.try_get("near_image_time")?,
            camera_type: row.try_get("camera_type")?,
            outcome,
            scored_at: row.try_get("judged_at")?,
        })
    }
}

impl FromRow<'_, AnyRow> for FileEntry {
    fn from_row(row: &AnyRow) -> sqlx::Result<Self> {
        let IntColumn(bytes) = row.try_get("bytes")?;
        Ok(FileEntry {
            name: row.try_get("name")?,
            path: row.try_get("path")?,
            bytes,
            sha256: row.try_get("sha256")?,
            key_id: row.try_get("key_id")?,
        })
    }
}
