//! Cooperative cancellation of a scoring run.
//!
//! A thread that computes cannot be ended from outside, so the scorer polls a flag between its steps. Each step is
//! short: it passes once over pictures whose size is limited.

use std::sync::atomic::{AtomicBool, Ordering};

/// A flag that asks a scoring run to end. Another thread sets it.
///
/// ```
/// use nearfar_scoring::{Cancellation, Cancelled};
///
/// let cancellation = Cancellation::default();
/// assert_eq!(cancellation.check(), Ok(()));
/// cancellation.cancel();
/// assert_eq!(cancellation.check(), Err(Cancelled));
/// ```
#[derive(Debug, Default)]
pub struct Cancellation(AtomicBool);

impl Cancellation {
    /// Asks the run to end.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Checks that the run may go on.
    ///
    /// # Errors
    /// [`Cancelled`] after a call of [`Cancellation::cancel`].
    pub fn check(&self) -> Result<(), Cancelled> {
        if self.0.load(Ordering::Relaxed) { Err(Cancelled) } else { Ok(()) }
    }
}

/// The run was cancelled before it had a verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("scoring was cancelled")]
pub struct Cancelled;
