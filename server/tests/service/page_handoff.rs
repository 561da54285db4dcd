//! The cross-device process.

use std::collections::BTreeSet;

use crate::common::{Answered, Integrator, Service, Session};
use nearfar_protocol::page::{Accessibility, CrossDevice};
use nearfar_server::state::tokens::PageClaims;
use nearfar_server::workers::scoring::score_next;
use nearfar_store::{AccountSettings, MAX_OPENED_LINKS};
use serde_json::{Value, json};

const LINKS: &str = "/h5/api/v1/handoff";
const CLAIM: &str = "/h5/api/v1/handoff/claim";

async fn begin() -> (Service, Integrator, Session) {
    let service = Service::new().await;
    let settings = AccountSettings {
        cross_device: CrossDevice::Fallback,
        multi_device_fields: true,
        ..AccountSettings::default()
    };
    let shop = service.integrator(settings).await;
    let session = service.session(&shop, json!({"tryCount": 2})).await;
    (service, shop, session)
}

async fn link(service: &Service, session: &Session) -> (String, String) {
    let created = service.page("POST", LINKS, &session.token, None).await.ok();
    assert_eq!(created.data()["handoff"]["state"], "waiting");
    let url = created.data()["url"].as_str().expect("a URL");
    let id = created.data()["handoff"]["handoffId"].as_str().expect("an id");
    let page = format!("http://localhost:8787/h5/?link={id}#handoff=");
    let link = url.strip_prefix(&page).expect("a link of the page");
    (id.to_owned(), link.to_owned())
}

async fn claim(service: &Service, link: &str, device: &str) -> (String, String) {
    let claimed = service.page("POST", CLAIM, "", Some(json!({"link": link, "deviceId": device}))).await.ok();
    assert_eq!(claimed.data()["handoff"]["state"], "claimed");
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    (text(&claimed.data()["token"]), text(&claimed.data()["handoff"]["number"]))
}

/// The first device's confirmation of what it shows now.
async fn confirm(service: &Service, session: &Session, id: &str) -> Answered {
    let shown = handoff(service, &session.token).await;
    confirm_with(service, session, id, &shown["claimId"], &shown["number"]).await
}

async fn confirm_with(service: &Service, session: &Session, id: &str, claim: &Value, number: &Value) -> Answered {
    let word = json!({"claimId": claim, "number": number});
    service.page("POST", &format!("{LINKS}/{id}/confirm"), &session.token, Some(word)).await
}

/// The handoff view of that token's device, in both responses that contain it.
async fn handoff(service: &Service, token: &str) -> Value {
    let status = service.page("GET", "/h5/api/v1/status", token, None).await.ok();
    let session = service.page("GET", "/h5/api/v1/session", token, None).await.ok();
    let reported = &status.data()["handoff"];
    assert_eq!(*reported, session.data()["status"]["handoff"]);
    reported.clone()
}

/// The response to a device that claims the link and is rejected.
async fn refused(service: &Service, link: &str, device: &str) -> Answered {
    service.page("POST", CLAIM, "", Some(json!({"link": link, "deviceId": device}))).await
}

/// A long poll for another version.
async fn waiting(service: &Service, token: &str) -> String {
    let now = service.page("GET", "/h5/api/v1/status", token, None).await.ok();
    format!("/h5/api/v1/status?version={}&wait=20", now.data()["version"].as_str().expect("a version"))
}

const VOIDED: (&str, &str) = ("HANDOFF_VOIDED", "Two devices have opened the cross device link");
const TAKEN: (&str, &str) = ("HANDOFF_TAKEN", "Another device has taken the cross device link");
const NOT_CLAIMED: (&str, &str) = ("HANDOFF_NOT_CLAIMED", "No such device waits for confirmation");
const LIMIT: (&str, &str) = ("HANDOFF_LIMIT", "The cross device process was tried too often");

#[tokio::test]
async fn a_confirmed_second_device_continues_and_the_result_shows_it() {
    let (service, shop, session) = begin().await;
    let (id, link) = link(&service, &session).await;
    let (second, number) = claim(&service, &link, "phone").await;
    let early = service.page("POST", "/h5/api/v1/attempts", &second, Some(json!({}))).await;
    early.expect("HANDOFF_NOT_CONFIRMED", "The first device has not confirmed this device");
    let shown = handoff(&service, &session.token).await;
    assert_eq!(shown["number"], json!(number));
    let wrong = confirm_with(&service, &session, &id, &shown["claimId"], &json!("00")).await;
    wrong.expect(NOT_CLAIMED.0, NOT_CLAIMED.1);
    let confirmed = confirm(&service, &session, &id).await.ok();
    assert_eq!(confirmed.data()["state"], "confirmed");
    confirm_with(&service, &session, &id, &shown["claimId"], &shown["number"]).await.ok();
    let view = service.page("GET", "/h5/api/v1/session", &second, None).await.ok();
    assert_eq!((&view.data()["device"], &view.data()["status"]["active"]), (&json!("second"), &json!(true)));
    service.scored(&second, "a").await;
    let first = service.page("GET", "/h5/api/v1/status", &session.token, None).await.ok();
    assert_eq!(first.data()["next"]["info"], "successNext");
    let other = service.page("GET", "/h5/api/v1/status", &second, None).await.ok();
    assert_eq!((&other.data()["state"], &other.data()["next"]), (&json!("succeeded"), &Value::Null));
    let result = service.result(&shop, &session.id).await.ok();
    assert_eq!((&result.data()["multiDevice"], &result.data()["useSlaveUrl"]), (&json!(true), &json!(true)));
}

