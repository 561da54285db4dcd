//! Handoff links and problem reports.

use crate::support::*;
use nearfar_store::*;

nearfar_test_support::on_both!(crate::support::Site:
    a_confirmed_link_marks_the_session,
    a_wrong_secret_is_not_found,
    another_device_voids_an_unconfirmed_link,
    confirmation_applies_to_the_shown_claim,
    repeated_claims_get_the_same_code_until_a_limit,
    codes_are_unique_within_a_session,
    only_the_confirmed_device_is_admitted,
    links_expire,
    a_new_link_ends_older_unconfirmed_links,
    no_handoff_after_the_session_ends,
    opened_links_are_limited_and_others_are_not,
    two_concurrent_devices_void_the_link,
    concurrent_claim_and_confirmation_agree,
    reports_are_stored_once_and_limited,
);

fn link(session: &str, id: &str) -> NewHandoff {
    NewHandoff {
        id: id.into(),
        session_id: session.into(),
        secret_sha256: format!("hash-of-{id}"),
        expires_at: NOW + HOUR / 4,
    }
}

/// Claims the link as the device of that name; claim and codes contain the name.
fn claim_of(id: &str, device: &str) -> HandoffClaim {
    HandoffClaim {
        link: id.into(),
        secret_sha256: format!("hash-of-{id}"),
        device: device.into(),
        claim: format!("claim-{id}-{device}"),
        codes: (0..=MAX_OPENED_LINKS).map(|number| format!("code-{device}-{number}")).collect(),
    }
}

async fn open(store: &Store, id: &str, device: &str) -> Result<Handoff> {
    match store.claim_handoff(claim_of(id, device), NOW + 10).await? {
        ClaimOutcome::Held(link) => Ok(link),
        ClaimOutcome::Voided(link) => panic!("voided: {link:?}"),
    }
}

/// The first device's confirmation of `link` as shown.
async fn confirm(store: &Store, link: &Handoff, now: Millis) -> Result<Handoff> {
    let shown = |text: &Option<String>| text.clone().expect("it was opened");
    store.confirm_handoff(&link.session_id, &link.id, &shown(&link.claim), &shown(&link.code), now).await
}

async fn a_confirmed_link_marks_the_session(site: Site) {
    let store = site.store().await;
    session(&store, "a1").await;
    let created = store.create_handoff(link("a1", "h1"), NOW).await.unwrap();
    assert_eq!((created.state, &created.device, created.created_at), (HandoffState::Created, &None, NOW));
    assert_eq!(conflict(store.confirm_handoff("a1", "h1", "", "", NOW).await), Conflict::NotOpened);
    let opened = open(&store, "h1", "phone").await.unwrap();
    assert_eq!((opened.state, opened.device.as_deref()), (HandoffState::Opened, Some("phone")));
    assert_eq!((opened.code.as_deref(), opened.opened_at), (Some("code-phone-0"), Some(NOW + 10)));
    let before = store.session("a1").await.unwrap();
    assert!(!before.multi_device && !before.use_slave_url);
    let confirmed = confirm(&store, &opened, NOW + 20).await.unwrap();
    assert_eq!((confirmed.state, confirmed.confirmed_at), (HandoffState::Confirmed, Some(NOW + 20)));
    assert_eq!(confirm(&store, &opened, NOW + 30).await.unwrap(), confirmed);
    let after = store.session("a1").await.unwrap();
    assert!(after.multi_device && after.use_slave_url);
    assert_eq!(store.handoff("h1").await.unwrap(), confirmed);
    assert_eq!(not_found(store.handoff("h2").await), Entity::Handoff);
    assert_eq!(store.handoffs("a1").await.unwrap(), [confirmed]);
}

