//! Webhooks of the real service: nothing is lost over a kill, and two instances do not deliver an event at the same time.

use std::collections::{BTreeMap, BTreeSet};
use std::process::{Command, Output};
use std::time::Duration;

use crate::common::receiver::{Mode, Receiver};
use crate::real::{Outcome, RunningTasks, Session, Site, attempt, session, upload};
use serde_json::{Value, json};

nearfar_test_support::on_both!(crate::real::Site:
    no_event_is_lost_over_a_kill,
    two_instances_deliver_each_event_and_never_at_the_same_time,
);

const EVENTS: &str = "SELECT COUNT(*) FROM webhook_events";
/// Concurrent pages.
const PAGES: usize = 4;

impl Site {
    fn webhook(&self, args: &[&str]) -> Output {
        self.run_command(&[&["webhook"], args].concat())
    }

    fn run_command(&self, args: &[&str]) -> Output {
        let mut command: Command = self.command(env!("CARGO_BIN_EXE_nearfar-server"));
        command.args(args).output().expect("it runs")
    }

    /// The JSON lines that a command prints.
    #[track_caller]
    fn printed(&self, args: &[&str]) -> Vec<Value> {
        let output = self.webhook(args);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let lines = String::from_utf8(output.stdout).expect("text");
        lines.lines().filter(|line| !line.is_empty()).map(|line| serde_json::from_str(line).expect("JSON")).collect()
    }

    /// The error of a command.
    #[track_caller]
    fn error(&self, args: &[&str]) -> String {
        let output = self.webhook(args);
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8_lossy(&output.stderr).trim_end().to_owned()
    }

    /// An account whose verdicts pass, with an endpoint. Returns its secret.
    fn with_endpoint(&mut self, receiver: &Receiver) -> String {
        self.set("NEARFAR_WEBHOOK_HTTP_HOSTS", "127.0.0.1");
        self.set("NEARFAR_WEBHOOK_PRIVATE_ADDRESSES", "true");
        self.set("NEARFAR_WEBHOOK_SECONDS", "1");
        self.set("NEARFAR_LEASE_SECONDS", "3");
        self.set("NEARFAR_SCORING_TURNS", "1000");
        // A proxy of the environment is not used.
        for name in ["HTTP_PROXY", "http_proxy", "ALL_PROXY"] {
            self.set(name, "http://127.0.0.1:9");
        }
        self.add_test_account();
        let set = self.printed(&["set", self.access_key(), &receiver.url()]);
        set[0]["secret"].as_str().expect("a secret").to_owned()
    }
}

/// A page that captures until its service is gone. Returns the sessions whose uploads were acknowledged.
async fn page(running: std::net::SocketAddr, token: String, acknowledged: tokio::sync::mpsc::UnboundedSender<String>) {
    let capture = async || -> Outcome<()> {
        loop {
            let session: Session = session(running, &token).await?;
            let attempt = attempt(running, &session).await?;
            upload(running, &session, &attempt).await?.ok();
            acknowledged.send(session.id)?;
        }
    };
    assert!(capture().await.is_err());
}

