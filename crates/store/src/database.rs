//! Accesses SQLite and PostgreSQL with the same statements.

use crate::config::StoreConfig;
pub(crate) use crate::database_error::{database_error, unavailable};
use crate::error::{Error, Result};
use crate::statistics::counters::Counters;
use sqlx::any::AnyPoolOptions;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Any, AnyPool, Connection, Executor, Transaction};
use std::ops::{Deref, DerefMut};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, OwnedMutexGuard};
use tracing::Instrument;

/// Minimum time to open a connection, however short the lock timeout is.
const MIN_ACQUIRE_TIMEOUT: Duration = Duration::from_secs(3);

/// The kind of a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DatabaseKind {
    /// Embedded.
    Sqlite,
    /// A server.
    Postgres,
}

#[derive(Clone)]
pub(crate) struct Database {
    pool: AnyPool,
    /// SQLite's writers have one connection of their own: its page cache stays valid, whereas every other connection
    /// reads a page again that another one has changed. On PostgreSQL the same pool as the readers'.
    write_pool: AnyPool,
    kind: DatabaseKind,
    busy_timeout: Duration,
    /// SQLite allows one writer at a time. This lock is fair and cheap; SQLite's own waiting is neither.
    writer: Arc<Mutex<()>>,
}

impl Database {
    /// Connects, creates an SQLite database that is missing, and migrates.
    pub(crate) async fn open(config: &StoreConfig) -> Result<Self> {
        let (backend, url) = backend_and_url(&config.database_url)?;
        let database = Self::connect(config, backend, url).await?;
        database.migrate().await?;
        Ok(database)
    }

    /// Connects without migrating; `None` if there is no such SQLite file.
    pub(crate) async fn connect_existing(config: &StoreConfig) -> Result<Option<Self>> {
        let (backend, url) = backend_and_url(&config.database_url)?;
        let url = url.replace("mode=rwc", "mode=rw");
        if backend == DatabaseKind::Sqlite {
            let options: SqliteConnectOptions = url.parse().map_err(database_error)?;
            if !options.get_filename().exists() {
                return Ok(None);
            }
        }
        Self::connect(config, backend, url).await.map(Some)
    }

    /// The file that a URL of an SQLite database names.
    ///
    /// # Errors
    /// [`Error::Configuration`] for another database.
    pub(crate) fn file_of(url: &str) -> Result<PathBuf> {
        let (backend, url) = backend_and_url(url)?;
        if backend != DatabaseKind::Sqlite {
            let reason = "a PostgreSQL database has tools of its own for backups: docs/KEYS-AND-BACKUPS.md";
            return Err(Error::Configuration(reason.into()));
        }
        let options: SqliteConnectOptions = url.parse().map_err(database_error)?;
        Ok(options.get_filename().to_owned())
    }

    async fn connect(config: &StoreConfig, backend: DatabaseKind, url: String) -> Result<Self> {
        sqlx::any::install_default_drivers();
        let pool = connect_pool(config, backend, &url, config.max_connections).await?;
        let write_pool = match backend {
            DatabaseKind::Sqlite => connect_pool(config, backend, &url, 1).await?,
            DatabaseKind::Postgres => pool.clone(),
        };
        let writer = Arc::new(Mutex::new(()));
        Ok(Database { pool, write_pool, kind: backend, busy_timeout: config.busy_timeout, writer })
    }

    /// Whether a table exists.
    pub(crate) async fn has_table(&self, name: &str) -> Result<bool> {
        let query = match self.kind {
            DatabaseKind::Sqlite => "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = $1",
            DatabaseKind::Postgres => {
                "SELECT COUNT(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = $1"
            }
        };
        let count = sqlx::query_scalar(query).bind(name).fetch_one(&self.pool).await;
        let count: i64 = count.map_err(database_error)?;
        Ok(count > 0)
    }

    pub(crate) fn kind(&self) -> DatabaseKind {
        self.kind
    }

    /// For single statements.
    pub(crate) fn pool(&self) -> &AnyPool {
        &self.pool
    }

