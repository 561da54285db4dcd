//! Receives uploads: writes the files, then commits them in one transaction.

use crate::attempts::{self, Attempt, AttemptState};
use crate::blobs::session_prefix;
use crate::cipher::sha256_hex;
use crate::database::{Write, database_error};
use crate::entropy::random_hex;
use crate::error::{Conflict, Entity, Error, Result};
use crate::pending_deletions;
use crate::sessions::{self, Session, SessionState};
use crate::statistics::Increments;
use crate::{Millis, Store};
use bytes::Bytes;
use futures::FutureExt;
use nearfar_protocol::device_class::DeviceClass;
use nearfar_protocol::result::CameraType;
use std::collections::BTreeSet;
use std::sync::Arc;
use subtle::ConstantTimeEq;

/// The name of the manifest among an attempt's files.
pub const MANIFEST: &str = "manifest";

/// An upload for an attempt.
#[derive(Clone, Debug)]
pub struct Upload {
    /// The session.
    pub session_id: String,
    /// The attempt.
    pub attempt_id: String,
    /// The device that the nonce was issued to.
    pub device: String,
    /// The nonce in the manifest.
    pub nonce: String,
    /// The manifest as received. Uploads with equal manifests are the same upload.
    pub manifest: Bytes,
    /// The files, already verified against the manifest.
    pub files: Vec<UploadFile>,
    /// From the manifest.
    pub far_image_time: Millis,
    /// From the manifest.
    pub near_image_time: Millis,
    /// From the manifest.
    pub camera_type: CameraType,
    /// Derived from the manifest.
    pub device_class: DeviceClass,
}

/// A file of an upload.
#[derive(Clone, Debug)]
pub struct UploadFile {
    /// `far`, `near`, `audit-0`…, `video`.
    pub name: String,
    /// Its content.
    pub content: Bytes,
    /// SHA-256 of the content, hex. The caller has verified it.
    pub sha256: String,
}

impl UploadFile {
    /// Hashes the content. A caller that knows the hash sets the fields instead.
    pub fn new(name: impl Into<String>, content: Bytes) -> Self {
        Self { name: name.into(), sha256: sha256_hex(&content), content }
    }
}

/// An acknowledged upload.
#[derive(Clone, Debug, PartialEq)]
pub struct Receipt {
    /// The attempt's current state.
    pub attempt: Attempt,
    /// Whether it was acknowledged before.
    pub repeated: bool,
    /// The session afterwards.
    pub session: Session,
}

/// An upload that is being received.
struct Acceptance {
    upload: Upload,
    manifest_sha256: String,
    /// Where its files are stored.
    prefix: String,
    now: Millis,
}

/// A file that is in the object store but not yet in the database.
pub(crate) struct StoredFile {
    name: String,
    path: String,
    bytes: i64,
    sha256: String,
    key_id: Option<String>,
}

impl Store {
    /// Receives an upload. Once this returns, the upload survives any crash. Repeating it returns the same receipt.
    ///
    /// # Errors
    /// [`Error::Unavailable`]: nothing was received, retry. [`Error::NotFound`] if the attempt was not issued to this
    /// device. [`Conflict::OtherContent`], [`Conflict::WrongNonce`], [`Conflict::NonceExpired`],
    /// [`Conflict::Finished`], [`Conflict::Cleared`]; [`Conflict::Scoring`] if another attempt came first: retry after
    /// its scoring if the session is open again.
    pub async fn receive(&self, upload: Upload, now: Millis) -> Result<Receipt> {
        check_files(&upload.files)?;
        let manifest_sha256 = sha256_hex(&upload.manifest);
        let prefix = self.new_prefix(&upload.session_id, &upload.attempt_id);
        let upload = Arc::new(Acceptance { upload, manifest_sha256, prefix, now });
        // Before any file is written: check everything but the nonce, and schedule the deletion in case the upload fails.
        let (scheduled, due_at) = (upload.clone(), now.saturating_add(self.upload_grace));
        let receipt = self.group_commit.run(move |write| schedule_upload(write, scheduled, due_at).boxed()).await?;
        if let Some(receipt) = receipt {
            return self.repeat(receipt).await;
        }
        let received = self.store_and_acknowledge(&upload).await;
        match received {
            Ok(receipt) if !receipt.repeated => Ok(receipt),
            outcome => {
                self.discard(&upload.prefix, outcome.as_ref().err()).await;
                self.repeat(outcome?).await
            }
        }
    }

    /// The receipt of a repeated upload. Its session was read in a transaction that was rolled back.
    async fn repeat(&self, receipt: Receipt) -> Result<Receipt> {
        let session = self.session(&receipt.attempt.session_id).await?;
        Ok(Receipt { session, ..receipt })
    }

