//! How good a frame is, and the best so far.

use crate::clock::Millis;
use crate::detection::Face;
use crate::frame::Rect;
use crate::guidance::{Target, Thresholds};
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
    pub quality: f32,
}

/// How good a frame is for its stage, 0 to 1: sharpness counts for two fifths, a frontal pose for a quarter,
/// centring and exposure for 0.15 each, a size in the middle of the stage's range for the rest. Sharpness leads
/// since it varies most among frames that pass. Anything that is not a number counts as 0.
pub fn score(face: &Face, measured: &FaceMeasurements, target: &Target, thresholds: &Thresholds) -> f32 {
    let pose = &measured.pose;
    let turned = (pose.yaw.abs() / thresholds.max_yaw)
        .max(pose.pitch.abs() / thresholds.max_pitch)
        .max(pose.roll.abs() / thresholds.max_roll);
    let off = face.bbox.center().distance(target.face_center) / target.max_offset;
    let middle = (thresholds.min_brightness + thresholds.max_brightness) / 2.0;
    let dim = (measured.brightness - middle).abs() / (thresholds.max_brightness - middle);
    let size = (target.min_face + target.max_face) / 2.0;
    let wrong_size = (face.bbox.width - size).abs() / (target.max_face - size);
    0.4 * share(measured.sharpness)
        + 0.25 * share(1.0 - turned)
        + 0.15 * share(1.0 - off)
        + 0.15 * share(1.0 - dim)
        + 0.05 * share(1.0 - wrong_size)
}

/// Within 0 to 1; a NaN is 0.
fn share(value: f32) -> f32 {
    if value > 0.0 { value.min(1.0) } else { 0.0 }
}

/// By how much a frame must be better than the best so far. Copying its pixels costs a millisecond, and
/// smaller differences are the measurement's noise.
const BETTER_BY: f32 = 0.01;

/// The best frame of a hold so far.
#[derive(Clone, Debug, Default)]
pub struct Best(Option<KeptFrame>);

impl Best {
    /// Takes a frame of the hold; whether it is the new best, so that its pixels are to be kept.
    pub fn offer(&mut self, frame: KeptFrame) -> bool {
        let better = self.0.is_none_or(|best| frame.quality > best.quality + BETTER_BY);
        if better {
            self.0 = Some(frame);
        }
        better
    }

    /// The best so far.
    pub fn get(&self) -> Option<&KeptFrame> {
        self.0.as_ref()
    }

    /// Forgets it: the hold broke.
    pub fn clear(&mut self) {
        self.0 = None;
    }
}
