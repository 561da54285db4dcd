//! The `webhook` command.

use std::time::Duration;

use anyhow::{Context, bail, ensure};
use clap::{Args, Subcommand};
use nearfar_protocol::webhook::EventType;
use nearfar_store::{Account, Actor, DeadEvent, Error as StoreError, Store, WebhookBacklog, WebhookEndpoint};
use serde_json::{Value, json};

use crate::clock::Clock;
use crate::config::Config;
use crate::webhooks::endpoint_url::UrlPolicy;
use crate::webhooks::event::test_event;
use crate::webhooks::sender::Sender;

/// The most dead letters that are listed.
const MAX_LISTED: u32 = 1000;

/// Webhook commands.
#[derive(Clone, Debug, Subcommand)]
pub enum WebhookCommand {
    /// Sets the endpoint of an account. The secret of a new endpoint is shown only once.
    Set(SetArgs),
    /// Lists endpoints as JSON lines, without secrets.
    List,
    /// Replaces the secret of an endpoint; the one before signs too for 24 hours. The new one is shown only once.
    Rotate {
        /// The access key.
        access_key: String,
    },
    /// Disables an endpoint: nothing is recorded for it, and what was recorded waits.
    Disable {
        /// The access key.
        access_key: String,
    },
    /// Enables an endpoint again.
    Enable {
        /// The access key.
        access_key: String,
    },
    /// Removes an endpoint with its secret and its undelivered events.
    Remove {
        /// The access key.
        access_key: String,
    },
    /// Sends a test event, and prints how the endpoint answered.
    Test {
        /// The access key.
        access_key: String,
    },
    /// Lists the dead letters of an account as JSON lines: events whose delivery was given up.
    Dead {
        /// The access key.
        access_key: String,
    },
    /// Delivers an event again that failed or is a dead letter.
    Retry(RetryArgs),
}

/// An endpoint.
#[derive(Clone, Debug, Args)]
pub struct SetArgs {
    /// The access key.
    pub access_key: String,
    /// An https URL.
    pub url: String,
    /// The events, separated by commas. Default: all.
    #[arg(long, value_delimiter = ',', value_parser = parse_event)]
    events: Vec<EventType>,
}

/// Events to deliver again.
#[derive(Clone, Debug, Args)]
#[group(required = true, multiple = false)]
pub struct RetryArgs {
    /// The event's id.
    event: Option<String>,
    /// All dead letters of this account.
    #[arg(long, value_name = "ACCESS_KEY")]
    all: Option<String>,
}

fn parse_event(text: &str) -> Result<EventType, String> {
    let names = EventType::CHOOSABLE.map(EventType::name).join(", ");
    EventType::from_name(text).ok_or_else(|| format!("should be one of {names}"))
}