async fn a_wrong_secret_is_not_found(site: Site) {
    let store = site.store().await;
    session(&store, "a1").await;
    session(&store, "a2").await;
    store.create_handoff(link("a1", "h1"), NOW).await.unwrap();
    for wrong in ["", "hash-of-h2", "hash-of-h", "hash-of-h11"] {
        let claim = HandoffClaim { secret_sha256: wrong.into(), ..claim_of("h1", "phone") };
        assert_eq!(not_found(store.claim_handoff(claim, NOW).await), Entity::Handoff);
    }
    assert_eq!(not_found(open(&store, "h9", "phone").await), Entity::Handoff);
    let opened = open(&store, "h1", "phone").await.unwrap();
    let elsewhere = Handoff { session_id: "a2".into(), ..opened };
    assert_eq!(not_found(confirm(&store, &elsewhere, NOW).await), Entity::Handoff);
    assert_eq!(store.handoffs("a2").await.unwrap(), []);
    assert_eq!(conflict(store.create_handoff(link("a2", "h1"), NOW).await), Conflict::IdTaken);
}

async fn another_device_voids_an_unconfirmed_link(site: Site) {
    let store = site.store().await;
    session(&store, "a1").await;
    store.create_handoff(link("a1", "h1"), NOW).await.unwrap();
    let opened = open(&store, "h1", "phone").await.unwrap();
    let version = store.session("a1").await.unwrap().version;
    for device in ["thief", "phone", "thief", "another"] {
        match store.claim_handoff(claim_of("h1", device), NOW + 10).await.unwrap() {
            ClaimOutcome::Voided(voided) => {
                let first = Handoff { state: HandoffState::Voided, ..opened.clone() };
                assert_eq!(voided, first, "nothing is drawn for a newcomer");
            }
            ClaimOutcome::Held(link) => panic!("{device} got in: {link:?}"),
        }
        // Later devices change nothing.
        assert_eq!(store.session("a1").await.unwrap().version, version + 1, "{device}");
    }
    assert_eq!(conflict(confirm(&store, &opened, NOW).await), Conflict::LinkVoided);
    assert!(!store.session("a1").await.unwrap().use_slave_url);
    store.create_handoff(link("a1", "h2"), NOW).await.unwrap();
    let opened = open(&store, "h2", "phone").await.unwrap();
    confirm(&store, &opened, NOW).await.unwrap();
}

async fn confirmation_applies_to_the_shown_claim(site: Site) {
    let store = site.store().await;
    session(&store, "a1").await;
    store.create_handoff(link("a1", "h1"), NOW).await.unwrap();
    let opened = open(&store, "h1", "phone").await.unwrap();
    for (claim, code) in [("claim-h1-other", "code-phone-0"), ("claim-h1-phone", "code-phone-1"), ("", "")] {
        let refused = store.confirm_handoff("a1", "h1", claim, code, NOW).await;
        assert_eq!(conflict(refused), Conflict::OtherClaim, "{claim} {code}");
    }
    confirm(&store, &opened, NOW).await.unwrap();
    let refused = store.confirm_handoff("a1", "h1", "claim-h1-other", "code-phone-0", NOW).await;
    assert_eq!(conflict(refused), Conflict::OtherClaim);
}

async fn repeated_claims_get_the_same_code_until_a_limit(site: Site) {
    let store = site.store().await;
    session(&store, "a1").await;
    store.create_handoff(link("a1", "h1"), NOW).await.unwrap();
    let opened = open(&store, "h1", "phone").await.unwrap();
    for _ in 1..20 {
        let others = vec!["another code".into(); MAX_OPENED_LINKS + 1];
        let again = HandoffClaim { claim: "another claim".into(), codes: others, ..claim_of("h1", "phone") };
        let again = store.claim_handoff(again, NOW + 11).await.unwrap();
        assert_eq!(again, ClaimOutcome::Held(opened.clone()));
    }
    // Another instance of the service continues the count.
    let store = site.store().await;
    assert_eq!(conflict(open(&store, "h1", "phone").await), Conflict::TooMany);
    confirm(&store, &opened, NOW).await.unwrap();
    open(&store, "h1", "phone").await.unwrap();
}

async fn codes_are_unique_within_a_session(site: Site) {
    let store = site.store().await;
    session(&store, "a1").await;
    let mut seen = Vec::new();
    for number in 0..MAX_OPENED_LINKS {
        let id = format!("h{number}");
        store.create_handoff(link("a1", &id), NOW).await.unwrap();
        // The same draw each time.
        seen.push(open(&store, &id, "phone").await.unwrap().code.unwrap());
    }
    let expected: Vec<_> = (0..MAX_OPENED_LINKS).map(|number| format!("code-phone-{number}")).collect();
    assert_eq!(seen, expected);
}

