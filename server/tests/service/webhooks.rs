//! Webhooks: what is sent, how it is signed, and what follows when an endpoint fails.

use crate::common::receiver::{Mode, Receiver};
use crate::common::{Integrator, START, Service, Session, verdict};
use nearfar_protocol::result::{AttackType, ResultCode};
use nearfar_protocol::webhook::EventType;
use nearfar_server::config::Config;
use nearfar_server::webhooks::sender::Sender;
use nearfar_server::workers::expiry::expire_sessions;
use nearfar_server::workers::webhooks::Deliveries;
use nearfar_store::{AccountSettings, NewAccount};
use serde_json::{Value, json};

const HOUR: i64 = 3_600_000;

/// Endpoints of this machine are allowed.
pub(crate) fn local(config: &mut Config) {
    config.webhook_http_hosts = "127.0.0.1".into();
    config.webhook_private_addresses = true;
}

impl Service {
    /// Sets an endpoint for all events and returns its secret.
    pub(crate) async fn endpoint(&self, shop: &Integrator, url: &str) -> String {
        let set = self.app.store.set_webhook(None, &shop.account.id, url, &EventType::CHOOSABLE, self.app.now()).await;
        set.expect("set").expect("a secret").to_string()
    }

    pub(crate) fn deliveries(&self) -> Deliveries {
        Deliveries::new(&self.app, Sender::new(&self.app.config).expect("a sender"))
    }

    /// Delivers what is due, once.
    pub(crate) async fn deliver(&self) {
        let mut deliveries = self.deliveries();
        deliveries.begin(&self.app).await.expect("begun");
        deliveries.settle(&self.app).await.expect("stored");
    }

    /// Why the account's dead or waiting event failed.
    async fn failure(&self, shop: &Integrator) -> String {
        let dead = self.app.store.dead_events(&shop.account.id, 10).await.expect("a list");
        dead[0].failure.clone().expect("a failure")
    }

    /// The same integrator with a new access token: they are valid for an hour.
    async fn again(&self, shop: Integrator) -> Integrator {
        let answer = self.generate_token(&shop.signed(self.app.now())).await.ok();
        Integrator { token: answer.data()["token"].as_str().expect("a token").to_owned(), ..shop }
    }

    async fn waiting(&self) -> u64 {
        self.app.store.webhook_backlog(None).await.expect("counts").waiting
    }
}

async fn begin() -> (Service, Integrator, Receiver, String) {
    let service = Service::with(local).await;
    let shop = service.integrator(AccountSettings::default()).await;
    let receiver = Receiver::start(Mode::Answer(204, None)).await;
    let secret = service.endpoint(&shop, &receiver.url()).await;
    (service, shop, receiver, secret)
}

/// A session that passed.
async fn passed(service: &Service, shop: &Integrator) -> Session {
    let session = service.session(shop, json!({"userId": "person-7"})).await;
    service.scored(&session.token, "a").await;
    session
}

#[tokio::test]
async fn a_passed_session_is_reported_with_its_result() {
    let (service, shop, mut receiver, secret) = begin().await;
    let session = passed(&service, &shop).await;
    service.pass(5_000);
    service.deliver().await;
    let received = receiver.next().await;
    let event = received.event();
    assert_eq!(event["id"], received.id());
    assert!(received.id().strip_prefix("evt_").is_some_and(|id| id.len() == 32 && hex::decode(id).is_ok()));
    let expected = json!({
        "id": received.id(), "type": "session.completed", "createdAt": START, "accessKey": shop.account.access_key,
        "data": {"signatureId": session.id, "userId": "person-7", "code": "SUCCESS", "score": 97, "attackType": null,
            "passed": true, "verdict": "live", "reasons": []},
    });
    assert_eq!(event, expected);
    assert_eq!(received.verify(&secret), Some((START + 5_000) / 1000));
    assert_eq!(received.verify("whsec_another"), None);
    // Delivered, it is sent no more.
    service.pass(72 * HOUR);
    service.deliver().await;
    assert!(receiver.try_next().is_none());
    assert_eq!(service.storage.count("SELECT COUNT(*) FROM webhook_events".into()).await, 0);
}

