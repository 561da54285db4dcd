//! The audit log: who did what, in a chain of hashes.
//!
//! Each entry contains the hash of the one before, so that [`Store::verify_audit`] finds an altered, inserted or deleted
//! entry. `docs/CONSOLE.md` describes the canonical form, for other programs. Entries contain ids of sessions, never
//! user ids, pictures or secrets: erasing a person need not change the log.

mod accounts;
mod action;
mod canonical;
mod read;
mod verify;

pub use accounts::Audited;
pub(crate) use accounts::created;
pub use action::AuditAction;
pub use read::AuditFilter;
pub use verify::{AuditBreak, AuditHead};

use crate::database::{Write, database_error};
use crate::error::{Error, Result};
use crate::{Millis, Store};
use canonical::{canonical_details, entry_hash};
use serde_json::{Value, json};

/// The hash before the first entry.
pub const AUDIT_GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";
/// Maximum length of an actor's name and of a subject, in characters. Longer texts are cut.
const MAX_TEXT: usize = 200;

/// Who did something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// An operator of the console, by name.
    Operator(String),
    /// Somebody who ran a command of the service, by the name of the operating system's user.
    Command(String),
    /// An integrator's program, by its access key.
    Integrator(String),
    /// The service itself, or somebody unknown to it.
    Service,
}

impl Actor {
    /// The kind, as stored.
    pub fn kind(&self) -> &'static str {
        match self {
            Actor::Operator(_) => "operator",
            Actor::Command(_) => "command",
            Actor::Integrator(_) => "integrator",
            Actor::Service => "service",
        }
    }

    /// The name; empty for the service.
    pub fn name(&self) -> &str {
        match self {
            Actor::Operator(name) | Actor::Command(name) | Actor::Integrator(name) => name,
            Actor::Service => "",
        }
    }
}

/// An entry to be recorded.
#[derive(Clone, Debug, PartialEq)]
pub struct NewAuditEntry {
    /// Who did it.
    pub actor: Actor,
    /// What was done.
    pub action: AuditAction,
    /// The account that it concerns ([`crate::Account::id`]).
    pub account_id: Option<String>,
    /// What it was done to, such as a session's id or an operator's name. Never a user id.
    pub subject: Option<String>,
    /// More: a JSON object with ASCII names and no fractions. Never secrets, user ids or pictures.
    pub details: Value,
}

impl NewAuditEntry {
    /// An entry without account, subject and details.
    pub fn new(actor: &Actor, action: AuditAction) -> Self {
        NewAuditEntry { actor: actor.clone(), action, account_id: None, subject: None, details: json!({}) }
    }

    /// With the account.
    #[must_use]
    pub fn account(self, id: &str) -> Self {
        NewAuditEntry { account_id: Some(id.to_owned()), ..self }
    }

    /// With the subject.
    #[must_use]
    pub fn subject(self, subject: &str) -> Self {
        NewAuditEntry { subject: Some(subject.to_owned()), ..self }
    }

    /// With the details.
    #[must_use]
    pub fn details(self, details: Value) -> Self {
        NewAuditEntry { details, ..self }
    }
}

/// A recorded entry. The texts of actor and action are as stored: a later version may know more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    /// 1 for the first entry, without gaps.
    pub sequence: i64,
    /// When it was recorded.
    pub recorded_at: Millis,
    /// The kind of [`Actor`].
    pub actor_kind: String,
    /// The actor's name; empty for the service.
    pub actor_name: String,
    /// The name of the [`AuditAction`].
    pub action: String,
    /// The account's id.
    pub account_id: Option<String>,
    /// The subject.
    pub subject: Option<String>,
    /// The details in canonical JSON.
    pub details: String,
    /// The hash of the entry before.
    pub previous_hash: String,
    /// SHA-256 of the entry's canonical form, in hex digits.
    pub hash: String,
}

impl Store {
    /// Appends an entry. Record an access before it happens: without the entry, nothing may be shown or changed.
    ///
    /// # Errors
    /// [`Error::Invalid`] for details that have no canonical form; [`Error::Unavailable`].
    pub async fn record_audit(&self, new: NewAuditEntry, now: Millis) -> Result<AuditEntry> {
        let mut write = self.database.write().await?;
        let entry = append(&mut write, new, now).await?;
        write.commit().await?;
        Ok(entry)
    }
}

