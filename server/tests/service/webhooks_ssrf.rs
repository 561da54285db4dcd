//! Webhooks reach no private address unless allowed, follow no redirect, and one endpoint does not delay another.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::common::receiver::{Mode, Receiver};
use crate::common::{Integrator, Service};
use crate::webhooks::local;
use nearfar_server::webhooks::addresses::Lookup;
use nearfar_server::webhooks::sender::Sender;
use nearfar_server::workers::webhooks::{self, Deliveries};
use nearfar_store::AccountSettings;
use serde_json::json;

/// A session of the account that ends.
async fn ended(service: &Service, shop: &Integrator) {
    let session = service.session(shop, json!({})).await;
    service.app.store.erase_session(&session.id, service.app.now()).await.expect("erased");
    service.app.notify_change(&session.id);
}

async fn deliver(service: &Service, sender: Sender) {
    let mut deliveries = Deliveries::new(&service.app, sender);
    deliveries.begin(&service.app).await.expect("begun");
    deliveries.settle(&service.app).await.expect("stored");
}

async fn failures(service: &Service) -> i64 {
    let refused = "SELECT COUNT(*) FROM webhook_events WHERE failure LIKE '%not a public address%'";
    service.storage.count(refused.into()).await
}

#[tokio::test]
async fn no_spelling_of_a_private_address_is_connected_to() {
    let hosts = ["127.0.0.1", "[::ffff:7f00:1]", "[::1]", "0.0.0.0", "localhost", "localhost.", "private.example"];
    let service = Service::with(|config| config.webhook_http_hosts = hosts.join(",")).await;
    let mut receiver = Receiver::start(Mode::Answer(200, None)).await;
    let port = receiver.address.port();
    let spellings = hosts.iter().copied().chain(["127.1", "2130706433", "0x7f.1", "017700000001", "localhost"]);
    let mut count = 0;
    for host in spellings {
        let shop = service.integrator(AccountSettings::default()).await;
        service.endpoint(&shop, &format!("http://{host}:{port}/")).await;
        ended(&service, &shop).await;
        count += 1;
    }
    // A name that resolves to a private address, as an attacker's name server may answer at any time.
    let lookup: Lookup = Arc::new(|name| {
        let loopback = name == "private.example" || name.starts_with("localhost");
        let address = if loopback { "127.0.0.1" } else { "192.0.2.1" };
        Box::pin(async move { Ok(vec![address.parse().expect("an address")]) })
    });
    deliver(&service, Sender::with_lookup(&service.app.config, lookup).expect("a sender")).await;
    assert_eq!(failures(&service).await, count);
    assert!(receiver.try_next().is_none());
    // The names of this machine, too.
    service.pass(10_000);
    deliver(&service, Sender::new(&service.app.config).expect("a sender")).await;
    assert!(receiver.try_next().is_none());
}

