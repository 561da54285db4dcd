//! The audit log: its chain, its entries, and what breaks it.

use crate::support::*;
use futures::future::join_all;
use nearfar_store::*;
use serde_json::{Value, json};
use sqlx::{AnyConnection, AssertSqlSafe, Connection};
use std::collections::BTreeSet;

nearfar_test_support::on_both!(crate::support::Site:
    entries_form_a_chain_without_gaps,
    concurrent_appends_of_two_instances_form_one_chain,
    every_altered_column_breaks_the_chain,
    a_shortened_chain_is_found_by_its_expected_head,
    changes_of_accounts_are_recorded_with_them,
    a_failed_change_leaves_no_entry,
    erasures_are_recorded_once_without_the_person,
    entries_are_listed_by_filter,
);

const ENTRIES: usize = 4;

fn operator() -> Actor {
    Actor::Operator("ann".into())
}

async fn filled(site: &Site) -> Store {
    let store = site.store().await;
    for number in 0..ENTRIES {
        let entry = NewAuditEntry::new(&operator(), AuditAction::SessionShown).account("shop");
        let entry = entry.subject(&format!("s{number}")).details(json!({"number": number}));
        store.record_audit(entry, NOW + number as i64).await.unwrap();
    }
    store
}

async fn entries_form_a_chain_without_gaps(site: Site) {
    let store = site.store().await;
    let empty = AuditHead { count: 0, hash: AUDIT_GENESIS.into() };
    assert_eq!(store.verify_audit(None).await.unwrap(), Ok(empty));
    drop(store);
    let store = filled(&site).await;
    let entries = store.audit_entries_after(0, 100).await.unwrap();
    let sequences: Vec<i64> = entries.iter().map(|entry| entry.sequence).collect();
    assert_eq!(sequences, [1, 2, 3, 4]);
    assert_eq!(entries[0].previous_hash, AUDIT_GENESIS);
    assert!(entries.windows(2).all(|pair| pair[1].previous_hash == pair[0].hash));
    let head = AuditHead { count: 4, hash: entries[3].hash.clone() };
    assert_eq!(store.verify_audit(None).await.unwrap(), Ok(head.clone()));
    for expected in [AUDIT_GENESIS, &entries[1].hash, &entries[3].hash.to_uppercase()] {
        assert_eq!(store.verify_audit(Some(expected)).await.unwrap(), Ok(head.clone()));
    }
    let read: Value = serde_json::from_str(&entries[2].to_json()).unwrap();
    assert_eq!(read["actor"], json!({"kind": "operator", "name": "ann"}));
    assert_eq!((&read["subject"], &read["details"]["number"]), (&json!("s2"), &json!(2)));
    let wrong = NewAuditEntry::new(&operator(), AuditAction::SessionShown).details(json!({"a": 0.5}));
    assert!(matches!(store.record_audit(wrong, NOW).await, Err(Error::Invalid { .. })));
    assert_eq!(store.audit_head().await.unwrap(), head, "nothing was appended");
}

async fn concurrent_appends_of_two_instances_form_one_chain(site: Site) {
    let stores = [site.store().await, site.store().await];
    let append = |number: usize| {
        let store = stores[number % 2].clone();
        let entry = NewAuditEntry::new(&Actor::Service, AuditAction::SessionErased).subject(&number.to_string());
        tokio::spawn(async move { store.record_audit(entry, NOW).await.unwrap().sequence })
    };
    let sequences = join_all((0..40).map(append)).await.into_iter().map(Result::unwrap);
    assert_eq!(sequences.collect::<BTreeSet<_>>(), (1..=40).collect());
    assert_eq!(stores[0].verify_audit(None).await.unwrap().unwrap().count, 40);
}