#[tokio::test]
async fn other_ends_of_sessions_are_reported_too() {
    let (service, shop, mut receiver, _) = begin().await;
    let mut data = async |service: &Service| {
        service.deliver().await;
        let event = receiver.next().await.event();
        assert!(receiver.try_next().is_none());
        (event["type"].as_str().expect("a type").to_owned(), event["data"].clone())
    };
    let null = |id: &str, passed: Value| {
        json!({"signatureId": id, "userId": null, "code": null, "score": null, "attackType": null, "passed": passed,
            "verdict": null, "reasons": null})
    };

    service.set_verdict(verdict(ResultCode::Success, Some(0), Some(AttackType::Presentation)));
    let session = service.session(&shop, json!({})).await;
    service.scored(&session.token, "a").await;
    let expected = json!({"signatureId": session.id, "userId": null, "code": "SUCCESS", "score": 0, "attackType": 1,
        "passed": false, "verdict": "attack", "reasons": ["evidence"]});
    assert_eq!(data(&service).await, ("session.failed".to_owned(), expected));

    // A result that leaves a try is no end. The session's time is over then.
    service.set_verdict(verdict(ResultCode::NoFaceDetected, None, None));
    let retried = service.session(&shop, json!({"tryCount": 2, "userId": "p"})).await;
    service.scored(&retried.token, "a").await;
    service.deliver().await;
    assert_eq!(service.waiting().await, 0);
    service.pass(HOUR);
    assert!(!expire_sessions(&service.app).await.expect("recorded"));
    let expected = json!({"signatureId": retried.id, "userId": "p", "code": "NO_FACE_DETECTED", "score": null,
        "attackType": null, "passed": false, "verdict": "inconclusive", "reasons": ["not_judged"]});
    assert_eq!(data(&service).await, ("session.expired".to_owned(), expected));

    let shop = service.again(shop).await;
    let forgotten = service.session(&shop, json!({})).await;
    service.pass(HOUR);
    expire_sessions(&service.app).await.expect("recorded");
    expire_sessions(&service.app).await.expect("recorded");
    assert_eq!(data(&service).await, ("session.expired".to_owned(), null(&forgotten.id, Value::Null)));

    let shop = service.again(shop).await;
    service.clear(&shop.token, &format!("?signatureId={}", session.id)).await.ok();
    service.clear(&shop.token, &format!("?signatureId={}", session.id)).await.ok();
    assert_eq!(data(&service).await, ("data.erased".to_owned(), null(&session.id, Value::Null)));
}

#[tokio::test]
async fn the_retry_limit_ends_a_session() {
    let service = Service::with(local).await;
    let shop = service.integrator(AccountSettings { retry_limit: Some(1), ..AccountSettings::default() }).await;
    let mut receiver = Receiver::start(Mode::Answer(200, None)).await;
    service.endpoint(&shop, &receiver.url()).await;
    let session = service.session(&shop, json!({"tryCount": 5})).await;
    service.attempt(&session.token, "a").await;
    let refused = service.page("POST", "/h5/api/v1/attempts", &session.token, Some(json!({"attemptId": "b"}))).await;
    assert_eq!(refused.code(), "TRY_LIMIT_REACHED");
    service.deliver().await;
    let event = receiver.next().await.event();
    assert_eq!((&event["type"], &event["data"]["passed"]), (&json!("session.failed"), &json!(false)));
    assert_eq!(event["data"]["code"], Value::Null);
}

#[tokio::test]
async fn an_erased_session_is_reported_without_its_data() {
    let (service, shop, mut receiver, _) = begin().await;
    let session = passed(&service, &shop).await;
    service.clear(&shop.token, &format!("?signatureId={}", session.id)).await.ok();
    let mut deliveries = service.deliveries();
    for _ in 0..2 {
        deliveries.begin(&service.app).await.expect("begun");
        deliveries.settle(&service.app).await.expect("stored");
    }
    let mut events = [receiver.next().await.event(), receiver.next().await.event()];
    events.sort_by_key(|event| event["type"].as_str().map(str::to_owned));
    assert_eq!([&events[0]["type"], &events[1]["type"]], ["data.erased", "session.completed"]);
    for event in events {
        let mut data = event["data"].as_object().expect("an object").clone();
        assert_eq!(data.remove("signatureId"), Some(json!(session.id)));
        assert!(data.values().all(Value::is_null), "{data:?}");
    }
}

#[tokio::test]
async fn events_of_test_accounts_are_marked() {
    let service = Service::with(local).await;
    let new = NewAccount { name: "tests".into(), sandbox: true, ..NewAccount::default() };
    let (account, secret) = service.app.store.create_account(new, START).await.expect("an account");
    let mut shop = Integrator { account, secret: secret.to_string(), token: String::new() };
    let token = service.generate_token(&shop.signed(START)).await.ok();
    shop.token = token.data()["token"].as_str().expect("a token").into();
    let mut receiver = Receiver::start(Mode::Answer(200, None)).await;
    service.endpoint(&shop, &receiver.url()).await;
    let session = service.session(&shop, json!({"sandbox": [{"code": "SUCCESS", "score": 87}]})).await;
    service.scored(&session.token, "a").await;
    service.deliver().await;
    let event = receiver.next().await.event();
    assert_eq!((&event["data"]["sandbox"], &event["data"]["score"]), (&json!(true), &json!(87)));
}

#[tokio::test]
async fn a_failed_delivery_is_repeated_with_the_same_id_and_a_new_signature() {
    let (service, shop, mut receiver, secret) = begin().await;
    receiver.answer(500);
    passed(&service, &shop).await;
    service.deliver().await;
    let first = receiver.next().await;
    // Not before its delay.
    service.pass(7_000);
    service.deliver().await;
    assert!(receiver.try_next().is_none());
    receiver.answer(200);
    service.pass(3_000);
    service.deliver().await;
    let second = receiver.next().await;
    assert_eq!((first.id(), first.event()), (second.id(), second.event()));
    let times = [first.verify(&secret), second.verify(&secret)];
    assert_eq!(times, [Some(START / 1000), Some((START + 10_000) / 1000)]);
    assert_eq!(service.waiting().await, 0);
}

