//! Webhooks: which changes record events, endpoints and their secrets, claims, dead letters.

use crate::support::*;
use nearfar_protocol::webhook::EventType;
use nearfar_store::*;

nearfar_test_support::on_both!(crate::support::Site:
    every_end_of_a_session_is_recorded_once,
    sessions_expire_once_and_not_while_an_upload_may_follow,
    nothing_ends_a_session_after_its_expiry,
    nothing_is_recorded_without_an_enabled_endpoint,
    only_chosen_events_are_recorded,
    an_event_is_claimed_by_one_sender_at_a_time,
    a_late_sender_changes_nothing_after_a_release,
    slots_limit_the_claims_of_each_account,
    dead_letters_are_listed_retried_and_deleted,
    an_event_under_way_is_not_sent_a_second_time,
    both_secrets_sign_for_a_day_after_rotation,
    secrets_follow_the_master_key,
    events_of_removed_endpoints_go_with_them,
    a_clock_set_back_delays_no_event_for_long,
    changes_of_endpoints_are_audited_without_secrets,
);

const URL: &str = "https://shop.example/hook";
const LEASE: Millis = 60_000;

async fn endpoint(store: &Store) -> Account {
    let account = account(store).await;
    store.set_webhook(None, &account.id, URL, &EventType::CHOOSABLE, NOW).await.unwrap().unwrap();
    account
}

async fn claim_all(store: &Store, account: &Account, now: Millis) -> Vec<EventClaim> {
    store.claim_events(&[(account.id.clone(), 1000)], now, now + LEASE).await.unwrap()
}

/// Session and type of all due events, sorted.
async fn due(store: &Store, account: &Account, now: Millis) -> Vec<(String, EventType)> {
    let mut events: Vec<_> =
        claim_all(store, account, now).await.into_iter().map(|claim| (claim.session_id, claim.event)).collect();
    events.sort_by_key(|(id, event)| (id.clone(), event.name()));
    events
}

async fn scored(store: &Store, session: &str, outcome: &AttemptOutcome, consequence: Consequence) -> Claim {
    receive(store, session, "one").await;
    let claimed = claim(store).await;
    store.finish(&claimed, outcome, consequence, NOW + 7000).await.unwrap();
    claimed
}

async fn every_end_of_a_session_is_recorded_once(site: Site) {
    let store = site.store().await;
    let shop = endpoint(&store).await;
    for id in ["erased", "failed", "limit", "passed", "purged", "retry"] {
        store.create_session(new_session(&shop, id), NOW).await.unwrap();
    }
    let claimed = scored(&store, "passed", &passed(), Consequence::Pass).await;
    store.finish(&claimed, &passed(), Consequence::Pass, NOW + 7001).await.unwrap();
    scored(&store, "failed", &no_face(), Consequence::Fail).await;
    scored(&store, "retry", &no_face(), Consequence::MayRetry).await;
    let limited = NonceRequest { start_limit: Some(0), ..nonce_request("limit", "one", "first") };
    assert_eq!(store.issue_nonce(limited.clone(), NOW).await.unwrap(), Issuance::LimitReached);
    assert_eq!(conflict(store.issue_nonce(limited, NOW).await), Conflict::Finished);
    for _ in 0..2 {
        store.erase_session("erased", NOW).await.unwrap();
    }
    let expected = [
        ("erased", EventType::DataErased),
        ("failed", EventType::SessionFailed),
        ("limit", EventType::SessionFailed),
        ("passed", EventType::SessionCompleted),
    ];
    assert_eq!(due(&store, &shop, NOW + HOUR).await, expected.map(|(id, event)| (id.to_owned(), event)));
    // Retention.
    store.run_retention(NOW + 24 * HOUR).await.unwrap();
    let events = store.claim_events(&[(shop.id.clone(), 1000)], NOW + 24 * HOUR, NOW + 25 * HOUR).await.unwrap();
    let mut erased: Vec<_> = events.iter().filter(|claim| claim.event == EventType::DataErased).collect();
    erased.sort_by(|one, other| one.session_id.cmp(&other.session_id));
    let erased: Vec<&str> = erased.into_iter().map(|claim| claim.session_id.as_str()).collect();
    assert_eq!(erased, ["erased", "failed", "limit", "passed", "purged", "retry"]);
}

