//! Somebody who is led along a path, and what is uploaded then.

use image::RgbImage;
use nearfar::frame::Size;
use nearfar::guidance::{Stage, Target, Viewport};
use nearfar_inspect::occlusion::random::Random;
use nearfar_protocol::manifest::{Ovals, Rect, StopEntry};
use nearfar_protocol::motion::{MotionPath, PathLength, paths};
use nearfar_scoring::checks::motion::followed;
use nearfar_scoring::{AskedMotion, Evidence};

use super::evidence::{ISSUED, of_files, told};
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

/// Where somebody stands who follows a path exactly, in pictures of this size that are seen whole; nearer by as much as the
/// face is larger.
pub fn positions(path: &MotionPath, size: (u32, u32)) -> Vec<Position> {
    let along = stages(path).into_iter().map(|stage| {
        let target = target(path, stage, size);
        let share = (target.min_face * target.max_face).sqrt() / size.0 as f32;
        let middle = (target.face_center.x / size.0 as f32, target.face_center.y / size.1 as f32);
        Position { share, distance: Position::FAR.distance * Position::FAR.share / share, middle, ..Position::FAR }
    });
    along.collect()
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
    let mut evidence = of_files(files, size);
    evidence.manifest.stops =
        (1..last).map(|index| StopEntry { name: name(index), time: ISSUED + 3000 + 800 * index as i64 }).collect();
    let oval = |stage: Stage| {
        let oval = target(path, stage, size).in_viewport();
        let [x, y, width, height] = [oval.x, oval.y, oval.width, oval.height].map(f64::from);
        Rect { x, y, width, height }
    };
    evidence.manifest.ovals = Ovals { far: oval(Stage::Far), near: oval(Stage::Near) };
    evidence.motion = Some(AskedMotion { path: path.clone() });
    evidence
}

/// Takes a file out of a capture.
pub fn drop_file(evidence: &mut Evidence, name: &str) {
    evidence.files.remove(name);
    evidence.manifest.files = evidence.files.iter().map(|(name, bytes)| told(name, bytes)).collect();
    evidence.manifest.stops.retain(|stop| stop.name != name);
}

fn target(path: &MotionPath, stage: Stage, (width, height): (u32, u32)) -> Target {
    let path = followed(&AskedMotion { path: path.clone() }).expect("a path that can be followed");
    let viewport = Viewport { width: width as f32, height: height as f32 };
    Target::on_path(&path, stage, 0.0, Size { width, height }, viewport).expect("a stage of the path")
}
