//! Stores captured files in the object store, encrypted if a key is configured.

use crate::cipher::{Cipher, SecretKey};
use crate::config::StoreConfig;
use crate::entropy::Entropy;
use crate::error::{Error, Result, StorageBackend};
use crate::local_files::{NewFolder, sync_folder, unmounted};
use bytes::Bytes;
use futures::{StreamExt, TryStreamExt};
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Root prefix of all files. In a local folder it is created when the store is opened and never removed. If it is
/// missing, the disk is not mounted: nothing may be written there, and no file counts as deleted.
pub(crate) const ROOT: &str = "sessions";
/// Like [`ROOT`], for the captures of a study, which have their own location.
pub(crate) const STUDY_ROOT: &str = "study";

/// Concurrent file writes of one upload to a bucket.
const CONCURRENT_PUTS: usize = 4;

/// The prefix of all files of a session.
pub(crate) fn session_prefix(session_id: &str) -> String {
    let root = if crate::is_study(session_id) { STUDY_ROOT } else { ROOT };
    format!("{root}/{session_id}")
}

#[derive(Clone)]
pub(crate) struct Blobs {
    location: Location,
    /// Location of study captures; `None` if there is no study.
    study: Option<Location>,
    ciphers: Vec<Cipher>,
    timeout: Duration,
    entropy: Entropy,
}

/// A folder or bucket.
#[derive(Clone)]
struct Location {
    /// Writes durably.
    objects: Arc<dyn ObjectStore>,
    /// The root folder of a local location.
    root: Option<PathBuf>,
}

impl Blobs {
    pub(crate) fn new(objects: Arc<dyn ObjectStore>, config: &StoreConfig, entropy: Entropy) -> Result<Self> {
        Self::at(Location { objects, root: None }, config, entropy)
    }

    fn at(location: Location, config: &StoreConfig, entropy: Entropy) -> Result<Self> {
        let study = config.study_objects_url.as_deref();
        let study = study.map(|url| open_location(url, STUDY_ROOT, config)).transpose()?;
        let ciphers = config.blob_keys.iter().map(Cipher::new).collect();
        Ok(Blobs { location, study, ciphers, timeout: config.objects_timeout, entropy })
    }

    /// The location of a file or prefix.
    fn location_of(&self, path: &str) -> Result<&Location> {
        let is_study = path.split('/').next() == Some(STUDY_ROOT);
        if !is_study {
            return Ok(&self.location);
        }
        self.study.as_ref().ok_or_else(|| Error::objects_unavailable("it is a study's, and no study is configured"))
    }

    /// The ids of the keys: the one that encrypts, then the others.
    pub(crate) fn key_ids(&self) -> impl Iterator<Item = &str> {
        self.ciphers.iter().map(Cipher::id)
    }

    /// Whether files of this key can be read.
    pub(crate) fn knows(&self, key_id: Option<&str>) -> bool {
        key_id.is_none_or(|id| self.key_ids().any(|known| known == id))
    }

    /// Writes durably. Returns the id of the encryption key.
    pub(crate) async fn put(&self, path: &str, plain: Bytes) -> Result<Option<String>> {
        let location = self.location_of(path)?;
        // Before it is encrypted in vain.
        self.check_mounted(location).await?;
        let (stored, key_id) = match self.ciphers.first().cloned() {
            None => (plain, None),
            Some(cipher) => {
                let (path, entropy) = (path.to_owned(), self.entropy.clone());
                let key_id = cipher.id().to_owned();
                let sealed = run_blocking(move || cipher.seal(&plain, &path, &entropy)).await?;
                (Bytes::from(sealed), Some(key_id))
            }
        };
        let timeout = self.timeout_for(stored.len() as u64);
        with_timeout(timeout, location.objects.put(&parse(path)?, stored.into())).await?.map_err(objects_error)?;
        Ok(key_id)
    }

