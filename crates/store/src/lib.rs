//! Stores the data of the nearfar service: accounts, sessions, attempts and captured files.
//!
//! All state is in one database (SQLite or PostgreSQL) and one object store (a local folder or S3), so that several
//! instances of the service can share it. Once a method returns `Ok`, its effect survives a crash. After an error, the
//! effect is either absent, or found complete on retry.
//!
//! # Use
//! [`Store`] is cheap to clone, and everything is a method of it. The caller passes times as Unix milliseconds, and
//! random bytes through the [`Entropy`] given to [`Store::open`].
//!
//! 1. Account: [`Store::create_account`] (returns the secret once), [`Store::account_by_access_key`],
//!    [`Store::account_secret`] to verify a signature, [`Store::server_secret`] for the key that signs tokens.
//! 2. Session: [`Store::create_session`] with an id drawn by the caller, [`Store::session`] (for the page),
//!    [`Store::session_of`] (for the integrator). [`Session::version`] shows whether anything changed.
//! 3. Attempt: [`Store::issue_nonce`], [`Store::receive`] with the upload, [`Store::receive_deferred`] with a file that
//!    follows. All can be repeated.
//! 4. Scoring: [`Store::claim`], [`Store::received_upload`], [`Store::renew`], then [`Store::finish`] or
//!    [`Store::release`].
//! 5. Result: [`Session::result_attempt`], [`Store::attempt`], [`Store::files`], [`Store::file`].
//! 6. Search and statistics: [`Store::search_sessions`], [`Store::statistics`]. [`Store::expire_sessions`] periodically:
//!    counts and events depend on it.
//! 7. Erasure: [`Store::erase_session`], and [`Store::run_retention`] about every minute.
//! 8. Study: [`Store::create_study_session`], [`Store::answer_consent`], [`Store::study_sessions`],
//!    [`Store::erase_person`]. Captures of a study are stored at [`StoreConfig::study_objects_url`].
//! 9. Audit log: [`Store::record_audit`] before an access, [`Store::audited`] for changes of accounts,
//!    [`Store::verify_audit`].
//! 10. Webhooks: [`Store::set_webhook`]. Events are recorded by the methods that cause them. [`Store::claim_events`] and [`Store::finish_events`] deliver them.
//!
//! ```
//! use std::sync::Arc;
//!
//! use nearfar_store::{NewAccount, SecretKey, Store, StoreConfig};
//!
//! # tokio::runtime::Runtime::new().unwrap().block_on(async {
//! # let folder = nearfar_test_support::TestStorage::sqlite();
//! # let (database, objects) = (&folder.database_url, folder.objects().display().to_string());
//! let config = StoreConfig::new(database, objects, SecretKey::new([1; 32]));
//! // A service passes the operating system's randomness.
//! let store = Store::open(&config, Arc::new(|bytes: &mut [u8]| bytes.fill(7))).await?;
//!
//! let new = NewAccount { name: "My shop".into(), ..NewAccount::default() };
//! let (account, secret) = store.create_account(new, 1_713_247_589_908).await?;
//! assert_eq!(store.account_by_access_key(&account.access_key).await?.name, "My shop");
//! assert_eq!(*store.account_secret(&account.id).await?, *secret);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # }).unwrap();
//! ```
//!
//! [`Error::Unavailable`] means "retry later" (`RETRY_LATER`). [`Error::Conflict`] names the rule that forbids the
//! call. [`Error::NotFound`] does not distinguish a missing entity from somebody else's. `nearfar-test-support`
//! provides databases for the tests of other crates.

mod accounts;
mod attempts;
mod audit;
mod backup;
mod blobs;
mod cipher;
mod columns;
mod config;
mod database;
mod database_error;
mod entropy;
mod error;
mod expiry;
mod group_commit;
mod handoffs;
mod inspect;
mod keyring;
mod legal_holds;
mod levels;
mod local_files;
mod migrations;
mod operators;
mod pending_deletions;
mod policy;
#[cfg(test)]
mod query_plan;
mod queue;
mod reencryption;
mod reports;
mod reserve;
mod retention;
mod retention_by_kind;
mod reviews;
mod sealed_columns;
mod session_creation;
mod session_kind;
mod session_search;
mod sessions;
mod settings;
mod signing_keys;
mod statistics;
mod studies;
mod ui;
mod uploads;
mod webhooks;

