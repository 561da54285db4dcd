//! Rate limits of this instance.
//!
//! Only authenticated callers have a bucket of their own, one per purpose. All others share one per purpose. Strangers
//! therefore cannot use up an account's rate, nor create buckets.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use governor::clock::{Clock as GovernorClock, Reference};
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use nearfar_protocol::status;

use crate::clock::Clock;
use crate::response::ApiError;

/// Idle buckets are dropped after this many requests: a bucket refills within a second.
const FORGET_EVERY: usize = 1024;

/// The monotonic clock, for governor.
#[derive(Clone, Debug)]
struct Ticks(Arc<dyn Clock>);

impl GovernorClock for Ticks {
    type Instant = Duration;

    fn now(&self) -> Duration {
        self.0.monotonic()
    }
}

/// Limits requests per second by purpose and key.
pub struct RateLimit {
    limiter: RateLimiter<String, DashMapStateStore<String>, Ticks, NoOpMiddleware<Duration>>,
    clock: Ticks,
    counted: AtomicUsize,
}

impl std::fmt::Debug for RateLimit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RateLimit")
    }
}

impl RateLimit {
    /// That many requests per second, and as burst; at least one.
    pub fn new(per_second: u32, clock: Arc<dyn Clock>) -> Self {
        let quota = Quota::per_second(NonZeroU32::new(per_second).unwrap_or(NonZeroU32::MIN));
        let clock = Ticks(clock);
        let limiter = RateLimiter::new(quota, DashMapStateStore::default(), clock.clone());
        Self { limiter, clock, counted: AtomicUsize::new(0) }
    }

    /// Counts a request. The key names an authenticated caller, or is shared by all others: see [`RateLimit::reject`].
    pub fn check(&self, purpose: &str, key: &str) -> Result<(), ApiError> {
        if self.counted.fetch_add(1, Ordering::Relaxed) % FORGET_EVERY == FORGET_EVERY - 1 {
            self.forget_idle();
        }
        self.limiter.check_key(&format!("{purpose} {key}")).map_err(|early| {
            let wait = early.earliest_possible().duration_since(self.clock.now());
            let wait = Duration::from(wait).as_millis().div_ceil(1000);
            ApiError::retry_after(status::RATE_LIMITED, u32::try_from(wait).unwrap_or(u32::MAX).max(1))
        })
    }

    /// The response to an unauthenticated request: `reason`, or that there were too many. The key is empty, or names the
    /// known account that the request was about.
    pub fn reject(&self, purpose: &str, key: &str, reason: ApiError) -> ApiError {
        match self.check(&format!("refused {purpose}"), key) {
            Ok(()) => reason,
            Err(too_many) => too_many,
        }
    }

    /// The number of buckets.
    pub fn buckets(&self) -> usize {
        self.limiter.len()
    }

    fn forget_idle(&self) {
        self.limiter.retain_recent();
        self.limiter.shrink_to_fit();
    }
}
