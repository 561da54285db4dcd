//! Concurrent calls through several instances: in any order, exactly one wins, and nothing is lost or duplicated.

use crate::support::*;
use bytes::Bytes;
use futures::future::join_all;
use nearfar_store::*;
use std::collections::BTreeSet;

nearfar_test_support::on_both!(crate::support::Site:
    one_of_two_devices_uploads_first,
    concurrent_identical_uploads_are_received_once,
    concurrent_uploads_of_different_content_are_received_once,
    concurrent_nonce_requests_count_one_start,
    the_start_limit_holds,
    every_attempt_is_claimed_once,
    concurrent_finish_and_claim_agree,
    an_inconclusive_outcome_counts_once,
    concurrent_erasure_and_upload_leave_nothing,
    deletion_and_acknowledgement_exclude_each_other,
    instances_start_together,
);

const ROUNDS: usize = 12;

/// Starts all of them at the same time on their own threads.
async fn at_once<T: Send + 'static>(
    tasks: impl IntoIterator<Item = impl Future<Output = T> + Send + 'static>,
) -> Vec<T> {
    let tasks: Vec<_> = tasks.into_iter().map(tokio::spawn).collect();
    join_all(tasks).await.into_iter().map(|done| done.expect("no panic")).collect()
}

async fn one_of_two_devices_uploads_first(site: Site) {
    let stores = [site.store().await, site.store().await];
    for round in 0..ROUNDS {
        let id = format!("a{round}");
        session(&stores[0], &id).await;
        let attempts = [issue(&stores[0], &id, "one", "first").await, issue(&stores[1], &id, "two", "second").await];
        let outcomes = at_once(
            attempts
                .clone()
                .into_iter()
                .zip(stores.clone())
                .map(|(attempt, store)| async move { (store.receive(upload(&attempt), NOW).await, attempt) }),
        )
        .await;
        let (won, lost): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(|(outcome, _)| outcome.is_ok());
        assert_eq!((won.len(), lost.len()), (1, 1));
        let winner = won[0].1.id.clone();
        for (outcome, attempt) in lost {
            assert_eq!(conflict(outcome), Conflict::Scoring);
            assert_eq!(stores[0].attempt(&id, &attempt.id).await.unwrap().state, AttemptState::Issued);
        }
        let claimed = claim(&stores[1]).await;
        assert_eq!(claimed.attempt_id, winner);
        stores[1].finish(&claimed, &passed(), Consequence::Pass, NOW).await.unwrap();
    }
    assert_eq!(site.objects().len(), ROUNDS * 5, "the losers' files are gone");
}

async fn concurrent_identical_uploads_are_received_once(site: Site) {
    let stores = [site.store().await, site.store().await];
    for round in 0..ROUNDS {
        let id = format!("a{round}");
        session(&stores[0], &id).await;
        let issued = issue(&stores[0], &id, "one", "first").await;
        let receipts = at_once((0..4).map(|number| {
            let (store, upload) = (stores[number % 2].clone(), upload(&issued));
            async move { store.receive(upload, NOW + number as i64).await.unwrap() }
        }))
        .await;
        assert_eq!(receipts.iter().filter(|receipt| !receipt.repeated).count(), 1);
        assert!(receipts.iter().all(|receipt| receipt.attempt == receipts[0].attempt));
        assert!(stores[0].file(&id, "one", "far").await.unwrap().starts_with(b"FACE far"));
    }
    assert_eq!(site.objects().len(), ROUNDS * 5);
    assert_eq!(stores[0].backlog().await.unwrap().attempts, ROUNDS as u64);
}

async fn concurrent_uploads_of_different_content_are_received_once(site: Site) {
    let store = site.store().await;
    for round in 0..ROUNDS {
        let id = format!("a{round}");
        session(&store, &id).await;
        let issued = issue(&store, &id, "one", "first").await;
        let outcomes = at_once((0..3).map(|number| {
            let (store, mut upload) = (store.clone(), upload(&issued));
            upload.manifest = Bytes::from(format!("manifest {number}"));
            upload.files[0] = UploadFile::new("far", Bytes::from(format!("far {number}")));
            async move { (number, store.receive(upload, NOW).await) }
        }))
        .await;
        let mut winners = Vec::new();
        for (number, outcome) in outcomes {
            match outcome {
                Ok(_) => winners.push(number),
                lost => assert_eq!(conflict(lost), Conflict::OtherContent),
            }
        }
        // All stored files belong to one upload.
        let [winner] = winners[..] else { panic!("{winners:?} have won") };
        assert_eq!(store.file(&id, "one", MANIFEST).await.unwrap(), format!("manifest {winner}"));
        assert_eq!(store.file(&id, "one", "far").await.unwrap(), format!("far {winner}"));
    }
    assert_eq!(site.objects().len(), ROUNDS * 5);
}

