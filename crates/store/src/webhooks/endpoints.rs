//! Endpoints of accounts, and the secrets that sign their events.

use crate::audit::{self, Actor, AuditAction, NewAuditEntry};
use crate::database::{Write, database_error};
use crate::entropy::random_hex;
use crate::error::{Entity, Error, Result};
use crate::{Millis, Store};
use nearfar_protocol::webhook::{EventType, SECRET_PREFIX};
use serde_json::{Value, json};
use sqlx::any::AnyRow;
use sqlx::{FromRow, Row};
use std::fmt;
use url::Url;
use zeroize::Zeroizing;

/// How long the secret before a rotation signs too, in ms.
pub const PREVIOUS_SECRET_TIME: Millis = 24 * 3_600_000;

/// The longest URL of an endpoint.
const MAX_URL: usize = 2048;
/// The account of studies, whose sessions have no integrator.
const STUDY_ACCOUNT: &str = "study";

/// The endpoint of an account, without its secrets.
#[derive(Clone, Debug, PartialEq)]
pub struct WebhookEndpoint {
    /// The account.
    pub account_id: String,
    /// Where its events are posted to. The caller has checked it.
    pub url: String,
    /// The events that it receives.
    pub events: Vec<EventType>,
    /// Whether events are recorded and delivered.
    pub enabled: bool,
    /// Until when the secret before the last rotation signs too.
    pub previous_until: Option<Millis>,
    /// Creation time.
    pub created_at: Millis,
}

/// What a delivery needs to know of an endpoint.
#[derive(Clone)]
pub struct WebhookTarget {
    /// The URL.
    pub url: String,
    /// The secrets that sign: the current one first. Never log them.
    pub secrets: Vec<Zeroizing<String>>,
}

impl fmt::Debug for WebhookTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookTarget(…)")
    }
}

const COLUMNS: &str = "account_id, url, events, enabled, previous_until, created_at";

impl Store {
    /// Sets URL and events of an account's endpoint. A new endpoint is enabled and gets a secret, which is returned
    /// only here; an existing one keeps its own. With an actor, the audit log gets an entry, as for all changes here.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a URL that is too long, no events, and the account of studies; [`Error::NotFound`] if the
    /// account does not exist.
    pub async fn set_webhook(
        &self,
        actor: Option<&Actor>,
        account_id: &str,
        url: &str,
        events: &[EventType],
        now: Millis,
    ) -> Result<Option<Zeroizing<String>>> {
        if url.is_empty() || url.len() > MAX_URL {
            return Err(Error::invalid("url", format!("must have 1 to {MAX_URL} bytes")));
        }
        let known = |event: &&EventType| events.contains(event);
        let names: Vec<&str> = EventType::CHOOSABLE.iter().filter(known).map(|event| event.name()).collect();
        if names.is_empty() {
            return Err(Error::invalid("events", "must name at least one event"));
        }
        if account_id == STUDY_ACCOUNT {
            return Err(Error::invalid("account", "sessions of studies have no events"));
        }
        let (secret, sealed) = self.new_webhook_secret(account_id)?;
        let mut write = self.database.write().await?;
        // Sessions that expired before nobody recorded it are left out: they may be many, and are long over.
        let is_new: i64 = sqlx::query_scalar(
            "INSERT INTO webhook_endpoints \
             (account_id, url, events, enabled, records_expiry, expiry_since, sealed_secret, created_at) \
             VALUES ($1, $2, $3, 1, $4, $5, $6, $5) ON CONFLICT (account_id) DO UPDATE SET \
             expiry_since = CASE WHEN webhook_endpoints.records_expiry = 1 THEN webhook_endpoints.expiry_since \
                 ELSE excluded.expiry_since END, \
             url = excluded.url, events = excluded.events, \
             records_expiry = excluded.records_expiry * webhook_endpoints.enabled \
             RETURNING CASE WHEN sealed_secret = $6 THEN 1 ELSE 0 END",
        )
        .bind(account_id)
        .bind(url)
        .bind(names.join(" "))
        .bind(i64::from(events.contains(&EventType::SessionExpired)))
        .bind(now)
        .bind(sealed)
        .fetch_one(&mut *write)
        .await
        .map_err(database_error)?;
        let action =
            if is_new != 0 { AuditAction::WebhookEndpointCreated } else { AuditAction::WebhookEndpointChanged };
        // The rest of the URL may contain a secret.
        let origin = Url::parse(url).map(|url| url.origin().ascii_serialization()).unwrap_or_default();
        record(&mut write, actor, action, account_id, json!({"origin": origin, "events": names}), now).await?;
        write.commit().await?;
        Ok((is_new != 0).then_some(secret))
    }

