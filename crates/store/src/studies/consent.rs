//! Consent to a study: its text, the person's answer, and the check before a capture.

use super::{StudySession, find, is_study};
use crate::cipher::sha256_hex;
use crate::database::{Write, database_error};
use crate::error::{Conflict, Error, Result};
use crate::sessions::{self, FailureReason, SessionState};
use crate::statistics::Increments;
use crate::webhooks::record_event;
use crate::{Millis, Store};
use nearfar_protocol::study::{ConsentState, MAX_CONSENT_BYTES, PersonCode, StudyError};
use nearfar_protocol::webhook::EventType;

/// A consent text and its version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsentText {
    version: String,
    body: String,
}

impl ConsentText {
    /// Parses a text. Its version is the name and the SHA-256 of these bytes.
    ///
    /// ```
    /// use nearfar_store::ConsentText;
    ///
    /// let text = ConsentText::new("2026-01", b"We photograph your face.").unwrap();
    /// assert!(text.version().starts_with("2026-01@"));
    /// assert_eq!(text.body(), "We photograph your face.");
    /// ```
    ///
    /// # Errors
    /// [`StudyError::Consent`] and [`StudyError::ConsentName`].
    pub fn new(name: &str, bytes: &[u8]) -> Result<Self, StudyError> {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
        if name.is_empty() || name.len() > 40 || !name.bytes().all(is_plain) {
            return Err(StudyError::ConsentName(name.to_owned()));
        }
        let body = std::str::from_utf8(bytes).map_err(|_| StudyError::Consent)?;
        let is_control = |letter: char| letter.is_control() && !matches!(letter, '\n' | '\r' | '\t');
        if body.trim().is_empty() || bytes.len() > MAX_CONSENT_BYTES || body.contains(is_control) {
            return Err(StudyError::Consent);
        }
        Ok(Self { version: format!("{name}@{}", sha256_hex(bytes)), body: body.to_owned() })
    }

    /// `NAME@SHA256`, the hash in hex.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The text.
    pub fn body(&self) -> &str {
        &self.body
    }
}

impl Store {
    /// The consent text of a version.
    ///
    /// # Errors
    /// [`Error::Corrupt`] if it is missing.
    pub async fn consent_text(&self, version: &str) -> Result<String> {
        let query = "SELECT body FROM study_texts WHERE version = $1";
        let body = sqlx::query_scalar(query).bind(version).fetch_optional(self.database.pool()).await;
        body.map_err(database_error)?.ok_or_else(|| Error::corrupt("text of consent", "missing"))
    }

    /// Stores the answer. Repeating it succeeds. Declining, before or after agreeing, ends the session.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a session outside a study; [`Conflict::Finished`] when agreeing after declining;
    /// [`Conflict::Expired`]; [`Conflict::Cleared`].
    pub async fn answer_consent(&self, session_id: &str, agrees: bool, now: Millis) -> Result<StudySession> {
        let mut write = self.database.write().await?;
        let mut session = sessions::lock(&mut write, session_id).await?;
        if session.state == SessionState::Cleared {
            return Err(Conflict::Cleared.into());
        }
        let stored = find(&mut *write, session_id).await?;
        let statement = match (agrees, stored.consent()) {
            (true, ConsentState::Agreed) | (false, ConsentState::Declined) => return Ok(stored),
            (true, ConsentState::Declined) => return Err(Conflict::Finished.into()),
            (true, ConsentState::Asked) => {
                session.check_unfinished()?;
                if session.is_expired(now) {
                    return Err(Conflict::Expired.into());
                }
                "UPDATE study_sessions SET agreed_at = $2 WHERE session_id = $1"
            }
            (false, ConsentState::Asked | ConsentState::Agreed) => {
                "UPDATE study_sessions SET declined_at = $2 WHERE session_id = $1"
            }
        };
        sqlx::query(statement).bind(session_id).bind(now).execute(&mut *write).await.map_err(database_error)?;
        if !agrees && session.check_unfinished().is_ok() {
            let before = session.state;
            session.state = SessionState::Failed;
            session.failure = Some(FailureReason::Declined);
            session.finished_at = Some(now);
            sessions::save(&mut write, &session).await?;
            let failed = EventType::SessionFailed;
            record_event(&mut write, &self.entropy, (&session.account_id, &session.id), failed, now).await?;
            let mut increments = Increments::default();
            increments.add_end(before, &session);
            self.count(&mut write, increments);
        }
        let answered = find(&mut *write, session_id).await?;
        write.commit().await?;
        Ok(answered)
    }
}

/// Rejects a capture in a study session without consent.
pub(crate) async fn check_consent(write: &mut Write, session_id: &str) -> Result<()> {
    if !is_study(session_id) {
        return Ok(());
    }
    let session = find(&mut **write, session_id).await?;
    if session.consent() != ConsentState::Agreed {
        return Err(Conflict::NoConsent.into());
    }
    // A presented person may have withdrawn since.
    require_consent(write, &session.person).await
}

/// Rejects a presentation of a person without a standing consent in any session.
pub(super) async fn require_consent(write: &mut Write, person: &PersonCode) -> Result<()> {
    let query = "SELECT COUNT(*) FROM study_sessions WHERE COALESCE(presenter, person) = $1 \
                 AND agreed_at IS NOT NULL AND declined_at IS NULL";
    let agreed = sqlx::query_scalar(query).bind(person.as_str()).fetch_one(&mut **write).await;
    let agreed: i64 = agreed.map_err(database_error)?;
    if agreed == 0 { Err(Conflict::NoConsent.into()) } else { Ok(()) }
}

pub(super) async fn save_consent_text(write: &mut Write, text: &ConsentText, now: Millis) -> Result<()> {
    let query = "INSERT INTO study_texts (version, body, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    let stored = sqlx::query(query).bind(text.version()).bind(text.body()).bind(now).execute(&mut **write).await;
    stored.map_err(database_error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_of_a_consent_text_changes_its_version() {
        let version = |name: &str, bytes: &[u8]| ConsentText::new(name, bytes).map(|text| text.version().to_owned());
        let sha = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(version("v1", b"abc").unwrap(), format!("v1@{sha}"));
        assert_ne!(version("v1", b"abc\n"), version("v1", b"abc"));
        for wrong in [&b""[..], b" \n", b"\xff", b"a\0b", &[b'a'; MAX_CONSENT_BYTES + 1]] {
            assert_eq!(version("v1", wrong), Err(StudyError::Consent));
        }
        assert_eq!(version("a@b", b"abc"), Err(StudyError::ConsentName("a@b".into())));
    }
}
