//! Disk space that is set aside for erasing: to write that rows are gone SQLite needs space, which a full disk has not.

use std::fs::{File, metadata, remove_file};
use std::io::Write;
use std::path::{Path, PathBuf};

/// What is set aside. Erasing a session takes some hundred kilobytes until the write-ahead log is emptied.
const BYTES: usize = 1 << 20;
/// What is written at a time: of a disk with less room than [`BYTES`] what there is.
const STEP: usize = 1 << 16;

/// A file beside the database that is there to be deleted; none where the database is a server's.
#[derive(Clone)]
pub(crate) struct Reserve {
    file: Option<PathBuf>,
}

impl Reserve {
    /// For the SQLite database in that file.
    pub(crate) fn new(database: Option<&Path>) -> Self {
        let file = database.map(|database| {
            let mut name = database.as_os_str().to_owned();
            name.push("-reserve");
            name.into()
        });
        Reserve { file }
    }

    /// Sets the space aside, or as much of it as there is.
    pub(crate) async fn fill(&self) {
        let Some(file) = self.file.clone() else { return };
        let filled = tokio::task::spawn_blocking(move || fill(&file)).await;
        if !matches!(filled, Ok(Ok(()))) {
            tracing::warn!("the disk of the database is full: no space is left to erase sessions with");
        }
    }

    /// Gives the space up. Returns whether there was any.
    pub(crate) async fn release(&self) -> bool {
        let Some(file) = self.file.clone() else { return false };
        let given_up = tokio::task::spawn_blocking(move || remove_file(file)).await;
        let given_up = matches!(given_up, Ok(Ok(())));
        if given_up {
            tracing::warn!("the database could not be written: the space set aside for erasing is used");
        }
        given_up
    }
}

fn fill(path: &Path) -> std::io::Result<()> {
    if metadata(path).is_ok_and(|found| found.len() >= BYTES as u64) {
        return Ok(());
    }
    let mut file = File::create(path)?;
    // Not zeros, nor anything else that some file systems make smaller: each word from the one before (xorshift).
    let mut word = 0x9e37_79b9_7f4a_7c15_u64;
    let noise: Vec<u8> = std::iter::repeat_with(|| {
        word ^= word << 13;
        word ^= word >> 7;
        word ^= word << 17;
        word.to_le_bytes()
    })
    .take(BYTES / 8)
    .flatten()
    .collect();
    for step in noise.chunks(STEP) {
        file.write_all(step)?;
    }
    Ok(())
}
