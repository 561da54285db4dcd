//! Operators: set-up, credentials, sessions, and the throttle of sign-in, on both databases.

use crate::support::*;
use futures::future::join_all;
use nearfar_store::*;
use nearfar_test_support::{DatabaseLock, TestStorage};
use serde_json::json;
use std::time::Duration;

nearfar_test_support::on_both!(crate::support::Site:
    an_operator_is_created_changed_and_reset,
    a_set_up_code_works_once_even_at_the_same_time,
    each_code_is_accepted_once_even_at_the_same_time,
    sessions_are_found_by_their_token_only,
    failures_are_counted_before_they_happen,
    a_wrong_clock_blocks_nobody,
);

fn root() -> Actor {
    Actor::Command("root".into())
}

fn credentials(step: i64) -> NewCredentials {
    NewCredentials {
        password_hash: "$argon2id$…".into(),
        totp_secret: b"12345678901234567890".to_vec().into(),
        totp_step: step,
        recovery_codes: vec!["one".into(), "two".into()],
    }
}

async fn an_operator_is_created_changed_and_reset(site: Site) {
    let store = site.store().await;
    let (ann, code) = store.create_operator(&root(), " Ann", Role::Viewer, NOW).await.unwrap();
    assert_eq!((ann.name.as_str(), ann.role, ann.enabled, ann.is_set_up), ("ann", Role::Viewer, true, false));
    assert_eq!(conflict(store.create_operator(&root(), "ANN", Role::Viewer, NOW).await), Conflict::IdTaken);
    for wrong in ["", "a b", "<b>", "ä", &"x".repeat(65)] {
        let made = store.create_operator(&root(), wrong, Role::Viewer, NOW).await;
        assert!(matches!(made, Err(Error::Invalid { what: "name", .. })), "{wrong}");
    }
    assert!(store.operator_credentials(&ann.id).await.unwrap().is_none());
    store.set_up_operator(&code, &credentials(7), NOW).await.unwrap();
    let stored = store.operator_credentials(&ann.id).await.unwrap().unwrap();
    assert_eq!((stored.password_hash.as_str(), stored.totp_secret.len()), ("$argon2id$…", 20));
    assert!(store.operator(&ann.id).await.unwrap().is_set_up);
    assert!(!store.accept_totp_step(&ann.id, 7).await.unwrap(), "the code of set-up is used up");
    store.set_operator_role(&root(), &ann.id, Role::Administrator, NOW).await.unwrap();
    assert_eq!(store.operator_by_name("Ann").await.unwrap().role, Role::Administrator);
    let again = store.reset_operator(&root(), &ann.id, NOW).await.unwrap();
    assert!(store.operator_credentials(&ann.id).await.unwrap().is_none());
    assert_eq!(store.recovery_codes_left(&ann.id).await.unwrap(), 0);
    assert!(store.operator_to_set_up(&again, NOW).await.unwrap().is_some());
    assert!(store.operator_to_set_up(&again, NOW + SETUP_LIFETIME).await.unwrap().is_none());
    let unknown = store.set_operator_role(&root(), "nobody", Role::Viewer, NOW).await;
    assert_eq!(not_found(unknown), Entity::Operator);
    let entries = store.audit_entries_after(0, 100).await.unwrap();
    let actions: Vec<&str> = entries.iter().map(|entry| entry.action.as_str()).collect();
    assert_eq!(actions, ["operator_created", "operator_set_up", "operator_changed", "operator_reset"]);
    let lines: String = entries.iter().map(AuditEntry::to_json).collect();
    assert!(!lines.contains(code.as_str()) && !lines.contains(again.as_str()));
}

async fn a_set_up_code_works_once_even_at_the_same_time(site: Site) {
    let stores = [site.store().await, site.store().await];
    let (_, code) = stores[0].create_operator(&root(), "ann", Role::Viewer, NOW).await.unwrap();
    let set_up = |number: usize| {
        let (store, code) = (stores[number % 2].clone(), code.clone());
        tokio::spawn(async move { store.set_up_operator(&code, &credentials(1), NOW).await.is_ok() })
    };
    let done = join_all((0..6).map(set_up)).await;
    assert_eq!(done.into_iter().filter(|done| *done.as_ref().unwrap()).count(), 1);
}

async fn each_code_is_accepted_once_even_at_the_same_time(site: Site) {
    let stores = [site.store().await, site.store().await];
    let (ann, code) = stores[0].create_operator(&root(), "ann", Role::Viewer, NOW).await.unwrap();
    stores[0].set_up_operator(&code, &credentials(7), NOW).await.unwrap();
    let accept = |number: usize| {
        let (store, id) = (stores[number % 2].clone(), ann.id.clone());
        tokio::spawn(async move {
            let step = store.accept_totp_step(&id, 8).await.unwrap();
            (step, store.accept_recovery_code(&id, "two").await.unwrap())
        })
    };
    let done: Vec<_> = join_all((0..6).map(accept)).await.into_iter().map(Result::unwrap).collect();
    assert_eq!(done.iter().filter(|(step, _)| *step).count(), 1);
    assert_eq!(done.iter().filter(|(_, code)| *code).count(), 1);
    assert!(!stores[0].accept_totp_step(&ann.id, 8).await.unwrap());
    assert!(stores[0].accept_totp_step(&ann.id, 9).await.unwrap());
    assert!(!stores[0].accept_recovery_code("another", "one").await.unwrap(), "codes belong to their operator");
}

