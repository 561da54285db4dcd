//! Hand-off links and problem reports.

use crate::support::*;
use nearfar_store::*;

nearfar_test_support::on_both!(crate::support::Site:
    a_link_is_opened_confirmed_and_marks_the_session,
    a_wrong_secret_finds_nothing,
    before_the_confirmation_the_last_device_counts,
    after_the_confirmation_only_that_device_comes_in,
    links_expire,
    a_new_link_ends_older_ones_that_are_not_confirmed,
    no_hand_off_after_the_end,
    links_are_limited,
    reports_are_kept_once_and_limited,
);

fn link(session: &str, id: &str) -> NewHandOff {
    NewHandOff {
        id: id.into(),
        session_id: session.into(),
        secret_sha256: format!("hash-of-{id}"),
        expires_at: NOW + HOUR / 4,
    }
}

async fn open(store: &Store, id: &str, device: &str) -> Result<HandOff> {
    store.open_hand_off(id, &format!("hash-of-{id}"), device, &format!("code-{device}"), NOW + 10).await
}

async fn a_link_is_opened_confirmed_and_marks_the_session(site: Site) {
    let store = site.store().await;
    session(&store, "a1").await;
    let made = store.create_hand_off(link("a1", "h1"), NOW).await.unwrap();
    assert_eq!((made.state, &made.device, made.created_at), (HandOffState::Created, &None, NOW));
    assert_eq!(conflict(store.confirm_hand_off("a1", "h1", "phone", NOW).await), Conflict::NotOpened);
    let opened = open(&store, "h1", "phone").await.unwrap();
    assert_eq!((opened.state, opened.device.as_deref()), (HandOffState::Opened, Some("phone")));
    assert_eq!((opened.code.as_deref(), opened.opened_at), (Some("code-phone"), Some(NOW + 10)));
    let before = store.session("a1").await.unwrap();
    assert!(!before.multi_device && !before.use_slave_url);
    let confirmed = store.confirm_hand_off("a1", "h1", "phone", NOW + 20).await.unwrap();
    assert_eq!((confirmed.state, confirmed.confirmed_at), (HandOffState::Confirmed, Some(NOW + 20)));
    assert_eq!(store.confirm_hand_off("a1", "h1", "phone", NOW + 30).await.unwrap(), confirmed);
    let after = store.session("a1").await.unwrap();
    assert!(after.multi_device && after.use_slave_url);
    assert_eq!(store.hand_off("h1").await.unwrap(), confirmed);
    assert_eq!(not_found(store.hand_off("h2").await), Thing::HandOff);
    assert_eq!(store.hand_offs("a1").await.unwrap(), [confirmed]);
}

async fn a_wrong_secret_finds_nothing(site: Site) {
    let store = site.store().await;
    session(&store, "a1").await;
    session(&store, "a2").await;
    store.create_hand_off(link("a1", "h1"), NOW).await.unwrap();
    for wrong in ["", "hash-of-h2", "hash-of-h", "hash-of-h11"] {
        assert_eq!(not_found(store.open_hand_off("h1", wrong, "phone", "1", NOW).await), Thing::HandOff);
    }
    assert_eq!(not_found(open(&store, "h9", "phone").await), Thing::HandOff);
    open(&store, "h1", "phone").await.unwrap();
    assert_eq!(not_found(store.confirm_hand_off("a2", "h1", "phone", NOW).await), Thing::HandOff);
    assert_eq!(store.hand_offs("a2").await.unwrap(), []);
    assert_eq!(conflict(store.create_hand_off(link("a2", "h1"), NOW).await), Conflict::IdTaken);
}

async fn before_the_confirmation_the_last_device_counts(site: Site) {
    let store = site.store().await;
    session(&store, "a1").await;
    store.create_hand_off(link("a1", "h1"), NOW).await.unwrap();
    open(&store, "h1", "phone").await.unwrap();
    let again = open(&store, "h1", "phone").await.unwrap();
    assert_eq!(again.device.as_deref(), Some("phone"));
    open(&store, "h1", "thief").await.unwrap();
    // What the first device has shown is no longer what is there: it must look again.
    assert_eq!(conflict(store.confirm_hand_off("a1", "h1", "phone", NOW).await), Conflict::OtherDevice);
    assert!(!store.session("a1").await.unwrap().use_slave_url);
}

