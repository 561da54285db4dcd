//! Points, rectangles and sizes, in upright pixels.

use serde::{Deserialize, Serialize};
use std::f32::consts::FRAC_PI_2;

/// A point in upright pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// Horizontal position, increasing to the right.
    pub x: f32,
    /// Vertical position, increasing downwards.
    pub y: f32,
}

impl Point {
    /// Distance to another point, in pixels.
    pub fn distance(self, other: Point) -> f32 {
        (self.x - other.x).hypot(self.y - other.y)
    }
}

/// An axis-aligned rectangle in upright pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Rect {
    /// Left edge.
    pub x: f32,
    /// Top edge.
    pub y: f32,
    /// Width, not negative.
    pub width: f32,
    /// Height, not negative.
    pub height: f32,
}

impl Rect {
    /// The centre.
    pub fn center(&self) -> Point {
        Point { x: self.x + self.width / 2.0, y: self.y + self.height / 2.0 }
    }

    /// Width times height.
    pub fn area(&self) -> f32 {
        self.width * self.height
    }

    /// The rectangle with the same centre and `times` the sides.
    pub fn scaled(&self, times: f32) -> Rect {
        let (center, width, height) = (self.center(), self.width * times, self.height * times);
        Rect { x: center.x - width / 2.0, y: center.y - height / 2.0, width, height }
    }

    /// Intersection over union with another rectangle, 0 to 1.
    pub fn iou(&self, other: &Rect) -> f32 {
        let w = (self.x + self.width).min(other.x + other.width) - self.x.max(other.x);
        let h = (self.y + self.height).min(other.y + other.height) - self.y.max(other.y);
        if w <= 0.0 || h <= 0.0 {
            return 0.0;
        }
        let inter = w * h;
        inter / (self.area() + other.area() - inter)
    }
}

/// Size of an upright frame in whole pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Size {
    /// Pixels per row.
    pub width: u32,
    /// Number of rows.
    pub height: u32,
}

impl Size {
    /// The shorter side.
    pub fn short_side(self) -> u32 {
        self.width.min(self.height)
    }
}

/// Sine and cosine of an angle in radians, to within 1e-6 for a few turns at most. The standard library's functions
/// reduce angles of any size and add 7 kB to the wasm.
pub fn sin_cos(angle: f32) -> (f32, f32) {
    let quarters = (angle / FRAC_PI_2).round_ties_even();
    let x = angle - quarters * FRAC_PI_2;
    // Taylor series, accurate to the last bits up to an eighth of a turn.
    let xx = x * x;
    let sin = x * (1.0 + xx * (-1.0 / 6.0 + xx * (1.0 / 120.0 + xx * (-1.0 / 5040.0 + xx / 362_880.0))));
    let cos = 1.0 + xx * (-0.5 + xx * (1.0 / 24.0 + xx * (-1.0 / 720.0 + xx / 40_320.0)));
    match quarters as i32 & 3 {
        0 => (sin, cos),
        1 => (cos, -sin),
        2 => (-sin, -cos),
        _ => (-cos, sin),
    }
}

#[cfg(test)]
mod tests {
    use super::sin_cos;

    #[test]
    fn sin_cos_agrees_with_the_standard_library() {
        for step in -2000..=2000 {
            let angle = step as f32 * 0.005;
            let ((sin, cos), (true_sin, true_cos)) = (sin_cos(angle), f64::from(angle).sin_cos());
            let off = (f64::from(sin) - true_sin).abs().max((f64::from(cos) - true_cos).abs());
            assert!(off < 1e-6, "{angle}: {off}");
        }
    }
}
