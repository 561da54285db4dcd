//! A file of an upload that comes after the upload itself: large, and nothing waits for it.

use super::receive::{UploadFile, check_files, insert_file};
use crate::attempts::{self, Attempt, AttemptState};
use crate::database::{Write, database_error};
use crate::error::{Conflict, Entity, Error, Result};
use crate::pending_deletions;
use crate::sessions::{self, SessionState};
use crate::studies;
use crate::{Millis, Store};

/// A file that the manifest of a received upload names and the upload did not bring.
#[derive(Clone, Debug)]
pub struct DeferredFile {
    /// Whose attempt.
    pub session_id: String,
    /// Which attempt.
    pub attempt_id: String,
    /// Which device sends it: the one that has sent the rest.
    pub device: String,
    /// The file, which the caller has checked against the manifest.
    pub file: UploadFile,
    /// How long after the rest it is taken.
    pub accept_within: Millis,
}

impl Store {
    /// Adds a file to an upload that was received, whether it has been judged since or not. When this returns, it
    /// survives a crash of everything. Returns whether it was there already.
    ///
    /// # Errors
    /// [`Error::Unavailable`]: it was not received, try again. [`Error::NotFound`] for an attempt of which nothing
    /// was received from this device. [`Conflict::NonceExpired`] if it comes too late; [`Conflict::Cleared`].
    pub async fn receive_deferred(&self, late: &DeferredFile, now: Millis) -> Result<bool> {
        check_files(std::slice::from_ref(&late.file))?;
        let prefix = self.new_prefix(&late.session_id, &late.attempt_id);
        // As for an upload: before anything is written it is on the list of what is to be deleted.
        let mut write = self.database.write().await?;
        if locked(&mut write, late, now).await?.1 {
            return Ok(true);
        }
        pending_deletions::schedule(&mut write, &prefix, now.saturating_add(self.upload_grace)).await?;
        write.commit().await?;

        let received = self.store_late(late, &prefix, now).await;
        if !matches!(received, Ok(false)) {
            self.discard(&prefix, received.as_ref().err()).await;
        }
        received
    }

    async fn store_late(&self, late: &DeferredFile, prefix: &str, now: Millis) -> Result<bool> {
        let stored = self.store_file(prefix, late.file.clone()).await?;
        let mut write = self.database.write().await?;
        let (attempt, is_there) = locked(&mut write, late, now).await?;
        if is_there {
            return Ok(true);
        }
        let mut write = pending_deletions::cancel(write, prefix, now).await?;
        insert_file(&mut write, &attempt, stored).await?;
        write.commit().await?;
        Ok(false)
    }
}

/// Locks the session and decides: the attempt, and whether the file is there already.
async fn locked(write: &mut Write, late: &DeferredFile, now: Millis) -> Result<(Attempt, bool)> {
    let session = sessions::lock(write, &late.session_id).await?;
    if session.state == SessionState::Cleared {
        return Err(Conflict::Cleared.into());
    }
    // In a study, whoever has withdrawn sends nothing more.
    studies::check_consent(write, &late.session_id).await?;
    let attempt = attempts::find(&mut **write, &late.session_id, &late.attempt_id).await?;
    if attempt.device != late.device || attempt.state == AttemptState::Issued {
        return Err(Error::NotFound(Entity::Attempt));
    }
    let query = "SELECT 1 AS found FROM files WHERE session_id = $1 AND attempt_id = $2 AND name = $3";
    let row = sqlx::query(query)
        .bind(&late.session_id)
        .bind(&late.attempt_id)
        .bind(&late.file.name)
        .fetch_optional(&mut **write)
        .await
        .map_err(database_error)?;
    if row.is_none() && attempt.received_at.is_none_or(|received| now >= received.saturating_add(late.accept_within)) {
        return Err(Conflict::NonceExpired.into());
    }
    Ok((attempt, row.is_some()))
}
