//! Sessions of a study: labels, consent, and the erasure of a person.

use crate::accounts::{Account, NewAccount};
use crate::blobs::session_prefix;
use crate::cipher::sha256_hex;
use crate::database::{Write, database_error};
use crate::entropy::random_hex;
use crate::error::{Conflict, Entity, Error, Result};
use crate::pending_deletions::{self, IMMEDIATELY};
use crate::sessions::{self, FailureReason, Session, SessionState};
use crate::settings::AccountSettings;
use crate::{Millis, Store};
use nearfar_protocol::study::{ConsentState, Half, Labels, MAX_CONSENT_BYTES, PersonCode, StudyError};
use sqlx::any::AnyRow;
use sqlx::{Any, Executor, FromRow, Row};

/// The account that sessions of a study belong to.
const ACCOUNT: &str = "study";
/// What ids of a study's sessions begin with, and no others: where their files go is told by the id.
const PREFIX: &str = "study-";
/// When a study's sessions are cleared by their time: never.
const NEVER: Millis = Millis::MAX;

/// Whether a session is one of a study, by its id.
pub fn is_study(session_id: &str) -> bool {
    session_id.starts_with(PREFIX)
}

/// A text of consent and its version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsentText {
    version: String,
    body: String,
}

impl ConsentText {
    /// The text that the bytes are. Its version is its name and the SHA-256 of these bytes.
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

/// What a new session of a study is made of.
#[derive(Clone, Debug)]
pub struct NewStudySession {
    /// Who is shown.
    pub person: PersonCode,
    /// Who presents an attack and is asked for consent; none: the person shown.
    pub presenter: Option<PersonCode>,
    /// What is before the camera.
    pub labels: Labels,
    /// What they are asked to agree to.
    pub consent: ConsentText,
    /// How many tries there are.
    pub tries: u32,
    /// When no capture may be started any more.
    pub expires_at: Millis,
}

/// What is kept of a session of a study besides the session.
#[derive(Clone, Debug, PartialEq)]
pub struct StudySession {
    /// The session.
    pub session_id: String,
    /// Who is shown.
    pub person: PersonCode,
    /// Who presents an attack and is asked for consent; none: the person shown.
    pub presenter: Option<PersonCode>,
    /// Which half of an export the person shown is in.
    pub half: Half,
    /// What is before the camera.
    pub labels: Labels,
    /// The version of the text that they are asked to agree to.
    pub consent_version: String,
    /// When they agreed.
    pub agreed_at: Option<Millis>,
    /// When they declined, or withdrew.
    pub declined_at: Option<Millis>,
    /// When it was made.
    pub created_at: Millis,
}

impl StudySession {
    /// Who is asked for consent.
    pub fn asked(&self) -> &PersonCode {
        self.presenter.as_ref().unwrap_or(&self.person)
    }

    /// Where their consent stands.
    pub fn consent(&self) -> ConsentState {
        match (self.agreed_at, self.declined_at) {
            (_, Some(_)) => ConsentState::Declined,
            (Some(_), None) => ConsentState::Agreed,
            (None, None) => ConsentState::Asked,
        }
    }
}

/// What was erased for a person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StudyErasure {
    /// Sessions, with their labels and consent.
    pub sessions: u64,
    /// Captures that were received.
    pub captures: u64,
    /// Their files, videos among them.
    pub files: u64,
    /// Videos.
    pub videos: u64,
    /// Sessions whose files could not be deleted now. They can no longer be read, and a sweep deletes them.
    pub deferred: u64,
}

const COLUMNS: &str = "s.session_id, s.person, s.presenter, p.half, s.labels, s.consent_version, s.agreed_at, \
    s.declined_at, s.created_at FROM study_sessions s JOIN study_people p ON p.person = s.person";