#[tokio::test]
async fn an_address_that_changes_after_a_check_is_checked_again() {
    let service = Service::with(|config| config.webhook_http_hosts = "rebinding.example".into()).await;
    let shop = service.integrator(AccountSettings::default()).await;
    let mut receiver = Receiver::start(Mode::Answer(200, None)).await;
    service.endpoint(&shop, &format!("http://rebinding.example:{}/", receiver.address.port())).await;
    ended(&service, &shop).await;
    let asked = Arc::new(AtomicUsize::new(0));
    let lookup: Lookup = {
        let asked = asked.clone();
        Arc::new(move |_| {
            // A public address (which no packet reaches from here: the lookup fails) the first time, a private one then.
            let first = asked.fetch_add(1, Ordering::SeqCst) == 0;
            Box::pin(
                async move { if first { Ok(Vec::new()) } else { Ok(vec!["127.0.0.1".parse().expect("an address")]) } },
            )
        })
    };
    let sender = Sender::with_lookup(&service.app.config, lookup).expect("a sender");
    for round in 1..4 {
        deliver(&service, sender.clone()).await;
        assert_eq!(asked.load(Ordering::SeqCst), round, "each connection is checked");
        service.pass(3_600_000);
    }
    assert_eq!(failures(&service).await, 1);
    assert!(receiver.try_next().is_none());
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let service = Service::with(local).await;
    let shop = service.integrator(AccountSettings::default()).await;
    let mut inside = Receiver::start(Mode::Answer(200, None)).await;
    let mut receiver = Receiver::start(Mode::Answer(200, None)).await;
    service.endpoint(&shop, &receiver.url()).await;
    ended(&service, &shop).await;
    for (tries, status) in [301, 302, 303, 307, 308].into_iter().enumerate() {
        receiver.set(Mode::Answer(status, Some(("location", inside.url()))));
        deliver(&service, Sender::new(&service.app.config).expect("a sender")).await;
        receiver.next().await;
        let failed = format!("SELECT COUNT(*) FROM webhook_events WHERE failure = 'the endpoint answered {status}'");
        assert_eq!(service.storage.count(failed).await, 1, "try {tries}");
        service.pass(4 * 3_600_000);
    }
    assert!(inside.try_next().is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn receivers_that_hang_delay_neither_other_accounts_nor_requests() {
    let service = Service::with(|config| {
        local(config);
        config.webhooks_at_once = 4;
        config.webhook_seconds = 60;
    })
    .await;
    let mut hanging = Vec::new();
    for _ in 0..3 {
        let shop = service.integrator(AccountSettings::default()).await;
        let receiver = Receiver::start(Mode::Hang).await;
        service.endpoint(&shop, &receiver.url()).await;
        for _ in 0..5 {
            ended(&service, &shop).await;
        }
        hanging.push(receiver);
    }
    webhooks::start(&service.app);
    for receiver in &mut hanging {
        receiver.next().await;
    }
    let shop = service.integrator(AccountSettings::default()).await;
    let mut receiver = Receiver::start(Mode::Answer(200, None)).await;
    service.endpoint(&shop, &receiver.url()).await;
    for _ in 0..20 {
        ended(&service, &shop).await;
    }
    for _ in 0..20 {
        receiver.next().await;
    }
    let open: Vec<usize> = hanging.iter().map(Receiver::open).collect();
    assert_eq!(open, [1, 1, 1], "they still hang");
    for receiver in &hanging {
        receiver.answer(200);
    }
    service.app.stop.cancel();
}

#[tokio::test]
async fn endpoints_that_failed_share_half_of_the_deliveries() {
    let service = Service::with(|config| {
        local(config);
        config.webhooks_at_once = 4;
    })
    .await;
    let mut failing = Vec::new();
    for _ in 0..4 {
        let shop = service.integrator(AccountSettings::default()).await;
        let receiver = Receiver::start(Mode::Answer(500, None)).await;
        service.endpoint(&shop, &receiver.url()).await;
        ended(&service, &shop).await;
        failing.push(receiver);
    }
    let mut deliveries = service.deliveries();
    deliveries.begin(&service.app).await.expect("begun");
    deliveries.settle(&service.app).await.expect("stored");
    for receiver in &mut failing {
        receiver.next().await;
        receiver.set(Mode::Hang);
    }
    service.pass(10_000);
    deliveries.begin(&service.app).await.expect("begun");
    let shop = service.integrator(AccountSettings::default()).await;
    let mut receiver = Receiver::start(Mode::Answer(200, None)).await;
    service.endpoint(&shop, &receiver.url()).await;
    ended(&service, &shop).await;
    deliveries.begin(&service.app).await.expect("begun");
    receiver.next().await;
    for receiver in &failing {
        receiver.answer(200);
    }
    deliveries.settle(&service.app).await.expect("stored");
    let again = failing.iter_mut().filter_map(Receiver::try_next).count();
    assert_eq!(again, 2, "two of four at the same time");
}
