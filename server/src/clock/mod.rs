//! Time and randomness: the one place of the service that asks the machine for either.

pub mod debounced;

use std::fmt;
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use nearfar_store::Entropy;

/// Tells the time.
pub trait Clock: Send + Sync + fmt::Debug {
    /// Unix time in milliseconds. It can be set: forwards, backwards, and wrong.
    fn now(&self) -> i64;

    /// Time since some moment that does not change while the process runs. Nobody can set it: for limits and durations.
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
        // The moment it counts from is made first, so that none comes before it.
        let first = *FIRST;
        Instant::now().saturating_duration_since(first)
    }
}

/// Randomness of the operating system.
///
/// # Panics
/// If the operating system has none: a service that cannot draw keys must not go on.
pub fn system_entropy() -> Entropy {
    Arc::new(|bytes| {
        getrandom::fill(bytes).unwrap_or_else(|error| panic!("the operating system gives no randomness: {error}"));
    })
}

/// That many random bytes, in hex.
pub fn random_hex(entropy: &Entropy, bytes: usize) -> String {
    let mut buffer = vec![0; bytes];
    entropy(&mut buffer);
    hex::encode(buffer)
}

/// That many different random numbers of two digits (at most 90), as two devices show one to be compared.
pub fn random_numbers(entropy: &Entropy, count: usize) -> Vec<String> {
    let mut numbers: Vec<String> = Vec::new();
    while numbers.len() < count.min(90) {
        let mut byte = [0];
        entropy(&mut byte);
        // 180 is the largest multiple of 90 in a byte: so all numbers are as likely.
        let number = (10 + byte[0] % 90).to_string();
        if byte[0] < 180 && !numbers.contains(&number) {
            numbers.push(number);
        }
    }
    numbers
}
