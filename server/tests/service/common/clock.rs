//! A clock that the test moves.

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use nearfar_server::clock::Clock;

/// Clocks that stand still until moved: the wall clock, and the monotonic one in milliseconds.
#[derive(Debug)]
pub(crate) struct TestClock {
    wall: AtomicI64,
    monotonic: AtomicU64,
    /// Whether reading the wall clock panics.
    pub broken: AtomicBool,
}

impl TestClock {
    pub(crate) fn new(start: i64) -> Self {
        Self { wall: AtomicI64::new(start), monotonic: AtomicU64::new(1_000), broken: AtomicBool::new(false) }
    }

    /// Sets the wall clock; no time passes.
    pub(crate) fn set_by(&self, millis: i64) {
        self.wall.fetch_add(millis, Ordering::SeqCst);
    }

    pub(crate) fn pass(&self, millis: i64) {
        self.wall.fetch_add(millis, Ordering::SeqCst);
        self.monotonic.fetch_add(millis.unsigned_abs(), Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> i64 {
        assert!(!self.broken.load(Ordering::SeqCst), "deliberate");
        self.wall.load(Ordering::SeqCst)
    }

    fn monotonic(&self) -> Duration {
        Duration::from_millis(self.monotonic.load(Ordering::SeqCst))
    }
}
