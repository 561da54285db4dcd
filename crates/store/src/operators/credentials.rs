//! Credentials of operators: password hashes, TOTP secrets, recovery codes. The caller hashes passwords and checks
//! codes; the store keeps what each needs, and makes sure that a code counts once.

use super::{OperatorAccount, changed, entry};
use crate::audit::{self, Actor, AuditAction};
use crate::cipher::sha256_hex;
use crate::database::{Write, database_error};
use crate::error::{Entity, Error, Result};
use crate::{Millis, Store};
use std::fmt;
use zeroize::Zeroizing;

/// New credentials of an operator.
pub struct NewCredentials {
    /// The password's hash as a PHC string.
    pub password_hash: String,
    /// The TOTP secret.
    pub totp_secret: Zeroizing<Vec<u8>>,
    /// The time step of the code that proved it: it counts no more.
    pub totp_step: i64,
    /// Recovery codes.
    pub recovery_codes: Vec<String>,
}

/// Stored credentials of an operator.
pub struct OperatorCredentials {
    /// The password's hash as a PHC string.
    pub password_hash: String,
    /// The TOTP secret.
    pub totp_secret: Zeroizing<Vec<u8>>,
}

impl fmt::Debug for OperatorCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OperatorCredentials(…)")
    }
}

impl fmt::Debug for NewCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NewCredentials(…)")
    }
}

