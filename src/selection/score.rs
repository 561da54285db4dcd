//! How good a frame is, and the best so far.

use crate::clock::Millis;
use crate::detection::Face;
use crate::frame::Rect;
use crate::guidance::Thresholds;
use crate::quality::FaceMeasurements;
use serde::{Deserialize, Serialize};

/// What is known of the face in one frame: what the capture's manifest says about it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(tsify::Tsify))]
pub struct FaceFacts {
    /// Left edge of the face box, px of the upright picture.
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
    /// How far the face is turned to a side, degrees.
    #[serde(default)]
    pub yaw: f32,
    /// How far it is nodded up or down, degrees.
    #[serde(default)]
    pub pitch: f32,
    /// How far it is tilted to a shoulder, degrees.
    #[serde(default)]
    pub roll: f32,
    /// 0 to 1.
    #[serde(default)]
    pub sharpness: f32,
    /// 0 to 1.
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

    /// The same face in a picture that was made larger by `factor`.
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
    /// When the camera took it.
    pub captured_at: Millis,
    /// The face in it.
    pub face: FaceFacts,
    /// The target oval's bounding box at that moment, upright frame px.
    pub oval: Rect,
    /// Its [`score`].
    pub score: Score,
}

/// How good a frame is for its stage; frames of one hold are compared by [`Best`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// How well the face is turned and lit, and whether its eyes are open: 0 (at a limit of a check) to 1.
    pub fitness: f32,
    /// How sharp it is: [`FaceMeasurements::detail`].
    pub detail: f32,
}

/// The score of a frame. Its fitness is that of its worst factor: a face that is lit well does not make up for one turned
/// away. A factor is 1 where nothing could be better and 0 at the limit of its check. Shut eyes take most of it, but not
/// all: of frames that have them all, the fittest is still found.
pub fn score(measured: &FaceMeasurements, thresholds: &Thresholds) -> Score {
    let factors = [pose(measured, thresholds), exposure(measured, thresholds)];
    let worst = factors.into_iter().map(clamp_unit).fold(1.0, f32::min);
    let fitness = worst * (EYES_CLOSED_FACTOR + (1.0 - EYES_CLOSED_FACTOR) * clamp_unit(eyes_open(measured)));
    Score { fitness, detail: measured.detail.max(0.0) }
}

/// What shut eyes leave of a frame's fitness.
const EYES_CLOSED_FACTOR: f32 = 0.2;
/// Up to this chance that both eyes are open, they are not; ...
pub const EYES_CLOSED_MAX: f32 = 0.2;
/// ... and from this one on, they are.
pub const EYES_OPEN_MIN: f32 = 0.6;

/// 1 where both eyes are open, 0 where one is shut.
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

/// 1 in any ordinary light: skin is of many tones, and none of them is better exposed than another. Less only close to a
/// limit.
fn exposure(measured: &FaceMeasurements, limits: &Thresholds) -> f32 {
    let room = (measured.brightness - limits.min_brightness).min(limits.max_brightness - measured.brightness);
    let behind = 1.0 + measured.backlight.min(0.0) / limits.max_backlight;
    let burnt = 1.0 - measured.overexposed / limits.max_overexposed;
    (room / BRIGHTNESS_RAMP).min(behind.min(burnt) / LIMIT_RAMP)
}

/// So close to a limit the brightness of a face is not the best. Well exposed skin begins at 0.3, above the default limit
/// by more than this.
const BRIGHTNESS_RAMP: f32 = 0.05;
/// The same of back light and burnt share, as a part of their limits.
const LIMIT_RAMP: f32 = 0.2;

/// Within 0 to 1; a NaN is 0.
fn clamp_unit(value: f32) -> f32 {
    if value > 0.0 { value.min(1.0) } else { 0.0 }
}

/// What part of the fittest frame's fitness a frame needs to win by its sharpness.
pub const MIN_RELATIVE_FITNESS: f32 = 0.9;
/// By how much a frame must be sharper than the best so far, as a share. Copying its pixels costs a millisecond, and
/// smaller differences are the measurement's noise.
const MIN_DETAIL_GAIN: f32 = 0.01;

/// The best frame of a hold so far: the sharpest of those whose fitness is within a tenth of the fittest frame's.
///
/// Frames come one by one and the pixels of one alone are kept, so this is the best of all only as far as it was known
/// when it came. While the person settles, the fittest frame rises: a frame that was kept falls behind, the one that is
/// fitter takes its place whatever its sharpness, and what comes later competes with that.
#[derive(Clone, Debug, Default)]
pub struct Best {
    kept: Option<KeptFrame>,
    fittest: f32,
}

impl Best {
    /// Takes a frame of the hold; whether it is the new best, so that its pixels are to be kept.
    pub fn offer(&mut self, frame: KeptFrame) -> bool {
        self.fittest = self.fittest.max(frame.score.fitness);
        let fits = |frame: &KeptFrame| frame.score.fitness >= MIN_RELATIVE_FITNESS * self.fittest;
        let better = match &self.kept {
            None => true,
            Some(kept) if fits(kept) => {
                fits(&frame) && frame.score.detail > kept.score.detail * (1.0 + MIN_DETAIL_GAIN)
            }
            // Only a fitter one can have put the kept one out.
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

    /// Forgets it: the hold broke.
    pub fn clear(&mut self) {
        *self = Best::default();
    }
}
