//! The target of a stage: the part of the frame that the page shows, and the oval in it.

use super::path::{MotionPath, Position, STEP_GROWTH};
use super::stage::Stage;
use super::thresholds::{MIN_GROWTH, StageThresholds, Thresholds};
use crate::frame::{Point, Rect, Size};
use serde::{Deserialize, Serialize};

/// Size in CSS px of the element that shows the video with `object-fit: cover`. The oval is given in it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(tsify::Tsify))]
pub struct Viewport {
    /// Width, CSS px.
    pub width: f32,
    /// Height, CSS px.
    pub height: f32,
}

impl Viewport {
    /// CSS px per frame pixel. `None` for a viewport or a frame without area.
    fn scale(&self, frame: Size) -> Option<f32> {
        let scale = (self.width / frame.width as f32).max(self.height / frame.height as f32);
        (self.width.min(self.height) > 0.0 && scale.is_finite()).then_some(scale)
    }

    /// The visible part of the frame, in frame pixels: all of it for a viewport without area.
    pub fn visible(&self, frame: Size) -> Rect {
        let (whole_width, whole_height) = (frame.width as f32, frame.height as f32);
        let (width, height) = match self.scale(frame) {
            Some(scale) => ((self.width / scale).min(whole_width), (self.height / scale).min(whole_height)),
            None => (whole_width, whole_height),
        };
        Rect { x: (whole_width - width) / 2.0, y: (whole_height - height) / 2.0, width, height }
    }
}

/// The requirements of a stage on the face, in upright frame pixels.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Target {
    /// The stage.
    pub stage: Stage,
    /// The part of the frame that the page shows.
    pub visible: Rect,
    /// Bounding box of the oval around the whole head. Centred in `visible` unless a path moves it.
    pub oval: Rect,
    /// Minimum width of the face box.
    pub min_face: f32,
    /// Maximum width of the face box.
    pub max_face: f32,
    /// Required centre of the face box: below the oval's, since the box ends at the brow.
    pub face_center: Point,
    /// Maximum distance from it, horizontally and vertically.
    pub max_offset: f32,
    /// Whether the oval is centred in the visible part.
    #[serde(skip)]
    pub is_central: bool,
    /// CSS px per frame pixel.
    #[serde(skip)]
    css_scale: f32,
}

/// Size of the oval relative to the face box, which extends from about brow to chin: a head is about 1.45 boxes high
/// (adult head height over brow-chin distance), and the oval leaves some room at the cheeks.
const OVAL_WIDTH: f32 = 1.16;
const OVAL_HEIGHT: f32 = 1.45;
/// Distance of the face box's centre below the oval's, in box widths. Half of the anatomical value, as a compromise
/// with people who centre their eyes.
const FACE_DROP: f32 = 0.08;
/// Maximum share of the visible sides that the oval may take.
const MAX_OVAL_SHARE: f32 = 0.96;

/// On a path: factor by which the face may be larger or smaller than the position's size.
const PATH_SIZE_FACTOR: f32 = 1.13;
/// On a path: maximum distance from the position, in visible short sides, horizontally and vertically.
const PATH_MAX_OFFSET: f32 = 0.08;
/// Maximum offset of an oval on a path, in visible short sides; less where there is no room. A face seen from the side
/// in only one picture has less parallax that can be distinguished from a turn.
const MAX_SHIFT: f32 = 0.15;

impl Target {
    /// Creates the target of `stage` from its thresholds, for this frame size and viewport.
    pub fn new(stage: Stage, frame: Size, viewport: Viewport, thresholds: &Thresholds) -> Self {
        let limits = if stage == Stage::Far { thresholds.far } else { thresholds.near };
        let middle = Position { size: (limits.min_size + limits.max_size) / 2.0, x: 0.0, y: 0.0 };
        Self::at(stage, &middle, &limits, frame, viewport)
    }

    /// Creates the target of `stage` on a path; `None` if the path has no such stop. The page uses an `allowance` of 0;
    /// 0.2 widens the tolerances of size and position by a fifth.
    pub fn on_path(path: &MotionPath, stage: Stage, allowance: f32, frame: Size, viewport: Viewport) -> Option<Self> {
        let position = path.position(stage)?;
        let times = 1.0 + (PATH_SIZE_FACTOR - 1.0) * (1.0 + allowance);
        let limits = StageThresholds {
            min_size: position.size / times,
            max_size: position.size * times,
            max_offset: PATH_MAX_OFFSET * (1.0 + allowance),
        };
        Some(Self::at(stage, position, &limits, frame, viewport))
    }

    fn at(stage: Stage, position: &Position, limits: &StageThresholds, frame: Size, viewport: Viewport) -> Self {
        let visible = viewport.visible(frame);
        let short_side = visible.width.min(visible.height);
        let face = short_side * position.size;
        let fit = (MAX_OVAL_SHARE * visible.width / (face * OVAL_WIDTH))
            .min(MAX_OVAL_SHARE * visible.height / (face * OVAL_HEIGHT))
            .min(1.0);
        let (width, height) = (face * OVAL_WIDTH * fit, face * OVAL_HEIGHT * fit);
        let room = |side: f32, oval: f32| ((MAX_OVAL_SHARE * side - oval) / 2.0).clamp(0.0, MAX_SHIFT * short_side);
        let middle = visible.center();
        let center = Point {
            x: middle.x + position.x * room(visible.width, width),
            y: middle.y + position.y * room(visible.height, height),
        };
        Target {
            stage,
            visible,
            oval: Rect { x: center.x - width / 2.0, y: center.y - height / 2.0, width, height },
            min_face: short_side * limits.min_size,
            max_face: short_side * limits.max_size,
            face_center: Point { x: center.x, y: center.y + face * FACE_DROP },
            max_offset: short_side * limits.max_offset,
            is_central: center == middle,
            css_scale: viewport.scale(frame).unwrap_or(1.0),
        }
    }

    /// The same target given the faces captured before: the minimum size rises above `last_face`, the width in the
    /// previous frame, and in the near stage to [`MIN_GROWTH`] times `far_face`. `None` if no size would do, for
    /// example after the visible part shrank.
    pub fn after(mut self, far_face: f32, last_face: f32) -> Option<Self> {
        let least = if self.stage == Stage::Near { MIN_GROWTH * far_face } else { 0.0 };
        self.min_face = self.min_face.max(least).max(STEP_GROWTH * last_face);
        (self.min_face < 0.95 * self.max_face).then_some(self)
    }

    /// The oval in CSS px of the element that shows the video, not mirrored.
    pub fn in_viewport(&self) -> Rect {
        Rect {
            x: (self.oval.x - self.visible.x) * self.css_scale,
            y: (self.oval.y - self.visible.y) * self.css_scale,
            width: self.oval.width * self.css_scale,
            height: self.oval.height * self.css_scale,
        }
    }

    /// The shorter side of the visible part, frame pixels.
    pub fn short_side(&self) -> f32 {
        self.visible.width.min(self.visible.height)
    }
}