#[tokio::test]
async fn concurrent_devices_lose_nothing() {
    let (service, _, session) = begin().await;
    let (id, link) = link(&service, &session).await;
    let (second, _) = claim(&service, &link, "phone").await;
    confirm(&service, &session, &id).await.ok();
    let mine = service.attempt(&session.token, "mine").await;
    let theirs = service.attempt(&second, "theirs").await;
    service.upload(&session.token, &theirs).await.expect("ATTEMPT_NOT_FOUND", "The attempt does not exist");
    service.upload(&second, &theirs).await.ok();
    let late = service.upload(&session.token, &mine).await;
    late.expect("ATTEMPT_PENDING", "The last attempt is still being judged");
    assert!(score_next(&service.app).await.expect("scored"));
    service.upload(&session.token, &mine).await.expect("SESSION_FINISHED", "The session has finished");
}

#[tokio::test]
async fn a_link_belongs_to_one_device_and_expires() {
    let (service, _, session) = begin().await;
    let (id, link) = link(&service, &session).await;
    let (_, number) = claim(&service, &link, "phone").await;
    let (_, again) = claim(&service, &link, "phone").await;
    assert_eq!(number, again, "a lost answer can be asked for again");
    confirm(&service, &session, &id).await.ok();
    refused(&service, &link, "tablet").await.expect(TAKEN.0, TAKEN.1);
    let unknown = ("HANDOFF_NOT_FOUND", "The cross device link does not exist or has expired");
    for wrong in [format!("{id}.{}", "0".repeat(32)), "nothing".into(), format!("{}.x", "0".repeat(16))] {
        let answer = service.page("POST", CLAIM, "", Some(json!({"link": wrong, "deviceId": "tablet"}))).await;
        answer.expect(unknown.0, unknown.1);
    }
    service.pass(1);
    let (_, late) = self::link(&service, &session).await;
    service.pass(600_000);
    let answer = service.page("POST", CLAIM, "", Some(json!({"link": late, "deviceId": "tablet"}))).await;
    answer.expect(unknown.0, unknown.1);
    let status = service.page("GET", "/h5/api/v1/status", &session.token, None).await.ok();
    assert_eq!(status.data()["handoff"]["state"], "ended");
    let odd = service.page("POST", CLAIM, "", Some(json!({"link": late, "deviceId": "a b"}))).await;
    odd.expect("PARAMETER_ERROR", "Parameter error,please check you input.");
}

#[tokio::test]
async fn a_second_claim_voids_the_link_for_both_devices() {
    let (service, _, session) = begin().await;
    let (id, link) = link(&service, &session).await;
    let (phone, number) = claim(&service, &link, "phone").await;
    let shown = handoff(&service, &session.token).await;
    let (first_waits, phone_waits) = (waiting(&service, &session.token).await, waiting(&service, &phone).await);
    let (first_told, phone_told, stranger) = tokio::join!(
        service.page("GET", &first_waits, &session.token, None),
        service.page("GET", &phone_waits, &phone, None),
        refused(&service, &link, "stranger"),
    );
    let stranger = stranger.expect(VOIDED.0, VOIDED.1);
    assert_eq!(stranger.data(), &Value::Null, "neither number nor token");
    for reported in [first_told, phone_told] {
        let reported = reported.ok().data()["handoff"].clone();
        assert_eq!(
            (&reported["state"], &reported["number"], &reported["claimId"]),
            (&json!("voided"), &Value::Null, &Value::Null)
        );
    }
    // The person confirms what was on the screen before the page is notified.
    let late = confirm_with(&service, &session, &id, &shown["claimId"], &json!(number)).await;
    late.expect(VOIDED.0, VOIDED.1);
    let attempt = service.page("POST", "/h5/api/v1/attempts", &phone, Some(json!({}))).await;
    attempt.expect(VOIDED.0, VOIDED.1);
    for device in ["phone", "stranger", "third"] {
        refused(&service, &link, device).await.expect(VOIDED.0, VOIDED.1);
    }
    // A new link helps at once.
    let (id, link) = self::link(&service, &session).await;
    let (phone, again) = claim(&service, &link, "phone").await;
    assert_ne!(again, number);
    confirm(&service, &session, &id).await.ok();
    service.attempt(&phone, "a").await;
}