    async fn store_and_acknowledge(&self, acceptance: &Arc<Acceptance>) -> Result<Receipt> {
        let Acceptance { upload, manifest_sha256, prefix, .. } = &**acceptance;
        let (content, sha256) = (upload.manifest.clone(), manifest_sha256.clone());
        let manifest = UploadFile { name: MANIFEST.to_owned(), content, sha256 };
        // The manifest last: it is small, and its task syncs the folders too.
        let files = self.store_files(prefix, upload.files.iter().cloned().chain([manifest]).collect()).await?;
        let (store, acceptance) = (self.clone(), acceptance.clone());
        let received = self
            .group_commit
            .run(move |write| async move { store.acknowledge(write, &acceptance, files).await }.boxed())
            .await?;
        received.ok_or_else(pending_deletions::deletion_begun)
    }

    /// `None` if the upload took so long that its deletion has begun.
    async fn acknowledge(
        &self,
        write: &mut Write,
        acceptance: &Acceptance,
        files: Vec<StoredFile>,
    ) -> Result<Option<Receipt>> {
        let Acceptance { upload, prefix, now, .. } = acceptance;
        let mut session = sessions::lock(write, &upload.session_id).await?;
        let is_cancelled = pending_deletions::cancel(write, prefix, *now).await?;
        let attempt = if is_cancelled { mark_received(write, &session, acceptance).await? } else { None };
        let Some(attempt) = attempt else {
            return match decide(write, session, acceptance).await? {
                Some(receipt) => {
                    write.discard();
                    Ok(Some(receipt))
                }
                None if is_cancelled => Err(Error::Internal("an upload was neither accepted nor rejected".into())),
                None => Ok(None),
            };
        };
        insert_files(write, &attempt, files).await?;
        session.state = SessionState::Scoring;
        session.device_class = Some(upload.device_class);
        session.camera_type = Some(upload.camera_type);
        sessions::save(write, &session).await?;
        let mut increments = Increments::default();
        increments.add_upload(&session, now.saturating_sub(attempt.issued_at));
        self.count(write, increments);
        Ok(Some(Receipt { attempt, repeated: false, session }))
    }

    /// Deletes the files of a failed upload. Writes that may still complete are left to retention.
    pub(crate) async fn discard(&self, prefix: &str, error: Option<&Error>) {
        if error.is_some_and(Error::timed_out) {
            return;
        }
        if let Err(error) = self.delete_pending(prefix).await {
            tracing::info!(%error, "files of a failed upload are left to retention");
        }
    }

    /// A unique prefix for the files of one upload.
    pub(crate) fn new_prefix(&self, session_id: &str, attempt_id: &str) -> String {
        format!("{}/{attempt_id}/{}", session_prefix(session_id), random_hex(8, &self.entropy))
    }

    /// Writes files durably below a new prefix.
    pub(crate) async fn store_files(&self, prefix: &str, files: Vec<UploadFile>) -> Result<Vec<StoredFile>> {
        let contents = files.iter().map(|file| (file.name.clone(), file.content.clone())).collect();
        let key_id = self.blobs.put_all(prefix, contents).await?;
        let stored = |UploadFile { name, content, sha256 }| StoredFile {
            path: format!("{prefix}/{name}"),
            name,
            bytes: content.len() as i64,
            sha256,
            key_id: key_id.clone(),
        };
        Ok(files.into_iter().map(stored).collect())
    }
}

/// Returns a receipt if the upload was already received; otherwise schedules its deletion.
async fn schedule_upload(write: &mut Write, acceptance: Arc<Acceptance>, due_at: Millis) -> Result<Option<Receipt>> {
    // One statement in the usual case. The nonce is compared later: not by the database, whose time to compare may
    // depend on it.
    let Acceptance { upload, prefix, now, .. } = &*acceptance;
    let statement = "INSERT INTO doomed_blobs (prefix, due_at, sweeping) SELECT $1, $2, 0 \
        FROM attempts INNER JOIN sessions ON sessions.id = attempts.session_id \
        WHERE attempts.session_id = $3 AND attempts.id = $4 AND attempts.device = $5 AND attempts.state = $6 \
        AND attempts.issued_at <= $7 AND attempts.nonce_expires_at > $7 \
        AND sessions.state = $8 AND sessions.expired_at IS NULL";
    let done = sqlx::query(statement)
        .bind(prefix)
        .bind(due_at)
        .bind(&upload.session_id)
        .bind(&upload.attempt_id)
        .bind(&upload.device)
        .bind(AttemptState::Issued)
        .bind(now)
        .bind(SessionState::Open)
        .execute(&mut **write)
        .await
        .map_err(database_error)?;
    if done.rows_affected() == 1 {
        return Ok(None);
    }
    let session = sessions::lock(write, &upload.session_id).await?;
    let receipt = decide(write, session, &acceptance).await?;
    match receipt {
        Some(_) => write.discard(),
        None => pending_deletions::schedule(write, prefix, due_at).await?,
    }
    Ok(receipt)
}

