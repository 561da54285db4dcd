//! Time and randomness: the only module that asks the machine for either.

pub mod debounced;

use std::fmt;
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use nearfar_store::Entropy;

/// A source of time.
pub trait Clock: Send + Sync + fmt::Debug {
    /// Unix time in milliseconds. The machine's clock can be set forwards, backwards, and wrong.
    fn now(&self) -> i64;

    /// Time since a fixed moment of the process. It cannot be set: for limits and durations.
    fn monotonic(&self) -> Duration;
}

/// The machine's clock.
#[derive(Debug)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "everything else is handed this clock")]
    fn now(&self) -> i64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    }

    #[expect(clippy::disallowed_methods, reason = "everything else is handed this clock")]
    fn monotonic(&self) -> Duration {
        static FIRST: LazyLock<Instant> = LazyLock::new(Instant::now);
        // Initialised first, so that no reading precedes it.
        let first = *FIRST;
        Instant::now().saturating_duration_since(first)
    }
}

/// Randomness from the operating system.
///
/// # Panics
/// If the operating system has none: a service that cannot draw keys must not continue.
pub fn system_entropy() -> Entropy {
    Arc::new(|bytes| {
        getrandom::fill(bytes).unwrap_or_else(|error| panic!("the operating system provides no randomness: {error}"));
    })
}

/// Random bytes in hex.
pub fn random_hex(entropy: &Entropy, bytes: usize) -> String {
    let mut buffer = vec![0; bytes];
    entropy(&mut buffer);
    hex::encode(buffer)
}

/// Distinct random two-digit numbers (at most 90), for two devices to compare.
pub fn random_numbers(entropy: &Entropy, count: usize) -> Vec<String> {
    let mut numbers: Vec<String> = Vec::new();
    while numbers.len() < count.min(90) {
        let mut byte = [0];
        entropy(&mut byte);
        // 180 is the largest multiple of 90 in a byte, so that all numbers are equally likely.
        let number = (10 + byte[0] % 90).to_string();
        if byte[0] < 180 && !numbers.contains(&number) {
            numbers.push(number);
        }
    }
    numbers
}