async fn sessions_are_found_by_their_token_only(site: Site) {
    let store = site.store().await;
    let (ann, _) = store.create_operator(&root(), "ann", Role::Viewer, NOW).await.unwrap();
    let (bob, _) = store.create_operator(&root(), "bob", Role::Viewer, NOW).await.unwrap();
    let (token, device) = store.create_console_session(&ann, json!({}), NOW).await.unwrap();
    let session = store.console_session(&token, HOUR, 8 * HOUR, NOW).await.unwrap().unwrap();
    assert_eq!((session.operator.name.as_str(), session.created_at), ("ann", NOW));
    assert_ne!(session.token_sha256, *token);
    for wrong in ["", &device, &session.token_sha256] {
        assert_eq!(store.console_session(wrong, HOUR, HOUR, NOW).await.unwrap(), None);
    }
    assert!(store.is_known_device(&ann.id, &device).await.unwrap());
    assert!(!store.is_known_device(&bob.id, &device).await.unwrap(), "a browser is known for its operator");
    assert!(!store.is_known_device(&ann.id, &token).await.unwrap());
    assert_eq!(store.console_session(&token, HOUR, 8 * HOUR, NOW + HOUR).await.unwrap(), None);
    assert_eq!(store.console_session(&token, 9 * HOUR, 8 * HOUR, NOW).await.unwrap(), None, "it is deleted");
    let (token, device) = store.create_console_session(&ann, json!({}), NOW).await.unwrap();
    store.delete_old_console_sessions(NOW + 1, NOW, NOW + 1).await.unwrap();
    assert_eq!(store.console_session(&token, HOUR, HOUR, NOW).await.unwrap(), None);
    assert!(!store.is_known_device(&ann.id, &device).await.unwrap());
}

async fn failures_are_counted_before_they_happen(site: Site) {
    let stores = [site.store().await, site.store().await];
    let counters = vec![SignInCounter::of_name("ann"), SignInCounter::of_address("192.0.2.1".parse().unwrap())];
    let begin = |number: usize| {
        let (store, counters) = (stores[number % 2].clone(), counters.clone());
        tokio::spawn(async move { store.begin_sign_in(&counters, NOW).await.unwrap() })
    };
    let decisions: Vec<_> = join_all((0..12).map(begin)).await.into_iter().map(Result::unwrap).collect();
    let allowed: Vec<_> = decisions.iter().filter(|one| matches!(one, ThrottleDecision::Allowed { .. })).collect();
    assert_eq!(allowed.len(), 5, "{decisions:?}");
    assert_eq!(allowed.iter().filter(|one| matches!(one, ThrottleDecision::Allowed { is_last: true })).count(), 1);
    assert!(decisions.contains(&ThrottleDecision::Blocked(1000)));
    let store = &stores[0];
    // The address has counted the allowed attempts only, and serves other names.
    let other = [SignInCounter::of_name("bob"), counters[1].clone()];
    assert_eq!(store.begin_sign_in(&other, NOW).await.unwrap(), ThrottleDecision::Allowed { is_last: false });
    // After the wait one more attempt; its success clears the name.
    let later = NOW + 1000;
    assert_eq!(store.begin_sign_in(&counters, later).await.unwrap(), ThrottleDecision::Allowed { is_last: true });
    assert_eq!(store.begin_sign_in(&counters, later).await.unwrap(), ThrottleDecision::Blocked(2000));
    store.sign_in_succeeded(&counters).await.unwrap();
    assert_eq!(store.begin_sign_in(&counters, later).await.unwrap(), ThrottleDecision::Allowed { is_last: false });
    // A day later nothing is left of it.
    for _ in 0..5 {
        store.begin_sign_in(&counters, later).await.unwrap();
    }
    let next_day = later + 25 * HOUR;
    assert_eq!(store.begin_sign_in(&counters, next_day).await.unwrap(), ThrottleDecision::Allowed { is_last: false });
}

#[tokio::test]
async fn a_blocked_attempt_needs_no_writer() {
    let mut site = Site::new(TestStorage::sqlite());
    site.config.busy_timeout = Duration::ZERO;
    let store = site.store().await;
    let counters = [SignInCounter::of_name("ann"), SignInCounter::of_address("192.0.2.1".parse().unwrap())];
    for _ in 0..5 {
        store.begin_sign_in(&counters, NOW).await.unwrap();
    }
    let lock = DatabaseLock::take(&site.storage.database_url).await;
    assert_eq!(store.begin_sign_in(&counters, NOW).await.unwrap(), ThrottleDecision::Blocked(1000));
    let allowed = store.begin_sign_in(&counters, NOW + 1000).await;
    assert_eq!(unavailable(allowed), StorageBackend::Database, "what is allowed is counted");
    lock.release().await;
}

async fn a_wrong_clock_blocks_nobody(site: Site) {
    let store = site.store().await;
    let counters = [SignInCounter::of_name("ann")];
    for _ in 0..6 {
        store.begin_sign_in(&counters, NOW + 1000 * HOUR).await.unwrap();
    }
    assert!(matches!(store.begin_sign_in(&counters, NOW).await.unwrap(), ThrottleDecision::Allowed { .. }));
}
