//! The path of a motion challenge: positions and sizes of the face, in order. The service draws a path for each
//! attempt.

use super::stage::{MAX_STOPS, Stage};

/// Far, near and the stops.
const MAX_POSITIONS: usize = 2 + MAX_STOPS;
/// Minimum growth of the face from position to position: detectors differ by a few percent.
pub(super) const STEP_GROWTH: f32 = 1.1;

/// A position of a path.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Position {
    /// Width of the face box, as a share of the visible short side. 0.1 to 0.95.
    pub size: f32,
    /// Horizontal offset of the oval to the right of the picture (not mirrored), as a share of the available room: -1
    /// to 1.
    pub x: f32,
    /// Vertical offset downwards, likewise.
    pub y: f32,
}

/// Three or four positions (far, stops and near), each with a larger face than the one before.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MotionPath {
    positions: [Position; MAX_POSITIONS],
    stops: usize,
}

impl MotionPath {
    /// Creates a path from its positions in order. `None` if there are too few or too many, a number is out of range,
    /// or the face does not grow by a fifth from each position to the next.
    pub fn new(given: &[Position]) -> Option<Self> {
        let stops = given.len().checked_sub(2).filter(|stops| (1..=MAX_STOPS).contains(stops))?;
        let is_sound = |at: &Position| {
            (0.1..=0.95).contains(&at.size) && (-1.0..=1.0).contains(&at.x) && (-1.0..=1.0).contains(&at.y)
        };
        let grows = |pair: &[Position]| pair[1].size >= 1.2 * pair[0].size;
        if !given.iter().all(is_sound) || !given.windows(2).all(grows) {
            return None;
        }
        let mut positions = [Position::default(); MAX_POSITIONS];
        positions[..given.len()].copy_from_slice(given);
        Some(MotionPath { positions, stops })
    }

    /// Creates a path from `size`, `x` and `y` of each position in order.
    pub fn from_numbers(numbers: &[f32]) -> Option<Self> {
        let mut positions = [Position::default(); MAX_POSITIONS];
        if !numbers.len().is_multiple_of(3) || numbers.len() > 3 * MAX_POSITIONS {
            return None;
        }
        for (position, given) in positions.iter_mut().zip(numbers.chunks_exact(3)) {
            *position = Position { size: given[0], x: given[1], y: given[2] };
        }
        Self::new(&positions[..numbers.len() / 3])
    }

    /// Number of stops between far and near: 1 or 2.
    pub fn stops(&self) -> usize {
        self.stops
    }

    /// The position for this stage; `None` for a stop that this path lacks.
    pub fn position(&self, stage: Stage) -> Option<&Position> {
        match stage.stop() {
            Some(stop) if stop >= self.stops => None,
            Some(stop) => self.positions.get(stop + 1),
            None if stage == Stage::Near => self.positions.get(self.stops + 1),
            None => self.positions.first(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(size: f32) -> Position {
        Position { size, x: 0.0, y: 0.0 }
    }

    #[test]
    fn each_stage_has_its_position() {
        let one = MotionPath::new(&[at(0.25), at(0.4), at(0.6)]).unwrap();
        let sizes = |path: &MotionPath| Stage::ALL.map(|stage| path.position(stage).map(|position| position.size));
        assert_eq!((one.stops(), sizes(&one)), (1, [Some(0.25), Some(0.4), None, Some(0.6)]));
        let two = MotionPath::from_numbers(&[0.25, 0.0, -1.0, 0.35, 1.0, 0.0, 0.45, 0.0, 0.0, 0.6, 0.0, 1.0]).unwrap();
        assert_eq!((two.stops(), sizes(&two)), (2, [Some(0.25), Some(0.35), Some(0.45), Some(0.6)]));
        assert_eq!(two.position(Stage::FirstStop), Some(&Position { size: 0.35, x: 1.0, y: 0.0 }));
    }

    #[test]
    fn paths_that_cannot_be_followed_are_rejected() {
        let sizes = |sizes: &[f32]| MotionPath::new(&sizes.iter().copied().map(at).collect::<Vec<_>>());
        assert_eq!(sizes(&[0.25, 0.6]), None, "no stop");
        assert_eq!(sizes(&[0.2, 0.25, 0.32, 0.4, 0.6]), None, "three stops");
        assert_eq!(sizes(&[0.25, 0.28, 0.6]), None, "hardly larger");
        assert_eq!(sizes(&[0.6, 0.4, 0.25]), None, "backwards");
        assert_eq!(sizes(&[0.25, f32::NAN, 0.6]), None);
        assert_eq!(sizes(&[0.05, 0.4, 0.6]), None);
        assert_eq!(MotionPath::new(&[at(0.25), Position { x: 1.5, ..at(0.4) }, at(0.6)]), None);
        assert_eq!(MotionPath::from_numbers(&[]), None);
        assert_eq!(MotionPath::from_numbers(&[0.25, 0.0, 0.0, 0.4]), None);
        assert_eq!(MotionPath::from_numbers(&[0.3; 30]), None);
    }
}
