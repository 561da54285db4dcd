//! Decides whether the scoring queue accepts another upload, without counting the queue each time.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use nearfar_store::Store;

/// How long a count is used. Other instances may receive uploads meanwhile.
const MAX_AGE: Duration = Duration::from_millis(250);

/// The length of the scoring queue, as this instance knows it.
#[derive(Debug)]
pub struct ScoringQueue {
    limit: u64,
    known: Mutex<Option<Count>>,
}

/// A count of the attempts that wait.
#[derive(Clone, Copy, Debug)]
struct Count {
    /// With those that this instance has received since.
    attempts: u64,
    /// The monotonic time of the count.
    at: Duration,
}

impl ScoringQueue {
    /// A queue of at most `limit` attempts.
    pub fn new(limit: u64) -> Self {
        Self { limit, known: Mutex::default() }
    }

    /// Whether there is room at the monotonic time `now`. Counts again unless a recent count leaves room: the
    /// queue may have become shorter since. Concurrent uploads can exceed the limit slightly: one that is received while
    /// this counts may be missing from the count.
    ///
    /// # Errors
    /// [`nearfar_store::Error::Unavailable`].
    pub async fn has_room(&self, store: &Store, now: Duration) -> nearfar_store::Result<bool> {
        let recent = self.known().filter(|count| now.saturating_sub(count.at) < MAX_AGE);
        if recent.is_some_and(|count| count.attempts < self.limit) {
            return Ok(true);
        }
        let attempts = store.backlog().await?.attempts;
        *self.known() = Some(Count { attempts, at: now });
        Ok(attempts < self.limit)
    }

    /// Adds a received attempt.
    pub fn add(&self) {
        if let Some(count) = self.known().as_mut() {
            count.attempts = count.attempts.saturating_add(1);
        }
    }

    fn known(&self) -> MutexGuard<'_, Option<Count>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nearfar_store::{SecretKey, StoreConfig};
    use nearfar_test_support::TestStorage;
    use std::sync::Arc;

    #[tokio::test]
    async fn a_count_is_used_until_it_is_old_or_leaves_no_room() {
        let storage = TestStorage::sqlite();
        let objects = storage.objects().display().to_string();
        let config = StoreConfig::new(&storage.database_url, objects, SecretKey::new([1; 32]));
        let store = Store::open(&config, Arc::new(|bytes: &mut [u8]| bytes.fill(7))).await.expect("a store");
        let queue = ScoringQueue::new(2);
        let at = Duration::from_millis;
        assert!(queue.has_room(&store, at(1000)).await.expect("counted"));
        let counted = |queue: &ScoringQueue| queue.known().map(|count| (count.attempts, count.at));
        queue.add();
        assert!(queue.has_room(&store, at(1200)).await.expect("known"));
        assert_eq!(counted(&queue), Some((1, at(1000))), "nothing was counted");
        queue.add();
        // Full, as far as is known: counted again, and the store has none.
        assert!(queue.has_room(&store, at(1201)).await.expect("counted"));
        assert_eq!(counted(&queue), Some((0, at(1201))));
        assert!(queue.has_room(&store, at(1451)).await.expect("counted"));
        assert_eq!(counted(&queue), Some((0, at(1451))));
        assert!(!ScoringQueue::new(0).has_room(&store, at(0)).await.expect("counted"));
    }
}
