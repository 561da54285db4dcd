//! Simulated captures: far and near pictures of one portrait, and the evidence of an upload.
#![allow(clippy::unwrap_used, reason = "fixtures of tests and commands: a missing photograph or model ends the run")]

pub mod evidence;
pub mod following;
pub mod light;
pub mod path;
pub mod scene;
pub mod species;

use image::RgbImage;
use nearfar_inspect::model::{detector, workspace};
use nearfar_rendering::photographs::corpus_folders;
use nearfar_rendering::portraits::{Portrait, portraits};
use nearfar_rendering::scene::{Head, Surface};
use nearfar_scoring::{GeometryScorer, Limits};
use scene::Position;
use std::path::PathBuf;

/// A far and a near picture of one person.
pub struct CapturePair {
    /// The portrait.
    pub portrait: Portrait,
    /// The far picture.
    pub far: RgbImage,
    /// The near picture.
    pub near: RgbImage,
}

/// People who look straight into the camera, alone and uncovered, in photographs of one size.
const FRONTAL: [&str; 2] = ["marc", "md1"];
/// The size of their pictures.
pub const SIZE: (u32, u32) = (390, 520);

/// A bona fide pair of one of two people: a 3D head.
pub fn bona_fide_pair(index: usize) -> CapturePair {
    pair_on_surface(index, &Surface::Head(Head::mean()))
}

/// A pair of a flat print of one of two people.
pub fn print_pair(index: usize) -> CapturePair {
    pair_on_surface(index, &Surface::Flat)
}

/// A pair of one of two people on a surface.
pub fn pair_on_surface(index: usize, surface: &Surface) -> CapturePair {
    let portrait = own_portraits(|person| person == FRONTAL[index]).pop().unwrap();
    let [far, near] = [Position::FAR, Position::NEAR].map(|position| position.render(&portrait, surface, SIZE));
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

/// The portraits of the workspace's npm packages.
pub fn own_portraits(is_wanted: impl Fn(&str) -> bool) -> Vec<Portrait> {
    portraits(&[package("")], &mut detector(None).unwrap(), is_wanted).unwrap()
}

/// The portraits of the whole corpus, as far as it was fetched.
pub fn all_portraits() -> Vec<Portrait> {
    portraits(&corpus_folders(), &mut detector(None).unwrap(), |_| true).unwrap()
}

/// The built-in scorer with default limits.
pub fn scorer() -> GeometryScorer {
    GeometryScorer::new(&model(), Limits::default(), 2).unwrap()
}
