//! Statistics: counters equal a recount from the sessions, whatever is repeated, cancelled, concurrent or erased.

use crate::recount::{Recount, statistics};
use crate::support::*;
use futures::FutureExt;
use jiff::civil::date;
use nearfar_protocol::problem::ProblemKind;
use nearfar_protocol::study::{Labels, PersonCode};
use nearfar_store::*;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::collections::BTreeMap;

nearfar_test_support::on_both!(crate::support::Site:
    counters_equal_a_recount,
    sessions_are_counted_by_kind_and_day,
    erasure_keeps_the_counts,
    sessions_of_before_the_statistics_are_not_counted,
);

const MINUTE: Millis = 60_000;
const SESSIONS: usize = 3;
const CAMERA_IN_USE: ProblemKind = ProblemKind { code: "camera_in_use", step: None, instruction: None };
const GAVE_UP: ProblemKind = ProblemKind { code: "cancelled", step: Some("far"), instruction: Some("too_dark") };

/// A change of a session.
#[derive(Clone, Copy, Debug)]
enum Change {
    Open,
    Start,
    Receive,
    Score(u8),
    Report(bool),
    Expire,
    Erase,
}

/// How it is called.
#[derive(Clone, Copy, Debug)]
enum Calls {
    Once,
    Repeated,
    Concurrently,
    CancelledAndRepeated,
}

fn steps() -> impl Strategy<Value = Vec<(usize, Change, Calls)>> {
    let change = prop_oneof![
        2 => Just(Change::Open),
        5 => Just(Change::Start),
        5 => Just(Change::Receive),
        5 => (0..4u8).prop_map(Change::Score),
        2 => any::<bool>().prop_map(Change::Report),
        1 => Just(Change::Expire),
        1 => Just(Change::Erase),
    ];
    let calls = prop_oneof![
        Just(Calls::Once),
        Just(Calls::Repeated),
        Just(Calls::Concurrently),
        Just(Calls::CancelledAndRepeated),
    ];
    prop::collection::vec((0..SESSIONS, change, calls), 1..30)
}

/// One run of the property.
#[derive(Clone)]
struct Run {
    account: Account,
    now: Millis,
}

impl Run {
    fn id(&self, session: usize) -> String {
        format!("{}-{session}", self.account.id)
    }

    /// Makes one change. Refusals are part of it.
    async fn change(&self, store: &Store, session: usize, change: Change) -> Result<()> {
        let (id, now) = (self.id(session), self.now);
        match change {
            Change::Open => store.mark_opened(&id, now).await,
            Change::Start => {
                let attempt = format!("at-{now}");
                let mut request = nonce_request(&id, &attempt, "first");
                (request.expires_at, request.start_limit) = (now + 30 * MINUTE, Some(4));
                store.issue_nonce(request, now).await.map(drop)
            }
            Change::Receive => {
                let attempts = store.attempts(&id).await?;
                let Some(attempt) = attempts.iter().rev().find(|one| one.state == AttemptState::Issued) else {
                    return Ok(());
                };
                store.receive(upload(attempt), now).await.map(drop)
            }
            Change::Score(outcome) => {
                let Some(claim) = store.claim(now, now + 1).await? else { return Ok(()) };
                let (outcome, consequence) = match outcome {
                    0 => (passed(), Consequence::Pass),
                    1 => (too_poor(), Consequence::Inconclusive),
                    2 => (attack(), Consequence::MayRetry),
                    _ => (no_face(), Consequence::Fail),
                };
                store.finish(&claim, &outcome, consequence, now).await?;
                store.finish(&claim, &outcome, consequence, now).await.map(drop)
            }
            Change::Report(gave_up) => {
                let (kind, body) = if gave_up { (GAVE_UP, "gave up") } else { (CAMERA_IN_USE, "in use") };
                store.report_problem(&id, &format!("r{now}"), body, kind, now).await
            }
            Change::Expire => store.expire_sessions(now).await.map(drop),
            Change::Erase => store.erase_session(&id, now).await,
        }
    }
}

fn attack() -> AttemptOutcome {
    AttemptOutcome { score: Some(3), reason: Some("flat".into()), ..passed() }
}

#[track_caller]
fn accept(outcome: Result<()>) {
    match outcome {
        Ok(()) | Err(Error::Conflict(_) | Error::NotFound(_)) => {}
        Err(error) => panic!("{error}"),
    }
}

