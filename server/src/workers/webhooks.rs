//! The webhook workers: one delivers events, one keeps the outbox tidy.

use std::collections::HashMap;
use std::time::Duration;

use nearfar_store::{DeliveryOutcome, EventClaim, WebhookTarget};
use tokio::sync::broadcast::error::TryRecvError;
use tokio::task::{Id, JoinError, JoinSet};
use tracing::Instrument;

use crate::state::App;
use crate::state::running_tasks::RunningTasks;
use crate::webhooks::backoff::{self, LONGEST_DELAY};
use crate::webhooks::event;
use crate::webhooks::sender::{DeliveryError, Sender};
use crate::workers::supervision::supervise;

/// Interval of checks for due events.
const POLL_INTERVAL: Duration = Duration::from_secs(1);
/// Delay after the store was unavailable.
const RETRY_DELAY: Duration = Duration::from_secs(2);
/// Interval of metrics and upkeep.
const UPKEEP_INTERVAL: Duration = Duration::from_secs(10);
/// Concurrent deliveries to an endpoint whose last delivery succeeded. Others get one at a time.
const PER_ENDPOINT: usize = 4;
/// Events that one delivery to such an endpoint sends one after the other. They are claimed and stored together: with
/// each in a transaction of its own, a busy database would hold them up.
const PER_DELIVERY: usize = 16;
/// How much longer than a request a lease lasts, in ms.
const LEASE_MARGIN: i64 = 10_000;

/// Starts the workers of this instance.
pub fn start(app: &App) {
    if app.config.webhooks_at_once == 0 {
        return;
    }
    supervise(app, "webhooks", &RunningTasks::default(), deliver);
    supervise(app, "webhook upkeep", &RunningTasks::default(), |app| async move {
        while !app.stop.is_cancelled() {
            if let Err(error) = tidy(&app).await {
                tracing::warn!(%error, "the outbox of webhooks is tidied later");
            }
            wait(&app, UPKEEP_INTERVAL).await;
        }
    });
}

async fn wait(app: &App, pause: Duration) {
    let _ = app.stop.run_until_cancelled(tokio::time::sleep(pause)).await;
}

async fn deliver(app: App) {
    // The HTTP client needs the machine's certificates, which a service without webhooks can do without.
    while app.store.accounts_with_due_events(app.now()).await.is_ok_and(|accounts| accounts.is_empty()) {
        wait(&app, POLL_INTERVAL).await;
        if app.stop.is_cancelled() {
            return;
        }
    }
    let sender = match Sender::new(&app.config) {
        Ok(sender) => sender,
        Err(error) => return tracing::error!(error = format!("{error:#}"), "webhooks cannot be delivered"),
    };
    let mut deliveries = Deliveries::new(&app, sender);
    // Most events follow from a change of this instance. Those of other instances are found by polling.
    let mut changes = app.changes.subscribe();
    while !app.stop.is_cancelled() {
        let pause = match deliveries.begin(&app).await {
            Ok(()) => POLL_INTERVAL,
            Err(error) => {
                tracing::warn!(%error, "webhooks are postponed");
                RETRY_DELAY
            }
        };
        tokio::select! {
            () = deliveries.one_ended(&app) => {}
            _ = changes.recv() => {}
            () = tokio::time::sleep(pause) => {}
            () = app.stop.cancelled() => {}
        }
        while matches!(changes.try_recv(), Ok(_) | Err(TryRecvError::Lagged(_))) {}
    }
    if let Err(error) = deliveries.settle(&app).await {
        tracing::warn!(%error, "some webhooks may be delivered again");
    }
}

/// Tidies the outbox and publishes the metrics.
async fn tidy(app: &App) -> nearfar_store::Result<()> {
    let now = app.now();
    app.store.tidy_events(LONGEST_DELAY, now).await?;
    let backlog = app.store.webhook_backlog(None).await?;
    let waited = backlog.oldest.map_or(0, |oldest| now.saturating_sub(oldest).max(0));
    metrics::gauge!("nearfar_webhook_waiting").set(backlog.waiting as f64);
    metrics::gauge!("nearfar_webhook_oldest_waiting_seconds").set(waited as f64 / 1000.0);
    metrics::gauge!("nearfar_webhook_dead").set(backlog.dead as f64);
    Ok(())
}

