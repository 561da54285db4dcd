//! Verifies the chain of the audit log.

use super::canonical::{canonical_details, entry_hash};
use super::{AUDIT_GENESIS, AuditEntry};
use crate::Store;
use crate::database::database_error;
use crate::error::{Error, Result};
use std::fmt;

/// Entries read at once.
const PAGE: u32 = 500;

/// The end of an intact chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditHead {
    /// The number of entries, which is the last sequence.
    pub count: i64,
    /// The hash of the last entry.
    pub hash: String,
}

/// The first entry at which the chain is broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditBreak {
    /// The sequence of the entry that is altered or missing.
    pub sequence: i64,
    /// The reason.
    pub reason: &'static str,
}

impl fmt::Display for AuditBreak {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the audit log is broken at entry {}: {}", self.sequence, self.reason)
    }
}

impl Store {
    /// Verifies every entry and the head. With `expected`, the chain must contain an entry with that hash: the head that
    /// somebody noted earlier. Otherwise an end that was cut off goes unnoticed.
    ///
    /// # Errors
    /// [`Error::Unavailable`]; [`Error::Corrupt`] for a row of another format. A broken chain is not an error but an
    /// [`AuditBreak`].
    pub async fn verify_audit(&self, expected: Option<&str>) -> Result<Result<AuditHead, AuditBreak>> {
        // Read first: entries appended meanwhile lie behind it.
        let stored = self.audit_head().await?;
        let mut head = AuditHead { count: 0, hash: AUDIT_GENESIS.to_owned() };
        let mut is_found = expected.is_none_or(|expected| expected.eq_ignore_ascii_case(AUDIT_GENESIS));
        let mut is_head_found = stored == head;
        // Entries with the sequence 0 or less do not belong to the chain, and would not be read.
        let foreign = "SELECT COUNT(*) FROM audit_entries WHERE sequence < 1";
        let foreign: i64 = sqlx::query_scalar(foreign).fetch_one(self.database.pool()).await.map_err(database_error)?;
        if foreign > 0 {
            return Ok(Err(AuditBreak { sequence: 1, reason: "there are entries before it" }));
        }
        loop {
            let entries = self.audit_entries_after(head.count, PAGE).await?;
            if entries.is_empty() {
                break;
            }
            for entry in entries {
                if let Some(reason) = difference(&entry, &head) {
                    return Ok(Err(AuditBreak { sequence: head.count + 1, reason }));
                }
                is_found |= expected.is_some_and(|expected| expected.eq_ignore_ascii_case(&entry.hash));
                head = AuditHead { count: entry.sequence, hash: entry.hash };
                is_head_found |= head == stored;
            }
        }
        let broken = |sequence, reason| Ok(Err(AuditBreak { sequence, reason }));
        if stored.count > head.count {
            return broken(head.count + 1, "it is missing");
        }
        if !is_head_found {
            return broken(stored.count, "the stored head has another hash or was set back");
        }
        if !is_found {
            return broken(head.count + 1, "no entry has the expected hash: the end was cut off or replaced");
        }
        Ok(Ok(head))
    }

    /// The end of the chain, as stored.
    ///
    /// # Errors
    /// [`Error::Unavailable`]; [`Error::Corrupt`] if it is missing.
    pub async fn audit_head(&self) -> Result<AuditHead> {
        let query = "SELECT sequence, hash FROM audit_head WHERE id = 1";
        let head = sqlx::query_as(query).fetch_optional(self.database.pool()).await.map_err(database_error)?;
        let (count, hash) = head.ok_or_else(|| Error::corrupt("audit log", "its head is missing"))?;
        Ok(AuditHead { count, hash })
    }
}

/// Why the entry is not the one that follows `head`.
fn difference(entry: &AuditEntry, head: &AuditHead) -> Option<&'static str> {
    if entry.sequence != head.count + 1 {
        return Some("it is missing");
    }
    if entry.previous_hash != head.hash {
        return Some("it does not contain the hash of the entry before");
    }
    let details = serde_json::from_str(&entry.details).ok().and_then(|details| canonical_details(&details).ok());
    if details.as_ref() != Some(&entry.details) {
        return Some("its details are not in canonical form");
    }
    (entry.hash != entry_hash(entry)).then_some("its hash does not match its content")
}
