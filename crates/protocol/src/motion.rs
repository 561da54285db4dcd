//! The motion challenge: the service draws a path from far over one or two stops to near, and the page leads the face
//! along it. A video of another path has the face in another place or size at the moments that count.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

/// Maximum number of stops.
pub const MAX_STOPS: usize = 2;
/// Sizes of far and near. Near is 2.2 to 2.8 times as large, a change that suits the depth measurement. The two far
/// sizes share the range that the page allows without a path, 0.22 to 0.36.
const ENDS: [(f64, f64); 3] = [(0.25, 0.58), (0.25, 0.70), (0.32, 0.70)];
/// Position of a single stop between far and near, by the logarithm of its size.
const ONE_STOP: [[f64; 1]; 2] = [[0.38], [0.62]];
/// Positions of two stops.
const TWO_STOPS: [[f64; 2]; 1] = [[0.34, 0.67]];
/// Positions of an oval: the middle, or one of its four sides.
const PLACES: [(f32, f32); 5] = [(0.0, 0.0), (-1.0, 0.0), (1.0, 0.0), (0.0, -1.0), (0.0, 1.0)];

/// Target of the face at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MotionPosition {
    /// Width of the face as a share of the shorter side of the shown picture: 0.1 to 0.95.
    pub size: f32,
    /// Horizontal offset of the oval in the (unmirrored) picture, as a share of the available space: -1 to 1.
    pub x: f32,
    /// Vertical offset downwards, likewise.
    pub y: f32,
}

/// A path. Each position has a larger face than the one before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MotionPath {
    /// The start.
    pub far: MotionPosition,
    /// One or two stops.
    pub stops: Vec<MotionPosition>,
    /// The end.
    pub near: MotionPosition,
}

/// The length of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathLength {
    /// One stop.
    Short,
    /// Two stops: without an accompanying light challenge.
    Long,
}

static SHORT: LazyLock<Vec<MotionPath>> = LazyLock::new(|| all(&ONE_STOP));
static LONG: LazyLock<Vec<MotionPath>> = LazyLock::new(|| all(&TWO_STOPS));

/// Every path of that length, some hundreds or thousands.
pub fn paths(length: PathLength) -> &'static [MotionPath] {
    match length {
        PathLength::Short => &SHORT,
        PathLength::Long => &LONG,
    }
}

/// Chooses stops at these positions.
fn all<const STOPS: usize>(parts: &[[f64; STOPS]]) -> Vec<MotionPath> {
    let mut paths = Vec::new();
    for (far, near) in ENDS {
        for parts in parts {
            let sizes: Vec<f64> =
                [0.0].iter().chain(parts).chain(&[1.0]).map(|part| far * (near / far).powf(*part)).collect();
            for index in 0..PLACES.len().pow(sizes.len() as u32) {
                let place = |position: usize| index / PLACES.len().pow(position as u32) % PLACES.len();
                let positions: Vec<MotionPosition> = sizes
                    .iter()
                    .enumerate()
                    .map(|(position, size)| {
                        let (x, y) = PLACES[place(position)];
                        MotionPosition { size: ((size * 1000.0).round() / 1000.0) as f32, x, y }
                    })
                    .collect();
                // Excludes straight approaches, which any video shows.
                let moves = (1..positions.len()).any(|position| place(position) != place(0));
                if let ([far, stops @ .., near], true) = (positions.as_slice(), moves) {
                    paths.push(MotionPath { far: *far, stops: stops.to_vec(), near: *near });
                }
            }
        }
    }
    paths
}

impl MotionPath {
    /// One of all paths of that length, with equal probability for a random `draw`.
    pub fn new(length: PathLength, draw: u64) -> Self {
        let all = paths(length);
        // The bias of the modulo is less than one part in 10^15.
        all[(draw % all.len() as u64) as usize].clone()
    }

    /// Far, the stops and near.
    pub fn positions(&self) -> Vec<MotionPosition> {
        [&[self.far], self.stops.as_slice(), &[self.near]].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn each() -> impl Iterator<Item = &'static MotionPath> {
        paths(PathLength::Short).iter().chain(paths(PathLength::Long))
    }

    #[test]
    fn there_are_enough_distinct_paths_of_each_length() {
        for (length, stops, count) in [(PathLength::Short, 1, 720), (PathLength::Long, 2, 1860)] {
            let unlike: BTreeSet<String> =
                paths(length).iter().map(|path| serde_json::to_string(path).unwrap()).collect();
            assert_eq!((unlike.len(), paths(length).len()), (count, count));
            assert!(paths(length).iter().all(|path| path.stops.len() == stops));
        }
    }

    #[test]
    fn a_face_grows_measurably_along_every_path() {
        for path in each() {
            let sizes: Vec<f32> = path.positions().iter().map(|position| position.size).collect();
            assert!(sizes.windows(2).all(|pair| pair[1] >= 1.25 * pair[0]), "{sizes:?}");
            let growth = path.near.size / path.far.size;
            assert!((2.15..=2.85).contains(&growth), "{growth}");
        }
    }

    #[test]
    fn every_path_can_be_drawn_and_round_trips() {
        for length in [PathLength::Short, PathLength::Long] {
            let all = paths(length);
            for (index, path) in all.iter().enumerate() {
                assert_eq!(MotionPath::new(length, (index + 3 * all.len()) as u64), *path);
                let text = serde_json::to_string(path).unwrap();
                assert_eq!(serde_json::from_str::<MotionPath>(&text).unwrap(), *path);
            }
        }
    }
}
