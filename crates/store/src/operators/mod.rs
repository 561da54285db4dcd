//! Operators of the console: their roles, and how they are created, changed and reset. Every change and its entry of the
//! audit log are stored together.

mod credentials;
mod identities;
mod sessions;
mod throttle;

pub use credentials::{NewCredentials, OperatorCredentials};
pub use identities::ProviderIdentity;
pub use sessions::ConsoleSession;
pub use throttle::{SignInCounter, ThrottleDecision};

use crate::audit::{self, Actor, AuditAction, NewAuditEntry};
use crate::cipher::sha256_hex;
use crate::columns::named_column;
use crate::database::database_error;
use crate::entropy::random_hex;
use crate::error::{Entity, Error, Result};
use crate::{Millis, Store};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sqlx::any::AnyRow;
use sqlx::{FromRow, Row};
use zeroize::Zeroizing;

/// How long a set-up code is valid, in ms: a day.
pub const SETUP_LIFETIME: Millis = 24 * 60 * 60 * 1000;

/// What an operator may do. Each role may do all that the one before may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Sees accounts, sessions without pictures, and statistics.
    Viewer,
    /// Sees pictures too, and decides about sessions.
    Reviewer,
    /// Manages accounts and operators, and reads the audit log.
    Administrator,
}

named_column!(Role);

impl Role {
    /// All roles, the least first.
    pub const ALL: [Role; 3] = [Role::Viewer, Role::Reviewer, Role::Administrator];

    /// The name, as stored.
    pub fn name(self) -> &'static str {
        match self {
            Role::Viewer => "viewer",
            Role::Reviewer => "reviewer",
            Role::Administrator => "administrator",
        }
    }

    /// The role of that name.
    pub fn from_name(name: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.name() == name)
    }
}

/// An operator, without credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperatorAccount {
    /// Internal id.
    pub id: String,
    /// The name to sign in with.
    pub name: String,
    /// The role.
    pub role: Role,
    /// Whether the operator may sign in.
    pub enabled: bool,
    /// Whether password and second factor are set up.
    pub is_set_up: bool,
    /// Whether the operator has signed in through the OpenID provider, and is known by that identity.
    pub is_linked: bool,
    /// When the set-up code expires, while there is one.
    pub setup_expires_at: Option<Millis>,
    /// Creation time.
    pub created_at: Millis,
    /// The last sign-in.
    pub signed_in_at: Option<Millis>,
}

const COLUMNS: &str = "id, name, role, enabled, setup_expires_at, created_at, signed_in_at, \
                       CAST(CASE WHEN password_hash IS NULL OR sealed_totp IS NULL THEN 0 ELSE 1 END AS BIGINT) AS is_set_up, \
                       CAST(CASE WHEN oidc_subject IS NULL THEN 0 ELSE 1 END AS BIGINT) AS is_linked";

impl Store {
    /// Creates an operator, and returns the one-time set-up code.
    ///
    /// # Errors
    /// [`Error::Invalid`] for an invalid name; [`crate::Conflict::IdTaken`] for a name that is in use.
    pub async fn create_operator(
        &self,
        actor: &Actor,
        name: &str,
        role: Role,
        now: Millis,
    ) -> Result<(OperatorAccount, Zeroizing<String>)> {
        let name = operator_name(name)?;
        let (id, code) = (random_hex(8, &self.entropy), Zeroizing::new(random_hex(16, &self.entropy)));
        let mut write = self.database.write().await?;
        sqlx::query(
            "INSERT INTO operators (id, name, role, enabled, totp_step, setup_sha256, setup_expires_at, created_at) \
             VALUES ($1, $2, $3, 1, 0, $4, $5, $6)",
        )
        .bind(&id)
        .bind(&name)
        .bind(role)
        .bind(sha256_hex(code.as_bytes()))
        .bind(now + SETUP_LIFETIME)
        .bind(now)
        .execute(&mut *write)
        .await
        .map_err(database_error)?;
        let entry = entry(actor, AuditAction::OperatorCreated, &name).details(json!({ "role": role.name() }));
        audit::append(&mut write, entry, now).await?;
        write.commit().await?;
        Ok((self.operator(&id).await?, code))
    }

