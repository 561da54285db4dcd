//! For tests of which indexes a statement uses.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use nearfar_test_support::TestStorage;
use sqlx::{AssertSqlSafe, Row};

use crate::{DatabaseKind, SecretKey, Store, StoreConfig};

/// A database.
pub(crate) struct Site(TestStorage);

/// A value of a statement.
pub(crate) enum Bound {
    Number(i64),
    Text(String),
}

impl Site {
    pub(crate) fn new(storage: TestStorage) -> Self {
        Self(storage)
    }

    /// Opens its store.
    pub(crate) async fn open(&self) -> Store {
        let objects = self.0.objects().display().to_string();
        let config = StoreConfig::new(&self.0.database_url, objects, SecretKey::new([1; 32]));
        let count = AtomicU8::new(0);
        let entropy = Arc::new(move |bytes: &mut [u8]| bytes.fill(count.fetch_add(1, Ordering::Relaxed)));
        Store::open(&config, entropy).await.unwrap()
    }
}

/// How the database runs the statement, a line per step.
pub(crate) async fn explain(store: &Store, statement: &str, values: Vec<Bound>) -> String {
    let (explain, column) = match store.database_kind() {
        DatabaseKind::Sqlite => ("EXPLAIN QUERY PLAN", "detail"),
        DatabaseKind::Postgres => ("EXPLAIN", "QUERY PLAN"),
    };
    let statement = format!("{explain} {statement}");
    let mut query = sqlx::query(AssertSqlSafe(statement));
    for value in values {
        query = match value {
            Bound::Number(number) => query.bind(number),
            Bound::Text(text) => query.bind(text),
        };
    }
    let rows = query.fetch_all(store.database.pool()).await.unwrap();
    rows.iter().map(|row| row.get::<String, _>(column)).collect::<Vec<_>>().join("\n")
}
