//! Locks a database, so that others have to wait.

use sqlx::{Connection, Executor, PgConnection, SqliteConnection};

/// Held by its own connection until dropped.
#[derive(Debug)]
#[allow(dead_code, reason = "held, not used")]
pub enum DatabaseLock {
    /// SQLite's write lock.
    Sqlite(SqliteConnection),
    /// Locks on every table.
    Postgres(PgConnection),
}

impl DatabaseLock {
    /// Takes the lock: on SQLite nobody can write, on PostgreSQL nobody can read either.
    pub async fn take(database_url: &str) -> Self {
        if database_url.starts_with("sqlite:") {
            let mut connection = SqliteConnection::connect(database_url).await.expect("SQLite");
            connection.execute(sqlx::raw_sql("BEGIN IMMEDIATE")).await.expect("the lock");
            return Self::Sqlite(connection);
        }
        let mut connection = PgConnection::connect(database_url).await.expect("PostgreSQL");
        let lock = "BEGIN; LOCK TABLE sessions, attempts IN ACCESS EXCLUSIVE MODE";
        connection.execute(sqlx::raw_sql(lock)).await.expect("the lock");
        Self::Postgres(connection)
    }

    /// Releases the lock.
    pub async fn release(self) {
        match self {
            Self::Sqlite(connection) => connection.close().await.expect("closed"),
            Self::Postgres(connection) => connection.close().await.expect("closed"),
        }
    }
}