    /// Durably writes files below a new prefix. Returns the id of the encryption key. After any error except a timeout, no
    /// write is still running.
    pub(crate) async fn put_all(&self, prefix: &str, files: Vec<(String, Bytes)>) -> Result<Option<String>> {
        let key_id = self.ciphers.first().map(|cipher| cipher.id().to_owned());
        let location = self.location_of(prefix)?;
        for (name, _) in &files {
            parse(&format!("{prefix}/{name}"))?;
        }
        let Some((root, base)) = location.root.as_ref().and_then(|root| Some((root, root.parent()?))) else {
            self.put_each(prefix, files).await?;
            return Ok(key_id);
        };
        let timeout = self.timeout_for(files.iter().map(|(_, content)| content.len() as u64).sum());
        let folder = NewFolder { folder: base.join(prefix), root: root.clone() };
        let (cipher, entropy, prefix) = (self.ciphers.first().cloned(), self.entropy.clone(), prefix.to_owned());
        let written = folder.write(files, move |name, plain: Bytes| match &cipher {
            None => Ok(plain),
            Some(cipher) => Ok(cipher.seal(&plain, &format!("{prefix}/{name}"), &entropy)?.into()),
        });
        with_timeout(timeout, written).await??;
        Ok(key_id)
    }

    async fn put_each(&self, prefix: &str, files: Vec<(String, Bytes)>) -> Result<()> {
        let has_failed = AtomicBool::new(false);
        let mut written: Vec<Result<()>> = futures::stream::iter(files)
            .map(async |(name, content)| {
                // Further writes would only run into the same timeout.
                if has_failed.load(Ordering::Relaxed) {
                    return Ok(());
                }
                let written = self.put(&format!("{prefix}/{name}"), content).await;
                has_failed.fetch_or(written.is_err(), Ordering::Relaxed);
                written.map(drop)
            })
            .buffer_unordered(CONCURRENT_PUTS)
            .collect()
            .await;
        // Only after all writes have ended: a file written after the deletion of the others would remain. The worst
        // failure comes first.
        written.sort_by_key(|written| !matches!(written, Err(error) if error.timed_out()));
        written.into_iter().collect()
    }

    /// Writes bytes as they are, durably.
    pub(crate) async fn put_stored(&self, path: &str, stored: Bytes) -> Result<()> {
        let location = self.location_of(path)?;
        self.check_mounted(location).await?;
        let timeout = self.timeout_for(stored.len() as u64);
        with_timeout(timeout, location.objects.put(&parse(path)?, stored.into())).await?.map_err(objects_error)?;
        Ok(())
    }

    /// The bytes as they are stored; `None` if the file is missing.
    pub(crate) async fn get_stored(&self, path: &str) -> Result<Option<Bytes>> {
        let location = self.location_of(path)?;
        match with_timeout(self.timeout, location.objects.get(&parse(path)?)).await? {
            Ok(found) => {
                let timeout = self.timeout_for(found.meta.size);
                with_timeout(timeout, found.bytes()).await?.map_err(objects_error).map(Some)
            }
            Err(object_store::Error::NotFound { .. }) => self.check_mounted(location).await.map(|()| None),
            Err(error) => Err(objects_error(error)),
        }
    }

    /// Whether there are no captured files yet.
    pub(crate) async fn is_empty(&self) -> Result<bool> {
        let study = self.study.as_ref().map(|study| (study, STUDY_ROOT));
        for (location, root) in std::iter::once((&self.location, ROOT)).chain(study) {
            let found = match &location.root {
                Some(folder) => std::fs::read_dir(folder).map_err(Error::objects_unavailable)?.next().is_some(),
                None => {
                    let prefix = parse(root)?;
                    let mut found = location.objects.list(Some(&prefix));
                    with_timeout(self.timeout, found.try_next()).await?.map_err(objects_error)?.is_some()
                }
            };
            if found {
                return Ok(false);
            }
        }
        Ok(true)
    }

