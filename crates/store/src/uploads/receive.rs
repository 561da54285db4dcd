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
use futures::{FutureExt, StreamExt};
use nearfar_protocol::device_class::DeviceClass;
use nearfar_protocol::result::CameraType;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use subtle::ConstantTimeEq;

/// The name of the manifest among an attempt's files.
pub const MANIFEST: &str = "manifest";

/// Concurrent file writes of one upload.
const CONCURRENT_PUTS: usize = 4;

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
}

/// An acknowledged upload.
#[derive(Clone, Debug, PartialEq)]
pub struct Receipt {
    /// The attempt's current state.
    pub attempt: Attempt,
    /// Whether it was acknowledged before.
    pub repeated: bool,
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
    pub(super) path: String,
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
        // Before any file is written: check that the upload is acceptable, and schedule its deletion in case it fails.
        let (scheduled, due_at) = (upload.clone(), now.saturating_add(self.upload_grace));
        let receipt = self.group_commit.run(move |write| schedule_upload(write, scheduled, due_at).boxed()).await?;
        if let Some(receipt) = receipt {
            return Ok(receipt);
        }
        let received = self.store_and_acknowledge(&upload).await;
        match &received {
            Ok(receipt) if !receipt.repeated => {}
            outcome => self.discard(&upload.prefix, outcome.as_ref().err()).await,
        }
        received
    }

    async fn store_and_acknowledge(&self, acceptance: &Arc<Acceptance>) -> Result<Receipt> {
        let Acceptance { upload, prefix, .. } = &**acceptance;
        let manifest = UploadFile { name: MANIFEST.to_owned(), content: upload.manifest.clone() };
        let has_failed = AtomicBool::new(false);
        let mut stored: Vec<Result<Option<StoredFile>>> =
            futures::stream::iter(upload.files.iter().cloned().chain([manifest]))
                .map(async |file| {
                    // Further writes would only run into the same timeout.
                    if has_failed.load(Ordering::Relaxed) {
                        return Ok(None);
                    }
                    let stored = self.store_file(prefix, file).await;
                    has_failed.fetch_or(stored.is_err(), Ordering::Relaxed);
                    stored.map(Some)
                })
                .buffer_unordered(CONCURRENT_PUTS)
                .collect()
                .await;
        // Only after all writes have ended: a file written after the deletion of the others would remain. The worst
        // failure comes first.
        stored.sort_by_key(|stored| !matches!(stored, Err(error) if error.timed_out()));
        let files: Vec<_> = stored.into_iter().collect::<Result<_>>()?;
        let files: Vec<StoredFile> = files.into_iter().flatten().collect();

        let names = files.iter().map(|file| file.path.clone()).collect();
        self.blobs.sync(prefix, names).await?;
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
        let Acceptance { upload, manifest_sha256, prefix, now } = acceptance;
        let (mut session, receipt) = lock_and_check(write, acceptance).await?;
        if receipt.is_some() {
            write.discard();
            return Ok(receipt);
        }
        if !pending_deletions::cancel(write, prefix, *now).await? {
            return Ok(None);
        }
        let query = format!(
            "UPDATE attempts SET state = 'received', received_at = $3, manifest_sha256 = $4, far_image_time = $5, \
             near_image_time = $6, camera_type = $7 WHERE session_id = $1 AND id = $2 AND state = 'issued' \
             RETURNING {}",
            attempts::COLUMNS
        );
        let attempt: Attempt = sqlx::query_as(sqlx::AssertSqlSafe(query))
            .bind(&upload.session_id)
            .bind(&upload.attempt_id)
            .bind(now)
            .bind(manifest_sha256)
            .bind(upload.far_image_time)
            .bind(upload.near_image_time)
            .bind(upload.camera_type.code())
            .fetch_one(&mut **write)
            .await
            .map_err(database_error)?;
        for file in files {
            insert_file(write, &attempt, file).await?;
        }
        session.state = SessionState::Scoring;
        session.device_class = Some(upload.device_class);
        session.camera_type = Some(upload.camera_type);
        sessions::save(write, &session).await?;
        let mut increments = Increments::default();
        increments.add_upload(&session, now.saturating_sub(attempt.issued_at));
        self.count(write, increments);
        Ok(Some(Receipt { attempt, repeated: false }))
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

    /// Writes a file. It is durable only after [`crate::blobs::Blobs::sync`].
    pub(crate) async fn store_file(&self, prefix: &str, file: UploadFile) -> Result<StoredFile> {
        let path = format!("{prefix}/{}", file.name);
        let (bytes, sha256) = (file.content.len() as i64, sha256_hex(&file.content));
        let key_id = self.blobs.put_unsynced(&path, file.content).await?;
        Ok(StoredFile { name: file.name, path, bytes, sha256, key_id })
    }
}

/// Returns a receipt if the upload was already received; otherwise schedules its deletion.
async fn schedule_upload(write: &mut Write, upload: Arc<Acceptance>, due_at: Millis) -> Result<Option<Receipt>> {
    let (_, receipt) = lock_and_check(write, &upload).await?;
    match receipt {
        Some(_) => write.discard(),
        None => pending_deletions::schedule(write, &upload.prefix, due_at).await?,
    }
    Ok(receipt)
}

/// Locks the session. Returns a receipt if the upload was already received, `None` if it can be received now.
async fn lock_and_check(write: &mut Write, acceptance: &Acceptance) -> Result<(Session, Option<Receipt>)> {
    let Acceptance { upload, manifest_sha256, now, .. } = acceptance;
    let session = sessions::lock(write, &upload.session_id).await?;
    let attempt = attempts::find(&mut **write, &upload.session_id, &upload.attempt_id).await;
    let receipt = decide(&session, attempt, upload, manifest_sha256, *now)?;
    Ok((session, receipt))
}

fn decide(
    session: &Session,
    attempt: Result<Attempt>,
    upload: &Upload,
    manifest_sha256: &str,
    now: Millis,
) -> Result<Option<Receipt>> {
    if session.state == SessionState::Cleared {
        return Err(Conflict::Cleared.into());
    }
    let attempt = attempt?;
    if attempt.device != upload.device {
        return Err(Error::NotFound(Entity::Attempt));
    }
    if !bool::from(attempt.nonce.as_bytes().ct_eq(upload.nonce.as_bytes())) {
        return Err(Conflict::WrongNonce.into());
    }
    if attempt.state != AttemptState::Issued {
        return match attempt.manifest_sha256.as_deref() {
            Some(known) if known == manifest_sha256 => Ok(Some(Receipt { attempt, repeated: true })),
            _ => Err(Conflict::OtherContent.into()),
        };
    }
    session.check_unfinished()?;
    if session.state == SessionState::Scoring {
        return Err(Conflict::Scoring.into());
    }
    // The session's time is not checked: an attempt that started in time may finish, until the session's expiry was
    // recorded. Before issuance: one of two clocks is wrong, and the scorer would see an attack.
    if session.expired_at.is_some() || now >= attempt.nonce_expires_at || now < attempt.issued_at {
        return Err(Conflict::NonceExpired.into());
    }
    Ok(None)
}

pub(crate) async fn insert_file(write: &mut Write, attempt: &Attempt, file: StoredFile) -> Result<()> {
    sqlx::query(
        "INSERT INTO files (session_id, attempt_id, name, path, bytes, sha256, key_id) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(&attempt.session_id)
    .bind(&attempt.id)
    .bind(file.name)
    .bind(file.path)
    .bind(file.bytes)
    .bind(file.sha256)
    .bind(file.key_id)
    .execute(&mut **write)
    .await
    .map_err(database_error)?;
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