    /// Begins a write transaction, rolled back unless committed. Lock rows with an UPDATE before deciding on them: on
    /// PostgreSQL the isolation level is READ COMMITTED.
    pub(crate) async fn write(&self) -> Result<Write> {
        let (permit, begin_statement) = match self.kind {
            DatabaseKind::Sqlite => {
                let permit = tokio::time::timeout(self.busy_timeout, self.writer.clone().lock_owned()).await;
                (Some(permit.map_err(|_| unavailable("the writer is busy"))?), "BEGIN IMMEDIATE")
            }
            DatabaseKind::Postgres => (None, "BEGIN"),
        };
        let pool = self.write_pool.clone();
        let begun = async move {
            let transaction = pool.begin_with(begin_statement).await.map_err(database_error)?;
            Ok(Write {
                transaction,
                counters: Counters::default(),
                after_commit: Vec::new(),
                is_discarded: false,
                _writer_permit: permit,
            })
        };
        run_to_completion(begun).await
    }

    /// Executes and commits one statement with one number.
    pub(crate) async fn execute_one(&self, statement: &'static str, number: i64) -> Result<u64> {
        let mut write = self.write().await?;
        let done = sqlx::query(statement).bind(number).execute(&mut *write).await.map_err(database_error)?;
        write.commit().await?;
        Ok(done.rows_affected())
    }

    /// Checkpoints and empties the write-ahead log, so that overwritten data is gone from both files. Readers can delay
    /// this until a later call.
    pub(crate) async fn flush_log(&self) -> Result<()> {
        if self.kind == DatabaseKind::Sqlite {
            sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").fetch_all(&self.pool).await.map_err(database_error)?;
        }
        Ok(())
    }

    /// The file of an SQLite database.
    pub(crate) async fn file(&self) -> Result<Option<PathBuf>> {
        if self.kind != DatabaseKind::Sqlite {
            return Ok(None);
        }
        let query = "SELECT file FROM pragma_database_list WHERE name = 'main'";
        let file: String = sqlx::query_scalar(query).fetch_one(&self.pool).await.map_err(database_error)?;
        Ok(Some(file.into()))
    }

    pub(crate) async fn close(&self) {
        self.write_pool.close().await;
        self.pool.close().await;
    }
}

async fn connect_pool(config: &StoreConfig, backend: DatabaseKind, url: &str, connections: u32) -> Result<AnyPool> {
    // 0 would mean "no timeout" in PostgreSQL.
    let milliseconds = config.busy_timeout.as_millis().max(1);
    AnyPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(config.busy_timeout.max(MIN_ACQUIRE_TIMEOUT))
        // A server may have closed an idle connection; SQLite's are in this process.
        .test_before_acquire(backend == DatabaseKind::Postgres)
        .after_connect(move |connection, _| {
            Box::pin(async move {
                let set_up = match backend {
                    // WAL: readers do not wait for the writer. FULL: commits survive a power failure.
                    // secure_delete: deleted data is overwritten.
                    DatabaseKind::Sqlite => format!(
                        "PRAGMA busy_timeout = {milliseconds}; PRAGMA journal_mode = WAL; \
                         PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON;"
                    ),
                    DatabaseKind::Postgres => format!(
                        "SET lock_timeout = '{milliseconds}ms'; SET synchronous_commit = on; \
                         SET default_transaction_isolation = 'read committed';"
                    ),
                };
                connection.execute(sqlx::raw_sql(sqlx::AssertSqlSafe(set_up))).await?;
                Ok(())
            })
        })
        // When the disk is full, SQLite ends a transaction on its own. sqlx then cannot end it, and the connection
        // could never begin another.
        .before_acquire(|connection, _| Box::pin(async move { Ok(!connection.is_in_transaction()) }))
        .connect(url)
        .await
        .map_err(database_error)
}

/// An open transaction and, on SQLite, the permit to write.
pub(crate) struct Write {
    transaction: Transaction<'static, Any>,
    /// Written last: on PostgreSQL other transactions wait for these rows.
    counters: Counters,
    after_commit: Vec<Box<dyn FnOnce() + Send>>,
    is_discarded: bool,
    _writer_permit: Option<OwnedMutexGuard<()>>,
}

/// What a savepoint of a [`Write`] restores, besides the database.
pub(crate) struct WriteMark {
    counters: Counters,
    actions: usize,
}

