//! Pending deletions: prefixes in the object store to be deleted. An upload is listed before its files are written, and
//! removed from the list in the transaction that acknowledges it.

use crate::database::{Write, database_error};
use crate::error::{Error, Result};
use crate::{Millis, Store};

/// Due time of requested deletions: due at any clock time.
pub(crate) const IMMEDIATELY: Millis = 0;

/// Schedules the deletion of a prefix at `due_at`, or changes its due time.
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

/// Cancels a deletion and returns true, unless it has begun: then the upload has failed with [`deletion_begun`], and
/// the deletion stays due.
pub(crate) async fn cancel(write: &mut Write, prefix: &str, now: Millis) -> Result<bool> {
    let query = "DELETE FROM doomed_blobs WHERE prefix = $1 AND sweeping = 0";
    let done = sqlx::query(query).bind(prefix).execute(&mut **write).await.map_err(database_error)?;
    let is_cancelled = done.rows_affected() == 1;
    if !is_cancelled {
        // Files may have been written after the deletion, so they are scheduled again.
        schedule(write, prefix, now).await?;
    }
    Ok(is_cancelled)
}

/// The error of an upload whose deletion has begun.
pub(crate) fn deletion_begun() -> Error {
    Error::objects_unavailable("the upload took too long and was deleted")
}

impl Store {
    /// Deletes the files of a prefix if it is scheduled. Returns whether it was.
    pub(crate) async fn delete_pending(&self, prefix: &str) -> Result<bool> {
        let mut write = self.database.write().await?;
        // From here on, an upload of this prefix can no longer be acknowledged. This waits for a transaction that is
        // about to commit, and then finds no entry.
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
