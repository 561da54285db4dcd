//! The service's wall clock: follows steps of the machine's clock only once they have lasted.
//!
//! Sessions, nonces, leases and retention expire by the wall clock. A clock that is briefly wrong would expire all of
//! them. Between checks this clock therefore advances with the monotonic clock, and follows a step after
//! [`SETTLE_TIME`]. Deletion by time cannot be undone and waits longer.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::clock::Clock;

/// Smaller differences are normal clock adjustments. This is less than the scorer allows between the times of device
/// and service (twice `timeSlack`).
pub const TOLERANCE: i64 = 2_000;
/// How long a step must last before it is followed.
pub const SETTLE_TIME: Duration = Duration::from_secs(60);

/// Both clocks of the machine at one moment.
#[derive(Clone, Copy, Debug)]
struct Reading {
    wall: i64,
    monotonic: Duration,
}

impl Reading {
    /// The expected wall clock time, extrapolated from this reading.
    fn expected(&self, monotonic: Duration) -> i64 {
        let passed = monotonic.saturating_sub(self.monotonic).as_millis();
        self.wall.saturating_add(i64::try_from(passed).unwrap_or(i64::MAX))
    }

    fn matches_reading(&self, now: Reading) -> bool {
        now.wall.abs_diff(self.expected(now.monotonic)) <= TOLERANCE.unsigned_abs()
    }
}

#[derive(Debug)]
struct State {
    followed: Reading,
    /// The first reading after a step of the machine's clock that is not followed yet.
    pending_step: Option<Reading>,
    /// When the time was last uncertain, by the monotonic clock.
    uncertain_at: Option<Duration>,
}

/// The service's wall clock.
#[derive(Debug)]
pub struct DebouncedClock {
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

impl DebouncedClock {
    /// Starts at the machine's time.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        let followed = read(&*clock);
        Self { clock, state: Mutex::new(State { followed, pending_step: None, uncertain_at: None }) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A panicked thread leaves a complete reading.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Unix time in milliseconds.
    pub fn now(&self) -> i64 {
        let now = read(&*self.clock);
        let mut state = self.state();
        if !state.followed.matches_reading(now) {
            return state.followed.expected(now.monotonic);
        }
        state.followed = now;
        now.wall
    }

    /// Checks whether the machine's clock was set, and follows it once the step has lasted. Returns the followed step
    /// in milliseconds. Call it about every second.
    pub fn check_step(&self) -> Option<i64> {
        let now = read(&*self.clock);
        let mut state = self.state();
        if state.followed.matches_reading(now) {
            // `uncertain_at` stays: the time was uncertain until now.
            state.pending_step = None;
            return None;
        }
        let step = now.wall.saturating_sub(state.followed.expected(now.monotonic));
        state.uncertain_at = Some(now.monotonic);
        match state.pending_step.filter(|pending_step| pending_step.matches_reading(now)) {
            None => {
                tracing::warn!(milliseconds = step, "the machine's clock was set; it is followed if this lasts");
                state.pending_step = Some(now);
                None
            }
            Some(since) if now.monotonic.saturating_sub(since.monotonic) < SETTLE_TIME => None,
            Some(_) => {
                tracing::warn!(milliseconds = step, "now following the machine's clock");
                state.followed = now;
                state.pending_step = None;
                Some(step)
            }
        }
    }

    /// Marks the time as uncertain, as after a step.
    pub fn mark_uncertain(&self) {
        self.state().uncertain_at = Some(self.clock.monotonic());
    }

    /// The time, unless the machine's clock was uncertain within the last `hold`.
    pub fn certain_now(&self, hold: Duration) -> Option<i64> {
        let now = read(&*self.clock);
        let mut state = self.state();
        if !state.followed.matches_reading(now) {
            state.uncertain_at = Some(now.monotonic);
        }
        let doubtful = state.uncertain_at.is_some_and(|last| now.monotonic.saturating_sub(last) < hold);
        (state.followed.matches_reading(now) && !doubtful).then_some(now.wall)
    }
}

fn read(clock: &dyn Clock) -> Reading {
    Reading { wall: clock.now(), monotonic: clock.monotonic() }
}
