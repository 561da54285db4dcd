//! Depth of a mean face.

use crate::face_table::{COLUMNS, DEPTH, ROWS, STEP, TOP};
use nalgebra::Point2;

/// The table in eye distances.
static DEPTHS: [[f32; COLUMNS]; ROWS] = {
    let mut depths = [[0.0; COLUMNS]; ROWS];
    let mut index = 0;
    while index < ROWS * COLUMNS {
        let (row, column) = (index / COLUMNS, index % COLUMNS);
        depths[row][column] = DEPTH[row][column] as f32 / 100.0;
        index += 1;
    }
    depths
};

/// Depth at `(x, y)` towards the camera, relative to the plane of the eyes. All lengths are eye distances from the
/// point between the eyes, to the right and down in the picture. Interpolated in the table, -1.0 to 0.7; outside the
/// table its edge is repeated.
pub fn face_depth(x: f32, y: f32) -> f32 {
    // The mean face is symmetric.
    let column = (x.abs() / STEP).clamp(0.0, (COLUMNS - 1) as f32);
    let row = ((y - TOP) / STEP).clamp(0.0, (ROWS - 1) as f32);
    let (left, above) = ((column as usize).min(COLUMNS - 2), (row as usize).min(ROWS - 2));
    let (fx, fy) = (column - left as f32, row - above as f32);
    let at = |column: usize, row: usize| DEPTHS[row][column];
    let line = |row: usize| at(left, row) + (at(left + 1, row) - at(left, row)) * fx;
    line(above) + (line(above + 1) - line(above)) * fy
}

/// Depth of a face that is seen with a turn and a nod, given as tangents: points in front of the plane of the eyes are
/// displaced. The rotation of that plane is neglected.
pub(crate) fn turned_face_depth(at: Point2<f64>, [turn, nod]: [f64; 2]) -> f64 {
    let depth = |depth: f64| f64::from(face_depth((at.x - turn * depth) as f32, (at.y - nod * depth) as f32));
    // The depth at the point seen here is found by a fixed-point iteration, damped because the face is steep in places.
    (0..TURN_STEPS).fold(depth(0.0), |seen, _| 0.5 * (seen + depth(seen)))
}

/// Steps of the iteration.
const TURN_STEPS: usize = 4;

#[cfg(test)]
mod tests {
    use super::{face_depth, turned_face_depth};
    use nalgebra::Point2;

    #[test]
    fn a_turn_displaces_the_nose() {
        let seen = |x: f64, turn: f64| turned_face_depth(Point2::new(x, 0.5), [turn, 0.0]);
        assert_eq!(seen(0.1, 0.0), f64::from(face_depth(0.1, 0.5)));
        assert!(seen(0.25, 0.3) > seen(0.25, 0.0) + 0.1, "{} {}", seen(0.25, 0.3), seen(0.25, 0.0));
        assert!(seen(-0.2, 0.3) < seen(-0.2, 0.0), "{}", seen(-0.2, 0.3));
    }

    #[test]
    fn the_nose_is_nearer_and_the_sides_are_farther() {
        assert!(face_depth(0.5, 0.0).abs() < 0.1, "the eyes are the plane: {}", face_depth(0.5, 0.0));
        // Nose tip at 4.02 cm in front of the eyes, which are 6.3 cm apart (points 1, 33 and 133 of the model).
        let nose = face_depth(0.0, 0.6);
        assert!((0.55..0.70).contains(&nose), "{nose}");
        assert!(face_depth(1.15, 0.3) < -0.4, "{}", face_depth(1.15, 0.3));
        assert_eq!(face_depth(-0.73, 0.41), face_depth(0.73, 0.41));
        assert_eq!(face_depth(0.0, -50.0), face_depth(0.0, -0.9));
    }
}