    /// Enables or disables an endpoint. While it is disabled, nothing is recorded, and recorded events wait.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn enable_webhook(
        &self,
        actor: Option<&Actor>,
        account_id: &str,
        enabled: bool,
        now: Millis,
    ) -> Result<()> {
        let receives_expiry = format!("' ' || events || ' ' LIKE '% {} %'", EventType::SessionExpired);
        let statement = format!(
            "UPDATE webhook_endpoints SET enabled = $2, \
             expiry_since = CASE WHEN records_expiry = 1 THEN expiry_since ELSE $3 END, \
             records_expiry = CASE WHEN $2 = 1 AND {receives_expiry} THEN 1 ELSE 0 END WHERE account_id = $1"
        );
        let query = sqlx::query(sqlx::AssertSqlSafe(statement));
        let query = query.bind(account_id).bind(i64::from(enabled)).bind(now);
        let mut write = self.change_webhook(query).await?;
        let (action, details) = (AuditAction::WebhookEndpointChanged, json!({"enabled": enabled}));
        record(&mut write, actor, action, account_id, details, now).await?;
        write.commit().await
    }

    /// Replaces the secret. The one before signs too for [`PREVIOUS_SECRET_TIME`]. The new secret is returned only here.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn rotate_webhook_secret(
        &self,
        actor: Option<&Actor>,
        account_id: &str,
        now: Millis,
    ) -> Result<Zeroizing<String>> {
        let (secret, sealed) = self.new_webhook_secret(account_id)?;
        let statement = "UPDATE webhook_endpoints SET sealed_previous = sealed_secret, previous_until = $2, \
                         sealed_secret = $3 WHERE account_id = $1";
        let until = now.saturating_add(PREVIOUS_SECRET_TIME);
        let query = sqlx::query(statement).bind(account_id).bind(until).bind(sealed);
        let mut write = self.change_webhook(query).await?;
        record(&mut write, actor, AuditAction::WebhookSecretRotated, account_id, json!({}), now).await?;
        write.commit().await?;
        Ok(secret)
    }

    /// Removes an endpoint with its secrets, its waiting events and its dead letters.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn remove_webhook(&self, actor: Option<&Actor>, account_id: &str, now: Millis) -> Result<()> {
        let query = sqlx::query("DELETE FROM webhook_endpoints WHERE account_id = $1").bind(account_id);
        let mut write = self.change_webhook(query).await?;
        let events = sqlx::query("DELETE FROM webhook_events WHERE account_id = $1").bind(account_id);
        events.execute(&mut *write).await.map_err(database_error)?;
        record(&mut write, actor, AuditAction::WebhookEndpointDeleted, account_id, json!({}), now).await?;
        write.commit().await
    }

    /// The endpoint of an account.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn webhook(&self, account_id: &str) -> Result<WebhookEndpoint> {
        let query = sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM webhook_endpoints WHERE account_id = $1"));
        let endpoint = sqlx::query_as(query).bind(account_id).fetch_optional(self.database.pool()).await;
        endpoint.map_err(database_error)?.ok_or(Error::NotFound(Entity::Webhook))
    }

    /// All endpoints, oldest first.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn webhooks(&self) -> Result<Vec<WebhookEndpoint>> {
        let query = format!("SELECT {COLUMNS} FROM webhook_endpoints ORDER BY created_at, account_id");
        let all = sqlx::query_as(sqlx::AssertSqlSafe(query)).fetch_all(self.database.pool()).await;
        all.map_err(database_error)
    }

    /// URL and secrets of an account's endpoint, for a delivery at `now`.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Corrupt`] if the master key has changed.
    pub async fn webhook_target(&self, account_id: &str, now: Millis) -> Result<WebhookTarget> {
        let query = "SELECT url, sealed_secret, CASE WHEN previous_until > $2 THEN sealed_previous END AS previous \
                     FROM webhook_endpoints WHERE account_id = $1";
        let row: Option<(String, String, Option<String>)> = sqlx::query_as(query)
            .bind(account_id)
            .bind(now)
            .fetch_optional(self.database.pool())
            .await
            .map_err(database_error)?;
        let (url, current, previous) = row.ok_or(Error::NotFound(Entity::Webhook))?;
        let open = |sealed: String| {
            let plain = self.master.open_text(&sealed, &secret_context(account_id), "webhook secret")?;
            let text = std::str::from_utf8(&plain).map_err(|error| Error::corrupt("webhook secret", error))?;
            Ok(Zeroizing::new(text.to_owned()))
        };
        let secrets = std::iter::once(current).chain(previous).map(open).collect::<Result<_>>()?;
        Ok(WebhookTarget { url, secrets })
    }

    /// A new secret, and the same sealed for the database.
    fn new_webhook_secret(&self, account_id: &str) -> Result<(Zeroizing<String>, String)> {
        let secret = Zeroizing::new(format!("{SECRET_PREFIX}{}", random_hex(32, &self.entropy)));
        let sealed = self.master.seal_text(secret.as_bytes(), &secret_context(account_id), &self.entropy)?;
        Ok((secret, sealed))
    }

    /// Changes the row of an endpoint. The caller commits.
    async fn change_webhook(&self, query: sqlx::query::Query<'_, sqlx::Any, sqlx::any::AnyArguments>) -> Result<Write> {
        let mut write = self.database.write().await?;
        let done = query.execute(&mut *write).await.map_err(database_error)?;
        if done.rows_affected() == 0 {
            return Err(Error::NotFound(Entity::Webhook));
        }
        Ok(write)
    }
}

/// Appends an entry of the audit log in the transaction of its change.
pub(super) async fn record(
    write: &mut Write,
    actor: Option<&Actor>,
    action: AuditAction,
    account_id: &str,
    details: Value,
    now: Millis,
) -> Result<()> {
    if let Some(actor) = actor {
        let entry = NewAuditEntry::new(actor, action).account(account_id).details(details);
        audit::append(write, entry, now).await?;
    }
    Ok(())
}

impl FromRow<'_, AnyRow> for WebhookEndpoint {
    fn from_row(row: &AnyRow) -> sqlx::Result<Self> {
        let events: String = row.try_get("events")?;
        Ok(WebhookEndpoint {
            account_id: row.try_get("account_id")?,
            url: row.try_get("url")?,
            // A newer version may know more events.
            events: events.split(' ').filter_map(EventType::from_name).collect(),
            enabled: row.try_get::<i64, _>("enabled")? != 0,
            previous_until: row.try_get("previous_until")?,
            created_at: row.try_get("created_at")?,
        })
    }
}

fn secret_context(account_id: &str) -> String {
    format!("webhook secret/{account_id}")
}
