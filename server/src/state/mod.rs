//! The state that requests and workers share.

pub mod key_generations;
pub mod memory;
pub mod minimum_rate;
pub mod oldest_attempt;
pub mod rate_limit;
pub mod record_keys;
pub mod running_tasks;
pub mod scoring_queue;
pub mod sealing_keys;
pub mod signing_keys;
pub mod tokens;
pub mod upload_slots;

use std::sync::Arc;
use std::time::Duration;

use nearfar_scoring::Scorer;
use nearfar_store::{Account, Backlog, Entropy, Store};
use tokio::sync::{Notify, broadcast};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::clock::debounced::DebouncedClock;
use crate::clock::{Clock, random_hex};
use crate::config::Config;
use crate::state::memory::MemoryPool;
use crate::state::minimum_rate::MinimumRate;
use crate::state::oldest_attempt::OldestAttempt;
use crate::state::rate_limit::RateLimit;
use crate::state::record_keys::RecordKeys;
use crate::state::running_tasks::RunningTasks;
use crate::state::scoring_queue::ScoringQueue;
use crate::state::sealing_keys::SealingKeys;
use crate::state::tokens::Tokens;
use crate::state::upload_slots::UploadSlots;

/// Capacity of the channel that wakes waiting status requests.
const CHANGE_CAPACITY: usize = 256;

/// The shared state; cheap to clone.
#[derive(Clone)]
pub struct App(Arc<AppState>);

/// The state behind [`App`].
pub struct AppState {
    /// Configuration.
    pub config: Config,
    /// Persistent data.
    pub store: Store,
    /// The machine's clocks. Use the monotonic one for durations, and [`App::now`] for the wall clock.
    pub clock: Arc<dyn Clock>,
    /// The service's wall clock.
    pub wall_clock: DebouncedClock,
    /// Randomness.
    pub entropy: Entropy,
    /// Signs and verifies tokens.
    pub tokens: Tokens,
    /// Sign capture records.
    pub record_keys: RecordKeys,
    /// Derives the keys that uploads are sealed with.
    pub sealing: SealingKeys,
    /// Scores attempts.
    pub scorer: Arc<dyn Scorer>,
    /// Rate limit of accounts.
    pub account_rate: RateLimit,
    /// Rate limit of sessions.
    pub session_rate: RateLimit,
    /// Slots of concurrent uploads.
    pub uploads: UploadSlots,
    /// Memory of uploads.
    pub memory: MemoryPool,
    /// Memory of results, separate from that of uploads.
    pub result_memory: MemoryPool,
    /// Room for attempts that wait for a scorer.
    pub queue: ScoringQueue,
    /// Running scorers of this instance.
    pub scorers: RunningTasks,
    /// The oldest unscored attempt.
    pub oldest: OldestAttempt,
    /// Wakes a scorer.
    pub received: Notify,
    /// Ids of sessions changed by this instance.
    pub changes: broadcast::Sender<String>,
    /// Stops waiting requests and background work.
    pub stop: CancellationToken,
    /// Tasks that must end before the process does.
    pub tasks: TaskTracker,
}

impl std::ops::Deref for App {
    type Target = AppState;

    fn deref(&self) -> &AppState {
        &self.0
    }
}

impl App {
    /// Builds the shared state.
    pub async fn new(
        config: Config,
        store: Store,
        scorer: Arc<dyn Scorer>,
        clock: Arc<dyn Clock>,
        entropy: Entropy,
    ) -> nearfar_store::Result<Self> {
        let now = clock.now();
        Ok(Self(Arc::new(AppState {
            tokens: Tokens::open(&store, now).await?,
            record_keys: RecordKeys::open(&store, now).await?,
            sealing: SealingKeys::open(&store, now).await?,
            account_rate: RateLimit::new(config.account_rate, clock.clone()),
            session_rate: RateLimit::new(config.session_rate, clock.clone()),
            uploads: UploadSlots::new(config.uploads_at_once, config.account_uploads(), MinimumRate::new(&config)),
            memory: MemoryPool::new(config.transfer_bytes, config.account_bytes(config.transfer_bytes)),
            result_memory: MemoryPool::new(config.result_bytes, config.account_bytes(config.result_bytes)),
            queue: ScoringQueue::new(config.scoring_queue),
            scorers: RunningTasks::default(),
            oldest: OldestAttempt::default(),
            received: Notify::new(),
            changes: broadcast::Sender::new(CHANGE_CAPACITY),
            stop: CancellationToken::new(),
            tasks: TaskTracker::new(),
            config,
            store,
            scorer,
            wall_clock: DebouncedClock::new(clock.clone()),
            clock,
            entropy,
        })))
    }

    /// Loads the signing keys again: another instance may have rotated them.
    pub async fn reload_keys(&self) -> nearfar_store::Result<()> {
        let now = self.now();
        self.tokens.reload(&self.store, now).await?;
        self.sealing.reload(&self.store, now).await?;
        self.record_keys.reload(&self.store, now).await
    }

    /// Unix time in milliseconds. Follows steps of the machine's clock only once they last.
    pub fn now(&self) -> i64 {
        self.wall_clock.now()
    }

    /// Monotonic milliseconds, for durations.
    pub fn monotonic(&self) -> i64 {
        i64::try_from(self.clock.monotonic().as_millis()).unwrap_or(i64::MAX)
    }

    /// How long the oldest attempt of this backlog has waited.
    pub fn oldest_waited(&self, backlog: &Backlog) -> Duration {
        self.oldest.waited(backlog, self.now(), self.clock.monotonic())
    }

    /// A new random id of 16 hex digits.
    pub fn new_id(&self) -> String {
        random_hex(&self.entropy, 8)
    }

    /// Wakes status requests that wait for a change of the session.
    pub fn notify_change(&self, session_id: &str) {
        // Having no receiver is not an error.
        let _ = self.changes.send(session_id.to_owned());
    }
}

/// Whether a text has the form of an id or access key. Others are neither looked up nor counted.
pub fn is_valid_id(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (1..=64).contains(&text.len()) && text.bytes().all(allowed)
}

/// Whether the account has expired.
pub fn has_expired(account: &Account, now: i64) -> bool {
    account.expires_at.is_some_and(|end| now >= end)
}
