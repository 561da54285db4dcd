//! What a reviewer sees of a session: the verdict, every check with its limits, the timeline, and the decisions made.
//!
//! `nearfar-server show` and the console render the same [`SessionReview`]; they differ in where the pictures come from.

pub mod checks;
pub mod depth_map;
pub mod figures;
pub mod meter;
pub mod page;
pub mod pictures;
pub mod problems;
pub mod time;
pub mod timeline;
pub mod verdict;
pub mod words;

use anyhow::Context;
use nearfar_protocol::manifest::Manifest;
use nearfar_scoring::CheckOutcome;
use nearfar_store::{Attempt, AttemptState, FileEntry, MANIFEST, ProblemReport, Session, Store};

use crate::stored::manifest::parse_manifest;

/// The styles of [`page::session`], for both pages.
pub const STYLE: &str = include_str!("review.css");

/// A session with everything that is stored about it, without the contents of pictures.
#[derive(Clone, Debug)]
pub struct SessionReview {
    /// The session.
    pub session: Session,
    /// Its attempts, oldest first; none after erasure.
    pub attempts: Vec<AttemptReview>,
    /// What the page reported, oldest first.
    pub problems: Vec<ProblemReport>,
}

/// An attempt with what is stored about it.
#[derive(Clone, Debug)]
pub struct AttemptReview {
    /// The attempt.
    pub attempt: Attempt,
    /// The outcome of every check; empty before scoring and in a sandbox.
    pub checks: Vec<CheckOutcome>,
    /// The upload; `None` before it arrives.
    pub upload: Option<UploadReview>,
}

/// An upload.
#[derive(Clone, Debug)]
pub struct UploadReview {
    /// The page's report.
    pub manifest: Manifest,
    /// All files.
    pub files: Vec<FileEntry>,
}

/// Reads a session for review. It reads the manifests, but no picture.
///
/// # Errors
/// For an unknown session, for stored data that cannot be read, and errors of the store.
pub async fn load(store: &Store, session: Session) -> anyhow::Result<SessionReview> {
    let mut attempts = Vec::new();
    for attempt in store.attempts(&session.id).await? {
        attempts.push(load_attempt(store, attempt).await?);
    }
    let problems = store.reports(&session.id).await?;
    Ok(SessionReview { session, attempts, problems })
}

async fn load_attempt(store: &Store, attempt: Attempt) -> anyhow::Result<AttemptReview> {
    let checks = match &attempt.outcome {
        Some(outcome) => serde_json::from_str(&outcome.checks).context("the stored checks")?,
        None => Vec::new(),
    };
    let upload = match attempt.state {
        AttemptState::Issued => None,
        AttemptState::Received | AttemptState::Scored => {
            let manifest = store.file(&attempt.session_id, &attempt.id, MANIFEST).await?;
            let files = store.files(&attempt.session_id, &attempt.id).await?;
            Some(UploadReview { manifest: parse_manifest(&manifest)?, files })
        }
    };
    Ok(AttemptReview { attempt, checks, upload })
}

impl SessionReview {
    /// The attempt that decided the session; before that, the last one.
    pub fn deciding_attempt(&self) -> Option<&AttemptReview> {
        let result = self.session.result_attempt.as_deref();
        let decided = self.attempts.iter().find(|review| Some(review.attempt.id.as_str()) == result);
        decided.or_else(|| self.attempts.last())
    }
}