async fn concurrent_nonce_requests_count_one_start(site: Site) {
    let stores = [site.store().await, site.store().await];
    session(&stores[0], "a1").await;
    let nonces = at_once((0..8).map(|number| {
        let (store, mut wish) = (stores[number % 2].clone(), nonce_request("a1", "one", "first"));
        wish.nonce = format!("nonce {number}");
        async move {
            match store.issue_nonce(wish, NOW).await.unwrap() {
                Issuance::Issued(attempt) => attempt.nonce,
                Issuance::LimitReached => panic!("there is no limit"),
            }
        }
    }))
    .await;
    assert_eq!(nonces.iter().collect::<BTreeSet<_>>().len(), 1);
    assert_eq!(stores[0].session("a1").await.unwrap().starts, 1);
}

async fn the_start_limit_holds(site: Site) {
    let stores = [site.store().await, site.store().await];
    session(&stores[0], "a1").await;
    let outcomes = at_once((0..8).map(|number| {
        let store = stores[number % 2].clone();
        let wish = NonceRequest { start_limit: Some(3), ..nonce_request("a1", &format!("n{number}"), "first") };
        async move { store.issue_nonce(wish, NOW).await }
    }))
    .await;
    let issued = outcomes.iter().filter(|outcome| matches!(outcome, Ok(Issuance::Issued(_)))).count();
    let limited = outcomes.iter().filter(|outcome| matches!(outcome, Ok(Issuance::LimitReached))).count();
    assert_eq!((issued, limited), (3, 1));
    assert_eq!(stores[0].session("a1").await.unwrap().failure, Some(FailureReason::RetryLimit));
}

async fn every_attempt_is_claimed_once(site: Site) {
    let stores = [site.store().await, site.store().await];
    for number in 0..ROUNDS {
        let id = format!("a{number}");
        session(&stores[0], &id).await;
        receive(&stores[0], &id, "one").await;
    }
    let claimed = at_once((0..6).map(|number| {
        let store = stores[number % 2].clone();
        async move {
            let mut claimed = Vec::new();
            while let Some(claim) = store.claim(NOW + HOUR, NOW + 2 * HOUR).await.unwrap() {
                store.finish(&claim, &passed(), Consequence::Pass, NOW + HOUR).await.unwrap();
                claimed.push(claim.session_id);
            }
            claimed
        }
    }))
    .await
    .concat();
    assert_eq!(claimed.len(), ROUNDS);
    assert_eq!(claimed.iter().collect::<BTreeSet<_>>().len(), ROUNDS);
    for id in claimed {
        let session = stores[0].session(&id).await.unwrap();
        assert_eq!((session.state, session.scored), (SessionState::Passed, 1));
    }
    assert_eq!(stores[0].backlog().await.unwrap(), Backlog { attempts: 0, oldest: None });
}

async fn concurrent_finish_and_claim_agree(site: Site) {
    let stores = [site.store().await, site.store().await];
    for round in 0..ROUNDS {
        let id = format!("a{round}");
        session(&stores[0], &id).await;
        receive(&stores[0], &id, "one").await;
        let slow = stores[0].claim(NOW, NOW + 1).await.unwrap().unwrap();
        let (finished, stolen) = tokio::join!(
            tokio::spawn({
                let (store, slow) = (stores[0].clone(), slow.clone());
                async move { store.finish(&slow, &no_face(), Consequence::Fail, NOW + 1).await }
            }),
            tokio::spawn({
                let store = stores[1].clone();
                async move { store.claim(NOW + 1, NOW + HOUR).await.unwrap() }
            })
        );
        match (finished.unwrap(), stolen.unwrap()) {
            (Ok(session), None) => assert_eq!(session.state, SessionState::Failed),
            (lost, Some(claim)) => {
                assert_eq!(conflict(lost), Conflict::LeaseLost);
                stores[1].finish(&claim, &passed(), Consequence::Pass, NOW).await.unwrap();
            }
            (lost, None) => panic!("neither has it: {lost:?}"),
        }
        assert_eq!(stores[0].session(&id).await.unwrap().scored, 1);
    }
}

