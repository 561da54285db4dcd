//! Sessions of the console, and browsers in which an operator has signed in before. Both are found by the SHA-256 of a
//! token, which only the browser has.

use super::OperatorAccount;
use crate::audit::{self, Actor, AuditAction, NewAuditEntry};
use crate::cipher::sha256_hex;
use crate::database::{Write, database_error};
use crate::entropy::random_hex;
use crate::error::Result;
use crate::{Millis, Store};
use serde_json::Value;
use zeroize::Zeroizing;

/// The time of the last use is stored at most this often, in ms.
const TOUCH_INTERVAL: Millis = 60_000;

/// A session of the console.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsoleSession {
    /// The SHA-256 of its token.
    pub token_sha256: String,
    /// The operator, as of now.
    pub operator: OperatorAccount,
    /// When the operator signed in.
    pub created_at: Millis,
    /// The last use, to the minute.
    pub used_at: Millis,
}

impl Store {
    /// Signs an operator in: records it, and returns the tokens of a new session and of this browser.
    ///
    /// # Errors
    /// [`crate::Error::Unavailable`]: nobody is signed in.
    pub async fn create_console_session(
        &self,
        operator: &OperatorAccount,
        details: Value,
        now: Millis,
    ) -> Result<(Zeroizing<String>, Zeroizing<String>)> {
        let session = Zeroizing::new(random_hex(32, &self.entropy));
        let device = Zeroizing::new(random_hex(32, &self.entropy));
        let mut write = self.database.write().await?;
        for (statement, token) in [
            (
                "INSERT INTO console_sessions (token_sha256, operator_id, created_at, used_at) VALUES ($1, $2, $3, $3)",
                &session,
            ),
            ("INSERT INTO operator_devices (token_sha256, operator_id, created_at) VALUES ($1, $2, $3)", &device),
        ] {
            let query = sqlx::query(statement).bind(sha256_hex(token.as_bytes())).bind(&operator.id).bind(now);
            query.execute(&mut *write).await.map_err(database_error)?;
        }
        let statement = "UPDATE operators SET signed_in_at = $2 WHERE id = $1";
        let query = sqlx::query(statement).bind(&operator.id).bind(now);
        query.execute(&mut *write).await.map_err(database_error)?;
        let actor = Actor::Operator(operator.name.clone());
        let entry = NewAuditEntry::new(&actor, AuditAction::SignedIn).subject(&operator.name).details(details);
        audit::append(&mut write, entry, now).await?;
        write.commit().await?;
        Ok((session, device))
    }

    /// The session of a token, if its operator is enabled and it is younger than `absolute` and was used within `idle`
    /// (both in ms). Others are deleted.
    ///
    /// # Errors
    /// [`crate::Error::Unavailable`].
    pub async fn console_session(
        &self,
        token: &str,
        idle: Millis,
        absolute: Millis,
        now: Millis,
    ) -> Result<Option<ConsoleSession>> {
        let token_sha256 = sha256_hex(token.as_bytes());
        let query = "SELECT operator_id, created_at, used_at FROM console_sessions WHERE token_sha256 = $1";
        let found = sqlx::query_as(query).bind(&token_sha256).fetch_optional(self.database.pool()).await;
        let found: Option<(String, Millis, Millis)> = found.map_err(database_error)?;
        let Some((operator_id, created_at, used_at)) = found else { return Ok(None) };
        let operator = self.operator(&operator_id).await?;
        if !operator.enabled || now >= created_at + absolute || now >= used_at + idle {
            self.delete_console_session(&token_sha256).await?;
            return Ok(None);
        }
        if now >= used_at + TOUCH_INTERVAL {
            let statement = "UPDATE console_sessions SET used_at = $2 WHERE token_sha256 = $1";
            let mut write = self.database.write().await?;
            let query = sqlx::query(statement).bind(&token_sha256).bind(now);
            query.execute(&mut *write).await.map_err(database_error)?;
            write.commit().await?;
        }
        Ok(Some(ConsoleSession { token_sha256, operator, created_at, used_at }))
    }

    /// Ends a session on its operator's request.
    ///
    /// # Errors
    /// [`crate::Error::Unavailable`].
    pub async fn sign_out(&self, session: &ConsoleSession, everywhere: bool, now: Millis) -> Result<()> {
        let operator = &session.operator;
        let mut write = self.database.write().await?;
        if everywhere {
            end_all(&mut write, &operator.id).await?;
        } else {
            let statement = "DELETE FROM console_sessions WHERE token_sha256 = $1";
            let query = sqlx::query(statement).bind(&session.token_sha256);
            query.execute(&mut *write).await.map_err(database_error)?;
        }
        let actor = Actor::Operator(operator.name.clone());
        let entry = NewAuditEntry::new(&actor, AuditAction::SignedOut).subject(&operator.name);
        audit::append(&mut write, entry.details(serde_json::json!({ "everywhere": everywhere })), now).await?;
        write.commit().await
    }

    /// Deletes sessions that are over, and browsers that have not been used for sign-in since `devices_since`.
    ///
    /// # Errors
    /// [`crate::Error::Unavailable`].
    pub async fn delete_old_console_sessions(
        &self,
        used_since: Millis,
        created_since: Millis,
        devices_since: Millis,
    ) -> Result<()> {
        let mut write = self.database.write().await?;
        let statement = "DELETE FROM console_sessions WHERE used_at < $1 OR created_at < $2";
        let query = sqlx::query(statement).bind(used_since).bind(created_since);
        query.execute(&mut *write).await.map_err(database_error)?;
        let statement = "DELETE FROM operator_devices WHERE created_at < $1";
        sqlx::query(statement).bind(devices_since).execute(&mut *write).await.map_err(database_error)?;
        write.commit().await
    }

    /// Whether the operator has signed in before in the browser with this token.
    ///
    /// # Errors
    /// [`crate::Error::Unavailable`].
    pub async fn is_known_device(&self, operator_id: &str, token: &str) -> Result<bool> {
        let query = "SELECT COUNT(*) FROM operator_devices WHERE token_sha256 = $1 AND operator_id = $2";
        let query = sqlx::query_scalar(query).bind(sha256_hex(token.as_bytes())).bind(operator_id);
        let count: i64 = query.fetch_one(self.database.pool()).await.map_err(database_error)?;
        Ok(count > 0)
    }

    async fn delete_console_session(&self, token_sha256: &str) -> Result<()> {
        let mut write = self.database.write().await?;
        let query = sqlx::query("DELETE FROM console_sessions WHERE token_sha256 = $1").bind(token_sha256);
        query.execute(&mut *write).await.map_err(database_error)?;
        write.commit().await
    }
}

/// Ends all sessions of an operator and forgets the browsers.
pub(super) async fn end_all(write: &mut Write, operator_id: &str) -> Result<()> {
    for statement in
        ["DELETE FROM console_sessions WHERE operator_id = $1", "DELETE FROM operator_devices WHERE operator_id = $1"]
    {
        sqlx::query(statement).bind(operator_id).execute(&mut **write).await.map_err(database_error)?;
    }
    Ok(())
}
