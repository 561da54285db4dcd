//! Outages: nothing is lost or half-stored, and work continues afterwards.

use crate::support::*;
use nearfar_store::*;
use nearfar_test_support::{Fault, FaultyObjects, TestStorage};
use object_store::local::LocalFileSystem;
use sqlx::Connection;
use std::sync::Arc;
use std::time::Duration;

nearfar_test_support::on_both!(crate::support::Site:
    an_object_store_that_is_down_is_temporary,
    a_full_object_store_is_temporary,
    a_hanging_object_store_is_temporary,
    altered_and_missing_files_are_corrupt,
    files_need_the_key_they_were_encrypted_with,
    an_unmounted_folder_is_temporary,
    an_upload_that_cannot_be_written_fails_alone,
    a_lost_connection_is_reopened,
);

async fn an_object_store_that_is_down_is_temporary(site: Site) {
    let (store, objects) = site.faulty().await;
    session(&store, "a1").await;
    let issued = issue(&store, "a1", "one", "first").await;
    store.check().await.unwrap();
    objects.set(Fault::Down);
    assert_eq!(unavailable(store.check().await), StorageBackend::Objects);
    assert_eq!(unavailable(store.receive(upload(&issued), NOW).await), StorageBackend::Objects);
    assert_eq!(store.attempt("a1", "one").await.unwrap(), issued);
    assert_eq!(store.session("a1").await.unwrap().state, SessionState::Open);
    objects.set(Fault::None);
    assert!(!store.receive(upload(&issued), NOW).await.unwrap().repeated);

    let claimed = claim(&store).await;
    objects.set(Fault::Down);
    assert_eq!(unavailable(store.received_upload(&claimed).await.map(|_| ())), StorageBackend::Objects);
    assert_eq!(unavailable(store.file("a1", "one", "far").await), StorageBackend::Objects);
    objects.set(Fault::None);
    assert_eq!(store.received_upload(&claimed).await.unwrap().files.len(), 4);
    store.run_retention(NOW + HOUR).await.unwrap();
    assert_eq!(site.objects().len(), 5);
}

async fn a_full_object_store_is_temporary(site: Site) {
    let (store, objects) = site.faulty().await;
    session(&store, "a1").await;
    let issued = issue(&store, "a1", "one", "first").await;
    // However many of the five files succeed.
    for room in 0..5 {
        objects.room_for(room);
        assert_eq!(unavailable(store.receive(upload(&issued), NOW).await), StorageBackend::Objects, "room for {room}");
        assert_eq!(store.attempt("a1", "one").await.unwrap(), issued);
        assert_eq!(store.files("a1", "one").await.unwrap(), []);
    }
    objects.room_for(5);
    store.receive(upload(&issued), NOW).await.unwrap();
    assert_eq!(store.received_upload(&claim(&store).await).await.unwrap().files.len(), 4);
}

async fn a_hanging_object_store_is_temporary(mut site: Site) {
    let usual = std::mem::replace(&mut site.config.objects_timeout, Duration::from_millis(20));
    let (store, objects) = site.faulty().await;
    session(&store, "a1").await;
    let issued = issue(&store, "a1", "one", "first").await;
    session(&store, "a2").await;
    objects.set(Fault::Hanging);
    let all = async {
        assert_eq!(unavailable(store.check().await), StorageBackend::Objects);
        assert_eq!(unavailable(store.receive(upload(&issued), NOW).await), StorageBackend::Objects);
        assert_eq!(unavailable(store.erase_session("a2", NOW).await), StorageBackend::Objects);
    };
    tokio::time::timeout(Duration::from_secs(60), all).await.expect("waits end after a limit");
    assert_eq!(store.attempt("a1", "one").await.unwrap(), issued);
    assert_eq!(store.session("a2").await.unwrap().state, SessionState::Cleared);
    // Abandoned writes complete after all, and are deleted afterwards.
    objects.set(Fault::None);
    let late = async {
        while site.object_names().iter().filter(|name| name.contains("a1/one")).count() < 4 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), late).await.expect("it is written");
    // On a busy machine, successful operations take longer than this test's timeout.
    site.config.objects_timeout = usual;
    let store = site.over(&objects).await;
    store.run_retention(NOW + HOUR).await.unwrap();
    let left: Vec<_> = site.object_names().into_iter().filter(|name| name.contains("a1/one")).collect();
    assert_eq!(left, [""; 0]);
    assert!(!store.receive(upload(&issued), NOW).await.unwrap().repeated);
}

