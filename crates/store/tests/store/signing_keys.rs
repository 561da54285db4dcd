//! Signing keys: generations, their overlap, and their end.

use crate::support::*;
use nearfar_store::*;
use zeroize::Zeroizing;

nearfar_test_support::on_both!(Site:
    a_rotation_adds_a_generation_and_the_earlier_ones_stay_until_they_retire,
    the_first_key_is_the_server_secret_of_earlier_versions,
    a_rotation_waits_for_the_one_before,
);

fn new(purpose: &'static str, byte: u8) -> NewSigningKey {
    NewSigningKey { purpose, secret: Zeroizing::new(vec![byte; 32]), public_key: Some(format!("public {byte}")) }
}

async fn a_rotation_adds_a_generation_and_the_earlier_ones_stay_until_they_retire(site: Site) {
    let (here, there) = (site.store().await, site.store().await);
    let first = here.signing_keys("records", NOW).await.unwrap().remove(0);
    assert_eq!((first.generation, first.retires_at, first.public_key), (1, None, None));
    here.set_public_key("records", 1, "public 1").await.unwrap();
    here.add_signing_keys(&[new("records", 2), new("tokens", 3)], NOW + 60, NOW + HOUR, NOW).await.unwrap();
    let keys = there.signing_keys("records", NOW).await.unwrap();
    assert_eq!(keys.iter().map(|key| key.generation).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(keys[0].secret, first.secret);
    assert_eq!((keys[0].retires_at, keys[1].retires_at, keys[1].active_from), (Some(NOW + HOUR), None, NOW + 60));
    assert_eq!(keys[1].secret.as_deref(), Some(&vec![2; 32]));
    assert_eq!(there.signing_keys("tokens", NOW).await.unwrap().len(), 2);

    assert_eq!(there.destroy_retired_keys(NOW + HOUR - 1).await.unwrap(), 0);
    assert_eq!(there.destroy_retired_keys(NOW + HOUR).await.unwrap(), 2);
    let keys = here.signing_keys("records", NOW).await.unwrap();
    assert!(keys[0].secret.is_none() && keys[1].secret.is_some());
    assert_eq!(keys[0].public_key.as_deref(), Some("public 1"), "what it signed can be verified for ever");
    let copies = "SELECT COUNT(*) FROM server_secrets WHERE name IN ('records', 'tokens')";
    assert_eq!(site.storage.count(copies.into()).await, 0, "the copies for earlier versions are gone too");
}

async fn the_first_key_is_the_server_secret_of_earlier_versions(site: Site) {
    let (one, two) = (site.store().await, site.store().await);
    let earlier = one.server_secret("tokens").await.unwrap();
    let (first, second) = tokio::join!(one.signing_keys("tokens", NOW), two.signing_keys("tokens", NOW));
    for keys in [first.unwrap(), second.unwrap()] {
        assert_eq!((keys.len(), keys[0].secret.as_deref()), (1, Some(&*earlier)));
    }
}

async fn a_rotation_waits_for_the_one_before(site: Site) {
    let store = site.store().await;
    store.add_signing_keys(&[new("tokens", 2)], NOW + 60, NOW + HOUR, NOW).await.unwrap();
    let early = store.add_signing_keys(&[new("records", 3), new("tokens", 3)], NOW + 90, NOW + HOUR, NOW + 59).await;
    assert_eq!(conflict(early), Conflict::TooMany);
    assert_eq!(store.signing_keys("records", NOW).await.unwrap().len(), 1, "none is added");
    store.add_signing_keys(&[new("tokens", 3)], NOW + 90, NOW + 2 * HOUR, NOW + 60).await.unwrap();
    let keys = store.signing_keys("tokens", NOW).await.unwrap();
    let retire: Vec<_> = keys.iter().map(|key| key.retires_at).collect();
    assert_eq!(retire, [Some(NOW + HOUR), Some(NOW + 2 * HOUR), None]);
    // A compromised key ends at once, and so do all before it.
    store.add_signing_keys(&[new("tokens", 4)], NOW + 100, NOW + 100, NOW + 100).await.unwrap();
    assert_eq!(store.destroy_retired_keys(NOW + 100).await.unwrap(), 3);
}
