//! Measures how long the oldest unscored attempt has waited.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use nearfar_store::{Backlog, Millis};

/// The oldest unscored attempt, and since when this instance knows of it by the monotonic clock. The time of receipt is
/// a wall clock time: the clock may have been set back since.
#[derive(Debug, Default)]
pub struct OldestAttempt(Mutex<Option<(Millis, Duration)>>);

impl OldestAttempt {
    /// How long the oldest attempt has waited at least, at the wall clock time `now` and the monotonic time
    /// `monotonic`.
    pub fn waited(&self, backlog: &Backlog, now: Millis, monotonic: Duration) -> Duration {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *known = backlog.oldest.map(|oldest| match *known {
            Some((received, since)) if received == oldest => (received, since),
            _ => (oldest, monotonic),
        });
        let observed = known.map_or(Duration::ZERO, |(_, since)| monotonic.saturating_sub(since));
        let by_receipt = backlog.oldest.map_or(0, |oldest| now.saturating_sub(oldest));
        observed.max(Duration::from_millis(u64::try_from(by_receipt).unwrap_or(0)))
    }
}