async fn no_event_is_lost_over_a_kill(mut site: Site) {
    let mut receiver = Receiver::start(Mode::Hang).await;
    let secret = site.with_endpoint(&receiver);
    let (mut sessions, mut cut_off) = (BTreeSet::new(), 0);
    for round in 0..3_usize {
        let running = site.start();
        let token = site.access_token(&running).await;
        let (sender, mut acknowledged) = tokio::sync::mpsc::unbounded_channel();
        let pages = (0..PAGES).map(|_| tokio::spawn(page(running.address, token.clone(), sender.clone())));
        let pages: Vec<_> = pages.collect();
        drop(sender);
        for _ in 0..6 + 3 * round {
            sessions.insert(acknowledged.recv().await.expect("pages work"));
        }
        // The endpoint has the first event and has not answered: at the least this one is cut off by the kill.
        receiver.next().await;
        running.kill();
        for page in pages {
            page.await.expect("no refusal");
        }
        while let Some(id) = acknowledged.recv().await {
            sessions.insert(id);
        }
        cut_off += site.storage.count("SELECT COUNT(*) FROM webhook_events WHERE attempts > released".into()).await;
    }
    assert!(cut_off >= 3, "kills cut off {cut_off} deliveries");
    receiver.answer(200);
    let running = site.start();
    // Sessions whose uploads were received, but not acknowledged before the kill, end too.
    let open = "SELECT COUNT(*) FROM attempts WHERE state = 'received'";
    while site.storage.count(open.into()).await + site.storage.count(EVENTS.into()).await > 0 {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let mut ids: BTreeMap<String, String> = BTreeMap::new();
    while let Some(received) = receiver.try_next() {
        let event = received.event();
        assert!(received.verify(&secret).is_some());
        assert_eq!(event["type"], "session.completed");
        let session = event["data"]["signatureId"].as_str().expect("an id").to_owned();
        let id = ids.entry(session).or_insert_with(|| received.id().to_owned());
        assert_eq!(id, received.id(), "a session ends once");
    }
    let ended = site.storage.count("SELECT COUNT(*) FROM sessions WHERE state = 'passed'".into()).await;
    assert_eq!(ids.len() as i64, ended, "each session that ended has its event");
    assert!(sessions.iter().all(|session| ids.contains_key(session)));
    assert!(!receiver.overlapped());
    running.ask_to_stop();
    let log = running.rest_of_log().join("\n");
    assert!(running.end().success());
    for confidential in [&secret[6..], "confidential", "/hook"] {
        assert!(!log.contains(confidential), "{log}");
    }
}

async fn two_instances_deliver_each_event_and_never_at_the_same_time(mut site: Site) {
    const SESSIONS: usize = 12;
    let mut receiver = Receiver::start(Mode::Hang).await;
    site.with_endpoint(&receiver);
    site.set("NEARFAR_WEBHOOK_SECONDS", "60");
    let running = [site.start(), site.start()];
    let token = site.access_token(&running[0]).await;
    let mut sessions = BTreeSet::new();
    for index in 0..SESSIONS {
        let one: &RunningTasks = &running[index % 2];
        let session = session(one.address, &token).await.expect("a session");
        let attempt = attempt(one.address, &session).await.expect("an attempt");
        upload(one.address, &session, &attempt).await.expect("an answer").ok();
        one.scored(&session).await;
        sessions.insert(session.id);
    }
    // Both hold an event before any is answered.
    let mut events = vec![receiver.next().await, receiver.next().await];
    assert_ne!(events[0].id(), events[1].id());
    receiver.answer(200);
    while events.len() < SESSIONS {
        events.push(receiver.next().await);
    }
    let delivered: BTreeSet<String> =
        events.iter().map(|event| event.event()["data"]["signatureId"].as_str().expect("an id").to_owned()).collect();
    assert_eq!(delivered, sessions, "each once");
    assert!(!receiver.overlapped());
    for running in running {
        running.ask_to_stop();
        assert!(running.end().success());
    }
    assert!(receiver.try_next().is_none());
    assert_eq!(site.storage.count(EVENTS.into()).await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_commands_manage_an_endpoint() {
    let mut site = Site::new(nearfar_test_support::TestStorage::sqlite());
    let mut receiver = Receiver::start(Mode::Answer(200, None)).await;
    site.add_test_account();
    let key = site.access_key().to_owned();
    let no_http = "Error: the endpoint should be an https URL; http is allowed only to the hosts in webhook_http_hosts";
    assert_eq!(site.error(&["set", &key, &receiver.url()]), no_http);
    site.set("NEARFAR_WEBHOOK_HTTP_HOSTS", "127.0.0.1");
    let private = "Error: 127.0.0.1 is not a public address (webhook_private_addresses)";
    assert_eq!(site.error(&["set", &key, &receiver.url()]), private);
    site.set("NEARFAR_WEBHOOK_PRIVATE_ADDRESSES", "true");
    let user = "Error: the endpoint's URL should have no user name and no password";
    assert_eq!(site.error(&["set", &key, "https://a:b@shop.example/"]), user);
    assert_eq!(site.error(&["set", "0123", &receiver.url()]), "Error: no account with access key 0123");
    for command in ["rotate", "disable", "enable", "remove", "test"] {
        let none = format!("Error: the account {key} has no webhook endpoint");
        assert_eq!(site.error(&[command, &key]), none);
    }
    let unknown = site.webhook(&["set", &key, &receiver.url(), "--events", "session.started"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("should be one of session.completed, session.failed"));

    let set = &site.printed(&["set", &key, &receiver.url(), "--events", "data.erased,session.completed"])[0];
    let secret = set["secret"].as_str().expect("a secret");
    assert_eq!(set["events"], json!(["session.completed", "data.erased"]));
    assert_eq!((&set["enabled"], &set["waiting"], &set["dead"]), (&json!(true), &json!(0), &json!(0)));
    let again = &site.printed(&["set", &key, &receiver.url()])[0];
    assert_eq!((&again["secret"], again["events"].as_array().map(Vec::len)), (&Value::Null, Some(4)));
    assert_eq!(site.printed(&["test", &key])[0]["status"], 200);
    let test = receiver.next().await;
    assert!(test.verify(secret).is_some());
    assert_eq!((&test.event()["type"], &test.event()["data"]["sandbox"]), (&json!("webhook.test"), &json!(true)));
    receiver.answer(500);
    assert_eq!(site.error(&["test", &key]), "Error: the endpoint answered 500");
    receiver.next().await;
    receiver.answer(200);
    let rotated = site.printed(&["rotate", &key])[0]["secret"].as_str().expect("a secret").to_owned();
    site.printed(&["test", &key]);
    let test = receiver.next().await;
    assert!(test.verify(secret).is_some() && test.verify(&rotated).is_some());
    assert_eq!(site.printed(&["disable", &key])[0]["enabled"], false);
    assert_eq!(site.printed(&["enable", &key])[0]["enabled"], true);
    assert_eq!(site.printed(&["list"]).len(), 1);
    assert_eq!(site.printed(&["dead", &key]), [Value::Null; 0]);
    assert_eq!(site.printed(&["retry", "--all", &key])[0]["retried"], 0);
    let none = "Error: no undelivered event evt_1 whose delivery has failed";
    assert_eq!(site.error(&["retry", "evt_1"]), none);
    assert_eq!(site.webhook(&["retry"]).status.code(), Some(2));
    assert_eq!(site.printed(&["remove", &key])[0]["removed"], true);
    assert_eq!(site.printed(&["list"]), [Value::Null; 0]);
}