    /// All operators, by name.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn operators(&self) -> Result<Vec<OperatorAccount>> {
        let query = sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM operators ORDER BY name"));
        sqlx::query_as(query).fetch_all(self.database.pool()).await.map_err(database_error)
    }

    /// The operator with this id.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn operator(&self, id: &str) -> Result<OperatorAccount> {
        self.find_operator("id = $1", id).await
    }

    /// The operator with this name, in any case.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn operator_by_name(&self, name: &str) -> Result<OperatorAccount> {
        let name = operator_name(name).map_err(|_| Error::NotFound(Entity::Operator))?;
        self.find_operator("name = $1", &name).await
    }

    /// Changes the role. It applies to the next request of every session.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn set_operator_role(&self, actor: &Actor, id: &str, role: Role, now: Millis) -> Result<()> {
        let before = self.operator(id).await?;
        let mut write = self.database.write().await?;
        let query = sqlx::query("UPDATE operators SET role = $2 WHERE id = $1").bind(id).bind(role);
        query.execute(&mut *write).await.map_err(database_error)?;
        let details = json!({ "role": { "from": before.role.name(), "to": role.name() } });
        let entry = entry(actor, AuditAction::OperatorChanged, &before.name).details(details);
        audit::append(&mut write, entry, now).await?;
        write.commit().await
    }

    /// Enables or disables an operator. Disabling ends all sessions.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn enable_operator(&self, actor: &Actor, id: &str, enabled: bool, now: Millis) -> Result<()> {
        let operator = self.operator(id).await?;
        let mut write = self.database.write().await?;
        let query = sqlx::query("UPDATE operators SET enabled = $2 WHERE id = $1").bind(id).bind(i64::from(enabled));
        query.execute(&mut *write).await.map_err(database_error)?;
        if !enabled {
            sessions::end_all(&mut write, id).await?;
        }
        let action = if enabled { AuditAction::OperatorEnabled } else { AuditAction::OperatorDisabled };
        audit::append(&mut write, entry(actor, action, &operator.name), now).await?;
        write.commit().await
    }

    /// Deletes password, second factor, recovery codes, the identity at the OpenID provider and sessions, and returns a new
    /// one-time set-up code.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn reset_operator(&self, actor: &Actor, id: &str, now: Millis) -> Result<Zeroizing<String>> {
        let operator = self.operator(id).await?;
        let code = Zeroizing::new(random_hex(16, &self.entropy));
        let mut write = self.database.write().await?;
        sqlx::query(
            "UPDATE operators SET password_hash = NULL, sealed_totp = NULL, totp_step = 0, setup_sha256 = $2, \
             setup_expires_at = $3, oidc_issuer = NULL, oidc_subject = NULL WHERE id = $1",
        )
        .bind(id)
        .bind(sha256_hex(code.as_bytes()))
        .bind(now + SETUP_LIFETIME)
        .execute(&mut *write)
        .await
        .map_err(database_error)?;
        credentials::delete_recovery_codes(&mut write, id).await?;
        sessions::end_all(&mut write, id).await?;
        throttle::forget(&mut write, &SignInCounter::of_name(&operator.name).key).await?;
        audit::append(&mut write, entry(actor, AuditAction::OperatorReset, &operator.name), now).await?;
        write.commit().await?;
        Ok(code)
    }

    /// `condition` is inserted into the statement: it must be a literal of this crate.
    async fn find_operator(&self, condition: &'static str, key: &str) -> Result<OperatorAccount> {
        let query = sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM operators WHERE {condition}"));
        let operator = sqlx::query_as(query).bind(key).fetch_optional(self.database.pool()).await;
        operator.map_err(database_error)?.ok_or(Error::NotFound(Entity::Operator))
    }
}

fn entry(actor: &Actor, action: AuditAction, name: &str) -> NewAuditEntry {
    NewAuditEntry::new(actor, action).subject(name)
}

/// Fails unless the statement changed one row of an operator.
fn changed(done: &sqlx::any::AnyQueryResult) -> Result<()> {
    if done.rows_affected() == 1 { Ok(()) } else { Err(Error::NotFound(Entity::Operator)) }
}

/// The name in lower case.
fn operator_name(name: &str) -> Result<String> {
    let name = name.trim().to_lowercase();
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._@+-".contains(&byte);
    if name.is_empty() || name.len() > 64 || !name.bytes().all(allowed) {
        return Err(Error::invalid(
            "name",
            "must be 1 to 64 letters, digits, dots, hyphens, underscores, plus signs or @",
        ));
    }
    Ok(name)
}

impl FromRow<'_, AnyRow> for OperatorAccount {
    fn from_row(row: &AnyRow) -> sqlx::Result<Self> {
        Ok(OperatorAccount {
            id: row.try_get("id")?,
            name: row.try_get("name")?,
            role: row.try_get("role")?,
            enabled: row.try_get::<i64, _>("enabled")? != 0,
            is_set_up: row.try_get::<i64, _>("is_set_up")? != 0,
            is_linked: row.try_get::<i64, _>("is_linked")? != 0,
            setup_expires_at: row.try_get("setup_expires_at")?,
            created_at: row.try_get("created_at")?,
            signed_in_at: row.try_get("signed_in_at")?,
        })
    }
}
