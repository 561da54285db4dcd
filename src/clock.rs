//! Time as the pure code sees it: numbers that somebody else read from a clock.

use std::collections::VecDeque;

/// Milliseconds since the Unix epoch, with a fraction. The caller reads the clock; pure code only compares.
pub type Millis = f64;

/// Offsets are taken over this many ms of arrivals, so that a camera clock that drifts is followed.
const WINDOW: Millis = 10_000.0;
/// The window is kept as the least offset of each of its parts.
const PART: Millis = 1_000.0;
/// Frames do not queue, so none is on its way for longer than this.
const LONGEST_WAY: Millis = 2_000.0;

/// What to add to this scope's clock so that it agrees with the clock of the scope that asked, which is between `least`
/// and `most` ahead.
///
/// Both clocks tick alike, but each counts from what the system's clock said when its scope began; a device that slept
/// in between, or whose time was set, has put them apart. A message takes its time, so a question and its answer give
/// two bounds. What lies within them is no difference that could be told, and is left alone.
pub fn agreement(least: Millis, most: Millis) -> Millis {
    if least > 0.0 { least } else { most.min(0.0) }
}

/// When a frame was taken: as the browser says, unless that is another clock's time.
pub fn plausible(captured_at: Option<Millis>, now: Millis) -> Millis {
    captured_at.filter(|at| (now - LONGEST_WAY..=now).contains(at)).unwrap_or(now)
}

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
        // A jump by more than a frame can be on its way is another clock: a new track, or a device that slept while only
        // one of the two clocks went on.
        if self.parts.back().is_some_and(|(_, least)| (offset - least).abs() > LONGEST_WAY) {
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
    fn a_sleep_in_which_one_clock_stood_still_moves_no_frame() {
        // Seconds for which the device sleeps: the camera's clock goes on, or that of arrivals.
        for (camera, arrivals) in [(900.0, 0.0), (0.0, 900.0), (4.0, 0.0), (0.0, 4.0), (4.0, 900.0)] {
            let mut clock = CaptureClock::new();
            for index in 0..120 {
                let slept = if index < 60 { [0.0, 0.0] } else { [camera * 1000.0, arrivals * 1000.0] };
                let passed = f64::from(index) * 33.0;
                let arrival = START + passed + slept[1] + 40.0;
                let told = clock.captured_at((passed + slept[0]) * 1000.0, arrival);
                assert!((0.0..1.0).contains(&(arrival - told)), "{camera} {arrivals} {index}: {}", arrival - told);
            }
        }
    }

    #[test]
    fn clocks_of_two_scopes_agree_unless_no_message_could_explain_it() {
        // Within the time that messages took.
        assert_eq!(agreement(-3.0, 700.0), 0.0);
        assert_eq!(agreement(-0.0, 0.0), 0.0);
        // Fifteen minutes, either way.
        assert_eq!(agreement(899_990.0, 900_020.0), 899_990.0);
        assert_eq!(agreement(-900_020.0, -899_990.0), -899_990.0);
        assert_eq!(agreement(f64::NAN, f64::NAN), 0.0);
    }

    #[test]
    fn a_frames_own_time_counts_unless_it_is_another_clocks() {
        assert_eq!(plausible(Some(START - 60.0), START), START - 60.0);
        for foreign in [Some(START + 1.0), Some(START - 900_000.0), Some(START + 900_000.0), Some(f64::NAN), None] {
            assert_eq!(plausible(foreign, START), START);
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
