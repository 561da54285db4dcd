//! Slows down guessing of passwords, for all instances together.
//!
//! Each attempt counts as failed before the password is checked, so that attempts at the same time count too. A counter
//! that is blocked is left alone: further attempts do not prolong the wait, so it always ends.

use crate::cipher::sha256_hex;
use crate::database::{Write, database_error};
use crate::error::Result;
use crate::{Millis, Store};
use std::net::IpAddr;

/// Counters are forgotten this long after the last failure, in ms: a day.
const FORGET_AFTER: Millis = 24 * 60 * 60 * 1000;

/// Failed sign-ins in a row of a name, an address or a known browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignInCounter {
    /// Names the counter.
    pub key: String,
    /// Failures without a wait. The wait is then 1 s, and twice as long after each further one.
    pub free: i64,
    /// The longest wait, in ms.
    pub longest: Millis,
}

impl SignInCounter {
    /// Of a name, which may be unknown: 5 failures, then up to 15 minutes.
    pub fn of_name(name: &str) -> Self {
        let key = format!("name {}", sha256_hex(name.trim().to_lowercase().as_bytes()));
        SignInCounter { key, free: 5, longest: 15 * 60_000 }
    }

    /// Of an address, or an IPv6 network of 64 bits: 20 failures, then up to 5 minutes.
    pub fn of_address(address: IpAddr) -> Self {
        let network = match address.to_canonical() {
            IpAddr::V4(address) => address.to_string(),
            IpAddr::V6(address) => hex::encode(&address.octets()[..8]),
        };
        SignInCounter { key: format!("address {network}"), free: 20, longest: 5 * 60_000 }
    }

    /// Of a browser in which the operator has signed in before, by its token: 10 failures, then up to 15 minutes.
    pub fn of_device(token: &str) -> Self {
        SignInCounter { key: format!("device {}", sha256_hex(token.as_bytes())), free: 10, longest: 15 * 60_000 }
    }

    /// Of an address at the sign-in through the OpenID provider: 20 failures, then up to 5 minutes. It is not the counter
    /// of passwords, which such a sign-in must not start anew.
    pub fn of_provider(address: IpAddr) -> Self {
        let counter = Self::of_address(address);
        SignInCounter { key: format!("provider {}", counter.key), ..counter }
    }

    /// How long to wait after this many failures, in ms.
    fn wait(&self, failures: i64) -> Millis {
        match u32::try_from(failures.saturating_sub(self.free).min(40)) {
            Ok(beyond) => 1000_i64.saturating_mul(1 << beyond).min(self.longest),
            // Fewer failures than are free.
            Err(_) => 0,
        }
    }

    /// How long the counter is still blocked, in ms, if it is.
    fn blocked_for(&self, failures: i64, last_at: Millis, now: Millis) -> Option<Millis> {
        let left = last_at + self.wait(failures) - now;
        // A time far ahead is from a clock that was wrong.
        (left > 0 && left <= self.longest).then_some(left)
    }
}

/// Whether a sign-in may be tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ThrottleDecision {
    /// It may, and counts as failed until [`Store::sign_in_succeeded`].
    Allowed {
        /// Whether a further failure would block a counter.
        is_last: bool,
    },
    /// Not for this many ms. Nothing was counted.
    Blocked(Millis),
}

