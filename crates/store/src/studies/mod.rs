//! Sessions of a study: labels, consent, and the erasure of a person.

mod consent;
mod erasure;

pub use consent::ConsentText;
pub(crate) use consent::check_consent;
pub use erasure::StudyErasure;
pub(crate) use erasure::delete_unreferenced_people;

use crate::accounts::{Account, NewAccount};
use crate::audit::Actor;
use crate::database::{Write, database_error};
use crate::entropy::random_hex;
use crate::error::{Conflict, Entity, Error, Result};
use crate::sessions::{self, Session};
use crate::settings::AccountSettings;
use crate::statistics::{Increments, Metric};
use crate::{Millis, Store};
use consent::{require_consent, save_consent_text};
use nearfar_protocol::study::{ConsentState, Half, Labels, PersonCode};
use sqlx::any::AnyRow;
use sqlx::{Any, Executor, FromRow, Row};

/// The account that owns study sessions.
pub(crate) const ACCOUNT: &str = "study";
/// Prefix of the ids of study sessions, and of no others. It decides where their files are stored.
const PREFIX: &str = "study-";
/// Study sessions never expire by retention time.
const NEVER: Millis = Millis::MAX;

/// Whether the id belongs to a study session.
pub fn is_study(session_id: &str) -> bool {
    session_id.starts_with(PREFIX)
}

/// Whether the account owns the sessions of the study.
pub(crate) fn is_study_account(account: &Account) -> bool {
    account.id == ACCOUNT
}

/// A new study session.
#[derive(Clone, Debug)]
pub struct NewStudySession {
    /// The person shown.
    pub person: PersonCode,
    /// The person who presents an attack and is asked for consent; `None`: the person shown.
    pub presenter: Option<PersonCode>,
    /// Labels of the presentation.
    pub labels: Labels,
    /// The text to agree to.
    pub consent: ConsentText,
    /// Number of tries.
    pub tries: u32,
    /// When no capture may start any more.
    pub expires_at: Millis,
}

/// Study data of a session.
#[derive(Clone, Debug, PartialEq)]
pub struct StudySession {
    /// The session.
    pub session_id: String,
    /// The person shown.
    pub person: PersonCode,
    /// The person who presents an attack and is asked for consent; `None`: the person shown.
    pub presenter: Option<PersonCode>,
    /// The export half of the person shown.
    pub half: Half,
    /// Labels of the presentation.
    pub labels: Labels,
    /// The version of the consent text.
    pub consent_version: String,
    /// When they agreed.
    pub agreed_at: Option<Millis>,
    /// When they declined, or withdrew.
    pub declined_at: Option<Millis>,
    /// Creation time.
    pub created_at: Millis,
}

impl StudySession {
    /// The person who is asked for consent.
    pub fn consenting_person(&self) -> &PersonCode {
        self.presenter.as_ref().unwrap_or(&self.person)
    }

    /// The state of consent.
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
    /// The account that owns study sessions, created on first use with videos enabled. Its secret key is unknown until
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
        let new = NewAccount { name: "Study".into(), settings, ..NewAccount::default() };
        match self.create_account_with(ACCOUNT.into(), Some(&Actor::Service), new, now).await {
            // Another process created it first.
            Err(Error::Conflict(Conflict::IdTaken)) => self.account(ACCOUNT).await,
            made => Ok(made?.0),
        }
    }

    /// Creates a study session. The person asked must consent before a nonce is issued.
    ///
    /// # Errors
    /// [`Error::Invalid`] for inconsistent labels. [`Conflict::NoConsent`] if somebody else presents the person, who
    /// has not consented in a session of their own.
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
             0, 0, 0, NULL, $5, $6, $7, NULL, NULL, NULL, 1, NULL, NULL, NULL, NULL, NULL, NULL, NULL) RETURNING {}",
            sessions::COLUMNS,
            sessions::COLUMNS
        );
        let session: Session = sqlx::query_as(sqlx::AssertSqlSafe(query))
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
        self.count(&mut write, Increments::of(&session, Metric::Created));
        write.commit().await?;
        Ok(session)
    }

    /// The study data of a session.
    ///
    /// # Errors
    /// [`Error::NotFound`], also after erasure.
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

/// A new person joins the smaller half and stays there: thresholds may have been chosen on it since.
async fn insert_person(write: &mut Write, person: &PersonCode, now: Millis) -> Result<()> {
    let query = "SELECT COUNT(CASE WHEN half = 'fit' THEN 1 END), COUNT(CASE WHEN half = 'test' THEN 1 END) \
                 FROM study_people";
    let (fit, test): (i64, i64) = sqlx::query_as(query).fetch_one(&mut **write).await.map_err(database_error)?;
    let half = if test < fit { Half::Test } else { Half::Fit };
    let query = "INSERT INTO study_people (person, half, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    let inserted =
        sqlx::query(query).bind(person.as_str()).bind(half.to_string()).bind(now).execute(&mut **write).await;
    inserted.map_err(database_error)?;
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