#[tokio::test]
async fn an_attacker_who_claims_first_is_not_confirmed() {
    let (service, _, session) = begin().await;
    let (id, link) = link(&service, &session).await;
    let (stranger, _) = claim(&service, &link, "stranger").await;
    let shown = handoff(&service, &session.token).await;
    refused(&service, &link, "phone").await.expect(VOIDED.0, VOIDED.1);
    let late = confirm_with(&service, &session, &id, &shown["claimId"], &shown["number"]).await;
    late.expect(VOIDED.0, VOIDED.1);
    for token in [&session.token, &stranger] {
        let reported = handoff(&service, token).await;
        assert_eq!((&reported["state"], &reported["number"]), (&json!("voided"), &Value::Null));
    }
    let attempt = service.page("POST", "/h5/api/v1/attempts", &stranger, Some(json!({}))).await;
    attempt.expect(VOIDED.0, VOIDED.1);
}

#[tokio::test]
async fn a_device_after_confirmation_is_rejected() {
    let (service, _, session) = begin().await;
    let (id, link) = link(&service, &session).await;
    let (phone, _) = claim(&service, &link, "phone").await;
    confirm(&service, &session, &id).await.ok();
    let views = async || {
        let first = service.page("GET", "/h5/api/v1/status", &session.token, None).await.ok();
        let second = service.page("GET", "/h5/api/v1/status", &phone, None).await.ok();
        (first.data().clone(), second.data().clone())
    };
    let before = views().await;
    assert_eq!(before.1["active"], json!(true));
    for device in ["stranger", "another"] {
        refused(&service, &link, device).await.expect(TAKEN.0, TAKEN.1);
    }
    assert_eq!(views().await, before);
    service.attempt(&phone, "a").await;
}

#[tokio::test]
async fn a_number_is_drawn_once_and_shown_only_for_comparison() {
    let (service, _, session) = begin().await;
    let (id, link) = link(&service, &session).await;
    let (phone, number) = claim(&service, &link, "phone").await;
    let shown = handoff(&service, &session.token).await;
    assert!(shown["claimId"].is_string());
    // Repeated requests do not draw the number that the first device shows.
    for _ in 1..20 {
        assert_eq!(claim(&service, &link, "phone").await.1, number);
    }
    refused(&service, &link, "phone").await.expect(LIMIT.0, LIMIT.1);
    assert_eq!(handoff(&service, &session.token).await, shown, "no other claim, no other number");
    let second = handoff(&service, &phone).await;
    assert_eq!((&second["number"], &second["claimId"]), (&json!(number), &Value::Null));
    // A token of the link that is not the claim's device.
    let page = PageClaims {
        sub: session.id.clone(),
        device: "second-stranger".into(),
        handoff: Some(id.clone()),
        ends: service.app.now() + 60_000,
    };
    let stranger = service.app.tokens.page(&page, service.app.now()).expect("a token");
    let reported = handoff(&service, &stranger).await;
    assert_eq!((&reported["state"], &reported["number"]), (&json!("ended"), &Value::Null));
    confirm(&service, &session, &id).await.ok();
    let reported = handoff(&service, &stranger).await;
    assert_eq!((&reported["state"], &reported["number"]), (&json!("ended"), &Value::Null));
    for token in [&session.token, &phone] {
        let reported = handoff(&service, token).await;
        assert_eq!(
            (&reported["state"], &reported["number"]),
            (&json!("confirmed"), &Value::Null),
            "compared it is no more"
        );
    }
    let attempt = service.page("POST", "/h5/api/v1/attempts", &stranger, Some(json!({}))).await;
    attempt.expect(TAKEN.0, TAKEN.1);
}

#[tokio::test]
async fn confirming_an_old_claim_does_not_confirm_a_new_one() {
    let (service, _, session) = begin().await;
    let (first, link_a) = link(&service, &session).await;
    claim(&service, &link_a, "stranger").await;
    let old = handoff(&service, &session.token).await;
    let (id, link_b) = link(&service, &session).await;
    let (phone, number) = claim(&service, &link_b, "phone").await;
    let wrong = confirm_with(&service, &session, &id, &old["claimId"], &json!(number)).await;
    wrong.expect(NOT_CLAIMED.0, NOT_CLAIMED.1);
    let over = confirm_with(&service, &session, &first, &old["claimId"], &old["number"]).await;
    over.expect("HANDOFF_NOT_FOUND", "The cross device link does not exist or has expired");
    let path = format!("{LINKS}/{id}/confirm");
    let unnamed = service.page("POST", &path, &session.token, Some(json!({"number": number}))).await;
    assert_eq!(unnamed.code(), "PARAMETER_ERROR");
    let attempt = service.page("POST", "/h5/api/v1/attempts", &phone, Some(json!({}))).await;
    attempt.expect("HANDOFF_NOT_CONFIRMED", "The first device has not confirmed this device");
}

