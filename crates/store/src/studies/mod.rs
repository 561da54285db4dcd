//! Sessions of a study: labels, consent, and the erasure of a person.

mod consent;
mod erasure;

pub use consent::ConsentText;
pub(crate) use consent::check_consent;
pub use erasure::StudyErasure;
pub(crate) use erasure::delete_unreferenced_people;

use crate::accounts::{Account, NewAccount};
use crate::database::{Write, database_error};
use crate::entropy::random_hex;
use crate::error::{Conflict, Entity, Error, Result};
use crate::sessions::{self, Session};
use crate::settings::AccountSettings;
use crate::{Millis, Store};
use consent::{require_consent, save_consent_text};
use nearfar_protocol::study::{ConsentState, Half, Labels, PersonCode};
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
}

async fn find<'e>(executor: impl Executor<'e, Database = Any>, session_id: &str) -> Result<StudySession> {
    let query = format!("SELECT {COLUMNS} WHERE s.session_id = $1");
    let found = sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(session_id).fetch_optional(executor).await;
    found.map_err(database_error)?.ok_or(Error::NotFound(Entity::Session))
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