/// The deliveries of this instance.
pub struct Deliveries {
    sender: Sender,
    /// Maximum number at the same time.
    limit: usize,
    running: JoinSet<Ended>,
    /// The account of each running delivery.
    accounts: HashMap<Id, String>,
    /// Whether the last delivery to an account succeeded. All for which it failed get half of the limit together, so
    /// that endpoints which hang do not delay the others.
    succeeded: HashMap<String, bool>,
    /// Outcomes that are not stored yet.
    unsaved: Vec<(EventClaim, DeliveryOutcome)>,
}

/// The events of a delivery that ended, each with its result; `None` if it was not sent.
type Ended = Vec<(EventClaim, Option<Result<u16, DeliveryError>>)>;

/// How much of an account may be claimed.
struct Slot {
    account_id: String,
    deliveries: usize,
    events: usize,
}

impl Deliveries {
    /// None so far.
    pub fn new(app: &App, sender: Sender) -> Self {
        Self {
            sender,
            limit: app.config.webhooks_at_once,
            running: JoinSet::new(),
            accounts: HashMap::new(),
            succeeded: HashMap::new(),
            unsaved: Vec::new(),
        }
    }

    /// Stores the outcomes of deliveries that have ended, and begins those that are due.
    ///
    /// # Errors
    /// [`nearfar_store::Error::Unavailable`]. Outcomes are kept and stored by the next call.
    pub async fn begin(&mut self, app: &App) -> nearfar_store::Result<()> {
        while let Some(ended) = self.running.try_join_next_with_id() {
            self.end(app, ended);
        }
        self.save(app).await?;
        let now = app.now();
        let slots = self.slots(app, now).await?;
        if slots.is_empty() {
            return Ok(());
        }
        let lease = i64::from(app.config.webhook_seconds) * 1000 + LEASE_MARGIN;
        let until = now.saturating_add(lease);
        let counts: Vec<(String, usize)> = slots.iter().map(|slot| (slot.account_id.clone(), slot.events)).collect();
        let mut claims = app.store.claim_events(&counts, now, until).await?;
        for Slot { account_id, deliveries, .. } in slots {
            let own: Vec<EventClaim> = claims.extract_if(.., |claim| claim.account_id == account_id).collect();
            let target = match app.store.webhook_target(&account_id, now).await {
                Ok(target) => target,
                // Their leases end, and they are tried again.
                Err(error) => {
                    tracing::warn!(%error, account_id, "a webhook endpoint is unreadable");
                    continue;
                }
            };
            for events in own.chunks(own.len().div_ceil(deliveries).max(1)) {
                let work = send(app.clone(), self.sender.clone(), events.to_vec(), target.clone(), until);
                let task = self.running.spawn(work);
                self.accounts.insert(task.id(), account_id.clone());
            }
        }
        Ok(())
    }

    /// How many events of each account may be claimed now.
    async fn slots(&self, app: &App, now: i64) -> nearfar_store::Result<Vec<Slot>> {
        let mut free = self.limit.saturating_sub(self.running.len());
        let mut slots = Vec::new();
        if free == 0 {
            return Ok(slots);
        }
        let mut running: HashMap<&str, usize> = HashMap::new();
        for account in self.accounts.values() {
            *running.entry(account).or_default() += 1;
        }
        let failed = |account: &str| self.succeeded.get(account) == Some(&false);
        let failing: usize = running.iter().filter(|(account, _)| failed(account)).map(|(_, count)| count).sum();
        let mut free_of_failing = self.limit.div_ceil(2).saturating_sub(failing);
        for account in app.store.accounts_with_due_events(now).await? {
            let busy = running.get(account.as_str()).copied().unwrap_or(0);
            let (most, events) = match self.succeeded.get(&account) {
                Some(true) => (PER_ENDPOINT, PER_DELIVERY),
                None => (1, 1),
                Some(false) => (free_of_failing.min(1), 1),
            };
            let deliveries = most.saturating_sub(busy).min(free);
            if deliveries > 0 {
                free -= deliveries;
                free_of_failing = free_of_failing.saturating_sub(if failed(&account) { deliveries } else { 0 });
                slots.push(Slot { account_id: account, deliveries, events: deliveries * events });
            }
        }
        Ok(slots)
    }

