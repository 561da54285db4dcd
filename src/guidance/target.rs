//! Where the face should be: the part of the frame that the page shows, and the oval in it.

use super::path::{MotionPath, Position, STEP_GROWTH};
use super::stage::Stage;
use super::thresholds::{MIN_GROWTH, StageThresholds, Thresholds};
use crate::frame::{Point, Rect, Size};
use serde::{Deserialize, Serialize};

/// Size in CSS px of the element that shows the video with `object-fit: cover`: where the face should be is told in it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(tsify::Tsify))]
pub struct Viewport {
    /// Width, CSS px.
    pub width: f32,
    /// Height, CSS px.
    pub height: f32,
}

impl Viewport {
    /// CSS px that one frame pixel becomes: covering means filling both ways. `None` for a viewport or a frame
    /// without area.
    fn scale(&self, frame: Size) -> Option<f32> {
        let scale = (self.width / frame.width as f32).max(self.height / frame.height as f32);
        (self.width.min(self.height) > 0.0 && scale.is_finite()).then_some(scale)
    }

    /// The part of the frame that is seen, in frame pixels: all of it for a viewport without area.
    pub fn visible(&self, frame: Size) -> Rect {
        let (whole_width, whole_height) = (frame.width as f32, frame.height as f32);
        let (width, height) = match self.scale(frame) {
            Some(scale) => ((self.width / scale).min(whole_width), (self.height / scale).min(whole_height)),
            None => (whole_width, whole_height),
        };
        Rect { x: (whole_width - width) / 2.0, y: (whole_height - height) / 2.0, width, height }
    }
}

/// What one stage wants of the face, in upright frame pixels.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Target {
    /// Which stage it is for.
    pub stage: Stage,
    /// The part of the frame that the page shows.
    pub visible: Rect,
    /// The oval's bounding box, in the middle of `visible` unless a path moves it. It goes around the whole head.
    pub oval: Rect,
    /// Least width of the face box.
    pub min_face: f32,
    /// Greatest width of the face box.
    pub max_face: f32,
    /// Where the middle of the face box belongs: below the oval's, since the box ends at the brow.
    pub face_center: Point,
    /// How far from there it may be, across and along.
    pub max_offset: f32,
    /// Whether the oval is in the middle of what is seen.
    #[serde(skip)]
    pub is_central: bool,
    /// CSS px per frame pixel.
    #[serde(skip)]
    css_scale: f32,
}

/// The oval against the face box, which reaches about from brow to chin: a head is about 1.45 boxes high
/// (adult head height to brow-chin distance), and the oval leaves a little room at the cheeks.
const OVAL_WIDTH: f32 = 1.16;
const OVAL_HEIGHT: f32 = 1.45;
/// How far below the oval's middle that of the face box lies, in box widths. Half of what anatomy says, as a
/// compromise with people who put their eyes in the middle.
const FACE_DROP: f32 = 0.08;
/// The oval stays clear of the edge by this share of the visible sides.
const OVAL_ROOM: f32 = 0.96;

/// On a path: by how many times a face may be larger or smaller than its position says, ...
const PATH_SIZE: f32 = 1.13;
/// ... and how far from its place it may be, in visible short sides, across and along.
const PATH_OFFSET: f32 = 0.08;
/// The most that a path moves an oval, in visible short sides: less where there is no room. A face that is seen from a side
/// in one picture and not in the other has less parallax that can be told from a turn.
const MAX_SHIFT: f32 = 0.15;

impl Target {
    /// The target of `stage` for frames of this size shown in this viewport: the far stage's thresholds, or the near one's.
    pub fn new(stage: Stage, frame: Size, viewport: Viewport, thresholds: &Thresholds) -> Self {
        let limits = if stage == Stage::Far { thresholds.far } else { thresholds.near };
        let middle = Position { size: (limits.min_size + limits.max_size) / 2.0, x: 0.0, y: 0.0 };
        Self::at(stage, &middle, &limits, frame, viewport)
    }

    /// The target of `stage` where a path says what is wanted; `None` if it has no such stop. The page's `allowance` is 0;
    /// one of 0.2 lets sizes and places miss it by a fifth more.
    pub fn on_path(path: &MotionPath, stage: Stage, allowance: f32, frame: Size, viewport: Viewport) -> Option<Self> {
        let position = path.position(stage)?;
        let times = 1.0 + (PATH_SIZE - 1.0) * (1.0 + allowance);
        let limits = StageThresholds {
            min_size: position.size / times,
            max_size: position.size * times,
            max_offset: PATH_OFFSET * (1.0 + allowance),
        };
        Some(Self::at(stage, position, &limits, frame, viewport))
    }

    fn at(stage: Stage, position: &Position, limits: &StageThresholds, frame: Size, viewport: Viewport) -> Self {
        let visible = viewport.visible(frame);
        let short_side = visible.width.min(visible.height);
        let face = short_side * position.size;
        let fit = (OVAL_ROOM * visible.width / (face * OVAL_WIDTH))
            .min(OVAL_ROOM * visible.height / (face * OVAL_HEIGHT))
            .min(1.0);
        let (width, height) = (face * OVAL_WIDTH * fit, face * OVAL_HEIGHT * fit);
        let room = |side: f32, oval: f32| ((OVAL_ROOM * side - oval) / 2.0).clamp(0.0, MAX_SHIFT * short_side);
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

    /// The same target for a frame that is to follow others, with faces of these widths in the far frame and in the one
    /// before: the least size rises with them, in the near stage to [`MIN_GROWTH`] times the far one. `None` if no size
    /// would do, as after the visible part shrank.
    pub fn after(mut self, far_face: f32, last_face: f32) -> Option<Self> {
        let least = if self.stage == Stage::Near { MIN_GROWTH * far_face } else { 0.0 };
        self.min_face = self.min_face.max(least).max(STEP_GROWTH * last_face);
        (self.min_face < 0.95 * self.max_face).then_some(self)
    }

    /// The oval in CSS pixels of the element that shows the video, not mirrored.
    pub fn in_viewport(&self) -> Rect {
        Rect {
            x: (self.oval.x - self.visible.x) * self.css_scale,
            y: (self.oval.y - self.visible.y) * self.css_scale,
            width: self.oval.width * self.css_scale,
            height: self.oval.height * self.css_scale,
        }
    }

    /// The shorter side of what is seen, frame pixels.
    pub fn short_side(&self) -> f32 {
        self.visible.width.min(self.visible.height)
    }
}
