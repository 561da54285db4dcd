//! Writes that wait at the same time: on SQLite they share a transaction.

use crate::recount::Recount;
use crate::support::*;
use futures::future::{join, join_all};
use nearfar_store::*;
use nearfar_test_support::TestStorage;
use sqlx::{Connection, SqliteConnection};
use std::path::PathBuf;

nearfar_test_support::on_both!(crate::support::Site:
    a_failed_write_harms_no_other,
    uploads_at_once_are_all_stored,
    the_first_of_equal_writes_wins,
);

async fn a_failed_write_harms_no_other(site: Site) {
    let store = site.store().await;
    let account = account(&store).await;
    store.create_session(new_session(&account, "taken"), NOW).await.unwrap();
    let create = |number: usize| {
        let id = format!("s{number}");
        match number % 4 {
            0 => NewSession { id: "taken".into(), ..new_session(&account, &id) },
            1 => NewSession { account_id: "nobody".into(), ..new_session(&account, &id) },
            2 => NewSession { sandbox: Some("[]".into()), ..new_session(&account, &id) },
            _ => new_session(&account, &id),
        }
    };
    let created = join_all((0..40).map(|number| store.create_session(create(number), NOW))).await;
    for (number, created) in created.into_iter().enumerate() {
        match number % 4 {
            0 => assert_eq!(conflict(created), Conflict::IdTaken),
            1 => assert_eq!(not_found(created), Entity::Account),
            2 => assert!(matches!(created, Err(Error::Invalid { what: "sandbox", .. })), "{created:?}"),
            _ => {
                let created = created.unwrap();
                assert_eq!(created, store.session(&format!("s{number}")).await.unwrap());
            }
        }
    }
    assert_eq!(site.storage.count("SELECT COUNT(*) FROM sessions".into()).await, 11);
    Recount::of(&store, &account).await.compare(&store, &account).await;
}

async fn uploads_at_once_are_all_stored(site: Site) {
    let store = site.store().await;
    let account = account(&store).await;
    let upload_one = async |number: usize| {
        let id = format!("s{number}");
        store.create_session(new_session(&account, &id), NOW).await.unwrap();
        store.mark_opened(&id, NOW).await.unwrap();
        receive(&store, &id, "one").await;
        // Another connection sees what was answered.
        let stored = format!("SELECT COUNT(*) FROM files WHERE session_id = '{id}'");
        assert_eq!(site.storage.count(stored).await, 5);
        let claim = claim(&store).await;
        store.received_upload(&claim).await.unwrap();
        store.finish(&claim, &passed(), Consequence::Pass, NOW + 7000).await.unwrap();
    };
    join_all((0..20).map(upload_one)).await;
    for number in 0..20 {
        assert_eq!(store.session(&format!("s{number}")).await.unwrap().state, SessionState::Passed);
    }
    assert_eq!(site.storage.count("SELECT COUNT(*) FROM doomed_blobs".into()).await, 0);
    Recount::of(&store, &account).await.compare(&store, &account).await;
}

async fn the_first_of_equal_writes_wins(site: Site) {
    let store = site.store().await;
    session(&store, "a1").await;
    let issued = issue(&store, "a1", "one", "first").await;
    let receipts = join_all((0..8).map(|_| store.receive(upload(&issued), NOW))).await;
    let receipts: Vec<_> = receipts.into_iter().map(Result::unwrap).collect();
    assert_eq!(receipts.iter().filter(|receipt| !receipt.repeated).count(), 1);
    assert!(receipts.iter().all(|receipt| receipt.attempt.state == AttemptState::Received));
    assert_eq!(site.objects().len(), 5, "the files of the others are deleted");
}

/// How many transactions the write-ahead log has. The header of a frame has the database's size exactly if the frame
/// is the last one of a transaction.
fn commits(site: &Site) -> usize {
    const HEADER: usize = 32;
    const FRAME_HEADER: usize = 24;
    let database = PathBuf::from(site.storage.database_url.strip_prefix("sqlite:").unwrap());
    let log = std::fs::read(database.with_extension("db-wal")).unwrap();
    let number = |at: usize| u32::from_be_bytes(log[at..at + 4].try_into().unwrap());
    let frame = FRAME_HEADER + number(8) as usize;
    (HEADER..log.len()).step_by(frame).filter(|at| number(at + 4) > 0).count()
}

#[tokio::test]
async fn writes_that_wait_share_a_commit() {
    let site = Site::new(TestStorage::sqlite());
    let store = site.store().await;
    let account = account(&store).await;
    let ids: Vec<_> = (0..40).map(|number| format!("s{number}")).collect();
    let create = |id: &String| store.create_session(new_session(&account, id), NOW);

    let before = commits(&site);
    for id in &ids[..3] {
        create(id).await.unwrap();
    }
    assert_eq!(commits(&site) - before, 3, "without others each write is committed at once");

    let mut other = SqliteConnection::connect(&site.storage.database_url).await.unwrap();
    sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
    let before = commits(&site);
    let release = async { sqlx::raw_sql("ROLLBACK").execute(&mut other).await };
    let (created, released) = join(join_all(ids[3..].iter().map(create)), release).await;
    released.unwrap();
    assert!(created.iter().all(Result::is_ok));
    assert_eq!(commits(&site) - before, 1);
    assert_eq!(site.storage.count("SELECT COUNT(*) FROM sessions".into()).await, 40);
}
