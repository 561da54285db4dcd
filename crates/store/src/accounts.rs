//! Accounts of integrators, and secrets of the service.

use crate::audit::{self, Actor, NewAuditEntry};
use crate::database::database_error;
use crate::entropy::random_hex;
use crate::error::{Entity, Error, Result};
use crate::retention_by_kind::RetentionByKind;
use crate::settings::AccountSettings;
use crate::{Millis, Store};
use sqlx::any::AnyRow;
use sqlx::{FromRow, Row};
use zeroize::Zeroizing;

/// An integrator's account, without its secret key.
#[derive(Clone, Debug, PartialEq)]
pub struct Account {
    /// Internal id.
    pub id: String,
    /// Public identifier that the integrator sends.
    pub access_key: String,
    /// Display name.
    pub name: String,
    /// Whether the account is enabled.
    pub enabled: bool,
    /// Whether tests choose the verdicts of its sessions. Fixed at creation.
    pub sandbox: bool,
    /// When the account expires, if ever.
    pub expires_at: Option<Millis>,
    /// Settings.
    pub settings: AccountSettings,
    /// Increases whenever tokens issued so far must become invalid: store it in tokens and compare.
    pub token_epoch: i64,
    /// Creation time.
    pub created_at: Millis,
}

/// A new account. The store draws its keys.
#[derive(Clone, Debug, Default)]
pub struct NewAccount {
    /// Display name, at most 200 characters.
    pub name: String,
    /// Whether tests choose the verdicts of its sessions.
    pub sandbox: bool,
    /// When the account expires, if ever.
    pub expires_at: Option<Millis>,
    /// Settings.
    pub settings: AccountSettings,
}

/// An audit entry to store with a change, and its time.
type Entry = (NewAuditEntry, Millis);

const COLUMNS: &str = "id, access_key, name, enabled, sandbox, expires_at, settings, token_epoch, created_at";

impl Store {
    /// Creates an account. The secret key is returned only here.
    ///
    /// # Errors
    /// [`Error::Invalid`] for settings out of range.
    pub async fn create_account(&self, new: NewAccount, now: Millis) -> Result<(Account, Zeroizing<String>)> {
        self.create_account_by(None, new, now).await
    }

    /// Like [`Store::create_account`], with the entry of the audit log.
    pub(crate) async fn create_account_by(
        &self,
        actor: Option<&Actor>,
        new: NewAccount,
        now: Millis,
    ) -> Result<(Account, Zeroizing<String>)> {
        let id = random_hex(8, &self.entropy);
        self.create_account_with(id, actor, new, now).await
    }

    /// Like [`Store::create_account_by`], with a given id.
    pub(crate) async fn create_account_with(
        &self,
        id: String,
        actor: Option<&Actor>,
        new: NewAccount,
        now: Millis,
    ) -> Result<(Account, Zeroizing<String>)> {
        new.settings.validate()?;
        check_name(&new.name)?;
        let account = Account {
            id,
            access_key: random_hex(8, &self.entropy),
            name: new.name,
            enabled: true,
            sandbox: new.sandbox,
            expires_at: new.expires_at,
            settings: new.settings,
            token_epoch: 0,
            created_at: now,
        };
        let secret = Zeroizing::new(random_hex(16, &self.entropy));
        let sealed = self.master.seal_text(secret.as_bytes(), &secret_context(&account.id), &self.entropy)?;
        let mut write = self.database.write().await?;
        sqlx::query(
            "INSERT INTO accounts (id, access_key, name, sealed_secret, enabled, expires_at, settings, token_epoch, \
             created_at, sandbox) VALUES ($1, $2, $3, $4, 1, $5, $6, 0, $7, $8)",
        )
        .bind(&account.id)
        .bind(&account.access_key)
        .bind(&account.name)
        .bind(sealed)
        .bind(account.expires_at)
        .bind(&account.settings)
        .bind(now)
        .bind(i64::from(account.sandbox))
        .execute(&mut *write)
        .await
        .map_err(database_error)?;
        if let Some(actor) = actor {
            audit::append(&mut write, audit::created(actor, &account), now).await?;
        }
        write.commit().await?;
        Ok((account, secret))
    }

