//! Which frames of a camera are processed: fewer while nothing happens, so that a phone stays cool.

use crate::clock::Millis;
use crate::frame::Rect;

/// Interval of frames at the reduced rate, ms: 15 per second.
const REDUCED_INTERVAL: Millis = 1000.0 / 15.0;
/// Interval while frames are not analyzed, before the start and during pauses, ms.
const UNWATCHED_INTERVAL: Millis = 250.0;
/// Frames may come this much early, ms: cameras do not keep exact time.
const TOLERANCE: Millis = 10.0;
/// After this time without a face, or with a face that keeps still without being held, the rate is reduced, ms.
const IDLE_TIME: Millis = 2000.0;
/// A face moves when its centre or its width changes by more than this fraction of its width.
const STILL_TOLERANCE: f32 = 0.05;
/// Mean processing time of a frame, ms, from which a device is slow.
const SLOW_PROCESSING: Millis = 40.0;
/// Number of frames over which the processing time is averaged.
const AVERAGED_FRAMES: f64 = 10.0;

/// What a processed frame showed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Seen {
    /// Frames are not analyzed now.
    Nothing,
    /// No face.
    Nobody,
    /// The person's face, in upright pixels.
    Face(Rect),
    /// A face in its place, which is being held: every frame may be the one to keep.
    Held,
}

/// Decides for each frame whether to process it.
///
/// The rate is that of the camera. It is reduced to 15 frames per second when nobody is in view, when a face keeps still
/// out of its place, when the device is slow, and to save power. The first frame that shows a change restores it.
#[derive(Clone, Debug, Default)]
pub struct FrameRate {
    saves_power: bool,
    is_watched: bool,
    /// When the last frame was processed.
    last: Option<Millis>,
    /// Where the face was when it last moved; `None`: nobody was in view.
    place: Option<Rect>,
    /// Since when nothing has changed.
    unchanged_since: Option<Millis>,
    /// Mean processing time of a frame, ms.
    processing: Millis,
}

impl FrameRate {
    /// Whether to save power, for example because the battery is low.
    pub fn set_saves_power(&mut self, saves_power: bool) {
        self.saves_power = saves_power;
    }

    /// Whether to process the frame that arrives at `now`. `is_watched`: whether frames are analyzed now
    pub fn takes(&mut self, now: Millis, is_watched: bool) -> bool {
        // What was unchanged while nobody watched says nothing.
        if is_watched != self.is_watched {
            (self.is_watched, self.last, self.unchanged_since) = (is_watched, None, None);
        }
        let since = self.last.map_or(Millis::INFINITY, |last| now - last);
        // A clock that was set back takes the frame.
        let takes = since < 0.0 || since >= self.interval(now) - TOLERANCE;
        if takes {
            self.last = Some(now);
        }
        takes
    }

    /// How long no frame is needed, in ms from `now`. [`FrameRate::takes`] rejects frames that arrive earlier.
    pub fn wait(&self, now: Millis, is_watched: bool) -> Millis {
        let Some(last) = self.last.filter(|_| is_watched == self.is_watched) else { return 0.0 };
        (last + self.interval(now) - TOLERANCE - now).clamp(0.0, UNWATCHED_INTERVAL)
    }

    /// Records what a frame showed, when it was taken, and how long it was processed, in ms.
    pub fn record(&mut self, seen: Seen, now: Millis, processing: Millis) {
        if processing >= 0.0 {
            self.processing += (processing - self.processing) / AVERAGED_FRAMES;
        }
        let place = match seen {
            Seen::Nothing => return,
            Seen::Nobody => None,
            Seen::Face(bbox) => Some(bbox),
            Seen::Held => {
                self.unchanged_since = None;
                return;
            }
        };
        let is_unchanged = match (self.place, place) {
            (None, None) => true,
            (Some(before), Some(bbox)) => !has_moved(&before, &bbox),
            _ => false,
        };
        if !is_unchanged || self.unchanged_since.is_none() {
            (self.place, self.unchanged_since) = (place, Some(now));
        }
    }

    /// The least time between two processed frames, ms.
    fn interval(&self, now: Millis) -> Millis {
        let is_idle = self.unchanged_since.is_some_and(|since| now - since >= IDLE_TIME);
        if !self.is_watched {
            UNWATCHED_INTERVAL
        } else if is_idle || self.saves_power || self.processing > SLOW_PROCESSING {
            REDUCED_INTERVAL
        } else {
            0.0
        }
    }
}