async fn counters_equal_a_recount(site: Site) {
    let stores = [site.store().await, site.store().await];
    let cases = if stores[0].database_kind() == DatabaseKind::Sqlite { 32 } else { 16 };
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    let runtime = tokio::runtime::Handle::current();
    let outcome = tokio::task::block_in_place(|| {
        runner.run(&steps(), |steps| {
            runtime.block_on(check_recount(&stores, &steps));
            Ok(())
        })
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
}

async fn check_recount(stores: &[Store; 2], steps: &[(usize, Change, Calls)]) {
    let mut run = Run { account: account(&stores[0]).await, now: NOW };
    for session in 0..SESSIONS {
        let new = new_session(&run.account, &run.id(session));
        stores[0].create_session(new.clone(), NOW).await.unwrap();
        assert_eq!(conflict(stores[1].create_session(new, NOW).await), Conflict::IdTaken);
    }
    let mut erased = BTreeMap::new();
    for (session, change, calls) in steps.iter().copied() {
        run.now += 4 * MINUTE;
        if let Change::Erase = change {
            let id = run.id(session);
            if stores[0].session(&id).await.unwrap().state != SessionState::Cleared {
                let mut counts = Recount::default();
                counts.add(&stores[0], &id, Some(run.now)).await;
                erased.insert(id, counts);
            }
        }
        let on = |store: &Store| {
            let (store, run) = (store.clone(), run.clone());
            async move { run.change(&store, session, change).await }
        };
        match calls {
            Calls::Once => accept(on(&stores[0]).await),
            Calls::Repeated => {
                accept(on(&stores[0]).await);
                accept(on(&stores[1]).await);
            }
            Calls::Concurrently => {
                let (one, other) = tokio::join!(tokio::spawn(on(&stores[0])), tokio::spawn(on(&stores[1])));
                accept(one.unwrap());
                accept(other.unwrap());
            }
            Calls::CancelledAndRepeated => {
                on(&stores[0]).now_or_never();
                accept(on(&stores[0]).await);
            }
        }
    }
    let mut expected = Recount::default();
    for session in 0..SESSIONS {
        match erased.remove(&run.id(session)) {
            Some(counts) => expected.merge(counts),
            None => expected.add(&stores[0], &run.id(session), None).await,
        }
    }
    expected.compare(&stores[1], &run.account).await;
}

async fn sessions_are_counted_by_kind_and_day(mut site: Site) {
    const DAY: Millis = 24 * HOUR;
    site.config.study_objects_url = Some(site.storage.folder().join("study").display().to_string());
    let store = site.store().await;
    let (shop, other) = (account(&store).await, account(&store).await);
    let new = NewAccount { name: "Tests".into(), sandbox: true, ..NewAccount::default() };
    let (tests, _) = store.create_account(new, NOW).await.unwrap();
    for (account, id, at) in [
        (&shop, "a1", NOW),
        (&shop, "a2", NOW + DAY),
        (&shop, "a3", NOW + DAY),
        (&other, "b1", NOW),
        (&tests, "t1", NOW),
    ] {
        store.create_session(new_session(account, id), at).await.unwrap();
    }
    // Counted on the day of its creation, whenever it happens.
    store.mark_opened("a1", NOW + 3 * DAY).await.unwrap();
    let person: PersonCode = "P1".parse().unwrap();
    let consent = ConsentText::new("v1", b"We photograph you.").unwrap();
    let labels = Labels::default();
    let new = NewStudySession { person, presenter: None, labels, consent, tries: 1, expires_at: NOW + HOUR };
    let study = store.create_study_session(new, NOW).await.unwrap();
    store.answer_consent(&study.id, false, NOW).await.unwrap();
    store.erase_person(&"P1".parse().unwrap(), NOW).await.unwrap();

    let query = |from, to| StatisticsQuery { account_id: Some(shop.id.clone()), kind: SessionKind::Regular, from, to };
    let report = store.statistics(&query(date(2024, 4, 16), date(2024, 4, 17))).await.unwrap();
    let days: Vec<_> = report.days.iter().map(|day| (day.day.as_str(), day.statistics.created)).collect();
    assert_eq!(days, [("2024-04-16", 1), ("2024-04-17", 2)]);
    assert_eq!((report.total.created, report.days[0].statistics.opened), (3, 1));
    let report = store.statistics(&query(date(2024, 4, 17), date(2024, 4, 17))).await.unwrap();
    assert_eq!((report.days.len(), report.total.created, report.total.opened), (1, 2, 0));

    assert_eq!(statistics(&store, None, SessionKind::Regular).await.created, 4);
    assert_eq!(statistics(&store, None, SessionKind::Sandbox).await.created, 1);
    let study = statistics(&store, None, SessionKind::Study).await;
    assert_eq!((study.created, study.failures["declined"], study.erased), (1, 1, 0));
    for (from, to) in [(date(2024, 4, 2), date(2024, 4, 1)), (date(2023, 4, 1), date(2024, 4, 1))] {
        let refused = store.statistics(&query(from, to)).await;
        assert!(matches!(refused, Err(Error::Invalid { what: "to", .. })), "{from} {to}");
    }
    store.statistics(&query(date(2023, 4, 2), date(2024, 4, 1))).await.unwrap();
}

async fn erasure_keeps_the_counts(site: Site) {
    let store = site.store().await;
    let account = account(&store).await;
    store.create_session(new_session(&account, "a1"), NOW).await.unwrap();
    receive(&store, "a1", "one").await;
    store.finish(&claim(&store).await, &passed(), Consequence::Pass, NOW).await.unwrap();
    let before = statistics(&store, Some(&account), SessionKind::Regular).await;
    assert_eq!((before.passed, before.captured, before.camera_types["WEB_CAMERA"]), (1, 1, 1));
    store.erase_session("a1", NOW).await.unwrap();
    // Until the tombstone is gone too.
    store.run_retention(NOW + 1000 * 24 * HOUR).await.unwrap();
    assert_eq!(not_found(store.session("a1").await), Entity::Session);
    assert_eq!(statistics(&store, Some(&account), SessionKind::Regular).await, before);
}

async fn sessions_of_before_the_statistics_are_not_counted(site: Site) {
    let store = site.store().await;
    let account = account(&store).await;
    store.create_session(new_session(&account, "a1"), NOW).await.unwrap();
    site.storage.execute("UPDATE sessions SET counted = 0").await;
    receive(&store, "a1", "one").await;
    store.finish(&claim(&store).await, &passed(), Consequence::Pass, NOW).await.unwrap();
    let counted = statistics(&store, Some(&account), SessionKind::Regular).await;
    assert_eq!((counted.created, counted.passed, counted.attempts_scored.live), (1, 0, 0));
}