pub use accounts::{Account, NewAccount};
pub use attempts::{Attempt, AttemptOutcome, AttemptState, FileEntry, Issuance, MAX_STARTS, NonceRequest};
pub use audit::{
    AUDIT_GENESIS, Actor, AuditAction, AuditBreak, AuditEntry, AuditFilter, AuditHead, Audited, NewAuditEntry,
};
pub use backup::{BackupFile, BackupManifest, ErasedSession, RestoreReport};
pub use cipher::SecretKey;
pub use config::StoreConfig;
pub use database::DatabaseKind;
pub use entropy::Entropy;
pub use error::{Conflict, Entity, Error, Result, StorageBackend};
pub use handoffs::{ClaimOutcome, Handoff, HandoffClaim, HandoffState, MAX_OPENED_LINKS, NewHandoff};
pub use inspect::DatabaseInspection;
pub use legal_holds::LegalHold;
pub use levels::{LevelSettings, Levels, LightSetting, MotionSetting};
pub use operators::{
    ConsoleSession, NewCredentials, OperatorAccount, OperatorCredentials, ProviderIdentity, Role, SETUP_LIFETIME,
    SignInCounter, ThrottleDecision,
};
pub use policy::Policy;
pub use queue::{Backlog, Claim, Consequence, ReceivedUpload};
pub use reencryption::{FileCount, FileCursor, ReencryptedFiles};
pub use reports::ProblemReport;
pub use retention::RetentionReport;
pub use retention_by_kind::RetentionByKind;
pub use reviews::{NewReview, Review};
pub use sealed_columns::{ReencryptedSecrets, SecretCount};
pub use session_kind::SessionKind;
pub use session_search::{FoundSession, FoundSessions, MAX_SCANNED, SessionCursor, SessionFilter};
pub use sessions::{FailureReason, MAX_FREE_INCONCLUSIVE, NewSession, Session, SessionState};
pub use settings::AccountSettings;
pub use signing_keys::{NewSigningKey, StoredSigningKey};
pub use statistics::StatisticsQuery;
pub use studies::{ConsentText, NewStudySession, StudyErasure, StudySession, is_study};
pub use uploads::{DeferredFile, MANIFEST, Receipt, Upload, UploadFile};
pub use webhooks::{
    DEAD_RETENTION, DELIVERY_TIME, DeadEvent, DeliveryOutcome, EventClaim, PREVIOUS_SECRET_TIME, WebhookBacklog,
    WebhookEndpoint, WebhookTarget,
};

use blobs::Blobs;
use database::Database;
use group_commit::GroupCommit;
use keyring::Keyring;
use object_store::ObjectStore;
use reserve::Reserve;
use std::sync::Arc;
use std::time::Duration;

/// Timeout of [`Store::check`], for the database and for the object store.
pub const CHECK_TIMEOUT: Duration = Duration::from_secs(2);

/// Unix time in milliseconds.
pub type Millis = i64;

/// Access to all stored data.
#[derive(Clone)]
pub struct Store {
    database: Database,
    group_commit: GroupCommit,
    reserve: Reserve,
    blobs: Blobs,
    master: Keyring,
    entropy: Entropy,
    upload_grace: Millis,
    tombstone_retention: Millis,
}

impl Store {
    /// Connects, creates what is missing and migrates the schema.
    ///
    /// # Errors
    /// [`Error::Configuration`] for an invalid configuration, [`Error::Unavailable`] if a backend is not reachable yet.
    pub async fn open(config: &StoreConfig, entropy: Entropy) -> Result<Self> {
        let database = Database::open(config).await?;
        Self::assemble(database, blobs::open(config, entropy.clone())?, config, entropy).await
    }

    /// Like [`Store::open`], with the given object store instead of the configured one.
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
            group_commit: GroupCommit::start(database.clone()),
            database,
            reserve,
            blobs,
            master: Keyring::new(&config.master_key, &config.previous_master_keys),
            entropy,
            upload_grace: config.upload_grace,
            tombstone_retention: config.tombstone_retention,
        })
    }

    /// The kind of the database.
    pub fn database_kind(&self) -> DatabaseKind {
        self.database.kind()
    }

    /// Whether the database can be read and the object store written, both within [`CHECK_TIMEOUT`]: for the readiness
    /// of the service.
    ///
    /// # Errors
    /// [`Error::Unavailable`] with the backend that failed.
    pub async fn check(&self) -> Result<()> {
        let answer = tokio::time::timeout(CHECK_TIMEOUT, self.database.check_compatibility()).await;
        match answer.map_err(|_| database::unavailable("no answer in time"))? {
            // A newer release was deployed: this instance has to go.
            Err(Error::Configuration(reason)) => return Err(database::unavailable(reason)),
            answer => answer?,
        }
        self.blobs.check(&entropy::random_hex(8, &self.entropy), CHECK_TIMEOUT).await
    }

    /// Closes the connections. On SQLite this also removes the write-ahead log.
    pub async fn close(&self) {
        self.database.close().await;
    }
}

/// Ids are used in object paths and URLs.
fn check_id(what: &'static str, id: &str) -> Result<()> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if id.is_empty() || id.len() > 64 || !id.bytes().all(allowed) {
        return Err(Error::invalid(what, "must be 1 to 64 letters, digits, - or _"));
    }
    Ok(())
}