async fn altered_and_missing_files_are_corrupt(mut site: Site) {
    for encrypted in [true, false] {
        if !encrypted {
            site.config.blob_keys.clear();
        }
        let store = site.store().await;
        let id = if encrypted { "a1" } else { "a2" };
        session(&store, id).await;
        receive(&store, id, "one").await;
        let path = |name: &str| {
            let objects = site.objects();
            let found = objects.iter().find(|(path, _)| path.contains(&format!("/{id}/")) && path.ends_with(name));
            site.storage.objects().join(&found.unwrap().0)
        };
        let far = path("/far");
        let mut bytes = std::fs::read(&far).unwrap();
        assert_eq!(bytes.starts_with(b"FACE far"), !encrypted);
        bytes[20] ^= 1;
        std::fs::write(&far, &bytes).unwrap();
        assert!(matches!(store.file(id, "one", "far").await, Err(Error::Corrupt { .. })));
        // One file in place of another.
        std::fs::copy(path("/near"), &far).unwrap();
        assert!(matches!(store.file(id, "one", "far").await, Err(Error::Corrupt { .. })));
        std::fs::remove_file(&far).unwrap();
        assert!(matches!(store.file(id, "one", "far").await, Err(Error::Corrupt { .. })));
        assert!(matches!(store.received_upload(&claim(&store).await).await, Err(Error::Corrupt { .. })));
        assert!(store.file(id, "one", "near").await.is_ok());
        store.erase_session(id, NOW).await.unwrap();
    }
}

async fn files_need_the_key_they_were_encrypted_with(mut site: Site) {
    let store = site.store().await;
    session(&store, "a1").await;
    receive(&store, "a1", "one").await;
    site.config.blob_keys = vec![SecretKey::new([3; 32])];
    // A forgotten key can be given later: nothing counts as corrupt.
    assert_eq!(unavailable(site.store().await.file("a1", "one", "far").await), StorageBackend::Objects);
    // A new first key: both keys read, the new one writes.
    site.config.blob_keys = vec![SecretKey::new([3; 32]), SecretKey::new([2; 32])];
    let rotated = site.store().await;
    assert!(rotated.file("a1", "one", "far").await.is_ok());
    session(&rotated, "a2").await;
    receive(&rotated, "a2", "one").await;
    assert!(rotated.file("a2", "one", "far").await.is_ok());
    assert_eq!(unavailable(store.file("a2", "one", "far").await), StorageBackend::Objects);
    // Encryption enabled later: unencrypted files are still readable.
    site.config.blob_keys.clear();
    let clear = site.store().await;
    session(&clear, "a3").await;
    receive(&clear, "a3", "one").await;
    assert!(rotated.file("a3", "one", "far").await.is_ok());
}

async fn an_unmounted_folder_is_temporary(site: Site) {
    let store = site.store().await;
    session(&store, "a1").await;
    receive(&store, "a1", "one").await;
    session(&store, "a2").await;
    let issued = issue(&store, "a2", "one", "first").await;
    let claimed = claim(&store).await;
    // An unmounted disk: its mount point is an empty folder.
    let away = site.storage.folder().join("away");
    std::fs::rename(site.storage.objects(), &away).unwrap();
    std::fs::create_dir(site.storage.objects()).unwrap();
    assert_eq!(unavailable(store.check().await), StorageBackend::Objects);
    assert_eq!(unavailable(store.received_upload(&claimed).await.map(|_| ())), StorageBackend::Objects);
    assert_eq!(unavailable(store.receive(upload(&issued), NOW).await), StorageBackend::Objects);
    assert_eq!(unavailable(store.erase_session("a2", NOW).await), StorageBackend::Objects);
    assert_eq!(site.objects(), [], "nothing is written in its place");
    std::fs::remove_dir(site.storage.objects()).unwrap();
    std::fs::rename(&away, site.storage.objects()).unwrap();
    assert_eq!(store.received_upload(&claimed).await.unwrap().files.len(), 4);
    assert!(store.run_retention(NOW).await.unwrap().deletions > 0, "deletion continues");
}