async fn after_the_confirmation_only_that_device_comes_in(site: Site) {
    let store = site.store().await;
    session(&store, "a1").await;
    store.create_hand_off(link("a1", "h1"), NOW).await.unwrap();
    open(&store, "h1", "phone").await.unwrap();
    let confirmed = store.confirm_hand_off("a1", "h1", "phone", NOW).await.unwrap();
    assert_eq!(conflict(open(&store, "h1", "thief").await), Conflict::OtherDevice);
    let late = store.open_hand_off("h1", "hash-of-h1", "phone", "2", NOW + HOUR / 2).await.unwrap();
    assert_eq!(late, confirmed);
}

async fn links_expire(site: Site) {
    let store = site.store().await;
    session(&store, "a1").await;
    store.create_hand_off(link("a1", "h1"), NOW).await.unwrap();
    let end = NOW + HOUR / 4;
    open(&store, "h1", "phone").await.unwrap();
    assert_eq!(conflict(store.confirm_hand_off("a1", "h1", "phone", end).await), Conflict::LinkExpired);
    let late = store.open_hand_off("h1", "hash-of-h1", "phone", "1", end).await;
    assert_eq!(conflict(late), Conflict::LinkExpired);
}

async fn a_new_link_ends_older_ones_that_are_not_confirmed(site: Site) {
    let store = site.store().await;
    session(&store, "a1").await;
    session(&store, "a2").await;
    store.create_hand_off(link("a2", "other"), NOW).await.unwrap();
    store.create_hand_off(link("a1", "h1"), NOW).await.unwrap();
    open(&store, "h1", "phone").await.unwrap();
    store.confirm_hand_off("a1", "h1", "phone", NOW + 20).await.unwrap();
    store.create_hand_off(link("a1", "h2"), NOW + 30).await.unwrap();
    open(&store, "h2", "stranger").await.unwrap();
    store.create_hand_off(link("a1", "h3"), NOW + 40).await.unwrap();
    let late = store.confirm_hand_off("a1", "h2", "stranger", NOW + 40).await;
    assert_eq!(conflict(late), Conflict::LinkExpired);
    let ends = store.hand_offs("a1").await.unwrap().into_iter().map(|link| link.expires_at).collect::<Vec<_>>();
    assert_eq!(ends, [NOW + HOUR / 4, NOW + 40, NOW + HOUR / 4]);
    open(&store, "h1", "phone").await.unwrap();
    open(&store, "h3", "phone").await.unwrap();
    open(&store, "other", "phone").await.unwrap();
}

async fn no_hand_off_after_the_end(site: Site) {
    let store = site.store().await;
    session(&store, "a1").await;
    store.create_hand_off(link("a1", "h1"), NOW).await.unwrap();
    assert_eq!(conflict(store.create_hand_off(link("a1", "h2"), NOW + HOUR).await), Conflict::Expired);
    receive(&store, "a1", "one").await;
    store.finish(&claim(&store).await, &passed(), Consequence::Pass, NOW).await.unwrap();
    assert_eq!(conflict(store.create_hand_off(link("a1", "h2"), NOW).await), Conflict::Finished);
    assert_eq!(conflict(open(&store, "h1", "phone").await), Conflict::Finished);
    store.clear("a1", NOW).await.unwrap();
    assert_eq!(conflict(store.create_hand_off(link("a1", "h2"), NOW).await), Conflict::Cleared);
    assert_eq!(not_found(open(&store, "h1", "phone").await), Thing::HandOff);
}

async fn links_are_limited(site: Site) {
    let store = site.store().await;
    session(&store, "a1").await;
    for number in 0..20 {
        store.create_hand_off(link("a1", &format!("h{number}")), NOW).await.unwrap();
    }
    assert_eq!(conflict(store.create_hand_off(link("a1", "more"), NOW).await), Conflict::TooMany);
}

async fn reports_are_kept_once_and_limited(site: Site) {
    let store = site.store().await;
    session(&store, "a1").await;
    session(&store, "a2").await;
    for number in 0..50 {
        store.report_problem("a1", &format!("r{number}"), "{\"code\":\"no_camera\"}", NOW + number).await.unwrap();
    }
    assert_eq!(conflict(store.report_problem("a1", "more", "{}", NOW).await), Conflict::TooMany);
    store.report_problem("a1", "r7", "{\"code\":\"another\"}", NOW).await.unwrap();
    let kept = store.reports("a1").await.unwrap();
    assert_eq!(kept.len(), 50);
    assert!(kept.iter().all(|report| report.body == "{\"code\":\"no_camera\"}"));
    assert_eq!(store.reports("a2").await.unwrap(), []);
    let long = "x".repeat(64 * 1024 + 1);
    assert!(matches!(store.report_problem("a2", "r1", &long, NOW).await, Err(Error::Invalid { .. })));
    assert_eq!(not_found(store.report_problem("a9", "r1", "{}", NOW).await), Thing::Session);
}