impl Store {
    /// The account that a study's sessions belong to: made on first use, with videos. Nobody knows its secret key until
    /// it is rotated.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn study_account(&self, now: Millis) -> Result<Account> {
        match self.account(ACCOUNT).await {
            Err(Error::NotFound(_)) => {}
            found => return found,
        }
        let settings = AccountSettings { video: true, ..AccountSettings::default() };
        let new = NewAccount { name: "Study".into(), expires_at: None, settings };
        match self.create_account_with(ACCOUNT.into(), new, now).await {
            // Another program was faster.
            Err(Error::Conflict(Conflict::IdTaken)) => self.account(ACCOUNT).await,
            made => Ok(made?.0),
        }
    }

    /// Makes a session of a study. Whoever is asked for consent has to agree before a nonce is issued.
    ///
    /// # Errors
    /// [`Error::Invalid`] for labels that do not fit together. [`Conflict::NoConsent`] where somebody else presents the
    /// person, who has not agreed before in a session of their own.
    pub async fn create_study_session(&self, new: NewStudySession, now: Millis) -> Result<Session> {
        new.labels.validate(new.presenter.is_some()).map_err(|error| Error::invalid("labels", error))?;
        let labels = serde_json::to_string(&new.labels).map_err(|error| Error::Internal(error.to_string()))?;
        let account = self.study_account(now).await?;
        let id = format!("{PREFIX}{}", random_hex(8, &self.entropy));
        let mut write = self.database.write().await?;
        if new.presenter.as_ref().is_some_and(|presenter| *presenter != new.person) {
            require_consent(&mut write, &new.person).await?;
        }
        let query = format!(
            "INSERT INTO sessions ({}) VALUES ($1, $2, $3, 0, 'open', NULL, NULL, NULL, NULL, NULL, $4, NULL, 0, 0, 0, \
             0, 0, 0, NULL, $5, $6, $7, NULL, NULL) RETURNING {}",
            sessions::COLUMNS,
            sessions::COLUMNS
        );
        let session = sqlx::query_as(sqlx::AssertSqlSafe(query))
            .bind(&id)
            .bind(&account.id)
            .bind(account.token_epoch)
            .bind(i64::from(new.tries))
            .bind(now)
            .bind(new.expires_at)
            .bind(NEVER)
            .fetch_one(&mut *write)
            .await
            .map_err(database_error)?;
        save_consent_text(&mut write, &new.consent, now).await?;
        insert_person(&mut write, &new.person, now).await?;
        sqlx::query(
            "INSERT INTO study_sessions (session_id, person, presenter, labels, consent_version, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(&id)
        .bind(new.person.as_str())
        .bind(new.presenter.as_ref().map(PersonCode::as_str))
        .bind(labels)
        .bind(new.consent.version())
        .bind(now)
        .execute(&mut *write)
        .await
        .map_err(database_error)?;
        write.commit().await?;
        Ok(session)
    }

    /// What is kept of a session of a study.
    ///
    /// # Errors
    /// [`Error::NotFound`], also once it is cleared.
    pub async fn study_session(&self, session_id: &str) -> Result<StudySession> {
        find(self.database.pool(), session_id).await
    }

    /// All sessions of the study, oldest first.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn study_sessions(&self) -> Result<Vec<StudySession>> {
        let query = format!("SELECT {COLUMNS} ORDER BY s.created_at, s.session_id");
        sqlx::query_as(sqlx::AssertSqlSafe(query)).fetch_all(self.database.pool()).await.map_err(database_error)
    }

    /// A text of consent as it was when a session was made with it.
    ///
    /// # Errors
    /// [`Error::Corrupt`] if it is missing.
    pub async fn consent_text(&self, version: &str) -> Result<String> {
        let query = "SELECT body FROM study_texts WHERE version = $1";
        let body = sqlx::query_scalar(query).bind(version).fetch_optional(self.database.pool()).await;
        body.map_err(database_error)?.ok_or_else(|| Error::corrupt("text of consent", "missing"))
    }

    /// Keeps the answer of whoever is asked. Saying the same again is no error. Who declines, before or after having
    /// agreed, ends the session.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a session that is none of a study; [`Conflict::Finished`] to agree after having declined;
    /// [`Conflict::Expired`]; [`Conflict::Cleared`].
    pub async fn answer_consent(&self, session_id: &str, agrees: bool, now: Millis) -> Result<StudySession> {
        let mut write = self.database.write().await?;
        let mut session = sessions::lock(&mut write, session_id).await?;
        if session.state == SessionState::Cleared {
            return Err(Conflict::Cleared.into());
        }
        let kept = find(&mut *write, session_id).await?;
        let statement = match (agrees, kept.consent()) {
            (true, ConsentState::Agreed) | (false, ConsentState::Declined) => return Ok(kept),
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
            session.state = SessionState::Failed;
            session.failure = Some(FailureReason::Declined);
            session.finished_at = Some(now);
            sessions::save(&mut write, &session).await?;
        }
        let answered = find(&mut *write, session_id).await?;
        write.commit().await?;
        Ok(answered)
    }

    /// Erases every session of a study that shows a person or that they present: captures, videos, labels, consent and
    /// the session itself. A count is left. From the first moment on nothing of it can be read.
    ///
    /// # Errors
    /// [`Error::Unavailable`]: nothing was erased.
    pub async fn erase_person(&self, person: &PersonCode, now: Millis) -> Result<StudyErasure> {
        let erased = self.with_reserved_space(|| self.erase_sessions(person, now)).await;
        self.reserve.fill().await;
        let (mut erased, sessions) = erased?;
        let flushed = self.database.flush_log().await;
        for id in sessions {
            if let Err(error) = self.delete_pending(&session_prefix(&id)).await {
                tracing::warn!(%error, "files of an erased person are left to the sweep");
                erased.deferred += 1;
            }
        }
        // The files that are gone may have made the room that it needs.
        if flushed.is_err() {
            self.database.flush_log().await?;
        }
        Ok(erased)
    }

    async fn erase_sessions(&self, person: &PersonCode, now: Millis) -> Result<(StudyErasure, Vec<String>)> {
        let mut write = self.database.write().await?;
        let query = "SELECT session_id FROM study_sessions WHERE person = $1 OR presenter = $1 ORDER BY session_id";
        let ids = sqlx::query_scalar(query).bind(person.as_str()).fetch_all(&mut *write).await;
        let ids: Vec<String> = ids.map_err(database_error)?;
        let mut erased = StudyErasure::default();
        for id in &ids {
            sessions::lock(&mut write, id).await?;
            let query = "SELECT COUNT(*), COUNT(CASE WHEN name = 'video' THEN 1 END), COUNT(DISTINCT attempt_id) \
                         FROM files WHERE session_id = $1";
            let counts = sqlx::query_as(query).bind(id).fetch_one(&mut *write).await;
            let (files, videos, captures): (i64, i64, i64) = counts.map_err(database_error)?;
            erased.sessions += 1;
            erased.files += files.unsigned_abs();
            erased.videos += videos.unsigned_abs();
            erased.captures += captures.unsigned_abs();
            pending_deletions::schedule(&mut write, &session_prefix(id), IMMEDIATELY).await?;
            let gone = sqlx::query("DELETE FROM sessions WHERE id = $1").bind(id).execute(&mut *write).await;
            gone.map_err(database_error)?;
        }
        if erased.sessions > 0 {
            delete_unreferenced_people(&mut write).await?;
            let count = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
            sqlx::query(
                "INSERT INTO study_erasures (id, erased_at, sessions, captures, files) VALUES ($1, $2, $3, $4, $5)",
            )
            .bind(random_hex(8, &self.entropy))
            .bind(now)
            .bind(count(erased.sessions))
            .bind(count(erased.captures))
            .bind(count(erased.files))
            .execute(&mut *write)
            .await
            .map_err(database_error)?;
            write.commit().await?;
        }
        Ok((erased, ids))
    }
}

