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
