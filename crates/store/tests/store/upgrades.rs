//! Rolling upgrades: this program on a database that a later release has migrated.

use crate::support::*;
use nearfar_store::*;

nearfar_test_support::on_both!(Site:
    an_older_instance_goes_on_after_an_addition,
    an_older_instance_stops_after_an_incompatible_change,
);

/// What a migration of a later release may do while older instances run: add columns with a default, and tables.
const ADDITION: &str = "ALTER TABLE sessions ADD COLUMN later TEXT DEFAULT 'x'; \
    ALTER TABLE attempts ADD COLUMN later BIGINT NOT NULL DEFAULT 0; \
    ALTER TABLE files ADD COLUMN later TEXT; \
    CREATE TABLE later (id TEXT NOT NULL PRIMARY KEY);";

/// Records a migration as sqlx does.
async fn record_migration(site: &Site, version: i64) {
    let (checksum, success) = match site.storage.database_url.starts_with("postgres") {
        true => ("'\\x00'", "TRUE"),
        false => ("x'00'", "1"),
    };
    let record = format!(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
         VALUES ({version}, 'later', {success}, {checksum}, 0)"
    );
    site.storage.execute(&record).await;
}

async fn whole_session(store: &Store, id: &str) {
    session(store, id).await;
    receive(store, id, "one").await;
    let claimed = claim(store).await;
    store.received_upload(&claimed).await.unwrap();
    store.finish(&claimed, &passed(), Consequence::Pass, NOW + 7000).await.unwrap();
    assert_eq!(store.session(id).await.unwrap().state, SessionState::Passed);
    store.erase_session(id, NOW + 8000).await.unwrap();
}

async fn an_older_instance_goes_on_after_an_addition(site: Site) {
    let running = site.store().await;
    whole_session(&running, "before").await;
    site.storage.execute(ADDITION).await;
    record_migration(&site, 9999).await;
    whole_session(&running, "after").await;
    running.check().await.unwrap();
    let started = site.store().await;
    whole_session(&started, "started").await;
    started.check().await.unwrap();
}

async fn an_older_instance_stops_after_an_incompatible_change(site: Site) {
    let running = site.store().await;
    running.check().await.unwrap();
    record_migration(&site, 9999).await;
    site.storage.execute("UPDATE schema_compatibility SET compatible_from = 9999").await;
    assert_eq!(unavailable(running.check().await), StorageBackend::Database, "the running instance is not ready");
    match Store::open(&site.config, entropy()).await {
        Err(Error::Configuration(reason)) => {
            assert!(reason.contains("schema 9999") && reason.contains("newer release"), "{reason}");
        }
        other => panic!("it starts: {:?}", other.map(|_| ())),
    }
}