/// Forgets who is shown by no session any more.
pub(crate) async fn delete_unreferenced_people(write: &mut Write) -> Result<()> {
    let query = "DELETE FROM study_people WHERE person NOT IN (SELECT person FROM study_sessions)";
    sqlx::query(query).execute(&mut **write).await.map_err(database_error)?;
    Ok(())
}

/// Refuses a capture in a session of a study to which nobody has agreed.
pub(crate) async fn check_consent(write: &mut Write, session_id: &str) -> Result<()> {
    if !is_study(session_id) {
        return Ok(());
    }
    let session = find(&mut **write, session_id).await?;
    if session.consent() != ConsentState::Agreed {
        return Err(Conflict::NoConsent.into());
    }
    // Whoever is shown by somebody else may have withdrawn since.
    require_consent(write, &session.person).await
}

/// Refuses what shows somebody who has agreed in no session, or has withdrawn in each.
async fn require_consent(write: &mut Write, person: &PersonCode) -> Result<()> {
    let query = "SELECT COUNT(*) FROM study_sessions WHERE COALESCE(presenter, person) = $1 \
                 AND agreed_at IS NOT NULL AND declined_at IS NULL";
    let agreed = sqlx::query_scalar(query).bind(person.as_str()).fetch_one(&mut **write).await;
    let agreed: i64 = agreed.map_err(database_error)?;
    if agreed == 0 { Err(Conflict::NoConsent.into()) } else { Ok(()) }
}

