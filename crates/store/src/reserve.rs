//! Reserves disk space for erasure: SQLite needs space to delete rows, which a full disk does not have.

use std::fs::{File, metadata, remove_file};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Size of the reserve. Erasing a session takes some hundred kilobytes until the write-ahead log is truncated.
const BYTES: usize = 1 << 20;
/// Size of one write, so that a nearly full disk yields a partial reserve.
const STEP: usize = 1 << 16;

/// A file next to the database, deleted when space is needed; `None` for a database server.
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

    /// Fills the reserve as far as space allows.
    pub(crate) async fn fill(&self) {
        let Some(file) = self.file.clone() else { return };
        let filled = tokio::task::spawn_blocking(move || fill(&file)).await;
        if !matches!(filled, Ok(Ok(()))) {
            tracing::warn!("the database's disk is full: no space could be reserved for erasure");
        }
    }

    /// Releases the space. Returns whether there was any.
    pub(crate) async fn release(&self) -> bool {
        let Some(file) = self.file.clone() else { return false };
        let given_up = tokio::task::spawn_blocking(move || remove_file(file)).await;
        let given_up = matches!(given_up, Ok(Ok(())));
        if given_up {
            tracing::warn!("the database could not be written: using the space reserved for erasure");
        }
        given_up
    }
}

fn fill(path: &Path) -> std::io::Result<()> {
    if metadata(path).is_ok_and(|found| found.len() >= BYTES as u64) {
        return Ok(());
    }
    let mut file = File::create(path)?;
    // Pseudo-random content (xorshift), because some file systems compress.
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
