//! Rate limits, each instance's own.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use governor::clock::{Clock as GovernorClock, Reference};
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use nearfar_protocol::status;

use crate::clock::Clock;
use crate::reply::Failure;

/// The service's clock, as governor wants it.
#[derive(Clone, Debug)]
struct Ticks(Arc<dyn Clock>);

impl GovernorClock for Ticks {
    type Instant = Duration;

    fn now(&self) -> Duration {
        Duration::from_millis(self.0.now().unsigned_abs())
    }
}

/// So many requests a second for each key.
pub struct Rate {
    limiter: RateLimiter<String, DashMapStateStore<String>, Ticks, NoOpMiddleware<Duration>>,
    clock: Ticks,
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
        Self { limiter: RateLimiter::new(quota, DashMapStateStore::default(), clock.clone()), clock }
    }

    /// Counts a request of that key.
    pub fn check(&self, key: &str) -> Result<(), Failure> {
        self.limiter.check_key(&key.to_owned()).map_err(|early| {
            let wait = early.earliest_possible().duration_since(self.clock.now());
            let wait = Duration::from(wait).as_millis().div_ceil(1000);
            Failure::later(status::RATE_LIMITED, u32::try_from(wait).unwrap_or(u32::MAX).max(1))
        })
    }

    /// Forgets keys that have not been seen for a while.
    pub fn forget_idle(&self) {
        self.limiter.retain_recent();
        self.limiter.shrink_to_fit();
    }
}
