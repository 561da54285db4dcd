//! Sessions, nonces and uploads, in sequence.

use crate::support::*;
use bytes::Bytes;
use nearfar_store::*;

nearfar_test_support::on_both!(crate::support::Site:
    a_session_reads_back_as_created,
    ids_are_unique,
    a_nonce_is_issued_again_for_the_same_attempt_only,
    no_nonce_after_the_session_ends,
    starts_are_limited,
    starts_have_a_default_limit,
    an_upload_reads_back_as_received,
    repeated_uploads_get_the_same_receipt,
    uploads_for_another_attempt_are_rejected,
    file_names_are_checked,
    a_nonce_expires_but_a_received_upload_does_not,
    the_first_upload_wins_and_the_other_device_can_retry,
    versions_increase,
);

async fn a_session_reads_back_as_created(site: Site) {
    let store = site.store().await;
    let account = account(&store).await;
    let made = store.create_session(new_session(&account, "a1"), NOW).await.unwrap();
    let expected = new_session(&account, "a1");
    assert_eq!((made.state, made.failure, made.scored, made.starts), (SessionState::Open, None, 0, 0));
    assert_eq!(made.return_url.as_deref(), Some(expected.return_url.as_str()));
    assert_eq!((&made.user_id, made.try_count, made.iframe), (&expected.user_id, Some(2), true));
    assert_eq!((made.created_at, made.expires_at, made.purge_at), (NOW, NOW + HOUR, NOW + 24 * HOUR));
    assert!(!made.is_expired(NOW + HOUR - 1) && made.is_expired(NOW + HOUR));
    assert_eq!(store.session("a1").await.unwrap(), made);

    let bare = NewSession {
        id: "a2".into(),
        account_id: account.id.clone(),
        return_url: "https://a.example".into(),
        ..NewSession::default()
    };
    let bare = store.create_session(bare, NOW).await.unwrap();
    assert_eq!((&bare.region, &bare.user_id, bare.try_count, &bare.failed_return_url), (&None, &None, None, &None));
    assert_eq!(store.session_of(&account.id, "a2").await.unwrap(), bare);
    let later = NewSession { token_epoch: 3, ..new_session(&account, "a3") };
    assert_eq!(store.create_session(later, NOW).await.unwrap().token_epoch, 3);
}

async fn ids_are_unique(site: Site) {
    let store = site.store().await;
    let account = account(&store).await;
    store.create_session(new_session(&account, "a1"), NOW).await.unwrap();
    assert_eq!(conflict(store.create_session(new_session(&account, "a1"), NOW).await), Conflict::IdTaken);
    let stranger = Account { id: "nobody".into(), ..account.clone() };
    assert_eq!(not_found(store.create_session(new_session(&stranger, "a2"), NOW).await), Entity::Account);
    for wrong in ["", "../a", "a/b", "a b", "é", &"a".repeat(65)] {
        let wrong = store.create_session(new_session(&account, wrong), NOW).await;
        assert!(matches!(wrong, Err(Error::Invalid { .. })), "{wrong:?}");
    }
    issue(&store, "a1", "one", "first").await;
    store.create_session(new_session(&account, "a3"), NOW).await.unwrap();
    let mut same_nonce = nonce_request("a3", "one", "first");
    same_nonce.nonce = nonce_request("a1", "one", "first").nonce;
    assert_eq!(conflict(store.issue_nonce(same_nonce, NOW).await), Conflict::IdTaken);
    assert_eq!(store.session("a3").await.unwrap().starts, 0);
}

async fn a_nonce_is_issued_again_for_the_same_attempt_only(site: Site) {
    let store = site.store().await;
    session(&store, "a1").await;
    let issued = issue(&store, "a1", "one", "first").await;
    assert_eq!((issued.state, issued.issued_at), (AttemptState::Issued, NOW));
    let mut again = nonce_request("a1", "one", "first");
    again.nonce = "another".into();
    assert_eq!(store.issue_nonce(again, NOW + 9).await.unwrap(), Issuance::Issued(Box::new(issued.clone())));
    assert_eq!(store.session("a1").await.unwrap().starts, 1);
    assert_eq!(conflict(store.issue_nonce(nonce_request("a1", "one", "second"), NOW).await), Conflict::IdTaken);
    assert_ne!(issue(&store, "a1", "two", "first").await.nonce, issued.nonce);
    assert_eq!(store.session("a1").await.unwrap().starts, 2);
    assert_eq!(store.attempts("a1").await.unwrap().len(), 2);

    store.receive(upload(&issued), NOW).await.unwrap();
    assert_eq!(conflict(store.issue_nonce(nonce_request("a1", "one", "first"), NOW).await), Conflict::IdTaken);
    assert_eq!(conflict(store.issue_nonce(nonce_request("a1", "three", "first"), NOW).await), Conflict::Scoring);
    assert!(matches!(store.issue_nonce(nonce_request("a1", "../x", "first"), NOW).await, Err(Error::Invalid { .. })));
    assert_eq!(not_found(store.issue_nonce(nonce_request("a9", "one", "first"), NOW).await), Entity::Session);
}

