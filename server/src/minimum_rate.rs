//! The minimum rate at which an upload has to arrive, so that connections on which nothing comes do not keep others
//! out.

use nearfar_store::Millis;

use crate::config::Config;

/// How long an upload may take, by what has arrived of it.
#[derive(Clone, Copy, Debug)]
pub struct MinimumRate {
    /// What every upload has, ms.
    pub grace: Millis,
    /// What each byte adds to it: bytes a second.
    pub bytes_per_second: u64,
    /// What none may exceed, ms.
    pub longest: Millis,
}

impl MinimumRate {
    /// As the configuration has it.
    pub fn new(config: &Config) -> Self {
        let millis = |seconds: u64| Millis::try_from(seconds).unwrap_or(Millis::MAX).saturating_mul(1000);
        Self {
            grace: millis(config.upload_grace_seconds),
            bytes_per_second: config.upload_bytes_per_second,
            longest: millis(config.upload_seconds),
        }
    }

    /// Starts to measure an upload.
    pub fn start(self, now: Millis) -> Transfer {
        Transfer { rate: self, started: now, latest: now, bytes: 0 }
    }

    /// How long so many bytes take at this rate, ms.
    fn takes(&self, bytes: u64) -> Millis {
        Millis::try_from(bytes.saturating_mul(1000) / self.bytes_per_second.max(1)).unwrap_or(Millis::MAX)
    }
}

/// An upload under way, as its rate is measured. Times are those of a monotonic clock.
#[derive(Clone, Copy, Debug)]
pub struct Transfer {
    rate: MinimumRate,
    started: Millis,
    latest: Millis,
    bytes: u64,
}

impl Transfer {
    /// So many bytes more have arrived.
    pub fn arrived(&mut self, bytes: usize, now: Millis) {
        self.bytes = self.bytes.saturating_add(bytes as u64);
        self.latest = now;
    }

    /// Whether it has used up its time.
    pub fn is_too_slow(&self, now: Millis) -> bool {
        let allowed = self.rate.grace.saturating_add(self.rate.takes(self.bytes)).min(self.rate.longest);
        now.saturating_sub(self.started) >= allowed
    }

    /// How far it is behind the minimum rate, or how long nothing has arrived, whichever is more, ms.
    pub fn idle(&self, now: Millis) -> Millis {
        let behind = now.saturating_sub(self.started).saturating_sub(self.rate.takes(self.bytes));
        behind.max(now.saturating_sub(self.latest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: MinimumRate = MinimumRate { grace: 30_000, bytes_per_second: 2000, longest: 600_000 };

    #[test]
    fn time_is_allowed_in_proportion_to_what_arrived() {
        let mut transfer = RATE.start(5000);
        transfer.arrived(9, 5000);
        assert!(!transfer.is_too_slow(35_003), "30 s, and 4 ms for 9 bytes");
        assert!(transfer.is_too_slow(35_004));
        transfer.arrived(200_000, 34_000);
        assert!(!transfer.is_too_slow(135_003));
        assert!(transfer.is_too_slow(135_004));
        transfer.arrived(50_000_000, 120_000);
        assert!(!transfer.is_too_slow(604_999) && transfer.is_too_slow(605_000), "but not for ever");
    }

    #[test]
    fn what_trickles_is_as_idle_as_what_is_silent() {
        let mut transfer = RATE.start(0);
        transfer.arrived(2, 9000);
        assert_eq!(transfer.idle(10_000), 9999);
        transfer.arrived(100_000, 10_000);
        assert_eq!((transfer.idle(11_000), transfer.idle(30_000)), (1000, 20_000));
    }
}
