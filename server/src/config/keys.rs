//! Opens the store with the configured keys.

use std::io::Write;
use std::path::Path;
use std::time::Duration;

use anyhow::Context;
use nearfar_store::{Entropy, SecretKey, Store, StoreConfig};

use crate::clock::random_hex;
use crate::config::private_files::{self, sqlite_file};
use crate::config::{Config, sources};

/// Variables of the S3 client whose values a file can hold: the variable with `_FILE` at its end names it.
const FILE_VARIABLES: [&str; 3] = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"];

/// Opens the configured store. Creates the master key's file and the database if they are missing.
pub async fn open_store(config: &Config, entropy: &Entropy) -> anyhow::Result<Store> {
    private_files::restrict_permissions(config);
    create_database_folder(config)?;
    let settings = store_config(config, |path| master_key_from(path, entropy))?;
    Store::open(&settings, entropy.clone()).await.context("opening the store")
}

/// Creates the folder of an SQLite database.
pub fn create_database_folder(config: &Config) -> anyhow::Result<()> {
    let folder = sqlite_file(&config.database_url).and_then(Path::parent);
    match folder.filter(|folder| !folder.as_os_str().is_empty()) {
        Some(folder) => std::fs::create_dir_all(folder).with_context(|| format!("creating {}", folder.display())),
        None => Ok(()),
    }
}

/// The store's configuration with an existing master key. Nothing is created.
pub fn existing_store_config(config: &Config) -> anyhow::Result<StoreConfig> {
    store_config(config, |path| {
        std::fs::read_to_string(path).with_context(|| format!("master_key_file: reading {}", path.display()))
    })
}

/// The store's configuration. `read_master` reads `master_key_file` if `master_key` is not set.
pub fn store_config(
    config: &Config,
    read_master: impl FnOnce(&Path) -> anyhow::Result<String>,
) -> anyhow::Result<StoreConfig> {
    let master = match &config.master_key {
        Some(text) => SecretKey::parse(text).context("master_key")?,
        None => SecretKey::parse(&read_master(&config.master_key_file)?).context("master_key_file")?,
    };
    let mut settings = StoreConfig::new(&config.database_url, &config.objects_url, master);
    settings.study_objects_url = config.study.as_ref().map(|study| study.objects_url.clone());
    settings.busy_timeout = Duration::from_millis(config.database_wait_ms.into());
    settings.objects_timeout = Duration::from_millis(config.objects_wait_ms.into());
    settings.previous_master_keys = keys("master_key_previous", &config.master_key_previous)?;
    settings.blob_keys = keys("blob_keys", &config.blob_keys)?;
    settings.object_options = object_options()?;
    Ok(settings)
}

/// Keys separated by commas.
fn keys(option: &'static str, text: &str) -> anyhow::Result<Vec<SecretKey>> {
    let parts = text.split(',').map(str::trim).filter(|text| !text.is_empty());
    let keys: Vec<SecretKey> = parts.map(SecretKey::parse).collect::<nearfar_store::Result<_>>().context(option)?;
    // The operator meant to set a key: a typo must not store files unencrypted.
    anyhow::ensure!(text.trim().is_empty() || !keys.is_empty(), "{option} contains no key");
    Ok(keys)
}

/// Options of the S3 client that files hold.
fn object_options() -> anyhow::Result<Vec<(String, String)>> {
    let mut options = Vec::new();
    for variable in FILE_VARIABLES {
        let file_variable = format!("{variable}_FILE");
        let Some(path) = std::env::var_os(&file_variable).filter(|path| !path.is_empty()) else { continue };
        let is_set = std::env::var_os(variable).is_some_and(|value| !value.is_empty());
        anyhow::ensure!(!is_set, "set either {variable} or {file_variable}, not both");
        let secret = sources::read_secret(Path::new(&path)).map_err(anyhow::Error::msg).context(file_variable)?;
        options.push((variable.to_ascii_lowercase(), secret));
    }
    Ok(options)
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