    pub(crate) async fn get(&self, path: &str, key_id: Option<&str>) -> Result<Bytes> {
        let stored = self.get_stored(path).await?.ok_or_else(|| Error::corrupt("file", "missing"))?;
        let Some(key_id) = key_id else { return Ok(stored) };
        let cipher = self.ciphers.iter().find(|cipher| cipher.id() == key_id).cloned();
        // The file itself is intact and readable with the right key.
        let cipher =
            cipher.ok_or_else(|| Error::objects_unavailable(format!("a file's key {key_id} was not given")))?;
        let path = path.to_owned();
        Ok(run_blocking(move || cipher.open(&stored, &path, "file")).await?.into())
    }

    /// Deletes a file, or everything below a prefix. Deleting again succeeds.
    pub(crate) async fn delete_below(&self, prefix: &str) -> Result<()> {
        let location = self.location_of(prefix)?;
        if let Some(folder) = location.root.as_ref().and_then(|root| root.parent()) {
            self.check_mounted(location).await?;
            let folder = folder.join(prefix);
            return with_timeout(self.timeout, run_blocking(move || remove(&folder))).await?;
        }
        // A listing does not contain the file itself.
        let path = parse(prefix)?;
        match with_timeout(self.timeout, location.objects.head(&path)).await? {
            Ok(_) => return with_timeout(self.timeout, location.objects.delete(&path)).await?.map_err(objects_error),
            Err(object_store::Error::NotFound { .. }) => {}
            Err(error) => return Err(objects_error(error)),
        }
        let found = location.objects.list(Some(&parse(prefix)?)).map_ok(|object| object.location).boxed();
        let mut deleted = location.objects.delete_stream(found);
        while let Some(outcome) = with_timeout(self.timeout, deleted.next()).await? {
            match outcome {
                Ok(_) | Err(object_store::Error::NotFound { .. }) => {}
                Err(error) => return Err(objects_error(error)),
            }
        }
        Ok(())
    }

    /// Writes and deletes a small probe object.
    pub(crate) async fn check(&self, name: &str, timeout: Duration) -> Result<()> {
        let path = parse(&format!("probes/{name}"))?;
        let checked = async {
            self.check_mounted(&self.location).await?;
            self.location.objects.put(&path, Bytes::from_static(b"probe").into()).await.map_err(objects_error)?;
            self.location.objects.delete(&path).await.map_err(objects_error)
        };
        with_timeout(timeout.min(self.timeout), checked).await?
    }

    /// Large files get more time, so that a slow connection does not count as a failed one.
    fn timeout_for(&self, bytes: u64) -> Duration {
        self.timeout.saturating_add(Duration::from_micros(bytes))
    }

    async fn check_mounted(&self, location: &Location) -> Result<()> {
        let Some(root) = location.root.clone() else { return Ok(()) };
        let checked = run_blocking(move || match root.is_dir() {
            true => Ok(()),
            false => Err(unmounted(&root)),
        });
        with_timeout(self.timeout, checked).await?
    }
}

/// Opens the configured folder or bucket.
pub(crate) fn open(config: &StoreConfig, entropy: Entropy) -> Result<Blobs> {
    Blobs::at(open_location(&config.objects_url, ROOT, config)?, config, entropy)
}

/// The id of a key of captured files.
pub(crate) fn key_id(key: &SecretKey) -> String {
    Cipher::new(key).id().to_owned()
}

/// Whether the configured folder exists. A bucket counts as existing.
pub(crate) fn exists(config: &StoreConfig) -> Result<bool> {
    Ok(local_folder(&config.objects_url)?.is_none_or(|folder| folder.join(ROOT).is_dir()))
}

/// The folder that a URL names; `None` for a bucket.
fn local_folder(url: &str) -> Result<Option<PathBuf>> {
    let failed = |reason: &str| Err(Error::Configuration(format!("the object store: {reason}")));
    if url.starts_with("s3://") {
        return Ok(None);
    }
    if url.starts_with("file://") {
        let path = url::Url::parse(url).ok().and_then(|url| url.to_file_path().ok());
        return path.map_or_else(|| failed("the file:// URL names no path"), |path| Ok(Some(path)));
    }
    if url.contains("://") {
        return failed("the URL must be a path, file:// or s3://");
    }
    Ok(Some(url.into()))
}