async fn an_upload_that_cannot_be_written_fails_alone(site: Site) {
    let store = site.store().await;
    let ids: Vec<_> = (0..6).map(|number| format!("a{number}")).collect();
    let mut uploads = Vec::new();
    for id in &ids {
        session(&store, id).await;
        uploads.push(upload(&issue(&store, id, "one", "first").await));
    }
    // A file where the folder of one session has to be.
    let in_the_way = site.storage.objects().join("sessions/a2");
    std::fs::write(&in_the_way, b"").unwrap();
    // At the same time: they share transactions.
    let outcomes = futures::future::join_all(uploads.iter().cloned().map(|upload| store.receive(upload, NOW))).await;
    for (id, outcome) in ids.iter().zip(outcomes) {
        if id == "a2" {
            assert_eq!(unavailable(outcome), StorageBackend::Objects);
        } else {
            assert!(!outcome.unwrap().repeated, "{id}");
            assert_eq!(store.files(id, "one").await.unwrap().len(), 5);
        }
    }
    assert_eq!(store.files("a2", "one").await.unwrap(), []);
    assert_eq!(store.attempt("a2", "one").await.unwrap().state, AttemptState::Issued);
    std::fs::remove_file(&in_the_way).unwrap();
    assert!(!store.receive(uploads[2].clone(), NOW).await.unwrap().repeated);
    store.run_retention(NOW + HOUR).await.unwrap();
    assert_eq!(site.objects().len(), 6 * 5, "nothing of an acknowledged upload is deleted");
}

