//! Opens the store with the configured keys.

use std::io::Write;
use std::path::Path;
use std::time::Duration;

use anyhow::Context;
use nearfar_store::{Entropy, SecretKey, Store, StoreConfig};

use crate::clock::random_hex;
use crate::config::Config;
use crate::config::private_files::{self, sqlite_file};

/// Opens the configured store.
pub async fn open_store(config: &Config, entropy: &Entropy) -> anyhow::Result<Store> {
    private_files::restrict_permissions(config);
    let folder = sqlite_file(&config.database_url).and_then(Path::parent);
    if let Some(folder) = folder.filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).with_context(|| format!("creating {}", folder.display()))?;
    }
    let master = match &config.master_key {
        Some(text) => SecretKey::parse(text).context("master_key")?,
        None => SecretKey::parse(&master_key_from(&config.master_key_file, entropy)?).context("master_key_file")?,
    };
    let mut settings = StoreConfig::new(&config.database_url, &config.objects_url, master);
    settings.study_objects_url = config.study.as_ref().map(|study| study.objects_url.clone());
    settings.busy_timeout = Duration::from_millis(config.database_wait_ms.into());
    settings.objects_timeout = Duration::from_millis(config.objects_wait_ms.into());
    let keys = config.blob_keys.split(',').map(str::trim).filter(|text| !text.is_empty());
    settings.blob_keys = keys.map(SecretKey::parse).collect::<nearfar_store::Result<_>>().context("blob_keys")?;
    // The operator meant to set a key: a typo must not store files unencrypted.
    let meant = !config.blob_keys.trim().is_empty();
    anyhow::ensure!(!meant || !settings.blob_keys.is_empty(), "blob_keys contains no key");
    Store::open(&settings, entropy.clone()).await.context("opening the store")
}

/// Reads the key from the file. A missing key is drawn and written, readable only by its owner.
fn master_key_from(path: &Path, entropy: &Entropy) -> anyhow::Result<String> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).with_context(|| format!("creating {}", folder.display()))?;
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(mut file) => {
            let drawn = random_hex(entropy, 32);
            file.write_all(drawn.as_bytes()).and_then(|()| file.sync_all())?;
            tracing::info!(path = %path.display(), "a master key was created: back it up, without it the data is lost");
            Ok(drawn)
        }
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))
        }
        Err(error) => Err(error).with_context(|| format!("creating {}", path.display())),
    }
}
