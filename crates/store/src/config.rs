//! What the store is opened with.

use crate::cipher::SecretKey;
use std::time::Duration;

/// Where the store keeps things and with which keys.
#[derive(Clone, Debug)]
pub struct StoreConfig {
    /// `sqlite:///path/to/file.db` (made if missing) or `postgres://user@host/database`.
    pub database_url: String,
    /// A path or `file://` URL of a local folder (made if missing), or `s3://bucket/prefix`.
    pub objects_url: String,
    /// As `objects_url`, for the captures of a study; none: there is no study.
    pub study_objects_url: Option<String>,
    /// Options of the S3 client, such as `aws_endpoint` and `aws_region`; they overrule the `AWS_…` environment.
    pub object_options: Vec<(String, String)>,
    /// Encrypts account secrets and the server's own secrets.
    pub master_key: SecretKey,
    /// Encrypts captured files: the first key for new files, all of them for reading. None: files are stored in
    /// clear.
    pub blob_keys: Vec<SecretKey>,
    /// How long to wait for a locked database or a free connection.
    pub busy_timeout: Duration,
    /// How long to wait for an answer of the object store; a file has a second more for each megabyte.
    pub objects_timeout: Duration,
    /// Connections to the database.
    pub max_connections: u32,
    /// How long an upload may take, ms, before a sweep may take it for abandoned.
    pub upload_grace: i64,
    /// How long the tombstone of a cleared session is kept, ms.
    pub tombstone_retention: i64,
}

impl StoreConfig {
    /// The defaults for everything but the places and the master key.
    pub fn new(database_url: impl Into<String>, objects_url: impl Into<String>, master_key: SecretKey) -> Self {
        StoreConfig {
            database_url: database_url.into(),
            objects_url: objects_url.into(),
            study_objects_url: None,
            object_options: Vec::new(),
            master_key,
            blob_keys: Vec::new(),
            busy_timeout: Duration::from_secs(5),
            objects_timeout: Duration::from_secs(10),
            max_connections: 8,
            upload_grace: 15 * 60 * 1000,
            tombstone_retention: 365 * 24 * 60 * 60 * 1000,
        }
    }
}
