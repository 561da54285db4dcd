//! Inspects database and object store without changing them, before a service starts on them.

use crate::blobs;
use crate::config::StoreConfig;
use crate::database::{Database, database_error};
use crate::entropy::{Entropy, random_hex};
use crate::error::Result;
use crate::keyring::Keyring;
use crate::migrations::newest_schema;
use crate::sealed_columns;
use crate::{CHECK_TIMEOUT, Store};

/// What a database contains.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DatabaseInspection {
    /// The version of its schema; `None` if there is none yet: the start creates it.
    pub schema: Option<i64>,
    /// The version that this program migrates to.
    pub known_schema: i64,
    /// Secrets that no configured master key opens.
    pub unreadable_secrets: u64,
    /// Files whose key is not configured.
    pub unreadable_files: u64,
}

impl Store {
    /// Inspects the database without creating or migrating it.
    ///
    /// # Errors
    /// [`crate::Error::Unavailable`] if it cannot be reached; [`crate::Error::Configuration`] for an invalid URL or a
    /// schema that only newer programs understand.
    pub async fn inspect_database(config: &StoreConfig) -> Result<DatabaseInspection> {
        let known_schema = newest_schema();
        let empty = DatabaseInspection { schema: None, known_schema, unreadable_secrets: 0, unreadable_files: 0 };
        let Some(database) = Database::connect_existing(config).await? else { return Ok(empty) };
        let inspected = inspect(&database, config, empty).await;
        database.close().await;
        inspected
    }

    /// Writes and deletes a probe in the object store. Returns `false` for a folder that does not exist yet: the start
    /// creates it.
    ///
    /// # Errors
    /// [`crate::Error::Unavailable`] if it cannot be written; [`crate::Error::Configuration`] for an invalid URL.
    pub async fn inspect_objects(config: &StoreConfig, entropy: Entropy) -> Result<bool> {
        if !blobs::exists(config)? {
            return Ok(false);
        }
        let name = random_hex(8, &entropy);
        blobs::open(config, entropy)?.check(&name, CHECK_TIMEOUT).await?;
        Ok(true)
    }
}

async fn inspect(database: &Database, config: &StoreConfig, empty: DatabaseInspection) -> Result<DatabaseInspection> {
    if !database.has_table("_sqlx_migrations").await? {
        return Ok(empty);
    }
    let query = "SELECT MAX(version) FROM _sqlx_migrations";
    let schema = sqlx::query_scalar(query).fetch_one(database.pool()).await.map_err(database_error)?;
    if database.has_table("schema_compatibility").await? {
        database.check_compatibility().await?;
    }
    let master = Keyring::new(&config.master_key, &config.previous_master_keys);
    let secrets = sealed_columns::count(database, &master).await?;
    let unreadable_secrets = secrets.iter().filter(|count| count.key_id.is_none()).map(|count| count.rows).sum();
    let mut unreadable_files = 0;
    if database.has_table("files").await? {
        let query = "SELECT key_id, COUNT(*) FROM files WHERE key_id IS NOT NULL GROUP BY key_id";
        let files = sqlx::query_as(query).fetch_all(database.pool()).await.map_err(database_error)?;
        let files: Vec<(String, i64)> = files;
        let known: Vec<String> = config.blob_keys.iter().map(blobs::key_id).collect();
        let unknown = files.iter().filter(|(key, _)| !known.contains(key));
        unreadable_files = unknown.map(|(_, files)| files.unsigned_abs()).sum();
    }
    Ok(DatabaseInspection { schema, unreadable_secrets, unreadable_files, ..empty })
}
