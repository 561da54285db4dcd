//! The service's time of day: that of the machine, but steps of the machine's clock count only once they last.
//!
//! Times of day decide what is over: sessions, nonces, leases, retention. A clock that is set wrong for a moment would
//! end all of it. So between looks at the clock time goes on as the monotonic clock tells, and a step is followed after
//! [`SETTLE_TIME`]; what cannot be taken back, deleting by time, waits for longer.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::clock::Clock;

/// A smaller difference is no step: clocks are adjusted all the time. Less than what the judge allows between the
/// device's times and the service's (twice `timeSlack`).
pub const TOLERANCE: i64 = 2_000;
/// How long a step has to last before it is followed.
pub const SETTLE_TIME: Duration = Duration::from_secs(60);

/// The machine's two clocks at one moment.
#[derive(Clone, Copy, Debug)]
struct Reading {
    wall: i64,
    monotonic: Duration,
}

impl Reading {
    /// What the time of day should be now, going on from here.
    fn expected(&self, monotonic: Duration) -> i64 {
        let passed = monotonic.saturating_sub(self.monotonic).as_millis();
        self.wall.saturating_add(i64::try_from(passed).unwrap_or(i64::MAX))
    }

    fn agrees(&self, now: Reading) -> bool {
        now.wall.abs_diff(self.expected(now.monotonic)) <= TOLERANCE.unsigned_abs()
    }
}

#[derive(Debug)]
struct State {
    followed: Reading,
    /// Where the machine's clock has gone, and since when it is there.
    elsewhere: Option<Reading>,
    /// When the time of day was last in doubt, by the monotonic clock.
    doubted: Option<Duration>,
}

/// The service's time of day.
#[derive(Debug)]
pub struct DebouncedClock {
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

impl DebouncedClock {
    /// Begins with what the machine's clock says.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        let followed = read(&*clock);
        Self { clock, state: Mutex::new(State { followed, elsewhere: None, doubted: None }) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Whatever a thread that panicked has left is a whole reading.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Unix time in milliseconds.
    pub fn now(&self) -> i64 {
        let now = read(&*self.clock);
        let mut state = self.state();
        if !state.followed.agrees(now) {
            return state.followed.expected(now.monotonic);
        }
        state.followed = now;
        now.wall
    }

    /// Looks whether the machine's clock has been set, and follows it once that has lasted. Returns by how much it was
    /// followed, in milliseconds. To be called every second or so.
    pub fn look(&self) -> Option<i64> {
        let now = read(&*self.clock);
        let mut state = self.state();
        if state.followed.agrees(now) {
            // Not `doubted`: that was true until now.
            state.elsewhere = None;
            return None;
        }
        let step = now.wall.saturating_sub(state.followed.expected(now.monotonic));
        state.doubted = Some(now.monotonic);
        match state.elsewhere.filter(|elsewhere| elsewhere.agrees(now)) {
            None => {
                tracing::warn!(milliseconds = step, "the machine's clock was set: it is followed if that lasts");
                state.elsewhere = Some(now);
                None
            }
            Some(since) if now.monotonic.saturating_sub(since.monotonic) < SETTLE_TIME => None,
            Some(_) => {
                tracing::warn!(milliseconds = step, "the machine's clock is followed");
                state.followed = now;
                state.elsewhere = None;
                Some(step)
            }
        }
    }

    /// From now on the time is as doubtful as after a step.
    pub fn doubt(&self) {
        self.state().doubted = Some(self.clock.monotonic());
    }

    /// The time, if the machine's clock has not been in doubt for so long.
    pub fn certain(&self, hold: Duration) -> Option<i64> {
        let now = read(&*self.clock);
        let mut state = self.state();
        if !state.followed.agrees(now) {
            state.doubted = Some(now.monotonic);
        }
        let doubtful = state.doubted.is_some_and(|last| now.monotonic.saturating_sub(last) < hold);
        (state.followed.agrees(now) && !doubtful).then_some(now.wall)
    }
}

fn read(clock: &dyn Clock) -> Reading {
    Reading { wall: clock.now(), monotonic: clock.monotonic() }
}
