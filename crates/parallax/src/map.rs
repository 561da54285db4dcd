//! A picture of the residual flow for human viewers.

use crate::crop::{Gray, SIDE, face_coordinates, is_on_face};
use crate::residual_flow::Residual;
use nalgebra::{Point2, distance_squared};

/// Residual flow after fitting a plane, drawn over the far face: grey where nothing was measured, then from blue (no
/// residual) over green to red.
#[derive(Clone, Debug)]
pub struct ResidualMap {
    /// RGB triples, row by row, [`ResidualMap::SIDE`] per row.
    pub rgb: Vec<u8>,
}

/// Residual shown as red, in eye distances: 4.3 pixels of the crop, the residual of a nose or a jaw.
const FULL_SCALE: f32 = 0.06;
/// Standard deviation of a point's weight, in eye distances: about the distance of patches.
const KERNEL_DEVIATION: f32 = 0.07;

impl ResidualMap {
    /// Pixels per row, and number of rows.
    pub const SIDE: usize = SIDE;

    /// Draws residuals over the far face's luma, 0 to 255.
    pub(crate) fn new(luma: &Gray, residuals: &[Residual]) -> Self {
        let mut rgb = Vec::with_capacity(3 * SIDE * SIDE);
        for (index, gray) in luma.values.iter().enumerate() {
            let at = face_coordinates(Point2::new((index % SIDE) as f32, (index / SIDE) as f32));
            let measured = if is_on_face(at) { local_mean(residuals, at) } else { None };
            let light = 0.25 + 0.75 * gray / 255.0;
            let color =
                measured.map_or([gray / 255.0 * 0.6; 3], |length| heat_color(length / FULL_SCALE).map(|c| c * light));
            rgb.extend(color.map(|c| (255.0 * c) as u8));
        }
        ResidualMap { rgb }
    }
}

/// Weighted mean length of the residuals near a point; `None` if there are none.
fn local_mean(residuals: &[Residual], point: Point2<f32>) -> Option<f32> {
    let (mut sum, mut weight) = (0.0, 0.0);
    for Residual { at, flow } in residuals {
        let square = distance_squared(at, &point) / (KERNEL_DEVIATION * KERNEL_DEVIATION);
        if square < 4.0 {
            let weight_here = (-square / 2.0).exp();
            sum += weight_here * flow.norm();
            weight += weight_here;
        }
    }
    (weight > 0.0).then(|| sum / weight)
}

/// Maps 0 to blue, 0.5 to green, 1 and more to red.
fn heat_color(value: f32) -> [f32; 3] {
    let value = value.clamp(0.0, 1.0);
    [(2.0 * value - 1.0).max(0.0), 1.0 - (2.0 * value - 1.0).abs(), (1.0 - 2.0 * value).max(0.0)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use nalgebra::Vector2;

    #[test]
    fn residuals_are_red_and_unmeasured_areas_grey() {
        let luma = Gray { side: SIDE, values: vec![128.0; SIDE * SIDE] };
        let points = [
            Residual { at: Point2::new(-0.5, 0.5), flow: Vector2::zeros() },
            Residual { at: Point2::new(0.5, 0.5), flow: Vector2::new(0.06, 0.0) },
        ];
        let map = ResidualMap::new(&luma, &points);
        // 72 pixels between the eyes: (-0.5, 0.5) and (0.5, 0.5) are these pixels.
        let at = |x: usize, y: usize| map.rgb[3 * (y * SIDE + x)..][..3].to_vec();
        let (blue, red, grey) = (at(92, 138), at(164, 138), at(128, 138));
        assert!(blue[2] > 100 && blue[0] == 0, "{blue:?}");
        assert!(red[0] > 100 && red[2] == 0, "{red:?}");
        assert!(grey[0] == grey[1] && grey[1] == grey[2] && grey[0] > 0, "{grey:?}");
    }
}
