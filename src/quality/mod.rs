//! What one observed face looks like: pose, sharpness, light, occlusion.
//!
//! Nearly everything is measured on small fixed grids sampled out of the full frame, and fine detail on a limited number
//! of its pixels, so the cost hardly depends on the frame's or the face's size. Every result is a finite number whatever
//! the face box and keypoints are.

mod crop;
mod detail;
mod exposure;
pub mod face_network;
mod pose;
mod sharpness;

pub use pose::{Pose, pose};

use crate::detection::Face;
use crate::frame::{Frame, Rect};
use face_network::FaceNetwork;
use serde::{Deserialize, Serialize};

/// The measurements of one face in one frame. All fields are finite.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FaceMeasurements {
    /// Where the head points.
    pub pose: Pose,
    /// 0 (no detail at all) to 1 (a crisp portrait), whatever the size of the face: portraits on the web have 0.6 in
    /// the middle. Blur of 1 % of the face's width (Gaussian, one deviation) takes 0.58 to 0.34, 2 % to 0.13.
    pub sharpness: f32,
    /// How much fine detail the face has at the frame's full resolution, 0 and more: compares frames of one hold, and
    /// says nothing of a single one.
    pub detail: f32,
    /// How bright the lit part of the face is, 0 (black) to 1 (white): by its strongest channel where it is dark, by luma
    /// where it is bright. Skin of every tone that is exposed well has 0.3 to 0.75, in coloured light too.
    pub brightness: f32,
    /// Strongest channel of the face's lit part less that of what is above and beside it, -1 to 1; strongly negative is
    /// back light. 0 where nothing of the surroundings is inside the frame.
    pub backlight: f32,
    /// Share of the face burnt out in two channels or three, 0 to 1.
    pub overexposed: f32,
    /// Share of the face sunk to (nearly) black, 0 to 1.
    pub underexposed: f32,
    /// How likely something covers an eye, the nose or the mouth: 0 (bare) to 1 (covered). Bare faces stay below 0.5 in
    /// 99 of 100 photographs; see `docs/FACE-NETWORK.md`.
    pub occlusion: f32,
    /// How likely both eyes are open, 0 to 1.
    pub eyes_open: f32,
}

/// Measures faces; owns the grids it samples into, so that measuring allocates nothing.
#[derive(Debug)]
pub struct QualityMeter {
    face: crop::LumaGrid,
    network: FaceNetwork,
}

impl Default for QualityMeter {
    fn default() -> Self {
        Self::new()
    }
}

impl QualityMeter {
    /// Allocates the grids, and unpacks the network's weights.
    pub fn new() -> Self {
        QualityMeter { face: crop::LumaGrid::new(sharpness::GRID), network: FaceNetwork::default() }
    }

    /// Measures one face of `frame`. Never fails: a face that lies outside the frame, has no area or is not
    /// made of finite numbers comes out black, blurred and bare of detail; one whose keypoints make no sense as covered.
    pub fn measure(&mut self, frame: &Frame, face: &Face) -> FaceMeasurements {
        let Some(bbox) = usable(&face.bbox) else {
            return FaceMeasurements { pose: pose(face), ..FaceMeasurements::default() };
        };
        let reading = self.network.read(frame, face);
        self.face.sample(frame, &bbox);
        let light = exposure::measure(frame, &bbox);
        FaceMeasurements {
            pose: reading.map_or_else(|| pose(face), |reading| reading.pose),
            sharpness: sharpness::measure(&self.face),
            detail: detail::measure(frame, &bbox),
            brightness: light.brightness,
            backlight: light.backlight,
            overexposed: light.overexposed,
            underexposed: light.underexposed,
            // Where nothing can be read nothing was seen to be bare.
            occlusion: reading.map_or(1.0, |reading| reading.occlusion()),
            eyes_open: reading.map_or(0.0, |reading| reading.both_eyes_open()),
        }
    }
}

/// The box itself where its numbers make sense: finite, with an area, and not absurdly far away.
fn usable(bbox: &Rect) -> Option<Rect> {
    const LIMIT: f32 = 1e6;
    let Rect { x, y, width, height } = *bbox;
    let sane = x.abs() < LIMIT && y.abs() < LIMIT && width < LIMIT && height < LIMIT && width > 0.0 && height > 0.0;
    sane.then_some(*bbox)
}
