//! The effect of clock changes on stored data.

use crate::support::*;
use nearfar_store::*;
use nearfar_test_support::Fault;

nearfar_test_support::on_both!(crate::support::Site:
    a_lease_that_ends_too_late_is_ignored,
    voided_nonces_are_rejected,
    an_upload_before_its_nonce_is_rejected,
    retention_runs_are_recorded,
    requested_deletions_run_at_any_time,
    a_link_exists_only_with_its_secret,
);

async fn a_lease_that_ends_too_late_is_ignored(site: Site) {
    let store = site.store().await;
    session(&store, "a1").await;
    receive(&store, "a1", "one").await;
    let lost = store.claim(NOW, NOW + 60_000).await.unwrap().unwrap();
    let earlier = NOW - HOUR;
    assert_eq!(store.claim(NOW - 60_000, NOW).await.unwrap(), None, "two leases: it may be another instance's clock");
    let claim = store.claim(earlier, earlier + 60_000).await.unwrap().unwrap();
    assert_eq!(claim.fencing_token, lost.fencing_token + 1);
    assert_eq!(conflict(store.renew(&lost, NOW + 60_000).await), Conflict::LeaseLost);
}

async fn voided_nonces_are_rejected(site: Site) {
    let store = site.store().await;
    session(&store, "a1").await;
    let issued = issue(&store, "a1", "one", "first").await;
    let received = receive(&store, "a1", "two").await;
    assert_eq!(store.void_nonces().await.unwrap(), 1);
    assert_eq!(store.void_nonces().await.unwrap(), 0);
    assert_eq!(store.attempt("a1", "two").await.unwrap().nonce_expires_at, received.nonce_expires_at);
    let claim = claim(&store).await;
    store.finish(&claim, &no_face(), Consequence::MayRetry, NOW).await.unwrap();
    assert_eq!(conflict(store.receive(upload(&issued), NOW).await), Conflict::NonceExpired);
    let next = issue(&store, "a1", "three", "first").await;
    store.receive(upload(&next), NOW).await.unwrap();
}

async fn an_upload_before_its_nonce_is_rejected(site: Site) {
    let store = site.store().await;
    session(&store, "a1").await;
    let issued = issue(&store, "a1", "one", "first").await;
    assert_eq!(conflict(store.receive(upload(&issued), issued.issued_at - 1).await), Conflict::NonceExpired);
    store.receive(upload(&issued), issued.issued_at).await.unwrap();
}

async fn retention_runs_are_recorded(site: Site) {
    let store = site.store().await;
    assert_eq!(store.last_retention_run().await.unwrap(), None);
    for time in [NOW, NOW + 1, NOW - HOUR] {
        store.run_retention(time).await.unwrap();
        assert_eq!(site.store().await.last_retention_run().await.unwrap(), Some(time));
        store.run_requested_deletions().await.unwrap();
        assert_eq!(store.last_retention_run().await.unwrap(), Some(time), "it went by no time");
    }
}

async fn requested_deletions_run_at_any_time(site: Site) {
    let (store, objects) = site.faulty().await;
    for id in ["a1", "a2"] {
        session(&store, id).await;
        receive(&store, id, "one").await;
    }
    objects.set(Fault::Undeletable);
    assert_eq!(unavailable(store.erase_session("a1", NOW).await), StorageBackend::Objects);
    objects.set(Fault::None);
    assert!(site.object_names().iter().any(|name| name.contains("/a1/")));
    let report = store.run_requested_deletions().await.unwrap();
    assert_eq!((report.deletions, report.erased_sessions), (1, 0));
    let left = site.object_names();
    assert!(!left.is_empty() && left.iter().all(|name| name.contains("/a2/")), "{left:?}");
}

async fn a_link_exists_only_with_its_secret(site: Site) {
    let store = site.store().await;
    session(&store, "a1").await;
    let link =
        NewHandoff { id: "link".into(), session_id: "a1".into(), secret_sha256: "hash".into(), expires_at: NOW + HOUR };
    store.create_handoff(link, NOW).await.unwrap();
    assert!(store.handoff_exists("link", "hash").await.unwrap());
    assert!(!store.handoff_exists("link", "other").await.unwrap());
    assert!(!store.handoff_exists("none", "hash").await.unwrap());
}
