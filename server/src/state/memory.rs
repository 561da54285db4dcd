//! Limits the memory of concurrent uploads or results, in total and per account.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use nearfar_protocol::status;

use crate::response::ApiError;

/// `Retry-After` when memory is exhausted, in seconds.
const RETRY_AFTER: u32 = 2;

/// A memory budget, of which each account can use a share.
#[derive(Debug)]
pub struct MemoryPool {
    used: Mutex<Used>,
    total: u64,
    share: u64,
}

#[derive(Debug, Default)]
struct Used {
    total: u64,
    accounts: HashMap<String, u64>,
}

/// Reserved memory, released when dropped.
#[derive(Debug)]
pub struct Reservation<'a> {
    pool: &'a MemoryPool,
    account: String,
    bytes: u64,
}

impl MemoryPool {
    /// A budget of `total` bytes, of which one account can use `share`.
    pub fn new(total: u64, share: u64) -> Self {
        Self { used: Mutex::default(), total, share }
    }

    /// An empty reservation that grows with received bytes.
    pub fn reservation(&self, account: &str) -> Reservation<'_> {
        Reservation { pool: self, account: account.to_owned(), bytes: 0 }
    }

    /// Reserves that many bytes, or the whole share: data received under larger limits must stay readable.
    pub fn reserve(&self, account: &str, bytes: u64) -> Result<Reservation<'_>, ApiError> {
        let mut reservation = self.reservation(account);
        reservation.grow(bytes.min(self.share))?;
        Ok(reservation)
    }

    fn used(&self) -> MutexGuard<'_, Used> {
        self.used.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Reservation<'_> {
    /// Reserves more, or rejects if the total or the account's share is used up.
    pub fn grow(&mut self, bytes: u64) -> Result<(), ApiError> {
        let mut used = self.pool.used();
        let account_used = used.accounts.get(&self.account).copied().unwrap_or(0);
        let fits = used.total.saturating_add(bytes) <= self.pool.total;
        if !fits || account_used.saturating_add(bytes) > self.pool.share {
            return Err(ApiError::retry_after(status::RETRY_LATER, RETRY_AFTER));
        }
        used.total += bytes;
        *used.accounts.entry(self.account.clone()).or_default() += bytes;
        self.bytes += bytes;
        Ok(())
    }
}

impl Drop for Reservation<'_> {
    fn drop(&mut self) {
        let mut used = self.pool.used();
        used.total -= self.bytes;
        let left = used.accounts.get(&self.account).map_or(0, |held| held - self.bytes);
        if left == 0 {
            used.accounts.remove(&self.account);
        } else {
            used.accounts.insert(self.account.clone(), left);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reservations_are_released() {
        let pool = MemoryPool::new(10_000, 10_000);
        let some = pool.reserve("shop", 9000).ok();
        assert!(some.is_some() && pool.reserve("other", 1001).is_err());
        drop(some);
        assert!(pool.reserve("other", 1_000_000).is_ok(), "more than there is: all of it");
        assert!(pool.used().accounts.is_empty());
    }

    #[test]
    fn an_account_has_its_share() {
        let pool = MemoryPool::new(10_000, 6000);
        let mut upload = pool.reservation("shop");
        assert!(upload.grow(4000).is_ok() && upload.grow(2000).is_ok() && upload.grow(1).is_err());
        assert!(pool.reserve("shop", 1).is_err());
        let other = pool.reserve("other", 4000).expect("what is left");
        assert!(pool.reserve("third", 1).is_err());
        drop((upload, other));
        let large = pool.reserve("shop", 9000).expect("as much as the share");
        assert!(pool.reserve("shop", 1).is_err());
        assert!(pool.reserve("other", 4000).is_ok(), "what is left is for others");
        drop(large);
        assert!(pool.reservation("shop").grow(6001).is_err(), "an upload never has more than the share");
    }
}