async fn every_altered_column_breaks_the_chain(site: Site) {
    let store = filled(&site).await;
    let mut connection = AnyConnection::connect(&site.storage.database_url).await.unwrap();
    let mut execute = async |statement: String| {
        let done = sqlx::query(AssertSqlSafe(statement)).execute(&mut connection).await.unwrap();
        assert_eq!(done.rows_affected(), 1);
    };
    let columns = [
        ("recorded_at", "recorded_at + 1"),
        ("actor_kind", "'service'"),
        ("actor_name", "'bob'"),
        ("action", "'signed_in'"),
        ("account_id", "NULL"),
        ("subject", "'other'"),
        ("details", "'{\"number\": 0}'"),
        ("details", "'{\"number\":9}'"),
        ("details", "'no JSON'"),
        ("previous_hash", "hash"),
        ("hash", "previous_hash"),
    ];
    for at in 1..=ENTRIES as i64 {
        let original = store.audit_entries_after(at - 1, 1).await.unwrap().remove(0);
        for (column, value) in columns {
            execute(format!("UPDATE audit_entries SET {column} = {value} WHERE sequence = {at}")).await;
            let broken = store.verify_audit(None).await.unwrap().unwrap_err();
            assert_eq!(broken.sequence, at, "{column}: {broken}");
            let AuditEntry { recorded_at, actor_kind, actor_name, action, subject, details, .. } = &original;
            execute(format!(
                "UPDATE audit_entries SET recorded_at = {recorded_at}, actor_kind = '{actor_kind}', \
                 actor_name = '{actor_name}', action = '{action}', account_id = 'shop', subject = '{}', \
                 details = '{details}', previous_hash = '{}', hash = '{}' WHERE sequence = {at}",
                subject.as_deref().unwrap(),
                original.previous_hash,
                original.hash
            ))
            .await;
            assert!(store.verify_audit(None).await.unwrap().is_ok());
        }
        for moved in [0, -5, 1000] {
            execute(format!("UPDATE audit_entries SET sequence = {moved} WHERE sequence = {at}")).await;
            let broken = store.verify_audit(None).await.unwrap().unwrap_err();
            assert!(broken.sequence == at || moved < 1, "{at} to {moved}: {broken}");
            execute(format!("UPDATE audit_entries SET sequence = {at} WHERE sequence = {moved}")).await;
        }
    }
    for (column, value) in [("sequence", "3"), ("sequence", "5"), ("hash", "'00'")] {
        execute(format!("UPDATE audit_head SET {column} = {value}")).await;
        assert!(store.verify_audit(None).await.unwrap().is_err(), "{column}");
        let head = store.audit_entries_after(3, 1).await.unwrap().remove(0);
        execute(format!("UPDATE audit_head SET sequence = 4, hash = '{}'", head.hash)).await;
    }
    execute("DELETE FROM audit_entries WHERE sequence = 2".into()).await;
    assert_eq!(store.verify_audit(None).await.unwrap().unwrap_err().sequence, 2);
}

async fn a_shortened_chain_is_found_by_its_expected_head(site: Site) {
    let store = filled(&site).await;
    let entries = store.audit_entries_after(0, 100).await.unwrap();
    let mut connection = AnyConnection::connect(&site.storage.database_url).await.unwrap();
    sqlx::query("DELETE FROM audit_entries WHERE sequence = 4").execute(&mut connection).await.unwrap();
    assert_eq!(store.verify_audit(None).await.unwrap().unwrap_err().sequence, 4, "the head is ahead");
    let statement = AssertSqlSafe(format!("UPDATE audit_head SET sequence = 3, hash = '{}'", entries[2].hash));
    sqlx::query(statement).execute(&mut connection).await.unwrap();
    assert!(store.verify_audit(None).await.unwrap().is_ok(), "the chain itself cannot show it");
    assert!(store.verify_audit(Some(&entries[2].hash)).await.unwrap().is_ok());
    assert_eq!(store.verify_audit(Some(&entries[3].hash)).await.unwrap().unwrap_err().sequence, 4);
}

