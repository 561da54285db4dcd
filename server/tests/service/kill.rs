//! Repeated kill -9 of the real service while pages upload and attempts are scored.
//!
//! `TEST_KILL_ROUNDS=200` runs 200 rounds on each database; `docs/FAILURES.md` has the outcome.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use crate::common::pictures::picture;
use crate::common::{Answered, Attempt};
use crate::real::{Outcome, RunningTasks, Session, Site, attempt, session, upload};
use crate::rendered::{by_engine, captured};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use nearfar_evaluation::captures::{bona_fide_pair, evidence::evidence};
use nearfar_scoring::Evidence;
use nearfar_server::clock::{Clock, SystemClock};
use serde_json::Value;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

nearfar_test_support::on_both!(crate::real::Site: acknowledged_uploads_are_scored_after_a_kill);

/// Concurrent pages. The first one sends real pictures, which keep the scorer busy for a while; those of the others are
/// rejected at once.
const PAGES: usize = 6;

/// The page's knowledge of its session.
#[derive(Clone)]
struct Known {
    session: Session,
    attempt: Attempt,
    acknowledged: bool,
    /// The result once it was shown: it must never change.
    shown: Option<Value>,
}

async fn acknowledged_uploads_are_scored_after_a_kill(mut site: Site) {
    let rounds: usize = std::env::var("TEST_KILL_ROUNDS").map_or(4, |text| text.parse().expect("a number"));
    // Claims of a killed scorer are taken over soon, and not rejected for it.
    site.set("NEARFAR_LEASE_SECONDS", "3");
    site.set("NEARFAR_SCORING_TURNS", "1000");
    site.set("NEARFAR_SCORING_QUEUE", "1000000");
    site.add_account();
    let mut all: Vec<Known> = Vec::new();
    let mut running = site.start();
    let token = site.access_token(&running).await;
    let pair = bona_fide_pair(0);
    let real = Arc::new(by_engine(evidence(&pair.far, &pair.near)));
    let (mut cut_off, mut at_work) = (0, 0);
    for round in 0..rounds {
        let known = kill_under_load(running, &token, &real, 1 + round % 17).await;
        at_work += u32::from(scorer_was_at_work(&site).await);
        running = site.start();
        cut_off += known.iter().filter(|known| !known.acknowledged).count();
        for mut known in known {
            check(&running, &token, &mut known).await;
            // The page got no response and repeats its request: nothing it did is lost.
            upload(running.address, &known.session, &known.attempt).await.expect("an answer").ok();
            known.acknowledged = true;
            all.push(known);
        }
    }
    for known in &mut all {
        let status = running.scored(&known.session).await;
        assert_eq!(status.data()["result"]["attemptId"], "one", "{:?}", status.body);
        check(&running, &token, known).await;
        assert!(known.shown.is_some(), "{} has no result", known.session.id);
    }
    running.ask_to_stop();
    assert!(running.end().success());
    println!(
        "{rounds} rounds: {} attempts, {cut_off} of them cut off in their upload, {at_work} kills while the scorer was at \
         work, all scored",
        all.len()
    );
    assert!(all.len() >= rounds);
    assert!(rounds < 20 || at_work > 0, "the scorer was never at work");
}

/// Whether the killed service was scoring an attempt.
async fn scorer_was_at_work(site: &Site) -> bool {
    let now = SystemClock.now();
    let begun = format!("SELECT COUNT(*) FROM attempts WHERE state = 'received' AND lease_until > {now}");
    site.storage.count(begun).await > 0
}

/// Pages work until that many uploads were acknowledged; then the service is killed, wherever the others are.
async fn kill_under_load(
    running: RunningTasks,
    token: &str,
    real: &Arc<Evidence>,
    acknowledgements: usize,
) -> Vec<Known> {
    let all = Arc::new(Mutex::new(Vec::new()));
    let (reported, mut acknowledged) = unbounded_channel();
    let start = |index| {
        let real = (index == 0).then(|| real.clone());
        tokio::spawn(page(running.address, token.to_owned(), real, all.clone(), reported.clone()))
    };
    let pages: Vec<_> = (0..PAGES).map(start).collect();
    for _ in 0..acknowledgements {
        acknowledged.recv().await.expect("pages work");
    }
    running.kill();
    for page in pages {
        assert!(page.await.expect("no refusal").is_err(), "pages end by the loss of their connection");
    }
    Arc::into_inner(all).expect("the pages have ended").into_inner().expect("no page panicked")
}

async fn page(
    address: SocketAddr,
    token: String,
    real: Option<Arc<Evidence>>,
    all: Arc<Mutex<Vec<Known>>>,
    reported: UnboundedSender<()>,
) -> Outcome<()> {
    loop {
        let session = session(address, &token).await?;
        let mut attempt = attempt(address, &session).await?;
        match &real {
            Some(real) => attempt = captured(&attempt, real, SystemClock.now()),
            None => {
                // A unique picture, as large as a real one.
                attempt.add("audit-1", &picture(&session.id, 320, 100));
                let entry = attempt.manifest["audit"][0].clone();
                let audit = attempt.manifest["audit"].as_array_mut().expect("a list");
                audit.push(entry);
                audit[1]["name"] = "audit-1".into();
            }
        }
        let known = Known { session: session.clone(), attempt: attempt.clone(), acknowledged: false, shown: None };
        let index = {
            let mut all = all.lock().expect("no page panicked");
            all.push(known);
            all.len() - 1
        };
        upload(address, &session, &attempt).await?.ok();
        all.lock().expect("no page panicked")[index].acknowledged = true;
        reported.send(())?;
    }
}

/// Whatever was in progress: results are complete and agree with earlier ones.
async fn check(running: &RunningTasks, token: &str, known: &mut Known) {
    let state = running.status(&known.session, "").await.ok().data()["state"].as_str().expect("a state").to_owned();
    assert!(!known.acknowledged || state != "open", "{} was acknowledged and is lost", known.session.id);
    let result = running.result(token, &known.session.id).await;
    if result.code() == "LIVENESS_NO_RESULT" {
        assert!(known.shown.is_none(), "the result of {} is lost", known.session.id);
        return;
    }
    is_whole(&result, known);
    let shown = result.body["data"].clone();
    assert_eq!(known.shown.get_or_insert_with(|| shown.clone()), &shown, "the result changed");
}

fn is_whole(result: &Answered, known: &Known) {
    let codes = [
        "SUCCESS",
        "NO_FACE_DETECTED",
        "INVALID_FACE_DETECTED",
        "FACE_OCCLUDED",
        "FACE_QUALITY_TOO_POOR",
        "TOO_MANY_FACES_DETECTED",
    ];
    assert!(codes.contains(&result.code()), "{:?}", result.body);
    let sent = |name: &str| {
        let part = known.attempt.parts.iter().find(|(part, _)| part == name);
        BASE64.encode(&part.expect("it was sent").1)
    };
    assert_eq!(result.data()["imageFar"], sent("far"));
    if result.code() == "SUCCESS" {
        assert_eq!(result.data()["imageNear"], sent("near"));
        assert!(result.data()["score"].is_u64());
    }
}