fn has_moved(before: &Rect, bbox: &Rect) -> bool {
    let limit = STILL_TOLERANCE * before.width;
    before.center().distance(bbox.center()) > limit || (before.width - bbox.width).abs() > limit
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: Millis = 1000.0 / 30.0;

    fn face_at(x: f32) -> Seen {
        Seen::Face(Rect { x, y: 300.0, width: 200.0, height: 200.0 })
    }

    /// How many frames of each second are processed.
    fn rates(rate: &mut FrameRate, seconds: usize, processing: Millis, seen: impl Fn(Millis) -> Seen) -> Vec<usize> {
        let mut counts = vec![0; seconds];
        for frame in 0..30 * seconds {
            let now = 1e12 + frame as f64 * FRAME;
            if rate.takes(now, seen(now - 1e12) != Seen::Nothing) {
                counts[frame / 30] += 1;
                rate.record(seen(now - 1e12), now, processing);
            }
        }
        counts
    }

    #[test]
    fn every_frame_counts_while_a_face_moves_or_is_held() {
        let moving = |at: Millis| face_at(200.0 + (at / 300.0).sin() as f32 * 60.0);
        assert_eq!(rates(&mut FrameRate::default(), 6, 5.0, moving), [30; 6]);
        assert_eq!(rates(&mut FrameRate::default(), 6, 5.0, |_| Seen::Held), [30; 6]);
    }

    #[test]
    fn the_rate_is_reduced_when_nobody_is_in_view_or_nothing_moves() {
        for seen in [Seen::Nobody, face_at(200.0)] {
            let counts = rates(&mut FrameRate::default(), 5, 5.0, |_| seen);
            assert_eq!(counts[..2], [30; 2]);
            assert!(counts[3..].iter().all(|&count| (15..=16).contains(&count)), "{seen:?}: {counts:?}");
        }
    }

    #[test]
    fn a_change_restores_the_rate() {
        let comes = |at: Millis| if at < 4000.0 { Seen::Nobody } else { face_at(200.0) };
        let moves = |at: Millis| if at < 4000.0 { face_at(200.0) } else { face_at(230.0) };
        let goes = |at: Millis| if at < 4000.0 { face_at(200.0) } else { Seen::Nobody };
        let is_held = |at: Millis| if at < 4000.0 { face_at(200.0) } else { Seen::Held };
        for seen in [comes, moves, goes, is_held] {
            let counts = rates(&mut FrameRate::default(), 6, 5.0, seen);
            assert!(counts[3] <= 16, "{counts:?}");
            assert!(counts[4] >= 29 && counts[5] >= 29, "{counts:?}");
        }
    }

    #[test]
    fn a_slow_device_and_a_low_battery_reduce_it() {
        let moving = |at: Millis| face_at(200.0 + (at / 300.0).sin() as f32 * 60.0);
        assert!(rates(&mut FrameRate::default(), 3, 60.0, moving)[1] <= 16);
        let mut saving = FrameRate::default();
        saving.set_saves_power(true);
        assert!(rates(&mut saving, 3, 5.0, |_| Seen::Held).iter().all(|&count| (15..=16).contains(&count)));
    }

    #[test]
    fn before_the_start_and_during_pauses_few_frames_are_taken() {
        let starts = |at: Millis| if at < 3000.0 { Seen::Nothing } else { Seen::Nobody };
        let counts = rates(&mut FrameRate::default(), 5, 5.0, starts);
        assert_eq!(counts[1], 4);
        assert_eq!(counts[3], 30);
    }

    #[test]
    fn no_frame_is_taken_during_the_wait() {
        let mut rate = FrameRate::default();
        assert_eq!(rate.wait(1e6, true), 0.0);
        assert!(rate.takes(1e6, true));
        assert_eq!(rate.wait(1e6 + 5.0, true), 0.0);
        rate.set_saves_power(true);
        let wait = rate.wait(1e6 + 5.0, true);
        assert!(wait > FRAME / 2.0, "{wait}");
        assert!(!rate.takes(1e6 + 5.0 + wait - 1.0, true));
        assert!(rate.takes(1e6 + 5.0 + wait + 1.0, true));
        assert!(rate.takes(1e6 + 100.0, false));
        assert!(rate.wait(1e6 + 100.0, false) > 200.0);
        assert_eq!(rate.wait(1e6 + 100.0, true), 0.0, "frames are analyzed again");
        assert!(rate.wait(1e3, false) <= UNWATCHED_INTERVAL, "a clock that was set back");
    }

    #[test]
    fn a_clock_that_is_set_back_stops_nothing() {
        let mut rate = FrameRate::default();
        rate.set_saves_power(true);
        assert!(rate.takes(1e6, true));
        assert!(rate.takes(1e3, true));
        assert!(!rate.takes(1e3 + 20.0, true));
        assert!(rate.takes(1e3 + 66.0, true));
    }
}