impl Write {
    pub(crate) async fn commit(self) -> Result<()> {
        run_to_completion(async move {
            let Write { mut transaction, counters, after_commit, is_discarded: _, _writer_permit } = self;
            counters.write(&mut transaction).await?;
            transaction.commit().await.map_err(database_error)?;
            after_commit.into_iter().for_each(|action| action());
            Ok(())
        })
        .await
    }

    /// Runs something once the transaction is committed, and not at all if it is not.
    pub(crate) fn after_commit(&mut self, action: impl FnOnce() + Send + 'static) {
        self.after_commit.push(Box::new(action));
    }

    /// Adds to counters of the statistics when the transaction is committed.
    pub(crate) fn count(&mut self, counters: Counters) {
        self.counters.add_all(counters);
    }

    /// Rolls the changes of [`crate::group_commit::GroupCommit::run`] back although it succeeds.
    pub(crate) fn discard(&mut self) {
        self.is_discarded = true;
    }

    /// Whether [`Write::discard`] was called since the last call of this method.
    pub(crate) fn take_discarded(&mut self) -> bool {
        std::mem::take(&mut self.is_discarded)
    }

    /// For [`Write::reset`]. Counters that are added from here on are collected separately, until then or
    /// [`Write::keep`].
    pub(crate) fn mark(&mut self) -> WriteMark {
        WriteMark { counters: std::mem::take(&mut self.counters), actions: self.after_commit.len() }
    }

    /// Keeps what was added since the mark.
    pub(crate) fn keep(&mut self, mark: WriteMark) {
        let since = std::mem::replace(&mut self.counters, mark.counters);
        self.counters.add_all(since);
    }

    /// Removes what was added since the mark.
    pub(crate) fn reset(&mut self, mark: WriteMark) {
        self.counters = mark.counters;
        self.after_commit.truncate(mark.actions);
    }
}

/// Runs to completion even if its caller is cancelled, as when a client disconnects. An interrupted BEGIN would leave a
/// transaction open that sqlx does not know of, until the connection's next one; an interrupted COMMIT would be rolled
/// back by sqlx, with a warning of PostgreSQL.
async fn run_to_completion<T: Send + 'static>(work: impl Future<Output = Result<T>> + Send + 'static) -> Result<T> {
    let done = tokio::spawn(work.in_current_span()).await;
    done.unwrap_or_else(|error| Err(Error::Internal(error.to_string())))
}

impl Deref for Write {
    type Target = sqlx::AnyConnection;
    fn deref(&self) -> &Self::Target {
        &self.transaction
    }
}

impl DerefMut for Write {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.transaction
    }
}

pub(crate) fn backend_and_url(url: &str) -> Result<(DatabaseKind, String)> {
    if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        #[cfg(feature = "postgres")]
        return Ok((DatabaseKind::Postgres, url.to_owned()));
        #[cfg(not(feature = "postgres"))]
        return Err(Error::Configuration(
            "this program was built without PostgreSQL; build it with --features postgres".into(),
        ));
    }
    let Some(path) = url.strip_prefix("sqlite:") else {
        return Err(Error::Configuration("the database URL must start with sqlite: or postgres:".into()));
    };
    if path.contains(":memory:") || path.contains("mode=memory") {
        return Err(Error::Configuration("a database in memory would lose what was acknowledged".into()));
    }
    if path.contains("mode=") {
        return Ok((DatabaseKind::Sqlite, url.to_owned()));
    }
    let joint = if path.contains('?') { '&' } else { '?' };
    Ok((DatabaseKind::Sqlite, format!("{url}{joint}mode=rwc")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_checked() {
        assert_eq!(backend_and_url("sqlite:///a.db").unwrap().1, "sqlite:///a.db?mode=rwc");
        assert_eq!(backend_and_url("sqlite:a.db?cache=private").unwrap().1, "sqlite:a.db?cache=private&mode=rwc");
        #[cfg(feature = "postgres")]
        assert_eq!(backend_and_url("postgres://h/d").unwrap().0, DatabaseKind::Postgres);
        #[cfg(not(feature = "postgres"))]
        assert!(matches!(backend_and_url("postgres://h/d"), Err(Error::Configuration(_))));
        for wrong in ["mysql://h/d", "sqlite::memory:", "sqlite://?mode=memory", ""] {
            assert!(matches!(backend_and_url(wrong), Err(Error::Configuration(_))), "{wrong}");
        }
    }
}
