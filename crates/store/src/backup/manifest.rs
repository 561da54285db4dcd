//! The manifest of a backup, and the files of its folder.

use crate::Millis;
use crate::cipher::sha256_hex;
use crate::error::{Error, Result};
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt::Display;
use std::fs::File;
use std::io::{Read, Write};
use std::path::{Component, Path, PathBuf};

/// The only format that is written and read.
pub(super) const FORMAT: u32 = 1;
/// The copied database.
pub(super) const DATABASE: &str = "nearfar.db";
/// The folder of captured files.
pub(super) const OBJECTS: &str = "objects";
const MANIFEST: &str = "manifest.json";

/// What a backup contains.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BackupManifest {
    /// Version of this format.
    pub format: u32,
    /// When the backup began.
    pub created_at: Millis,
    /// The schema version of the database.
    pub schema: i64,
    /// The database.
    pub database: BackupFile,
    /// The captured files as they were stored, encrypted or not.
    pub files: Vec<BackupFile>,
    /// Sessions that are in the copied database and were erased before the backup ended: a restore erases them.
    pub erased_meanwhile: Vec<String>,
    /// Files that the copied database names and that were erased before they were copied: a restore forgets them.
    pub left_out: Vec<String>,
    /// Files that the database names and the object store did not have.
    pub missing: Vec<String>,
}

/// A file of a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupFile {
    /// The path: of a captured file, its path in the object store.
    pub path: String,
    /// Size in bytes.
    pub bytes: u64,
    /// SHA-256, hex.
    pub sha256: String,
}

impl BackupManifest {
    pub(super) fn write(&self, folder: &Path) -> Result<()> {
        let text = serde_json::to_vec_pretty(self).map_err(|error| Error::Internal(error.to_string()))?;
        let part = folder.join("manifest.part");
        let written = File::create(&part).and_then(|mut file| {
            file.write_all(&text)?;
            file.sync_all()?;
            std::fs::rename(&part, folder.join(MANIFEST))?;
            File::open(folder)?.sync_all()
        });
        written.map_err(|error| failed(folder, error))
    }

    /// Reads the manifest of a backup.
    ///
    /// # Errors
    /// [`Error::Configuration`] if the folder has no valid manifest.
    pub fn read(folder: &Path) -> Result<Self> {
        let path = folder.join(MANIFEST);
        let text = std::fs::read(&path).map_err(|error| failed(&path, format!("not a complete backup: {error}")))?;
        let manifest: Self = serde_json::from_slice(&text).map_err(|error| failed(&path, error))?;
        if manifest.format != FORMAT {
            return Err(failed(&path, format!("format {} is not supported", manifest.format)));
        }
        match manifest.files.iter().find(|file| !is_plain(&file.path)) {
            Some(file) => Err(failed(&path, format!("{:?} is not the path of a captured file", file.path))),
            None => Ok(manifest),
        }
    }

    /// Compares every file with its hash.
    ///
    /// # Errors
    /// [`Error::Corrupt`] with the first file that differs.
    pub fn verify(&self, folder: &Path) -> Result<()> {
        let objects = self.files.iter().map(|file| (folder.join(OBJECTS).join(&file.path), file));
        for (path, file) in objects.chain([(folder.join(DATABASE), &self.database)]) {
            let (bytes, sha256) = hash_file(&path).map_err(|error| Error::corrupt("backup", error))?;
            if (bytes, &sha256) != (file.bytes, &file.sha256) {
                return Err(Error::corrupt("backup", format!("{} has changed since it was written", path.display())));
            }
        }
        Ok(())
    }
}

/// Whether a path stays inside the object store's folders.
fn is_plain(path: &str) -> bool {
    let roots = [crate::blobs::ROOT, crate::blobs::STUDY_ROOT];
    let is_plain = Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
    is_plain && roots.iter().any(|root| path.strip_prefix(root).is_some_and(|rest| rest.starts_with('/')))
}

/// Writes a file durably.
pub(super) async fn write_file(path: String, target: PathBuf, content: Bytes) -> Result<BackupFile> {
    let written = tokio::task::spawn_blocking(move || {
        if let Some(parent) = target.parent() {
            std::fs::create_dir_all(parent).map_err(|error| failed(parent, error))?;
        }
        let written = File::create(&target).and_then(|mut file| {
            file.write_all(&content)?;
            file.sync_all()
        });
        written.map_err(|error| failed(&target, error))?;
        Ok(BackupFile { path, bytes: content.len() as u64, sha256: sha256_hex(&content) })
    });
    written.await.map_err(|error| Error::Internal(error.to_string()))?
}

/// Size and SHA-256 of a file.
pub(super) fn hash_file(path: &Path) -> Result<(u64, String)> {
    let read = || {
        let (mut file, mut hash, mut bytes) = (File::open(path)?, Sha256::new(), 0);
        let mut buffer = vec![0; 1 << 16];
        loop {
            let count = file.read(&mut buffer)?;
            if count == 0 {
                return Ok((bytes, hex::encode(hash.finalize())));
            }
            bytes += count as u64;
            hash.update(&buffer[..count]);
        }
    };
    read().map_err(|error: std::io::Error| failed(path, error))
}

pub(super) fn failed(path: &Path, error: impl Display) -> Error {
    Error::Configuration(format!("{}: {error}", path.display()))
}
