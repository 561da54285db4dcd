//! Configuration of a store.

use crate::cipher::SecretKey;
use std::time::Duration;

/// Locations and keys of a store.
#[derive(Clone, Debug)]
pub struct StoreConfig {
    /// `sqlite:///path/to/file.db` (created if missing) or `postgres://user@host/database`.
    pub database_url: String,
    /// A path or `file://` URL of a local folder (created if missing), or `s3://bucket/prefix`.
    pub objects_url: String,
    /// Like `objects_url`, for study captures; `None` if there is no study.
    pub study_objects_url: Option<String>,
    /// Options of the S3 client, such as `aws_endpoint` and `aws_region`. They override the `AWS_…` environment.
    pub object_options: Vec<(String, String)>,
    /// Encrypts account secrets and the service's own secrets.
    pub master_key: SecretKey,
    /// Former master keys: they only decrypt.
    pub previous_master_keys: Vec<SecretKey>,
    /// Encrypt captured files: the first key new files, all keys for reading. Without keys, files are stored
    /// unencrypted.
    pub blob_keys: Vec<SecretKey>,
    /// Timeout for a locked database or a free connection.
    pub busy_timeout: Duration,
    /// Timeout of the object store, plus one second per megabyte of a file.
    pub objects_timeout: Duration,
    /// Maximum number of database connections.
    pub max_connections: u32,
    /// How long an upload may take, in ms, before retention may delete it as abandoned.
    pub upload_grace: i64,
    /// How long the tombstone of an erased session is kept, in ms.
    pub tombstone_retention: i64,
}

impl StoreConfig {
    /// Defaults for everything except locations and master key.
    pub fn new(database_url: impl Into<String>, objects_url: impl Into<String>, master_key: SecretKey) -> Self {
        StoreConfig {
            database_url: database_url.into(),
            objects_url: objects_url.into(),
            study_objects_url: None,
            object_options: Vec::new(),
            master_key,
            previous_master_keys: Vec::new(),
            blob_keys: Vec::new(),
            busy_timeout: Duration::from_secs(5),
            objects_timeout: Duration::from_secs(10),
            max_connections: 8,
            upload_grace: 15 * 60 * 1000,
            tombstone_retention: 365 * 24 * 60 * 60 * 1000,
        }
    }
}
