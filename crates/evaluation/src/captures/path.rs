//! Simulates a person who follows the path of a motion challenge, and the upload.

use crate::parallax::simulated::with_largest_face;
use image::RgbImage;
use nearfar::detection::Detector;
use nearfar::frame::Size;
use nearfar::guidance::{Stage, Target, Viewport};
use nearfar_protocol::manifest::{Ovals, Rect, StopEntry};
use nearfar_protocol::motion::{MotionPath, PathLength, paths};
use nearfar_rendering::portraits::Portrait;
use nearfar_rendering::random::Random;
use nearfar_rendering::scene::{BOX_MIDDLE, BOX_WIDTH, Camera, Head, Surface};
use nearfar_scoring::checks::motion::guidance_path;
use nearfar_scoring::{Evidence, IssuedMotionChallenge};

use super::evidence::{NONCE_ISSUED_AT, evidence_from_files, manifest_file};
use super::scene::{Position, jpeg};

/// A random path.
pub fn random_path(length: PathLength, random: &mut Random) -> MotionPath {
    let all = paths(length);
    all[(random.between(0.0, 1.0) * all.len() as f32) as usize % all.len()].clone()
}

/// The stages of a path in order.
pub fn stages(path: &MotionPath) -> Vec<Stage> {
    Stage::ALL.into_iter().filter(|stage| stage.stop().is_none_or(|stop| stop < path.stops.len())).collect()
}

/// The detector's box of a person's face, in distances between the eyes. The page guides by it, and its size and place
/// differ between faces.
#[derive(Clone, Copy, Debug)]
pub struct FaceBox {
    width: f32,
    /// Distance of its middle below the eyes.
    below_eyes: f32,
}

impl FaceBox {
    /// Measures the box of a head in the middle of a picture of this size; `None` if no face is found.
    pub fn measure(portrait: &Portrait, size: (u32, u32), detector: &mut Detector) -> Option<Self> {
        let place =
            Position { share: 0.4, distance: Position::FAR.distance * Position::FAR.share / 0.4, ..Position::FAR };
        let picture = place.render(portrait, &Surface::Head(Head::mean()), size);
        let (_, face) = with_largest_face(picture, detector).ok()??;
        let camera = Camera::framing(place.distance, place.share, place.middle, size);
        let unit = camera.focal / camera.distance;
        let eyes = camera.middle.1 * size.1 as f32;
        Some(FaceBox { width: face.bbox.width / unit, below_eyes: (face.bbox.center().y - eyes) / unit })
    }
}

/// The positions of a person who follows a path exactly, in fully visible pictures of this size. The distance shrinks
/// as the face grows.
pub fn positions(path: &MotionPath, face: FaceBox, size: (u32, u32)) -> Vec<Position> {
    stages(path).into_iter().map(|stage| position_in(&target(path, stage, size), face, size)).collect()
}

/// The position of a person who meets a target exactly, in a fully visible picture of this size.
pub fn position_in(target: &Target, face: FaceBox, size: (u32, u32)) -> Position {
    let width = (target.min_face * target.max_face).sqrt();
    let share = width * BOX_WIDTH / face.width / size.0 as f32;
    let up = (face.below_eyes - BOX_MIDDLE) * width / face.width;
    let middle = (target.face_center.x / size.0 as f32, (target.face_center.y - up) / size.1 as f32);
    Position { share, distance: Position::FAR.distance * Position::FAR.share / share, middle, ..Position::FAR }
}

/// Yaw and pitch, in radians, of a head that faces the camera from its position.
pub fn turn_towards_camera(place: &Position, (width, height): (u32, u32)) -> (f32, f32) {
    let camera = Camera::framing(place.distance, place.share, place.middle, (width, height));
    let angle = |middle: f32, side: u32| ((middle - 0.5) * side as f32 / camera.focal).atan();
    (-angle(camera.middle.0, width), angle(camera.middle.1, height))
}

/// The evidence of pictures along a path: far, the stops and near.
pub fn path_evidence(path: &MotionPath, pictures: &[RgbImage]) -> Evidence {
    let size = pictures[0].dimensions();
    let last = pictures.len() - 1;
    let name = |index: usize| match index {
        0 => "far".to_owned(),
        _ if index == last => "near".to_owned(),
        _ => format!("stop-{}", index - 1),
    };
    let audit = image::imageops::thumbnail(&pictures[0], 120, 160);
    let files = pictures.iter().enumerate().map(|(index, picture)| (name(index), jpeg(picture, 92)));
    let files = files.chain([("audit-0".to_owned(), jpeg(&audit, 70))]).collect();
    let mut evidence = evidence_from_files(files, size);
    evidence.manifest.stops = (1..last)
        .map(|index| StopEntry { name: name(index), time: NONCE_ISSUED_AT + 3000 + 800 * index as i64 })
        .collect();
    let oval = |stage: Stage| {
        let oval = target(path, stage, size).in_viewport();
        let [x, y, width, height] = [oval.x, oval.y, oval.width, oval.height].map(f64::from);
        Rect { x, y, width, height }
    };
    evidence.manifest.ovals = Ovals { far: oval(Stage::Far), near: oval(Stage::Near) };
    evidence.motion = Some(IssuedMotionChallenge { path: path.clone(), with_light: false });
    evidence
}

/// Removes a file from a capture.
pub fn remove_file(evidence: &mut Evidence, name: &str) {
    evidence.files.remove(name);
    evidence.manifest.files = evidence.files.iter().map(|(name, bytes)| manifest_file(name, bytes)).collect();
    evidence.manifest.stops.retain(|stop| stop.name != name);
}

fn target(path: &MotionPath, stage: Stage, (width, height): (u32, u32)) -> Target {
    let path = guidance_path(&IssuedMotionChallenge { path: path.clone(), with_light: false })
        .expect("a path that can be followed");
    let viewport = Viewport { width: width as f32, height: height as f32 };
    Target::on_path(&path, stage, 0.0, Size { width, height }, viewport).expect("a stage of the path")
}
