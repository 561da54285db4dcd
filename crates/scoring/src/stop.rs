//! Ends a judgement that takes too long.
//!
//! A thread that computes cannot be ended from outside: the judgement itself looks between its steps. None of them takes
//! long: each goes once over pictures whose size is limited.

use std::sync::atomic::{AtomicBool, Ordering};

/// Asks a judgement to end. Set by whoever waits for it, from another thread.
#[derive(Debug, Default)]
pub struct Stop(AtomicBool);

impl Stop {
    /// Asks it to end.
    pub fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether the judgement may go on.
    ///
    /// # Errors
    /// [`Stopped`] once it was asked to end.
    pub fn check(&self) -> Result<(), Stopped> {
        if self.0.load(Ordering::Relaxed) { Err(Stopped) } else { Ok(()) }
    }
}

/// The judgement was asked to end before it had a verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the judgement was stopped")]
pub struct Stopped;