async fn an_inconclusive_outcome_counts_once(site: Site) {
    let stores = [site.store().await, site.store().await];
    session(&stores[0], "a1").await;
    let mut used = Vec::new();
    for number in 1..=5 {
        receive(&stores[0], "a1", &format!("n{number}")).await;
        let slow = stores[0].claim(NOW, NOW + 1).await.unwrap().unwrap();
        // The scorer repeats its call while its lease expires and another one scores the attempt.
        let repeated = at_once((0..4).map(|index| {
            let (store, claim) = (stores[index % 2].clone(), slow.clone());
            async move { store.finish(&claim, &too_poor(), Consequence::Inconclusive, NOW).await }
        }));
        let stolen = async {
            let Some(claim) = stores[1].claim(NOW + 1, NOW + HOUR).await.unwrap() else { return };
            stores[1].finish(&claim, &too_poor(), Consequence::Inconclusive, NOW).await.unwrap();
        };
        let (repeated, ()) = tokio::join!(repeated, stolen);
        for lost in repeated.into_iter().filter(Result::is_err) {
            assert_eq!(conflict(lost), Conflict::LeaseLost);
        }
        let session = stores[0].session("a1").await.unwrap();
        assert_eq!((session.scored, session.inconclusive), (number, number));
        used.push((session.tries_used(), session.state));
    }
    let open = SessionState::Open;
    assert_eq!(used, [(0, open), (0, open), (0, open), (1, open), (2, SessionState::Failed)]);
}

async fn concurrent_erasure_and_upload_leave_nothing(site: Site) {
    let stores = [site.store().await, site.store().await];
    for round in 0..ROUNDS {
        let id = format!("a{round}");
        session(&stores[0], &id).await;
        let issued = issue(&stores[0], &id, "one", "first").await;
        let (received, cleared) = tokio::join!(
            tokio::spawn({
                let (store, upload) = (stores[0].clone(), upload(&issued));
                async move { store.receive(upload, NOW).await }
            }),
            tokio::spawn({
                let (store, id) = (stores[1].clone(), id.clone());
                async move { store.erase_session(&id, NOW).await }
            })
        );
        // A write into a folder that is being removed may fail temporarily; everything else is one of two outcomes.
        match received.unwrap() {
            Ok(_)
            | Err(Error::Conflict(Conflict::Cleared) | Error::Unavailable { backend: StorageBackend::Objects, .. }) => {
            }
            other => panic!("{other:?}"),
        }
        if let Err(error) = cleared.unwrap() {
            assert!(error.is_temporary(), "{error}");
            stores[1].erase_session(&id, NOW).await.unwrap();
        }
        assert_eq!(stores[0].session(&id).await.unwrap().state, SessionState::Cleared);
        assert_eq!(stores[0].attempts(&id).await.unwrap(), []);
    }
    stores[0].run_retention(NOW + HOUR).await.unwrap();
    assert_eq!(site.objects(), []);
}

async fn deletion_and_acknowledgement_exclude_each_other(mut site: Site) {
    // Every upload counts as abandoned at once.
    site.config.upload_grace = 0;
    let stores = [site.store().await, site.store().await];
    for round in 0..ROUNDS {
        let id = format!("a{round}");
        session(&stores[0], &id).await;
        let issued = issue(&stores[0], &id, "one", "first").await;
        let (received, report) = tokio::join!(
            tokio::spawn({
                let (store, upload) = (stores[0].clone(), upload(&issued));
                async move { store.receive(upload, NOW).await }
            }),
            tokio::spawn({
                let store = stores[1].clone();
                async move {
                    for _ in 0..5 {
                        store.run_retention(NOW).await.unwrap();
                    }
                }
            })
        );
        report.unwrap();
        match received.unwrap() {
            // Acknowledged: then it is complete.
            Ok(_) => {
                for file in stores[1].files(&id, "one").await.unwrap() {
                    stores[1].file(&id, "one", &file.name).await.unwrap();
                }
            }
            Err(error) => {
                assert!(error.is_temporary(), "{error}");
                assert_eq!(stores[0].attempt(&id, "one").await.unwrap().state, AttemptState::Issued);
            }
        }
    }
}

async fn instances_start_together(site: Site) {
    opened_at_once(&site).await;
    // SQLite databases are cheap, and the instances meet at another step each time.
    for _ in 0..if site.storage.database_url.starts_with("sqlite") { ROUNDS } else { 0 } {
        opened_at_once(&Site::new(nearfar_test_support::TestStorage::sqlite())).await;
    }
}

/// Opens one new database from many instances at once; each reads what another writes.
async fn opened_at_once(site: &Site) {
    let stores = at_once((0..8).map(|_| {
        let config = site.config.clone();
        async move { Store::open(&config, entropy()).await.unwrap() }
    }))
    .await;
    let made = account(&stores[0]).await;
    assert_eq!(stores[7].account(&made.id).await.unwrap(), made);
}
