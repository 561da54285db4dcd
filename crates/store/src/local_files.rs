//! Writes the files of one upload into a local folder, durably.
//!
//! One blocking task writes them all; then they are synced at once, so that the file system can write them together:
//! each sync waits for the disk. The folder is new and named at random, and nothing refers to a file before the database
//! does. Files are therefore written under their final names, without a rename.

use crate::error::{Error, Result};
use bytes::Bytes;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use tokio::task::{JoinHandle, spawn_blocking};

/// A new folder below a root that exists.
#[derive(Clone, Debug)]
pub(crate) struct NewFolder {
    /// Exists unless its disk is not mounted, and is never created here.
    pub(crate) root: PathBuf,
    /// Below the root.
    pub(crate) folder: PathBuf,
}

impl NewFolder {
    /// Writes files by name and waits until the disk has them. `content` runs in the blocking task, one file at a time.
    pub(crate) async fn write<T: Send + 'static>(
        self,
        files: Vec<(String, T)>,
        content: impl Fn(&str, T) -> Result<Bytes> + Send + 'static,
    ) -> Result<()> {
        let others = join(spawn_blocking(move || self.write_and_sync(files, content))).await??;
        for other in others {
            join(other).await?.map_err(Error::objects_unavailable)?;
        }
        Ok(())
    }

    /// Writes all files, syncs the last one and the folders, and returns the tasks that sync the others.
    fn write_and_sync<T>(
        &self,
        files: Vec<(String, T)>,
        content: impl Fn(&str, T) -> Result<Bytes>,
    ) -> Result<Vec<JoinHandle<io::Result<()>>>> {
        if !self.root.is_dir() {
            return Err(unmounted(&self.root));
        }
        let folders = self.create_folders().map_err(Error::objects_unavailable)?;
        let mut written = Vec::new();
        for (name, file) in files {
            let content = content(&name, file)?;
            let mut file = File::create_new(self.folder.join(name)).map_err(Error::objects_unavailable)?;
            file.write_all(&content).map_err(Error::objects_unavailable)?;
            written.push(file);
        }
        let last = written.pop();
        let others = written.into_iter().map(|file| spawn_blocking(move || file.sync_all())).collect();
        last.map_or(Ok(()), |file| file.sync_all()).map_err(Error::objects_unavailable)?;
        for folder in folders {
            sync_folder(folder).map_err(Error::objects_unavailable)?;
        }
        Ok(others)
    }

    /// Creates the folders that are missing. Returns those whose entries may have changed: all, and the root.
    fn create_folders(&self) -> io::Result<Vec<&Path>> {
        let above: Vec<_> = self.folder.ancestors().take_while(|folder| *folder != self.root).collect();
        for folder in above.iter().rev() {
            match std::fs::create_dir(folder) {
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
                _ => {}
            }
        }
        Ok(above.into_iter().chain([&*self.root]).collect())
    }
}

/// Waits until the disk has the entries of a folder.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// The error if the root of a local folder is missing.
pub(crate) fn unmounted(root: &Path) -> Error {
    Error::objects_unavailable(format!("{} is missing: is its disk mounted?", root.display()))
}

async fn join<T>(task: JoinHandle<T>) -> Result<T> {
    task.await.map_err(|error| Error::Internal(format!("a blocking task: {error}")))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by it")]
    use super::*;
    use nearfar_test_support::TestStorage;

    fn new_folder(storage: &TestStorage) -> NewFolder {
        let root = storage.folder().join("sessions");
        std::fs::create_dir_all(&root).unwrap();
        NewFolder { folder: root.join("id/one"), root }
    }

    async fn write(new: &NewFolder, names: &[&str], content: &'static str) -> Result<()> {
        let files = names.iter().map(|name| ((*name).to_owned(), Bytes::from_static(content.as_bytes()))).collect();
        new.clone().write(files, |_, content| Ok(content)).await
    }

    #[tokio::test]
    async fn files_are_written_under_their_names() {
        let storage = TestStorage::sqlite();
        let new = new_folder(&storage);
        write(&new, &["far", "near"], "face").await.unwrap();
        let mut found: Vec<_> =
            std::fs::read_dir(&new.folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        found.sort();
        assert_eq!(found, ["far", "near"]);
        assert_eq!(std::fs::read(new.folder.join("far")).unwrap(), b"face");
        // Another upload of the same session.
        let other = NewFolder { folder: new.root.join("id/two"), ..new };
        write(&other, &["far"], "face").await.unwrap();
    }

    #[tokio::test]
    async fn a_file_is_never_overwritten() {
        let storage = TestStorage::sqlite();
        let new = new_folder(&storage);
        write(&new, &["far"], "face").await.unwrap();
        let again = write(&new, &["far"], "other").await;
        assert!(matches!(again, Err(Error::Unavailable { timed_out: false, .. })), "{again:?}");
        assert_eq!(std::fs::read(new.folder.join("far")).unwrap(), b"face");
    }

    #[tokio::test]
    async fn the_root_is_not_created() {
        let storage = TestStorage::sqlite();
        let new = new_folder(&storage);
        std::fs::remove_dir(&new.root).unwrap();
        let refused = write(&new, &["far"], "face").await;
        assert!(matches!(refused, Err(Error::Unavailable { .. })), "{refused:?}");
        assert!(!new.root.exists());
    }

    #[tokio::test]
    async fn content_that_cannot_be_made_fails_the_upload() {
        let storage = TestStorage::sqlite();
        let new = new_folder(&storage);
        let refuse = |name: &str, ()| if name == "near" { Err(Error::invalid("file", "no")) } else { Ok(Bytes::new()) };
        let files = ["far", "near", "manifest"].map(|name| (name.to_owned(), ())).into();
        let refused = new.write(files, refuse).await;
        assert!(matches!(refused, Err(Error::Invalid { .. })), "{refused:?}");
    }
}
