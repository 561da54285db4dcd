//! Keeps files private from other users of the machine.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use rustix::fs::Mode;

use crate::config::Config;

/// The permissions of other users, which are removed.
const OTHER_USERS: u32 = 0o077;

/// Makes all files and folders created from here on private to their owner.
pub fn restrict_new_files() {
    rustix::process::umask(Mode::RWXG | Mode::RWXO);
}

/// Removes other users' permissions from the database, the objects folder and the master key, as set by earlier
/// versions. This also protects everything in the folder.
pub fn restrict_permissions(config: &Config) {
    for path in private_paths(config) {
        if let Err(error) = restrict_one(&path) {
            let path = path.display();
            tracing::warn!(%error, %path, "other users may have access, and the permissions cannot be changed");
        }
    }
}

fn private_paths(config: &Config) -> Vec<PathBuf> {
    let mut private_paths = vec![config.master_key_file.clone()];
    if let Some(file) = sqlite_file(&config.database_url) {
        for end in ["", "-wal", "-shm", "-reserve"] {
            let mut name = file.as_os_str().to_owned();
            name.push(end);
            private_paths.push(name.into());
        }
    }
    let study = config.study.as_ref().map(|study| &study.objects_url);
    for url in std::iter::once(&config.objects_url).chain(study) {
        let folder = url.strip_prefix("file://").unwrap_or(url);
        if !folder.contains("://") {
            private_paths.push(folder.into());
        }
    }
    private_paths
}

fn restrict_one(path: &Path) -> std::io::Result<()> {
    let mode = match fs::metadata(path) {
        Ok(found) => found.permissions().mode(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    if mode & OTHER_USERS == 0 {
        return Ok(());
    }
    fs::set_permissions(path, Permissions::from_mode(mode & !OTHER_USERS))?;
    tracing::warn!(path = %path.display(), "removed access of other users of the machine");
    Ok(())
}

/// The file of an SQLite database.
pub fn sqlite_file(url: &str) -> Option<&Path> {
    let path = url.strip_prefix("sqlite:")?;
    path.strip_prefix("//").unwrap_or(path).split('?').next().map(Path::new)
}
