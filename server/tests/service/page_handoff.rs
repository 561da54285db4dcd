//! The cross-device process.

use crate::common::{Integrator, Service, Session};
use nearfar_server::judging::judge_next;
use nearfar_store::AccountSettings;
use serde_json::{Value, json};

const LINKS: &str = "/h5/api/v1/handoff";
const CLAIM: &str = "/h5/api/v1/handoff/claim";

async fn begin() -> (Service, Integrator, Session) {
    let service = Service::new().await;
    let settings = AccountSettings { cross_device: true, multi_device_fields: true, ..AccountSettings::default() };
    let shop = service.integrator(settings).await;
    let session = service.session(&shop, json!({"tryCount": 2})).await;
    (service, shop, session)
}

async fn link(service: &Service, session: &Session) -> (String, String) {
    let made = service.page("POST", LINKS, &session.token, None).await.ok();
    assert_eq!(made.data()["handoff"]["state"], "waiting");
    let url = made.data()["url"].as_str().expect("a URL");
    let id = made.data()["handoff"]["handoffId"].as_str().expect("an id");
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

#[tokio::test]
async fn a_confirmed_second_device_goes_on_and_the_result_tells() {
    let (service, shop, session) = begin().await;
    let (id, link) = link(&service, &session).await;
    let (second, number) = claim(&service, &link, "phone").await;
    let early = service.page("POST", "/h5/api/v1/attempts", &second, Some(json!({}))).await;
    early.expect("HANDOFF_NOT_CONFIRMED", "The first device has not confirmed this device");
    let status = service.page("GET", "/h5/api/v1/status", &session.token, None).await.ok();
    assert_eq!(status.data()["handoff"]["number"], json!(number));
    let path = format!("{LINKS}/{id}/confirm");
    let wrong = service.page("POST", &path, &session.token, Some(json!({"number": "00"}))).await;
    wrong.expect("HANDOFF_NOT_CLAIMED", "No such device waits for confirmation");
    let confirmed = service.page("POST", &path, &session.token, Some(json!({"number": number}))).await.ok();
    assert_eq!(confirmed.data()["state"], "confirmed");
    service.page("POST", &path, &session.token, Some(json!({"number": number}))).await.ok();
    let view = service.page("GET", "/h5/api/v1/session", &second, None).await.ok();
    assert_eq!((&view.data()["device"], &view.data()["status"]["active"]), (&json!("second"), &json!(true)));
    service.judged(&second, "a").await;
    let first = service.page("GET", "/h5/api/v1/status", &session.token, None).await.ok();
    assert_eq!(first.data()["next"]["info"], "successNext");
    let other = service.page("GET", "/h5/api/v1/status", &second, None).await.ok();
    assert_eq!((&other.data()["state"], &other.data()["next"]), (&json!("succeeded"), &Value::Null));
    let result = service.result(&shop, &session.id).await.ok();
    assert_eq!((&result.data()["multiDevice"], &result.data()["useSlaveUrl"]), (&json!(true), &json!(true)));
}

#[tokio::test]
async fn two_devices_racing_lose_nothing() {
    let (service, _, session) = begin().await;
    let (id, link) = link(&service, &session).await;
    let (second, number) = claim(&service, &link, "phone").await;
    service.page("POST", &format!("{LINKS}/{id}/confirm"), &session.token, Some(json!({"number": number}))).await.ok();
    let mine = service.attempt(&session.token, "mine").await;
    let theirs = service.attempt(&second, "theirs").await;
    service.upload(&session.token, &theirs).await.expect("ATTEMPT_NOT_FOUND", "The attempt does not exist");
    service.upload(&second, &theirs).await.ok();
    let late = service.upload(&session.token, &mine).await;
    late.expect("ATTEMPT_PENDING", "The last attempt is still being judged");
    assert!(judge_next(&service.app).await.expect("judged"));
    service.upload(&session.token, &mine).await.expect("SESSION_FINISHED", "The session has finished");
}

#[tokio::test]
async fn a_link_is_one_devices_and_ends() {
    let (service, _, session) = begin().await;
    let (id, link) = link(&service, &session).await;
    let (_, number) = claim(&service, &link, "phone").await;
    let (_, again) = claim(&service, &link, "phone").await;
    assert_eq!(number, again, "a lost answer can be asked for again");
    service.page("POST", &format!("{LINKS}/{id}/confirm"), &session.token, Some(json!({"number": number}))).await.ok();
    let other = service.page("POST", CLAIM, "", Some(json!({"link": link, "deviceId": "tablet"}))).await;
    other.expect("HANDOFF_TAKEN", "Another device has taken the cross device link");
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
async fn a_device_whose_place_was_taken_is_told() {
    let (service, _, session) = begin().await;
    let (id, link) = link(&service, &session).await;
    let (phone, old) = claim(&service, &link, "phone").await;
    let (tablet, number) = claim(&service, &link, "tablet").await;
    let path = format!("{LINKS}/{id}/confirm");
    if old != number {
        let answer = service.page("POST", &path, &session.token, Some(json!({"number": old}))).await;
        answer.expect("HANDOFF_NOT_CLAIMED", "No such device waits for confirmation");
    }
    service.page("POST", &path, &session.token, Some(json!({"number": number}))).await.ok();
    let answer = service.page("POST", "/h5/api/v1/attempts", &phone, Some(json!({}))).await;
    answer.expect("HANDOFF_TAKEN", "Another device has taken the cross device link");
    service.attempt(&tablet, "a").await;
}

#[tokio::test]
async fn a_new_link_ends_those_that_nobody_was_confirmed_for() {
    let (service, _, session) = begin().await;
    let (first, link_a) = link(&service, &session).await;
    let (stranger, number) = claim(&service, &link_a, "stranger").await;
    let before = service.page("GET", "/h5/api/v1/status", &stranger, None).await.ok();
    assert_eq!(before.data()["handoff"]["state"], "claimed");
    let version = before.data()["version"].as_str().expect("a version");
    let path = format!("/h5/api/v1/status?version={version}&wait=20");
    let (told, (id, link_b)) = tokio::join!(service.page("GET", &path, &stranger, None), link(&service, &session));
    let told = told.ok();
    assert_eq!((&told.data()["handoff"]["state"], &told.data()["active"]), (&json!("ended"), &json!(false)));
    let over = ("HANDOFF_NOT_FOUND", "The cross device link does not exist or has expired");
    let path = format!("{LINKS}/{first}/confirm");
    let late = service.page("POST", &path, &session.token, Some(json!({"number": number}))).await;
    late.expect(over.0, over.1);
    let again = service.page("POST", CLAIM, "", Some(json!({"link": link_a, "deviceId": "stranger"}))).await;
    again.expect(over.0, over.1);

    let (phone, number) = claim(&service, &link_b, "phone").await;
    let path = format!("{LINKS}/{id}/confirm");
    service.page("POST", &path, &session.token, Some(json!({"number": number}))).await.ok();
    link(&service, &session).await;
    let status = service.page("GET", "/h5/api/v1/status", &phone, None).await.ok();
    assert_eq!(status.data()["handoff"]["state"], "confirmed", "who was confirmed goes on");
    service.attempt(&phone, "a").await;
}

#[tokio::test]
async fn only_the_first_device_makes_links_and_only_where_the_account_allows() {
    let (service, _, session) = begin().await;
    let (id, link) = link(&service, &session).await;
    let (second, number) = claim(&service, &link, "phone").await;
    let first_only = ("DEVICE_NOT_ALLOWED", "Only the first device may do this");
    service.page("POST", LINKS, &second, None).await.expect(first_only.0, first_only.1);
    let confirm =
        service.page("POST", &format!("{LINKS}/{id}/confirm"), &second, Some(json!({"number": number}))).await;
    confirm.expect(first_only.0, first_only.1);
    let plain = service.integrator(AccountSettings::default()).await;
    let session = service.session(&plain, json!({})).await;
    let answer = service.page("POST", LINKS, &session.token, None).await;
    answer.expect("HANDOFF_DISABLED", "The cross device process is not enabled");
}