async fn no_nonce_after_the_session_ends(site: Site) {
    let store = site.store().await;
    session(&store, "a1").await;
    assert_eq!(conflict(store.issue_nonce(nonce_request("a1", "one", "first"), NOW + HOUR).await), Conflict::Expired);
    receive(&store, "a1", "one").await;
    store.finish(&claim(&store).await, &passed(), Consequence::Pass, NOW).await.unwrap();
    assert_eq!(conflict(store.issue_nonce(nonce_request("a1", "two", "first"), NOW).await), Conflict::Finished);
}

async fn starts_are_limited(site: Site) {
    let store = site.store().await;
    session(&store, "a1").await;
    let limited = |attempt| NonceRequest { start_limit: Some(2), ..nonce_request("a1", attempt, "first") };
    for attempt in ["one", "one", "two", "two"] {
        assert!(matches!(store.issue_nonce(limited(attempt), NOW).await, Ok(Issuance::Issued(_))));
    }
    assert_eq!(store.issue_nonce(limited("three"), NOW + 7).await.unwrap(), Issuance::LimitReached);
    let session = store.session("a1").await.unwrap();
    assert_eq!((session.state, session.failure), (SessionState::Failed, Some(FailureReason::RetryLimit)));
    assert_eq!((session.finished_at, session.starts), (Some(NOW + 7), 2));
    assert_eq!(conflict(store.issue_nonce(limited("four"), NOW).await), Conflict::Finished);
}

async fn starts_have_a_default_limit(site: Site) {
    let store = site.store().await;
    session(&store, "a1").await;
    for number in 0..MAX_STARTS {
        issue(&store, "a1", &format!("n{number}"), "first").await;
    }
    let one_more = store.issue_nonce(nonce_request("a1", "more", "first"), NOW).await.unwrap();
    assert_eq!(one_more, Issuance::LimitReached);
    assert_eq!(store.session("a1").await.unwrap().failure, Some(FailureReason::RetryLimit));
}

async fn an_upload_reads_back_as_received(site: Site) {
    let store = site.store().await;
    session(&store, "a1").await;
    let issued = issue(&store, "a1", "one", "first").await;
    let sent = upload(&issued);
    let receipt = store.receive(sent.clone(), NOW + 5000).await.unwrap();
    assert!(!receipt.repeated);
    let attempt = receipt.attempt;
    assert_eq!((attempt.state, attempt.received_at), (AttemptState::Received, Some(NOW + 5000)));
    assert_eq!((attempt.far_image_time, attempt.near_image_time), (Some(NOW + 1000), Some(NOW + 4000)));
    assert_eq!((attempt.camera_type.as_deref(), &attempt.outcome), (Some("WEB_CAMERA"), &None));
    assert_eq!(store.attempt("a1", "one").await.unwrap(), attempt);
    assert_eq!(store.session("a1").await.unwrap().state, SessionState::Scoring);
    assert_eq!(store.backlog().await.unwrap(), Backlog { attempts: 1, oldest: Some(NOW + 5000) });

    let names: Vec<_> = store.files("a1", "one").await.unwrap().into_iter().map(|file| file.name).collect();
    assert_eq!(names, ["audit-0", "far", "manifest", "near", "video"]);
    for file in &sent.files {
        assert_eq!(store.file("a1", "one", &file.name).await.unwrap(), file.content);
    }
    assert_eq!(not_found(store.file("a1", "one", "audit-1").await), Entity::File);

    let claimed = claim(&store).await;
    assert_eq!(claimed.light, Some(format!("light of {}/{}", claimed.session_id, claimed.attempt_id)));
    assert_eq!(claimed.motion, Some(format!("motion of {}/{}", claimed.session_id, claimed.attempt_id)));
    assert_eq!((&claimed.nonce, claimed.received_at, claimed.fencing_token), (&issued.nonce, NOW + 5000, 1));
    let received = store.received_upload(&claimed).await.unwrap();
    assert_eq!(received.manifest, sent.manifest);
    assert_eq!(received.files.into_iter().collect::<Vec<_>>().len(), sent.files.len());

    // Everything in the store is encrypted.
    let stored = site.objects();
    assert_eq!(stored.len(), 5);
    for (path, content) in stored {
        let clear = content.windows(4).any(|part| part == b"FACE" || part == b"DEVI");
        assert!(!clear, "{path} is not encrypted");
    }
}

