//! Classifies database errors by what the caller can do about them.

use crate::error::{Conflict, Entity, Error, StorageBackend};

pub(crate) fn unavailable(reason: impl ToString) -> Error {
    Error::Unavailable { backend: StorageBackend::Database, reason: reason.to_string(), timed_out: false }
}

/// Classifies database errors by what the caller can do about them.
pub(crate) fn database_error(error: sqlx::Error) -> Error {
    use sqlx::Error as E;
    match &error {
        E::Database(cause) if cause.is_unique_violation() => Error::Conflict(Conflict::IdTaken),
        // Rows of a session are only inserted while it is locked, so a missing parent is always an account.
        E::Database(cause) if cause.is_foreign_key_violation() => Error::NotFound(Entity::Account),
        E::Database(cause) => match cause.code().as_deref().map(cause_of) {
            Some(Cause::Temporary) => unavailable(&error),
            Some(Cause::Damage) => Error::corrupt("database", &error),
            Some(Cause::Text) => Error::invalid("text", "must not contain NUL"),
            _ => Error::Internal(error.to_string()),
        },
        E::Io(_) | E::Tls(_) | E::PoolTimedOut | E::PoolClosed | E::WorkerCrashed | E::Protocol(_) => {
            unavailable(&error)
        }
        // Not in the format that this crate writes.
        E::ColumnDecode { .. } | E::ColumnNotFound(_) | E::ColumnIndexOutOfBounds { .. } | E::Decode(_) => {
            Error::corrupt("database row", &error)
        }
        E::Configuration(_) => Error::Configuration(error.to_string()),
        _ => Error::Internal(error.to_string()),
    }
}

#[derive(Debug, PartialEq)]
enum Cause {
    Temporary,
    Damage,
    /// A text that cannot be stored.
    Text,
    Other,
}

/// SQLite reports a number whose low byte is the kind; PostgreSQL reports five characters of which two are the class.
fn cause_of(code: &str) -> Cause {
    if code.len() == 5 {
        return match &code[..2] {
            // Connection, serialization and deadlock, resources, locks, shutdown, disk of the server.
            "08" | "40" | "53" | "55" | "57" | "58" => Cause::Temporary,
            // A read-only replica, until it is promoted.
            _ if code == "25006" => Cause::Temporary,
            "XX" => Cause::Damage,
            _ if code == "22021" => Cause::Text,
            _ => Cause::Other,
        };
    }
    match code.parse::<i32>().map(|code| code & 0xff) {
        // BUSY, LOCKED, NOMEM, READONLY, IOERR, FULL, CANTOPEN, PROTOCOL.
        Ok(5 | 6 | 7 | 8 | 10 | 13 | 14 | 15) => Cause::Temporary,
        // CORRUPT, NOTADB.
        Ok(11 | 26) => Cause::Damage,
        _ => Cause::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn error_codes_of_both_databases_are_classified() {
        for code in ["5", "261", "517", "6", "13", "10", "1034", "8", "14", "40001", "40P01", "55P03", "53100", "57P01"]
        {
            assert_eq!(cause_of(code), Cause::Temporary, "{code}");
        }
        for code in ["11", "26", "XX001"] {
            assert_eq!(cause_of(code), Cause::Damage, "{code}");
        }
        for code in ["1", "19", "42601", "23503", "?"] {
            assert_eq!(cause_of(code), Cause::Other, "{code}");
        }
    }
}
