//! Depths of sheets: what a print may be bent or folded to.

use nalgebra::Point2;
use std::f64::consts::PI;

/// Directions of a cylinder's axis: every 30 degrees.
const AXES: usize = 6;
/// Radii of cylinders in distances between the eyes: 7.5, 13 and 38 cm for a print of natural size.
const RADII: [f64; 3] = [1.2, 2.0, 6.0];

/// Directions of a crease: every 15 degrees.
const DIRECTIONS: usize = 12;
/// Places of a crease across the face, to each side of its middle and there.
const PLACES: i32 = 3;
/// From place to place, in distances between the eyes: 2 cm.
const APART: f64 = 0.3;

/// How far a point lies from a line through the middle of the face.
fn across(at: Point2<f64>, angle: f64) -> f64 {
    at.x * angle.cos() + (at.y - 0.5) * angle.sin()
}

/// Every cylinder that is tried, its nearest line through the middle of the face.
pub fn cylinders() -> impl Iterator<Item = impl Fn(Point2<f64>) -> f64> {
    let angles = (0..AXES).map(|index| index as f64 * PI / AXES as f64);
    angles.flat_map(|angle| RADII.map(|radius| move |at| cylinder(across(at, angle), radius)))
}

/// Every crease that is tried. Its sides may be at any angle to one another, in far other than in near: to first order
/// two planes that meet in a line differ by what a depth that grows from the line on gives, whatever moved between the
/// pictures.
pub fn creases() -> impl Iterator<Item = impl Fn(Point2<f64>) -> f64> {
    let angles = (0..DIRECTIONS).map(|index| index as f64 * PI / DIRECTIONS as f64);
    angles.flat_map(|angle| {
        (-PLACES..=PLACES).map(move |place| {
            let place = f64::from(place) * APART;
            move |at| (across(at, angle) - place).abs()
        })
    })
}

/// Near its edge a sheet is seen from the side and shows nothing.
fn cylinder(across: f64, radius: f64) -> f64 {
    (radius * radius - across * across).max(0.05 * radius * radius).sqrt() - radius
}
