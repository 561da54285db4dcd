//! Depths of bent and folded sheets, as alternatives to a face.

use nalgebra::Point2;
use std::f64::consts::PI;

/// Directions of a cylinder's axis: every 30 degrees.
const AXES: usize = 6;
/// Radii of cylinders in eye distances: 7.5, 13 and 38 cm for a print of natural size.
const RADII: [f64; 3] = [1.2, 2.0, 6.0];

/// Directions of a crease: every 15 degrees.
const DIRECTIONS: usize = 12;
/// Positions of a crease on each side of the face's centre, in addition to the centre.
const OFFSETS: i32 = 3;
/// Distance between these positions, in eye distances: 2 cm.
const OFFSET_STEP: f64 = 0.3;

/// Signed distance of a point from a line through the centre of the face.
fn distance_from_line(at: Point2<f64>, angle: f64) -> f64 {
    at.x * angle.cos() + (at.y - 0.5) * angle.sin()
}

/// All cylinders that are tried. The nearest line of each goes through the centre of the face.
pub(crate) fn cylinders() -> impl Iterator<Item = impl Fn(Point2<f64>) -> f64> {
    let angles = (0..AXES).map(|index| index as f64 * PI / AXES as f64);
    angles.flat_map(|angle| RADII.map(|radius| move |at| cylinder(distance_from_line(at, angle), radius)))
}

/// All creases that are tried. The two sides may form any angle, and another one in far than in near: to first order,
/// two planes that meet in a line differ by a depth that grows linearly from the line, whatever moved between the
/// pictures.
pub(crate) fn creases() -> impl Iterator<Item = impl Fn(Point2<f64>) -> f64> {
    let angles = (0..DIRECTIONS).map(|index| index as f64 * PI / DIRECTIONS as f64);
    angles.flat_map(|angle| {
        (-OFFSETS..=OFFSETS).map(move |offset| {
            let offset = f64::from(offset) * OFFSET_STEP;
            move |at| (distance_from_line(at, angle) - offset).abs()
        })
    })
}

/// Near its edge a sheet is seen from the side and shows nothing.
fn cylinder(distance_from_line: f64, radius: f64) -> f64 {
    (radius * radius - distance_from_line * distance_from_line).max(0.05 * radius * radius).sqrt() - radius
}