async fn only_the_confirmed_device_is_admitted(site: Site) {
    let store = site.store().await;
    session(&store, "a1").await;
    store.create_handoff(link("a1", "h1"), NOW).await.unwrap();
    let opened = open(&store, "h1", "phone").await.unwrap();
    let confirmed = confirm(&store, &opened, NOW).await.unwrap();
    let before = store.session("a1").await.unwrap();
    assert_eq!(conflict(open(&store, "h1", "thief").await), Conflict::OtherDevice);
    let late = store.claim_handoff(claim_of("h1", "phone"), NOW + HOUR / 2).await.unwrap();
    assert_eq!(late, ClaimOutcome::Held(confirmed.clone()));
    assert_eq!(store.handoffs("a1").await.unwrap(), [confirmed]);
    assert_eq!(store.session("a1").await.unwrap(), before, "nothing changes for the others");
}

async fn links_expire(site: Site) {
    let store = site.store().await;
    session(&store, "a1").await;
    store.create_handoff(link("a1", "h1"), NOW).await.unwrap();
    let end = NOW + HOUR / 4;
    let opened = open(&store, "h1", "phone").await.unwrap();
    assert_eq!(conflict(confirm(&store, &opened, end).await), Conflict::LinkExpired);
    for device in ["phone", "thief"] {
        let late = store.claim_handoff(claim_of("h1", device), end).await;
        assert_eq!(conflict(late), Conflict::LinkExpired);
    }
}

async fn a_new_link_ends_older_unconfirmed_links(site: Site) {
    let store = site.store().await;
    session(&store, "a1").await;
    session(&store, "a2").await;
    store.create_handoff(link("a2", "other"), NOW).await.unwrap();
    store.create_handoff(link("a1", "h1"), NOW).await.unwrap();
    let opened = open(&store, "h1", "phone").await.unwrap();
    confirm(&store, &opened, NOW + 20).await.unwrap();
    store.create_handoff(link("a1", "h2"), NOW + 30).await.unwrap();
    let stranger = open(&store, "h2", "stranger").await.unwrap();
    store.create_handoff(link("a1", "h3"), NOW + 40).await.unwrap();
    assert_eq!(conflict(confirm(&store, &stranger, NOW + 40).await), Conflict::LinkExpired);
    let ends = store.handoffs("a1").await.unwrap().into_iter().map(|link| link.expires_at).collect::<Vec<_>>();
    assert_eq!(ends, [NOW + HOUR / 4, NOW + 40, NOW + HOUR / 4]);
    open(&store, "h1", "phone").await.unwrap();
    open(&store, "h3", "phone").await.unwrap();
    open(&store, "other", "phone").await.unwrap();
}

async fn no_handoff_after_the_session_ends(site: Site) {
    let store = site.store().await;
    session(&store, "a1").await;
    store.create_handoff(link("a1", "h1"), NOW).await.unwrap();
    assert_eq!(conflict(store.create_handoff(link("a1", "h2"), NOW + HOUR).await), Conflict::Expired);
    receive(&store, "a1", "one").await;
    store.finish(&claim(&store).await, &passed(), Consequence::Pass, NOW).await.unwrap();
    assert_eq!(conflict(store.create_handoff(link("a1", "h2"), NOW).await), Conflict::Finished);
    assert_eq!(conflict(open(&store, "h1", "phone").await), Conflict::Finished);
    store.erase_session("a1", NOW).await.unwrap();
    assert_eq!(conflict(store.create_handoff(link("a1", "h2"), NOW).await), Conflict::Cleared);
    assert_eq!(not_found(open(&store, "h1", "phone").await), Entity::Handoff);
}

