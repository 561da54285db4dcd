//! When the first device asks again how the session stands.
//!
//! The service holds a request until something changes, so a poll that was answered is followed by the next at once.
//! After a failure the pause grows (exponential back-off with jitter, so that many devices do not come back at the
//! same moment), and whatever brings the network or the page back ends it early and counts the failures anew.

use crate::clock::Millis;

/// Requests start no more often than this, however fast a service or a proxy answers that does not hold them.
const LEAST_INTERVAL: Millis = 1_000.0;
/// The first pause after a failure.
const FIRST_PAUSE: Millis = 1_000.0;
/// The longest pause after failures.
const LONGEST_PAUSE: Millis = 30_000.0;
/// How far a pause is moved by chance, as a share of it, up or down.
const JITTER: f64 = 0.25;

/// How long to wait after an answer before the next request, ms: `held` is how long the service held the request, ms.
pub fn pause_after_answer(held: Millis) -> Millis {
    (LEAST_INTERVAL - held).clamp(0.0, LEAST_INTERVAL)
}

/// How long to wait after a failure, ms. `failures` have gone before it since the last answer or the last time that
/// something brought the network back; `retry_after` is what `Retry-After` asks for, ms, 0 where nothing does; `random`
/// is drawn from 0 to 1 for each call.
pub fn pause_after_failure(failures: u32, retry_after: Millis, random: f64) -> Millis {
    let doubled = FIRST_PAUSE * f64::from(1_u32 << failures.min(5));
    let moved = 1.0 + JITTER * (2.0 * random - 1.0);
    (doubled.min(LONGEST_PAUSE) * moved).max(retry_after)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_that_was_held_is_followed_at_once() {
        assert_eq!(pause_after_answer(20_000.0), 0.0);
        assert_eq!(pause_after_answer(200.0), 800.0);
        // A clock that was set back meanwhile makes the wait no longer.
        assert_eq!(pause_after_answer(-5_000.0), 1_000.0);
    }

    #[test]
    fn pauses_double_up_to_the_longest() {
        let pauses: Vec<f64> = (0..8).map(|failures| pause_after_failure(failures, 0.0, 0.5)).collect();
        assert_eq!(pauses, [1e3, 2e3, 4e3, 8e3, 16e3, 30e3, 30e3, 30e3]);
    }

    #[test]
    fn chance_moves_pauses_by_a_quarter_and_the_service_has_the_last_word() {
        assert_eq!(pause_after_failure(0, 0.0, 0.0), 750.0);
        assert_eq!(pause_after_failure(0, 0.0, 1.0), 1_250.0);
        assert_eq!(pause_after_failure(0, 7e3, 1.0), 7e3);
    }
}
