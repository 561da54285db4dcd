//! Storage of a test: a database and a folder.

use crate::postgres::shared_url;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection, SqliteConnection, postgres::PgConnectOptions};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use tempfile::TempDir;

/// An empty database and an empty folder for one test, removed when dropped (a PostgreSQL database goes with its
/// cluster).
pub struct TestStorage {
    /// For the store: `sqlite:…` or `postgres://…`.
    pub database_url: String,
    folder: TempDir,
}

impl TestStorage {
    /// Uses SQLite.
    pub fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        TestStorage { database_url: format!("sqlite:{}", folder.path().join("nearfar.db").display()), folder }
    }

    /// Creates a database on a real PostgreSQL; `None` with a visible warning if there is none.
    pub async fn postgres() -> Option<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let server = shared_url()?;
        let name = format!("test_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let options: PgConnectOptions = server.parse().expect("a PostgreSQL URL");
        let mut connection = options.clone().database("postgres").connect().await.expect("PostgreSQL answers");
        sqlx::raw_sql(AssertSqlSafe(format!("CREATE DATABASE {name}")))
            .execute(&mut connection)
            .await
            .expect("a database is made");
        connection.close().await.expect("the connection is closed");
        let database_url = options.database(&name).to_url_lossy().to_string();
        Some(TestStorage { database_url, folder: tempfile::tempdir().expect("a temporary folder") })
    }

    /// The number that a query of this database returns.
    pub async fn count(&self, query: String) -> i64 {
        let count = if self.database_url.starts_with("postgres") {
            let mut connection = PgConnection::connect(&self.database_url).await.expect("PostgreSQL answers");
            sqlx::query_scalar(AssertSqlSafe(query)).fetch_one(&mut connection).await
        } else {
            let mut connection = SqliteConnection::connect(&self.database_url).await.expect("the file opens");
            sqlx::query_scalar(AssertSqlSafe(query)).fetch_one(&mut connection).await
        };
        count.expect("a number")
    }

    /// Executes statements on this database, such as a migration of a later release.
    pub async fn execute(&self, statements: &str) {
        let statements = sqlx::raw_sql(AssertSqlSafe(statements.to_owned()));
        if self.database_url.starts_with("postgres") {
            let mut connection = PgConnection::connect(&self.database_url).await.expect("PostgreSQL answers");
            statements.execute(&mut connection).await.map(drop).expect("executed");
        } else {
            let mut connection = SqliteConnection::connect(&self.database_url).await.expect("the file opens");
            statements.execute(&mut connection).await.map(drop).expect("executed");
        }
    }

    /// The test's folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The folder for the store's objects.
    pub fn objects(&self) -> PathBuf {
        self.folder.path().join("objects")
    }
}
