//! Claims, leases and outcomes of attempts, in sequence.

use crate::support::*;
use nearfar_store::*;

nearfar_test_support::on_both!(crate::support::Site:
    passing_ends_the_session,
    tries_are_counted,
    the_first_inconclusive_attempts_cost_no_try,
    other_failures_cost_a_try,
    a_final_failure_ignores_remaining_tries,
    an_outcome_is_stored_once,
    invalid_outcomes_are_rejected,
    a_lost_lease_cannot_finish,
    a_released_claim_can_be_claimed_again,
    the_oldest_attempt_is_claimed_first,
);

async fn passing_ends_the_session(site: Site) {
    let store = site.store().await;
    session(&store, "a1").await;
    let other = issue(&store, "a1", "other", "second").await;
    receive(&store, "a1", "one").await;
    let session = store.finish(&claim(&store).await, &passed(), Consequence::Pass, NOW + 7000).await.unwrap();
    assert_eq!((session.state, session.failure), (SessionState::Passed, None));
    assert_eq!((session.finished_at, session.scored), (Some(NOW + 7000), 1));
    let attempt = store.attempt("a1", session.result_attempt.as_deref().unwrap()).await.unwrap();
    assert_eq!((attempt.outcome, attempt.scored_at), (Some(passed()), Some(NOW + 7000)));
    assert_eq!(store.session("a1").await.unwrap().state, SessionState::Passed);
    assert_eq!(store.claim(NOW + HOUR, NOW + 2 * HOUR).await.unwrap(), None);
    assert_eq!(conflict(store.receive(upload(&other), NOW).await), Conflict::Finished);
    assert!(!session.is_expired(NOW + 2 * HOUR));
}

async fn tries_are_counted(site: Site) {
    let store = site.store().await;
    session(&store, "a1").await;
    receive(&store, "a1", "one").await;
    let first = store.finish(&claim(&store).await, &no_face(), Consequence::MayRetry, NOW).await.unwrap();
    assert_eq!((first.state, first.scored, first.finished_at), (SessionState::Open, 1, None));
    assert_eq!(first.result_attempt.as_deref(), Some("one"));
    receive(&store, "a1", "two").await;
    let second = store.finish(&claim(&store).await, &no_face(), Consequence::MayRetry, NOW).await.unwrap();
    assert_eq!((second.state, second.failure), (SessionState::Failed, Some(FailureReason::TriesUsed)));
    assert_eq!((second.scored, second.result_attempt.as_deref()), (2, Some("two")));
}

/// Receives and scores one attempt after the other; returns the session after each.
async fn scored(store: &Store, session: &str, judgements: &[(AttemptOutcome, Consequence)]) -> Vec<Session> {
    let mut sessions = Vec::new();
    for (number, (outcome, consequence)) in judgements.iter().enumerate() {
        receive(store, session, &format!("n{number}")).await;
        let at = NOW + number as i64;
        sessions.push(store.finish(&claim(store).await, outcome, *consequence, at).await.unwrap());
    }
    assert_eq!(store.session(session).await.unwrap(), *sessions.last().unwrap());
    sessions
}

async fn the_first_inconclusive_attempts_cost_no_try(site: Site) {
    let store = site.store().await;
    session(&store, "a1").await;
    let inconclusive = vec![(too_poor(), Consequence::Inconclusive); 5];
    let sessions = scored(&store, "a1", &inconclusive).await;
    assert_eq!(sessions.iter().map(Session::tries_used).collect::<Vec<_>>(), [0, 0, 0, 1, 2]);
    for (number, session) in sessions[..4].iter().enumerate() {
        assert_eq!((session.state, session.failure, session.finished_at), (SessionState::Open, None, None));
        assert_eq!((session.scored, session.inconclusive), (number as u32 + 1, number as u32 + 1));
        assert_eq!(session.result_attempt, Some(format!("n{number}")));
    }
    let last = &sessions[4];
    assert_eq!((last.state, last.failure), (SessionState::Failed, Some(FailureReason::TriesUsed)));
    assert_eq!((last.finished_at, last.result_attempt.as_deref()), (Some(NOW + 4), Some("n4")));
    store.erase_session("a1", NOW).await.unwrap();
    let cleared = store.session("a1").await.unwrap();
    assert_eq!((cleared.scored, cleared.inconclusive), (0, 0));
}

async fn other_failures_cost_a_try(site: Site) {
    let store = site.store().await;
    session(&store, "a1").await;
    let free = (too_poor(), Consequence::Inconclusive);
    let failed = (no_face(), Consequence::MayRetry);
    let sessions = scored(&store, "a1", &[failed.clone(), free.clone(), free.clone(), failed.clone()]).await;
    assert_eq!(sessions.iter().map(Session::tries_used).collect::<Vec<_>>(), [1, 1, 1, 2]);
    assert_eq!(sessions.iter().filter(|session| session.state == SessionState::Open).count(), 3);
    assert_eq!(sessions[3].failure, Some(FailureReason::TriesUsed));

    session(&store, "a2").await;
    let passed = (passed(), Consequence::Pass);
    let sessions = scored(&store, "a2", &[free.clone(), free.clone(), free.clone(), free, passed]).await;
    assert_eq!((sessions[3].tries_used(), sessions[3].state), (1, SessionState::Open));
    assert_eq!((sessions[4].tries_used(), sessions[4].state), (2, SessionState::Passed));

    session(&store, "a3").await;
    let refused = (too_poor(), Consequence::Fail);
    let sessions = scored(&store, "a3", &[refused]).await;
    assert_eq!((sessions[0].state, sessions[0].inconclusive), (SessionState::Failed, 0));
}