async fn changes_of_accounts_are_recorded_with_them(site: Site) {
    let store = site.store().await;
    let actor = operator();
    let audited = store.audited(&actor, NOW);
    let settings = AccountSettings { video: true, ..AccountSettings::default() };
    let new = NewAccount { name: "Shop".into(), settings, ..NewAccount::default() };
    let (account, secret) = audited.create_account(new).await.unwrap();
    let changed = AccountSettings { retention_hours: 5, ..account.settings.clone() };
    audited.update_account(&account, "Store", Some(NOW), &changed).await.unwrap();
    audited.enable_account(&account, false).await.unwrap();
    audited.enable_account(&account, true).await.unwrap();
    let rotated = audited.rotate_secret(&account).await.unwrap();
    let entries = store.audit_entries_after(0, 100).await.unwrap();
    let actions: Vec<&str> = entries.iter().map(|entry| entry.action.as_str()).collect();
    let expected =
        ["account_created", "account_changed", "account_disabled", "account_enabled", "account_secret_rotated"];
    assert_eq!(actions, expected);
    for entry in &entries {
        assert_eq!(entry.account_id.as_deref(), Some(account.id.as_str()));
        assert_eq!(entry.subject.as_deref(), Some(account.access_key.as_str()));
        let line = entry.to_json();
        assert!(!line.contains(secret.as_str()) && !line.contains(rotated.as_str()), "{line}");
    }
    let details = |at: usize| serde_json::from_str::<Value>(&entries[at].details).unwrap();
    assert_eq!(details(0)["set"]["video"], json!({"from": false, "to": true}));
    let expected = json!({"name": {"from": "Shop", "to": "Store"}, "expiresAt": {"from": null, "to": NOW},
        "retentionHours": {"from": 720, "to": 5}});
    assert_eq!(details(1)["changed"], expected);
    assert_eq!(store.account(&account.id).await.unwrap().settings, changed);
}

async fn a_failed_change_leaves_no_entry(site: Site) {
    let store = site.store().await;
    let (actor, account) = (operator(), account(&store).await);
    let audited = store.audited(&actor, NOW);
    let unknown = Account { id: "nobody".into(), ..account.clone() };
    let wrong = AccountSettings { retention_hours: 0, ..AccountSettings::default() };
    assert!(audited.update_account(&account, "x", None, &wrong).await.is_err());
    assert_eq!(not_found(audited.rotate_secret(&unknown).await), Entity::Account);
    assert_eq!(not_found(audited.enable_account(&unknown, false).await), Entity::Account);
    assert_eq!(store.audit_head().await.unwrap().count, 0);
}

async fn erasures_are_recorded_once_without_the_person(site: Site) {
    let store = site.store().await;
    let account = account(&store).await;
    for id in ["one", "two", "three"] {
        store.create_session(new_session(&account, id), NOW).await.unwrap();
    }
    let integrator = Actor::Integrator(account.access_key.clone());
    for _ in 0..2 {
        store.erase_session_by(Some(&integrator), "one", NOW).await.unwrap();
    }
    store.erase_session("two", NOW).await.unwrap();
    store.run_retention(NOW + 25 * HOUR).await.unwrap();
    let entries = store.audit_entries_after(0, 100).await.unwrap();
    let found: Vec<_> = entries
        .iter()
        .map(|entry| (entry.action.as_str(), entry.actor_kind.as_str(), entry.subject.as_deref().unwrap()))
        .collect();
    assert_eq!(found, [("session_erased", "integrator", "one"), ("session_erased", "service", "three")]);
    assert!(entries.iter().all(|entry| !entry.to_json().contains("person-of")));
    assert_eq!(entries[0].actor_name, account.access_key);
}

async fn entries_are_listed_by_filter(site: Site) {
    let store = filled(&site).await;
    store.record_audit(NewAuditEntry::new(&Actor::Service, AuditAction::SignInFailed), NOW).await.unwrap();
    let list = async |filter: AuditFilter, limit: u32| {
        let entries = store.audit_entries(&filter, limit).await.unwrap();
        entries.iter().map(|entry| entry.sequence).collect::<Vec<_>>()
    };
    assert_eq!(list(AuditFilter::default(), 2).await, [5, 4]);
    assert_eq!(list(AuditFilter { before: Some(4), ..Default::default() }, 2).await, [3, 2]);
    assert_eq!(list(AuditFilter { action: Some("sign_in_failed".into()), ..Default::default() }, 9).await, [5]);
    assert_eq!(list(AuditFilter { actor: Some("ann".into()), ..Default::default() }, 9).await, [4, 3, 2, 1]);
    assert_eq!(list(AuditFilter { subject: Some("s1".into()), ..Default::default() }, 9).await, [2]);
}
