//! The minimum rate of uploads, so that silent connections do not block others.

use nearfar_store::Millis;

use crate::config::Config;

/// How the allowed duration of an upload depends on its received bytes.
#[derive(Clone, Copy, Debug)]
pub struct MinimumRate {
    /// Granted to every upload, in ms.
    pub grace: Millis,
    /// The rate that extends it, in bytes per second.
    pub bytes_per_second: u64,
    /// The maximum duration, in ms.
    pub longest: Millis,
}

impl MinimumRate {
    /// The configured rate.
    pub fn new(config: &Config) -> Self {
        let millis = |seconds: u64| Millis::try_from(seconds).unwrap_or(Millis::MAX).saturating_mul(1000);
        Self {
            grace: millis(config.upload_grace_seconds),
            bytes_per_second: config.upload_bytes_per_second,
            longest: millis(config.upload_seconds),
        }
    }

    /// Starts measuring an upload.
    pub fn start(self, now: Millis) -> Transfer {
        let last = now.saturating_add(self.longest);
        Transfer { rate: self, deadline: now.saturating_add(self.grace), last, rest: 0 }
    }
}

/// Measures an upload. Times are from the monotonic clock.
#[derive(Clone, Copy, Debug)]
pub struct Transfer {
    rate: MinimumRate,
    /// When it becomes too slow if nothing more arrives.
    deadline: Millis,
    /// The latest end.
    last: Millis,
    /// Received bytes that have not yet made a millisecond, in thousandths of a byte.
    rest: u64,
}

impl Transfer {
    /// Counts received bytes. They never allow more than the grace period from now on: otherwise a burst would buy time
    /// in which almost nothing has to arrive.
    pub fn arrived(&mut self, bytes: usize, now: Millis) {
        let rate = self.rate.bytes_per_second.max(1);
        let arrived = (bytes as u64).saturating_mul(1000).saturating_add(self.rest);
        self.rest = arrived % rate;
        let earned = Millis::try_from(arrived / rate).unwrap_or(Millis::MAX);
        self.deadline = self.deadline.saturating_add(earned).min(now.saturating_add(self.rate.grace));
    }

    /// Whether its time is used up.
    pub fn is_too_slow(&self, now: Millis) -> bool {
        now >= self.deadline.min(self.last)
    }

    /// How far it is behind the minimum rate, in ms: at least as long as it has been silent.
    pub fn idle(&self, now: Millis) -> Millis {
        now.saturating_add(self.rate.grace).saturating_sub(self.deadline)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: MinimumRate = MinimumRate { grace: 30_000, bytes_per_second: 2000, longest: 600_000 };

    #[test]
    fn allowed_time_grows_with_received_bytes() {
        let mut transfer = RATE.start(5000);
        assert!(!transfer.is_too_slow(34_999) && transfer.is_too_slow(35_000), "30 s");
        // No fraction is lost.
        for _ in 0..10_000 {
            transfer.arrived(1, 25_000);
        }
        assert!(!transfer.is_too_slow(39_999) && transfer.is_too_slow(40_000), "and 5 s for 10 000 bytes");
        // At the minimum rate it continues, up to the maximum.
        for second in 26..605 {
            transfer.arrived(2000, second * 1000);
            assert!(!transfer.is_too_slow(second * 1000));
        }
        assert!(!transfer.is_too_slow(604_999) && transfer.is_too_slow(605_000));
    }

    #[test]
    fn a_burst_does_not_buy_time_to_trickle() {
        let mut transfer = RATE.start(0);
        transfer.arrived(1_200_000, 1000);
        assert_eq!(transfer.idle(1000), 0);
        for second in 2..31 {
            transfer.arrived(2, second * 1000);
        }
        assert_eq!(transfer.idle(11_029), 10_000, "it gives way to others");
        assert!(!transfer.is_too_slow(31_028) && transfer.is_too_slow(31_029), "and has an end");
    }

    #[test]
    fn a_trickling_upload_is_as_idle_as_a_silent_one() {
        let mut transfer = RATE.start(0);
        transfer.arrived(2, 9000);
        assert_eq!(transfer.idle(10_000), 9999);
        transfer.arrived(100_000, 10_000);
        assert_eq!((transfer.idle(11_000), transfer.idle(30_000)), (1000, 20_000));
    }
}