/// Marks an issued attempt of a locked session as received. `None` if [`decide`] has another answer.
async fn mark_received(write: &mut Write, session: &Session, acceptance: &Acceptance) -> Result<Option<Attempt>> {
    let Acceptance { upload, manifest_sha256, now, .. } = acceptance;
    if session.state != SessionState::Open || session.expired_at.is_some() {
        return Ok(None);
    }
    let query = format!(
        "UPDATE attempts SET state = 'received', received_at = $3, manifest_sha256 = $4, far_image_time = $5, \
         near_image_time = $6, camera_type = $7 WHERE session_id = $1 AND id = $2 AND state = 'issued' \
         AND device = $8 AND issued_at <= $3 AND nonce_expires_at > $3 RETURNING {}",
        attempts::COLUMNS
    );
    let attempt: Option<Attempt> = sqlx::query_as(sqlx::AssertSqlSafe(query))
        .bind(&upload.session_id)
        .bind(&upload.attempt_id)
        .bind(now)
        .bind(manifest_sha256)
        .bind(upload.far_image_time)
        .bind(upload.near_image_time)
        .bind(upload.camera_type.code())
        .bind(&upload.device)
        .fetch_optional(&mut **write)
        .await
        .map_err(database_error)?;
    // The error rolls the change back.
    attempt.as_ref().map_or(Ok(()), |attempt| check_nonce(attempt, upload))?;
    Ok(attempt)
}

fn check_nonce(attempt: &Attempt, upload: &Upload) -> Result<(), Conflict> {
    let is_equal = bool::from(attempt.nonce.as_bytes().ct_eq(upload.nonce.as_bytes()));
    if is_equal { Ok(()) } else { Err(Conflict::WrongNonce) }
}

/// Returns a receipt if the upload was already received, `None` if it can be received now.
async fn decide(write: &mut Write, session: Session, acceptance: &Acceptance) -> Result<Option<Receipt>> {
    let Acceptance { upload, manifest_sha256, now, .. } = acceptance;
    let attempt = attempts::find(&mut **write, &upload.session_id, &upload.attempt_id).await;
    if session.state == SessionState::Cleared {
        return Err(Conflict::Cleared.into());
    }
    let attempt = attempt?;
    if attempt.device != upload.device {
        return Err(Error::NotFound(Entity::Attempt));
    }
    check_nonce(&attempt, upload)?;
    if attempt.state != AttemptState::Issued {
        return match attempt.manifest_sha256.as_deref() {
            Some(known) if known == *manifest_sha256 => Ok(Some(Receipt { attempt, repeated: true, session })),
            _ => Err(Conflict::OtherContent.into()),
        };
    }
    session.check_unfinished()?;
    if session.state == SessionState::Scoring {
        return Err(Conflict::Scoring.into());
    }
    // The session's time is not checked: an attempt that started in time may finish, until the session's expiry was
    // recorded. Before issuance: one of two clocks is wrong, and the scorer would see an attack.
    if session.expired_at.is_some() || *now >= attempt.nonce_expires_at || *now < attempt.issued_at {
        return Err(Conflict::NonceExpired.into());
    }
    Ok(None)
}

/// Inserts the rows of files, in one statement.
pub(crate) async fn insert_files(write: &mut Write, attempt: &Attempt, files: Vec<StoredFile>) -> Result<()> {
    let row = |index: usize| {
        let own = (3..=7).map(|column| format!("${}", 5 * index + column));
        format!("($1, $2, {})", own.collect::<Vec<_>>().join(", "))
    };
    let statement = format!(
        "INSERT INTO files (session_id, attempt_id, name, path, bytes, sha256, key_id) VALUES {}",
        (0..files.len()).map(row).collect::<Vec<_>>().join(", ")
    );
    let mut query = sqlx::query(sqlx::AssertSqlSafe(statement)).bind(&attempt.session_id).bind(&attempt.id);
    for StoredFile { name, path, bytes, sha256, key_id } in files {
        query = query.bind(name).bind(path).bind(bytes).bind(sha256).bind(key_id);
    }
    query.execute(&mut **write).await.map_err(database_error)?;
    Ok(())
}

pub(crate) fn check_files(files: &[UploadFile]) -> Result<()> {
    let mut names = BTreeSet::from([MANIFEST]);
    for UploadFile { name, .. } in files {
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if name.is_empty() || name.len() > 32 || !name.bytes().all(allowed) {
            return Err(Error::invalid("file name", "must be 1 to 32 of a-z, 0-9 and -"));
        }
        if !names.insert(name) {
            return Err(Error::invalid("file name", format!("{name:?} is there twice")));
        }
    }
    Ok(())
}