impl Store {
    /// The enabled operator with this set-up code; `None` if the code is unknown, used or expired.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn operator_to_set_up(&self, code: &str, now: Millis) -> Result<Option<OperatorAccount>> {
        let query = "SELECT id FROM operators WHERE setup_sha256 = $1 AND setup_expires_at > $2 AND enabled = 1";
        let query = sqlx::query_scalar(query).bind(sha256_hex(code.as_bytes())).bind(now);
        let id: Option<String> = query.fetch_optional(self.database.pool()).await.map_err(database_error)?;
        match id {
            Some(id) => self.operator(&id).await.map(Some),
            None => Ok(None),
        }
    }

    /// Stores the first credentials of an operator and voids the set-up code.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the code is unknown, used or expired.
    pub async fn set_up_operator(&self, code: &str, new: &NewCredentials, now: Millis) -> Result<OperatorAccount> {
        let not_found = Error::NotFound(Entity::Operator);
        let operator = self.operator_to_set_up(code, now).await?.ok_or(not_found)?;
        let sealed = self.master.seal_text(&new.totp_secret, &totp_context(&operator.id), &self.entropy)?;
        let mut write = self.database.write().await?;
        let done = sqlx::query(
            "UPDATE operators SET password_hash = $2, sealed_totp = $3, totp_step = $4, setup_sha256 = NULL, \
             setup_expires_at = NULL WHERE id = $1 AND setup_sha256 = $5",
        )
        .bind(&operator.id)
        .bind(&new.password_hash)
        .bind(sealed)
        .bind(new.totp_step)
        .bind(sha256_hex(code.as_bytes()))
        .execute(&mut *write)
        .await
        .map_err(database_error)?;
        changed(&done)?;
        insert_recovery_codes(&mut write, &operator.id, &new.recovery_codes).await?;
        let actor = Actor::Operator(operator.name.clone());
        audit::append(&mut write, entry(&actor, AuditAction::OperatorSetUp, &operator.name), now).await?;
        write.commit().await?;
        self.operator(&operator.id).await
    }

    /// The credentials; `None` until the operator is set up.
    ///
    /// # Errors
    /// [`Error::Corrupt`] if the master key has changed.
    pub async fn operator_credentials(&self, id: &str) -> Result<Option<OperatorCredentials>> {
        let query = "SELECT password_hash, sealed_totp FROM operators \
                     WHERE id = $1 AND password_hash IS NOT NULL AND sealed_totp IS NOT NULL";
        let found = sqlx::query_as(query).bind(id).fetch_optional(self.database.pool()).await;
        let found: Option<(String, String)> = found.map_err(database_error)?;
        let Some((password_hash, sealed)) = found else { return Ok(None) };
        let totp_secret = self.master.open_text(&sealed, &totp_context(id), "TOTP secret")?;
        Ok(Some(OperatorCredentials { password_hash, totp_secret }))
    }

    /// Accepts a TOTP code of this time step, unless one of this or a later step was accepted before.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn accept_totp_step(&self, id: &str, step: i64) -> Result<bool> {
        let mut write = self.database.write().await?;
        let statement = "UPDATE operators SET totp_step = $2 WHERE id = $1 AND totp_step < $2";
        let done = sqlx::query(statement).bind(id).bind(step).execute(&mut *write).await.map_err(database_error)?;
        write.commit().await?;
        Ok(done.rows_affected() == 1)
    }

    /// Accepts a recovery code and deletes it; `false` if it is unknown or used.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn accept_recovery_code(&self, id: &str, code: &str) -> Result<bool> {
        let mut write = self.database.write().await?;
        let statement = "DELETE FROM operator_recovery_codes WHERE operator_id = $1 AND code_sha256 = $2";
        let query = sqlx::query(statement).bind(id).bind(sha256_hex(code.as_bytes()));
        let done = query.execute(&mut *write).await.map_err(database_error)?;
        write.commit().await?;
        Ok(done.rows_affected() == 1)
    }

    /// The number of unused recovery codes.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn recovery_codes_left(&self, id: &str) -> Result<i64> {
        let query = "SELECT COUNT(*) FROM operator_recovery_codes WHERE operator_id = $1";
        sqlx::query_scalar(query).bind(id).fetch_one(self.database.pool()).await.map_err(database_error)
    }

    /// Replaces the recovery codes.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn replace_recovery_codes(
        &self,
        operator: &OperatorAccount,
        codes: &[String],
        now: Millis,
    ) -> Result<()> {
        let actor = Actor::Operator(operator.name.clone());
        let mut write = self.database.write().await?;
        delete_recovery_codes(&mut write, &operator.id).await?;
        insert_recovery_codes(&mut write, &operator.id, codes).await?;
        audit::append(&mut write, entry(&actor, AuditAction::RecoveryCodesReplaced, &operator.name), now).await?;
        write.commit().await
    }

    /// Replaces the password, and ends all sessions but the one given by the SHA-256 of its token.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn change_operator_password(
        &self,
        operator: &OperatorAccount,
        password_hash: &str,
        kept_session: &str,
        now: Millis,
    ) -> Result<()> {
        let actor = Actor::Operator(operator.name.clone());
        let mut write = self.database.write().await?;
        let statement = "UPDATE operators SET password_hash = $2 WHERE id = $1 AND password_hash IS NOT NULL";
        let query = sqlx::query(statement).bind(&operator.id).bind(password_hash);
        changed(&query.execute(&mut *write).await.map_err(database_error)?)?;
        let statement = "DELETE FROM console_sessions WHERE operator_id = $1 AND token_sha256 <> $2";
        let query = sqlx::query(statement).bind(&operator.id).bind(kept_session);
        query.execute(&mut *write).await.map_err(database_error)?;
        audit::append(&mut write, entry(&actor, AuditAction::PasswordChanged, &operator.name), now).await?;
        write.commit().await
    }
}

pub(super) async fn delete_recovery_codes(write: &mut Write, id: &str) -> Result<()> {
    let statement = "DELETE FROM operator_recovery_codes WHERE operator_id = $1";
    sqlx::query(statement).bind(id).execute(&mut **write).await.map_err(database_error)?;
    Ok(())
}

async fn insert_recovery_codes(write: &mut Write, id: &str, codes: &[String]) -> Result<()> {
    for code in codes {
        let statement = "INSERT INTO operator_recovery_codes (operator_id, code_sha256) VALUES ($1, $2)";
        let query = sqlx::query(statement).bind(id).bind(sha256_hex(code.as_bytes()));
        query.execute(&mut **write).await.map_err(database_error)?;
    }
    Ok(())
}

fn totp_context(id: &str) -> String {
    format!("operator totp/{id}")
}
