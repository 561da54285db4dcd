//! Face quality: pose, sharpness, light and occlusion of one detected face.
//!
//! Most measurements use small fixed grids sampled from the full frame, and fine detail a limited number of its pixels,
//! so the cost hardly depends on the size of the frame or the face. Every result is finite for any face box and
//! keypoints.

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

/// Measurements of one face in one frame. All fields are finite.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FaceMeasurements {
    /// Head pose.
    pub pose: Pose,
    /// 0 (no detail at all) to 1 (a crisp portrait), independent of the face's size. Portraits on the web have a median
    /// of 0.6. A Gaussian blur with a deviation of 1 % of the face's width reduces 0.58 to 0.34, 2 % to 0.13.
    pub sharpness: f32,
    /// Fine detail at the frame's full resolution, 0 and more. Comparable only between frames of one hold.
    pub detail: f32,
    /// Brightness of the lit part of the face, 0 (black) to 1 (white): its strongest channel where it is dark, its luma
    /// where it is bright. Well-exposed skin of every tone has 0.3 to 0.75, in coloured light too.
    pub brightness: f32,
    /// Strongest channel of the face's lit part minus that of the background above and beside it, -1 to 1. Strongly
    /// negative values mean back light. 0 if no background is inside the frame.
    pub backlight: f32,
    /// Share of the face that is clipped in two or three channels, 0 to 1.
    pub overexposed: f32,
    /// Share of the face that is (nearly) black, 0 to 1.
    pub underexposed: f32,
    /// Likelihood that something covers an eye, the nose or the mouth: 0 (bare) to 1 (covered). 99 of 100 photographs
    /// of bare faces are below 0.5; see `docs/FACE-NETWORK.md`.
    pub occlusion: f32,
    /// Likelihood that both eyes are open, 0 to 1.
    pub eyes_open: f32,
}

/// Measures faces. Owns its buffers, so measuring does not allocate.
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
    /// Allocates the buffers and unpacks the network's weights.
    pub fn new() -> Self {
        QualityMeter { face: crop::LumaGrid::new(sharpness::GRID), network: FaceNetwork::default() }
    }

    /// Measures one face of `frame`. Never fails: a face that lies outside the frame, has no area or has non-finite
    /// numbers is reported as black, blurred and without detail; one with invalid keypoints as covered.
    pub fn measure(&mut self, frame: &Frame, face: &Face) -> FaceMeasurements {
        let Some(bbox) = usable(&face.bbox) else {
            return FaceMeasurements { pose: pose(face), ..FaceMeasurements::default() };
        };
        let attributes = self.network.analyze(frame, face);
        self.face.sample(frame, &bbox);
        let light = exposure::measure(frame, &bbox);
        FaceMeasurements {
            pose: attributes.map_or_else(|| pose(face), |attributes| attributes.pose),
            sharpness: sharpness::measure(&self.face),
            detail: detail::measure(frame, &bbox),
            brightness: light.brightness,
            backlight: light.backlight,
            overexposed: light.overexposed,
            underexposed: light.underexposed,
            // Without a prediction the face cannot count as bare.
            occlusion: attributes.map_or(1.0, |attributes| attributes.occlusion()),
            eyes_open: attributes.map_or(0.0, |attributes| attributes.both_eyes_open()),
        }
    }
}

/// Returns the box if its numbers are usable: finite, with an area, and not absurdly far away.
fn usable(bbox: &Rect) -> Option<Rect> {
    const LIMIT: f32 = 1e6;
    let Rect { x, y, width, height } = *bbox;
    let sane = x.abs() < LIMIT && y.abs() < LIMIT && width < LIMIT && height < LIMIT && width > 0.0 && height > 0.0;
    sane.then_some(*bbox)
}