    /// The account with this id.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn account(&self, id: &str) -> Result<Account> {
        self.find_account("WHERE id = $1", id).await
    }

    /// The account with this access key.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn account_by_access_key(&self, access_key: &str) -> Result<Account> {
        self.find_account("WHERE access_key = $1", access_key).await
    }

    /// All accounts, oldest first.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn accounts(&self) -> Result<Vec<Account>> {
        let query = sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM accounts ORDER BY created_at, id"));
        sqlx::query_as(query).fetch_all(self.database.pool()).await.map_err(database_error)
    }

    /// The accounts that keep a kind of data for a shorter time, by their ids. The settings of all others have
    /// `"retentionByKind":{}` or nothing of it, and are not read.
    pub(crate) async fn retentions_by_kind(&self) -> Result<Vec<(String, RetentionByKind)>> {
        let query = r#"SELECT id, settings FROM accounts WHERE settings LIKE '%"retentionByKind":{"%' ORDER BY id"#;
        let found = sqlx::query_as(query).fetch_all(self.database.pool()).await.map_err(database_error)?;
        let found: Vec<(String, AccountSettings)> = found;
        Ok(found.into_iter().map(|(id, settings)| (id, settings.retention_by_kind)).collect())
    }

    /// The secret key, to verify a signature. Never log it.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Corrupt`] if the master key has changed.
    pub async fn account_secret(&self, id: &str) -> Result<Zeroizing<String>> {
        let sealed: String = sqlx::query_scalar("SELECT sealed_secret FROM accounts WHERE id = $1")
            .bind(id)
            .fetch_optional(self.database.pool())
            .await
            .map_err(database_error)?
            .ok_or(Error::NotFound(Entity::Account))?;
        let plain = self.master.open_text(&sealed, &secret_context(id), "account secret")?;
        let text = std::str::from_utf8(&plain).map_err(|error| Error::corrupt("account secret", error))?;
        Ok(Zeroizing::new(text.to_owned()))
    }

    /// Replaces the secret key and revokes all tokens. The new key is returned only here.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn rotate_secret(&self, id: &str) -> Result<Zeroizing<String>> {
        self.rotate_secret_by(None, id).await
    }

    pub(crate) async fn rotate_secret_by(&self, audit: Option<Entry>, id: &str) -> Result<Zeroizing<String>> {
        let secret = Zeroizing::new(random_hex(16, &self.entropy));
        let sealed = self.master.seal_text(secret.as_bytes(), &secret_context(id), &self.entropy)?;
        let statement = "UPDATE accounts SET sealed_secret = $2, token_epoch = token_epoch + 1 WHERE id = $1";
        self.change_account(audit, sqlx::query(statement).bind(id).bind(sealed)).await?;
        Ok(secret)
    }

    /// Enables or disables the account. Disabling revokes its tokens.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn enable_account(&self, id: &str, enabled: bool) -> Result<()> {
        self.enable_account_by(None, id, enabled).await
    }

    pub(crate) async fn enable_account_by(&self, audit: Option<Entry>, id: &str, enabled: bool) -> Result<()> {
        let statement =
            "UPDATE accounts SET token_epoch = token_epoch + enabled * (1 - $2), enabled = $2 WHERE id = $1";
        self.change_account(audit, sqlx::query(statement).bind(id).bind(i64::from(enabled))).await
    }

    /// Replaces name, expiry and settings.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Invalid`] for settings out of range.
    pub async fn update_account(
        &self,
        id: &str,
        name: &str,
        expires_at: Option<Millis>,
        settings: &AccountSettings,
    ) -> Result<()> {
        self.update_account_by(None, id, name, expires_at, settings).await
    }

    pub(crate) async fn update_account_by(
        &self,
        audit: Option<Entry>,
        id: &str,
        name: &str,
        expires_at: Option<Millis>,
        settings: &AccountSettings,
    ) -> Result<()> {
        settings.validate()?;
        check_name(name)?;
        let statement = "UPDATE accounts SET name = $2, expires_at = $3, settings = $4 WHERE id = $1";
        self.change_account(audit, sqlx::query(statement).bind(id).bind(name).bind(expires_at).bind(settings)).await
    }

    /// A secret shared by all instances of the service, such as the key that signs tokens. Created on first use,
    /// encrypted with the master key.
    ///
    /// # Errors
    /// [`Error::Corrupt`] if the master key has changed.
    pub async fn server_secret(&self, name: &str) -> Result<Zeroizing<Vec<u8>>> {
        let context = format!("server secret/{name}");
        let mut fresh = Zeroizing::new(vec![0; 32]);
        (self.entropy)(&mut fresh);
        let sealed = self.master.seal_text(&fresh, &context, &self.entropy)?;
        let mut write = self.database.write().await?;
        // If several instances start at once, the first secret wins.
        sqlx::query("INSERT INTO server_secrets (name, sealed) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING")
            .bind(name)
            .bind(sealed)
            .execute(&mut *write)
            .await
            .map_err(database_error)?;
        let sealed: String = sqlx::query_scalar("SELECT sealed FROM server_secrets WHERE name = $1")
            .bind(name)
            .fetch_one(&mut *write)
            .await
            .map_err(database_error)?;
        write.commit().await?;
        self.master.open_text(&sealed, &context, "server secret")
    }

    /// `condition` is inserted into the statement: it must be a literal of this crate.
    async fn find_account(&self, condition: &'static str, key: &str) -> Result<Account> {
        let query = sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM accounts {condition}"));
        let account = sqlx::query_as(query).bind(key).fetch_optional(self.database.pool()).await;
        account.map_err(database_error)?.ok_or(Error::NotFound(Entity::Account))
    }

    async fn change_account(
        &self,
        audit: Option<Entry>,
        query: sqlx::query::Query<'_, sqlx::Any, sqlx::any::AnyArguments>,
    ) -> Result<()> {
        let mut write = self.database.write().await?;
        let done = query.execute(&mut *write).await.map_err(database_error)?;
        if done.rows_affected() == 0 {
            return Err(Error::NotFound(Entity::Account));
        }
        if let Some((entry, now)) = audit {
            audit::append(&mut write, entry, now).await?;
        }
        write.commit().await
    }
}

impl FromRow<'_, AnyRow> for Account {
    fn from_row(row: &AnyRow) -> sqlx::Result<Self> {
        Ok(Account {
            id: row.try_get("id")?,
            access_key: row.try_get("access_key")?,
            name: row.try_get("name")?,
            enabled: row.try_get::<i64, _>("enabled")? != 0,
            sandbox: row.try_get::<i64, _>("sandbox")? != 0,
            expires_at: row.try_get("expires_at")?,
            settings: row.try_get("settings")?,
            token_epoch: row.try_get("token_epoch")?,
            created_at: row.try_get("created_at")?,
        })
    }
}

fn check_name(name: &str) -> Result<()> {
    if name.trim().is_empty() || name.chars().count() > 200 {
        return Err(Error::invalid("name", "must have 1 to 200 characters"));
    }
    Ok(())
}

fn secret_context(id: &str) -> String {
    format!("account secret/{id}")
}