async fn find<'e>(executor: impl Executor<'e, Database = Any>, session_id: &str) -> Result<StudySession> {
    let query = format!("SELECT {COLUMNS} WHERE s.session_id = $1");
    let found = sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(session_id).fetch_optional(executor).await;
    found.map_err(database_error)?.ok_or(Error::NotFound(Entity::Session))
}

async fn save_consent_text(write: &mut Write, text: &ConsentText, now: Millis) -> Result<()> {
    let query = "INSERT INTO study_texts (version, body, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    let kept = sqlx::query(query).bind(text.version()).bind(text.body()).bind(now).execute(&mut **write).await;
    kept.map_err(database_error)?;
    Ok(())
}

/// A new person goes into the smaller half, and stays there: thresholds were perhaps chosen on it since.
async fn insert_person(write: &mut Write, person: &PersonCode, now: Millis) -> Result<()> {
    let query = "SELECT COUNT(CASE WHEN half = 'fit' THEN 1 END), COUNT(CASE WHEN half = 'test' THEN 1 END) \
                 FROM study_people";
    let (fit, test): (i64, i64) = sqlx::query_as(query).fetch_one(&mut **write).await.map_err(database_error)?;
    let half = if test < fit { Half::Test } else { Half::Fit };
    let query = "INSERT INTO study_people (person, half, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    let kept = sqlx::query(query).bind(person.as_str()).bind(half.to_string()).bind(now).execute(&mut **write).await;
    kept.map_err(database_error)?;
    Ok(())
}

impl FromRow<'_, AnyRow> for StudySession {
    fn from_row(row: &AnyRow) -> sqlx::Result<Self> {
        let code = |text: String| PersonCode::try_from(text).map_err(|error| sqlx::Error::Decode(error.into()));
        let labels: String = row.try_get("labels")?;
        Ok(StudySession {
            session_id: row.try_get("session_id")?,
            person: code(row.try_get("person")?)?,
            presenter: row.try_get::<Option<String>, _>("presenter")?.map(code).transpose()?,
            half: match row.try_get("half")? {
                "fit" => Half::Fit,
                "test" => Half::Test,
                other => return Err(sqlx::Error::Decode(format!("half {other:?}").into())),
            },
            labels: serde_json::from_str(&labels).map_err(|error| sqlx::Error::Decode(error.into()))?,
            consent_version: row.try_get("consent_version")?,
            agreed_at: row.try_get("agreed_at")?,
            declined_at: row.try_get("declined_at")?,
            created_at: row.try_get("created_at")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_of_a_text_counts_for_its_version() {
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