async fn repeated_uploads_get_the_same_receipt(site: Site) {
    let (store, other) = (site.store().await, site.store().await);
    session(&store, "a1").await;
    let issued = issue(&store, "a1", "one", "first").await;
    let first = store.receive(upload(&issued), NOW + 5000).await.unwrap();
    assert_eq!(first.session, store.session("a1").await.unwrap());
    let objects = site.objects();
    let again = other.receive(upload(&issued), NOW + 9000).await.unwrap();
    assert_eq!((again.repeated, &again.attempt), (true, &first.attempt));
    assert_eq!(again.session, first.session);
    let mut altered = upload(&issued);
    altered.manifest = Bytes::from_static(b"{}");
    assert_eq!(conflict(store.receive(altered.clone(), NOW).await), Conflict::OtherContent);
    store.finish(&claim(&store).await, &passed(), Consequence::Pass, NOW).await.unwrap();
    let late = store.receive(upload(&issued), NOW + 2 * HOUR).await.unwrap();
    assert_eq!((late.repeated, late.attempt.state), (true, AttemptState::Scored));
    assert_eq!(late.session, store.session("a1").await.unwrap());
    assert_eq!(conflict(store.receive(altered, NOW).await), Conflict::OtherContent);
    assert_eq!(site.objects(), objects);
}

async fn uploads_for_another_attempt_are_rejected(site: Site) {
    let store = site.store().await;
    session(&store, "a1").await;
    session(&store, "a2").await;
    let mine = issue(&store, "a1", "one", "first").await;
    let theirs = issue(&store, "a2", "other", "first").await;
    let mut wrong = upload(&mine);
    wrong.nonce = theirs.nonce.clone();
    assert_eq!(conflict(store.receive(wrong, NOW).await), Conflict::WrongNonce);
    let mut wrong = upload(&mine);
    wrong.device = "second".into();
    assert_eq!(not_found(store.receive(wrong, NOW).await), Entity::Attempt);
    let mut wrong = upload(&mine);
    wrong.attempt_id = "other".into();
    assert_eq!(not_found(store.receive(wrong, NOW).await), Entity::Attempt);
    let mut wrong = upload(&mine);
    wrong.session_id = "a3".into();
    assert_eq!(not_found(store.receive(wrong, NOW).await), Entity::Session);
    assert_eq!(site.objects(), []);
    assert!(!store.receive(upload(&mine), NOW).await.unwrap().repeated);
}

async fn file_names_are_checked(site: Site) {
    let store = site.store().await;
    session(&store, "a1").await;
    let issued = issue(&store, "a1", "one", "first").await;
    for name in ["", "manifest", "near", "../far", "a/b", "Far", "é", &"a".repeat(33)] {
        let mut wrong = upload(&issued);
        wrong.files[0].name = name.into();
        let refused = store.receive(wrong, NOW).await;
        assert!(matches!(refused, Err(Error::Invalid { what: "file name", .. })), "{name}: {refused:?}");
    }
    assert_eq!(site.objects(), []);
}

async fn a_nonce_expires_but_a_received_upload_does_not(site: Site) {
    let store = site.store().await;
    session(&store, "a1").await;
    let issued = issue(&store, "a1", "one", "first").await;
    assert_eq!(conflict(store.receive(upload(&issued), issued.nonce_expires_at).await), Conflict::NonceExpired);
    store.receive(upload(&issued), issued.nonce_expires_at - 1).await.unwrap();
    assert!(store.receive(upload(&issued), issued.nonce_expires_at + HOUR).await.unwrap().repeated);
}

async fn the_first_upload_wins_and_the_other_device_can_retry(site: Site) {
    let store = site.store().await;
    session(&store, "a1").await;
    let one = issue(&store, "a1", "one", "first").await;
    let two = issue(&store, "a1", "two", "second").await;
    store.receive(upload(&two), NOW).await.unwrap();
    assert_eq!(conflict(store.receive(upload(&one), NOW).await), Conflict::Scoring);
    // The winner fails: the other device's capture is still valid.
    store.finish(&claim(&store).await, &no_face(), Consequence::MayRetry, NOW).await.unwrap();
    assert!(!store.receive(upload(&one), NOW).await.unwrap().repeated);
    let session = store.finish(&claim(&store).await, &passed(), Consequence::Pass, NOW).await.unwrap();
    assert_eq!((session.state, session.result_attempt.as_deref()), (SessionState::Passed, Some("one")));
    let three = store.issue_nonce(nonce_request("a1", "three", "second"), NOW).await;
    assert_eq!(conflict(three), Conflict::Finished);
}

async fn versions_increase(site: Site) {
    let store = site.store().await;
    let mut seen = vec![session(&store, "a1").await.version];
    issue(&store, "a1", "one", "first").await;
    seen.push(store.session("a1").await.unwrap().version);
    store.receive(upload(&store.attempt("a1", "one").await.unwrap()), NOW).await.unwrap();
    seen.push(store.session("a1").await.unwrap().version);
    store.finish(&claim(&store).await, &passed(), Consequence::Pass, NOW).await.unwrap();
    seen.push(store.session("a1").await.unwrap().version);
    store.erase_session("a1", NOW).await.unwrap();
    seen.push(store.session("a1").await.unwrap().version);
    assert!(seen.is_sorted_by(|earlier, later| earlier < later), "{seen:?}");
}
