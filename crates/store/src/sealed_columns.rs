//! The columns that the master key encrypts, and their re-encryption with a new key.

use crate::Store;
use crate::database::{Database, database_error};
use crate::error::Result;
use crate::keyring::Keyring;
use std::collections::BTreeMap;

/// A column of sealed texts. Its name begins with `sealed`: a test finds columns that are missing here.
pub(crate) struct SealedColumn {
    table: &'static str,
    column: &'static str,
    /// The column of the row's unique key.
    key: &'static str,
    /// The beginning of the encryption context. The row's key follows.
    context: &'static str,
}

/// Every column that [`crate::keyring::Keyring::seal_text`] writes.
pub(crate) const SEALED_COLUMNS: &[SealedColumn] = &[
    SealedColumn { table: "accounts", column: "sealed_secret", key: "id", context: "account secret/" },
    SealedColumn { table: "server_secrets", column: "sealed", key: "name", context: "server secret/" },
    SealedColumn { table: "operators", column: "sealed_totp", key: "id", context: "operator totp/" },
    SealedColumn { table: "signing_keys", column: "sealed", key: "id", context: "signing key/" },
    // In this order: a rotation moves the first one's text to the second.
    SealedColumn { table: "webhook_endpoints", column: "sealed_secret", key: "account_id", context: "webhook secret/" },
    SealedColumn {
        table: "webhook_endpoints",
        column: "sealed_previous",
        key: "account_id",
        context: "webhook secret/",
    },
];

/// Rows per transaction.
const BATCH: i64 = 50;

/// What [`Store::reencrypt_secrets`] has done so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReencryptedSecrets {
    /// Secrets now encrypted with the current master key.
    pub done: u64,
    /// Rows that no configured key opens, as `table.column/key`.
    pub unreadable: Vec<String>,
}

/// How many secrets of a column a key encrypts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretCount {
    /// `table.column`.
    pub column: String,
    /// The key's id; `None` if no configured key opens them.
    pub key_id: Option<String>,
    /// Number of rows.
    pub rows: u64,
}

impl SealedColumn {
    /// Rows after a key in order, without those whose text begins with `except`.
    fn select(&self) -> String {
        let SealedColumn { table, column, key, .. } = self;
        format!(
            "SELECT {key}, {column} FROM {table} WHERE {key} > $1 AND {column} IS NOT NULL AND {column} NOT LIKE $2 \
             ORDER BY {key} LIMIT {BATCH}"
        )
    }
}

impl Store {
    /// The ids of the master keys: the current one, then the previous ones.
    pub fn master_key_ids(&self) -> Vec<String> {
        std::iter::once(self.master.current_id()).chain(self.master.previous_ids()).map(str::to_owned).collect()
    }

    /// Encrypts every secret of the database with the current master key. `progress` runs after each committed batch.
    /// Interrupted at any point, the next call continues. A secret that is replaced meanwhile stays as it is.
    ///
    /// # Errors
    /// [`crate::Error::Unavailable`]: call it again.
    pub async fn reencrypt_secrets(&self, mut progress: impl FnMut(&ReencryptedSecrets)) -> Result<ReencryptedSecrets> {
        let mut report = ReencryptedSecrets::default();
        let current = format!("{}.%", self.master.current_id());
        for column in SEALED_COLUMNS {
            let SealedColumn { table, column: name, key, context } = column;
            let mut after = String::new();
            loop {
                let rows = sqlx::query_as(sqlx::AssertSqlSafe(column.select()));
                let rows = rows.bind(&after).bind(&current).fetch_all(self.database.pool()).await;
                let rows: Vec<(String, String)> = rows.map_err(database_error)?;
                let Some((last, _)) = rows.last() else { break };
                after.clone_from(last);
                let mut write = self.database.write().await?;
                for (row, sealed) in rows {
                    let context = format!("{context}{row}");
                    let Ok(plain) = self.master.open_text(&sealed, &context, "secret") else {
                        report.unreadable.push(format!("{table}.{name}/{row}"));
                        continue;
                    };
                    let resealed = self.master.seal_text(&plain, &context, &self.entropy)?;
                    // Only what was read: somebody may have replaced the secret.
                    let update = format!("UPDATE {table} SET {name} = $1 WHERE {key} = $2 AND {name} = $3");
                    let update = sqlx::query(sqlx::AssertSqlSafe(update)).bind(resealed).bind(&row).bind(&sealed);
                    report.done += update.execute(&mut *write).await.map_err(database_error)?.rows_affected();
                }
                write.commit().await?;
                progress(&report);
            }
        }
        Ok(report)
    }

    /// Counts the secrets by column and key.
    ///
    /// # Errors
    /// [`crate::Error::Unavailable`].
    pub async fn count_secrets(&self) -> Result<Vec<SecretCount>> {
        count(&self.database, &self.master).await
    }
}

/// Like [`Store::count_secrets`], on a database whose schema may be older and lack columns.
pub(crate) async fn count(database: &Database, master: &Keyring) -> Result<Vec<SecretCount>> {
    let mut counts: BTreeMap<(String, Option<String>), u64> = BTreeMap::new();
    for column in SEALED_COLUMNS {
        if !database.has_table(column.table).await? {
            continue;
        }
        let mut after = String::new();
        loop {
            let rows = sqlx::query_as(sqlx::AssertSqlSafe(column.select()));
            let rows = rows.bind(&after).bind("").fetch_all(database.pool()).await;
            let rows: Vec<(String, String)> = rows.map_err(database_error)?;
            let Some((last, _)) = rows.last() else { break };
            after.clone_from(last);
            for (row, sealed) in rows {
                let opened = master.open_with_id(&sealed, &format!("{}{row}", column.context), "secret");
                let key_id = opened.ok().map(|(_, id)| id.to_owned());
                *counts.entry((format!("{}.{}", column.table, column.column), key_id)).or_default() += 1;
            }
        }
    }
    Ok(counts.into_iter().map(|((column, key_id), rows)| SecretCount { column, key_id, rows }).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{SecretKey, StoreConfig};
    use std::sync::Arc;

    #[tokio::test]
    async fn every_sealed_column_of_the_schema_is_listed() {
        let storage = nearfar_test_support::TestStorage::sqlite();
        let objects = storage.objects().display().to_string();
        let config = StoreConfig::new(&storage.database_url, objects, SecretKey::new([1; 32]));
        let store = Store::open(&config, Arc::new(|bytes: &mut [u8]| bytes.fill(7))).await.unwrap();
        let columns = "SELECT m.name || '.' || c.name FROM sqlite_master m, pragma_table_info(m.name) c \
                       WHERE m.type = 'table' AND c.name LIKE 'sealed%' ORDER BY 1";
        let columns: Vec<String> = sqlx::query_scalar(columns).fetch_all(store.database.pool()).await.unwrap();
        let mut listed: Vec<String> = SEALED_COLUMNS.iter().map(|c| format!("{}.{}", c.table, c.column)).collect();
        listed.sort();
        assert_eq!(columns, listed);
    }

    /// A column under another name would escape the test above.
    #[test]
    fn every_file_that_seals_is_known() {
        let mut sealing = Vec::new();
        let mut folders = vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if std::fs::read_to_string(&path).unwrap().contains("master.seal_text(") {
                    sealing.push(path.file_name().unwrap().to_string_lossy().into_owned());
                }
            }
        }
        sealing.sort();
        // Before you add a file: are its columns in SEALED_COLUMNS, and named sealed…?
        assert_eq!(sealing, ["accounts.rs", "credentials.rs", "endpoints.rs", "sealed_columns.rs", "signing_keys.rs"]);
    }
}