async fn sessions_expire_once_and_not_while_an_upload_may_follow(site: Site) {
    let (store, other) = (site.store().await, site.store().await);
    let shop = endpoint(&store).await;
    let quiet = account(&store).await;
    for id in ["forgotten", "slow", "done"] {
        store.create_session(new_session(&shop, id), NOW).await.unwrap();
    }
    store.create_session(new_session(&quiet, "quiet"), NOW).await.unwrap();
    scored(&store, "done", &passed(), Consequence::Pass).await;
    let late = NonceRequest { expires_at: NOW + HOUR + 1000, ..nonce_request("slow", "one", "first") };
    store.issue_nonce(late, NOW).await.unwrap();
    let record = async |now| {
        let both = tokio::join!(store.expire_sessions(now), other.expire_sessions(now));
        assert!(!both.0.unwrap() && !both.1.unwrap());
    };
    record(NOW + HOUR - 1).await;
    assert_eq!(due(&store, &shop, NOW + HOUR).await, [("done".to_owned(), EventType::SessionCompleted)]);
    record(NOW + HOUR).await;
    let expired = |id: &str| (id.to_owned(), EventType::SessionExpired);
    assert_eq!(due(&store, &shop, NOW + HOUR).await, [expired("forgotten")]);
    record(NOW + HOUR + 999).await;
    assert_eq!(due(&store, &shop, NOW + HOUR + 999).await, []);
    record(NOW + HOUR + 1000).await;
    assert_eq!(due(&store, &shop, NOW + HOUR + 1000).await, [expired("slow")]);
    assert_eq!(site.storage.count("SELECT COUNT(*) FROM sessions WHERE expired_at IS NOT NULL".into()).await, 3);
    // Sessions that expired before the endpoint was set have no event.
    store.set_webhook(None, &quiet.id, URL, &EventType::CHOOSABLE, NOW + 2 * HOUR).await.unwrap().unwrap();
    record(NOW + 3 * HOUR).await;
    assert_eq!(due(&store, &quiet, NOW + 3 * HOUR).await, []);
}

/// A slow object store, or an instance whose clock is behind: what was allowed when it began is too late when it ends.
async fn nothing_ends_a_session_after_its_expiry(site: Site) {
    let store = site.store().await;
    let shop = endpoint(&store).await;
    store.create_session(new_session(&shop, "late"), NOW).await.unwrap();
    let issued = issue(&store, "late", "one", "first").await;
    assert!(!store.expire_sessions(NOW + HOUR).await.unwrap());
    assert_eq!(conflict(store.receive(upload(&issued), NOW + 5000).await), Conflict::NonceExpired);
    let further = NonceRequest { start_limit: Some(0), ..nonce_request("late", "two", "first") };
    assert_eq!(conflict(store.issue_nonce(further, NOW + 5000).await), Conflict::Expired);
    assert_eq!(due(&store, &shop, NOW + HOUR).await, [("late".to_owned(), EventType::SessionExpired)]);
}

async fn nothing_is_recorded_without_an_enabled_endpoint(site: Site) {
    let store = site.store().await;
    let shop = account(&store).await;
    let end = async |id: &str| {
        store.create_session(new_session(&shop, id), NOW).await.unwrap();
        store.erase_session(id, NOW).await.unwrap();
        site.storage.count("SELECT COUNT(*) FROM webhook_events".into()).await
    };
    assert_eq!(end("a").await, 0);
    store.set_webhook(None, &shop.id, URL, &EventType::CHOOSABLE, NOW).await.unwrap();
    assert_eq!(end("b").await, 1);
    store.enable_webhook(None, &shop.id, false, NOW).await.unwrap();
    assert_eq!(end("c").await, 1);
    // A session that expires meanwhile is not recorded either, now or later.
    store.create_session(new_session(&shop, "d"), NOW).await.unwrap();
    assert!(!store.expire_sessions(NOW + HOUR).await.unwrap());
    assert_eq!(store.accounts_with_due_events(NOW + HOUR).await.unwrap(), [""; 0]);
    store.enable_webhook(None, &shop.id, true, NOW + 2 * HOUR).await.unwrap();
    assert!(!store.expire_sessions(NOW + 2 * HOUR).await.unwrap());
    assert_eq!(due(&store, &shop, NOW + 2 * HOUR).await, [("b".to_owned(), EventType::DataErased)]);
    let refused = store.enable_webhook(None, "nobody", true, NOW).await;
    assert_eq!(not_found(refused), Entity::Webhook);
}