/// Appends an entry within a transaction, so that a change and its entry are stored together. Append last: it locks the
/// head of the chain until the commit.
pub(crate) async fn append(write: &mut Write, new: NewAuditEntry, now: Millis) -> Result<AuditEntry> {
    let details = canonical_details(&new.details)?;
    let statement = "UPDATE audit_head SET sequence = sequence + 1 WHERE id = 1 RETURNING sequence, hash";
    let head = sqlx::query_as(statement).fetch_optional(&mut **write).await.map_err(database_error)?;
    let (sequence, previous_hash): (i64, String) =
        head.ok_or_else(|| Error::corrupt("audit log", "its head is missing"))?;
    let mut entry = AuditEntry {
        sequence,
        recorded_at: now,
        actor_kind: new.actor.kind().to_owned(),
        actor_name: cut(new.actor.name()),
        action: new.action.name().to_owned(),
        account_id: new.account_id,
        subject: new.subject.as_deref().map(cut),
        details,
        previous_hash,
        hash: String::new(),
    };
    entry.hash = entry_hash(&entry);
    sqlx::query(
        "INSERT INTO audit_entries (sequence, recorded_at, actor_kind, actor_name, action, account_id, subject, \
         details, previous_hash, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(entry.sequence)
    .bind(entry.recorded_at)
    .bind(&entry.actor_kind)
    .bind(&entry.actor_name)
    .bind(&entry.action)
    .bind(&entry.account_id)
    .bind(&entry.subject)
    .bind(&entry.details)
    .bind(&entry.previous_hash)
    .bind(&entry.hash)
    .execute(&mut **write)
    .await
    .map_err(database_error)?;
    let statement = "UPDATE audit_head SET hash = $1 WHERE id = 1";
    sqlx::query(statement).bind(&entry.hash).execute(&mut **write).await.map_err(database_error)?;
    // The log is another copy of the head, out of the database's reach. It must have no head that never existed.
    let (action, hash) = (entry.action.clone(), entry.hash.clone());
    write.after_commit(move || tracing::info!(sequence, action, hash, "audit entry"));
    Ok(entry)
}

/// PostgreSQL stores no NUL.
fn cut(text: &str) -> String {
    text.chars().filter(|letter| *letter != '\0').take(MAX_TEXT).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{SecretKey, StoreConfig};
    use nearfar_test_support::TestStorage;
    use std::fmt::Debug;
    use std::sync::{Arc, Mutex};
    use tracing::field::{Field, Visit};
    use tracing::{Event, Metadata, Subscriber, span};

    /// Collects the hashes in the log.
    #[derive(Clone, Default)]
    struct Hashes(Arc<Mutex<Vec<String>>>);

    impl Subscriber for Hashes {
        fn enabled(&self, _: &Metadata<'_>) -> bool {
            true
        }
        fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
            span::Id::from_u64(1)
        }
        fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
        fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
        fn event(&self, event: &Event<'_>) {
            event.record(&mut self.clone());
        }
        fn enter(&self, _: &span::Id) {}
        fn exit(&self, _: &span::Id) {}
    }

    impl Visit for Hashes {
        fn record_str(&mut self, field: &Field, value: &str) {
            if field.name() == "hash" {
                self.0.lock().unwrap().push(value.to_owned());
            }
        }
        fn record_debug(&mut self, _: &Field, _: &dyn Debug) {}
    }

    #[tokio::test]
    async fn only_committed_entries_are_logged() {
        let storage = TestStorage::sqlite();
        let objects = storage.objects().display().to_string();
        let config = StoreConfig::new(&storage.database_url, objects, SecretKey::new([1; 32]));
        let store = Store::open(&config, Arc::new(|bytes: &mut [u8]| bytes.fill(7))).await.unwrap();
        let hashes = Hashes::default();
        let _guard = tracing::subscriber::set_default(hashes.clone());
        let entry = || NewAuditEntry::new(&Actor::Service, AuditAction::SessionErased);

        // The commit fails, because a row lacks its parent.
        let mut write = store.database.write().await.unwrap();
        for statement in [
            "PRAGMA defer_foreign_keys = ON",
            "INSERT INTO operator_recovery_codes (operator_id, code_sha256) VALUES ('nobody', '')",
        ] {
            sqlx::query(statement).execute(&mut *write).await.unwrap();
        }
        append(&mut write, entry(), 1).await.unwrap();
        write.commit().await.unwrap_err();
        assert_eq!(*hashes.0.lock().unwrap(), [""; 0]);

        let recorded = store.record_audit(entry(), 2).await.unwrap();
        assert_eq!(*hashes.0.lock().unwrap(), [recorded.hash]);
        assert_eq!(recorded.sequence, 1);
    }
}
