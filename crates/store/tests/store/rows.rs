//! Rows in an unexpected format.

use crate::support::*;
use nearfar_store::*;
use sqlx::{AnyConnection, AssertSqlSafe, Connection};

nearfar_test_support::on_both!(crate::support::Site: an_unreadable_value_is_reported_with_its_column);

async fn an_unreadable_value_is_reported_with_its_column(site: Site) {
    let store = site.store().await;
    let account = session(&store, "a1").await.account_id;
    let link = NewHandoff {
        id: "link".into(),
        session_id: "a1".into(),
        secret_sha256: "secret".into(),
        expires_at: NOW + HOUR,
    };
    store.create_handoff(link, NOW).await.unwrap();
    receive(&store, "a1", "one").await;
    store.finish(&claim(&store).await, &passed(), Consequence::Pass, NOW).await.unwrap();
    let mut connection = AnyConnection::connect(&site.storage.database_url).await.unwrap();
    let cases = [
        ("accounts", "enabled", "1", "'yes'", "TEXT"),
        ("accounts", "settings", "'{}'", "'{'", "EOF"),
        ("accounts", "settings", "'{}'", "'{\"vidoe\": true}'", "vidoe"),
        ("sessions", "state", "'passed'", "'lost'", "`lost`"),
        ("sessions", "failure", "NULL", "'lost'", "`lost`"),
        ("sessions", "try_count", "NULL", "-1", "out of range"),
        ("sessions", "inconclusive", "0", "-1", "out of range"),
        ("sessions", "starts", "1", "4294967296", "out of range"),
        ("attempts", "state", "'judged'", "''", "``"),
        ("attempts", "score", "97", "256", "out of range"),
        ("files", "bytes", "1", "-1", "out of range"),
        ("hand_offs", "state", "'created'", "'Created'", "`Created`"),
    ];
    for (table, column, good, bad, reported) in cases {
        let mut set = async |value: &str| {
            let statement = AssertSqlSafe(format!("UPDATE {table} SET {column} = {value}"));
            sqlx::query(statement).execute(&mut connection).await
        };
        // PostgreSQL rejects text for a number.
        if set(bad).await.is_err() {
            assert_eq!((store.database_kind(), reported), (DatabaseKind::Postgres, "TEXT"), "{bad} in {column}");
            continue;
        }
        let read = async || match table {
            "accounts" => store.account(&account).await.map(drop),
            "sessions" => store.session("a1").await.map(drop),
            "attempts" => store.attempt("a1", "one").await.map(drop),
            "files" => store.files("a1", "one").await.map(drop),
            _ => store.handoff("link").await.map(drop),
        };
        match read().await {
            Err(Error::Corrupt { what: "database row", reason }) => {
                assert!(
                    reason.contains(&format!("{column:?}")) && reason.contains(reported),
                    "{bad} in {column}: {reason}"
                );
            }
            other => panic!("{bad} in {column}: {other:?}"),
        }
        set(good).await.unwrap();
        read().await.unwrap();
    }
}
