//! Search of sessions: filters, pages and isolation.

use crate::support::*;
use nearfar_protocol::device_class::{BrowserFamily, DeviceClass, DeviceType, OsFamily};
use nearfar_protocol::level::Level;
use nearfar_protocol::manifest::DeviceFacts;
use nearfar_protocol::result::{CameraType, Decision, ResultCode};
use nearfar_protocol::sessions::LifecycleState;
use nearfar_store::*;
use std::collections::BTreeSet;

nearfar_test_support::on_both!(crate::support::Site:
    every_filter_selects_its_sessions,
    pages_neither_overlap_nor_omit_while_sessions_come_and_go,
    nobody_finds_sessions_of_another_account,
    texts_with_nul_find_nothing,
    erased_sessions_lose_what_they_were_found_by,
);

const IPHONE: &str =
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Safari/604";

fn facts(agent: &str) -> DeviceFacts {
    DeviceFacts { user_agent: Some(agent.into()), ..DeviceFacts::default() }
}

/// Receives an upload from an iPhone's camera app and scores it.
async fn scored(store: &Store, id: &str, outcome: &AttemptOutcome, consequence: Consequence) {
    let issued = issue(store, id, "one", "first").await;
    let mut sent = upload(&issued);
    sent.device_class = DeviceClass::of(&facts(IPHONE));
    sent.camera_type = CameraType::SystemCamera;
    store.receive(sent, NOW + 5000).await.unwrap();
    store.finish(&claim(store).await, outcome, consequence, NOW + 7000).await.unwrap();
}

async fn ids(store: &Store, filter: &SessionFilter) -> Vec<String> {
    let found = store.search_sessions(filter, 100, None, NOW + 10_000).await.unwrap();
    assert_eq!(found.next, None);
    found.sessions.into_iter().map(|found| found.session.id).collect()
}

async fn every_filter_selects_its_sessions(site: Site) {
    let store = site.store().await;
    let account = account(&store).await;
    // Ten seconds apart, the oldest first.
    for (index, id) in ["open", "expired", "scoring", "passed", "attack", "erased"].into_iter().enumerate() {
        let at = NOW + 10_000 * index as i64;
        let mut new = new_session(&account, id);
        new.product_level = (id == "attack").then(|| "PRO".into());
        new.user_id = Some(if id.starts_with('e') { "eve" } else { "bob" }.into());
        if id == "expired" {
            new.expires_at = NOW + 10_000;
        }
        store.create_session(new, at).await.unwrap();
    }
    scored(&store, "passed", &passed(), Consequence::Pass).await;
    let attack = AttemptOutcome { score: Some(0), attack_type: Some(1), reason: Some("flat".into()), ..passed() };
    scored(&store, "attack", &attack, Consequence::Fail).await;
    receive(&store, "scoring", "one").await;
    store.erase_session("erased", NOW).await.unwrap();

    let all = SessionFilter { account_id: Some(account.id.clone()), ..SessionFilter::default() };
    assert_eq!(ids(&store, &all).await, ["erased", "attack", "passed", "scoring", "expired", "open"]);
    for state in LifecycleState::ALL {
        let expected = if state == LifecycleState::Failed { "attack" } else { state.code() };
        let filter = SessionFilter { state: Some(state), ..all.clone() };
        assert_eq!(ids(&store, &filter).await, [expected]);
    }
    let filters: [(SessionFilter, &[&str]); 13] = [
        (SessionFilter { created_from: Some(NOW + 40_000), ..all.clone() }, &["erased", "attack"]),
        (SessionFilter { created_before: Some(NOW + 10_000), ..all.clone() }, &["open"]),
        (SessionFilter { user_id: Some("eve".into()), ..all.clone() }, &["expired"]),
        (SessionFilter { user_id: Some("ev".into()), ..all.clone() }, &[]),
        (SessionFilter { verdict: Some(Decision::Live), ..all.clone() }, &["passed"]),
        (SessionFilter { verdict: Some(Decision::Attack), ..SessionFilter::default() }, &["attack"]),
        (SessionFilter { os: Some(OsFamily::Ios), ..all.clone() }, &["attack", "passed"]),
        (SessionFilter { os: Some(OsFamily::Other), ..all.clone() }, &["scoring"]),
        (SessionFilter { browser: Some(BrowserFamily::Safari), ..all.clone() }, &["attack", "passed"]),
        (SessionFilter { device_type: Some(DeviceType::Phone), ..all.clone() }, &["attack", "passed"]),
        (SessionFilter { camera_type: Some(CameraType::WebCamera), ..all.clone() }, &["scoring"]),
        (SessionFilter { product_level: Some(Level::Pro), ..all.clone() }, &["attack"]),
        (SessionFilter { kind: Some(SessionKind::Sandbox), ..all.clone() }, &[]),
    ];
    for (filter, expected) in filters {
        assert_eq!(ids(&store, &filter).await, expected, "{filter:?}");
    }
    let found = store.found_session(&account.id, "attack").await.unwrap();
    assert_eq!((found.code, found.score), (Some(ResultCode::Success), Some(0)));
    let listed = store.search_sessions(&all, 100, None, NOW).await.unwrap();
    assert_eq!(listed.sessions[1], found);
    assert_eq!(store.attempt("attack", "one").await.unwrap().outcome.unwrap().reason.as_deref(), Some("flat"));
}