/// Opens the folder or bucket of a URL. In a folder, all files lie below `root`.
fn open_location(url: &str, root: &str, config: &StoreConfig) -> Result<Location> {
    let failed = |error: &dyn std::fmt::Display| Error::Configuration(format!("the object store: {error}"));
    if let Some(location) = url.strip_prefix("s3://") {
        let objects = bucket(config, url, location).map_err(|error| failed(&error))?;
        return Ok(Location { objects, root: None });
    }
    let folder = local_folder(url)?.unwrap_or_default();
    let root = folder.join(root);
    create_durably(&root).map_err(|error| failed(&error))?;
    let objects = LocalFileSystem::new_with_prefix(&folder).map_err(|error| failed(&error))?;
    Ok(Location { objects: Arc::new(objects.with_fsync(true)), root: Some(root) })
}

/// Creates a folder and those above it that are missing, and waits until the disk has their entries.
fn create_durably(folder: &std::path::Path) -> std::io::Result<()> {
    let missing: Vec<_> = folder.ancestors().take_while(|folder| !folder.exists()).collect();
    std::fs::create_dir_all(folder)?;
    for parent in missing.iter().filter_map(|folder| folder.parent()) {
        sync_folder(if parent.as_os_str().is_empty() { std::path::Path::new(".") } else { parent })?;
    }
    Ok(())
}

/// The bucket and prefix of `location`.
#[cfg(feature = "s3")]
fn bucket(config: &StoreConfig, url: &str, location: &str) -> object_store::Result<Arc<dyn ObjectStore>> {
    use object_store::RetryConfig;
    use object_store::aws::AmazonS3Builder;
    use object_store::prefix::PrefixStore;

    let prefix = location.split_once('/').map_or("", |(_, prefix)| prefix).trim_matches('/');
    let retry = RetryConfig { max_retries: 3, retry_timeout: Duration::from_secs(10), ..RetryConfig::default() };
    let mut builder = AmazonS3Builder::from_env().with_url(url).with_retry(retry);
    for (key, value) in &config.object_options {
        builder = builder.with_config(key.parse()?, value);
    }
    // Fails if the embedding program has installed another provider; that one stays.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Ok(Arc::new(PrefixStore::new(builder.build()?, Path::parse(prefix)?)))
}

#[cfg(not(feature = "s3"))]
fn bucket(_: &StoreConfig, _: &str, _: &str) -> Result<Arc<dyn ObjectStore>, &'static str> {
    Err("this program was built without S3; build it with --features s3")
}

/// Removes a file or, recursively, a folder. The object store does not list partial files left by a crash during a write.
fn remove(path: &std::path::Path) -> Result<()> {
    let removed = if path.is_file() { std::fs::remove_file(path) } else { std::fs::remove_dir_all(path) };
    let done = removed.and_then(|()| {
        // Makes the deletion durable: erased files must not reappear after a power failure.
        path.parent().map_or(Ok(()), sync_folder)
    });
    match done {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Error::objects_unavailable(error)),
        _ => Ok(()),
    }
}

fn parse(path: &str) -> Result<Path> {
    Path::parse(path).map_err(|error| Error::invalid("file name", error))
}

fn objects_error(error: object_store::Error) -> Error {
    Error::objects_unavailable(error)
}

/// Limits the time to wait for the object store.
async fn with_timeout<T>(timeout: Duration, work: impl Future<Output = T>) -> Result<T> {
    let reason = || format!("no answer within {timeout:?}");
    let answer = tokio::time::timeout(timeout, work).await;
    answer.map_err(|_| Error::Unavailable { backend: StorageBackend::Objects, reason: reason(), timed_out: true })
}

/// Runs blocking work on large files outside the async runtime.
async fn run_blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| Error::Internal(format!("a blocking task: {error}")))?
}
