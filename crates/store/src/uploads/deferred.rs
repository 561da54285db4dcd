//! Deferred files: large files of an upload that arrive after it, and that nothing waits for.

use super::receive::{StoredFile, UploadFile, check_files, insert_files};
use crate::attempts::{self, Attempt, AttemptState};
use crate::database::{Write, database_error};
use crate::error::{Conflict, Entity, Error, Result};
use crate::pending_deletions;
use crate::sessions::{self, SessionState};
use crate::studies;
use crate::{Millis, Store};
use futures::FutureExt;
use std::sync::Arc;

/// A file that the manifest of a received upload names but the upload did not contain.
#[derive(Clone, Debug)]
pub struct DeferredFile {
    /// The session.
    pub session_id: String,
    /// The attempt.
    pub attempt_id: String,
    /// The device that sent the upload.
    pub device: String,
    /// The file, already verified against the manifest.
    pub file: UploadFile,
    /// How long after the upload the file is accepted, in ms.
    pub accept_within: Millis,
}

impl Store {
    /// Adds a file to a received upload, scored or not. Once this returns, the file survives any crash. Returns whether
    /// it already existed.
    ///
    /// # Errors
    /// [`Error::Unavailable`]: not received, retry. [`Error::NotFound`] if nothing of the attempt was received from
    /// this device. [`Conflict::NonceExpired`] if it is too late; [`Conflict::Cleared`].
    pub async fn receive_deferred(&self, deferred: &DeferredFile, now: Millis) -> Result<bool> {
        check_files(std::slice::from_ref(&deferred.file))?;
        let prefix = self.new_prefix(&deferred.session_id, &deferred.attempt_id);
        // As for an upload, the deletion is scheduled before anything is written.
        let due_at = now.saturating_add(self.upload_grace);
        let upload = Arc::new(Acceptance { deferred: deferred.clone(), prefix, now });
        let scheduled = upload.clone();
        if self.group_commit.run(move |write| schedule_file(write, scheduled, due_at).boxed()).await? {
            return Ok(true);
        }
        let received = self.store_deferred(&upload).await;
        if !matches!(received, Ok(false)) {
            self.discard(&upload.prefix, received.as_ref().err()).await;
        }
        received
    }

    async fn store_deferred(&self, upload: &Arc<Acceptance>) -> Result<bool> {
        let stored = self.store_files(&upload.prefix, vec![upload.deferred.file.clone()]).await?;
        let upload = upload.clone();
        let exists = self.group_commit.run(move |write| acknowledge(write, upload, stored).boxed()).await?;
        exists.ok_or_else(pending_deletions::deletion_begun)
    }
}

/// A file that is being received.
struct Acceptance {
    deferred: DeferredFile,
    /// Where it is stored.
    prefix: String,
    now: Millis,
}

/// Returns whether the file already exists; otherwise schedules its deletion.
async fn schedule_file(write: &mut Write, upload: Arc<Acceptance>, due_at: Millis) -> Result<bool> {
    let (_, exists) = lock_and_check(write, &upload.deferred, upload.now).await?;
    match exists {
        true => write.discard(),
        false => pending_deletions::schedule(write, &upload.prefix, due_at).await?,
    }
    Ok(exists)
}

/// Returns whether the file already existed, `None` if its deletion has begun.
async fn acknowledge(write: &mut Write, upload: Arc<Acceptance>, stored: Vec<StoredFile>) -> Result<Option<bool>> {
    let (attempt, exists) = lock_and_check(write, &upload.deferred, upload.now).await?;
    if exists {
        write.discard();
        return Ok(Some(true));
    }
    if !pending_deletions::cancel(write, &upload.prefix, upload.now).await? {
        return Ok(None);
    }
    insert_files(write, &attempt, stored).await?;
    Ok(Some(false))
}

/// Locks the session and returns the attempt, and whether the file already exists.
async fn lock_and_check(write: &mut Write, deferred: &DeferredFile, now: Millis) -> Result<(Attempt, bool)> {
    let session = sessions::lock(write, &deferred.session_id).await?;
    if session.state == SessionState::Cleared {
        return Err(Conflict::Cleared.into());
    }
    // A person who withdrew from a study can send nothing more.
    studies::check_consent(write, &deferred.session_id).await?;
    let attempt = attempts::find(&mut **write, &deferred.session_id, &deferred.attempt_id).await?;
    if attempt.device != deferred.device || attempt.state == AttemptState::Issued {
        return Err(Error::NotFound(Entity::Attempt));
    }
    let query = "SELECT 1 AS found FROM files WHERE session_id = $1 AND attempt_id = $2 AND name = $3";
    let row = sqlx::query(query)
        .bind(&deferred.session_id)
        .bind(&deferred.attempt_id)
        .bind(&deferred.file.name)
        .fetch_optional(&mut **write)
        .await
        .map_err(database_error)?;
    if row.is_none()
        && attempt.received_at.is_none_or(|received| now >= received.saturating_add(deferred.accept_within))
    {
        return Err(Conflict::NonceExpired.into());
    }
    Ok((attempt, row.is_some()))
}