#[tokio::test]
async fn a_receiver_that_hangs_gets_the_event_again() {
    let service = Service::with(|config| {
        local(config);
        config.webhook_seconds = 1;
    })
    .await;
    let shop = service.integrator(AccountSettings::default()).await;
    let mut receiver = Receiver::start(Mode::Hang).await;
    service.endpoint(&shop, &receiver.url()).await;
    passed(&service, &shop).await;
    service.deliver().await;
    let first = receiver.next().await;
    assert_eq!(service.waiting().await, 1);
    receiver.answer(200);
    service.pass(10_000);
    service.deliver().await;
    assert_eq!(receiver.next().await.id(), first.id());
    assert_eq!(service.waiting().await, 0);
}

#[tokio::test]
async fn retry_after_delays_the_next_try() {
    let (service, shop, mut receiver, _) = begin().await;
    receiver.set(Mode::Answer(503, Some(("retry-after", "600".into()))));
    passed(&service, &shop).await;
    service.deliver().await;
    receiver.next().await;
    service.pass(599_999);
    service.deliver().await;
    assert!(receiver.try_next().is_none());
    service.pass(1);
    service.deliver().await;
    receiver.next().await;
}

#[tokio::test]
async fn after_three_days_an_event_is_a_dead_letter_that_can_be_retried() {
    let (service, shop, mut receiver, _) = begin().await;
    receiver.answer(500);
    let session = passed(&service, &shop).await;
    let mut tries = 0;
    while service.waiting().await > 0 {
        service.deliver().await;
        tries += usize::from(receiver.try_next().is_some());
        service.pass(HOUR);
        assert!(tries < 100);
    }
    assert!(tries > 15, "{tries} tries");
    let age = service.app.now() - START;
    assert!((72 * HOUR..75 * HOUR).contains(&age), "{age}");
    let dead = service.app.store.dead_events(&shop.account.id, 10).await.expect("a list");
    assert_eq!((dead.len(), &dead[0].session_id), (1, &session.id));
    assert_eq!(service.failure(&shop).await, "the endpoint answered 500");
    receiver.answer(200);
    service.app.store.retry_event(None, &dead[0].event_id, service.app.now()).await.expect("retried");
    service.deliver().await;
    assert_eq!(receiver.next().await.id(), dead[0].event_id);
}

#[tokio::test]
async fn gone_makes_one_dead_letter_and_keeps_the_endpoint() {
    let (service, shop, mut receiver, _) = begin().await;
    receiver.answer(410);
    passed(&service, &shop).await;
    service.deliver().await;
    receiver.next().await;
    assert_eq!(service.failure(&shop).await, "the endpoint answered 410");
    receiver.answer(200);
    passed(&service, &shop).await;
    service.deliver().await;
    receiver.next().await;
}

#[tokio::test]
async fn both_secrets_sign_during_a_rotation() {
    let (service, shop, mut receiver, first) = begin().await;
    let rotated = service.app.store.rotate_webhook_secret(None, &shop.account.id, START).await.expect("rotated");
    passed(&service, &shop).await;
    service.deliver().await;
    let received = receiver.next().await;
    assert!(received.verify(&first).is_some() && received.verify(&rotated).is_some());
    service.pass(24 * HOUR);
    let shop = service.again(shop).await;
    passed(&service, &shop).await;
    service.deliver().await;
    let received = receiver.next().await;
    assert!(received.verify(&first).is_none() && received.verify(&rotated).is_some());
}

#[tokio::test]
async fn events_behind_a_failure_wait_as_if_they_had_not_been_claimed() {
    let (service, shop, mut receiver, _) = begin().await;
    let mut deliveries = service.deliveries();
    let mut deliver = async || {
        deliveries.begin(&service.app).await.expect("begun");
        deliveries.settle(&service.app).await.expect("stored");
    };
    passed(&service, &shop).await;
    deliver().await;
    receiver.next().await;
    for _ in 0..10 {
        passed(&service, &shop).await;
    }
    receiver.answer(500);
    deliver().await;
    let tried = std::iter::from_fn(|| receiver.try_next()).count();
    assert!((1..=4).contains(&tried), "{tried}: one by each of the concurrent deliveries");
    let untouched = "SELECT COUNT(*) FROM webhook_events WHERE attempts = released AND failure IS NULL".to_owned();
    assert_eq!(service.storage.count(untouched).await, 10 - tried as i64);
    receiver.answer(200);
    service.pass(10_000);
    while service.waiting().await > 0 {
        deliver().await;
    }
    let delivered = std::iter::from_fn(|| receiver.try_next()).map(|received| received.id().to_owned());
    assert_eq!(delivered.collect::<std::collections::BTreeSet<_>>().len(), 10);
}
