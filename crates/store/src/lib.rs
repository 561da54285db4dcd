//! The memory of the nearfar service: accounts, sessions, attempts and captured files.
//!
//! All state is in one database (SQLite or PostgreSQL) and one object store (a local folder or S3), so that many
//! instances of the service can work on the same. What a method has returned `Ok` for survives a crash; what it
//! has not is either not there at all or found done when it is tried again.
//!
//! # Use
//! [`Store`] is cheap to clone; every method is one method of it. Times are Unix milliseconds handed in by the
//! caller, and random bytes come from the [`Entropy`] given to [`Store::open`].
//!
//! 1. An account: [`Store::create_account`] (tells the secret once), [`Store::account_by_access_key`],
//!    [`Store::account_secret`] to check a signature, [`Store::server_secret`] for the key that signs tokens.
//! 2. A session: [`Store::create_session`] with an id drawn by the caller; read by [`Store::session`] (the page) or
//!    [`Store::session_of`] (the integrator). [`Session::version`] tells whether anything changed.
//! 3. An attempt: [`Store::issue_nonce`], then [`Store::receive`] with the upload, and [`Store::receive_deferred`] with
//!    what nothing waits for. All can be repeated.
//! 4. Judging: [`Store::claim`], [`Store::received`], ([`Store::renew`],) [`Store::finish`]; or [`Store::release`].
//! 5. The result: [`Session::result_attempt`], [`Store::attempt`], [`Store::files`], [`Store::file`].
//! 6. The end: [`Store::clear`], and [`Store::run_retention`] every minute or so.
//! 7. A study: [`Store::create_study_session`], [`Store::answer_consent`], [`Store::study_sessions`],
//!    [`Store::erase_person`]. Its captures are kept apart, where [`StoreConfig::study_objects_url`] says.
//!
//! [`Error::Unavailable`] means "try again later" (`RETRY_LATER`); [`Error::Conflict`] tells which rule of the state
//! forbids it; [`Error::NotFound`] does not tell a thing that is not there from one that is somebody else's.
//! The tests of other crates get a database of their own from `nearfar-test-support`.

mod accounts;
mod attempts;
mod blobs;
mod cipher;
mod columns;
mod config;
mod database;
mod entropy;
mod error;
mod handoffs;
mod levels;
mod pending_deletions;
mod policy;
mod queue;
mod reports;
mod reserve;
mod retention;
mod sessions;
mod settings;
mod studies;
mod ui;
mod uploads;

pub use accounts::{Account, NewAccount};
pub use attempts::{Attempt, AttemptOutcome, AttemptState, FileEntry, Issuance, MAX_STARTS, NonceRequest};
pub use cipher::SecretKey;
pub use config::StoreConfig;
pub use database::DatabaseKind;
pub use entropy::Entropy;
pub use error::{Conflict, Entity, Error, Result, StorageBackend};
pub use handoffs::{ClaimOutcome, Handoff, HandoffClaim, HandoffState, MAX_OPENED_LINKS, NewHandoff};
pub use levels::{LevelSettings, Levels, LightSetting, MotionSetting};
pub use policy::Policy;
pub use queue::{Backlog, Claim, Consequence, ReceivedUpload};
pub use reports::ProblemReport;
pub use retention::RetentionReport;
pub use sessions::{FailureReason, MAX_FREE_INCONCLUSIVE, NewSession, Session, SessionState};
pub use settings::AccountSettings;
pub use studies::{ConsentText, NewStudySession, StudyErasure, StudySession, is_study};
pub use uploads::{DeferredFile, MANIFEST, Receipt, Upload, UploadFile};

use blobs::Blobs;
use cipher::Cipher;
use database::{Database, database_error};
use object_store::ObjectStore;
use reserve::Reserve;
use std::sync::Arc;
use std::time::Duration;

/// How long a check waits for the database, and for the object store.
pub const CHECK_TIMEOUT: Duration = Duration::from_secs(2);

/// Unix time in milliseconds.
pub type Millis = i64;

/// The way to everything that is stored.
#[derive(Clone)]
pub struct Store {
    database: Database,
    reserve: Reserve,
    blobs: Blobs,
    master: Cipher,
    entropy: Entropy,
    upload_grace: Millis,
    tombstone_retention: Millis,
}

impl Store {
    /// Connects, makes what is missing and brings the schema up to date.
    ///
    /// # Errors
    /// [`Error::Configuration`] for what cannot work, [`Error::Unavailable`] for what is not there yet.
    pub async fn open(config: &StoreConfig, entropy: Entropy) -> Result<Self> {
        let database = Database::open(config).await?;
        Self::assemble(database, blobs::open(config, entropy.clone())?, config, entropy).await
    }

    /// As [`Store::open`], with another object store than the configuration's.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub async fn open_with(config: &StoreConfig, objects: Arc<dyn ObjectStore>, entropy: Entropy) -> Result<Self> {
        let database = Database::open(config).await?;
        Self::assemble(database, Blobs::new(objects, config, entropy.clone())?, config, entropy).await
    }

    async fn assemble(database: Database, blobs: Blobs, config: &StoreConfig, entropy: Entropy) -> Result<Self> {
        let reserve = Reserve::new(database.file().await?.as_deref());
        reserve.fill().await;
        Ok(Store {
            database,
            reserve,
            blobs,
            master: Cipher::new(&config.master_key),
            entropy,
            upload_grace: config.upload_grace,
            tombstone_retention: config.tombstone_retention,
        })
    }

    /// Which database it is.
    pub fn backend(&self) -> DatabaseKind {
        self.database.backend()
    }

    /// Whether the database can be read and the object store written, both within [`CHECK_TIMEOUT`]: for the readiness
    /// of the service.
    ///
    /// # Errors
    /// [`Error::Unavailable`] with the part that is not.
    pub async fn check(&self) -> Result<()> {
        let asked = sqlx::query("SELECT 1").fetch_one(self.database.pool());
        let answer = tokio::time::timeout(CHECK_TIMEOUT, asked).await;
        answer.map_err(|_| database::unavailable("no answer in time"))?.map_err(database_error)?;
        self.blobs.check(&entropy::random_hex(8, &self.entropy), CHECK_TIMEOUT).await
    }

    /// Closes the connections; on SQLite this also tidies the write-ahead log away.
    pub async fn close(&self) {
        self.database.close().await;
    }
}

/// Ids become parts of paths in the object store and of URLs.
fn check_id(what: &'static str, id: &str) -> Result<()> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if id.is_empty() || id.len() > 64 || !id.bytes().all(allowed) {
        return Err(Error::invalid(what, "must be 1 to 64 letters, digits, - or _"));
    }
    Ok(())
}
