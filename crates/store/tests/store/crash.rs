//! Repeatedly kills a process during its work: acknowledged data is present, and present data is complete.

use crate::recount::Recount;
use crate::support::*;
use nearfar_store::*;
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

nearfar_test_support::on_both!(crate::support::Site: acknowledged_uploads_survive_a_kill);

const ROUNDS: usize = 8;
/// Work at once: their writes share transactions.
const WORKERS: usize = 4;
const CHILD: &str = "NEARFAR_STORE_CRASH_CHILD";

async fn acknowledged_uploads_survive_a_kill(mut site: Site) {
    site.config.upload_grace = 0;
    let store = site.store().await;
    let account = account(&store).await;
    let (mut received, mut scored) = (BTreeSet::new(), BTreeSet::new());
    for round in 0..ROUNDS {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "crash::works_until_it_is_killed", "--nocapture"])
            .env(CHILD, format!("{}\n{}\n{}\n{round}", account.id, site.config.database_url, site.config.objects_url))
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        // Killed after another number of lines each time, wherever it is then.
        let lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let reports = lines.filter(|line| line.contains("reported ")).take(3 + 2 * round);
        for line in reports {
            let mut arguments = line.split_whitespace().skip_while(|word| *word != "reported").skip(1);
            let list = if arguments.next() == Some("received") { &mut received } else { &mut scored };
            list.insert(arguments.next().unwrap().to_owned());
        }
        child.kill().unwrap();
        child.wait().unwrap();
        check(&store, &account, round, &received, &scored).await;
    }
    assert!(received.len() >= ROUNDS && scored.len() >= ROUNDS);

    // Interrupted work continues: everything received is scored, everything else deleted.
    while let Some(claim) = store.claim(NOW + 2 * HOUR, NOW + 3 * HOUR).await.unwrap() {
        store.received_upload(&claim).await.unwrap();
        store.finish(&claim, &passed(), Consequence::Pass, NOW).await.unwrap();
    }
    store.run_retention(NOW + 2 * HOUR).await.unwrap();
    for id in &received {
        assert_eq!(store.session(id).await.unwrap().state, SessionState::Passed);
    }
    let kept: BTreeSet<_> = site.object_names().iter().map(|name| name.split('/').nth(1).unwrap().to_owned()).collect();
    for id in &kept {
        assert_eq!(store.session(id).await.unwrap().state, SessionState::Passed, "{id} was never acknowledged");
    }
    assert!(kept.is_superset(&received));
    // Every change was counted once.
    Recount::of(&store, &account).await.compare(&store, &account).await;
}

/// Whatever the killed process was doing: each of its sessions is in exactly one state.
async fn check(store: &Store, account: &Account, round: usize, received: &BTreeSet<String>, scored: &BTreeSet<String>) {
    for worker in 0..WORKERS {
        for number in 0.. {
            let id = format!("r{round}-{worker}-{number}");
            let session = match store.session_of(&account.id, &id).await {
                Err(Error::NotFound(_)) => break,
                other => other.unwrap(),
            };
            let attempts = store.attempts(&id).await.unwrap();
            let state = attempts.first().map(|attempt| attempt.state);
            match session.state {
                SessionState::Open => assert!(matches!(state, None | Some(AttemptState::Issued)), "{id}: {state:?}"),
                SessionState::Scoring => assert_eq!(state, Some(AttemptState::Received), "{id}"),
                SessionState::Passed => {
                    assert_eq!(state, Some(AttemptState::Scored), "{id}");
                    assert_eq!(attempts[0].outcome, Some(passed()));
                    assert_eq!((session.scored, session.result_attempt.as_deref()), (1, Some("one")));
                }
                other => panic!("{id} is {other:?}"),
            }
            let files = store.files(&id, "one").await.unwrap();
            if session.state == SessionState::Open {
                assert_eq!(files, []);
                assert!(!received.contains(&id), "{id} was acknowledged and is lost");
            } else {
                assert_eq!(files.len(), 5);
                for file in files {
                    store.file(&id, "one", &file.name).await.unwrap();
                }
            }
            assert!(!scored.contains(&id) || session.state == SessionState::Passed, "the outcome of {id} is lost");
        }
    }
}

/// Not a test of its own: the process that the test above starts and kills.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn works_until_it_is_killed() {
    let Ok(order) = std::env::var(CHILD) else { return };
    let mut order = order.lines();
    let (account, database, objects, round) =
        (order.next().unwrap(), order.next().unwrap(), order.next().unwrap(), order.next().unwrap());
    // Encryption nonces must differ between rounds.
    let round_number: u8 = round.parse().unwrap();
    let counting = entropy();
    let entropy: Entropy = std::sync::Arc::new(move |bytes: &mut [u8]| {
        counting(bytes);
        if let Some(last) = bytes.last_mut() {
            *last = round_number;
        }
    });
    let mut config = StoreConfig::new(database, objects, SecretKey::new([1; 32]));
    config.blob_keys = vec![SecretKey::new([2; 32])];
    config.upload_grace = 0;
    let store = Store::open(&config, entropy).await.unwrap();
    let stored = store.account(account).await.unwrap();
    let report = |what: &str, id: &str| writeln!(std::io::stdout(), "reported {what} {id}");
    let work = async |worker: usize| {
        for number in 0.. {
            let id = format!("r{round}-{worker}-{number}");
            store.create_session(new_session(&stored, &id), NOW).await.unwrap();
            receive(&store, &id, "one").await;
            report("received", &id).unwrap();
            // It may claim another worker's attempt, or one of an earlier round.
            let claim = store.claim(NOW + 6000, NOW + HOUR).await.unwrap().unwrap();
            store.received_upload(&claim).await.unwrap();
            store.finish(&claim, &passed(), Consequence::Pass, NOW).await.unwrap();
            report("scored", &claim.session_id).unwrap();
        }
    };
    futures::future::join_all((0..WORKERS).map(work)).await;
}
