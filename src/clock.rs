//! Timestamps and the synchronisation of clocks. Nothing here reads a clock.

use std::collections::VecDeque;

/// Milliseconds since the Unix epoch, with fractions.
pub type Millis = f64;

/// Offsets are minimised over this many ms of arrivals, so that the drift of the camera's clock is followed.
const WINDOW: Millis = 10_000.0;
/// The window is divided into parts of this length, each with its minimum offset.
const WINDOW_PART: Millis = 1_000.0;
/// Frames do not queue, so none takes longer than this to arrive.
const MAX_DELAY: Millis = 2_000.0;

/// The offset to add to this scope's clock so that it agrees with the clock of the scope that sent the request, which
/// is between `least` and `most` ahead.
///
/// Both clocks run at the same rate, but each starts from the system time at which its scope began. They differ if the
/// device slept or its time was set in between. Messages take time, so a request and its reply give two bounds. If the
/// bounds include 0, no difference can be proven and the offset is 0.
pub fn clock_offset(least: Millis, most: Millis) -> Millis {
    if least > 0.0 { least } else { most.min(0.0) }
}

/// When a frame was captured: the browser's value, unless it is not plausible for this clock.
pub fn plausible(captured_at: Option<Millis>, now: Millis) -> Millis {
    captured_at.filter(|at| (now - MAX_DELAY..=now).contains(at)).unwrap_or(now)
}

/// Converts a camera's timestamps (`VideoFrame.timestamp`: µs with an unspecified origin) to Unix ms.
///
/// A frame arrives after it was captured, never before. The frame with the smallest difference between arrival and
/// timestamp is therefore closest to the true offset between the two clocks; for other frames the excess is their
/// delay. The minimum is taken over a sliding window of 10 s. The delay of the fastest frame is unknown, so capture
/// times are late by that much, and never early.
#[derive(Clone, Debug, Default)]
pub struct CaptureClock {
    /// Start of each part of the window, and its minimum offset.
    parts: VecDeque<(Millis, Millis)>,
    last: Option<Millis>,
}

impl CaptureClock {
    /// Creates a clock without frames.
    pub fn new() -> Self {
        CaptureClock { parts: VecDeque::with_capacity((WINDOW / WINDOW_PART) as usize + 2), last: None }
    }

    /// Capture time (Unix ms) of the frame that arrived at `arrival` (Unix ms) with this camera timestamp (µs). Never
    /// later than its arrival, and never earlier than the previous frame's. A timestamp that is not a number is
    /// replaced by the arrival.
    pub fn captured_at(&mut self, timestamp_us: f64, arrival: Millis) -> Millis {
        let timestamp = timestamp_us / 1000.0;
        let taken = if timestamp.is_finite() { timestamp + self.least_offset(timestamp, arrival) } else { arrival };
        let taken = self.last.map_or(taken, |last| taken.max(last)).min(arrival);
        self.last = Some(taken);
        taken
    }

    fn least_offset(&mut self, timestamp: Millis, arrival: Millis) -> Millis {
        let offset = arrival - timestamp;
        // A jump by more than a frame's longest delay means another clock: a new track, or a device that slept while
        // only one of the two clocks advanced.
        if self.parts.back().is_some_and(|(_, least)| (offset - least).abs() > MAX_DELAY) {
            self.parts.clear();
        }
        match self.parts.back_mut() {
            Some((since, least)) if arrival - *since < WINDOW_PART => *least = least.min(offset),
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

    /// Camera frames every 33 ms, each with a delay. The camera's clock shows 5 s at Unix time `START`.
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
    fn the_fastest_frame_sets_the_offset() {
        let delays = [50.0, 30.0, 60.0, 40.0, 55.0, 35.0].into_iter().cycle().take(600);
        for (taken, captured, arrived) in run(delays, 0.0).into_iter().skip(1) {
            // Late by the minimum delay, independent of the frame's own.
            assert!((captured - taken - 30.0).abs() < 1e-3, "{}", captured - taken);
            assert!(captured <= arrived);
        }
    }

    #[test]
    fn drift_is_followed_in_both_directions() {
        // A camera clock with an error of 0.5 per mille drifts by 5 ms within the window of 10 s.
        for drift in [5e-4, -5e-4] {
            let delays = [30.0, 70.0, 50.0].into_iter().cycle().take(5000);
            for (taken, captured, arrived) in run(delays, drift).into_iter().skip(10) {
                assert!((-6.0..=42.0).contains(&(captured - taken)), "{}", captured - taken);
                assert!(captured <= arrived);
            }
        }
    }

    #[test]
    fn sleep_that_stops_one_clock_does_not_shift_frames() {
        // Seconds of sleep during which the camera's clock or the arrivals' clock advances.
        for (camera, arrivals) in [(900.0, 0.0), (0.0, 900.0), (4.0, 0.0), (0.0, 4.0), (4.0, 900.0)] {
            let mut clock = CaptureClock::new();
            for index in 0..120 {
                let slept = if index < 60 { [0.0, 0.0] } else { [camera * 1000.0, arrivals * 1000.0] };
                let passed = f64::from(index) * 33.0;
                let arrival = START + passed + slept[1] + 40.0;
                let captured = clock.captured_at((passed + slept[0]) * 1000.0, arrival);
                assert!(
                    (0.0..1.0).contains(&(arrival - captured)),
                    "{camera} {arrivals} {index}: {}",
                    arrival - captured
                );
            }
        }
    }

    #[test]
    fn an_offset_is_applied_only_if_message_delays_cannot_explain_it() {
        // Within the message delays.
        assert_eq!(clock_offset(-3.0, 700.0), 0.0);
        assert_eq!(clock_offset(-0.0, 0.0), 0.0);
        // Fifteen minutes in either direction.
        assert_eq!(clock_offset(899_990.0, 900_020.0), 899_990.0);
        assert_eq!(clock_offset(-900_020.0, -899_990.0), -899_990.0);
        assert_eq!(clock_offset(f64::NAN, f64::NAN), 0.0);
    }

    #[test]
    fn a_frames_timestamp_is_used_if_plausible() {
        assert_eq!(plausible(Some(START - 60.0), START), START - 60.0);
        for foreign in [Some(START + 1.0), Some(START - 900_000.0), Some(START + 900_000.0), Some(f64::NAN), None] {
            assert_eq!(plausible(foreign, START), START);
        }
    }

    #[test]
    fn capture_times_are_monotonic_and_follow_a_new_clock() {
        let mut clock = CaptureClock::new();
        let mut last = 0.0;
        // The second camera has another origin, and one frame has no timestamp.
        for (index, timestamp) in [1e6, 1.033e6, 9.9e11, 9.9e11 + 33e3, f64::NAN, 5.0].into_iter().enumerate() {
            let arrival = START + index as f64 * 33.0;
            let captured = clock.captured_at(timestamp, arrival);
            assert!(captured >= last && captured <= arrival, "{index}");
            assert!(arrival - captured < 50.0, "{index}: {}", arrival - captured);
            last = captured;
        }
    }
}