/// Terminates all connections of the database (PostgreSQL only).
async fn a_lost_connection_is_reopened(site: Site) {
    let store = site.store().await;
    session(&store, "a1").await;
    if store.database_kind() == DatabaseKind::Postgres {
        let mut connection = sqlx::PgConnection::connect(&site.storage.database_url).await.unwrap();
        let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                   WHERE datname = current_database() AND pid <> pg_backend_pid()";
        sqlx::query(cut).fetch_all(&mut connection).await.unwrap();
    }
    // The pool tests a connection before it returns it.
    assert_eq!(store.session("a1").await.unwrap().state, SessionState::Open);
    receive(&store, "a1", "one").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_locked_sqlite_is_temporary() {
    let mut site = Site::new(TestStorage::sqlite());
    let store = site.store().await;
    session(&store, "a1").await;
    let issued = issue(&store, "a1", "one", "first").await;
    session(&store, "a2").await;
    receive(&store, "a2", "two").await;
    site.config.busy_timeout = Duration::ZERO;
    let hasty = site.store().await;

    let mut holder = sqlx::SqliteConnection::connect(&site.storage.database_url).await.unwrap();
    sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut holder).await.unwrap();
    assert_eq!(unavailable(hasty.receive(upload(&issued), NOW).await), StorageBackend::Database);
    assert_eq!(
        unavailable(hasty.issue_nonce(nonce_request("a1", "two", "first"), NOW).await),
        StorageBackend::Database
    );
    assert_eq!(unavailable(hasty.claim(NOW, NOW).await), StorageBackend::Database);
    assert_eq!(unavailable(hasty.erase_session("a1", NOW).await), StorageBackend::Database);
    // Reading still works.
    assert_eq!(hasty.session("a1").await.unwrap().state, SessionState::Open);
    sqlx::raw_sql("ROLLBACK").execute(&mut holder).await.unwrap();

    assert!(!hasty.receive(upload(&issued), NOW).await.unwrap().repeated);
    assert_eq!(site.objects().len(), 10);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_locked_postgres_row_is_temporary() {
    let Some(storage) = TestStorage::postgres().await else { return };
    let mut site = Site::new(storage);
    let store = site.store().await;
    session(&store, "a1").await;
    site.config.busy_timeout = Duration::from_millis(1);
    let issued = issue(&store, "a1", "one", "first").await;
    let hasty = site.store().await;
    let mut holder = sqlx::PgConnection::connect(&site.storage.database_url).await.unwrap();
    sqlx::raw_sql("BEGIN; UPDATE sessions SET version = version WHERE id = 'a1'").execute(&mut holder).await.unwrap();
    assert_eq!(unavailable(hasty.receive(upload(&issued), NOW).await), StorageBackend::Database);
    assert_eq!(hasty.session("a1").await.unwrap().state, SessionState::Open);
    sqlx::raw_sql("ROLLBACK").execute(&mut holder).await.unwrap();
    assert!(!hasty.receive(upload(&issued), NOW).await.unwrap().repeated);
}

#[tokio::test]
async fn temporary_files_of_a_crash_are_deleted() {
    let site = Site::new(TestStorage::sqlite());
    let store = site.store().await;
    session(&store, "a1").await;
    receive(&store, "a1", "one").await;
    // A file that was being written when the process was killed: the object store does not list it.
    let (path, _) = site.objects().remove(0);
    std::fs::write(site.storage.objects().join(format!("{path}#1")), "half a FACE").unwrap();
    store.erase_session("a1", NOW).await.unwrap();
    assert_eq!(site.objects(), []);
}

#[tokio::test]
async fn invalid_configurations_fail_on_open() {
    let site = Site::new(TestStorage::sqlite());
    for (database, objects) in [
        ("mysql://localhost/x", "objects"),
        ("sqlite::memory:", "objects"),
        (site.storage.database_url.as_str(), "ftp://host/x"),
        (site.storage.database_url.as_str(), "/dev/null/objects"),
    ] {
        let config = StoreConfig { database_url: database.into(), objects_url: objects.into(), ..site.config.clone() };
        let outcome = Store::open(&config, entropy()).await.map(|_| ());
        assert!(matches!(outcome, Err(Error::Configuration(_))), "{database} {objects}: {outcome:?}");
    }
    let nobody = StoreConfig {
        database_url: "postgres://nobody@127.0.0.1:1/nothing".into(),
        busy_timeout: Duration::from_millis(200),
        ..site.config.clone()
    };
    assert_eq!(unavailable(Store::open(&nobody, entropy()).await.map(|_| ())), StorageBackend::Database);
}

#[tokio::test]
async fn an_s3_url_is_understood() {
    let mut site = Site::new(TestStorage::sqlite());
    site.config.objects_url = "s3://bucket/some/prefix".into();
    site.config.object_options =
        [("aws_region", "eu-west-1"), ("aws_access_key_id", "x"), ("aws_secret_access_key", "y")]
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .into();
    Store::open(&site.config, entropy()).await.unwrap();
    site.config.object_options = vec![("no_such_option".into(), "1".into())];
    assert!(matches!(Store::open(&site.config, entropy()).await, Err(Error::Configuration(_))));
}

#[tokio::test]
async fn a_reopened_store_has_all_data() {
    let site = Site::new(TestStorage::sqlite());
    let store = site.store().await;
    session(&store, "a1").await;
    receive(&store, "a1", "one").await;
    store.close().await;
    assert_eq!(unavailable(store.session("a1").await), StorageBackend::Database);
    let objects = Arc::new(LocalFileSystem::new_with_prefix(site.storage.objects()).unwrap());
    let again = Store::open_with(&site.config, Arc::new(FaultyObjects::new(objects)), entropy()).await.unwrap();
    assert_eq!(again.received_upload(&claim(&again).await).await.unwrap().files.len(), 4);
}
