//! Far and near pictures staged from one portrait, and the evidence around them.
#![allow(dead_code)] // Each user takes its part.

pub mod evidence;
pub mod portraits;
pub mod scene;

use image::RgbImage;
use nearfar_scoring::{GeometryScorer, Limits};
use portraits::{Portrait, model, own_portrait};
use scene::{View, shot};

/// One person, far and near, as flat pictures.
pub struct Someone {
    /// The portrait.
    pub portrait: Portrait,
    /// The far picture.
    pub far: RgbImage,
    /// The near picture.
    pub near: RgbImage,
}

/// People who look straight into the camera, alone, uncovered, in photographs of one size.
const FRONTAL: [&str; 2] = ["marc", "md1"];

/// One of two people.
pub fn someone(index: usize) -> Someone {
    let portrait = own_portrait(FRONTAL[index]);
    let [far, near] = [View::FAR, View::NEAR].map(|view| shot(&portrait, &view, (390, 520)));
    Someone { portrait, far, near }
}

/// The default scorer.
pub fn scorer() -> GeometryScorer {
    GeometryScorer::new(&model(), Limits::default(), 2).unwrap()
}
