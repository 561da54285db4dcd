//! Reviewers' decisions on both databases.

use crate::support::*;
use nearfar_protocol::review::ReviewDecision;
use nearfar_store::*;

nearfar_test_support::on_both!(crate::support::Site:
    decisions_are_a_history_with_the_last_one_at_the_end,
    unusable_notes_are_refused,
    erasure_removes_decisions_and_allows_no_more,
);

fn ann() -> Actor {
    Actor::Operator("ann".into())
}

fn review<'a>(session_id: &'a str, decision: ReviewDecision, note: &'a str) -> NewReview<'a> {
    NewReview { session_id, decision, note }
}

async fn decisions_are_a_history_with_the_last_one_at_the_end(site: Site) {
    let store = site.store().await;
    session(&store, "a1").await;
    session(&store, "a2").await;
    assert_eq!(store.reviews("a1").await.unwrap(), []);
    // In one millisecond, and by a clock that was set back.
    let first = store.add_review(&ann(), review("a1", ReviewDecision::Unsure, " who\r\nis this? "), NOW).await.unwrap();
    let second = store.add_review(&ann(), review("a1", ReviewDecision::Rejected, ""), NOW).await.unwrap();
    let third = store.add_review(&ann(), review("a1", ReviewDecision::Accepted, "known"), NOW - HOUR).await.unwrap();
    assert_eq!((first.note.as_str(), first.operator.as_str(), first.decided_at), ("who\nis this?", "ann", NOW));
    assert_eq!(store.reviews("a1").await.unwrap(), [first, second, third]);
    let last = store.last_decisions(&["a2", "a1", "nobody"]).await.unwrap();
    assert_eq!(last.into_iter().collect::<Vec<_>>(), [("a1".to_owned(), ReviewDecision::Accepted)]);
    assert!(store.last_decisions(&[]).await.unwrap().is_empty());
    assert_eq!(store.reviews("a2").await.unwrap(), [], "of another session");
    let unknown = store.add_review(&ann(), review("nobody", ReviewDecision::Unsure, ""), NOW).await.unwrap_err();
    assert!(matches!(unknown, Error::NotFound(Entity::Session)), "{unknown}");
    let logged = store.audit_entries_after(0, 100).await.unwrap();
    let decided: Vec<_> = logged.iter().filter(|entry| entry.action == AuditAction::ReviewDecided.name()).collect();
    assert_eq!(decided.len(), 3, "a decision and its entry are stored together");
    assert_eq!((decided[1].actor_name.as_str(), decided[1].subject.as_deref()), ("ann", Some("a1")));
    assert_eq!(decided[1].details, r#"{"decision":"rejected"}"#, "the note is not in the log");
    for number in 3..100 {
        store.add_review(&ann(), review("a1", ReviewDecision::Unsure, ""), NOW + number).await.unwrap();
    }
    assert_eq!(
        conflict(store.add_review(&ann(), review("a1", ReviewDecision::Unsure, ""), NOW).await),
        Conflict::TooMany
    );
}

async fn unusable_notes_are_refused(site: Site) {
    let store = site.store().await;
    session(&store, "a1").await;
    let longest = "ä".repeat(2000);
    store.add_review(&ann(), review("a1", ReviewDecision::Accepted, &longest), NOW).await.unwrap();
    for note in [format!("{longest}a"), "nul\0".into(), "bell\u{7}".into()] {
        let refused = store.add_review(&ann(), review("a1", ReviewDecision::Accepted, &note), NOW).await.unwrap_err();
        assert!(matches!(refused, Error::Invalid { what: "note", .. }), "{refused}");
    }
    assert_eq!(store.reviews("a1").await.unwrap().len(), 1);
}

async fn erasure_removes_decisions_and_allows_no_more(site: Site) {
    let store = site.store().await;
    session(&store, "a1").await;
    session(&store, "a2").await;
    for id in ["a1", "a2"] {
        store.add_review(&ann(), review(id, ReviewDecision::Rejected, "a mask"), NOW).await.unwrap();
    }
    store.erase_session("a1", NOW + 1).await.unwrap();
    assert_eq!(store.reviews("a1").await.unwrap(), []);
    assert_eq!(store.reviews("a2").await.unwrap().len(), 1);
    let late = store.add_review(&ann(), review("a1", ReviewDecision::Rejected, "a mask"), NOW + 2).await;
    assert_eq!(conflict(late), Conflict::Cleared);
}
