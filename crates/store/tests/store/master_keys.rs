//! Rotation of the master key: every secret is re-encrypted, in any order of events.

use crate::support::*;
use nearfar_store::*;

nearfar_test_support::on_both!(Site:
    every_secret_is_reencrypted_while_both_keys_are_read,
    an_interrupted_reencryption_continues,
    unreadable_secrets_are_reported_and_kept,
);

const ACCOUNTS: usize = 130;

/// The same site with another master key.
fn with_keys(site: &Site, current: u8, previous: &[u8]) -> StoreConfig {
    let previous = previous.iter().map(|byte| SecretKey::new([*byte; 32])).collect();
    StoreConfig { master_key: SecretKey::new([current; 32]), previous_master_keys: previous, ..site.config.clone() }
}

async fn open(config: &StoreConfig) -> Store {
    Store::open(config, entropy()).await.unwrap()
}

/// Accounts with their secrets, and a server secret.
async fn fill(store: &Store) -> Vec<(String, String)> {
    store.server_secret("links").await.unwrap();
    store.signing_keys("tokens", NOW).await.unwrap();
    let mut secrets = Vec::new();
    for number in 0..ACCOUNTS {
        let new = NewAccount { name: format!("Shop {number}"), ..NewAccount::default() };
        let (account, secret) = store.create_account(new, NOW).await.unwrap();
        secrets.push((account.id, secret.to_string()));
    }
    secrets
}

async fn all_are_read(store: &Store, secrets: &[(String, String)]) {
    for (id, secret) in secrets {
        assert_eq!(*store.account_secret(id).await.unwrap(), *secret);
    }
}

/// Rows by key id.
async fn rows(store: &Store) -> Vec<(Option<String>, u64)> {
    let mut rows: Vec<(Option<String>, u64)> = Vec::new();
    for count in store.count_secrets().await.unwrap() {
        match rows.iter_mut().find(|(key, _)| *key == count.key_id) {
            Some((_, rows)) => *rows += count.rows,
            None => rows.push((count.key_id, count.rows)),
        }
    }
    rows
}

async fn every_secret_is_reencrypted_while_both_keys_are_read(site: Site) {
    let old = site.store().await;
    let secrets = fill(&old).await;
    let tokens = old.signing_keys("tokens", NOW).await.unwrap()[0].secret.clone();
    // The accounts, "links", and "tokens" both as a server secret and as a signing key.
    let all = ACCOUNTS as u64 + 3;
    let (both, other) = (open(&with_keys(&site, 9, &[1])).await, open(&with_keys(&site, 9, &[1])).await);
    let ids = both.master_key_ids();
    assert_eq!((ids.len(), &ids[1]), (2, &old.master_key_ids()[0]));
    assert_eq!(rows(&both).await, [(Some(ids[1].clone()), all)]);
    all_are_read(&both, &secrets).await;
    let mut steps = Vec::new();
    let done = both.reencrypt_secrets(|report| steps.push(report.done)).await.unwrap();
    assert_eq!((done.done, done.unreadable.len()), (all, 0));
    assert!(steps.len() > 3 && steps.is_sorted(), "progress is reported: {steps:?}");
    all_are_read(&other, &secrets).await;
    assert_eq!(both.reencrypt_secrets(|_| {}).await.unwrap().done, 0, "nothing is left");
    let new = open(&with_keys(&site, 9, &[])).await;
    all_are_read(&new, &secrets).await;
    assert_eq!(rows(&new).await, [(Some(ids[0].clone()), all)]);
    assert_eq!(new.signing_keys("tokens", NOW).await.unwrap()[0].secret, tokens);
    new.server_secret("links").await.unwrap();
    assert!(matches!(old.account_secret(&secrets[0].0).await, Err(Error::Corrupt { .. })), "the old key opens nothing");
}

async fn an_interrupted_reencryption_continues(site: Site) {
    let secrets = fill(&site.store().await).await;
    let both = open(&with_keys(&site, 9, &[1])).await;
    // The process ends after its first batch.
    let interrupted = tokio::spawn({
        let both = both.clone();
        async move { both.reencrypt_secrets(|report| assert_eq!(report.done, 0, "interrupted")).await }
    });
    assert!(interrupted.await.is_err());
    assert_eq!(rows(&both).await.len(), 2, "both keys are in use");
    all_are_read(&both, &secrets).await;
    // A secret that is replaced meanwhile is the newer one.
    let replaced = both.rotate_secret(&secrets[100].0).await.unwrap();
    let done = both.reencrypt_secrets(|_| {}).await.unwrap().done;
    assert!(done > 0 && done < ACCOUNTS as u64, "{done}");
    let new = open(&with_keys(&site, 9, &[])).await;
    all_are_read(&new, &secrets[..100]).await;
    all_are_read(&new, &secrets[101..]).await;
    assert_eq!(*new.account_secret(&secrets[100].0).await.unwrap(), *replaced);
}

async fn unreadable_secrets_are_reported_and_kept(site: Site) {
    let foreign = open(&with_keys(&site, 5, &[])).await;
    let (account, secret) =
        foreign.create_account(NewAccount { name: "Shop".into(), ..NewAccount::default() }, NOW).await.unwrap();
    let secrets = fill(&site.store().await).await;
    let both = open(&with_keys(&site, 9, &[1])).await;
    let report = both.reencrypt_secrets(|_| {}).await.unwrap();
    assert_eq!(report.unreadable, [format!("accounts.sealed_secret/{}", account.id)]);
    all_are_read(&both, &secrets).await;
    assert!(rows(&both).await.contains(&(None, 1)));
    assert_eq!(*foreign.account_secret(&account.id).await.unwrap(), *secret, "its own key still opens it");
}
