//! Time as the pure code sees it: numbers that somebody else read from a clock.

use std::collections::VecDeque;

/// Milliseconds since the Unix epoch, with a fraction. The caller reads the clock; pure code only compares.
pub type Millis = f64;

/// Offsets are taken over this many ms of arrivals, so that a camera clock that drifts is followed.
const WINDOW: Millis = 10_000.0;
/// The window is kept as the least offset of each of its parts.
const PART: Millis = 1_000.0;

/// Turns a camera's own timestamps (`VideoFrame.timestamp`: µs since nobody says when) into Unix ms.
///
/// Frames arrive some time after they were taken, never before. The frame that arrived soonest after its
/// timestamp therefore comes closest to the true distance between the two clocks; what the others arrive later
/// is their delay. The least offset is sought in a sliding window of 10 s. What even the fastest frame was
/// delayed by cannot be known, so capture times are late by that much, and never too early.
#[derive(Clone, Debug, Default)]
pub struct CaptureClock {
    /// Start of each part of the window, and the least offset in it.
    parts: VecDeque<(Millis, Millis)>,
    last: Option<Millis>,
}

impl CaptureClock {
    /// A clock that has seen no frame.
    pub fn new() -> Self {
        CaptureClock { parts: VecDeque::with_capacity((WINDOW / PART) as usize + 2), last: None }
    }

    /// When the frame that arrived at `arrival` (Unix ms) with this camera timestamp (µs) was taken, Unix ms.
    /// Never later than its arrival, and never earlier than what was said of the frame before. A timestamp
    /// that is no number counts as its arrival.
    pub fn captured_at(&mut self, timestamp_us: f64, arrival: Millis) -> Millis {
        let timestamp = timestamp_us / 1000.0;
        let taken = if timestamp.is_finite() { timestamp + self.least_offset(timestamp, arrival) } else { arrival };
        let taken = self.last.map_or(taken, |last| taken.max(last)).min(arrival);
        self.last = Some(taken);
        taken
    }

    fn least_offset(&mut self, timestamp: Millis, arrival: Millis) -> Millis {
        let offset = arrival - timestamp;
        // A jump of the offset by more than any queue explains is another clock: a new track, say.
        if self.parts.back().is_some_and(|(_, least)| (offset - least).abs() > WINDOW) {
            self.parts.clear();
        }
        match self.parts.back_mut() {
            Some((since, least)) if arrival - *since < PART => *least = least.min(offset),
            _ => self.parts.push_back((arrival, offset)),
        }
        while self.parts.front().is_some_and(|(since, _)| arrival - since > WINDOW) {
            self.parts.pop_front();
        }
        self.parts.iter().fold(offset, |least, (_, part)| least.min(*part))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Camera frames every 33 ms, each with some delay on its way; the camera's clock shows 5 s at Unix time `START`.
    const START: Millis = 1_700_000_000_000.0;

    fn run(delays: impl Iterator<Item = f64>, drift: f64) -> Vec<(Millis, Millis, Millis)> {
        let mut clock = CaptureClock::new();
        let mut arrived = START;
        delays
            .enumerate()
            .map(|(index, delay)| {
                let taken = START + index as f64 * 33.0;
                arrived = (taken + delay).max(arrived);
                let timestamp = (5_000.0 + index as f64 * 33.0 * (1.0 + drift)) * 1000.0;
                (taken, clock.captured_at(timestamp, arrived), arrived)
            })
            .collect()
    }

    #[test]
    fn the_soonest_frame_sets_the_offset() {
        let delays = [50.0, 30.0, 60.0, 40.0, 55.0, 35.0].into_iter().cycle().take(600);
        for (taken, told, arrived) in run(delays, 0.0).into_iter().skip(1) {
            // Late by the least delay, whatever its own was.
            assert!((told - taken - 30.0).abs() < 1e-3, "{}", told - taken);
            assert!(told <= arrived);
        }
    }

    #[test]
    fn drift_is_followed_either_way() {
        // A camera clock that is wrong by half a per mille is 5 ms off after the window of 10 s.
        for drift in [5e-4, -5e-4] {
            let delays = [30.0, 70.0, 50.0].into_iter().cycle().take(5000);
            for (taken, told, arrived) in run(delays, drift).into_iter().skip(10) {
                assert!((-6.0..=42.0).contains(&(told - taken)), "{}", told - taken);
                assert!(told <= arrived);
            }
        }
    }

    #[test]
    fn times_never_run_backwards_and_a_new_clock_is_taken_up() {
        let mut clock = CaptureClock::new();
        let mut last = 0.0;
        // The second camera counts from elsewhere, and one frame has no time at all.
        for (index, timestamp) in [1e6, 1.033e6, 9.9e11, 9.9e11 + 33e3, f64::NAN, 5.0].into_iter().enumerate() {
            let arrival = START + index as f64 * 33.0;
            let told = clock.captured_at(timestamp, arrival);
            assert!(told >= last && told <= arrival, "{index}");
            assert!(arrival - told < 50.0, "{index}: {}", arrival - told);
            last = told;
        }
    }
}
