//! Backups of an SQLite database and the files it names, while the service runs.
//!
//! The database is copied first, then the files. Files that are erased in between are left out.

mod manifest;
mod restore;

pub use manifest::{BackupFile, BackupManifest};
pub use restore::RestoreReport;

use crate::config::StoreConfig;
use crate::database::{Database, DatabaseKind, database_error};
use crate::error::{Error, Result};
use crate::migrations::newest_schema;
use crate::{Millis, Store};
use manifest::{DATABASE, OBJECTS, failed, hash_file, write_file};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Rows per query.
const BATCH: i64 = 500;

/// An erased session.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ErasedSession {
    /// The session.
    pub signature_id: String,
    /// When it was erased.
    pub erased_at: Millis,
}

impl Store {
    /// Copies the database and the files it names into a folder, which must be empty or missing. The encryption keys are
    /// not in it: files and secrets stay encrypted. `progress` gets the number of files copied.
    ///
    /// # Errors
    /// [`Error::Configuration`] on PostgreSQL, and for a folder that is not empty or cannot be written;
    /// [`Error::Unavailable`].
    pub async fn backup(&self, folder: &Path, now: Millis, mut progress: impl FnMut(usize)) -> Result<BackupManifest> {
        if self.database_kind() != DatabaseKind::Sqlite {
            let reason = "a PostgreSQL database has tools of its own for backups: docs/KEYS-AND-BACKUPS.md";
            return Err(Error::Configuration(reason.into()));
        }
        std::fs::create_dir_all(folder).map_err(|error| failed(folder, error))?;
        let mut entries = std::fs::read_dir(folder).map_err(|error| failed(folder, error))?;
        if entries.next().is_some() {
            return Err(failed(folder, "the folder is not empty"));
        }
        let database_file = folder.join(DATABASE);
        let path = database_file.to_str().ok_or_else(|| failed(folder, "the path is not UTF-8"))?;
        // Consistent, and without the remains of deleted rows.
        sqlx::query("VACUUM INTO $1").bind(path).execute(self.database.pool()).await.map_err(database_error)?;
        let snapshot = snapshot(path).await?;
        let copied = self.copy_files(&snapshot, folder, &mut progress).await;
        snapshot.close().await;
        let mut copies = copied?;

        // What was erased since the copy of the database began goes from the backup too.
        let erased_meanwhile = self.erased_since(path).await?;
        for session in &erased_meanwhile {
            let prefix = format!("{}/", crate::blobs::session_prefix(session));
            copies.forget(&prefix);
            match std::fs::remove_dir_all(folder.join(OBJECTS).join(&prefix)) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(failed(folder, error)),
                _ => {}
            }
        }
        let (bytes, sha256) = hash_file(&database_file)?;
        let manifest = BackupManifest {
            format: manifest::FORMAT,
            created_at: now,
            schema: newest_schema(),
            database: BackupFile { path: DATABASE.into(), bytes, sha256 },
            files: copies.files,
            erased_meanwhile,
            left_out: copies.left_out,
            missing: copies.missing,
        };
        // Last: a folder without it is no backup.
        manifest.write(folder)?;
        Ok(manifest)
    }

    /// Sessions erased at or after a time, by clear-data, an operator or retention, oldest first. Tombstones are kept for
    /// [`StoreConfig::tombstone_retention`]. Sessions of erased people of a study leave none.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn erased_sessions(&self, since: Millis) -> Result<Vec<ErasedSession>> {
        let query = "SELECT id, cleared_at FROM sessions WHERE cleared_at >= $1 ORDER BY cleared_at, id";
        let rows = sqlx::query_as(query).bind(since).fetch_all(self.database.pool()).await.map_err(database_error)?;
        let rows: Vec<(String, i64)> = rows;
        Ok(rows.into_iter().map(|(signature_id, erased_at)| ErasedSession { signature_id, erased_at }).collect())
    }

    /// Copies the files that the snapshot names.
    async fn copy_files(&self, snapshot: &Database, folder: &Path, progress: &mut impl FnMut(usize)) -> Result<Copies> {
        let mut copies = Copies::default();
        let mut after = (String::new(), String::new(), String::new());
        loop {
            let query = "SELECT session_id, attempt_id, name, path FROM files \
                         WHERE (session_id, attempt_id, name) > ($1, $2, $3) \
                         ORDER BY session_id, attempt_id, name LIMIT $4";
            let rows = sqlx::query_as(query).bind(&after.0).bind(&after.1).bind(&after.2).bind(BATCH);
            let rows = rows.fetch_all(snapshot.pool()).await.map_err(database_error)?;
            let rows: Vec<(String, String, String, String)> = rows;
            let Some((session, attempt, name, _)) = rows.last() else { return Ok(copies) };
            after = (session.clone(), attempt.clone(), name.clone());
            for (session, attempt, name, path) in rows {
                let target: PathBuf = folder.join(OBJECTS).join(&path);
                match self.blobs.get_stored(&path).await? {
                    Some(stored) => copies.files.push(write_file(path, target, stored).await?),
                    // Erased in between, alone or with its session.
                    None if !self.files(&session, &attempt).await?.iter().any(|file| file.name == name) => {
                        copies.left_out.push(path);
                    }
                    None => copies.missing.push(path),
                }
                progress(copies.files.len());
            }
        }
    }

    /// Sessions that a snapshot has and that were erased since.
    async fn erased_since(&self, snapshot_path: &str) -> Result<Vec<String>> {
        let query = "SELECT id FROM sessions WHERE cleared_at IS NULL ORDER BY id";
        let snapshot = snapshot(snapshot_path).await?;
        let copied = sqlx::query_scalar(query).fetch_all(snapshot.pool()).await.map_err(database_error);
        snapshot.close().await;
        let live = sqlx::query_scalar(query).fetch_all(self.database.pool()).await.map_err(database_error)?;
        let live: BTreeSet<String> = live.into_iter().collect();
        let copied: Vec<String> = copied?;
        Ok(copied.into_iter().filter(|id| !live.contains(id)).collect())
    }
}

/// What was copied.
#[derive(Default)]
struct Copies {
    files: Vec<BackupFile>,
    left_out: Vec<String>,
    missing: Vec<String>,
}

impl Copies {
    /// Drops everything below a prefix.
    fn forget(&mut self, prefix: &str) {
        self.files.retain(|file| !file.path.starts_with(prefix));
        self.left_out.retain(|path| !path.starts_with(prefix));
        self.missing.retain(|path| !path.starts_with(prefix));
    }
}

/// Opens a copied database.
async fn snapshot(path: &str) -> Result<Database> {
    let config = StoreConfig::new(format!("sqlite:{path}"), "", crate::SecretKey::new([0; 32]));
    Database::connect_existing(&config).await?.ok_or_else(|| Error::Internal("the copied database is missing".into()))
}