async fn only_chosen_events_are_recorded(site: Site) {
    let store = site.store().await;
    let shop = account(&store).await;
    store.set_webhook(None, &shop.id, URL, &[EventType::SessionCompleted], NOW).await.unwrap();
    for id in ["passed", "forgotten"] {
        store.create_session(new_session(&shop, id), NOW).await.unwrap();
    }
    scored(&store, "passed", &passed(), Consequence::Pass).await;
    store.erase_session("passed", NOW + 8000).await.unwrap();
    store.expire_sessions(NOW + HOUR).await.unwrap();
    assert_eq!(due(&store, &shop, NOW + HOUR).await, [("passed".to_owned(), EventType::SessionCompleted)]);
    let events = [EventType::SessionExpired, EventType::SessionCompleted];
    let kept = store.set_webhook(None, &shop.id, "https://shop.example/other", &events, NOW + HOUR).await.unwrap();
    assert_eq!(kept, None, "an existing endpoint keeps its secret");
    let endpoint = store.webhook(&shop.id).await.unwrap();
    assert_eq!(endpoint.url, "https://shop.example/other");
    assert_eq!(endpoint.events, [EventType::SessionCompleted, EventType::SessionExpired]);
    for (url, events) in [("", &events[..]), (URL, &[]), (&"x".repeat(3000), &events)] {
        assert!(matches!(store.set_webhook(None, &shop.id, url, events, NOW).await, Err(Error::Invalid { .. })));
    }
    assert_eq!(not_found(store.set_webhook(None, "nobody", URL, &events, NOW).await), Entity::Account);
    let study = store.study_account(NOW).await.unwrap();
    assert!(matches!(store.set_webhook(None, &study.id, URL, &events, NOW).await, Err(Error::Invalid { .. })));
}

/// A session of the account that was erased: one event.
async fn event(store: &Store, account: &Account, id: &str) {
    store.create_session(new_session(account, id), NOW).await.unwrap();
    store.erase_session(id, NOW).await.unwrap();
}

async fn an_event_is_claimed_by_one_sender_at_a_time(site: Site) {
    let (store, other) = (site.store().await, site.store().await);
    let shop = endpoint(&store).await;
    for number in 0..20 {
        event(&store, &shop, &format!("s{number}")).await;
    }
    assert_eq!(store.accounts_with_due_events(NOW).await.unwrap(), std::slice::from_ref(&shop.id));
    let slots = [(shop.id.clone(), 15)];
    let (one, two) =
        tokio::join!(store.claim_events(&slots, NOW, NOW + LEASE), other.claim_events(&slots, NOW, NOW + LEASE));
    let mut claims = [one.unwrap(), two.unwrap()].concat();
    claims.extend(store.claim_events(&slots, NOW, NOW + LEASE).await.unwrap());
    claims.sort_by(|one, other| one.event_id.cmp(&other.event_id));
    claims.dedup_by(|one, other| one.event_id == other.event_id);
    assert_eq!(claims.len(), 20, "each once");
    assert!(claims.iter().all(|claim| claim.attempts == 1 && claim.event_id.len() == 36));
    let released = claims.pop().unwrap();
    store.finish_events(&[(released.clone(), DeliveryOutcome::Released)], NOW).await.unwrap();
    let again = claim_all(&other, &shop, NOW).await;
    let expected = EventClaim { fencing_token: 2, ..released };
    assert_eq!(again, [expected], "another sender gets it, and the release does not count as a try");
    claims.extend(again);
    // The lease of all ends; the outcome of an earlier claim no longer counts.
    let again = claim_all(&other, &shop, NOW + LEASE).await;
    assert_eq!(again.len(), 20);
    store.finish_events(&[(claims[0].clone(), DeliveryOutcome::Delivered)], NOW).await.unwrap();
    assert_eq!(store.webhook_backlog(None).await.unwrap().waiting, 20);
    let delivered: Vec<_> = again.into_iter().map(|claim| (claim, DeliveryOutcome::Delivered)).collect();
    other.finish_events(&delivered, NOW).await.unwrap();
    assert_eq!(store.webhook_backlog(Some(&shop.id)).await.unwrap(), WebhookBacklog::default());
    assert_eq!(store.accounts_with_due_events(NOW + HOUR).await.unwrap(), [""; 0]);
}

