//! Measures the speed of the face.

use crate::clock::Millis;
use crate::frame::Rect;

/// Time constant of the smoothing, ms: long enough to cancel the detector's jitter of a pixel or two, short enough to
/// notice a nod.
const TIME_CONSTANT: f32 = 250.0;

/// Smoothed speed of the face from frame to frame.
///
/// An exponential follower tracks the face. At a steady speed it lags by a known distance, which gives the speed.
/// Jitter around one place causes no lag.
#[derive(Clone, Debug, Default)]
pub struct Motion {
    follower: Option<Follower>,
}

#[derive(Clone, Copy, Debug)]
struct Follower {
    x: f32,
    y: f32,
    width: f32,
    at: Millis,
}

impl Motion {
    /// Takes the face box of a frame and returns its speed in box widths per second: horizontal, vertical and towards
    /// the camera (growth) combined. 0 for the first frame and for an invalid box or time.
    pub fn update(&mut self, face: &Rect, captured_at: Millis) -> f32 {
        let center = face.center();
        let here = Follower { x: center.x, y: center.y, width: face.width, at: captured_at };
        let usable = here.x.is_finite() && here.y.is_finite() && here.width.is_finite() && here.width > 0.0;
        if !usable {
            self.follower = None;
            return 0.0;
        }
        let Some(follower) = &mut self.follower else {
            self.follower = Some(here);
            return 0.0;
        };
        let step = (captured_at - follower.at) as f32;
        if step.is_nan() || step <= 0.0 {
            return 0.0;
        }
        let gain = 1.0 - (-step / TIME_CONSTANT).exp();
        let (dx, dy, dw) = (here.x - follower.x, here.y - follower.y, here.width - follower.width);
        follower.x += gain * dx;
        follower.y += gain * dy;
        follower.width += gain * dw;
        follower.at = captured_at;
        let lag = (dx * dx + dy * dy + dw * dw).sqrt() / here.width;
        lag * gain / (step / 1000.0)
    }

    /// Forgets the face when it is gone.
    pub fn reset(&mut self) {
        self.follower = None;
    }
}
