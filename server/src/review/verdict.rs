//! The verdict on a session or an attempt as a headline and a sentence with the reason.

use nearfar_protocol::result::{Decision, ResultCode};
use nearfar_scoring::{Check, CheckOutcome, Outcome};
use nearfar_store::{AttemptOutcome, FailureReason, SessionState};

use super::words::check_words;
use super::{AttemptReview, SessionReview};

/// The tone of a verdict: its colour and its mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// A living person who passed.
    Live,
    /// An attack.
    Attack,
    /// No decision, or a decision that needs attention.
    Inconclusive,
    /// Nothing is decided yet, or nothing is left.
    Waiting,
}

impl Tone {
    /// The CSS class.
    pub fn class(self) -> &'static str {
        match self {
            Tone::Live => "live",
            Tone::Attack => "attack",
            Tone::Inconclusive => "inconclusive",
            Tone::Waiting => "waiting",
        }
    }

    /// A mark that does not depend on colour.
    pub fn mark(self) -> &'static str {
        match self {
            Tone::Live => "✓",
            Tone::Attack => "✗",
            Tone::Inconclusive => "?",
            Tone::Waiting => "…",
        }
    }
}

/// A verdict in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Banner {
    /// The tone.
    pub tone: Tone,
    /// The headline, such as "Live person".
    pub headline: String,
    /// The reason in one or two sentences.
    pub reason: String,
}

impl Banner {
    fn new(tone: Tone, headline: impl Into<String>, reason: impl Into<String>) -> Self {
        Banner { tone, headline: headline.into(), reason: reason.into() }
    }
}

/// The verdict on a session at the time `now`, Unix ms.
pub fn of_session(review: &SessionReview, now: i64) -> Banner {
    let session = &review.session;
    let scored = review.deciding_attempt().filter(|deciding| deciding.attempt.outcome.is_some());
    match session.state {
        SessionState::Cleared => Banner::new(Tone::Waiting, "Erased", "The data of this session was erased."),
        SessionState::Scoring => {
            Banner::new(Tone::Waiting, "Waiting for the score", "A capture arrived and is being scored.")
        }
        SessionState::Failed if session.failure == Some(FailureReason::RetryLimit) => Banner::new(
            Tone::Inconclusive,
            "Too many starts",
            "The person started more captures than the account allows.",
        ),
        SessionState::Failed if session.failure == Some(FailureReason::Declined) => {
            Banner::new(Tone::Waiting, "Declined", "The person declined to take part in the study.")
        }
        SessionState::Passed | SessionState::Failed | SessionState::Open => match scored {
            Some(deciding) => {
                let mut banner = of_attempt(deciding, session.state == SessionState::Passed);
                if session.state == SessionState::Open {
                    let over = session.is_expired(now);
                    let next = if over { "The session has expired." } else { "The person may try again." };
                    banner.reason = format!("{} {next}", banner.reason);
                }
                banner
            }
            None if session.is_expired(now) && session.starts > 0 => {
                Banner::new(Tone::Waiting, "Expired", "The person started, but no capture arrived in time.")
            }
            None if session.is_expired(now) => {
                Banner::new(Tone::Waiting, "Expired", "The person did not start the capture in time.")
            }
            None if session.starts > 0 => {
                Banner::new(Tone::Waiting, "Waiting for the capture", "The person started, but no capture has arrived.")
            }
            None => Banner::new(Tone::Waiting, "Waiting for the person", "The person has not started."),
        },
    }
}

/// The verdict on an attempt. `passed` is the decision of the service, by the passing score of that time.
pub fn of_attempt(review: &AttemptReview, passed: bool) -> Banner {
    match &review.attempt.outcome {
        Some(outcome) => scored(outcome, &review.checks, passed),
        None if review.upload.is_some() => {
            Banner::new(Tone::Waiting, "Waiting for the score", "The capture arrived and is not scored yet.")
        }
        None => Banner::new(Tone::Waiting, "Nothing received", "The capture was started, but nothing arrived."),
    }
}

