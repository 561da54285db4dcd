//! Rate limits, each instance's own.
//!
//! Only who has proved to be somebody has a bucket, and one for each purpose; who has not shares one with all others that
//! have not. So no stranger spends an owner's share, and how many buckets there are is not up to strangers.

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

/// After so many requests the buckets that are full again are forgotten: one is full after a second.
const FORGET_EVERY: usize = 1024;

/// The service's clock, as governor wants it: the one that nobody can set.
#[derive(Clone, Debug)]
struct Ticks(Arc<dyn Clock>);

impl GovernorClock for Ticks {
    type Instant = Duration;

    fn now(&self) -> Duration {
        self.0.monotonic()
    }
}

/// So many requests a second for each purpose and key.
pub struct Rate {
    limiter: RateLimiter<String, DashMapStateStore<String>, Ticks, NoOpMiddleware<Duration>>,
    clock: Ticks,
    counted: AtomicUsize,
}

impl std::fmt::Debug for Rate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Rate")
    }
}

impl Rate {
    /// That many requests a second and at once; at least one.
    pub fn new(per_second: u32, clock: Arc<dyn Clock>) -> Self {
        let quota = Quota::per_second(NonZeroU32::new(per_second).unwrap_or(NonZeroU32::MIN));
        let clock = Ticks(clock);
        let limiter = RateLimiter::new(quota, DashMapStateStore::default(), clock.clone());
        Self { limiter, clock, counted: AtomicUsize::new(0) }
    }

    /// Counts a request for that purpose. The key names somebody who has proved to be it, or is the same for all who have
    /// not: see [`Rate::refused`].
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

    /// The answer to a request that proved nothing: why it is refused, or that there were too many of them. The key is
    /// empty, or names whom it was about, if that is somebody whom the service knows.
    pub fn refused(&self, purpose: &str, key: &str, reason: ApiError) -> ApiError {
        match self.check(&format!("refused {purpose}"), key) {
            Ok(()) => reason,
            Err(too_many) => too_many,
        }
    }

    /// How many buckets there are.
    pub fn buckets(&self) -> usize {
        self.limiter.len()
    }

    fn forget_idle(&self) {
        self.limiter.retain_recent();
        self.limiter.shrink_to_fit();
    }
}