async fn pages_neither_overlap_nor_omit_while_sessions_come_and_go(site: Site) {
    let store = site.store().await;
    let account = account(&store).await;
    let make = async |id: String, at| {
        store.create_session(new_session(&account, &id), at).await.unwrap();
        id
    };
    let mut before = BTreeSet::new();
    // Three in each millisecond.
    for number in 0..20 {
        before.insert(make(format!("a{number}"), NOW + number / 3).await);
    }
    // Alone, and with a condition that no index serves.
    for state in [None, Some(LifecycleState::Open)] {
        let filter = SessionFilter { account_id: Some(account.id.clone()), state, ..SessionFilter::default() };
        let (mut found, mut after) = (Vec::new(), None);
        for page in 0.. {
            let next = store.search_sessions(&filter, 3, after.as_ref(), NOW).await.unwrap();
            found.extend(next.sessions.into_iter().map(|found| found.session.id));
            make(format!("later-{page}-{}", state.is_some()), NOW + HOUR).await;
            if page == 1 {
                // It was on this page: what follows stays the same.
                store.erase_session(found.last().unwrap(), NOW).await.unwrap();
            }
            match next.next {
                // As text, as an integrator sends it back.
                Some(cursor) => after = Some(cursor.to_string().parse().unwrap()),
                None => break,
            }
        }
        let old: Vec<_> = found.iter().filter(|id| before.contains(*id)).cloned().collect();
        assert_eq!(old.len(), old.iter().collect::<BTreeSet<_>>().len(), "{old:?}");
        // The first run erased one, which is not open any more, and the second run began after it.
        let erased = store.session(&old[5]).await.unwrap().state == SessionState::Cleared;
        assert!(erased || state.is_some());
        assert_eq!(old.len(), if state.is_some() { before.len() - 1 } else { before.len() });
    }
    for wrong in ["", "x.a1", "17", "17.", "17.a b", "17.' OR 1=1"] {
        assert!(matches!(wrong.parse::<SessionCursor>(), Err(Error::Invalid { .. })), "{wrong}");
    }
    for limit in [0, 101] {
        let refused = store.search_sessions(&SessionFilter::default(), limit, None, NOW).await;
        assert!(matches!(refused, Err(Error::Invalid { what: "limit", .. })));
    }
}

async fn nobody_finds_sessions_of_another_account(site: Site) {
    let store = site.store().await;
    let (mine, theirs) = (account(&store).await, account(&store).await);
    let with_user =
        |account: &Account, id: &str| NewSession { user_id: Some("eve".into()), ..new_session(account, id) };
    store.create_session(with_user(&mine, "mine"), NOW).await.unwrap();
    store.create_session(with_user(&theirs, "theirs"), NOW + 1).await.unwrap();
    let all = SessionFilter { user_id: Some("eve".into()), ..SessionFilter::default() };
    assert_eq!(ids(&store, &all).await, ["theirs", "mine"]);
    let filter = SessionFilter { account_id: Some(mine.id.clone()), ..all };
    assert_eq!(ids(&store, &filter).await, ["mine"]);
    // A cursor of the other account reveals nothing either.
    let after = format!("{}.theirs", NOW + 1).parse().unwrap();
    let found = store.search_sessions(&filter, 10, Some(&after), NOW).await.unwrap();
    assert_eq!(found.sessions.len(), 1);
    assert_eq!(not_found(store.found_session(&mine.id, "theirs").await), Entity::Session);
}

/// PostgreSQL refuses such texts: no failure of the service.
async fn texts_with_nul_find_nothing(site: Site) {
    let store = site.store().await;
    let filter = SessionFilter { user_id: Some("a\0b".into()), ..SessionFilter::default() };
    match store.search_sessions(&filter, 10, None, NOW).await {
        Ok(found) => assert_eq!(found.sessions, []),
        Err(error) => assert!(matches!(error, Error::Invalid { .. }), "{error}"),
    }
    let error = store.account_by_access_key("a\0b").await.unwrap_err();
    assert!(matches!(error, Error::Invalid { .. } | Error::NotFound(Entity::Account)), "{error}");
}

async fn erased_sessions_lose_what_they_were_found_by(site: Site) {
    let store = site.store().await;
    let account_id = Some(session(&store, "a1").await.account_id);
    store.mark_opened("a1", NOW + 5).await.unwrap();
    store.mark_opened("a1", NOW + 6).await.unwrap();
    assert_eq!(store.session("a1").await.unwrap().opened_at, Some(NOW + 5));
    scored(&store, "a1", &passed(), Consequence::Pass).await;
    store.erase_session("a1", NOW + 9000).await.unwrap();
    store.mark_opened("a1", NOW + 9001).await.unwrap();
    let filter = SessionFilter { account_id, ..SessionFilter::default() };
    let found = store.search_sessions(&filter, 10, None, NOW + 9001).await.unwrap().sessions.remove(0);
    let FoundSession { session, code, score } = found;
    assert_eq!(session.lifecycle(NOW), LifecycleState::Erased);
    assert_eq!((session.verdict, session.device_class, session.camera_type), (None, None, None));
    assert_eq!((session.opened_at, session.user_id, code, score), (None, None, None, None));
}
