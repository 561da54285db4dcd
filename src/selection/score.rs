//! Scores frames and selects the best of a hold.

use crate::clock::Millis;
use crate::detection::Face;
use crate::frame::Rect;
use crate::guidance::Thresholds;
use crate::quality::FaceMeasurements;
use serde::{Deserialize, Serialize};

/// The face in one frame, as the capture's manifest describes it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(tsify::Tsify))]
pub struct FaceFacts {
    /// Left edge of the face box in px of the upright picture.
    pub x: f32,
    /// Top edge.
    pub y: f32,
    /// Width.
    pub width: f32,
    /// Height.
    pub height: f32,
    /// Detection score, 0 to 1.
    #[serde(default)]
    pub score: f32,
    /// Yaw in degrees.
    #[serde(default)]
    pub yaw: f32,
    /// Pitch in degrees.
    #[serde(default)]
    pub pitch: f32,
    /// Roll in degrees.
    #[serde(default)]
    pub roll: f32,
    /// Sharpness, 0 to 1.
    #[serde(default)]
    pub sharpness: f32,
    /// Brightness, 0 to 1.
    #[serde(default)]
    pub brightness: f32,
}

impl FaceFacts {
    /// The facts of a detected and measured face.
    pub fn new(face: &Face, measured: &FaceMeasurements) -> Self {
        let Rect { x, y, width, height } = face.bbox;
        FaceFacts {
            x,
            y,
            width,
            height,
            score: face.score,
            yaw: measured.pose.yaw,
            pitch: measured.pose.pitch,
            roll: measured.pose.roll,
            sharpness: measured.sharpness,
            brightness: measured.brightness,
        }
    }

    /// The same face in a picture enlarged by `factor`.
    pub fn scaled(self, factor: f32) -> Self {
        FaceFacts {
            x: self.x * factor,
            y: self.y * factor,
            width: self.width * factor,
            height: self.height * factor,
            ..self
        }
    }

    /// The face box.
    pub fn bbox(&self) -> Rect {
        Rect { x: self.x, y: self.y, width: self.width, height: self.height }
    }
}

/// A frame whose full pixels are kept.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct KeptFrame {
    /// When the camera captured it.
    pub captured_at: Millis,
    /// The face in it.
    pub face: FaceFacts,
    /// Bounding box of the target oval at that time, upright frame px.
    pub oval: Rect,
    /// Its [`score`].
    pub score: Score,
}

/// The score of a frame for its stage. [`Best`] compares the frames of one hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// How good pose and light are and whether the eyes are open: 0 (at a check's limit) to 1.
    pub fitness: f32,
    /// Sharpness: [`FaceMeasurements::detail`].
    pub detail: f32,
}

/// Computes the score of a frame. The fitness is that of the worst factor, since good light does not compensate for a
/// turned face. A factor is 1 at its optimum and 0 at its check's limit. Closed eyes reduce the fitness strongly but
/// not to 0, so that the fittest frame is found even if the eyes are closed in all of them.
pub fn score(measured: &FaceMeasurements, thresholds: &Thresholds) -> Score {
    let factors = [pose(measured, thresholds), exposure(measured, thresholds)];
    let worst = factors.into_iter().map(clamp_unit).fold(1.0, f32::min);
    let fitness = worst * (EYES_CLOSED_FACTOR + (1.0 - EYES_CLOSED_FACTOR) * clamp_unit(eyes_open(measured)));
    Score { fitness, detail: measured.detail.max(0.0) }
}

/// Factor of the fitness for closed eyes.
const EYES_CLOSED_FACTOR: f32 = 0.2;
/// Up to this likelihood that both eyes are open, they count as closed.
pub const EYES_CLOSED_MAX: f32 = 0.2;
/// From this likelihood on, both eyes count as open.
pub const EYES_OPEN_MIN: f32 = 0.6;

/// 1 for open eyes, 0 if one is closed.
fn eyes_open(measured: &FaceMeasurements) -> f32 {
    (measured.eyes_open - EYES_CLOSED_MAX) / (EYES_OPEN_MIN - EYES_CLOSED_MAX)
}

/// 1 for a frontal face.
fn pose(measured: &FaceMeasurements, limits: &Thresholds) -> f32 {
    let pose = &measured.pose;
    let turned = (pose.yaw.abs() / limits.max_yaw)
        .max(pose.pitch.abs() / limits.max_pitch)
        .max(pose.roll.abs() / limits.max_roll);
    1.0 - turned
}

/// 1 in any ordinary light: skin has many tones, and none is better exposed than another. Lower only close to a limit.
fn exposure(measured: &FaceMeasurements, limits: &Thresholds) -> f32 {
    let room = (measured.brightness - limits.min_brightness).min(limits.max_brightness - measured.brightness);
    let behind = 1.0 + measured.backlight.min(0.0) / limits.max_backlight;
    let burnt = 1.0 - measured.overexposed / limits.max_overexposed;
    (room / BRIGHTNESS_RAMP).min(behind.min(burnt) / LIMIT_RAMP)
}

/// Distance to a brightness limit within which the factor falls. Well-exposed skin begins at 0.3, farther than this
/// above the default limit.
const BRIGHTNESS_RAMP: f32 = 0.05;
/// The same for back light and the clipped share, relative to their limits.
const LIMIT_RAMP: f32 = 0.2;

/// Clamps to 0 to 1; NaN becomes 0.
fn clamp_unit(value: f32) -> f32 {
    if value > 0.0 { value.min(1.0) } else { 0.0 }
}

/// Minimum fitness, relative to the fittest frame's, for a frame to win by its sharpness.
pub const MIN_RELATIVE_FITNESS: f32 = 0.9;
/// Minimum relative gain in sharpness over the best frame. Copying its pixels costs a millisecond, and smaller
/// differences are measurement noise.
const MIN_DETAIL_GAIN: f32 = 0.01;

/// The best frame of a hold so far: the sharpest of those whose fitness is within a tenth of the fittest frame's.
///
/// Frames arrive one by one and the pixels of only one are kept, so the choice is optimal only with respect to the
/// fittest frame known at that time. While the person settles, the best fitness rises. When the kept frame falls
/// behind, the fitter frame replaces it regardless of sharpness, and later frames compete with that one.
#[derive(Clone, Debug, Default)]
pub struct Best {
    kept: Option<KeptFrame>,
    fittest: f32,
}

impl Best {
    /// Offers a frame of the hold. Returns whether it is the new best, so that its pixels have to be kept.
    pub fn offer(&mut self, frame: KeptFrame) -> bool {
        self.fittest = self.fittest.max(frame.score.fitness);
        let fits = |frame: &KeptFrame| frame.score.fitness >= MIN_RELATIVE_FITNESS * self.fittest;
        let better = match &self.kept {
            None => true,
            Some(kept) if fits(kept) => {
                fits(&frame) && frame.score.detail > kept.score.detail * (1.0 + MIN_DETAIL_GAIN)
            }
            // Only a fitter frame can have disqualified the kept one.
            Some(_) => true,
        };
        if better {
            self.kept = Some(frame);
        }
        better
    }

    /// The best so far.
    pub fn get(&self) -> Option<&KeptFrame> {
        self.kept.as_ref()
    }

    /// Forgets the best frame when the hold is broken.
    pub fn clear(&mut self) {
        *self = Best::default();
    }
}
