//! Errors, by what the caller can do about them.

use std::fmt;

/// The result type of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a call failed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// The entity does not exist, or not for this caller.
    #[error("{0} not found")]
    NotFound(Entity),
    /// The state of the entity does not allow this. Nothing was changed or lost.
    #[error("{0}")]
    Conflict(#[from] Conflict),
    /// The input cannot be stored.
    #[error("invalid {what}: {reason}")]
    Invalid {
        /// The invalid field.
        what: &'static str,
        /// The reason.
        reason: String,
    },
    /// Locked, full, down or unreachable: retrying can succeed. No partial change is visible.
    #[error("{backend} unavailable: {reason}")]
    Unavailable {
        /// The backend that is unavailable.
        backend: StorageBackend,
        /// The cause, for the log. Contains no user data.
        reason: String,
        /// Whether the backend timed out: the operation may still complete later.
        timed_out: bool,
    },
    /// Stored data cannot be read: missing, altered, or encrypted with a key that is not configured.
    #[error("corrupt {what}: {reason}")]
    Corrupt {
        /// The data that was read.
        what: &'static str,
        /// The reason.
        reason: String,
    },
    /// The configuration is invalid. Reported when the store is opened.
    #[error("store configuration: {0}")]
    Configuration(String),
    /// A bug in this crate: the database rejected a statement.
    #[error("database: {0}")]
    Internal(String),
}

impl Error {
    /// The object store is unavailable, but not for a timeout.
    pub(crate) fn objects_unavailable(reason: impl ToString) -> Self {
        Error::Unavailable { backend: StorageBackend::Objects, reason: reason.to_string(), timed_out: false }
    }

    /// Whether a retry can succeed without any other change.
    pub fn is_temporary(&self) -> bool {
        matches!(self, Error::Unavailable { .. })
    }

    pub(crate) fn timed_out(&self) -> bool {
        matches!(self, Error::Unavailable { timed_out: true, .. })
    }

    pub(crate) fn corrupt(what: &'static str, reason: impl fmt::Display) -> Self {
        Error::Corrupt { what, reason: reason.to_string() }
    }

    pub(crate) fn invalid(what: &'static str, reason: impl fmt::Display) -> Self {
        Error::Invalid { what, reason: reason.to_string() }
    }
}

/// The kind of entity that was not found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entity {
    /// An account.
    Account,
    /// A session, or one of another account.
    Session,
    /// An attempt, or one of another device or session.
    Attempt,
    /// A file of an attempt.
    File,
    /// A handoff link, or a wrong secret.
    Handoff,
    /// An operator of the console, or a wrong set-up code.
    Operator,
    /// The webhook endpoint of an account.
    Webhook,
    /// A webhook event that is not delivered.
    WebhookEvent,
}

impl fmt::Display for Entity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Entity::Account => "account",
            Entity::Session => "session",
            Entity::Attempt => "attempt",
            Entity::File => "file",
            Entity::Handoff => "handoff",
            Entity::Operator => "operator",
            Entity::Webhook => "webhook endpoint",
            Entity::WebhookEvent => "undelivered event",
        })
    }
}

/// A backend of the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StorageBackend {
    /// SQLite or PostgreSQL.
    Database,
    /// A local folder or S3.
    Objects,
}

impl fmt::Display for StorageBackend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            StorageBackend::Database => "database",
            StorageBackend::Objects => "object store",
        })
    }
}

/// Why the current state does not allow the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Conflict {
    /// The id is in use.
    #[error("the id is taken")]
    IdTaken,
    /// The session was erased.
    #[error("the session's data was cleared")]
    Cleared,
    /// The session has passed or failed.
    #[error("the session is finished")]
    Finished,
    /// The session has expired.
    #[error("the session has expired")]
    Expired,
    /// Another attempt of the session is being scored. Retry afterwards if tries are left.
    #[error("another attempt is being scored")]
    Scoring,
    /// The attempt was received with another manifest.
    #[error("the attempt was already received with other content")]
    OtherContent,
    /// The nonce belongs to another attempt.
    #[error("the nonce does not belong to this attempt")]
    WrongNonce,
    /// The nonce has expired.
    #[error("the nonce has expired")]
    NonceExpired,
    /// The handoff link has expired.
    #[error("the link has expired")]
    LinkExpired,
    /// The handoff was confirmed for another device.
    #[error("the link is in use on another device")]
    OtherDevice,
    /// Two devices opened the link before it was confirmed, so it admits neither.
    #[error("two devices have opened the link")]
    LinkVoided,
    /// The claim is not the link's current claim.
    #[error("another claim waits for confirmation")]
    OtherClaim,
    /// The handoff is not in the required state.
    #[error("the link was not opened yet")]
    NotOpened,
    /// The lease expired and another scorer took over, or the attempt was erased.
    #[error("the lease was lost")]
    LeaseLost,
    /// A limit was reached.
    #[error("too many")]
    TooMany,
    /// The session is on hold: the erasure is carried out once the hold is released.
    #[error("the session is on legal hold")]
    OnHold,
    /// The person has not consented to the study.
    #[error("the person has not agreed to the study")]
    NoConsent,
}