fn scored(outcome: &AttemptOutcome, checks: &[CheckOutcome], passed: bool) -> Banner {
    let code = ResultCode::from_code(&outcome.code);
    let decision = code.map_or(Decision::Inconclusive, |code| Decision::of(code, outcome.score));
    let score = outcome.score.unwrap_or_default();
    match decision {
        Decision::Live if passed => Banner::new(Tone::Live, format!("Live person, score {score}"), live_reason(checks)),
        Decision::Live => Banner::new(
            Tone::Inconclusive,
            format!("Not passed, score {score}"),
            format!("The evidence is for a living person, but the score {score} is below the passing score."),
        ),
        Decision::Attack => Banner::new(
            Tone::Attack,
            match outcome.attack_type {
                Some(1) => "Attack: something was held in front of the camera".to_owned(),
                Some(2) => "Attack: not captured by the page".to_owned(),
                Some(3) => "Attack: far and near are not one capture".to_owned(),
                _ => format!("Attack, score {score}"),
            },
            failure_reason(checks).unwrap_or_else(|| "All evidence together is against a living person.".to_owned()),
        ),
        Decision::Inconclusive => Banner::new(
            Tone::Inconclusive,
            match code {
                Some(ResultCode::FaceQualityTooPoor) => "Inconclusive",
                Some(ResultCode::TooManyFacesDetected) => "Not scored: more than one face",
                Some(ResultCode::NoFaceDetected) => "Not scored: no face",
                Some(ResultCode::InvalidFaceDetected) => "Not scored: the face is not as asked for",
                Some(ResultCode::FaceOccluded) => "Not scored: the face is covered",
                Some(ResultCode::Success) | None => "Not scored",
            },
            failure_reason(checks).unwrap_or_else(|| "The attempt could not be scored.".to_owned()),
        ),
    }
}

fn live_reason(checks: &[CheckOutcome]) -> String {
    let doubts: Vec<&str> =
        checks.iter().filter(|outcome| is_against(outcome)).map(|outcome| check_words(outcome.check).failed).collect();
    match doubts.as_slice() {
        [] if checks.is_empty() => "No check is stored.".to_owned(),
        [] => "The face has depth, and all checks passed.".to_owned(),
        doubts => format!("The face has depth, and the checks passed, but: {}", doubts.join(" ")),
    }
}

/// The failed checks in words, at most three, and the reason of the first one.
fn failure_reason(checks: &[CheckOutcome]) -> Option<String> {
    let failed: Vec<&CheckOutcome> = checks.iter().filter(|outcome| outcome.has_failed()).collect();
    let first = failed.first()?;
    let sentences: Vec<&str> = failed.iter().take(3).map(|outcome| check_words(outcome.check).failed).collect();
    let more = match failed.len() {
        0..=3 => String::new(),
        count => format!(" {} more checks failed.", count - 3),
    };
    let note = if first.note.is_empty() { String::new() } else { format!(" Detail: {}.", first.note) };
    Some(format!("{}{more}{note}", sentences.join(" ")))
}

/// Whether a check that never fails speaks against the capture: it has a penalty.
pub fn is_against(outcome: &CheckOutcome) -> bool {
    outcome.outcome != Outcome::Failed && outcome.figures.get("doubt").is_some_and(|penalty| *penalty > 0.0)
}

/// The evidence of a program in the outcome of [`Check::Source`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProgramEvidence {
    /// The browser says that a program drives it.
    Driven,
    /// Other evidence.
    Suspected,
}

/// Whether a program took part, as far as the page and the files show it.
pub fn program_evidence(checks: &[CheckOutcome]) -> Option<ProgramEvidence> {
    let source = checks.iter().find(|outcome| outcome.check == Check::Source)?;
    if source.figures.get("automation").is_some_and(|found| *found > 0.0) {
        return Some(ProgramEvidence::Driven);
    }
    is_against(source).then_some(ProgramEvidence::Suspected)
}

impl ProgramEvidence {
    /// The warning for the reviewer.
    pub fn text(self) -> &'static str {
        match self {
            ProgramEvidence::Driven => {
                "This capture was driven by a program: the browser reported that it is automated. Do not accept \
                 it as a person's without further proof."
            }
            ProgramEvidence::Suspected => {
                "A program may have supplied the pictures of this capture. This is evidence, not proof: a phone used as \
                 a webcam shows some of it."
            }
        }
    }
}