async fn opened_links_are_limited_and_others_are_not(site: Site) {
    let store = site.store().await;
    session(&store, "a1").await;
    // Unopened links use up nothing.
    for number in 0..3 * MAX_OPENED_LINKS {
        store.create_handoff(link("a1", &format!("unopened-{number}")), NOW).await.unwrap();
        assert_eq!(store.handoffs("a1").await.unwrap().len(), 1);
    }
    for number in 0..MAX_OPENED_LINKS {
        let id = format!("h{number}");
        store.create_handoff(link("a1", &id), NOW).await.unwrap();
        open(&store, &id, "stranger").await.unwrap();
    }
    assert_eq!(conflict(store.create_handoff(link("a1", "more"), NOW).await), Conflict::TooMany);
    // The last one works like the first.
    let last = open(&store, &format!("h{}", MAX_OPENED_LINKS - 1), "stranger").await.unwrap();
    confirm(&store, &last, NOW).await.unwrap();
}

async fn two_concurrent_devices_void_the_link(site: Site) {
    let stores = [site.store().await, site.store().await];
    for round in 0..12 {
        let (session_id, id) = (format!("a{round}"), format!("h{round}"));
        session(&stores[0], &session_id).await;
        stores[0].create_handoff(link(&session_id, &id), NOW).await.unwrap();
        let claims = stores.clone().into_iter().zip(["phone", "thief"]).map(|(store, device)| {
            let claim = claim_of(&id, device);
            tokio::spawn(async move { store.claim_handoff(claim, NOW + 10).await.unwrap() })
        });
        let mut voided = 0;
        for claim in claims.collect::<Vec<_>>() {
            voided += i32::from(matches!(claim.await.unwrap(), ClaimOutcome::Voided(_)));
        }
        assert_eq!(voided, 1, "the later one is told at once");
        let known = stores[0].handoff(&id).await.unwrap();
        assert_eq!(known.state, HandoffState::Voided);
        assert_eq!(conflict(confirm(&stores[0], &known, NOW + 20).await), Conflict::LinkVoided);
    }
}

async fn concurrent_claim_and_confirmation_agree(site: Site) {
    let stores = [site.store().await, site.store().await];
    for round in 0..12 {
        let (session_id, id) = (format!("a{round}"), format!("h{round}"));
        session(&stores[0], &session_id).await;
        stores[0].create_handoff(link(&session_id, &id), NOW).await.unwrap();
        let opened = open(&stores[0], &id, "phone").await.unwrap();
        let (store, claim) = (stores[0].clone(), claim_of(&id, "thief"));
        let thief = tokio::spawn(async move { store.claim_handoff(claim, NOW + 10).await });
        let store = stores[1].clone();
        let word = tokio::spawn(async move { confirm(&store, &opened, NOW + 10).await });
        let (thief, word) = (thief.await.unwrap(), word.await.unwrap());
        let known = stores[0].handoff(&id).await.unwrap();
        assert_eq!(known.device.as_deref(), Some("phone"));
        match word {
            Ok(confirmed) => {
                assert_eq!(conflict(thief), Conflict::OtherDevice);
                assert_eq!(known, confirmed);
            }
            Err(error) => {
                assert!(matches!(error, Error::Conflict(Conflict::LinkVoided)), "{error}");
                assert!(matches!(thief.unwrap(), ClaimOutcome::Voided(_)));
                assert_eq!(known.state, HandoffState::Voided);
            }
        }
    }
}

async fn reports_are_stored_once_and_limited(site: Site) {
    let store = site.store().await;
    session(&store, "a1").await;
    session(&store, "a2").await;
    for number in 0..50 {
        store
            .report_problem("a1", &format!("r{number}"), "{\"code\":\"no_camera\"}", PROBLEM, NOW + number)
            .await
            .unwrap();
    }
    assert_eq!(conflict(store.report_problem("a1", "more", "{}", PROBLEM, NOW).await), Conflict::TooMany);
    store.report_problem("a1", "r7", "{\"code\":\"another\"}", PROBLEM, NOW).await.unwrap();
    let kept = store.reports("a1").await.unwrap();
    assert_eq!(kept.len(), 50);
    assert!(kept.iter().all(|report| report.body == "{\"code\":\"no_camera\"}"));
    assert_eq!(store.reports("a2").await.unwrap(), []);
    let long = "x".repeat(64 * 1024 + 1);
    assert!(matches!(store.report_problem("a2", "r1", &long, PROBLEM, NOW).await, Err(Error::Invalid { .. })));
    assert_eq!(not_found(store.report_problem("a9", "r1", "{}", PROBLEM, NOW).await), Entity::Session);
}
