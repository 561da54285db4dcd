//! Somebody who is led along a path, and what is uploaded then.

use crate::parallax::scenario::found;
use image::RgbImage;
use nearfar::detection::Detector;
use nearfar::frame::Size;
use nearfar::guidance::{Stage, Target, Viewport};
use nearfar_protocol::manifest::{Ovals, Rect, StopEntry};
use nearfar_protocol::motion::{MotionPath, PathLength, paths};
use nearfar_rendering::portraits::Portrait;
use nearfar_rendering::random::Random;
use nearfar_rendering::scene::{BOX_MIDDLE, BOX_WIDTH, Camera, Head, Surface};
use nearfar_scoring::checks::motion::followed;
use nearfar_scoring::{Evidence, IssuedMotionChallenge};

use super::evidence::{NONCE_ISSUED_AT, evidence_from_files, manifest_file};
use super::scene::{Position, jpeg};

/// A path by chance.
pub fn any_path(length: PathLength, random: &mut Random) -> MotionPath {
    let all = paths(length);
    all[(random.between(0.0, 1.0) * all.len() as f32) as usize % all.len()].clone()
}

/// The stages of a path, in their order.
pub fn stages(path: &MotionPath) -> Vec<Stage> {
    Stage::ALL.into_iter().filter(|stage| stage.stop().is_none_or(|stop| stop < path.stops.len())).collect()
}

/// The detector's box of somebody's face, by which the page leads them, in distances between the eyes: it is not in all faces
/// as large or in the same place.
#[derive(Clone, Copy, Debug)]
pub struct FaceBox {
    wide: f32,
    /// How far its middle is below the eyes.
    low: f32,
}

impl FaceBox {
    /// Of a head in the middle of a picture of this size; `None` where no face is found.
    pub fn of(portrait: &Portrait, size: (u32, u32), detector: &mut Detector) -> Option<Self> {
        let place =
            Position { share: 0.4, distance: Position::FAR.distance * Position::FAR.share / 0.4, ..Position::FAR };
        let picture = place.shot(portrait, &Surface::Head(Head::mean()), size);
        let (_, face) = found(picture, detector).ok()??;
        let camera = Camera::filled(place.distance, place.share, place.middle, size);
        let unit = camera.focal / camera.distance;
        let eyes = camera.middle.1 * size.1 as f32;
        Some(FaceBox { wide: face.bbox.width / unit, low: (face.bbox.center().y - eyes) / unit })
    }
}

/// Where somebody stands who follows a path exactly, in pictures of this size that are seen whole; nearer by as much as the
/// face is larger.
pub fn positions(path: &MotionPath, face: FaceBox, size: (u32, u32)) -> Vec<Position> {
    let along = stages(path).into_iter().map(|stage| {
        let target = target(path, stage, size);
        let width = (target.min_face * target.max_face).sqrt();
        let share = width * BOX_WIDTH / face.wide / size.0 as f32;
        let up = (face.low - BOX_MIDDLE) * width / face.wide;
        let middle = (target.face_center.x / size.0 as f32, (target.face_center.y - up) / size.1 as f32);
        Position { share, distance: Position::FAR.distance * Position::FAR.share / share, middle, ..Position::FAR }
    });
    along.collect()
}

/// Turn and nod of a head that faces the camera from where it stands, radians: aside, it is seen from a side.
pub fn facing(place: &Position, (width, height): (u32, u32)) -> (f32, f32) {
    let camera = Camera::filled(place.distance, place.share, place.middle, (width, height));
    let angle = |middle: f32, side: u32| ((middle - 0.5) * side as f32 / camera.focal).atan();
    (-angle(camera.middle.0, width), angle(camera.middle.1, height))
}

/// The capture of pictures along a path: far, the stops and near.
pub fn evidence_along(path: &MotionPath, pictures: &[RgbImage]) -> Evidence {
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

/// Takes a file out of a capture.
pub fn drop_file(evidence: &mut Evidence, name: &str) {
    evidence.files.remove(name);
    evidence.manifest.files = evidence.files.iter().map(|(name, bytes)| manifest_file(name, bytes)).collect();
    evidence.manifest.stops.retain(|stop| stop.name != name);
}

fn target(path: &MotionPath, stage: Stage, (width, height): (u32, u32)) -> Target {
    let path = followed(&IssuedMotionChallenge { path: path.clone(), with_light: false })
        .expect("a path that can be followed");
    let viewport = Viewport { width: width as f32, height: height as f32 };
    Target::on_path(&path, stage, 0.0, Size { width, height }, viewport).expect("a stage of the path")
}