#[tokio::test]
async fn opened_links_are_limited_with_their_own_code() {
    let (service, _, session) = begin().await;
    for _ in 0..3 * MAX_OPENED_LINKS {
        link(&service, &session).await;
    }
    let mut numbers = BTreeSet::new();
    for _ in 0..MAX_OPENED_LINKS {
        let (_, link) = link(&service, &session).await;
        numbers.insert(claim(&service, &link, "stranger").await.1);
    }
    assert_eq!(numbers.len(), MAX_OPENED_LINKS, "no number comes twice in a session");
    let answer = service.page("POST", LINKS, &session.token, None).await.expect(LIMIT.0, LIMIT.1);
    assert_eq!(answer.headers.get("retry-after"), None, "waiting does not help");
    service.scored(&session.token, "a").await;
}

#[tokio::test]
async fn a_new_link_ends_unconfirmed_links() {
    let (service, _, session) = begin().await;
    let (first, link_a) = link(&service, &session).await;
    let (stranger, _) = claim(&service, &link_a, "stranger").await;
    let shown = handoff(&service, &session.token).await;
    assert_eq!(handoff(&service, &stranger).await["state"], "claimed");
    let path = waiting(&service, &stranger).await;
    let (reported, (id, link_b)) = tokio::join!(service.page("GET", &path, &stranger, None), link(&service, &session));
    let reported = reported.ok();
    assert_eq!((&reported.data()["handoff"]["state"], &reported.data()["active"]), (&json!("ended"), &json!(false)));
    let over = ("HANDOFF_NOT_FOUND", "The cross device link does not exist or has expired");
    let late = confirm_with(&service, &session, &first, &shown["claimId"], &shown["number"]).await;
    late.expect(over.0, over.1);
    refused(&service, &link_a, "stranger").await.expect(over.0, over.1);

    let (phone, _) = claim(&service, &link_b, "phone").await;
    confirm(&service, &session, &id).await.ok();
    link(&service, &session).await;
    let status = service.page("GET", "/h5/api/v1/status", &phone, None).await.ok();
    assert_eq!(status.data()["handoff"]["state"], "confirmed", "a confirmed person continues");
    service.attempt(&phone, "a").await;
}

#[tokio::test]
async fn links_need_the_first_device_and_the_account_setting() {
    let (service, _, session) = begin().await;
    let (id, link) = link(&service, &session).await;
    let (second, number) = claim(&service, &link, "phone").await;
    let word = json!({"claimId": handoff(&service, &session.token).await["claimId"], "number": number});
    let first_only = ("DEVICE_NOT_ALLOWED", "Only the first device may do this");
    service.page("POST", LINKS, &second, None).await.expect(first_only.0, first_only.1);
    let confirm = service.page("POST", &format!("{LINKS}/{id}/confirm"), &second, Some(word)).await;
    confirm.expect(first_only.0, first_only.1);
    let plain = service.integrator(AccountSettings::default()).await;
    let session = service.session(&plain, json!({})).await;
    let answer = service.page("POST", LINKS, &session.token, None).await;
    answer.expect("HANDOFF_DISABLED", "The cross device process is not enabled");
}

#[tokio::test]
async fn the_page_learns_where_another_device_and_more_time_are_offered() {
    let service = Service::new().await;
    for (cross_device, accessibility, words) in [
        (CrossDevice::Off, Accessibility::Off, ["off", "off"]),
        (CrossDevice::Fallback, Accessibility::Offer, ["fallback", "offer"]),
        (CrossDevice::Offer, Accessibility::On, ["offer", "on"]),
        (CrossDevice::First, Accessibility::On, ["first", "on"]),
    ] {
        let settings = AccountSettings { cross_device, accessibility, ..AccountSettings::default() };
        let session = service.session(&service.integrator(settings).await, json!({})).await;
        let view = service.page("GET", "/h5/api/v1/session", &session.token, None).await.ok();
        assert_eq!([&view.data()["crossDevice"], &view.data()["accessibility"]], words);
        let created = service.page("POST", LINKS, &session.token, None).await;
        let is_off = cross_device == CrossDevice::Off;
        assert_eq!(created.code(), if is_off { "HANDOFF_DISABLED" } else { "SUCCESS" }, "{cross_device:?}");
    }
}
