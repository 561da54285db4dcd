//! What can go wrong, told apart by what the caller can do about it.

use std::fmt;

/// The result of everything in this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why the store did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such thing, or not for this caller.
    #[error("{0} not found")]
    NotFound(Entity),
    /// It is there, but in a state that does not allow this. Nothing was changed, nothing was lost.
    #[error("{0}")]
    Conflict(#[from] Conflict),
    /// The input cannot be stored.
    #[error("invalid {what}: {reason}")]
    Invalid {
        /// Which field.
        what: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// Locked, full, down or unreachable: the same call can succeed later. Nothing half-done is visible.
    #[error("{backend} unavailable: {reason}")]
    Unavailable {
        /// Which part of the store.
        backend: StorageBackend,
        /// The cause, for the log; holds no user data.
        reason: String,
        /// Whether there was no answer in time: what was asked may still be done later.
        timed_out: bool,
    },
    /// What was stored cannot be read back: missing, altered, or encrypted with a key that was not given.
    #[error("corrupt {what}: {reason}")]
    Corrupt {
        /// What was read.
        what: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// The configuration does not work; told when the store is opened.
    #[error("store configuration: {0}")]
    Configuration(String),
    /// A mistake of this crate: a statement that the database refuses.
    #[error("database: {0}")]
    Internal(String),
}

impl Error {
    /// Whether the same call can succeed later without anything else being changed.
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

/// What was looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entity {
    /// An account.
    Account,
    /// A session; also one of another account.
    Session,
    /// An attempt; also one of another device or session.
    Attempt,
    /// A file of an attempt.
    File,
    /// A hand-off link; also with the wrong secret.
    Handoff,
}

impl fmt::Display for Entity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Entity::Account => "account",
            Entity::Session => "session",
            Entity::Attempt => "attempt",
            Entity::File => "file",
            Entity::Handoff => "hand-off",
        })
    }
}

/// Which part of the store is unavailable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StorageBackend {
    /// SQLite or PostgreSQL.
    Database,
    /// The local folder or S3.
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

/// Why the state of things does not allow it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Conflict {
    /// The id is in use.
    #[error("the id is taken")]
    IdTaken,
    /// The session's data was cleared.
    #[error("the session's data was cleared")]
    Cleared,
    /// The session has passed or failed.
    #[error("the session is finished")]
    Finished,
    /// The session's time is over.
    #[error("the session has expired")]
    Expired,
    /// An attempt of this session is being judged; afterwards this one may go on if tries are left.
    #[error("another attempt is being judged")]
    Scoring,
    /// The attempt was received with another manifest.
    #[error("the attempt was already received with other content")]
    OtherContent,
    /// The attempt's nonce is another one.
    #[error("the nonce does not belong to this attempt")]
    WrongNonce,
    /// The nonce is too old.
    #[error("the nonce has expired")]
    NonceExpired,
    /// The hand-off link is too old.
    #[error("the link has expired")]
    LinkExpired,
    /// The hand-off was confirmed for another device.
    #[error("the link is in use on another device")]
    OtherDevice,
    /// Two devices have opened the link before it was confirmed: nobody gets in by it.
    #[error("two devices have opened the link")]
    LinkVoided,
    /// The claim to confirm is not the one that the link has.
    #[error("another claim waits for confirmation")]
    OtherClaim,
    /// The hand-off is not at the step that this call needs.
    #[error("the link was not opened yet")]
    NotOpened,
    /// The scorer's lease ran out and another has taken over, or the attempt was cleared.
    #[error("the lease was lost")]
    LeaseLost,
    /// So many of them that no more are taken.
    #[error("too many")]
    TooMany,
    /// A session of a study, and the person has not agreed.
    #[error("the person has not agreed to the study")]
    NoConsent,
}
