//! The `account` command.

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use nearfar_store::{Account, AccountSettings, Actor, AuditAction, Audited, NewAccount, NewAuditEntry, Store};
use serde_json::Value;

/// Account commands.
#[derive(Clone, Debug, Subcommand)]
pub enum AccountCommand {
    /// Creates an account and prints its keys. The secret key is shown only once.
    Add(AddArgs),
    /// Lists accounts as JSON lines, without secrets.
    List,
    /// Changes an account.
    Set(SetArgs),
    /// Disables an account and revokes its tokens.
    Disable {
        /// The access key.
        access_key: String,
    },
    /// Enables an account again.
    Enable {
        /// The access key.
        access_key: String,
    },
    /// Replaces the secret key and revokes all tokens. The new key is shown only once.
    Rotate {
        /// The access key.
        access_key: String,
    },
}

/// A new account.
#[derive(Clone, Debug, Args)]
pub struct AddArgs {
    /// Display name.
    pub name: String,
    /// Creates a sandbox account: an integrator's tests choose the verdicts of its sessions. It can never be changed.
    #[arg(long)]
    pub sandbox: bool,
    #[command(flatten)]
    change: Change,
}

/// Changes to an account.
#[derive(Clone, Debug, Args)]
pub struct SetArgs {
    /// The access key.
    pub access_key: String,
    /// New display name.
    #[arg(long)]
    name: Option<String>,
    #[command(flatten)]
    change: Change,
}

#[derive(Clone, Debug, Args)]
struct Change {
    /// Expiry: Unix milliseconds, or `never`.
    #[arg(long, value_parser = parse_end)]
    expires: Option<End>,
    /// A setting, as in `--set crossDevice=offer --set 'frameAncestors=["https://shop.example"]'`.
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = parse_setting)]
    settings: Vec<(String, Value)>,
}

#[derive(Clone, Copy, Debug)]
enum End {
    Never,
    At(i64),
}

fn parse_end(text: &str) -> Result<End, String> {
    if text == "never" {
        return Ok(End::Never);
    }
    text.parse().map(End::At).map_err(|_| "should be Unix milliseconds or never".to_owned())
}

fn parse_setting(text: &str) -> Result<(String, Value), String> {
    let (name, value) = text.split_once('=').ok_or("should be NAME=VALUE")?;
    let value = serde_json::from_str(value).unwrap_or_else(|_| Value::String(value.to_owned()));
    Ok((name.to_owned(), value))
}

/// The settings with another value of one of them.
///
/// # Errors
/// For an unknown setting, and a value that is not one of it. [`AccountSettings::validate`] checks the rest.
pub fn apply_setting(before: &AccountSettings, name: &str, value: Value) -> serde_json::Result<AccountSettings> {
    let mut all = serde_json::to_value(before)?;
    all[name] = value;
    serde_json::from_value(all)
}

impl Change {
    fn settings(&self, before: &AccountSettings) -> anyhow::Result<AccountSettings> {
        let mut settings = before.clone();
        for (name, value) in &self.settings {
            // One at a time, so that an error names its setting.
            settings = apply_setting(&settings, name, value.clone()).with_context(|| name.clone())?;
        }
        Ok(settings)
    }

    fn expires_at(&self, before: Option<i64>) -> Option<i64> {
        match self.expires {
            None => before,
            Some(End::Never) => None,
            Some(End::At(time)) => Some(time),
        }
    }
}

/// Runs the command and returns its output.
pub async fn run(store: &Store, command: AccountCommand, actor: &Actor, now: i64) -> anyhow::Result<String> {
    let audited = store.audited(actor, now);
    Ok(match command {
        AccountCommand::Add(args) => {
            let settings = args.change.settings(&AccountSettings::default())?;
            let new = NewAccount {
                name: args.name,
                sandbox: args.sandbox,
                expires_at: args.change.expires_at(None),
                settings,
            };
            let (account, secret) = audited.create_account(new).await?;
            keys(&account.access_key, &secret)
        }
        AccountCommand::List => {
            store.record_audit(NewAuditEntry::new(actor, AuditAction::AccountsListed), now).await?;
            let accounts = store.accounts().await?;
            accounts.iter().map(describe).collect::<Vec<_>>().join("\n")
        }
        AccountCommand::Set(args) => {
            let account = find(store, &args.access_key).await?;
            let settings = args.change.settings(&account.settings)?;
            let name = args.name.as_deref().unwrap_or(&account.name);
            let expires_at = args.change.expires_at(account.expires_at);
            audited.update_account(&account, name, expires_at, &settings).await?;
            describe(&find(store, &args.access_key).await?)
        }
        AccountCommand::Disable { access_key } => enable(store, &audited, &access_key, false).await?,
        AccountCommand::Enable { access_key } => enable(store, &audited, &access_key, true).await?,
        AccountCommand::Rotate { access_key } => {
            let account = find(store, &access_key).await?;
            let secret = audited.rotate_secret(&account).await?;
            keys(&access_key, &secret)
        }
    })
}

async fn enable(store: &Store, audited: &Audited<'_>, access_key: &str, enabled: bool) -> anyhow::Result<String> {
    let account = find(store, access_key).await?;
    audited.enable_account(&account, enabled).await?;
    Ok(describe(&find(store, access_key).await?))
}

/// The account with this access key.
pub(super) async fn find(store: &Store, access_key: &str) -> anyhow::Result<Account> {
    match store.account_by_access_key(access_key).await {
        Err(nearfar_store::Error::NotFound(_)) => bail!("no account with access key {access_key}"),
        other => Ok(other?),
    }
}

fn keys(access_key: &str, secret_key: &str) -> String {
    serde_json::json!({ "accessKey": access_key, "secretKey": secret_key }).to_string()
}

fn describe(account: &Account) -> String {
    serde_json::json!({
        "accessKey": account.access_key, "name": account.name, "enabled": account.enabled,
        "sandbox": account.sandbox,
        "expiresAt": account.expires_at, "createdAt": account.created_at, "settings": account.settings,
    })
    .to_string()
}