impl Store {
    /// Counts a failed sign-in, unless a counter is blocked.
    ///
    /// # Errors
    /// [`crate::Error::Unavailable`].
    pub async fn begin_sign_in(&self, counters: &[SignInCounter], now: Millis) -> Result<ThrottleDecision> {
        // Most attempts of somebody who guesses end here, and do not keep others from writing.
        for counter in counters {
            let query = sqlx::query_as("SELECT failures, last_at FROM sign_in_failures WHERE counter = $1");
            let found = query.bind(&counter.key).fetch_optional(self.database.pool()).await;
            let found: Option<(i64, Millis)> = found.map_err(database_error)?;
            if let Some(left) = found.and_then(|(failures, last_at)| counter.blocked_for(failures, last_at, now)) {
                return Ok(ThrottleDecision::Blocked(left));
            }
        }
        // Attempts at the same time may have been counted since: the counters are read again while they are locked.
        let mut counters = counters.to_vec();
        // Locked in one order, so that two attempts cannot wait for each other.
        counters.sort_by(|one, other| one.key.cmp(&other.key));
        let mut write = self.database.write().await?;
        let statement = "DELETE FROM sign_in_failures WHERE last_at < $1";
        let query = sqlx::query(statement).bind(now - FORGET_AFTER);
        query.execute(&mut *write).await.map_err(database_error)?;
        let mut is_last = false;
        for counter in &counters {
            let statement = "INSERT INTO sign_in_failures (counter, failures, last_at) VALUES ($1, 0, $2) \
                             ON CONFLICT (counter) DO UPDATE SET failures = sign_in_failures.failures \
                             RETURNING failures, last_at";
            let query = sqlx::query_as(statement).bind(&counter.key).bind(now);
            let (failures, last_at): (i64, Millis) = query.fetch_one(&mut *write).await.map_err(database_error)?;
            if let Some(left) = counter.blocked_for(failures, last_at, now) {
                return Ok(ThrottleDecision::Blocked(left));
            }
            is_last |= counter.wait(failures + 1) > 0;
            let statement = "UPDATE sign_in_failures SET failures = failures + 1, last_at = $2 WHERE counter = $1";
            let query = sqlx::query(statement).bind(&counter.key).bind(now);
            query.execute(&mut *write).await.map_err(database_error)?;
        }
        write.commit().await?;
        Ok(ThrottleDecision::Allowed { is_last })
    }

    /// Takes back what [`Store::begin_sign_in`] counted. The first counter starts anew; the others, which people share,
    /// lose only this attempt.
    ///
    /// # Errors
    /// [`crate::Error::Unavailable`].
    pub async fn sign_in_succeeded(&self, counters: &[SignInCounter]) -> Result<()> {
        let mut write = self.database.write().await?;
        let mut keys: Vec<_> = counters.iter().enumerate().map(|(at, counter)| (&counter.key, at == 0)).collect();
        keys.sort();
        for (key, is_first) in keys {
            if is_first {
                forget(&mut write, key).await?;
                continue;
            }
            let statement = "UPDATE sign_in_failures SET failures = failures - 1 WHERE counter = $1 AND failures > 0";
            sqlx::query(statement).bind(key).execute(&mut *write).await.map_err(database_error)?;
        }
        write.commit().await
    }
}

pub(super) async fn forget(write: &mut Write, key: &str) -> Result<()> {
    let query = sqlx::query("DELETE FROM sign_in_failures WHERE counter = $1").bind(key);
    query.execute(&mut **write).await.map_err(database_error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest() {
        let counter = SignInCounter::of_name("ann");
        let waits: Vec<Millis> = [0, 4, 5, 6, 7, 14, 15, 100, i64::MAX].map(|failures| counter.wait(failures)).into();
        assert_eq!(waits, [0, 0, 1000, 2000, 4000, 512_000, 900_000, 900_000, 900_000]);
    }

    #[test]
    fn counters_ignore_case_and_the_host_part_of_ipv6() {
        assert_eq!(SignInCounter::of_name("Ann "), SignInCounter::of_name("ann"));
        let address = |text: &str| SignInCounter::of_address(text.parse().unwrap());
        assert_eq!(address("2001:db8::1"), address("2001:db8::2:3"));
        assert_ne!(address("2001:db8::1"), address("2001:db8:0:1::1"));
        assert_eq!(address("::ffff:192.0.2.1"), address("192.0.2.1"));
        assert_ne!(address("192.0.2.2"), address("192.0.2.1"));
    }
}
