//! Re-encryption of captured files with the first of the blob keys.
//!
//! Files are copied to a new prefix and then exchanged in one transaction. The former copies stay for a while, so that
//! scorers and results that have begun can finish, and retention deletes them.

use crate::attempts::FileEntry;
use crate::database::database_error;
use crate::error::{Error, Result};
use crate::pending_deletions;
use crate::sessions::{self, SessionState};
use crate::{Millis, Store};

/// Where a re-encryption continues: after this attempt.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileCursor {
    session_id: String,
    attempt_id: String,
}

/// What [`Store::reencrypt_files_after`] has done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReencryptedFiles {
    /// Files now encrypted with the first key.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Files that were erased or exchanged meanwhile.
    pub skipped: u64,
    /// Files that cannot be read, and why.
    pub failed: Vec<String>,
}

/// How many files a key encrypts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileCount {
    /// The key's id; `None` for files that are not encrypted.
    pub key_id: Option<String>,
    /// Number of files.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
}

impl Store {
    /// The ids of the blob keys: the one that encrypts, then the others.
    pub fn blob_key_ids(&self) -> Vec<String> {
        self.blobs.key_ids().map(str::to_owned).collect()
    }

    /// Counts the files by key.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn count_files(&self) -> Result<Vec<FileCount>> {
        let query = "SELECT key_id, COUNT(*), CAST(SUM(bytes) AS BIGINT) FROM files GROUP BY key_id ORDER BY key_id";
        let counts = sqlx::query_as(query).fetch_all(self.database.pool()).await.map_err(database_error)?;
        let counts: Vec<(Option<String>, i64, i64)> = counts;
        let count = |(key_id, files, bytes): (Option<String>, i64, i64)| FileCount {
            key_id,
            files: files.unsigned_abs(),
            bytes: bytes.unsigned_abs(),
        };
        Ok(counts.into_iter().map(count).collect())
    }

    /// Re-encrypts the files of one attempt, the next one after `after` that has files of another key or none. Returns
    /// `None` when there is none. Safe while uploads, scoring and erasure go on; interrupted at any point, a call with a
    /// default cursor continues.
    ///
    /// # Errors
    /// [`Error::Unavailable`]: call it again. [`Error::Configuration`] without a blob key.
    pub async fn reencrypt_files_after(
        &self,
        after: &FileCursor,
        now: Millis,
    ) -> Result<Option<(FileCursor, ReencryptedFiles)>> {
        let Some(key) = self.blobs.key_ids().next().map(str::to_owned) else {
            return Err(Error::Configuration("no blob key is configured".into()));
        };
        let next: Option<(String, String)> = sqlx::query_as(
            "SELECT session_id, attempt_id FROM files WHERE (key_id IS NULL OR key_id <> $1) \
             AND (session_id > $2 OR (session_id = $2 AND attempt_id > $3)) ORDER BY session_id, attempt_id LIMIT 1",
        )
        .bind(&key)
        .bind(&after.session_id)
        .bind(&after.attempt_id)
        .fetch_optional(self.database.pool())
        .await
        .map_err(database_error)?;
        let Some((session_id, attempt_id)) = next else { return Ok(None) };
        let mut entries = self.files(&session_id, &attempt_id).await?;
        entries.retain(|entry| entry.key_id.as_ref() != Some(&key));
        let cursor = FileCursor { session_id, attempt_id };
        let mut done = ReencryptedFiles::default();
        // Files of one upload share a prefix, and a prefix is deleted as a whole.
        while let Some(first) = entries.first() {
            let prefix = first.prefix().to_owned();
            let (group, rest) = entries.into_iter().partition(|entry| entry.prefix() == prefix);
            entries = rest;
            self.reencrypt_prefix(&cursor, &prefix, group, now, &mut done).await?;
        }
        Ok(Some((cursor, done)))
    }

    async fn reencrypt_prefix(
        &self,
        of: &FileCursor,
        former: &str,
        entries: Vec<FileEntry>,
        now: Millis,
        done: &mut ReencryptedFiles,
    ) -> Result<()> {
        let count = entries.len() as u64;
        let bytes: u64 = entries.iter().map(|entry| entry.bytes).sum();
        let unknown = entries.iter().find(|entry| !self.blobs.knows(entry.key_id.as_deref()));
        if let Some(entry) = unknown {
            done.failed.push(format!("{}: its key {:?} is not configured", entry.path, entry.key_id));
            return Ok(());
        }
        let prefix = self.new_prefix(&of.session_id, &of.attempt_id);
        // As for an upload, the deletion is scheduled before anything is written.
        let mut write = self.database.write().await?;
        pending_deletions::schedule(&mut write, &prefix, now.saturating_add(self.upload_grace)).await?;
        write.commit().await?;
        let exchanged = self.copy_and_exchange(of, former, &prefix, &entries, now).await;
        if !matches!(exchanged, Ok(true)) {
            self.discard(&prefix, exchanged.as_ref().err()).await;
        }
        match exchanged {
            Ok(true) => {
                done.files += count;
                done.bytes += bytes;
            }
            Ok(false) => done.skipped += count,
            // Erasure deletes the rows first: if they are gone, a missing file is not corruption.
            Err(Error::Corrupt { reason, .. }) => {
                match self.files(&of.session_id, &of.attempt_id).await?.contains(&entries[0]) {
                    true => done.failed.push(format!("{former}: {reason}")),
                    false => done.skipped += count,
                }
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// Returns `false` if the files were erased or exchanged meanwhile.
    async fn copy_and_exchange(
        &self,
        of: &FileCursor,
        former: &str,
        prefix: &str,
        entries: &[FileEntry],
        now: Millis,
    ) -> Result<bool> {
        let mut copies = Vec::new();
        for entry in entries {
            let path = format!("{prefix}/{}", entry.name);
            let content = self.content(entry).await?;
            let key_id = self.blobs.put(&path, content).await?;
            copies.push((entry, path, key_id));
        }
        let mut write = self.database.write().await?;
        match sessions::lock(&mut write, &of.session_id).await {
            Ok(session) if session.state != SessionState::Cleared => {}
            Ok(_) | Err(Error::NotFound(_)) => return Ok(false),
            Err(error) => return Err(error),
        }
        if !pending_deletions::cancel(&mut write, prefix, now).await? {
            write.commit().await?;
            return Err(pending_deletions::deletion_begun());
        }
        for (entry, path, key_id) in copies {
            let exchanged = sqlx::query(
                "UPDATE files SET path = $1, key_id = $2 \
                 WHERE session_id = $3 AND attempt_id = $4 AND name = $5 AND path = $6",
            )
            .bind(path)
            .bind(key_id)
            .bind(&of.session_id)
            .bind(&of.attempt_id)
            .bind(&entry.name)
            .bind(&entry.path)
            .execute(&mut *write)
            .await
            .map_err(database_error)?;
            if exchanged.rows_affected() != 1 {
                return Ok(false);
            }
        }
        pending_deletions::schedule(&mut write, former, now.saturating_add(self.upload_grace)).await?;
        write.commit().await?;
        Ok(true)
    }
}

impl FileEntry {
    /// The prefix that the files of one upload share.
    pub(crate) fn prefix(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(prefix, _)| prefix)
    }
}