async fn a_final_failure_ignores_remaining_tries(site: Site) {
    let store = site.store().await;
    session(&store, "a1").await;
    receive(&store, "a1", "one").await;
    let session = store.finish(&claim(&store).await, &no_face(), Consequence::Fail, NOW).await.unwrap();
    assert_eq!((session.state, session.failure), (SessionState::Failed, Some(FailureReason::Refused)));
}

async fn an_outcome_is_stored_once(site: Site) {
    let store = site.store().await;
    session(&store, "a1").await;
    receive(&store, "a1", "one").await;
    let claimed = claim(&store).await;
    let first = store.finish(&claimed, &no_face(), Consequence::MayRetry, NOW).await.unwrap();
    let again = store.finish(&claimed, &passed(), Consequence::Pass, NOW + 1).await.unwrap();
    assert_eq!((again.state, again.scored), (first.state, first.scored));
    assert_eq!(store.attempt("a1", "one").await.unwrap().outcome, Some(no_face()));
}

async fn invalid_outcomes_are_rejected(site: Site) {
    let store = site.store().await;
    session(&store, "a1").await;
    receive(&store, "a1", "one").await;
    let claimed = claim(&store).await;
    for wrong in [
        AttemptOutcome { score: Some(101), ..passed() },
        AttemptOutcome { attack_type: Some(0), ..passed() },
        AttemptOutcome { attack_type: Some(4), ..passed() },
    ] {
        let refused = store.finish(&claimed, &wrong, Consequence::Pass, NOW).await;
        assert!(matches!(refused, Err(Error::Invalid { .. })));
    }
    assert_eq!(store.session("a1").await.unwrap().state, SessionState::Scoring);
}

async fn a_lost_lease_cannot_finish(site: Site) {
    let (crashed, healthy) = (site.store().await, site.store().await);
    session(&crashed, "a1").await;
    receive(&crashed, "a1", "one").await;
    let lost = crashed.claim(NOW, NOW + 1000).await.unwrap().unwrap();
    assert_eq!(healthy.claim(NOW + 999, NOW + 5000).await.unwrap(), None);
    let taken = healthy.claim(NOW + 1000, NOW + 5000).await.unwrap().unwrap();
    assert_eq!((&taken.attempt_id, taken.fencing_token), (&lost.attempt_id, 2));
    assert_eq!(conflict(crashed.finish(&lost, &passed(), Consequence::Pass, NOW).await), Conflict::LeaseLost);
    assert_eq!(conflict(crashed.renew(&lost, NOW + 9000).await), Conflict::LeaseLost);
    assert_eq!(conflict(crashed.release(&lost, NOW).await), Conflict::LeaseLost);
    healthy.renew(&taken, NOW + 9000).await.unwrap();
    assert_eq!(crashed.claim(NOW + 8999, NOW + 10_000).await.unwrap(), None);
    let session = healthy.finish(&taken, &no_face(), Consequence::Fail, NOW).await.unwrap();
    assert_eq!(session.state, SessionState::Failed);
    assert_eq!(conflict(crashed.finish(&lost, &passed(), Consequence::Pass, NOW).await), Conflict::LeaseLost);
    assert_eq!(crashed.session("a1").await.unwrap(), session);
}

async fn a_released_claim_can_be_claimed_again(site: Site) {
    let store = site.store().await;
    session(&store, "a1").await;
    receive(&store, "a1", "one").await;
    let first = store.claim(NOW, NOW + HOUR).await.unwrap().unwrap();
    assert_eq!(store.claim(NOW, NOW + HOUR).await.unwrap(), None);
    store.release(&first, NOW).await.unwrap();
    let second = store.claim(NOW, NOW + HOUR).await.unwrap().unwrap();
    assert_eq!((second.fencing_token, second.failures), (2, 0), "giving back is no failure");
    store.renew(&second, NOW).await.unwrap();
    let third = store.claim(NOW, NOW + HOUR).await.unwrap().unwrap();
    assert_eq!((third.fencing_token, third.failures), (3, 1));
}

async fn the_oldest_attempt_is_claimed_first(site: Site) {
    let store = site.store().await;
    for (id, at) in [("a1", 300), ("a2", 100), ("a3", 200)] {
        session(&store, id).await;
        let issued = issue(&store, id, "one", "first").await;
        store.receive(upload(&issued), NOW + at).await.unwrap();
    }
    let mut order = Vec::new();
    while let Some(claim) = store.claim(NOW + HOUR, NOW + 2 * HOUR).await.unwrap() {
        order.push(claim.session_id);
    }
    assert_eq!(order, ["a2", "a3", "a1"]);
    assert_eq!(store.backlog().await.unwrap(), Backlog { attempts: 3, oldest: Some(NOW + 100) });
}
