//! Far and near pictures staged from one portrait, and the evidence around them.
#![allow(dead_code)] // Each user takes its part.

pub mod evidence;
pub mod light;
pub mod path;
pub mod scene;

use image::RgbImage;
use nearfar_inspect::model::{detector, workspace};
use nearfar_rendering::portraits::{Portrait, folders, portraits};
use nearfar_rendering::scene::{Head, Surface};
use nearfar_scoring::{GeometryScorer, Limits};
use scene::Position;
use std::path::PathBuf;

/// One person, far and near.
pub struct CapturePair {
    /// The portrait.
    pub portrait: Portrait,
    /// The far picture.
    pub far: RgbImage,
    /// The near picture.
    pub near: RgbImage,
}

/// People who look straight into the camera, alone, uncovered, in photographs of one size.
const FRONTAL: [&str; 2] = ["marc", "md1"];
/// Pixels of their pictures.
pub const SIZE: (u32, u32) = (390, 520);

/// One of two people, in flesh and blood: a head in depth.
pub fn bona_fide_pair(index: usize) -> CapturePair {
    pair_on_surface(index, &Surface::Head(Head::mean()))
}

/// A print of one of two people.
pub fn print_pair(index: usize) -> CapturePair {
    pair_on_surface(index, &Surface::Flat)
}

/// One of two people, put on something.
pub fn pair_on_surface(index: usize, surface: &Surface) -> CapturePair {
    let portrait = own_portraits(|person| person == FRONTAL[index]).pop().unwrap();
    let [far, near] = [Position::FAR, Position::NEAR].map(|position| position.shot(&portrait, surface, SIZE));
    CapturePair { portrait, far, near }
}

/// A file of the workspace's npm packages.
pub fn package(path: &str) -> PathBuf {
    workspace().join("node_modules").join(path)
}

/// The bytes of the detection model.
pub fn model() -> Vec<u8> {
    std::fs::read(package("@mediapipe/face_detection/face_detection_short_range.tflite")).unwrap()
}

/// The portraits that are always here.
pub fn own_portraits(is_wanted: impl Fn(&str) -> bool) -> Vec<Portrait> {
    portraits(&[package("")], &mut detector(None).unwrap(), is_wanted).unwrap()
}

/// Those of the occlusion corpus, too, where it was fetched.
pub fn all_portraits() -> Vec<Portrait> {
    portraits(&folders(), &mut detector(None).unwrap(), |_| true).unwrap()
}

/// The default scorer.
pub fn scorer() -> GeometryScorer {
    GeometryScorer::new(&model(), Limits::default(), 2).unwrap()
}
