//! Accounts, settings, secrets and UI configurations.

use crate::support::*;
use nearfar_store::*;

nearfar_test_support::on_both!(crate::support::Site:
    an_account_is_found_by_key_and_id,
    secrets_are_encrypted_and_rotated,
    disabling_voids_tokens_once,
    settings_are_validated_and_replaced,
    a_sandbox_account_stays_one_and_its_sessions_show_it,
    server_secrets_are_created_once,
    ui_configurations_are_per_account_and_locale,
);

async fn an_account_is_found_by_key_and_id(site: Site) {
    let store = site.store().await;
    let (first, _) = store
        .create_account(NewAccount { name: "Ümläut & Co".into(), expires_at: Some(NOW + 1), ..Default::default() }, NOW)
        .await
        .unwrap();
    let second = account(&store).await;
    assert_eq!(store.account(&first.id).await.unwrap(), first);
    assert_eq!(store.account_by_access_key(&first.access_key).await.unwrap(), first);
    assert_eq!(first.access_key.len(), 16);
    assert_ne!(first.access_key, second.access_key);
    let mut all = store.accounts().await.unwrap();
    all.sort_by_key(|account| account.id != first.id);
    assert_eq!(all, [first, second]);
    for wrong in ["", "x", "' OR 1=1 --"] {
        assert_eq!(not_found(store.account_by_access_key(wrong).await), Entity::Account);
        assert_eq!(not_found(store.account_secret(wrong).await), Entity::Account);
        assert_eq!(not_found(store.rotate_secret(wrong).await), Entity::Account);
    }
    let nameless = store.create_account(NewAccount::default(), NOW).await;
    assert!(matches!(nameless, Err(Error::Invalid { what: "name", .. })));
}

async fn secrets_are_encrypted_and_rotated(mut site: Site) {
    let store = site.store().await;
    let (account, secret) =
        store.create_account(NewAccount { name: "Shop".into(), ..Default::default() }, NOW).await.unwrap();
    assert_eq!(secret.len(), 32);
    assert_eq!(*store.account_secret(&account.id).await.unwrap(), *secret);
    let rotated = store.rotate_secret(&account.id).await.unwrap();
    assert_ne!(*rotated, *secret);
    assert_eq!(*store.account_secret(&account.id).await.unwrap(), *rotated);
    assert_eq!(store.account(&account.id).await.unwrap().token_epoch, account.token_epoch + 1);

    site.config.master_key = SecretKey::new([9; 32]);
    let stranger = site.store().await;
    assert!(matches!(stranger.account_secret(&account.id).await, Err(Error::Corrupt { .. })));
}

async fn disabling_voids_tokens_once(site: Site) {
    let store = site.store().await;
    let id = account(&store).await.id;
    let state = async || {
        let account = store.account(&id).await.unwrap();
        (account.enabled, account.token_epoch)
    };
    assert_eq!(state().await, (true, 0));
    store.enable_account(&id, true).await.unwrap();
    assert_eq!(state().await, (true, 0));
    store.enable_account(&id, false).await.unwrap();
    store.enable_account(&id, false).await.unwrap();
    assert_eq!(state().await, (false, 1));
    store.enable_account(&id, true).await.unwrap();
    assert_eq!(state().await, (true, 1));
}

async fn settings_are_validated_and_replaced(site: Site) {
    let store = site.store().await;
    let id = account(&store).await.id;
    let settings = AccountSettings {
        video: true,
        retry_limit: Some(3),
        retry_limit_url: Some("https://shop.example/help".into()),
        regions: vec!["IDN".into(), "VNM".into()],
        ..AccountSettings::default()
    };
    store.update_account(&id, "New name", Some(NOW), &settings).await.unwrap();
    let changed = store.account(&id).await.unwrap();
    assert_eq!((changed.name.as_str(), changed.expires_at, &changed.settings), ("New name", Some(NOW), &settings));
    let wrong = AccountSettings { retention_hours: 0, ..settings.clone() };
    assert!(matches!(store.update_account(&id, "x", None, &wrong).await, Err(Error::Invalid { .. })));
    let wrong = NewAccount { name: "x".into(), settings: wrong, ..Default::default() };
    assert!(matches!(store.create_account(wrong, NOW).await, Err(Error::Invalid { .. })));
    assert_eq!(store.account(&id).await.unwrap(), changed);
}

async fn a_sandbox_account_stays_one_and_its_sessions_show_it(site: Site) {
    let store = site.store().await;
    let real = account(&store).await;
    let new = NewAccount { name: "Tests".into(), sandbox: true, ..NewAccount::default() };
    let tests = store.create_account(new, NOW).await.unwrap().0;
    store.update_account(&tests.id, "Renamed", Some(NOW), &AccountSettings::default()).await.unwrap();
    store.rotate_secret(&tests.id).await.unwrap();
    assert!(store.account(&tests.id).await.unwrap().sandbox && !store.account(&real.id).await.unwrap().sandbox);
    let chosen = |account: &Account, id: &str, sandbox: Option<&str>| NewSession {
        sandbox: sandbox.map(str::to_owned),
        ..new_session(account, id)
    };
    for (account, sandbox) in [(&real, Some("[]")), (&tests, None)] {
        let refused = store.create_session(chosen(account, "x", sandbox), NOW).await;
        assert!(matches!(refused, Err(Error::Invalid { what: "sandbox", .. })), "{refused:?}");
    }
    let session = store.create_session(chosen(&tests, "t", Some("[1]")), NOW).await.unwrap();
    assert_eq!(session.sandbox.as_deref(), Some("[1]"));
    assert_eq!(store.create_session(chosen(&real, "r", None), NOW).await.unwrap().sandbox, None);
    store.erase_session("t", NOW).await.unwrap();
    assert!(store.session("t").await.unwrap().sandbox.is_some(), "the tombstone is marked too");
}

async fn server_secrets_are_created_once(site: Site) {
    let (one, two) = (site.store().await, site.store().await);
    let (first, second) = tokio::join!(one.server_secret("tokens"), two.server_secret("tokens"));
    let first = first.unwrap();
    assert_eq!(*first, *second.unwrap());
    assert_eq!(first.len(), 32);
    assert_ne!(*first, *one.server_secret("links").await.unwrap());
    assert_eq!(*first, *site.store().await.server_secret("tokens").await.unwrap());
}

async fn ui_configurations_are_per_account_and_locale(site: Site) {
    let store = site.store().await;
    let (one, two) = (account(&store).await.id, account(&store).await.id);
    store.put_ui(&one, "en_US", "{\"titleText\":\"One\"}", NOW).await.unwrap();
    store.put_ui(&one, "zh_CN", "{\"titleText\":\"一\"}", NOW).await.unwrap();
    store.put_ui(&two, "en_US", "{\"titleText\":\"Two\"}", NOW).await.unwrap();
    store.put_ui(&one, "en_US", "{\"titleText\":\"New\"}", NOW + 1).await.unwrap();
    assert_eq!(store.ui(&one, "en_US").await.unwrap().as_deref(), Some("{\"titleText\":\"New\"}"));
    assert_eq!(store.ui(&one, "zh_CN").await.unwrap().as_deref(), Some("{\"titleText\":\"一\"}"));
    assert_eq!(store.ui(&two, "en_US").await.unwrap().as_deref(), Some("{\"titleText\":\"Two\"}"));
    assert_eq!(store.ui(&two, "zh_CN").await.unwrap(), None);
    assert_eq!(store.ui_locales(&one).await.unwrap(), ["en_US", "zh_CN"]);
    assert_eq!(not_found(store.put_ui("nobody", "en_US", "{}", NOW).await), Entity::Account);
}
