//! Where the face should be: the part of the frame that the page shows, and the oval in it.

use super::thresholds::{MIN_GROWTH, Thresholds};
use crate::frame::{Point, Rect, Size};
use serde::{Deserialize, Serialize};

/// The two stages of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(tsify::Tsify))]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// First, at arm's length.
    Far,
    /// Then close to the camera.
    Near,
}

impl Stage {
    /// The stable snake_case code.
    pub fn code(self) -> &'static str {
        match self {
            Stage::Far => "far",
            Stage::Near => "near",
        }
    }
}

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
    /// The oval's bounding box, in the middle of `visible`. It goes around the whole head.
    pub oval: Rect,
    /// Least width of the face box.
    pub min_face: f32,
    /// Greatest width of the face box.
    pub max_face: f32,
    /// Where the middle of the face box belongs: below the oval's, since the box ends at the brow.
    pub face_center: Point,
    /// How far from there it may be, across and along.
    pub max_offset: f32,
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

impl Target {
    /// The target of `stage` for frames of this size shown in this viewport.
    pub fn new(stage: Stage, frame: Size, viewport: Viewport, thresholds: &Thresholds) -> Self {
        let visible = viewport.visible(frame);
        let short_side = visible.width.min(visible.height);
        let limits = match stage {
            Stage::Far => thresholds.far,
            Stage::Near => thresholds.near,
        };
        let face = short_side * (limits.min_size + limits.max_size) / 2.0;
        let fit = (OVAL_ROOM * visible.width / (face * OVAL_WIDTH))
            .min(OVAL_ROOM * visible.height / (face * OVAL_HEIGHT))
            .min(1.0);
        let (width, height) = (face * OVAL_WIDTH * fit, face * OVAL_HEIGHT * fit);
        let center = visible.center();
        Target {
            stage,
            visible,
            oval: Rect { x: center.x - width / 2.0, y: center.y - height / 2.0, width, height },
            min_face: short_side * limits.min_size,
            max_face: short_side * limits.max_size,
            face_center: Point { x: center.x, y: center.y + face * FACE_DROP },
            max_offset: short_side * limits.max_offset,
            css_scale: viewport.scale(frame).unwrap_or(1.0),
        }
    }

    /// The same target for a near frame that is to follow a far frame with a face of this width: the least
    /// size rises to [`MIN_GROWTH`] times it. `None` if no size would do, as after the visible part shrank.
    pub fn after(mut self, far_face: f32) -> Option<Self> {
        self.min_face = self.min_face.max(far_face * MIN_GROWTH);
        (self.min_face < 0.95 * self.max_face).then_some(self)
    }

    /// The oval in CSS pixels of the element that shows the video. It is in the middle, so it is the same in
    /// a mirrored preview.
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
