//! Counts running background tasks.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Counts the running tasks of a kind.
#[derive(Clone, Debug, Default)]
pub struct RunningTasks(Arc<AtomicUsize>);

impl RunningTasks {
    /// The current number.
    pub fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }

    /// Counts one more task until the guard is dropped.
    pub fn enter(&self) -> RunningGuard {
        self.0.fetch_add(1, Ordering::SeqCst);
        RunningGuard(self.0.clone())
    }
}

/// A running task.
#[derive(Debug)]
pub struct RunningGuard(Arc<AtomicUsize>);

impl Drop for RunningGuard {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}
