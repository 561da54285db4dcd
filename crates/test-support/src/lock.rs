//! A lock on a database that others have to wait for.

use sqlx::{Connection, Executor, PgConnection, SqliteConnection};

/// Held by a connection of its own until it is dropped.
#[derive(Debug)]
#[allow(dead_code, reason = "held, not used")]
pub enum DatabaseLock {
    /// Of the one right to write.
    Sqlite(SqliteConnection),
    /// Of every table.
    Postgres(PgConnection),
}

impl DatabaseLock {
    /// Takes it: on SQLite nobody can write, on PostgreSQL nobody can read either.
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

    /// Gives it back.
    pub async fn release(self) {
        match self {
            Self::Sqlite(connection) => connection.close().await.expect("closed"),
            Self::Postgres(connection) => connection.close().await.expect("closed"),
        }
    }
}