async fn a_late_sender_changes_nothing_after_a_release(site: Site) {
    let (store, other) = (site.store().await, site.store().await);
    let shop = endpoint(&store).await;
    event(&store, &shop, "a").await;
    let late = claim_all(&store, &shop, NOW).await.remove(0);
    // Its lease ends. Another sender claims the event and releases it, and a third one claims it.
    let later = NOW + LEASE;
    let released = claim_all(&other, &shop, later).await.remove(0);
    let release = [(released.clone(), DeliveryOutcome::Released)];
    other.finish_events(&release, later).await.unwrap();
    let dead = |claim: &EventClaim| [(claim.clone(), DeliveryOutcome::Dead { failure: "late".into() })];
    store.finish_events(&dead(&late), later).await.unwrap();
    assert_eq!(store.webhook_backlog(None).await.unwrap().dead, 0, "between two claims");
    let current = claim_all(&store, &shop, later).await.remove(0);
    // A release whose commit was not confirmed is stored again.
    other.finish_events(&release, later).await.unwrap();
    assert_eq!(claim_all(&other, &shop, later).await, [], "the current claim lasts");
    store.finish_events(&dead(&late), later).await.unwrap();
    assert_eq!(store.webhook_backlog(None).await.unwrap().dead, 0);
    store.finish_events(&dead(&current), later).await.unwrap();
    let listed = store.dead_events(&shop.id, 10).await.unwrap();
    assert_eq!((listed.len(), listed[0].attempts), (1, 2), "two of three claims were tries");
    let tokens = [late, released, current].map(|claim| claim.fencing_token);
    assert_eq!(tokens, [1, 2, 3]);
}

async fn slots_limit_the_claims_of_each_account(site: Site) {
    let store = site.store().await;
    let (one, two) = (endpoint(&store).await, endpoint(&store).await);
    for number in 0..3 {
        event(&store, &one, &format!("one{number}")).await;
        event(&store, &two, &format!("two{number}")).await;
    }
    let slots = [(one.id.clone(), 1), (two.id.clone(), 2)];
    let claims = store.claim_events(&slots, NOW, NOW + LEASE).await.unwrap();
    let count = |account: &Account| claims.iter().filter(|claim| claim.account_id == account.id).count();
    assert_eq!((count(&one), count(&two)), (1, 2));
}

