//! Restores a backup into an empty database and object store.

use super::manifest::{BackupManifest, DATABASE, OBJECTS, failed};
use crate::audit::Actor;
use crate::blobs;
use crate::config::StoreConfig;
use crate::database::{Database, database_error};
use crate::entropy::Entropy;
use crate::error::{Conflict, Error, Result};
use crate::migrations::newest_schema;
use crate::{Millis, Store};
use std::fs::File;
use std::path::{Path, PathBuf};

/// What [`Store::restore`] has done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RestoreReport {
    /// Files copied.
    pub files: usize,
    /// Sessions erased, because they were erased after the backup.
    pub erased: usize,
    /// Erased sessions that are not in the backup.
    pub unknown: usize,
    /// Secrets that no configured master key opens.
    pub unreadable_secrets: u64,
}

impl Store {
    /// Restores a backup: verifies it, copies the files and the database, migrates it, and erases the sessions that were
    /// erased after the backup, so that nobody comes back. Nobody is signed in to the console afterwards, and no set-up
    /// code of the time of the backup works.
    ///
    /// # Errors
    /// [`Error::Configuration`] if the target is not empty, or the backup is of a newer release; [`Error::Corrupt`] if the
    /// backup has changed: nothing was written. [`Error::Unavailable`].
    pub async fn restore(
        config: &StoreConfig,
        folder: &Path,
        erased: &[String],
        entropy: Entropy,
        now: Millis,
    ) -> Result<RestoreReport> {
        let manifest = BackupManifest::read(folder)?;
        if manifest.schema > newest_schema() {
            let (theirs, ours) = (manifest.schema, newest_schema());
            return Err(failed(folder, format!("the backup has schema {theirs}, this program knows {ours}")));
        }
        let target = Database::file_of(&config.database_url)?;
        for end in ["", "-wal", "-shm"] {
            let name = with_end(&target, end);
            if name.exists() {
                return Err(failed(&name, "exists: a backup is restored only where there is no database"));
            }
        }
        let objects = blobs::open(config, entropy.clone())?;
        if !objects.is_empty().await? {
            let reason = "the object store has files: a backup is restored only into an empty one";
            return Err(Error::Configuration(reason.into()));
        }
        manifest.verify(folder)?;
        let mut report = RestoreReport::default();
        for file in &manifest.files {
            let path = folder.join(OBJECTS).join(&file.path);
            let stored = std::fs::read(&path).map_err(|error| failed(&path, error))?;
            objects.put_stored(&file.path, stored.into()).await?;
            report.files += 1;
        }
        // Under another name until nobody comes back with it: an interrupted restore leaves no database that looks
        // complete.
        let part = with_end(&target, "-restoring");
        for end in ["-wal", "-shm"] {
            let _ = std::fs::remove_file(with_end(&part, end));
        }
        let copied = std::fs::copy(folder.join(DATABASE), &part);
        copied.map_err(|error| failed(&part, error))?;
        let staged = StoreConfig { database_url: format!("sqlite://{}", part.display()), ..config.clone() };
        let store = Store::open(&staged, entropy).await?;
        for session in manifest.erased_meanwhile.iter().chain(erased) {
            match store.erase_again(session, now).await {
                Ok(()) => report.erased += 1,
                Err(Error::NotFound(_)) => report.unknown += 1,
                Err(error) => return Err(error),
            }
        }
        store.forget_files(&manifest.left_out).await?;
        store.end_console_access().await?;
        let unreadable = store.count_secrets().await?.into_iter().filter(|count| count.key_id.is_none());
        report.unreadable_secrets = unreadable.map(|count| count.rows).sum();
        store.close().await;
        let _ = std::fs::remove_file(with_end(&part, "-reserve"));
        let renamed = File::open(&part).and_then(|file| file.sync_all()).and_then(|()| {
            std::fs::rename(&part, &target)?;
            target
                .parent()
                .filter(|parent| !parent.as_os_str().is_empty())
                .map_or(Ok(()), |parent| File::open(parent)?.sync_all())
        });
        renamed.map_err(|error| failed(&target, error))?;
        Ok(report)
    }

    /// Erases a session that was erased after the backup. A hold in the backup was released before that.
    async fn erase_again(&self, session: &str, now: Millis) -> Result<()> {
        match self.erase_session(session, now).await {
            Err(Error::Conflict(Conflict::OnHold)) => self.release_hold(&Actor::Service, session, now).await.map(drop),
            other => other,
        }
    }

    /// Deletes the rows of files that no longer exist.
    async fn forget_files(&self, paths: &[String]) -> Result<()> {
        let mut write = self.database.write().await?;
        for path in paths {
            let deleted = sqlx::query("DELETE FROM files WHERE path = $1").bind(path).execute(&mut *write).await;
            deleted.map_err(database_error)?;
        }
        write.commit().await
    }

    /// Ends what may have ended after the backup: console sessions, known browsers and set-up codes. Passwords and second
    /// factors stay.
    async fn end_console_access(&self) -> Result<()> {
        let mut write = self.database.write().await?;
        for statement in [
            "DELETE FROM console_sessions",
            "DELETE FROM operator_devices",
            "UPDATE operators SET setup_sha256 = NULL, setup_expires_at = NULL",
        ] {
            sqlx::query(statement).execute(&mut *write).await.map_err(database_error)?;
        }
        write.commit().await
    }
}

/// The path with something added to its name.
fn with_end(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}
