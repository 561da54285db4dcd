//! Pending deletions: prefixes in the object store whose files are due to be deleted. An upload is listed here before its
//! files are written, and taken off in the transaction that acknowledges it.

use crate::database::{Write, database_error};
use crate::error::{Error, Result, StorageBackend};
use crate::{Millis, Store};

/// When files are due that somebody asked to delete: always, whatever the clock says.
pub(crate) const IMMEDIATELY: Millis = 0;

/// Lists a prefix for deletion at `due_at`, or changes when it is due.
pub(crate) async fn schedule(write: &mut Write, prefix: &str, due_at: Millis) -> Result<()> {
    sqlx::query(
        "INSERT INTO doomed_blobs (prefix, due_at, sweeping) VALUES ($1, $2, 0) \
         ON CONFLICT (prefix) DO UPDATE SET due_at = excluded.due_at",
    )
    .bind(prefix)
    .bind(due_at)
    .execute(&mut **write)
    .await
    .map_err(database_error)?;
    Ok(())
}

/// Takes a prefix off the list, unless its deletion has begun: then it stays due, and the upload has failed.
///
/// # Errors
/// [`Error::Unavailable`] when the deletion has begun.
pub(crate) async fn cancel(mut write: Write, prefix: &str, now: Millis) -> Result<Write> {
    let query = "DELETE FROM doomed_blobs WHERE prefix = $1 AND sweeping = 0";
    let done = sqlx::query(query).bind(prefix).execute(&mut *write).await.map_err(database_error)?;
    if done.rows_affected() == 1 {
        return Ok(write);
    }
    // Files may have been written after the deletion: they are listed again.
    schedule(&mut write, prefix, now).await?;
    write.commit().await?;
    let reason = "the upload took so long that it was swept away".into();
    Err(Error::Unavailable { backend: StorageBackend::Objects, reason, timed_out: false })
}

impl Store {
    /// Deletes the files below a prefix, if it is listed. Returns whether it was.
    pub(crate) async fn delete_pending(&self, prefix: &str) -> Result<bool> {
        let mut write = self.database.write().await?;
        // From here on an upload of this prefix can no longer be acknowledged. If its transaction is about to end
        // this waits for it, and finds the entry gone if it was committed.
        let done = sqlx::query("UPDATE doomed_blobs SET sweeping = 1 WHERE prefix = $1")
            .bind(prefix)
            .execute(&mut *write)
            .await
            .map_err(database_error)?;
        if done.rows_affected() == 0 {
            return Ok(false);
        }
        write.commit().await?;
        self.blobs.delete_below(prefix).await?;
        let mut write = self.database.write().await?;
        sqlx::query("DELETE FROM doomed_blobs WHERE prefix = $1")
            .bind(prefix)
            .execute(&mut *write)
            .await
            .map_err(database_error)?;
        write.commit().await?;
        Ok(true)
    }
}
