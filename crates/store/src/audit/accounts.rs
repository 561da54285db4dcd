//! Changes of accounts that are stored together with their audit entries.

use super::{Actor, AuditAction, NewAuditEntry};
use crate::accounts::{Account, NewAccount};
use crate::error::Result;
use crate::settings::AccountSettings;
use crate::{Millis, Store};
use serde_json::{Map, Value, json};
use zeroize::Zeroizing;

/// Changes accounts on behalf of an actor: the change and its entry are stored in one transaction.
#[derive(Clone)]
pub struct Audited<'a> {
    store: &'a Store,
    actor: &'a Actor,
    now: Millis,
}

impl Store {
    /// Changes on behalf of this actor.
    pub fn audited<'a>(&'a self, actor: &'a Actor, now: Millis) -> Audited<'a> {
        Audited { store: self, actor, now }
    }
}

impl Audited<'_> {
    fn entry(&self, action: AuditAction, account: &Account) -> NewAuditEntry {
        NewAuditEntry::new(self.actor, action).account(&account.id).subject(&account.access_key)
    }

    /// Like [`Store::create_account`].
    ///
    /// # Errors
    /// As [`Store::create_account`].
    pub async fn create_account(&self, new: NewAccount) -> Result<(Account, Zeroizing<String>)> {
        self.store.create_account_by(Some(self.actor), new, self.now).await
    }

    /// Like [`Store::update_account`]. The entry contains the values before and after.
    ///
    /// # Errors
    /// As [`Store::update_account`].
    pub async fn update_account(
        &self,
        account: &Account,
        name: &str,
        expires_at: Option<Millis>,
        settings: &AccountSettings,
    ) -> Result<()> {
        let changes = changes(
            &facts(account),
            &facts(&Account { name: name.to_owned(), expires_at, settings: settings.clone(), ..account.clone() }),
        );
        let entry = self.entry(AuditAction::AccountChanged, account).details(json!({ "changed": changes }));
        self.store.update_account_by(Some((entry, self.now)), &account.id, name, expires_at, settings).await
    }

    /// Like [`Store::enable_account`].
    ///
    /// # Errors
    /// As [`Store::enable_account`].
    pub async fn enable_account(&self, account: &Account, enabled: bool) -> Result<()> {
        let action = if enabled { AuditAction::AccountEnabled } else { AuditAction::AccountDisabled };
        let entry = self.entry(action, account);
        self.store.enable_account_by(Some((entry, self.now)), &account.id, enabled).await
    }

    /// Like [`Store::rotate_secret`].
    ///
    /// # Errors
    /// As [`Store::rotate_secret`].
    pub async fn rotate_secret(&self, account: &Account) -> Result<Zeroizing<String>> {
        let entry = self.entry(AuditAction::AccountSecretRotated, account);
        self.store.rotate_secret_by(Some((entry, self.now)), &account.id).await
    }
}

/// The entry of a new account.
pub(crate) fn created(actor: &Actor, account: &Account) -> NewAuditEntry {
    let unset =
        Account { name: String::new(), expires_at: None, settings: AccountSettings::default(), ..account.clone() };
    let details = json!({ "sandbox": account.sandbox, "set": changes(&facts(&unset), &facts(account)) });
    let entry = NewAuditEntry::new(actor, AuditAction::AccountCreated);
    entry.account(&account.id).subject(&account.access_key).details(details)
}

fn facts(account: &Account) -> Map<String, Value> {
    let mut facts = match serde_json::json!(account.settings) {
        Value::Object(settings) => settings,
        _ => Map::new(),
    };
    facts.insert("name".into(), account.name.clone().into());
    facts.insert("expiresAt".into(), account.expires_at.into());
    facts
}

/// `{"field": {"from": …, "to": …}}` of the fields that differ.
fn changes(before: &Map<String, Value>, after: &Map<String, Value>) -> Value {
    let changed = after.iter().filter(|(name, value)| before.get(*name) != Some(*value));
    let change = |(name, value): (&String, &Value)| {
        (name.clone(), json!({ "from": before.get(name).cloned().unwrap_or_default(), "to": value }))
    };
    changed.map(change).collect::<Map<_, _>>().into()
}