    /// Waits until a delivery ends; forever if none is running. Cancelling it loses nothing.
    async fn one_ended(&mut self, app: &App) {
        match self.running.join_next_with_id().await {
            Some(ended) => self.end(app, ended),
            None => std::future::pending().await,
        }
    }

    /// Waits for all running deliveries and stores their outcomes.
    ///
    /// # Errors
    /// As [`Deliveries::begin`].
    pub async fn settle(&mut self, app: &App) -> nearfar_store::Result<()> {
        while let Some(ended) = self.running.join_next_with_id().await {
            self.end(app, ended);
        }
        self.save(app).await
    }

    fn end(&mut self, app: &App, ended: Result<(Id, Ended), JoinError>) {
        let (id, ended) = match ended {
            Ok((id, ended)) => (id, ended),
            // The runtime logs the panic. The event's lease ends, and it is tried again.
            Err(error) => {
                self.accounts.remove(&error.id());
                return;
            }
        };
        self.accounts.remove(&id);
        for (claim, result) in ended {
            let outcome = match &result {
                None => DeliveryOutcome::Released,
                Some(Ok(_)) => DeliveryOutcome::Delivered,
                Some(Err(error)) => backoff::outcome(&claim, error, app.now(), &app.entropy),
            };
            if let Some(result) = result {
                self.succeeded.insert(claim.account_id.clone(), result.is_ok());
            }
            report(&claim, &outcome);
            self.unsaved.push((claim, outcome));
        }
    }

    async fn save(&mut self, app: &App) -> nearfar_store::Result<()> {
        if !self.unsaved.is_empty() {
            app.store.finish_events(&self.unsaved, app.now()).await?;
            self.unsaved.clear();
        }
        Ok(())
    }
}

/// Sends events one after the other, until one fails, the service stops, or the next could outlast the lease.
async fn send(app: App, sender: Sender, claims: Vec<EventClaim>, target: WebhookTarget, until: i64) -> Ended {
    let longest = i64::from(app.config.webhook_seconds) * 1000;
    let mut ended = Ended::new();
    let mut goes_on = true;
    for claim in claims {
        let is_in_time = ended.is_empty() || app.now().saturating_add(longest) <= until;
        goes_on &= is_in_time && (ended.is_empty() || !app.stop.is_cancelled());
        if !goes_on {
            ended.push((claim, None));
            continue;
        }
        let span = tracing::info_span!("webhook_delivery", event_id = claim.event_id, signature_id = claim.session_id);
        let result = match event::build(&app.store, &claim).await {
            Ok(event) => sender.send(&target, &event, app.now()).instrument(span).await,
            Err(error) => Err(DeliveryError::Event(error.to_string())),
        };
        goes_on = result.is_ok();
        ended.push((claim, Some(result)));
    }
    ended
}

/// Counts and logs an outcome.
fn report(claim: &EventClaim, outcome: &DeliveryOutcome) {
    let EventClaim { event_id, session_id: signature_id, event, attempts, .. } = claim;
    let result = match outcome {
        DeliveryOutcome::Delivered => {
            tracing::debug!(event_id, signature_id, %event, attempts, "a webhook was delivered");
            "delivered"
        }
        DeliveryOutcome::Released => return,
        DeliveryOutcome::Retry { failure, .. } => {
            tracing::info!(event_id, signature_id, %event, attempts, failure, "a webhook was not delivered; it is tried again");
            "failed"
        }
        DeliveryOutcome::Dead { failure } => {
            tracing::warn!(event_id, signature_id, %event, attempts, failure, "a webhook is a dead letter");
            "dead"
        }
    };
    metrics::counter!("nearfar_webhook_deliveries_total", "result" => result).increment(1);
}