async fn dead_letters_are_listed_retried_and_deleted(site: Site) {
    let store = site.store().await;
    let shop = endpoint(&store).await;
    for id in ["a", "b", "c"] {
        event(&store, &shop, id).await;
    }
    let claims = claim_all(&store, &shop, NOW).await;
    assert_eq!(
        not_found(store.retry_event(None, &claims[0].event_id, NOW).await),
        Entity::WebhookEvent,
        "it is claimed"
    );
    let failure = "the endpoint answered 500".to_owned();
    let dead = |claim: &EventClaim| (claim.clone(), DeliveryOutcome::Dead { failure: failure.clone() });
    let retry = DeliveryOutcome::Retry { at: NOW + 2 * HOUR, failure: failure.clone() };
    let outcomes = [dead(&claims[0]), dead(&claims[1]), (claims[2].clone(), retry)];
    store.finish_events(&outcomes, NOW + HOUR).await.unwrap();
    let backlog = store.webhook_backlog(Some(&shop.id)).await.unwrap();
    assert_eq!(backlog, WebhookBacklog { waiting: 1, oldest: Some(NOW), dead: 2 });
    let listed = store.dead_events(&shop.id, 10).await.unwrap();
    assert_eq!(listed.len(), 2);
    assert_eq!(
        (&listed[0].failure, listed[0].failed_at, listed[0].attempts),
        (&Some(failure.clone()), Some(NOW + HOUR), 1)
    );
    assert_eq!(claim_all(&store, &shop, NOW + HOUR).await, []);

    store.retry_event(None, &claims[0].event_id, NOW + HOUR).await.unwrap();
    let again = claim_all(&store, &shop, NOW + HOUR).await;
    assert_eq!(again.iter().map(|claim| &claim.event_id).collect::<Vec<_>>(), [&claims[0].event_id]);
    assert_eq!((again[0].attempts, again[0].give_up_at), (2, NOW + HOUR + DELIVERY_TIME));
    store.retry_event(None, &claims[2].event_id, NOW + HOUR).await.unwrap();
    assert_eq!(claim_all(&store, &shop, NOW + HOUR).await[0].event_id, claims[2].event_id);
    assert_eq!(store.retry_dead_events(None, &shop.id, NOW + HOUR).await.unwrap(), 1);
    assert_eq!(claim_all(&store, &shop, NOW + HOUR).await[0].event_id, claims[1].event_id);
    assert_eq!(not_found(store.retry_event(None, "evt_00", NOW).await), Entity::WebhookEvent);

    store.finish_events(&[dead(&again[0])], NOW + HOUR).await.unwrap();
    store.tidy_events(HOUR, NOW + HOUR + DEAD_RETENTION - 1).await.unwrap();
    assert_eq!(store.webhook_backlog(None).await.unwrap().dead, 1);
    store.tidy_events(HOUR, NOW + HOUR + DEAD_RETENTION).await.unwrap();
    assert_eq!(store.webhook_backlog(None).await.unwrap().dead, 0);
}

async fn an_event_under_way_is_not_sent_a_second_time(site: Site) {
    let store = site.store().await;
    let shop = endpoint(&store).await;
    event(&store, &shop, "a").await;
    let claimed = claim_all(&store, &shop, NOW).await.remove(0);
    let retry = DeliveryOutcome::Retry { at: NOW + HOUR, failure: "the endpoint answered 500".to_owned() };
    store.finish_events(&[(claimed, retry)], NOW).await.unwrap();
    let again = claim_all(&store, &shop, NOW + HOUR).await.remove(0);
    assert_eq!(not_found(store.retry_event(None, &again.event_id, NOW + HOUR).await), Entity::WebhookEvent);
    assert_eq!(claim_all(&store, &shop, NOW + HOUR).await, []);
}