/// Runs the command and returns its output.
pub async fn run(
    store: &Store,
    config: &Config,
    command: WebhookCommand,
    actor: &Actor,
    clock: &dyn Clock,
    entropy: &nearfar_store::Entropy,
) -> anyhow::Result<String> {
    let now = clock.now();
    Ok(match command {
        WebhookCommand::Set(SetArgs { access_key, url, events }) => {
            let account = find(store, &access_key).await?;
            let url = UrlPolicy::new(config).parse(&url)?;
            let events = if events.is_empty() { EventType::CHOOSABLE.to_vec() } else { events };
            let secret = store.set_webhook(Some(actor), &account.id, url.as_str(), &events, now).await?;
            let mut endpoint = describe(store, &account).await?;
            if let Some(secret) = secret {
                endpoint["secret"] = json!(*secret);
            }
            endpoint.to_string()
        }
        WebhookCommand::List => {
            let mut lines = Vec::new();
            for endpoint in store.webhooks().await? {
                let account = store.account(&endpoint.account_id).await?;
                lines.push(describe(store, &account).await?.to_string());
            }
            lines.join("\n")
        }
        WebhookCommand::Rotate { access_key } => {
            let account = find(store, &access_key).await?;
            let secret = store
                .rotate_webhook_secret(Some(actor), &account.id, now)
                .await
                .map_err(|error| none(error, &access_key))?;
            let mut endpoint = describe(store, &account).await?;
            endpoint["secret"] = json!(*secret);
            endpoint.to_string()
        }
        WebhookCommand::Disable { access_key } => enable(store, actor, &access_key, false, now).await?,
        WebhookCommand::Enable { access_key } => enable(store, actor, &access_key, true, now).await?,
        WebhookCommand::Remove { access_key } => {
            let account = find(store, &access_key).await?;
            store.remove_webhook(Some(actor), &account.id, now).await.map_err(|error| none(error, &access_key))?;
            json!({"accessKey": access_key, "removed": true}).to_string()
        }
        WebhookCommand::Test { access_key } => {
            let account = find(store, &access_key).await?;
            let target = store.webhook_target(&account.id, now).await.map_err(|error| none(error, &access_key))?;
            let event = test_event(&account, entropy, now);
            let started = clock.monotonic();
            let status = Sender::new(config)?.send(&target, &event, now).await?;
            let took: Duration = clock.monotonic().saturating_sub(started);
            json!({"eventId": event.id, "status": status, "milliseconds": took.as_millis()}).to_string()
        }
        WebhookCommand::Dead { access_key } => {
            let account = find(store, &access_key).await?;
            let dead = store.dead_events(&account.id, MAX_LISTED).await?;
            dead.iter().map(describe_dead).collect::<Vec<_>>().join("\n")
        }
        WebhookCommand::Retry(RetryArgs { event: Some(event), .. }) => {
            match store.retry_event(Some(actor), &event, now).await {
                Err(StoreError::NotFound(_)) => bail!("no undelivered event {event} whose delivery has failed"),
                other => other?,
            }
            json!({"retried": 1}).to_string()
        }
        WebhookCommand::Retry(RetryArgs { all, .. }) => {
            let account = find(store, &all.context("which event?")?).await?;
            json!({"retried": store.retry_dead_events(Some(actor), &account.id, now).await?}).to_string()
        }
    })
}

async fn enable(store: &Store, actor: &Actor, access_key: &str, enabled: bool, now: i64) -> anyhow::Result<String> {
    let account = find(store, access_key).await?;
    store.enable_webhook(Some(actor), &account.id, enabled, now).await.map_err(|error| none(error, access_key))?;
    Ok(describe(store, &account).await?.to_string())
}

async fn find(store: &Store, access_key: &str) -> anyhow::Result<Account> {
    let found = store.account_by_access_key(access_key).await;
    ensure!(!matches!(found, Err(StoreError::NotFound(_))), "no account with access key {access_key}");
    Ok(found?)
}

/// Names the account that has no endpoint.
fn none(error: StoreError, access_key: &str) -> anyhow::Error {
    match error {
        StoreError::NotFound(_) => anyhow::anyhow!("the account {access_key} has no webhook endpoint"),
        other => other.into(),
    }
}

async fn describe(store: &Store, account: &Account) -> anyhow::Result<Value> {
    let endpoint = store.webhook(&account.id).await?;
    let WebhookEndpoint { url, events, enabled, previous_until, created_at, .. } = endpoint;
    let WebhookBacklog { waiting, oldest, dead } = store.webhook_backlog(Some(&account.id)).await?;
    Ok(json!({
        "accessKey": account.access_key, "name": account.name, "url": url, "events": events, "enabled": enabled,
        "previousSecretUntil": previous_until, "createdAt": created_at,
        "waiting": waiting, "oldestWaiting": oldest, "dead": dead,
    }))
}

fn describe_dead(event: &DeadEvent) -> String {
    json!({
        "eventId": event.event_id, "type": event.event, "signatureId": event.session_id,
        "createdAt": event.created_at, "attempts": event.attempts, "failure": event.failure,
        "failedAt": event.failed_at,
    })
    .to_string()
}
