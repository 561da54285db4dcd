//! When a failed delivery is tried again.

use std::time::Duration;

use nearfar_store::{DeliveryOutcome, Entropy, EventClaim};

use crate::webhooks::sender::DeliveryError;

/// The delay after the first failure, in ms. It triples each time.
const FIRST_DELAY: i64 = 10_000;
/// The longest delay, in ms.
pub const LONGEST_DELAY: i64 = 4 * 3_600_000;
/// The longest `Retry-After` that is respected.
const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(3600);
/// The answer of an endpoint that no longer wants the event.
const GONE: u16 = 410;

/// What follows a failed delivery. An event is tried once more at the end of its time, and is then a dead letter.
pub fn outcome(claim: &EventClaim, error: &DeliveryError, now: i64, entropy: &Entropy) -> DeliveryOutcome {
    let failure = error.to_string();
    let (gone, retry_after) = match error {
        DeliveryError::Status { status, retry_after } => (*status == GONE, *retry_after),
        _ => (false, None),
    };
    if gone || now >= claim.give_up_at {
        return DeliveryOutcome::Dead { failure };
    }
    let retry_after = retry_after.unwrap_or_default().min(LONGEST_RETRY_AFTER).as_millis();
    let retry_after = i64::try_from(retry_after).unwrap_or_default();
    let at = now.saturating_add(delay(claim.attempts, entropy).max(retry_after));
    DeliveryOutcome::Retry { at: at.min(claim.give_up_at), failure }
}

/// The delay after that many attempts, in ms, of which up to a quarter is random: endpoints that were down get their
/// events back over some time.
fn delay(attempts: i64, entropy: &Entropy) -> i64 {
    let exponent = u32::try_from(attempts.saturating_sub(1)).unwrap_or(0).min(20);
    let delay = 3_i64.saturating_pow(exponent).saturating_mul(FIRST_DELAY).min(LONGEST_DELAY);
    let mut random = [0; 2];
    entropy(&mut random);
    delay - delay / 4 * i64::from(u16::from_le_bytes(random)) / i64::from(u16::MAX)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use nearfar_protocol::webhook::EventType;

    fn claim(attempts: i64) -> EventClaim {
        EventClaim {
            event_id: "evt_1".into(),
            account_id: "shop".into(),
            session_id: "s".into(),
            event: EventType::SessionCompleted,
            created_at: 0,
            give_up_at: 72 * 3_600_000,
            fencing_token: attempts,
            attempts,
        }
    }

    fn fixed(byte: u8) -> Entropy {
        Arc::new(move |bytes: &mut [u8]| bytes.fill(byte))
    }

    fn status(status: u16, retry_after: Option<u64>) -> DeliveryError {
        DeliveryError::Status { status, retry_after: retry_after.map(Duration::from_secs) }
    }

    #[test]
    fn delays_grow_to_four_hours_within_three_days() {
        let (mut now, mut delays) = (0, Vec::new());
        for attempts in 1.. {
            match outcome(&claim(attempts), &status(500, None), now, &fixed(0)) {
                DeliveryOutcome::Retry { at, .. } => {
                    delays.push((at - now) / 1000);
                    now = at;
                }
                DeliveryOutcome::Dead { .. } => break,
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(delays[..9], [10, 30, 90, 270, 810, 2430, 7290, 14_400, 14_400]);
        assert_eq!(now, 72 * 3_600_000, "the last try is at the end of the three days");
        assert_eq!(delays.len(), 25);
    }

    #[test]
    fn delays_are_random_within_a_quarter_and_never_overflow() {
        assert_eq!(delay(1, &fixed(0)), 10_000);
        assert_eq!(delay(1, &fixed(255)), 7_500);
        for attempts in [i64::MIN, 0, 40, i64::MAX] {
            assert!((7_500..=LONGEST_DELAY).contains(&delay(attempts, &fixed(7))));
        }
    }

    #[test]
    fn retry_after_is_respected_up_to_an_hour() {
        let at = |retry_after| match outcome(&claim(1), &status(503, Some(retry_after)), 0, &fixed(0)) {
            DeliveryOutcome::Retry { at, .. } => at / 1000,
            other => panic!("{other:?}"),
        };
        assert_eq!([at(1), at(120), at(1_000_000), at(u64::MAX)], [10, 120, 3600, 3600]);
    }

    #[test]
    fn gone_gives_the_event_up_at_once() {
        let outcome = outcome(&claim(1), &status(410, None), 0, &fixed(0));
        assert_eq!(outcome, DeliveryOutcome::Dead { failure: "the endpoint answered 410".into() });
    }
}