async fn both_secrets_sign_for_a_day_after_rotation(site: Site) {
    let store = site.store().await;
    let shop = account(&store).await;
    let first = store.set_webhook(None, &shop.id, URL, &EventType::CHOOSABLE, NOW).await.unwrap().unwrap();
    assert!(first.strip_prefix("whsec_").is_some_and(|hex| hex.len() == 64));
    let secrets = async |now| {
        let target = store.webhook_target(&shop.id, now).await.unwrap();
        target.secrets.iter().map(|secret| secret.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(secrets(NOW).await, [first.to_string()]);
    let second = store.rotate_webhook_secret(None, &shop.id, NOW).await.unwrap();
    assert_ne!(first, second);
    assert_eq!(secrets(NOW + 24 * HOUR - 1).await, [second.to_string(), first.to_string()]);
    assert_eq!(secrets(NOW + 24 * HOUR).await, [second.to_string()]);
    assert_eq!(store.webhook(&shop.id).await.unwrap().previous_until, Some(NOW + 24 * HOUR));
    assert_eq!(not_found(store.rotate_webhook_secret(None, "nobody", NOW).await), Entity::Webhook);
    let plain = format!("SELECT COUNT(*) FROM webhook_endpoints WHERE sealed_secret LIKE '%{}%'", &second[..20]);
    assert_eq!(site.storage.count(plain).await, 0);
}

async fn secrets_follow_the_master_key(site: Site) {
    let store = site.store().await;
    let shop = endpoint(&store).await;
    store.rotate_webhook_secret(None, &shop.id, NOW).await.unwrap();
    let before = store.webhook_target(&shop.id, NOW).await.unwrap().secrets;
    let rekeyed = |previous| StoreConfig {
        master_key: SecretKey::new([9; 32]),
        previous_master_keys: previous,
        ..site.config.clone()
    };
    let both = Store::open(&rekeyed(vec![site.config.master_key.clone()]), entropy()).await.unwrap();
    assert_eq!(both.reencrypt_secrets(|_| {}).await.unwrap().unreadable, [""; 0]);
    let new = Store::open(&rekeyed(Vec::new()), entropy()).await.unwrap();
    assert_eq!(new.webhook_target(&shop.id, NOW).await.unwrap().secrets, before);
    assert_eq!(before.len(), 2);
}

async fn events_of_removed_endpoints_go_with_them(site: Site) {
    let store = site.store().await;
    let shop = endpoint(&store).await;
    event(&store, &shop, "a").await;
    store.remove_webhook(None, &shop.id, NOW).await.unwrap();
    assert_eq!(store.webhook_backlog(None).await.unwrap(), WebhookBacklog::default());
    assert_eq!(not_found(store.remove_webhook(None, &shop.id, NOW).await), Entity::Webhook);
    assert_eq!(not_found(store.webhook_target(&shop.id, NOW).await), Entity::Webhook);
    let secret = store.set_webhook(None, &shop.id, URL, &EventType::CHOOSABLE, NOW).await.unwrap();
    assert!(secret.is_some(), "a new endpoint has a new secret");
}

async fn a_clock_set_back_delays_no_event_for_long(site: Site) {
    let store = site.store().await;
    let shop = endpoint(&store).await;
    event(&store, &shop, "a").await;
    let year = 365 * 24 * HOUR;
    let claims = claim_all(&store, &shop, NOW + year).await;
    let retry = DeliveryOutcome::Retry { at: NOW + year + HOUR, failure: String::new() };
    store.finish_events(&[(claims[0].clone(), retry)], NOW + year).await.unwrap();
    store.tidy_events(4 * HOUR, NOW).await.unwrap();
    assert_eq!(due(&store, &shop, NOW).await, [("a".to_owned(), EventType::DataErased)]);
}

async fn changes_of_endpoints_are_audited_without_secrets(site: Site) {
    let store = site.store().await;
    let shop = account(&store).await;
    let ann = Actor::Command("ann".into());
    let by = Some(&ann);
    let events = [EventType::DataErased];
    for url in ["https://a.example/hook?token=CONFIDENTIAL", "https://b.example:8443/CONFIDENTIAL"] {
        store.set_webhook(by, &shop.id, url, &events, NOW).await.unwrap();
    }
    store.rotate_webhook_secret(by, &shop.id, NOW).await.unwrap();
    store.enable_webhook(by, &shop.id, false, NOW).await.unwrap();
    store.remove_webhook(by, &shop.id, NOW).await.unwrap();
    assert_eq!(store.retry_dead_events(by, &shop.id, NOW).await.unwrap(), 0);
    let entries = store.audit_entries_after(0, 100).await.unwrap();
    let recorded: Vec<_> = entries.iter().map(|entry| (entry.action.as_str(), entry.details.as_str())).collect();
    let expected = [
        ("webhook_endpoint_created", "{\"events\":[\"data.erased\"],\"origin\":\"https://a.example\"}"),
        ("webhook_endpoint_changed", "{\"events\":[\"data.erased\"],\"origin\":\"https://b.example:8443\"}"),
        ("webhook_secret_rotated", "{}"),
        ("webhook_endpoint_changed", "{\"enabled\":false}"),
        ("webhook_endpoint_deleted", "{}"),
    ];
    assert_eq!(recorded, expected);
    assert!(entries.iter().all(|entry| entry.account_id.as_ref() == Some(&shop.id) && entry.actor_name == "ann"));
}
